#pragma once
// Writes GRIB2 messages for tests and benchmarks, from the WMO's manual and the Agency's description of template 5.200;
// it shares no line with the reader.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace tenbo::test {

struct GribBytes {
  std::string text;
  GribBytes& u(std::uint64_t v, int octets) {
    for (int i = octets - 1; i >= 0; --i) text += static_cast<char>(v >> (8 * i) & 0xFF);
    return *this;
  }
  GribBytes& s(std::int64_t v, int octets) {  // sign and magnitude
    const std::uint64_t sign = v < 0 ? std::uint64_t{1} << (8 * octets - 1) : 0;
    return u(static_cast<std::uint64_t>(v < 0 ? -v : v) | sign, octets);
  }
  GribBytes& bytes(const std::string& more) {
    text += more;
    return *this;
  }
};

inline std::string grib_section(int number, const std::string& content) {
  return GribBytes().u(content.size() + 5, 4).u(static_cast<std::uint64_t>(number), 1).bytes(content).text;
}

// 2016-08-22 02:00:00 UTC, Tokyo, operational.
inline std::string grib_section1(int status = 0) {
  return grib_section(1, GribBytes().u(34, 2).u(0, 2).u(5, 1).u(1, 1).u(0, 1).u(2016, 2).u(8, 1).u(22, 1).u(2, 1).u(0, 1).u(0, 1).u(static_cast<std::uint64_t>(status), 1).u(2, 1).text);
}

struct GribGrid {
  std::uint32_t columns = 6, rows = 4;
  std::int64_t first_lat = 36'000'000, first_lon = 139'000'000, last_lat = 35'700'000, last_lon = 139'500'000;  // 1e-6 degrees
  std::uint32_t step = 100'000;
  int scan = 0;
  int form = 0;
};
inline std::string grib_section3(const GribGrid& g) {
  GribBytes b;
  b.u(0, 1).u(std::uint64_t{g.columns} * g.rows, 4).u(0, 1).u(0, 1).u(static_cast<std::uint64_t>(g.form), 2);
  b.u(4, 1).u(0xFF, 1).u(0xFFFFFFFF, 4).u(0xFF, 1).u(0xFFFFFFFF, 4).u(0xFF, 1).u(0xFFFFFFFF, 4);
  b.u(g.columns, 4).u(g.rows, 4).u(0, 4).u(0xFFFFFFFF, 4).s(g.first_lat, 4).s(g.first_lon, 4).u(0x30, 1).s(g.last_lat, 4).s(g.last_lon, 4).u(g.step, 4).u(g.step, 4).u(static_cast<std::uint64_t>(g.scan), 1);
  return grib_section(3, b.text);
}

// Template 4.0's octets 8 to 34: minutes ahead, on the surface.
inline std::string grib_product(int form, int category, int number, int minutes) {
  GribBytes b;
  b.u(0, 2).u(static_cast<std::uint64_t>(form), 2).u(static_cast<std::uint64_t>(category), 1).u(static_cast<std::uint64_t>(number), 1).u(2, 1).u(0x99, 1).u(0xFF, 1).u(0, 2).u(0, 1);
  b.u(0, 1).s(minutes, 4).u(1, 1).u(0xFF, 1).u(0xFFFFFFFF, 4).u(0xFF, 1).u(0xFF, 1).u(0xFFFFFFFF, 4);
  return b.text;
}
// Template 4.8's octets 35 to 58: an accumulation that ends on 2016-08-22 at hour:minute.
inline std::string grib_interval(int hour, int minute) {
  return GribBytes().u(2016, 2).u(8, 1).u(22, 1).u(static_cast<std::uint64_t>(hour), 1).u(static_cast<std::uint64_t>(minute), 1).u(0, 1).u(1, 1).u(0, 4).u(1, 1).u(2, 1).u(0, 1).u(60, 4).u(0, 1).u(0, 4).text;
}
inline std::string grib_section4(int minutes = 0, int category = 193, int number = 0) { return grib_section(4, grib_product(0, category, number, minutes)); }

inline std::string grib_section6() { return grib_section(6, "\xFF"); }

// Template 5.200: levels 0 to most, whose meanings are `table` (without level 0).
inline std::string grib_section5_runs(std::size_t count, int bits, int most, const std::vector<std::uint16_t>& table, int decimal = 0) {
  GribBytes b;
  b.u(count, 4).u(200, 2).u(static_cast<std::uint64_t>(bits), 1).u(static_cast<std::uint64_t>(most), 2).u(table.size(), 2).s(decimal, 1);
  for (const auto v : table) b.u(v, 2);
  return grib_section(5, b.text);
}
inline std::string grib_runs(const std::vector<std::uint8_t>& levels, int bits, int most) {
  std::vector<std::uint32_t> numbers;
  const std::uint64_t base = (std::uint64_t{1} << bits) - 1 - static_cast<std::uint64_t>(most);
  for (std::size_t i = 0; i < levels.size();) {
    std::size_t n = 1;
    while (i + n < levels.size() && levels[i + n] == levels[i] && (base > 1)) ++n;
    numbers.push_back(levels[i]);
    for (std::uint64_t rest = n - 1; rest > 0; rest /= base) numbers.push_back(static_cast<std::uint32_t>(rest % base) + static_cast<std::uint32_t>(most) + 1);
    i += n;
  }
  std::string out;
  std::uint64_t buffer = 0;
  int held = 0;
  for (const auto v : numbers) {
    buffer = buffer << bits | v;
    for (held += bits; held >= 8; held -= 8) out += static_cast<char>(buffer >> (held - 8) & 0xFF);
  }
  if (held > 0) out += static_cast<char>(buffer << (8 - held) & 0xFF);
  return out;
}

// Template 5.0: (reference + packed 2^binary) / 10^decimal, as whole packed numbers.
inline std::string grib_section5_simple(std::size_t count, float reference, int binary, int decimal, int bits) {
  std::uint32_t r = 0;
  std::memcpy(&r, &reference, 4);
  return grib_section(5, GribBytes().u(count, 4).u(0, 2).u(r, 4).s(binary, 2).s(decimal, 2).u(static_cast<std::uint64_t>(bits), 1).u(0, 1).text);
}
inline std::string grib_simple(const std::vector<std::uint32_t>& packed, int bits) {
  std::string out;
  int at = 0;
  for (const auto v : packed)
    for (int b = bits - 1; b >= 0; --b, ++at) {
      if (at % 8 == 0) out += '\0';
      if (v >> b & 1u) out.back() = static_cast<char>(out.back() | 0x80 >> at % 8);
    }
  return out;
}

// Sections 1 to 7 into a message.
inline std::string grib_message(const std::string& sections, int discipline = 0) {
  return GribBytes().bytes("GRIB").u(0xFFFF, 2).u(static_cast<std::uint64_t>(discipline), 1).u(2, 1).u(sections.size() + 20, 8).bytes(sections).bytes("7777").text;
}
// A field of the runs' template on the whole grid.
inline std::string grib_runs_field(const std::vector<std::uint8_t>& levels, int bits, int most, const std::vector<std::uint16_t>& table, int minutes = 0, int decimal = 0) {
  return grib_section4(minutes) + grib_section5_runs(levels.size(), bits, most, table, decimal) + grib_section6() + grib_section(7, grib_runs(levels, bits, most));
}

}  // namespace tenbo::test
