// SCENE.bindings.json: what people said of records and models.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "binding.h"
#include "tenbo/base/file.h"

namespace tenbo::runtime {
namespace {
using Json = nlohmann::ordered_json;
constexpr std::uint64_t most_bytes = 64 << 20;  // a hundred thousand corrections are 20 MB
}  // namespace

std::filesystem::path corrections_file(const std::filesystem::path& scene) {
  if (scene.empty()) return {};
  auto file = scene;
  file.replace_extension(".bindings.json");
  return file;
}

Result<std::vector<SavedCorrection>> read_corrections(const std::filesystem::path& file) {
  std::vector<SavedCorrection> out;
  if (file.empty() || !file_stamp(file).exists) return out;
  auto text = read_text_file(file, most_bytes);
  if (!text) return text.error();
  const auto wrong = [&](std::string place, std::string message) {
    return Error{ErrorCode::malformed, std::move(message), file.string(), std::move(place), "mend the file or move it away; the bindings are then those found by place and name"};
  };
  const Json root = Json::parse(*text, nullptr, false, true);
  if (root.is_discarded()) return wrong("", "not valid JSON");
  if (!root.is_object() || !root.contains("bindings") || !root["bindings"].is_array()) return wrong("$.bindings", "expected a list");
  std::size_t i = 0;
  for (const auto& b : root["bindings"]) {
    const std::string place = fmt::format("$.bindings[{}]", i++);
    if (!b.is_object()) return wrong(place, "expected an object");
    SavedCorrection c;
    std::string verdict;
    const std::pair<const char*, std::string*> fields[] = {{"layer", &c.layer}, {"record", &c.correction.record}, {"model", &c.correction.model},
                                                           {"verdict", &verdict}, {"by", &c.correction.by}, {"at", &c.correction.at}};
    for (const auto& [key, into] : fields) {
      const auto it = b.find(key);
      if (it == b.end()) continue;
      if (!it->is_string()) return wrong(place + "." + key, "expected text");
      *into = it->get<std::string>();
    }
    if (c.correction.record.empty()) return wrong(place + ".record", "the record's identifier is missing");
    if (verdict != "accepted" && verdict != "rejected") return wrong(place + ".verdict", "expected \"accepted\" or \"rejected\"");
    c.correction.accepted = verdict == "accepted";
    if (c.correction.accepted && c.correction.model.empty()) return wrong(place + ".model", "the accepted model's identifier is missing");
    out.push_back(std::move(c));
  }
  return out;
}

Status write_corrections(const std::filesystem::path& file, std::span<const SavedCorrection> corrections) {
  if (file.empty()) return Error{ErrorCode::invalid_argument, "the scene has no file beside which bindings can be kept", "", "", "save the scene first"};
  Json list = Json::array();
  for (const auto& c : corrections)
    list.push_back({{"layer", c.layer}, {"record", c.correction.record}, {"model", c.correction.model},
                    {"verdict", c.correction.accepted ? "accepted" : "rejected"}, {"by", c.correction.by}, {"at", c.correction.at}});
  return write_file_atomic(file, Json{{"bindings", std::move(list)}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace tenbo::runtime
