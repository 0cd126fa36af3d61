// What a path is. Expected kinds: files made here in each form, and the real files whose README says what they are.
#include <gtest/gtest.h>

#include "gdal_tools.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/image.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

const fs::path shared = TENBO_SHARED_DATA;

// "field", "vector:layer + vector:layer", or "error".
std::string kinds(const fs::path& path) {
  auto found = io::identify(path);
  if (!found) return "error";
  std::string s;
  for (const auto& i : *found) {
    s += (s.empty() ? "" : " + ") + std::string(io::to_string(i.kind)) + (i.layer.empty() ? "" : ":" + i.layer);
    EXPECT_FALSE(i.paths.empty());
  }
  return s;
}

void asc(const fs::path& file) {
  test::write(file, "ncols 3\nnrows 2\nxllcorner 139\nyllcorner 35\ncellsize 0.001\n1.5 2 3\n4 5 6\n");
  test::write(fs::path(file).replace_extension(".prj"), "EPSG:4326");
}

}  // namespace

TEST(Identify, ByContent) {
  const auto dir = test::scratch("identify");
  const std::pair<const char*, std::string> texts[] = {
      {"scene", "// my city\n{ \"title\": \"x\", /* c */ \"layers\": [ {\"kind\": \"field\", \"path\": \"a.tif\"} ] }"},
      {"city", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a <CityModel> -->\n<core:CityModel xmlns:core=\"http://www.opengis.net/citygml/2.0\">\n</core:CityModel>"},
      {"vector", "\xEF\xBB\xBF{\"type\":\"FeatureCollection\",\"features\":[]}"},
      {"model", "{\"asset\":{\"version\":\"2.0\"},\"meshes\":[]}"},
      {"elevation", "<?xml version=\"1.0\"?><Dataset xmlns=\"http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema\"><DEM gml:id=\"a\">"},
      {"model", "<?xml version=\"1.0\"?><COLLADA version=\"1.4.1\"></COLLADA>"},
      {"error", "{\"type\":\"CityJSON\",\"version\":\"1.1\",\"CityObjects\":{}}"},
      {"error", "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"></VRTDataset>"},
      {"error", "hello"},
      {"error", ""},
  };
  for (const auto& [kind, text] : texts) {
    test::write(dir / "data.bin", text);  // a name that tells nothing
    if (std::string(kind) == "vector") test::write(dir / "data.bin", text);
    EXPECT_EQ(kinds(dir / "data.bin"), kind) << text;
  }
  EXPECT_EQ(kinds(dir / "none"), "error");
  // UTF-16, with and without its mark.
  const std::string city = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><core:CityModel xmlns:core=\"http://www.opengis.net/citygml/2.0\"/>";
  for (const bool little : {true, false})
    for (const bool mark : {true, false}) {
      std::string wide = mark ? (little ? "\xFF\xFE" : "\xFE\xFF") : "";
      for (char c : city) wide += little ? std::string({c, '\0'}) : std::string({'\0', c});
      test::write(dir / "wide.gml", wide);
      EXPECT_EQ(kinds(dir / "wide.gml"), "city") << little << mark;
    }
  // A .json that is no known data is a scene with something wrong; what is known for something else is named.
  test::write(dir / "s.json", "{\"titel\": \"x\"}");
  EXPECT_EQ(kinds(dir / "s.json"), "scene");
  test::write(dir / "c.json", "{\"type\":\"CityJSON\",\"version\":\"1.1\",\"CityObjects\":{}}");
  auto city_json = io::identify(dir / "c.json");
  ASSERT_FALSE(city_json.ok());
  EXPECT_NE(city_json.error().text().find("CityJSON"), std::string::npos);
  test::write(dir / "t.json", "{\"asset\":{\"version\":\"1.1\"},\"geometricError\":1,\"root\":{}}");
  EXPECT_EQ(kinds(dir / "t.json"), "tiles");
  test::write(dir / "part.b3dm", "b3dm\1");
  EXPECT_EQ(kinds(dir / "part.b3dm"), "tiles");
  test::write(dir / "draft.vctr", "vctr\1");
  EXPECT_EQ(kinds(dir / "draft.vctr"), "error");
  test::write(dir / "0.subtree", "subt\1");
  EXPECT_EQ(kinds(dir / "0.subtree"), "error");  // belongs to its tileset
  const auto set = test::scratch("identify_tileset");  // a folder with a tileset is that tileset, and nothing else in it is a layer
  test::write(set / "tileset.json", "{\"asset\":{\"version\":\"1.1\"},\"geometricError\":1,\"root\":{}}");
  test::write(set / "a.b3dm", "b3dm\1");
  EXPECT_EQ(kinds(set), "tiles");
  test::write(dir / "a.csv", "名称,緯度,経度\na,35,139\n");
  EXPECT_EQ(kinds(dir / "a.csv"), "vector");
  test::write(dir / "b.csv", "a,b\n1,2\n");
  EXPECT_EQ(kinds(dir / "b.csv"), "error");
  auto xz = io::identify(dir / "none.xz");
  test::write(dir / "none.xz", std::string("\xFD" "7zXZ\0", 6));
  xz = io::identify(dir / "none.xz");
  ASSERT_FALSE(xz.ok());
  EXPECT_FALSE(xz.error().remedy.empty());
}

TEST(Identify, Rasters) {
  const auto dir = test::scratch("identify_raster");
  asc(dir / "dem.asc");
  EXPECT_EQ(kinds(dir / "dem.asc"), "elevation");
  test::run("gdal_translate -q -mo TENBO_QUANTITY=depth " + quoted(dir / "dem.asc") + " " + quoted(dir / "f.tif"));
  EXPECT_EQ(kinds(dir / "f.tif"), "field");
  test::run("gdal_translate -q " + quoted(dir / "dem.asc") + " " + quoted(dir / "浸水深.tif"));
  EXPECT_EQ(kinds(dir / "浸水深.tif"), "field");
  for (const auto& [name, kind] : {std::pair{"201208140700_Jakarta_200m_12_hours.tif", "field"}, std::pair{"DEM5A_202301151030.tif", "elevation"}, std::pair{"srtm_30s.tif", "elevation"}}) {
    fs::copy_file(dir / "浸水深.tif", dir / name);
    EXPECT_EQ(kinds(dir / name), kind) << name;
  }
  test::run("gdal_translate -q -ot Byte -b 1 -b 1 -b 1 -colorinterp red,green,blue " + quoted(dir / "dem.asc") + " " + quoted(dir / "rgb.tif"));
  EXPECT_EQ(kinds(dir / "rgb.tif"), "imagery");
  test::run("gdal_translate -q -of netCDF " + quoted(dir / "dem.asc") + " " + quoted(dir / "a.nc"));
  EXPECT_EQ(kinds(dir / "a.nc"), "field");
  Image i;
  i.width = i.height = 1;
  i.rgba = {1, 2, 3, 255};
  ASSERT_TRUE(io::write_png(dir / "photo.png", i).ok());
  EXPECT_EQ(kinds(dir / "photo.png"), "error");  // a picture without a place
}

TEST(Identify, LayersOfAContainer) {
  const auto dir = test::scratch("identify_layers");
  test::write(dir / "in.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Point\",\"coordinates\":[139,35]}}]}");
  test::run("ogr2ogr -nln roads " + quoted(dir / "a.gpkg") + " " + quoted(dir / "in.geojson") + " && ogr2ogr -update -nln 橋 " + quoted(dir / "a.gpkg") + " " + quoted(dir / "in.geojson"));
  EXPECT_EQ(kinds(dir / "a.gpkg"), "vector:roads + vector:橋");
  test::run("ogr2ogr " + quoted(dir / "s.shp") + " " + quoted(dir / "in.geojson"));
  EXPECT_EQ(kinds(dir / "s.shp"), "vector");
  EXPECT_EQ(kinds(dir / "s.shx"), "error");
}

TEST(Identify, Folders) {
  const auto dir = test::scratch("identify_folders");
  const std::string gml = "<core:CityModel xmlns:core=\"http://www.opengis.net/citygml/2.0\"/>";
  fs::create_directories(dir / "plateau/udx/bldg");
  fs::create_directories(dir / "plateau/codelists");
  test::write(dir / "plateau/udx/bldg/a.gml", gml);
  test::write(dir / "plateau/codelists/c.xml", "<gml:Dictionary/>");
  EXPECT_EQ(kinds(dir / "plateau"), "city");
  EXPECT_EQ((*io::identify(dir / "plateau"))[0].paths[0], dir / "plateau");
  asc(dir / "plateau/ground.asc");
  EXPECT_EQ(kinds(dir / "plateau"), "city + elevation");

  fs::create_directories(dir / "gmls/deep");
  test::write(dir / "gmls/a.gml", gml);
  test::write(dir / "gmls/deep/b.gml", gml);
  EXPECT_EQ(kinds(dir / "gmls"), "city");

  fs::create_directories(dir / "dems");
  asc(dir / "dems/a.asc");
  asc(dir / "dems/b.asc");
  EXPECT_EQ(kinds(dir / "dems"), "elevation");
  EXPECT_EQ((*io::identify(dir / "dems"))[0].paths.size(), 2u);

  fs::create_directories(dir / "series");
  asc(dir / "series/depth_202611210900.asc");
  asc(dir / "series/depth_202611211000.asc");
  EXPECT_EQ(kinds(dir / "series"), "field");
  EXPECT_EQ((*io::identify(dir / "series"))[0].paths.size(), 2u);

  fs::create_directories(dir / "mixed");
  test::write(dir / "mixed/a.gml", gml);
  asc(dir / "mixed/dem.asc");
  test::write(dir / "mixed/p.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}");
  test::write(dir / "mixed/README.md", "# words");
  EXPECT_EQ(kinds(dir / "mixed"), "city + elevation + vector");

  test::write(dir / "mixed/scene.json", "{\"layers\":[]}");
  EXPECT_EQ(kinds(dir / "mixed"), "scene");

  fs::create_directories(dir / "nothing");
  EXPECT_EQ(kinds(dir / "nothing"), "error");
  fs::create_directories(dir / "loop");
  fs::create_directory_symlink(dir / "loop", dir / "loop/again");
  fs::create_symlink("/etc/passwd", dir / "loop/passwd.csv");
  EXPECT_EQ(kinds(dir / "loop"), "error");
}

TEST(Identify, RealFiles) {
  const std::pair<const char*, const char*> files[] = {
      {"fgd-gsi-a/FG-GML-5238-74-00-DEM5A-20161001.xml", "elevation"}, {"fgd-gsi-a/BldA.xml", "vector"},
      {"dem-a/osgearth/mt_fuji_90m.tif", "elevation"}, {"weather-a/sfincs/sfincs_map.nc", "field"},
      {"weather-a/grib/regular_ll_msl.grib", "field"}, {"gltf-samples-a/Duck.glb", "model"},
      {"xroad-synthetic-a/road_facilities_synthetic.csv", "vector"}, {"xroad-synthetic-a/road_facilities_synthetic.geojson", "vector"},
      {"plateau-lod1-towns-a/52396075_bldg_6697_op.gml", "city"}, {"plateau-tokyo-unreal", "city"},
      {"flood-jakarta-a/hazard/Jakarta_RW_2007flood.shp", "vector"}, {"debris-flow-aso/elevation_inDF.asc.gz", "elevation"},
      {"infra-a/pdal/las/interesting.las", "points"}};
  int seen = 0;
  for (const auto& [file, kind] : files) {
    if (!fs::exists(shared / file)) continue;
    EXPECT_EQ(kinds(shared / file), kind) << file << ": " << (io::identify(shared / file).ok() ? "" : io::identify(shared / file).error().text());
    ++seen;
  }
  if (!seen) GTEST_SKIP() << "no shared data here";
}

// Whoever reads it is told what the file is, and what became of it.
TEST(Identify, ADatabaseThatIsNotWholeIsCalledByItsName) {
  const auto dir = test::scratch("identify_cut");
  int status = 1;
  test::write(dir / "a.geojson", R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[138,34]}}]})");
  Image image;
  image.width = image.height = 256;
  image.rgba.assign(256 * 256 * 4, 200);
  ASSERT_TRUE(io::write_png(dir / "a.png", image).ok());
  test::run("ogr2ogr -f GPKG " + quoted(dir / "a.gpkg") + " " + quoted(dir / "a.geojson") + " && gdal_translate -q -of MBTiles -a_srs EPSG:3857 -a_ullr 15028131 5009377 20037508 0 " + quoted(dir / "a.png") + " " +
                quoted(dir / "a.mbtiles"), &status);
  ASSERT_EQ(status, 0);
  for (const auto& of : {std::pair{"a.gpkg", "GeoPackage"}, {"a.mbtiles", "MBTiles"}}) {
    const char *name = of.first, *word = of.second;
    ASSERT_NE(kinds(dir / name), "error") << name;
    std::ifstream in(dir / name, std::ios::binary);
    const std::string good((std::istreambuf_iterator<char>(in)), {});
    const auto refused = [&](const std::string& bytes, const char* what) {
      const auto bad = dir / (std::string("bad") + fs::path(name).extension().string());
      test::write(bad, bytes);
      const auto found = io::identify(bad);
      ASSERT_FALSE(found.ok()) << name;
      for (const char* said : {word, what, "copy or download it again"}) EXPECT_NE(found.error().text().find(said), std::string::npos) << found.error().text();
    };
    for (const std::size_t n : {std::size_t{60}, std::size_t{2000}, good.size() / 2, good.size() - 5000}) refused(good.substr(0, n), "cut off");
    std::string rubbish = good;
    for (std::size_t i = 100; i < rubbish.size(); ++i) rubbish[i] = static_cast<char>(0xA5);
    refused(rubbish, "damaged");
  }
}
