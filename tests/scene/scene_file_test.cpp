#include "tenbo/scene/scene_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <unistd.h>

#include "tenbo/base/file.h"
#include "tenbo/scene/undo.h"

namespace tenbo::scene {
namespace {
namespace fs = std::filesystem;

// Every key, in one scene.
const char* const full = R"json(// a comment
{
  "$schema": "../assets/schema/scene.schema.json",
  "title": {"ja": "展望市", "en": "Tenbo City"},
  "time": "2026-11-21T09:00:00+09:00",
  "vertical_datum": "orthometric", /* another */
  "geoid": "grids/gsi.tif",
  "alarm_sound": false,
  "mode": "exercise",
  "section": {"lon": 138.2, "lat": 0, "azimuth": -30, "keep": ["terrain"]},
  "home": {"lon": 138.2, "lat": 34.5, "height": 2000, "heading": 330, "pitch": -27, "fov": 40},
  "views": [{"name": "harbour", "title": "The harbour", "camera": {"lon": 138.21, "lat": 34.49}}],
  "layers": [
    {"name": "terrain", "kind": "terrain", "path": ["dem/a.tif", "/abs/b.tif"], "vertical": "ellipsoidal", "exchange_axes": false, "allow_hosts": ["tiles.example.org", "[::1]:8080"], "zoom": [2, 17], "encoding": "gsi", "visible": false, "opacity": 0.5},
    {"path": "udx/bldg/", "style": {
      "colour": "#01020304", "attribute": "height", "classes": [
        {"from": 0, "colour": "#ffffff"}, {"from": 31.5, "colour": [33, 140, 255, 128], "label": {"ja": "高い", "en": "high"}}],
      "palette": "flood-depth", "filter": "bldg:usage != 住宅", "line_width": 1.5, "label_attribute": "name",
      "extrude_attribute": "h", "extrude_scale": 3, "textured": true, "drape": false, "point_size": 9}},
    {"name": "words", "kind": "vector", "path": "a.gpkg", "sublayer": "roads", "attribution": "© 誰か",
     "style": {"attribute": "class", "classes": [{"value": "A", "colour": "#000000"}, {"value": 3, "colour": "#000001"}]}},
    {"name": "tower", "title": "A tower", "kind": "model", "path": "tower.glb", "position": {"lon": 138, "lat": 34, "height": 5}, "heading": -90, "scale": 0.01},
    {"name": "flood", "kind": "field", "plugin": "hazard_flood", "parameters": {"path": ["a.tif", "b.tif"], "steps": 3, "dry": true, "word": "x/y"},
     "quantity": "water depth", "unit": "m", "source": "somebody", "start": "2026-11-21T00:00:00Z", "issue_time": "2026-11-20T21:00:00Z",
     "certainty": "simulated", "step_seconds": 600, "nodata_is_dry": true}
  ]
})json";

Error error_of(const std::string& text) {
  auto scene = parse_scene(text, "/base");
  EXPECT_FALSE(scene.ok()) << text;
  return scene.ok() ? Error{} : scene.error();
}

TEST(SceneFile, ReadsEveryKey) {
  const auto scene = parse_scene(full, "/base/scenes");
  ASSERT_TRUE(scene.ok()) << scene.error().text();
  EXPECT_EQ(scene->title.ja, "展望市");
  ASSERT_TRUE(scene->section);
  EXPECT_EQ(scene->section->azimuth, -30);
  EXPECT_FALSE(scene->section->height);
  EXPECT_EQ(scene->section->keep, std::vector<std::string>{"terrain"});
  EXPECT_EQ(geo::format_utc(*scene->time), "2026-11-21T00:00:00Z");
  EXPECT_EQ(scene->vertical_datum, geo::VerticalKind::orthometric);
  EXPECT_EQ(scene->geoid, "/base/scenes/grids/gsi.tif");
  EXPECT_EQ(scene->mode, "exercise");
  EXPECT_FALSE(scene->alarm_sound);
  ASSERT_TRUE(scene->home);
  EXPECT_EQ(scene->home->heading, 330);
  EXPECT_EQ(scene->home->fov, 40);
  ASSERT_EQ(scene->views.size(), 1u);
  EXPECT_EQ(scene->views[0].title.in(true), "The harbour");
  EXPECT_EQ(scene->views[0].camera.pitch, -35);
  ASSERT_EQ(scene->layers.size(), 5u);
  const auto& l = scene->layers;
  EXPECT_THAT(l[0].paths, testing::ElementsAre("/base/scenes/dem/a.tif", "/abs/b.tif"));
  EXPECT_EQ(l[0].vertical, geo::VerticalKind::ellipsoidal);
  EXPECT_EQ(l[0].exchange_axes, false);
  EXPECT_THAT(l[0].allow_hosts, testing::ElementsAre("tiles.example.org", "[::1]:8080"));
  EXPECT_EQ(l[1].exchange_axes, std::nullopt);
  EXPECT_EQ(l[0].zoom, std::pair(2, 17));
  EXPECT_EQ(l[0].encoding, "gsi");
  EXPECT_FALSE(l[0].visible);
  EXPECT_EQ(l[0].opacity, 0.5);
  EXPECT_TRUE(l[0].kind_set);
  EXPECT_FALSE(l[1].kind_set);
  EXPECT_EQ(l[1].name, "bldg");
  EXPECT_EQ(*l[1].style.colour, (Rgba8{1, 2, 3, 4}));
  ASSERT_EQ(l[1].style.classes.size(), 2u);
  EXPECT_EQ(*l[1].style.classes[1].from, 31.5);
  EXPECT_EQ(l[1].style.classes[1].colour, (Rgba8{33, 140, 255, 128}));
  EXPECT_EQ(l[1].style.classes[1].label.in(true), "高い");
  EXPECT_EQ(l[1].style.extrude_scale, 3);
  EXPECT_FALSE(l[1].style.drape);
  EXPECT_TRUE(l[1].style.textured);
  EXPECT_EQ(l[2].style.classes[1].value, "3");
  EXPECT_EQ(l[2].sublayer, "roads");
  EXPECT_TRUE(l[3].position_set);
  EXPECT_EQ(l[3].position.height, 5);
  EXPECT_EQ(l[3].heading, -90);
  using P = std::pair<std::string, std::string>;
  EXPECT_THAT(l[4].parameters, testing::ElementsAre(P{"path", "/base/scenes/a.tif"}, P{"path", "/base/scenes/b.tif"}, P{"steps", "3"},
                                                    P{"dry", "true"}, P{"word", "x/y"}));
  EXPECT_TRUE(l[4].nodata_is_dry);
  EXPECT_EQ(l[4].step_seconds, 600);
}

TEST(SceneFile, WritesWhatItReads) {
  const fs::path dir = fs::temp_directory_path() / ("tenbo-scene-" + std::to_string(getpid()));
  fs::create_directories(dir / "sub");
  auto scene = parse_scene(full, dir);
  ASSERT_TRUE(scene.ok());
  ASSERT_TRUE(write_scene(*scene, dir / "one.json").ok());
  const std::string one = *read_text_file(dir / "one.json");
  EXPECT_NE(one.find("\"dem/a.tif\""), std::string::npos);   // relative below the folder
  EXPECT_NE(one.find("\"/abs/b.tif\""), std::string::npos);
  auto again = read_scene(dir / "one.json");
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->path, dir / "one.json");
  ASSERT_TRUE(write_scene(*again, dir / "two.json").ok());
  EXPECT_EQ(one, *read_text_file(dir / "two.json"));
  // Written elsewhere the same files are meant.
  ASSERT_TRUE(write_scene(*again, dir / "sub" / "three.json").ok());
  auto moved = read_scene(dir / "sub" / "three.json");
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(moved->layers[0].paths, scene->layers[0].paths);
  EXPECT_EQ(moved->layers[4].parameters, scene->layers[4].parameters);
  EXPECT_FALSE(moved->layers[1].kind_set);
  EXPECT_TRUE(moved->layers[4].kind_set);
  SceneFile bad_name;
  bad_name.title.en = "caf\xe9";  // latin1 from a file name
  ASSERT_TRUE(write_scene(bad_name, dir / "bad.json").ok());
  EXPECT_TRUE(read_scene(dir / "bad.json").ok());
  fs::remove_all(dir);
}

