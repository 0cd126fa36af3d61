#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {
namespace {
using ::testing::HasSubstr;

constexpr const char* whole = R"({
  "id": "flood", "name": "Flood", "version": "1.0", "description": "d", "vendor": "v", "licence": "Apache-2.0", "abi": "1.4",
  "library": "flood.so",
  "parameters": [
    {"name": "path", "type": "path", "required": true, "multiple": true, "label": {"ja": "ファイル", "en": "File"}},
    {"name": "depth", "type": "number", "unit": "m", "minimum": 0, "maximum": 20, "default": "0.5", "label": "Depth"},
    {"name": "mode", "type": "choice", "choices": ["a", "b"], "default": "a"}
  ]})";

std::string error_of(const std::string& text) {
  const auto m = parse_plugin_manifest(text, "/plugins/flood/plugin.json");
  return m ? "" : m.error().text();
}
// `whole` with one piece of text changed.
std::string with(const std::string& from, const std::string& to) {
  std::string text = whole;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(PluginManifest, ReadsAWholeOne) {
  const auto m = parse_plugin_manifest(whole, "/plugins/flood/plugin.json");
  ASSERT_TRUE(m) << m.error().text();
  EXPECT_EQ(m->id, "flood");
  EXPECT_EQ(m->abi_major, 1);
  EXPECT_EQ(m->abi_minor, 4);
  EXPECT_EQ(m->library, "/plugins/flood/flood.so");
  ASSERT_EQ(m->parameters.size(), 3u);
  EXPECT_TRUE(m->parameters[0].required);
  EXPECT_TRUE(m->parameters[0].multiple);
  EXPECT_EQ(m->parameters[0].label_ja, "ファイル");
  EXPECT_EQ(m->parameters[1].label_ja, "Depth");  // one text serves both languages
  EXPECT_EQ(m->parameters[1].maximum, 20);
  EXPECT_EQ(m->parameters[1].value, "0.5");
  EXPECT_EQ(m->parameters[2].choices, (std::vector<std::string>{"a", "b"}));
}

TEST(PluginManifest, ErrorsNameFilePlaceAndRemedy) {
  EXPECT_THAT(error_of(with("\"version\"", "\"versoin\"")), AllOf(HasSubstr("/plugins/flood/plugin.json"), HasSubstr("$.versoin"), HasSubstr("version")));
  EXPECT_THAT(error_of(with("\"id\": \"flood\", ", "")), AllOf(HasSubstr("$.id"), HasSubstr("missing")));
  EXPECT_THAT(error_of(with("\"Flood\"", "5")), AllOf(HasSubstr("$.name"), HasSubstr("number"), HasSubstr("text")));
  EXPECT_THAT(error_of(with("\"flood\"", "\"Flood 2\"")), HasSubstr("$.id"));
  EXPECT_THAT(error_of(with("\"1.4\"", "\"1\"")), HasSubstr("major.minor"));
  EXPECT_THAT(error_of(with("\"1.4\"", "\"-1.0\"")), HasSubstr("major.minor"));
  EXPECT_THAT(error_of(with("\"1.4\"", "\"99999999999999999999.0\"")), HasSubstr("major.minor"));
  EXPECT_THAT(error_of(with("\"flood.so\"", "\"../evil.so\"")), HasSubstr("$.library"));
  EXPECT_THAT(error_of(with("\"flood.so\"", "\"/lib/evil.so\"")), HasSubstr("$.library"));
  EXPECT_THAT(error_of(with("\"flood.so\"", "\"a\\u0000b\"")), HasSubstr("NUL"));
  EXPECT_THAT(error_of(with("\"number\"", "\"numbr\"")), AllOf(HasSubstr("$.parameters[1].type"), HasSubstr("number")));
  EXPECT_THAT(error_of(with("\"0.5\"", "\"50\"")), AllOf(HasSubstr("$.parameters[1].default"), HasSubstr("20")));
  EXPECT_THAT(error_of(with("\"minimum\": 0", "\"minimum\": 30")), HasSubstr("minimum is above maximum"));
  EXPECT_THAT(error_of(with("\"depth\"", "\"path\"")), HasSubstr("twice"));
  EXPECT_THAT(error_of(with("\"default\": \"a\"", "\"default\": \"c\"")), HasSubstr("one of a, b"));
  EXPECT_THAT(error_of(with("[\"a\", \"b\"]", "[]")), HasSubstr("choices"));
  EXPECT_THAT(error_of(with("\"vendor\": \"v\"", "\"vendor\": \"v\", \"vendor\": \"w\"")), HasSubstr("twice"));
}

TEST(PluginManifest, SurvivesEveryTruncationAndEveryByte) {
  const std::string text = whole;
  for (std::size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(parse_plugin_manifest(text.substr(0, n), "p.json")) << n;
  for (std::size_t n = 0; n < text.size(); ++n)
    for (const char c : {'\0', '\xff', '{', '"', '9'}) {
      std::string bent = text;
      bent[n] = c;
      (void)parse_plugin_manifest(bent, "p.json");  // an error or a manifest, never a crash
    }
  EXPECT_THAT(error_of(""), HasSubstr("JSON"));
  EXPECT_THAT(error_of("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(error_of(std::string(200'000, '[')), HasSubstr("JSON"));
  EXPECT_THAT(error_of(std::string(2'000'000, ' ')), HasSubstr("1 MiB"));
  EXPECT_THAT(error_of("{\n\n\"id\": nope}"), HasSubstr("line 3"));
}

// Folders of plugins: what is wrong is listed with its reason and loads nothing.
class PluginFolders : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / "plugin_folders";
    std::filesystem::remove_all(dir_);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((dir_ / path).parent_path());
    std::ofstream(dir_ / path) << text;
  }
  static std::string manifest(const std::string& id, const std::string& abi = "1.0") {
    return "{\"id\": \"" + id + "\", \"name\": \"n\", \"version\": \"1\", \"abi\": \"" + abi + "\"}";
  }
  std::filesystem::path dir_;
  Log log_;
  JobSystem jobs_{1};
};

TEST_F(PluginFolders, ListsWithoutLoading) {
  put("a/plugin.json", manifest("a"));
  put("a/a.so", "this is no library: loading it would fail");
  put("b/plugin.json", manifest("b"));  // no library
  put("c/plugin.json", manifest("c", "7.0"));
  put("c/c.so", "");
  put("d/plugin.json", "{");
  put("e/plugin.json", manifest("a"));
  put("e/a.so", "");
  put("f/plugin.json", manifest("f"));
  std::filesystem::create_symlink("/lib/x86_64-linux-gnu/libc.so.6", dir_ / "f/f.so");  // out of its folder
  put("notes.txt", "not a plugin");
  const auto host = PluginHost::create({{dir_, "/nowhere/at/all"}, std::chrono::milliseconds(1000)}, jobs_, log_);
  ASSERT_EQ(host->installed().size(), 6u);
  const auto& all = host->installed();
  EXPECT_EQ(all[0].error, "");
  EXPECT_THAT(all[1].error, HasSubstr("b.so is not there"));
  EXPECT_THAT(all[2].error, HasSubstr("ABI 7"));
  EXPECT_THAT(all[3].error, HasSubstr("d/plugin.json"));
  EXPECT_THAT(all[4].error, HasSubstr("taken"));
  EXPECT_THAT(all[5].error, HasSubstr("outside"));

  auto unknown = host->create_layer("bb", {});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().text(), HasSubstr("bb"));
  EXPECT_FALSE(host->create_layer("c", {}));
  auto a = host->create_layer("a", {});
  ASSERT_TRUE(a);
  host->settle(std::chrono::seconds(10));
  EXPECT_EQ((*a)->state(), PluginState::failed);
  EXPECT_THAT((*a)->error().text(), AllOf(HasSubstr("plugin a"), HasSubstr("cannot be loaded")));
}
}  // namespace
}  // namespace tenbo::runtime
