#include "landslide.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace landslide {
using hazard::Report;
using hazard::Row;

namespace {
bool has(std::string_view s, std::string_view word) { return s.find(word) != std::string_view::npos; }

// The first of these columns that there is; codes before the words that a code list makes of them.
std::string column_of(const std::vector<std::string>& columns, std::initializer_list<const char*> names) {
  for (const char* name : names)
    for (const auto& c : columns)
      if (c == name || (c.ends_with(name) && c.size() > std::string_view(name).size() && c[c.size() - std::string_view(name).size() - 1] == '/')) return c;  // of a set of generic attributes, "土砂災害警戒区域/区域区分"
  return {};
}
}  // namespace

std::string key_of(const Report& r) {
  if (r.code != "VXWW50" && r.code != "VPWW56") return {};
  auto area = hazard::area_of_title(r.name);
  if (r.code == "VXWW50" && !r.event.empty()) area = r.event;  // its title changes with the level
  return r.code + "|" + std::to_string(r.status) + "|" + (area.empty() ? r.publisher : area);
}

hazard::Publication publication(const std::vector<const Report*>& reports, const hazard::AreaIndex& areas) {
  hazard::Publication out;
  out.legend_title = "土砂災害 / Landslides";
  out.row_type = "landslide area";
  if (reports.empty()) return out;
  const auto ladder = hazard::add_ladder(out);
  add_warning_heads(out, reports);
  add_areas(out, warned_areas(reports, hazard::AreaKind::municipality), ladder, areas);
  out.set_drills_apart();  // before the zones come, which nobody warns of
  return out;
}

Zone zone_of(std::string_view word) {
  if (word.size() == 1 && word[0] >= '1' && word[0] <= '4') return static_cast<Zone>(word[0] - '0');
  if (!has(word, "警戒区域")) return Zone::unknown;
  const bool before = has(word, "指定前"), special = has(word, "特別警戒区域");
  return special ? (before ? Zone::special_before : Zone::special) : before ? Zone::ordinary_before : Zone::ordinary;
}

std::string disaster_of(std::string_view word) {
  return std::string(word == "1" ? "急傾斜地の崩壊" : word == "2" ? "土石流" : word == "3" ? "地滑り" : word);
}

void add_zones(hazard::Publication& to, const std::vector<ZoneFile>& files, const std::string& column) {
  // Red and yellow zones, as people call them; the law gives no colours: these are PLATEAU VIEW's.
  std::array<std::uint32_t, 5> classes{};
  classes[2] = to.add_class(0, {0xfb, 0x68, 0x4c}, "土砂災害特別警戒区域", "Special warning zone");
  classes[1] = to.add_class(0, {0xff, 0xed, 0x4c}, "土砂災害警戒区域", "Warning zone");
  classes[4] = to.add_class(0, {0xfb, 0x68, 0x4c}, "特別警戒区域（指定前）", "Special zone, not designated yet", true);
  classes[3] = to.add_class(0, {0xff, 0xed, 0x4c}, "警戒区域（指定前）", "Zone, not designated yet", true);
  classes[0] = to.add_class(TENBO_LEVEL_UNKNOWN, {0x68, 0x70, 0x7a}, "区域の種類不明", "Kind of zone not known", true);
  struct One {
    Zone zone;
    const Row* row;
    const ZoneFile* file;
    std::string name, disaster;
  };
  std::vector<One> all;
  for (const auto& f : files) {
    std::string zone = column_of(f.columns, {"areaType_code", "urf:areaType_code", "areaType", "urf:areaType", "A33_002", "区域区分", "zone"});
    if (!column.empty()) zone = column_of(f.columns, {column.c_str()});
    if (zone.empty())
      throw std::runtime_error(f.name + " has no column " + (column.empty() ? std::string("that says what kind of zone it is") : "\"" + column + "\"") + ": give \"zone_column\", one of " + hazard::join(f.columns, ", "));
    const std::string disaster = column_of(f.columns, {"disasterType_code", "urf:disasterType_code", "disasterType", "urf:disasterType", "A33_001", "現象の種類", "disaster"});
    const std::string name = column_of(f.columns, {"zoneName", "urf:zoneName", "A33_005", "区域名", "name"});
    for (const auto& r : f.rows) all.push_back({zone_of(r[zone]), &r, &f, name, disaster});
  }
  // What lies within the other is drawn over it.
  const auto depth = [](Zone z) { return z == Zone::special ? 4 : z == Zone::ordinary ? 3 : z == Zone::special_before ? 2 : z == Zone::ordinary_before ? 1 : 0; };
  std::stable_sort(all.begin(), all.end(), [&](const One& a, const One& b) { return depth(a.zone) < depth(b.zone); });
  std::size_t unknown = 0, nowhere = 0, n = 0;
  for (const auto& [z, r, f, name, disaster] : all) {
    const auto c = classes[static_cast<std::size_t>(z)];
    const auto row = to.add_row("zone " + std::to_string(++n));
    to.put(row, "name", (*r)[name]);
    to.put(row, "class", to.classes()[c].ja);
    to.put(row, "disaster", disaster_of((*r)[disaster]));
    for (const auto& [key, value] : r->texts)
      if (key != name) to.put(row, key, value);
    if (z == Zone::unknown) ++unknown;
    if (r->has_place()) {
      to.area(row, c, {}, f->geometry, r->index);
    } else {
      ++nowhere;
      to.record(row, c, {});
    }
  }
  if (unknown) to.warn(hazard::both(std::to_string(unknown) + " 区域は種類が不明", "of " + std::to_string(unknown) + " zones it is not known what kind they are"));
  if (nowhere) to.warn(hazard::both(std::to_string(nowhere) + " 区域は図形がなく一覧のみ", std::to_string(nowhere) + " zones have no outline and are listed only"));
}

std::uint64_t levels_of_judgements(std::vector<float>& values) {
  constexpr float negative = 32768;  // levels of runs are of 16 bits: from here on the sign is set
  std::uint64_t others = 0;
  for (float& v : values) {
    if (!(v == v) || v == 0) continue;
    if (v == 1 || v == 2 || v == 3 || v == 4) {
      v += 1;
      continue;
    }
    others += v > 0 && v < negative;
    v = std::numeric_limits<float>::quiet_NaN();
  }
  return others;
}

std::uint64_t keep_levels(std::vector<float>& values) {
  std::uint64_t others = 0;
  for (float& v : values) {
    if (!(v == v) || v == 0 || v == 1 || v == 2 || v == 3 || v == 4 || v == 5) continue;
    v = std::numeric_limits<float>::quiet_NaN();
    ++others;
  }
  return others;
}

}  // namespace landslide
