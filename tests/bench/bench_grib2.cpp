// How fast the runs of GRIB2's template 5.200 are unpacked, on one thread, by the processor's time: levels
// drawn by lot in runs whose lengths are geometric, written by the tests' own encoder. Rain has some 100 levels, and about 155
// digits for run lengths.
// usage: bench_grib2
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <random>

#include "grib2_writer.h"
#include "tenbo/io/grib2.h"

using namespace tenbo;

namespace {

// Of the processor, so that others on the machine do not count.
double seconds(const auto& work) {
  const auto start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace

int main() {
  constexpr std::uint32_t columns = 2560, rows = 3360;  // the Agency's 1 km grid
  constexpr int most = 98;
  for (const double mean : {3.0, 10.0, 30.0, 300.0}) {
    std::mt19937 random(1);
    std::geometric_distribution<int> length(1 / mean);
    std::uniform_int_distribution<int> level(0, most);
    std::vector<std::uint8_t> levels;
    levels.reserve(std::size_t{columns} * rows + 1000);
    while (levels.size() < std::size_t{columns} * rows) levels.insert(levels.end(), static_cast<std::size_t>(length(random)) + 1, static_cast<std::uint8_t>(level(random)));
    levels.resize(std::size_t{columns} * rows);
    std::vector<std::uint16_t> table;
    for (std::uint16_t i = 0; i < most; ++i) table.push_back(static_cast<std::uint16_t>(i * 10));
    test::GribGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.first_lon = 118'000'000;
    grid.last_lon = 150'000'000;
    grid.first_lat = 48'000'000;
    grid.last_lat = 20'000'000;
    const std::string text = test::grib_message(test::grib_section1() + test::grib_section3(grid) + test::grib_runs_field(levels, 8, most, table, 0, 1));
    const auto bytes = std::as_bytes(std::span(text));
    const auto file = io::read_grib2(bytes, "bench");
    if (!file) return std::fprintf(stderr, "%s\n", file.error().text().c_str()), 1;
    std::vector<float> out(levels.size());
    std::vector<double> into, whole;
    for (int i = 0; i < 15; ++i) {
      into.push_back(seconds([&] { if (!io::grib2_values_into(bytes, file->fields[0], out, "bench")) std::abort(); }));
      whole.push_back(seconds([&] { if (!io::grib2_values(bytes, file->fields[0], "bench")) std::abort(); }));
    }
    std::sort(into.begin(), into.end());
    std::sort(whole.begin(), whole.end());
    const double millions = static_cast<double>(levels.size()) / 1e6;
    std::printf("mean run %3.0f: %6.0f million values/s median, %6.0f best; with new memory for them %6.0f median\n", mean, millions / into[7], millions / into[0], millions / whole[7]);
  }
}
