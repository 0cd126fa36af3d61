// A list of 720,000 structures, as many as Japan's road bridges: its import, each filter, the totals, and the memory above an empty
// process; and what its markers cost a frame, from afar and near. Prints JSON. usage: bench_inspection [structures]
// The list is a CSV as road managers publish it, two rounds of inspections a structure, at random places between 31 and 43 N.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <tuple>

#include "../../engine/runtime/src/structure_tree.h"
#include "tenbo/base/file.h"
#include "tenbo/inspection/worst_first.h"
#include "tenbo/inspection/totals.h"
#include "tenbo/runtime/structure_lists.h"
#include "tenbo/scene/camera.h"

using namespace tenbo;
using namespace tenbo::inspection;

namespace {
double ms_since(std::chrono::steady_clock::time_point t) { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - t).count(); }

void write_list(const std::filesystem::path& path, int count) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> lat(31, 43), along(0, 1);
  std::ofstream out(path, std::ios::binary);
  out << "施設ID,施設区分,施設名,路線名,架設年度,橋長(m),幅員(m),管理者,都道府県,市区町村,緯度,経度,点検年度,判定区分,前回点検年度,前回判定区分,措置状況\n";
  static constexpr const char* kinds[] = {"橋梁", "橋梁", "橋梁", "トンネル", "大型カルバート", "横断歩道橋", "門型標識"};
  static constexpr const char* grades[] = {"Ⅰ", "Ⅰ", "Ⅰ", "Ⅱ", "Ⅱ", "Ⅱ", "Ⅲ", "Ⅲ", "Ⅳ", ""};
  for (int i = 0; i < count; ++i) {
    const auto town = random() % 1741;
    const double y = lat(random), x = 129.5 + (y - 31) * 0.95 + 2 * along(random);
    out << fmt::format("{:05d}-{:06d},{},第{}号橋,市道{}号線,{},{:.1f},{:.1f},第{}市,第{}県,第{}市,{:.7f},{:.7f},{},{},{},{},\n", town, i, kinds[random() % 7], i, random() % 400, 1930 + random() % 90,
                       2 + along(random) * 60, 3 + along(random) * 12, town, town / 37, town, y, x, 2019 + random() % 5, grades[random() % 10], 2014 + random() % 5, grades[random() % 9]);
  }
}
}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 720'000;
  const auto file = std::filesystem::temp_directory_path() / fmt::format("tenbo_bench_inspection_{}.csv", count);
  write_list(file, count);
  const auto before = current_memory_bytes();
  runtime::StructureList list;
  list.path = file.string();
  auto begun = std::chrono::steady_clock::now();
  auto read = runtime::read_structure_lists({list}, "assets", {});
  if (!read) {
    fmt::print(stderr, "{}\n", read.error().text());
    return 1;
  }
  const auto structures = runtime::structures_of(*read->imported.records, read->imported.placed, read->imported.rows, false);
  const double import_s = ms_since(begun) / 1000;
  const auto& r = *read->imported.records;
  begun = std::chrono::steady_clock::now();
  const Finder finder(read->imported.records);
  const double index_ms = ms_since(begun);

  std::string filters;
  const auto measure = [&](const char* name, auto&& set) {
    Filter f;
    f.as_of = 2026;
    set(f);
    std::vector<double> times;
    std::uint32_t found = 0;
    for (int i = 0; i < 9; ++i) {
      const auto t = std::chrono::steady_clock::now();
      found = finder.select(f).count();
      times.push_back(ms_since(t));
    }
    std::sort(times.begin(), times.end());
    filters += fmt::format("{}\"{}\": {{\"ms\": {:.2f}, \"found\": {}}}", filters.empty() ? "" : ", ", name, times[times.size() / 2], found);
  };
  measure("grades", [](Filter& f) { f.grades = 1U << 3U | 1U << 4U; });
  measure("kinds", [](Filter& f) { f.kinds = 1U << static_cast<unsigned>(Kind::tunnel); });
  measure("municipality", [](Filter& f) { f.municipalities = {"第77市"}; });
  measure("years", [](Filter& f) { f.year_from = 2021, f.year_to = 2022; });
  measure("overdue", [](Filter& f) { f.overdue = true; });
  measure("built_before", [](Filter& f) { f.built_before = 1975; });
  measure("text", [](Filter& f) { f.text = "第4321"; });
  measure("text_common", [](Filter& f) { f.text = "7"; });
  measure("text_absent", [](Filter& f) { f.text = "no such bridge"; });
  measure("all_together", [](Filter& f) { f.grades = 1U << 3U, f.kinds = 1U << 1U, f.overdue = true, f.built_before = 1975, f.text = "1"; });
  begun = std::chrono::steady_clock::now();
  const auto by = totals(r, nullptr, By::municipality, 2026);
  const double totals_ms = ms_since(begun);
  begun = std::chrono::steady_clock::now();
  const auto years = grades_by_year(r, nullptr);
  const double years_ms = ms_since(begun);
  // What the picture adds: a tree when the list is there, a tally when the year or the filter changes, a visit a frame.
  std::vector<double> lons, lats;
  for (const auto& s : structures) lons.push_back(s.lon), lats.push_back(s.lat);
  begun = std::chrono::steady_clock::now();
  const runtime::StructureTree tree(lons, lats);
  const double tree_ms = ms_since(begun);
  std::vector<std::uint8_t> ranks(structures.size());
  begun = std::chrono::steady_clock::now();
  for (std::uint32_t s = 0; s < ranks.size(); ++s) ranks[s] = rank_of(r.grade(s), r.overdue(s, 2026));
  const auto tally = tree.tally(ranks, nullptr);
  const double tally_ms = ms_since(begun);
  std::string visits;
  for (const auto& [name, height, pitch] : {std::tuple("country", 900'000.0, -70.0), {"prefecture", 60'000.0, -40.0}, {"street", 300.0, -15.0}}) {
    scene::Camera camera;
    camera.lon = 136, camera.lat = 36, camera.height = height, camera.pitch = pitch;
    runtime::StructureTree::View view;
    view.eye = camera.position();
    view.axes = camera.orientation();
    const double half = std::tan(camera.fov * 3.14159265358979 / 360);
    view.tan_x = half * 3940 / 1080, view.tan_y = half * 1180 / 1080, view.focal = 540 / half;  // 3840 x 1080
    view.range = std::max(25'000.0, 5 * height);
    std::vector<double> times;
    std::uint64_t markers = 0, stand_for = 0;
    for (int i = 0; i < 9; ++i) {
      markers = stand_for = 0;
      const auto t = std::chrono::steady_clock::now();
      tree.visit(view, tally, nullptr, std::nullopt, [&](std::uint32_t, std::uint32_t count, std::uint32_t) { ++markers, stand_for += count; });
      times.push_back(ms_since(t));
    }
    std::sort(times.begin(), times.end());
    visits += fmt::format("{}\"{}\": {{\"ms\": {:.2f}, \"markers\": {}, \"stand_for\": {}}}", visits.empty() ? "" : ", ", name, times[times.size() / 2], markers, stand_for);
  }
  fmt::print("{{\"structures\": {}, \"placed\": {}, \"import_s\": {:.2f}, \"index_ms\": {:.0f}, \"filters\": {{{}}}, \"totals_ms\": {:.1f}, \"groups\": {}, \"years_ms\": {:.1f}, "
             "\"tree_ms\": {:.0f}, \"tally_ms\": {:.1f}, \"frames\": {{{}}}, \"memory_above_mib\": {}, \"register_mib\": {}, \"peak_mib\": {}}}\n",
             r.size(), structures.size(), import_s, index_ms, filters, totals_ms, by.rows.size(), years_ms, tree_ms, tally_ms, visits, (current_memory_bytes() - before) >> 20, r.memory_bytes() >> 20, peak_memory_bytes() >> 20);
  std::filesystem::remove(file);
  return years.empty() ? 1 : 0;
}
