#include "plain_json.h"

#include <algorithm>
#include <map>

#include "table.h"

namespace sensors {
namespace {
constexpr std::size_t most_keys = 200;

bool scalar(const Json& v) { return !v.is(Json::Kind::list) && !v.is(Json::Kind::object); }

// A reading, or a sensor with its place or structure; never an entity of SensorThings.
bool is_plain(const Json& e) {
  if (!e.is(Json::Kind::object) || e.keys.size() > most_keys) return false;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < e.keys.size(); ++i) {
    const auto& k = e.keys[i];
    if (k.find("@iot.") != std::string::npos || k == "result" || k == "dataArray" || k == "Datastream" || k == "Datastreams" || k == "Locations" || k == "unitOfMeasurement") return false;
    if (scalar(e.items[i])) keys.push_back(k);
  }
  const auto has = [&](Role role) { return guess(role, keys).has_value(); };
  return (has(Role::time) && has(Role::value)) || ((has(Role::id) || has(Role::name)) && ((has(Role::lon) && has(Role::lat)) || has(Role::structure)));
}

std::string text_of(const Json& v) {
  if (v.is(Json::Kind::boolean)) return v.truth ? "1" : "0";
  return v.text;  // of null: empty
}
}  // namespace

std::optional<Csv> plain_rows(const Json& root, const std::string& topic) {
  std::vector<const Json*> all;
  if (root.is(Json::Kind::list)) {
    for (const auto& e : root.items) all.push_back(&e);
  } else {
    all.push_back(&root);
  }
  if (all.empty() || !std::all_of(all.begin(), all.end(), [](const Json* e) { return is_plain(*e); })) return std::nullopt;
  Csv out;
  std::map<std::string, std::size_t> columns;
  for (const Json* e : all)
    for (std::size_t i = 0; i < e->keys.size(); ++i)
      if (scalar(e->items[i]) && columns.size() < most_keys && columns.emplace(e->keys[i], out.header.size()).second) out.header.push_back(e->keys[i]);
  const auto id = guess(Role::id, out.header), name = guess(Role::name, out.header);
  const bool by_topic = !id && !name && !topic.empty();
  if (by_topic) out.header.push_back("id");
  for (const Json* e : all) {
    auto& row = out.rows.emplace_back(out.header.size());
    for (std::size_t i = 0; i < e->keys.size(); ++i)
      if (const auto at = columns.find(e->keys[i]); scalar(e->items[i]) && at != columns.end()) row[at->second] = text_of(e->items[i]);
    if (by_topic) row.back() = topic;
  }
  return out;
}

}  // namespace sensors
