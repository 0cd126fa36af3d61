#include "tenbo/runtime/text_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace {
using namespace tenbo;
using runtime::Language;
using runtime::TextTable;
namespace fs = std::filesystem;

const fs::path lang = fs::path(TENBO_SOURCE_DIR) / "assets/lang";

// "{n}" and the like, in the text's order.
std::multiset<std::string> placeholders(const std::string& text) {
  std::multiset<std::string> names;
  for (std::size_t open = text.find('{'); open != text.npos; open = text.find('{', open + 1))
    if (const auto close = text.find('}', open); close != text.npos) names.insert(text.substr(open, close - open + 1));
  return names;
}

Result<TextTable> load_texts(const std::string& name, const std::string& ja, const std::string& en) {
  const fs::path dir = fs::path(TENBO_BINARY_DIR) / "test-out/text_table" / name;
  fs::create_directories(dir);
  EXPECT_TRUE(write_file_atomic(dir / "ja.json", ja).ok());
  EXPECT_TRUE(write_file_atomic(dir / "en.json", en).ok());
  return TextTable::load(dir);
}

TEST(text_table, both_languages_say_the_same_things) {
  const auto table = TextTable::load(lang);
  ASSERT_TRUE(table.ok()) << table.error().text();
  const auto ja = table->keys(Language::ja), en = table->keys(Language::en);
  EXPECT_FALSE(ja.empty());
  std::vector<std::string> only_one;
  std::set_symmetric_difference(ja.begin(), ja.end(), en.begin(), en.end(), std::back_inserter(only_one));
  for (const auto& key : only_one) ADD_FAILURE() << "\"" << key << "\" stands in one language alone";
  for (const auto& key : ja) {
    for (const Language language : {Language::ja, Language::en}) {
      const std::string& text = table->tr(key, language);
      EXPECT_FALSE(text.empty()) << key;
      EXPECT_TRUE(is_valid_utf8(text)) << key;
    }
    EXPECT_EQ(placeholders(table->tr(key, Language::ja)), placeholders(table->tr(key, Language::en))) << key << ": placeholders differ";
  }
}

TEST(text_table, files_are_sorted_by_key) {
  for (const char* name : {"ja.json", "en.json"}) {
    std::ifstream file(lang / name);
    std::string line, previous;
    while (std::getline(file, line)) {  // one `  "key": "text",` a line
      const auto open = line.find('"'), close = line.find("\":");
      if (open == line.npos || close == line.npos) continue;
      const std::string key = line.substr(open + 1, close - open - 1);
      EXPECT_LT(previous, key) << name;
      previous = key;
    }
    EXPECT_FALSE(previous.empty());
  }
}

TEST(text_table, a_missing_word_is_seen) {
  const auto table = load_texts("missing", R"({"a": "あ", "count": "{n} 件 {n}"})", R"({"a": "A", "b": "B", "count": "{n} of {m}"})");
  ASSERT_TRUE(table.ok()) << table.error().text();
  EXPECT_EQ(table->tr("a", Language::ja), "あ");
  EXPECT_EQ(table->tr("b", Language::ja), "B");
  EXPECT_EQ(table->tr("no.such", Language::en), "no.such");
  EXPECT_EQ(&table->tr("no.such", Language::en), &table->tr("no.such", Language::ja));
  EXPECT_EQ(table->tr("count", Language::ja, {{"n", "3"}}), "3 件 3");
  EXPECT_EQ(table->tr("count", Language::en, {{"n", "3"}}), "3 of {m}");
}

TEST(text_table, errors_name_file_and_place) {
  EXPECT_EQ(load_texts("list", "[]", "{}").error().place, "$");
  EXPECT_EQ(load_texts("number", R"({"a": {"b": 1}})", "{}").error().place, "$.a");
  EXPECT_EQ(load_texts("twice", R"({"a": "1", "a": "2"})", "{}").error().place, "$.a");
  const auto broken = load_texts("broken", "{\n\"a\": \"1\",\n", "{}");
  EXPECT_EQ(broken.error().code, ErrorCode::malformed);
  EXPECT_EQ(broken.error().place.substr(0, 5), "line ");
  EXPECT_NE(broken.error().file.find("ja.json"), std::string::npos);
  EXPECT_FALSE(load_texts("utf8", "{\"a\": \"\xFF\"}", "{}").ok());
  EXPECT_EQ(TextTable::load("/nonexistent").error().code, ErrorCode::not_found);
}
}  // namespace
