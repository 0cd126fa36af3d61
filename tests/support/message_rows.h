#pragma once
// The rows of a message as plugins see them, without a host; and the message as expat-free text, for counts of its own.
#include <fstream>
#include <iterator>
#include <sstream>

#include "tenbo/geo/features.h"
#include "tenbo/io/vector.h"
#include "tenbo/plugin_api/rows.hpp"

namespace tenbo::test {

inline std::vector<plugin::Row> message_rows(const std::filesystem::path& path) {
  Progress progress;
  const auto v = io::read_vector(path, {}, progress, {});
  EXPECT_TRUE(v.ok()) << v.error().text();
  std::vector<plugin::Row> out(v ? v->features.size() : 0);
  for (const auto& c : v->features.summary())
    for (std::uint32_t r = 0; r < out.size(); ++r) {
      const auto value = v->features.value(r, c.name);
      if (std::holds_alternative<std::monostate>(value)) continue;
      out[r].texts[c.name] = geo::to_text(value);
      if (const auto n = geo::to_number(value); n && c.type != geo::AttributeType::text) out[r].numbers[c.name] = *n;
    }
  for (const auto& part : v->parts) out[part.feature].lon = v->points[part.first].lon, out[part.feature].lat = v->points[part.first].lat;
  return out;
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

}  // namespace tenbo::test
