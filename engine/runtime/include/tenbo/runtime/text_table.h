#pragma once
// The words of the interface, from assets/lang/ja.json and en.json: flat objects of key and text, the same keys in both.
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tenbo/base/result.h"
#include "tenbo/runtime/hud.h"

namespace tenbo::runtime {

class TextTable {
 public:
  static Result<TextTable> load(const std::filesystem::path& dir);
  // The text; where the language lacks the key the other language's, and where both do the key itself, so that a
  // missing word shows. The reference holds as long as the table. [main]
  const std::string& tr(std::string_view key, Language language) const;
  // As tr, with each {name} replaced by its value ("{n} layers", {{"n", "3"}}).
  std::string tr(std::string_view key, Language language,
                 const std::vector<std::pair<std::string_view, std::string>>& values) const;
  std::vector<std::string> keys(Language language) const;  // sorted

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  using Words = std::unordered_map<std::string, std::string, Hash, std::equal_to<>>;
  std::array<Words, 2> words_;  // by Language
  mutable Words missing_;       // keys that were asked for and are nowhere
};

}  // namespace tenbo::runtime
