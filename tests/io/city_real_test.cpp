// CityGML of the real world. Expected counts, areas and attributes come from a walk over pugixml's tree, positions from
// PROJ's cs2cs, and one town's levels of detail from another converter's GeoJSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "city_support.h"
#include "gdal_tools.h"

using namespace tenbo;
using namespace tenbo::test;
namespace fs = std::filesystem;

namespace {
const fs::path data = TENBO_SHARED_DATA;

#define NEEDS(folder) \
  if (!fs::exists(data / folder)) GTEST_SKIP() << "real data are absent: " << (data / folder)

Result<io::CityModel> read_path(const fs::path& path, const io::CityOptions& options = {}) {
  JobSystem jobs(2);
  Progress progress;
  return io::read_city(path, options, jobs, progress, {});
}

std::string local(const pugi::xml_node& n) {
  const std::string name = n.name();
  const auto colon = name.find(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

std::vector<pugi::xml_node> objects(const pugi::xml_document& doc) {
  std::vector<pugi::xml_node> out;
  for (const auto& m : doc.document_element().children())
    if (local(m) == "cityObjectMember" || local(m) == "featureMember")
      for (const auto& o : m.children())
        if (o.type() == pugi::node_element) out.push_back(o);
  return out;
}

// Geodetic to ECEF on GRS 80, the textbook formula.
glm::dvec3 ecef(double lat, double lon, double h) {
  const double a = 6378137, f = 1 / 298.257222101, e2 = f * (2 - f), r = M_PI / 180;
  const double s = std::sin(lat * r), c = std::cos(lat * r), n = a / std::sqrt(1 - e2 * s * s);
  return {(n + h) * c * std::cos(lon * r), (n + h) * c * std::sin(lon * r), (n * (1 - e2) + h) * s};
}
double ring_area(const std::vector<glm::dvec3>& p) {
  glm::dvec3 sum(0);
  for (std::size_t i = 1; i + 1 < p.size(); ++i) sum += glm::cross(p[i] - p[0], p[i + 1] - p[0]);
  return glm::length(sum) / 2;
}
std::vector<double> numbers(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<double>(in), {}};
}
std::vector<glm::dvec3> ring_points(const pugi::xml_node& ring) {
  std::vector<glm::dvec3> out;
  const auto list = ring.find_node([](const pugi::xml_node& n) { return local(n) == "posList"; });
  const auto v = numbers(list.child_value());
  for (std::size_t i = 0; i + 2 < v.size(); i += 3) out.push_back(ecef(v[i], v[i + 1], v[i + 2]));
  return out;
}

struct Expected { int lod = -1; std::map<int, double> area; };  // by level of detail, outside only
Expected expect(const pugi::xml_node& object) {
  struct Walker : pugi::xml_tree_walker {
    Expected out;
    pugi::xml_node top;
    bool for_each(pugi::xml_node& n) override {
      const std::string name = local(n);
      if (name != "Polygon" && name != "Triangle") return true;
      int lod = -1;
      for (auto p = n; p != top; p = p.parent()) {
        const std::string q = local(p);
        if (q.starts_with("interior") && q != "interior") return true;  // a room
        if (lod < 0 && q.size() > 4 && q.starts_with("lod") && isdigit(q[3])) lod = q[3] - '0';
        if (const auto l = p.select_node("*[local-name()='lod']"); lod < 0 && l) lod = l.node().text().as_int();
      }
      if (lod < 0) lod = 1;
      double area = 0;
      for (const auto& r : n.children()) {
        const double a = ring_area(ring_points(r));
        area += local(r) == "exterior" ? a : -a;
      }
      out.area[lod] += area;
      out.lod = std::max(out.lod, lod);
      return true;
    }
  } walker;
  walker.top = object;
  pugi::xml_node copy = object;
  copy.traverse(walker);
  return walker.out;
}
}  // namespace

// Features, triangles' area and extents of every file in latitude and longitude, object by object.
class CityRealFiles : public testing::TestWithParam<const char*> {};
TEST_P(CityRealFiles, agree_with_a_walk_over_the_tree) {
  const fs::path path = data / GetParam();
  if (!fs::exists(path)) GTEST_SKIP() << "real data are absent: " << path;
  pugi::xml_document doc;
  ASSERT_TRUE(doc.load_file(path.c_str()));
  const auto expected = objects(doc);
  const auto model = read_path(path);
  ASSERT_TRUE(model) << model.error().text();
  ASSERT_EQ(model->features.size(), expected.size());
  EXPECT_TRUE(model->diagnostics.errors.empty()) << model->diagnostics.errors[0].text();
  std::vector<double> areas(expected.size());
  for (const auto& b : model->batches)
    for (std::size_t i = 0; i + 2 < b.mesh.indices.size(); i += 3) {
      const auto &u = b.mesh.vertices[b.mesh.indices[i]], &v = b.mesh.vertices[b.mesh.indices[i + 1]], &w = b.mesh.vertices[b.mesh.indices[i + 2]];
      // along the polygon's normal, as Newell's formula has it: roads that follow the ground are far from plane
      areas.at(u.feature) += glm::dot(glm::cross(position(v) - position(u), position(w) - position(u)), glm::dvec3(decode_normal(u.normal))) / 2;
    }
  double total = 0, total_expected = 0;
  for (std::size_t f = 0; f < expected.size(); ++f) {
    EXPECT_EQ(model->features.id(static_cast<std::uint32_t>(f)), expected[f].attribute("gml:id").value());
    const auto e = expect(expected[f]);
    const double want = e.lod < 0 ? 0 : e.area.at(e.lod);
    EXPECT_NEAR(areas[f], want, 1e-4 * want + 0.02) << expected[f].attribute("gml:id").value();
    total += areas[f];
    total_expected += want;
  }
  EXPECT_NEAR(total, total_expected, 1e-4 * total_expected);
  // extents by every coordinate of every level
  double south = 90, west = 180, north = -90, east = -180, low = 1e9, high = -1e9;
  for (const auto& tag : {"posList", "pos"})
    for (const auto& o : expected)
      for (const auto& n : o.select_nodes((std::string(".//*[local-name()='") + tag + "']").c_str())) {
        const auto v = numbers(n.node().child_value());
        for (std::size_t i = 0; i + 2 < v.size(); i += 3) {
          south = std::min(south, v[i]); north = std::max(north, v[i]);
          west = std::min(west, v[i + 1]); east = std::max(east, v[i + 1]);
          low = std::min(low, v[i + 2]); high = std::max(high, v[i + 2]);
        }
      }
  EXPECT_NEAR(model->extent.south, south, 1e-12);
  EXPECT_NEAR(model->extent.north, north, 1e-12);
  EXPECT_NEAR(model->extent.west, west, 1e-12);
  EXPECT_NEAR(model->extent.east, east, 1e-12);
  EXPECT_NEAR(model->extent.min_height, low, 1e-9);
  EXPECT_NEAR(model->extent.max_height, high, 1e-9);
}
INSTANTIATE_TEST_SUITE_P(city, CityRealFiles, testing::Values(
    "plateau-lod1-towns-a/53395404_bldg_6697_op.gml", "plateau-lod1-towns-a/51312664_bldg_Issue139.gml",
    "plateau-tokyo-answers/tests/data/53392633_bldg_6697_2_op.gml",
    "plateau-tokyo-answers/builder-2022/13100_tokyo23-ku_2022_citygml_1_3_op/udx/bldg/53392633_bldg_6697_2_op.gml",
    "plateau-tokyo-unreal/udx/bldg/53392642_bldg_6697_op2.gml", "plateau-tokyo-unreal/udx/brid/53394525_brid_6697_op.gml",
    "plateau-tokyo-unreal/udx/dem/533925_dem_6697_op.gml", "plateau-tokyo-unreal/udx/lsld/533925_lsld_6668_op.gml",
    "plateau-tokyo-unreal/udx/tran/533925_tran_6697_op.gml", "plateau-tokyo-unreal/udx/urf/533925_urf_6668_yoto_op.gml",
    "plateau-yokosuka-numazu/yokosuka-shi/udx/bldg/52397519_bldg_6697_op.gml", "plateau-yokosuka-numazu/yokosuka-shi/udx/dem/523965_dem_6697_05_op.gml",
    "plateau-yokosuka-numazu/numazu-shi/udx/fld/52385721_fld_6697_l1_op.gml", "plateau-yokosuka-numazu/numazu-shi/udx/tnm/523855_tnm_6697_op.gml",
    "plateau-yokosuka-numazu/numazu-shi/udx/luse/523836_luse_6668_op.gml",
    "plateau-flow-v4/ward/13104_shinjuku-ku_pref_2025_citygml_1_op_bldg/udx/bldg/53394517_bldg_6697_op.gml",
    "plateau-flow-v4/brid/43206_tamana-shi_city_2024_citygml_2_op_brid/udx/brid/49303414_brid_6697_op.gml",
    "plateau-flow-v4/frn/08220_tsukuba-shi_city_2023_citygml_2_op_frn/udx/frn/54400098_frn_6697_op.gml",
    "plateau-flow-v4/veg/08220_tsukuba-shi_city_2023_citygml_2_op_veg/udx/veg/54401008_veg_6697_op.gml",
    "plateau-flow-v4/tun/13999_tokyo_udx-mlit_2023_citygml_2_sample-takeshiba_op_tun/udx/tun/53393690_tun_6697_40_op.gml",
    "plateau-flow-v4/ifld/11100_saitama-shi_city_2024_citygml_1_op_ifld/udx/ifld/11_1/533955_ifld_6697_op.gml"));

class CityAttributes : public testing::TestWithParam<const char*> {};
TEST_P(CityAttributes, agree_with_the_tree) {
  const fs::path path = data / GetParam();
  if (!fs::exists(path)) GTEST_SKIP() << "real data are absent: " << path;
  pugi::xml_document doc;
  ASSERT_TRUE(doc.load_file(path.c_str()));
  const auto model = read_path(path);
  ASSERT_TRUE(model);
  const auto expected = objects(doc);
  const fs::path lists = path.parent_path();
  std::size_t compared = 0, coded = 0;
  for (std::uint32_t f = 0; f < model->features.size(); ++f) {
    for (const auto& child : expected[f].children()) {
      const std::string name = child.name();
      if (name == "gen:stringAttribute") {
        std::vector<std::string> all;
        for (const auto& [n, v] : model->features.attributes(f))
          if (n == child.attribute("name").value()) all.push_back(geo::to_text(v));
        EXPECT_THAT(all, testing::Contains(std::string(child.child("gen:value").child_value())));
        ++compared;
      }
      if (name.starts_with("bldg:") && !child.first_child().first_child() && *child.child_value() != 0) {
        const std::string shown = text(*model, name, f);
        if (const auto space = child.attribute("codeSpace"); space) {
          // the word, looked up in the list here
          pugi::xml_document list;
          ASSERT_TRUE(list.load_file((lists / space.value()).c_str())) << space.value();
          const auto word = list.select_node(("//*[local-name()='Definition'][*[local-name()='name']='" + std::string(child.child_value()) + "']/*[local-name()='description']").c_str());
          EXPECT_EQ(shown, word.node().child_value()) << name;
          EXPECT_EQ(text(*model, name + "_code", f), child.child_value());
          ++coded;
        } else {
          EXPECT_EQ(std::stod(shown), std::stod(child.child_value())) << name;
        }
        ++compared;
      }
      if (name == "uro:buildingDetailAttribute" || name == "uro:buildingDetails")
        for (const auto& field : child.first_child().children()) {
          if (*field.child_value() == 0) continue;
          const std::string path_name = std::string(child.first_child().name()) + "/" + local(field);
          const std::string shown = text(*model, path_name + (field.attribute("codeSpace") ? "_code" : ""), f);
          if (const auto space = field.attribute("codeSpace"); space) {
            pugi::xml_document list;
            ASSERT_TRUE(list.load_file((lists / space.value()).c_str())) << space.value();
            const auto word = list.select_node(("//*[local-name()='Definition'][*[local-name()='name']='" + std::string(field.child_value()) + "']/*[local-name()='description']").c_str());
            EXPECT_EQ(text(*model, path_name, f), word.node().child_value()) << path_name;
            ++coded;
          }
          if (field.attribute("uom")) { EXPECT_EQ(std::stod(shown), std::stod(field.child_value())) << path_name; }
          else { EXPECT_EQ(shown, field.child_value()) << path_name; }
          ++compared;
        }
    }
  }
  EXPECT_GT(compared, 40u);
  EXPECT_GT(coded, 5u);
  // counts of a summary against XPath
  std::uint64_t heights = 0;
  for (const auto& s : model->features.summary())
    if (s.name == "bldg:measuredHeight") {
      heights = s.count;
      // one file says "2.8（テスト）": that is text, and told so
      bool all_numbers = true;
      for (const auto& n : doc.select_nodes("//*[name()='bldg:measuredHeight']"))
        all_numbers = all_numbers && std::string(n.node().child_value()).find_first_not_of("0123456789.-") == std::string::npos;
      EXPECT_EQ(s.type, all_numbers ? geo::AttributeType::real : geo::AttributeType::text);
    }
  EXPECT_EQ(heights, doc.select_nodes("/*/*/*/*[name()='bldg:measuredHeight']").size());
}
INSTANTIATE_TEST_SUITE_P(city, CityAttributes, testing::Values(
    "plateau-tokyo-answers/builder-2022/13100_tokyo23-ku_2022_citygml_1_3_op/udx/bldg/53392633_bldg_6697_2_op.gml",
    "plateau-tokyo-unreal/udx/bldg/53392642_bldg_6697_op2.gml"));

// GeoJSON of each building at three levels, made by another program: areas of what is drawn (LOD 2), and footprints.
TEST(city_real, levels_of_detail_agree_with_another_converter) {
  NEEDS("plateau-tokyo-answers");
  const fs::path path = data / "plateau-tokyo-answers/tests/data/53392633_bldg_6697_2_op.gml";
  const auto model = read_path(path);
  ASSERT_TRUE(model);
  pugi::xml_document doc;
  ASSERT_TRUE(doc.load_file(path.c_str()));
  std::map<std::string, geo::Extent> extents;
  int whole = 0;
  for (const int lod : {0, 1, 2}) {
    const auto json = nlohmann::json::parse(std::ifstream(data / ("plateau-tokyo-answers/tests/answer/53392633_bldg_4326_lod" + std::to_string(lod) + ".geojson")));
    std::size_t compared = 0;
    for (const auto& feature : json["features"]) {
      const auto id = feature["properties"]["id"].get<std::string>();
      const auto row = model->features.find(id);
      ASSERT_TRUE(row) << id;
      EXPECT_EQ(std::get<double>(value(*model, "bldg:measuredHeight", *row)), feature["properties"]["measured_height"].get<double>());
      EXPECT_EQ(text(*model, "address", *row), feature["properties"].value("address", ""));
      EXPECT_EQ(text(*model, "建物ID", *row), feature["properties"].value("建物ID", ""));
      double sum = 0;
      for (const auto& p : feature["geometry"]["coordinates"])
        for (std::size_t r = 0; r < p.size(); ++r) {
          std::vector<glm::dvec3> ring;
          for (const auto& c : p[r]) {
            ring.push_back(ecef(c[1], c[0], c[2]));
            extents[id].add(geo::GeoPoint{c[0], c[1], c[2]});
          }
          sum += (r == 0 ? 1 : -1) * ring_area(ring);
        }
      // the other program leaves installations and ceilings under overhangs out
      const bool more = doc.select_node(("//*[@gml:id='" + id + "']//*[local-name()='BuildingInstallation' or local-name()='OuterCeilingSurface']").c_str());
      if (lod == 2 && !more) { EXPECT_NEAR(area(*model, *row), sum, 1e-4 * sum + 0.02) << id; }
      if (lod == 2 && more) { EXPECT_GT(area(*model, *row), sum) << id; }
      whole += lod == 2 && !more;
      ++compared;
    }
    EXPECT_EQ(compared, 10u);
  }
  EXPECT_GE(whole, 3);
  for (const auto& [id, extent] : extents) {
    const auto& mine = model->features.extent(*model->features.find(id));
    EXPECT_NEAR(mine.west, extent.west, 1e-9);
    EXPECT_NEAR(mine.north, extent.north, 1e-9);
    EXPECT_NEAR(mine.max_height, extent.max_height, 1e-6);
  }
}

namespace {
// Every coordinate of `path`'s drawn level has a vertex within a centimetre of where cs2cs puts it: from `crs` (its own
// axis order) to ECEF, heights taken as ellipsoidal on both sides, so that only the horizontal way and the height are
// tested. With `grid`, PROJ adds the geoid itself.
void positions_agree(const fs::path& path, const std::string& crs, const std::string& grid, std::size_t limit) {
  pugi::xml_document doc;
  ASSERT_TRUE(doc.load_file(path.c_str()));
  io::CityOptions options;
  if (!grid.empty()) {
    options.heights.scene = geo::VerticalKind::ellipsoidal;
    auto geoid = geo::Geoid::open(grid);
    ASSERT_TRUE(geoid) << geoid.error().text();
    options.heights.geoid = *geoid;
  }
  const auto model = read_path(path, options);
  ASSERT_TRUE(model) << model.error().text();
  ASSERT_GT(model->triangles, 0u);
  int best = 0;
  for (const auto& n : doc.select_nodes("//*[local-name()='posList']"))
    for (auto p = n.node(); p; p = p.parent())
      if (const std::string q = local(p); q.size() > 4 && q.starts_with("lod") && isdigit(q[3])) best = std::max(best, q[3] - '0');
  std::ostringstream in;
  in.precision(17);
  std::size_t count = 0;
  for (const auto& n : doc.select_nodes("//*[local-name()='posList']")) {
    bool drawn = false;
    for (auto p = n.node(); p; p = p.parent())
      if (const std::string q = local(p); q.starts_with("lod") && q.size() > 4) drawn = q[3] - '0' == best;
    const auto v = numbers(n.node().child_value());
    for (std::size_t i = 0; drawn && i + 2 < v.size() && count < limit; i += 3, ++count) in << v[i] << ' ' << v[i + 1] << ' ' << v[i + 2] << '\n';
  }
  ASSERT_GT(count, 10u);
  const auto dir = scratch("city_cs2cs");
  write(dir / "in.txt", in.str());
  std::string out;
  if (!grid.empty()) {
    // latitude first; the geoid added; to geocentric
    out = run("cct -d 5 -t 0 +proj=pipeline +step +proj=axisswap +order=2,1 +step +proj=unitconvert +xy_in=deg +xy_out=rad "
              "+step +proj=vgridshift +multiplier=1 +grids=" + grid + " +step +proj=cart +ellps=GRS80 " + quoted(dir / "in.txt"));
  } else {
    // first to latitude, longitude; the height goes along unchanged
    out = run("cs2cs -f %.12f " + crs + " EPSG:6668 " + quoted(dir / "in.txt"));
    write(dir / "geo.txt", out);
    out = run("cs2cs -f %.5f EPSG:6667 EPSG:4978 " + quoted(dir / "geo.txt"));
  }
  const auto expected = numbers(out);
  const std::size_t step = grid.empty() ? 3 : 4;  // cct adds a time
  ASSERT_GE(expected.size(), count * 3) << out.substr(0, 300);
  std::vector<glm::dvec3> world;
  for (const auto& b : model->batches)
    for (const auto& v : b.mesh.vertices) world.push_back(b.frame.to_world(position(v)));
  std::sort(world.begin(), world.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
  double worst = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const glm::dvec3 want(expected[i * step], expected[i * step + 1], expected[i * step + 2]);
    double nearest = 1e9;
    for (auto it = std::lower_bound(world.begin(), world.end(), want.x - 0.02, [](const auto& a, double x) { return a.x < x; });
         it != world.end() && it->x < want.x + 0.02; ++it)
      nearest = std::min(nearest, glm::length(*it - want));
    if (nearest > 0.01 && worst < 0.01) ADD_FAILURE() << "coordinate " << i << " of " << count << ": " << nearest << " m";
    worst = std::max(worst, nearest);
  }
  EXPECT_LT(worst, 0.01) << path;
}
}  // namespace

TEST(city_real, vertices_lie_where_cs2cs_puts_them) {
  NEEDS("plateau-tokyo-answers");
  positions_agree(data / "plateau-tokyo-answers/tests/data/53392633_bldg_6697_2_op.gml", "EPSG:6668", "", 4000);
  positions_agree(data / "plateau-lod1-towns-a/53395404_bldg_6697_op.gml", "EPSG:6668", "", 4000);
}
TEST(city_real, vertices_of_projected_files_lie_where_cs2cs_puts_them) {
  NEEDS("citygml-world-a");
  positions_agree(data / "citygml-world-a/libcitygml/berlin_open_data_sample_data.citygml", "EPSG:25833", "", 4000);
}
TEST(city_real, vertices_with_a_geoid_lie_where_proj_puts_them) {
  NEEDS("dem-a/geoid");
  positions_agree(data / "plateau-tokyo-answers/tests/data/53392633_bldg_6697_2_op.gml", "", (data / "dem-a/geoid/jp_gsi_gsigeo2011.tif").string(), 2000);
}

// Files with one known mistake each, and packages of every kind: all open, none crashes, features are counted.
TEST(city_real, every_file_opens) {
  NEEDS("plateau-flow-errors-a");
  std::size_t files = 0;
  for (const char* folder : {"plateau-flow-errors-a", "plateau-flow-v4", "citygml-world-a", "plateau-tokyo-unreal", "plateau-tokyo-libplateau", "plateau-lod1-towns-a"}) {
    if (!fs::exists(data / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(data / folder)) {
      if (entry.path().extension() != ".gml") continue;
      pugi::xml_document doc;
      const bool is_xml = doc.load_file(entry.path().c_str());
      const auto model = read_path(entry.path());
      ++files;
      if (!is_xml) {
        EXPECT_FALSE(model) << entry.path();
        continue;
      }
      ASSERT_TRUE(model) << entry.path() << model.error().text();
      EXPECT_EQ(model->features.size(), objects(doc).size()) << entry.path();
      EXPECT_GT(model->features.size(), 0u) << entry.path();
    }
  }
  EXPECT_GT(files, 60u);
}

TEST(city_real, a_package_is_read_whole) {
  NEEDS("plateau-tokyo-libplateau");
  fs::path package;
  for (const auto& entry : fs::directory_iterator(data / "plateau-tokyo-libplateau"))
    if (entry.is_directory()) package = entry.path();
  const auto model = read_path(package);
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->features.size(), 17u);  // 8 buildings and 9 roads, as the folder's README counts
  EXPECT_EQ(model->textures.size(), 8u);   // "textures used 8"
  for (const auto& t : model->textures) EXPECT_TRUE(fs::exists(t.path));
  ASSERT_EQ(model->diagnostics.errors.size(), 1u);  // the one that is no XML at all
  EXPECT_TRUE(has(model->diagnostics.errors, "TestCaseOfInvalidFileNameGml.gml"));
}