TEST(SceneFile, AddressesStayAsTheyAreWritten) {
  const char* text = R"({"layers": [{"path": "https://Tiles.example.org/a//b/../tileset.json?key=K&x=%20"}, {"path": ["a.tif", "http://h/city/"]}]})";
  const auto scene = parse_scene(text, "/base");
  ASSERT_TRUE(scene.ok()) << scene.error().text();
  EXPECT_EQ(scene->layers[0].paths[0], "https://Tiles.example.org/a//b/../tileset.json?key=K&x=%20");
  EXPECT_EQ(scene->layers[0].name, "tileset");
  EXPECT_EQ(scene->layers[1].paths[1], "http://h/city/");
  const auto again = parse_scene(format_scene(*scene, "/elsewhere"), "/elsewhere");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->layers[0].paths, scene->layers[0].paths);
  EXPECT_EQ(again->layers[1].paths[1], "http://h/city/");
}

struct Bad { const char* text; const char* place; const char* message; const char* remedy; };

TEST(SceneFile, ErrorsNamePlaceFindingAndExpectation) {
  const Bad cases[] = {
      {R"({"layers": [{"path": "https://u:secret@h:x/"}]})", "$.layers[0].path", "port", ""},
      {R"({"layers": [{"path": "a", "allow_hosts": "h"}]})", "$.layers[0].allow_hosts", "a list of hosts", ""},
      {R"({"layers": [{"path": "a", "allow_hosts": ["h", "https://h/"]}]})", "$.layers[0].allow_hosts[1]", "a host such as", ""},
      {R"({"layers": [{"path": "a", "zoom": [5]}]})", "$.layers[0].zoom", "[coarsest, finest]", ""},
      {R"({"layers": [{"path": "a", "zoom": [5, 4]}]})", "$.layers[0].zoom[1]", "5 to 22", ""},
      {R"({"layers": [{"path": "a"}, {"path": "b"}, {"path": "c", "kind": "building"}]})", "$.layers[2].kind",
       "found \"building\", expected one of \"buildings\"", "did you mean \"buildings\"?"},
      {R"({"layer": []})", "$.layer", "unknown key \"layer\"", "did you mean \"layers\"?"},
      {R"({"layers": [{"path": "a", "opacty": 1}]})", "$.layers[0].opacty", "unknown key", "opacity"},
      {R"({"layers": [{"path": "a", "zzzzzzzzzzzzzz": 1}]})", "$.layers[0].zzzzzzzzzzzzzz", "unknown key", "\"name\""},
      {R"({"layers": {}})", "$.layers", "found an object, expected a list", ""},
      {R"({"layers": [3]})", "$.layers[0]", "found 3, expected an object", ""},
      {R"({"layers": [{"name": "x"}]})", "$.layers[0]", "\"path\" is missing", ""},
      {R"({"layers": [{"path": ""}]})", "$.layers[0].path", "expected a path", ""},
      {R"({"layers": [{"path": []}]})", "$.layers[0].path", "empty list", ""},
      {R"({"layers": [{"path": ["a", 5]}]})", "$.layers[0].path[1]", "found 5, expected a text", ""},
      {R"({"layers": [{"path": "a", "opacity": 1.5}]})", "$.layers[0].opacity", "found 1.5, expected 0 to 1", ""},
      {R"({"layers": [{"path": "a", "opacity": "1"}]})", "$.layers[0].opacity", "found \"1\", expected a number", ""},
      {R"({"layers": [{"path": "a", "visible": 1}]})", "$.layers[0].visible", "found 1, expected true or false", ""},
      {R"({"layers": [{"path": "a", "name": "x"}, {"path": "b", "name": "x"}]})", "$.layers[1].name", "$.layers[0] too", ""},
      {R"({"layers": [{"path": "a", "kind": "model"}]})", "$.layers[0]", "\"position\" is missing", ""},
      {R"({"layers": [{"path": "a", "position": {"lon": 1}}]})", "$.layers[0].position", "\"lat\" is missing", ""},
      {R"({"layers": [{"path": "a", "style": {"colour": "red"}}]})", "$.layers[0].style.colour", "#rrggbb", ""},
      {R"({"layers": [{"path": "a", "style": {"colour": [1, 2, 256]}}]})", "$.layers[0].style.colour[2]", "found 256", ""},
      {R"({"layers": [{"path": "a", "style": {"filter": "height"}}]})", "$.layers[0].style.filter", "attribute op value", ""},
      {R"({"layers": [{"path": "a", "style": {"filter": "height ="}}]})", "$.layers[0].style.filter", "attribute op value", ""},
      {R"({"layers": [{"path": "a", "style": {"classes": [{"from": 1, "colour": "#000000"}, {"from": 1, "colour": "#000000"}]}}]})",
       "$.layers[0].style.classes[1].from", "more than the class before", ""},
      {R"({"layers": [{"path": "a", "style": {"classes": [{"colour": "#000000"}]}}]})", "$.layers[0].style.classes[0]", "either", ""},
      {R"({"layers": [{"path": "a", "style": {"classes": [{"from": 1}]}}]})", "$.layers[0].style.classes[0]", "\"colour\" is missing", ""},
      {R"({"layers": [{"plugin": "p", "parameters": {"a": {"b": 1}}}]})", "$.layers[0].parameters.a", "found an object", ""},
      {R"({"layers": [{"plugin": "p", "parameters": {"path": 3}}]})", "$.layers[0].parameters.path", "found 3, expected a text", ""},
      {R"({"layers": [{"path": "a", "start": "2026-11-21T09:00:00"}]})", "$.layers[0].start", "no offset", "ISO 8601"},
      {R"({"layers": [{"path": "a", "certainty": "sure"}]})", "$.layers[0].certainty", "expected one of", ""},
      {R"({"time": "yesterday"})", "$.time", "not a time", ""},
      {R"({"time": 5})", "$.time", "expected a text", ""},
      {R"({"mode": "exercize"})", "$.mode", "expected one of", "exercise"},
      {R"({"home": {"lon": 139}})", "$.home", "\"lat\" is missing", ""},
      {R"({"home": {"lon": 35.6, "lat": 139.7}})", "$.home.lat", "found 139.7, expected -90 to 90", ""},
      {R"({"views": [{"name": "a"}]})", "$.views[0]", "\"camera\" is missing", ""},
      {R"({"title": {"fr": "x"}})", "$.title.fr", "unknown key", ""},
      {R"({"title": null})", "$.title", "found null", ""},
      {R"({"title": "a\u0000b"})", "$", "null character", ""},
      {R"([])", "$", "found a list of 0, expected an object", ""},
      {R"({"title": "a", "title": "b"})", "$", "the key \"title\" stands here twice", ""},
      {R"({"layers": [{"path": "a"}, {"path": "a", "style": {"drape": true, "drape": true}}]})", "$.layers[1].style", "stands here twice", ""},
      {"{\n  \"title\": \"a\",\n}", "line 3", "not valid JSON", ""},
      {"{\"home\": {\"lon\": NaN}}", "line 1", "not valid JSON", ""},
      {"{\"home\": {\"lon\": 1e999}}", "", "1e999", ""},
      {"{\"title\": \"\xff\xfe\"}", "line 1", "UTF-8", ""},
      {"", "line 1", "not valid JSON", ""},
      {"{} {}", "line 1", "not valid JSON", ""},
      {"{", "line 1", "not valid JSON", ""},
  };
  for (const Bad& c : cases) {
    const Error e = error_of(c.text);
    EXPECT_EQ(e.code, ErrorCode::malformed) << c.text;
    EXPECT_THAT(e.place, testing::StartsWith(c.place)) << c.text << " -> " << e.text();
    EXPECT_THAT(e.message, testing::HasSubstr(c.message)) << c.text << " -> " << e.text();
    EXPECT_THAT(e.remedy, testing::HasSubstr(c.remedy)) << c.text << " -> " << e.text();
  }
}

TEST(SceneFile, HostileTextIsAnErrorAndQuick) {
  EXPECT_EQ(error_of(std::string(1'000'000, '[')).code, ErrorCode::malformed);
  EXPECT_THAT(error_of("{\"layers\": " + std::string(100, '[') + std::string(100, ']') + "}").message, testing::HasSubstr("nested"));
  std::string many = "{\"title\": {";
  for (int i = 0; i < 100'000; ++i) many += "\"k" + std::to_string(i) + "\": 1,";
  EXPECT_THAT(error_of(many + "\"z\": 1}}").message, testing::HasSubstr("4096 keys"));
  std::string zeros = "{\"layers\": [0";
  for (int i = 0; i < 2'100'000; ++i) zeros += ",0";
  EXPECT_THAT(error_of(zeros + "]}").message, testing::HasSubstr("2000000 values"));
  EXPECT_FALSE(read_scene("/nonexistent/scene.json").ok());
  EXPECT_FALSE(read_scene(fs::temp_directory_path()).ok());
  // Cut anywhere, and with any byte changed: an answer, never a crash.
  const std::string whole = full;
  for (std::size_t n = 0; n + 1 < whole.size(); n += 3) EXPECT_FALSE(parse_scene(whole.substr(0, n), "/").ok());
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string broken = whole;
    broken[random() % broken.size()] = static_cast<char>(random());
    (void)parse_scene(broken, "/");
  }
}

TEST(SceneFile, MembersAndIssuesOfAField) {
  const auto scene = parse_scene(R"({"layers": [
      {"name": "depth", "issues": [{"issue_time": "2026-09-12T18:00:00Z", "members": [{"name": "a", "path": "1.tif"}, {"name": "b", "path": ["2.tif", "3.tif"]}]},
                                   {"path": "all.nc"}],
       "show": {"issue": "2026-09-13T00:00:00Z", "member": "p90", "threshold": 0.5, "changed": true}},
      {"name": "one", "path": "x.nc", "show": "latest"}]})", "/base");
  ASSERT_TRUE(scene.ok()) << scene.error().text();
  const LayerSpec& l = scene->layers[0];
  EXPECT_EQ(l.kind, LayerKind::field);
  ASSERT_EQ(l.issues.size(), 2u);
  EXPECT_EQ(l.issues[0].members[1].paths[1], "/base/3.tif");
  EXPECT_EQ(l.paths, (std::vector<fs::path>{"/base/1.tif", "/base/2.tif", "/base/3.tif", "/base/all.nc"}));  // in the order of the issues
  EXPECT_EQ(l.show.member, "p90");
  EXPECT_EQ(l.show.threshold, 0.5);
  EXPECT_TRUE(l.show.changed);
  EXPECT_EQ(scene->layers[1].show.issue, "latest");
  const auto again = parse_scene(format_scene(*scene, "/base"), "/base");
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(format_scene(*again, "/base"), format_scene(*scene, "/base"));
  EXPECT_EQ(again->layers[0].paths, l.paths);
  const auto words = [](const std::string& layer) {
    const auto bad = parse_scene("{\"layers\": [" + layer + "]}", "/base");
    return bad.ok() ? std::string() : bad.error().text();
  };
  EXPECT_THAT(words(R"({"path": "a", "show": {"member": "probability"}})"), testing::HasSubstr("\"threshold\" is missing"));
  EXPECT_THAT(words(R"({"path": "a", "show": {"member": "p101"}})"), testing::HasSubstr("percentile"));
  EXPECT_THAT(words(R"({"path": "a", "show": {"membr": "p10"}})"), testing::HasSubstr("did you mean \"member\""));
  EXPECT_THAT(words(R"({"path": "a", "show": {"issue": "yesterday"}})"), testing::HasSubstr("$.layers[0].show.issue"));
  EXPECT_THAT(words(R"({"path": "a", "members": [{"name": "m", "path": "b"}]})"), testing::HasSubstr("name the files in one of them"));
  EXPECT_THAT(words(R"({"issues": [{"issue_time": "2026-09-12T18:00:00Z"}]})"), testing::HasSubstr("either \"path\" or \"members\""));
  EXPECT_THAT(words(R"({"kind": "vector", "members": [{"name": "m", "path": "b"}]})"), testing::HasSubstr("$.layers[0].kind"));
}

TEST(SceneFile, ImpactNamesLayersOfTheScene) {
  const auto parse = [](const std::string& impact) { return parse_scene(R"({"layers": [{"name": "flood", "path": "a"}, {"name": "roads", "path": "b"}], "impact": )" + impact + "}", "/data"); };
  const auto good = parse(R"([{"hazard": "flood", "assets": "roads", "by": "class"}])");
  ASSERT_TRUE(good) << good.error().text();
  EXPECT_EQ(good->impact[0].by, "class");
  const auto again = parse_scene(format_scene(*good, "/data"), "/data");
  ASSERT_TRUE(again);
  ASSERT_EQ(again->impact.size(), 1u);
  EXPECT_EQ(again->impact[0].assets, "roads");
  auto without = *good;
  without.layers.pop_back();
  const auto kept = parse_scene(format_scene(without, "/data"), "/data");
  ASSERT_TRUE(kept) << kept.error().text();
  EXPECT_TRUE(kept->impact.empty()) << "the layer was taken away";
  EXPECT_THAT(parse(R"([{"hazard": "flod", "assets": "roads"}])").error().text(), testing::HasSubstr("did you mean \"flood\""));
  EXPECT_THAT(parse(R"([{"hazard": "flood", "assets": "cars"}])").error().text(), testing::HasSubstr("$.impact[0].assets"));
}

// The published schema and the parser know the same keys.
TEST(SceneFile, SchemaAndParserAgreeOnKeys) {
  std::ifstream file(fs::path(TENBO_SOURCE_DIR) / "assets/schema/scene.schema.json");
  const auto schema = nlohmann::json::parse(file);
  const auto keys_in = [](const nlohmann::json& object) {
    std::set<std::string> keys;
    for (const auto& [key, value] : object.at("properties").items())
      if (key != "$schema") keys.insert(key);
    EXPECT_EQ(object.at("additionalProperties"), false);
    return keys;
  };
  for (const auto& [object, keys] : scene_file_keys()) {
    const auto& in_schema = object == "scene" ? schema : schema.at("definitions").at(object);
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()), keys_in(in_schema)) << object;
  }
}

