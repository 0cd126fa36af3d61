#include "tenbo/runtime/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tenbo/base/file.h"

namespace tenbo::runtime {

Result<TextTable> TextTable::load(const std::filesystem::path& dir) {
  using Json = nlohmann::json;
  TextTable table;
  for (const Language language : {Language::ja, Language::en}) {
    const auto path = dir / (language == Language::ja ? "ja.json" : "en.json");
    auto text = read_text_file(path, 8 << 20);
    if (!text) return text.error();
    const auto wrong = [&](std::string place, std::string message) {
      return Error{ErrorCode::malformed, std::move(message), path.string(), std::move(place), ""};
    };
    std::string twice;  // JSON would silently keep one of two equal keys
    Words& words = table.words_[static_cast<std::size_t>(language)];
    std::unordered_map<std::string, bool> seen;
    const auto on_event = [&](int depth, Json::parse_event_t event, Json& value) {
      if (depth == 1 && event == Json::parse_event_t::key && !seen.emplace(value.get<std::string>(), true).second && twice.empty())
        twice = value.get<std::string>();
      return true;
    };
    try {
      const Json root = Json::parse(*text, on_event, true, true);
      if (!root.is_object()) return wrong("$", fmt::format("found {}, expected an object of texts", root.type_name()));
      if (!twice.empty()) return wrong("$." + twice, "this key stands here twice");
      for (const auto& [key, value] : root.items()) {
        if (!value.is_string()) return wrong("$." + key, fmt::format("found {}, expected a string", value.type_name()));
        words.emplace(key, value.get<std::string>());
      }
    } catch (const Json::parse_error& e) {
      const auto before = std::min<std::size_t>(e.byte, text->size());
      return wrong(fmt::format("line {}", 1 + std::count(text->begin(), text->begin() + static_cast<std::ptrdiff_t>(before), '\n')), "not valid JSON");
    } catch (const Json::exception& e) {
      return wrong("", e.what());
    }
  }
  return table;
}

const std::string& TextTable::tr(std::string_view key, Language language) const {
  const auto first = static_cast<std::size_t>(language);
  for (const std::size_t i : {first, 1 - first})
    if (const auto it = words_[i].find(key); it != words_[i].end()) return it->second;
  return missing_.try_emplace(std::string(key), key).first->second;
}

std::string TextTable::tr(std::string_view key, Language language,
                          const std::vector<std::pair<std::string_view, std::string>>& values) const {
  const std::string& pattern = tr(key, language);
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t open = pattern.find('{', at), close = open == pattern.npos ? open : pattern.find('}', open);
    if (close == pattern.npos) {
      out += pattern.substr(at);
      break;
    }
    out.append(pattern, at, open - at);
    const std::string_view name = std::string_view(pattern).substr(open + 1, close - open - 1);
    const auto it = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
    if (it != values.end()) out += it->second;
    else out.append(pattern, open, close - open + 1);
    at = close + 1;
  }
  return out;
}

std::vector<std::string> TextTable::keys(Language language) const {
  std::vector<std::string> out;
  for (const auto& [key, text] : words_[static_cast<std::size_t>(language)]) out.push_back(key);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace tenbo::runtime
