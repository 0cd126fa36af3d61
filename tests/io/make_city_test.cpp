// The demo's generator. What it writes is checked with tools that know nothing of it: xmllint, GDAL's programs, and
// JIS X 0410's published example codes.
#include "tenbo/io/make_city.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "../../engine/io/src/make_city/buildings.h"
#include "../../engine/io/src/make_city/flood.h"
#include "../../engine/io/src/make_city/gml_text.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::io::make_city_detail;

namespace {

struct Output { int status; std::string text; };
Output shell(const std::string& command) {
  Output r{-1, {}};
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (!pipe) return r;
  std::array<char, 4096> buffer;
  for (std::size_t n; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) r.text.append(buffer.data(), n);
  r.status = pclose(pipe);
  return r;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += word.size()) ++n;
  return n;
}

constexpr std::uint32_t small = 300;

fs::path root() { return fs::path(TENBO_BINARY_DIR) / "test-out" / "make_city"; }
fs::path city() { return root() / "a"; }
std::vector<fs::path> files(const fs::path& dir, const std::string& extension = {}) {
  std::vector<fs::path> out;
  for (const auto& e : fs::recursive_directory_iterator(dir)) {
    if (e.is_regular_file() && (extension.empty() || e.path().extension() == extension)) out.push_back(e.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

void same_options_same_bytes() {
  const auto a = files(root() / "a"), b = files(root() / "b");
  ASSERT_EQ(a.size(), b.size());
  ASSERT_GT(a.size(), 25u);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(fs::relative(a[i], root() / "a"), fs::relative(b[i], root() / "b"));
    EXPECT_TRUE(read(a[i]) == read(b[i])) << a[i];
  }
}

void every_xml_file_is_well_formed() {
  std::string list;
  for (const fs::path& f : files(city(), ".gml")) list += " '" + f.string() + "'";
  for (const fs::path& f : files(city(), ".xml")) list += " '" + f.string() + "'";
  const Output r = shell("xmllint --huge --noout" + list);
  EXPECT_EQ(r.status, 0) << r.text;
}

void has_the_buildings_asked_for_and_their_ids_are_unique() {
  std::map<std::string, int> ids;
  std::size_t buildings = 0, lod1 = 0, lod2 = 0;
  const std::regex id("gml:id=\"([^\"]+)\"");
  for (const fs::path& f : files(city() / "udx", ".gml")) {
    const std::string text = read(f);
    buildings += count(text, "<bldg:Building ");
    lod1 += count(text, "<bldg:lod1Solid>");
    lod2 += count(text, "<bldg:lod2Solid>");
    for (auto it = std::sregex_iterator(text.begin(), text.end(), id); it != std::sregex_iterator(); ++it) ++ids[(*it)[1]];
  }
  EXPECT_EQ(buildings, small);
  EXPECT_EQ(lod1, small);
  EXPECT_GT(lod2, small / 2);
  for (const auto& [name, n] : ids) EXPECT_EQ(n, 1) << name;
}

void references_lead_to_polygons_and_pictures_that_are_there() {
  const std::regex href("(?:xlink:href|target uri)=\"#([^\"]+)\""), ring("ring=\"#([^\"]+)\""), uri("<app:imageURI>([^<]+)<"),
      space("codeSpace=\"([^\"]+)\"");
  std::size_t pictures = 0;
  for (const fs::path& f : files(city() / "udx", ".gml")) {
    const std::string text = read(f);
    const auto each = [&](const std::regex& what, auto check) {
      for (auto it = std::sregex_iterator(text.begin(), text.end(), what); it != std::sregex_iterator(); ++it) check((*it)[1].str());
    };
    std::map<std::string, bool> known;
    each(std::regex("gml:id=\"([^\"]+)\""), [&](const std::string& s) { known[s] = true; });
    each(href, [&](const std::string& s) { EXPECT_TRUE(known.count(s)) << s; });
    each(ring, [&](const std::string& s) { EXPECT_TRUE(known.count(s)) << s; });
    each(uri, [&](const std::string& s) { EXPECT_TRUE(fs::exists(f.parent_path() / s)) << s; ++pictures; });
    std::map<std::string, bool> lists;
    each(space, [&](const std::string& s) { lists[s] = true; });
    for (const auto& [s, unused] : lists) EXPECT_TRUE(fs::exists(f.parent_path() / s)) << s;
  }
  EXPECT_GT(pictures, 5u);
}

void gdal_reads_the_rasters() {
  const Output dem = shell("gdalinfo -mm '" + (city() / "dem.tif").string() + "'");
  EXPECT_EQ(dem.status, 0);
  EXPECT_NE(dem.text.find("JGD2011 (vertical) height"), std::string::npos);
  EXPECT_EQ(dem.text.find("NoData Value"), std::string::npos);
  std::smatch range;
  ASSERT_TRUE(std::regex_search(dem.text, range, std::regex("Computed Min/Max=(-?[0-9.]+),(-?[0-9.]+)")));
  EXPECT_LT(std::stod(range[1]), -10);
  EXPECT_GT(std::stod(range[2]), 150);
  EXPECT_LT(std::stod(range[2]), 600);

  const Output picture = shell("gdalinfo '" + (city() / "imagery.tif").string() + "'");
  EXPECT_EQ(picture.status, 0);
  EXPECT_NE(picture.text.find("Overviews: "), std::string::npos);

  const Output flood = shell("gdalinfo '" + (city() / "flood.tif").string() + "'");
  EXPECT_EQ(count(flood.text, "TENBO_VALID_TIME="), 36u);
  EXPECT_EQ(count(flood.text, "NoData Value=-9999"), 36u);
  for (const char* line : {"TENBO_UNIT=m", "TENBO_QUANTITY=water depth", "TENBO_CERTAINTY=simulated",
                           "TENBO_ISSUE_TIME=2026-09-12T20:30:00Z", "TENBO_VALID_TIME=2026-09-12T21:00:00Z",
                           "TENBO_VALID_TIME=2026-09-13T02:50:00Z"}) {
    EXPECT_NE(flood.text.find(line), std::string::npos) << line;
  }
}

void ogr_counts_the_features() {
  const std::pair<const char*, int> layers[] = {{"bridges", 40}, {"shelters", 25}, {"districts", 20}, {"river", 4}};
  for (const auto& [name, expected] : layers) {
    const Output r = shell("ogrinfo -ro -al -so '" + (city() / (std::string(name) + ".geojson")).string() + "'");
    EXPECT_EQ(r.status, 0);
    std::smatch m;
    ASSERT_TRUE(std::regex_search(r.text, m, std::regex("Feature Count: ([0-9]+)"))) << r.text;
    EXPECT_EQ(std::stoi(m[1]), expected) << name;
  }
  const Output valid = shell("ogrinfo -ro -q -dialect SQLite -sql 'SELECT COUNT(*) AS n FROM districts WHERE NOT ST_IsValid(geometry)' '" +
                          (city() / "districts.geojson").string() + "'");
  if (valid.text.find("ERROR") == std::string::npos) {  // a GDAL without SpatiaLite cannot say
    EXPECT_NE(valid.text.find("n (Integer) = 0"), std::string::npos) << valid.text;
  }
}

void modelled_bridges_are_in_the_records() {
  const std::string records = read(city() / "bridges.geojson");
  std::size_t modelled = 0;
  const std::regex id("<brid:Bridge gml:id=\"([^\"]+)\"");
  for (const fs::path& f : files(city() / "udx" / "brid", ".gml")) {
    const std::string text = read(f);
    for (auto it = std::sregex_iterator(text.begin(), text.end(), id); it != std::sregex_iterator(); ++it, ++modelled) {
      EXPECT_NE(records.find("\"" + (*it)[1].str() + "\""), std::string::npos);
    }
  }
  EXPECT_GE(modelled, 12u);
  for (const char* grade : {"\"Ⅰ\"", "\"Ⅱ\"", "\"Ⅲ\"", "\"Ⅳ\"", "\"未点検\""}) EXPECT_NE(records.find(grade), std::string::npos) << grade;
}

void tiles_are_named_for_the_mesh_they_lie_in() {
  const auto tiles = files(city() / "udx" / "bldg", ".gml");
  ASSERT_FALSE(tiles.empty());
  for (const fs::path& f : tiles) {
    const std::string text = read(f), code = f.filename().string().substr(0, 8);
    std::smatch m;
    ASSERT_TRUE(std::regex_search(text, m, std::regex("<gml:lowerCorner>([0-9.]+) ([0-9.]+) [^<]*</gml:lowerCorner>\\s*<gml:upperCorner>([0-9.]+) ([0-9.]+)")));
    // Most of the tile's box lies in its mesh: the middle does.
    EXPECT_EQ(mesh_code((std::stod(m[2]) + std::stod(m[4])) / 2, (std::stod(m[1]) + std::stod(m[3])) / 2), code);
  }
}

// One test, because the city takes seconds to make and every test runs in a process of its own.
TEST(MakeCity, WritesACityThatOthersCanRead) {
  JobSystem jobs(2);
  for (const char* name : {"a", "b"}) {
    Progress progress;
    fs::remove_all(root() / name);
    const Status made = io::make_city(root() / name, {small, 7}, jobs, progress);
    ASSERT_TRUE(made.ok()) << made.error().text();
    EXPECT_EQ(progress.done.load(), progress.total.load());
    EXPECT_GT(progress.total.load(), 10u);
  }
  const std::pair<const char*, void (*)()> checks[] = {{"SameOptionsSameBytes", same_options_same_bytes},
                                                        {"EveryXmlFileIsWellFormed", every_xml_file_is_well_formed},
                                                        {"HasTheBuildingsAskedForAndTheirIdsAreUnique", has_the_buildings_asked_for_and_their_ids_are_unique},
                                                        {"ReferencesLeadToPolygonsAndPicturesThatAreThere", references_lead_to_polygons_and_pictures_that_are_there},
                                                        {"GdalReadsTheRasters", gdal_reads_the_rasters},
                                                        {"OgrCountsTheFeatures", ogr_counts_the_features},
                                                        {"ModelledBridgesAreInTheRecords", modelled_bridges_are_in_the_records},
                                                        {"TilesAreNamedForTheMeshTheyLieIn", tiles_are_named_for_the_mesh_they_lie_in}};
  for (const auto& [name, check] : checks) {
    SCOPED_TRACE(name);
    check();
  }
}

TEST(MakeCityOptions, RefusesNoBuildingsAndAFolderThatCannotBe) {
  JobSystem jobs(1);
  Progress progress;
  EXPECT_FALSE(io::make_city(fs::path(TENBO_BINARY_DIR) / "test-out" / "none", {0, 1}, jobs, progress).ok());
  const Status s = io::make_city("/proc/no-such-place/city", {1, 1}, jobs, progress);
  ASSERT_FALSE(s.ok());
  EXPECT_NE(s.error().text().find("/proc/no-such-place"), std::string::npos);
}

// Statistics Bureau of Japan, "Standard grid square and grid square code": the first three are its published example
// squares' own arithmetic at well-known places.
TEST(MeshCode, AgreesWithPublishedCodes) {
  EXPECT_EQ(mesh_code(139.7671, 35.6812), "53394611");  // Tokyo station
  EXPECT_EQ(mesh_code(139.6917, 35.6896), "53394525");  // Tokyo metropolitan government: PLATEAU's tile of it
  EXPECT_EQ(mesh_code(139.7375, 35.2583334), "52397519");  // Yokosuka museum: the PLATEAU tile in plateau-yokosuka-numazu
  EXPECT_EQ(mesh_code(135.0, 34.0), "51350000");        // on a corner
}

TEST(Plan, LeadsBackAndForth) {
  for (const std::uint32_t n : {6000u, 100000u}) {
    const Plan plan(n, 3);
    for (int i = 0; i < 500; ++i) {
      const Vec2 p{(i * 7919 % 4000 - 2000) * plan.stretch, (i * 104729 % 4000 - 2000) * plan.stretch};
      const Vec2 q = plan.to_plan(plan.to_world(p));
      EXPECT_NEAR(p.x, q.x, 0.01);
      EXPECT_NEAR(p.y, q.y, 0.01);
    }
  }
}

// Corners of a footprint inside another one's rectangle, and in water.
TEST(Buildings, KeepOffTheWaterAndOffEachOther) {
  for (const std::uint32_t n : {1u, 40u, 6000u}) {
    Plan plan(n, 1);
    Layout layout = make_layout(plan);
    const auto buildings = make_buildings(plan, layout, n);
    ASSERT_EQ(buildings.size(), n);
    std::map<std::pair<int, int>, std::vector<const Building*>> cells;
    for (const Building& b : buildings) cells[{static_cast<int>(std::floor(b.centre.x / 80)), static_cast<int>(std::floor(b.centre.y / 80))}].push_back(&b);
    int wet = 0, overlapping = 0;
    for (const Building& b : buildings) {
      bool hit = false;
      for (const Vec2 f : b.footprint) {
        const Vec2 w = b.at(f.x, f.y);
        wet += plan.water(w, plan.to_plan(w)) != 0;
        for (int dx = -1; dx <= 1; ++dx) {
          for (int dy = -1; dy <= 1; ++dy) {
            const auto cell = cells.find({static_cast<int>(std::floor(b.centre.x / 80)) + dx, static_cast<int>(std::floor(b.centre.y / 80)) + dy});
            if (cell == cells.end()) continue;
            for (const Building* o : cell->second) {
              if (o == &b) continue;
              const Vec2 d = w - o->centre;
              hit = hit || (std::abs(d.x * o->axis_p.x + d.y * o->axis_p.y) < o->half_p - 0.2 &&
                            std::abs(d.x * o->axis_q.x + d.y * o->axis_q.y) < o->half_q - 0.2);
            }
          }
        }
      }
      overlapping += hit;
    }
    EXPECT_EQ(wet, 0);
    EXPECT_LE(overlapping, static_cast<int>(n) / 200) << n;
  }
}

TEST(Flood, RisesFallsAndLiesOnTheGround) {
  const Plan plan(6000, 1);
  const FloodForecast f = forecast_flood(plan);
  ASSERT_EQ(f.depth.size(), 36u);
  std::vector<double> volume;
  float deepest = 0;
  for (const auto& step : f.depth) {
    double sum = 0;
    for (const float d : step) {
      ASSERT_TRUE(d == 0 || (d >= 0.05f && d < 12)) << d;
      sum += d;
      deepest = std::max(deepest, d);
    }
    volume.push_back(sum);
  }
  EXPECT_EQ(volume.front(), 0);
  const auto peak = std::max_element(volume.begin(), volume.end()) - volume.begin();
  EXPECT_GT(peak, 12);
  EXPECT_LT(peak, 34);
  for (int i = 1; i <= peak; ++i) EXPECT_GE(volume[i], volume[i - 1] * 0.999) << i;  // it grows,
  EXPECT_LT(volume.back(), 0.97 * volume[peak]);                                      // then recedes
  EXPECT_GT(deepest, 5.0f);  // every class up to 5 m and more
  // The surface is smooth: neighbours' levels differ little, away from the front, at the peak.
  int pairs = 0, rough = 0;
  for (int j = 0; j < f.height; ++j) {
    for (int i = 0; i + 1 < f.width; ++i) {
      const std::size_t c = static_cast<std::size_t>(j) * f.width + i;
      const float a = f.depth[peak][c], b = f.depth[peak][c + 1];
      if (a <= 0 || b <= 0) continue;
      const Vec2 w{f.west + (i + 0.5) * f.cell, f.north - (j + 0.5) * f.cell};
      ++pairs;
      rough += std::abs(plan.ground(w) + a - plan.ground({w.x + f.cell, w.y}) - b) > 0.35;
    }
  }
  ASSERT_GT(pairs, 5000);
  EXPECT_LT(rough, pairs / 50);
}

}  // namespace
