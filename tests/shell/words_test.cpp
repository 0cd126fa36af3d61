// What the HUD and the panels say comes from assets/lang: their sources hold keys, and no words of either language.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tenbo/base/text.h"
#include "tenbo/runtime/text_table.h"

namespace tenbo::shell {
namespace {
namespace fs = std::filesystem;

struct Source { std::string name, text; };

std::string without_comments(const std::string& text) {
  std::ostringstream out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    bool quoted = false;
    std::size_t end = line.size();
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\') ++i;
      else if (line[i] == '"') quoted = !quoted;
      else if (!quoted && line.compare(i, 2, "//") == 0) { end = i; break; }
    }
    out << line.substr(0, end) << '\n';
  }
  return out.str();
}

std::vector<Source> sources() {
  std::vector<fs::path> files{"engine/runtime/src/engine_hud.cpp", "engine/runtime/src/engine_ask.cpp"};
  const fs::path root = TENBO_SOURCE_DIR;
  for (const char* folder : {"engine/runtime/src/hud", "engine/shell/src"})
    for (const auto& f : fs::directory_iterator(root / folder)) files.push_back(fs::relative(f.path(), root));
  std::vector<Source> out;
  for (const auto& f : files) {
    std::ifstream in(root / f);
    std::stringstream text;
    text << in.rdbuf();
    out.push_back({f.string(), without_comments(text.str())});
  }
  return out;
}

bool japanese(const std::string& text) {
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t c = next_code_point(text, pos);
    if ((c >= 0x3041 && c <= 0x30FA) || (c >= 0x3400 && c <= 0x9FFF)) return true;
  }
  return false;
}

const std::regex literal(R"rx("((?:[^"\\]|\\.)*)")rx");

TEST(Words, NoJapaneseStandsInTheSources) {
  std::size_t literals = 0;
  for (const Source& s : sources()) {
    if (s.name.ends_with("hud/text.cpp")) continue;  // where lines may break: marks, not words
    for (std::sregex_iterator i(s.text.begin(), s.text.end(), literal), end; i != end; ++i, ++literals) {
      const std::string text = (*i)[1];
      if (text == "名称") continue;  // a column's usual name in data
      EXPECT_FALSE(japanese(text)) << s.name << ": \"" << text << "\"";
    }
  }
  EXPECT_GT(literals, 300u) << "the scan found the sources";
}

// Two words of letters in one literal are a phrase. Errors and logs are not on the panels and stay English.
TEST(Words, NoEnglishPhraseStandsInThePanelsOrTheHud) {
  const std::regex phrase(R"([A-Za-z]{2,} [A-Za-z]{2,})");
  for (const Source& s : sources()) {
    const bool drawn = s.name.find("/panel_") != std::string::npos || s.name.find("/hud/") != std::string::npos ||
                       s.name.ends_with("widgets.cpp") || s.name.ends_with("engine_hud.cpp");
    if (!drawn) continue;
    for (std::sregex_iterator i(s.text.begin(), s.text.end(), literal), end; i != end; ++i)
      EXPECT_FALSE(std::regex_search((*i)[1].str(), phrase)) << s.name << ": \"" << (*i)[1] << "\"";
  }
}

TEST(Words, NobodyChoosesALanguageByHand) {
  const std::regex by_hand(R"rx(\bja(?:panese)?(?:\(\))? \? "|\bsay\("[^"]*", ")rx");
  for (const Source& s : sources()) {
    std::smatch m;
    std::string text = s.text;
    // Attributes of data in two languages are told by their suffix: that is no word.
    text = std::regex_replace(text, std::regex(R"rx(ja \? "[_:]ja" : "[_:]en")rx"), "");
    text = std::regex_replace(text, std::regex(R"rx(japanese \? "language: en" : "language: ja")rx"), "");
    EXPECT_FALSE(std::regex_search(text, m, by_hand)) << s.name << ": " << m.str();
  }
}

TEST(Words, EveryKeyThatIsAskedForExists) {
  const auto table = runtime::TextTable::load(fs::path(TENBO_SOURCE_DIR) / "assets/lang");
  ASSERT_TRUE(table.ok());
  const auto keys = table->keys(runtime::Language::en);
  const std::set<std::string> known(keys.begin(), keys.end());
  const std::regex asked(R"rx("((?:action|age|banner|bookmarks|card|datum|drop|find|help|hud|layers|legend|measure|nav|notice|probe|redo|save|screenshot|speed|style|time|top|trouble|undo|water)\.[a-z_]+)")rx");
  std::size_t found = 0;
  for (const Source& s : sources())
    for (std::sregex_iterator i(s.text.begin(), s.text.end(), asked), end; i != end; ++i, ++found) {
      const std::string key = (*i)[1];
      if (key.ends_with(".h")) continue;  // of an #include
      EXPECT_TRUE(known.count(key)) << s.name << " asks for \"" << key << "\"";
    }
  EXPECT_GT(found, 100u);
}

}  // namespace
}  // namespace tenbo::shell