// The parser and python3-jsonschema, an independent validator, agree on what is a scene.
TEST(SceneFile, SchemaValidatorAgrees) {
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) GTEST_SKIP() << "python3-jsonschema is not installed";
  const fs::path dir = fs::temp_directory_path() / ("tenbo-schema-" + std::to_string(getpid()));
  fs::create_directories(dir);
  std::vector<std::string> texts{
      full, "{}", R"({"layers": [{"path": "a"}]})", R"({"layers": [{"path": "a", "kind": "building"}]})", R"({"layer": []})",
      R"({"layers": [{"name": "x"}]})", R"({"layers": [{"path": ""}]})", R"({"layers": [{"path": "a", "opacity": 1.5}]})",
      R"({"layers": [{"path": "a", "kind": "model"}]})", R"({"layers": [{"path": "a", "style": {"colour": "red"}}]})",
      R"({"layers": [{"path": "a", "style": {"colour": "#ff0000"}}]})", R"({"layers": [{"path": "a", "style": {"classes": [{"colour": "#000000"}]}}]})",
      R"({"home": {"lon": 139}})", R"({"home": {"lon": 139, "lat": 35}})", R"({"home": {"lon": 35, "lat": 139}})", R"({"time": "2026-11-21T09:00:00"})",
      R"({"time": "2026-11-21T09:00+09:00"})", R"({"mode": "drill"})", R"({"alarm_sound": "no"})", R"({"title": 5})", R"({"views": [{"name": "a"}]})",
      R"({"feeds": [{"name": "f", "kind": "folder", "address": "in"}]})", R"({"feeds": [{"name": "f", "kind": "folder"}]})",
      R"({"feeds": [{"name": "f", "kind": "ftp", "address": "in"}]})", R"({"feeds": [{"name": "f", "kind": "folder", "address": "in", "qos": 3}]})",
      R"({"journal": "j", "feeds": [{"name": "f", "kind": "mqtt", "address": "mqtt://h", "topics": ["a/#"], "expected_interval": "PT10M", "poll_seconds": 5}]})",
      R"({"feeds": [{"name": "f", "kind": "mqtt", "address": "mqtt://h", "topics": [""]}]})", R"({"journal": ""})",
      R"({"layers": [{"name": "a", "path": "a"}], "impact": [{"hazard": "a", "assets": "a", "by": "n"}]})", R"({"impact": [{"hazard": "a"}]})",
      R"({"layers": [{"name": "a", "path": "a"}], "impact": [{"hazard": "a", "assets": "a", "by": 3}]})", R"({"impact": {"hazard": "a", "assets": "a"}})",
      R"({"layers": [{"members": [{"name": "m", "path": "b"}], "show": {"member": "mean"}}]})", R"({"layers": [{"members": [{"path": "b"}]}]})",
      R"({"layers": [{"issues": [{"path": "b"}], "show": "latest"}]})", R"({"layers": [{"issues": [{"path": "b", "members": [{"name": "m", "path": "b"}]}]}]})",
      R"({"layers": [{"path": "b", "show": {"mean": true}}]})", R"({"layers": [{"plugin": "p", "parameters": {"a": [1, "b", true]}}]})", R"({"layers": [{"plugin": "p", "parameters": {"a": null}}]})"};
  for (std::size_t i = 0; i < texts.size(); ++i)  // Python's reader knows no comments
    std::ofstream(dir / (std::to_string(i) + ".json")) << nlohmann::json::parse(texts[i], nullptr, true, true).dump();
  const std::string command = "cd '" + dir.string() + "' && python3 -c \"\nimport json, jsonschema\n"
                              "v = jsonschema.Draft7Validator(json.load(open('" TENBO_SOURCE_DIR "/assets/schema/scene.schema.json')))\n"
                              "v.check_schema(v.schema)\n"
                              "for i in range(" + std::to_string(texts.size()) + "): print(int(v.is_valid(json.load(open(f'{i}.json')))))\n\" > out.txt";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::ifstream out(dir / "out.txt");
  for (const auto& text : texts) {
    int valid = -1;
    ASSERT_TRUE(out >> valid);
    EXPECT_EQ(parse_scene(text, "/base").ok(), valid == 1) << text;
  }
  fs::remove_all(dir);
}

TEST(UndoStack, GoesBackAndForthWithinItsBound) {
  UndoStack stack(3);
  SceneFile now;
  const auto edit = [&](const char* title) { stack.remember(now); now.title.en = title; };
  EXPECT_FALSE(stack.undo(now));
  for (const char* t : {"1", "2", "3", "4"}) edit(t);
  for (const char* t : {"3", "2", "1"}) {
    now = *stack.undo(now);
    EXPECT_EQ(now.title.en, t);
  }
  EXPECT_FALSE(stack.can_undo());  // the bound
  now = *stack.redo(now);
  EXPECT_EQ(now.title.en, "2");
  edit("other");
  EXPECT_FALSE(stack.can_redo());
  now = *stack.undo(now);
  EXPECT_EQ(now.title.en, "2");
}

}  // namespace
}  // namespace tenbo::scene
