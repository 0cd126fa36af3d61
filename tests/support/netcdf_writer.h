#pragma once
// NetCDF classic (CDF-1), written after its published grammar: dimensions, variables of doubles with their text attributes.
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace tenbo::test {

struct NetcdfVariable {
  std::string name;
  std::vector<std::uint32_t> dimensions;  // into the file's
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<double> values;             // row by row, as many as the dimensions make
};

inline std::string netcdf_classic(const std::vector<std::pair<std::string, std::uint32_t>>& dimensions, const std::vector<NetcdfVariable>& variables,
                                  const std::vector<std::pair<std::string, std::string>>& global = {}) {
  const auto word = [](std::uint32_t v) { return std::string({static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)}); };
  const auto name = [&](std::string s) {
    const auto n = static_cast<std::uint32_t>(s.size());
    while (s.size() % 4) s += '\0';
    return word(n) + s;
  };
  const auto attributes = [&](const std::vector<std::pair<std::string, std::string>>& list) {
    if (list.empty()) return word(0) + word(0);
    std::string s = word(12) + word(static_cast<std::uint32_t>(list.size()));
    for (const auto& [k, v] : list) s += name(k) + word(2) + name(v);
    return s;
  };
  const auto header = [&](std::uint32_t begin) {
    std::string s = std::string("CDF\x01", 4) + word(0) + word(10) + word(static_cast<std::uint32_t>(dimensions.size()));
    for (const auto& [n, size] : dimensions) s += name(n) + word(size);
    s += attributes(global) + word(11) + word(static_cast<std::uint32_t>(variables.size()));
    for (const auto& v : variables) {
      s += name(v.name) + word(static_cast<std::uint32_t>(v.dimensions.size()));
      for (auto d : v.dimensions) s += word(d);
      const auto bytes = static_cast<std::uint32_t>(v.values.size() * 8);
      s += attributes(v.attributes) + word(6) + word(bytes) + word(begin);
      begin += bytes;
    }
    return s;
  };
  std::string out = header(static_cast<std::uint32_t>(header(0).size()));
  for (const auto& v : variables)
    for (const double d : v.values) {
      std::uint64_t bits;
      std::memcpy(&bits, &d, 8);
      out += word(static_cast<std::uint32_t>(bits >> 32)) + word(static_cast<std::uint32_t>(bits));
    }
  return out;
}

}  // namespace tenbo::test
