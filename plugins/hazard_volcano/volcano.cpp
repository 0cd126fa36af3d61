#include "volcano.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "../common/cap.h"
#include "../common/heads.h"

namespace volcano {
using hazard::Publication;
using hazard::Report;
using hazard::Row;

namespace {
constexpr std::array<const char*, 5> level_words{"活火山であることに留意", "火口周辺規制", "入山規制", "高齢者等避難", "避難"};
constexpr std::array<const char*, 5> level_words_en{"Potential for increased activity", "Do not approach the crater", "Do not approach the volcano", "Evacuation of the elderly", "Evacuate"};

bool has(std::string_view s, std::string_view word) { return s.find(word) != std::string_view::npos; }
bool of_volcanoes(const Row& row) {
  const auto event = row["event"];
  for (const char* word : {"olcan", "VOLCAN", "rupti", "ERUPTI", " ash", "Ash", "ashfall", "噴火", "火山", "降灰"})
    if (has(event, word)) return true;
  return false;
}

std::optional<int> level_of(const Row& row) {
  const auto l = row["level"];
  return l.size() == 1 && l[0] >= '1' && l[0] <= '5' ? std::optional(l[0] - '0') : std::nullopt;
}
// Of a report's volcano: the row of the group about volcanoes, which has its code.
bool is_volcano(const Row& row) {
  return row["row"] == "volcano" || (row["row"] == "area" && (row["group"] == "噴火速報" || has(row["group"], "（対象火山）")));
}
bool is_municipality(const Row& row) { return row["row"] == "area" && has(row["group"], "（対象市町村等）"); }
int worst_level(const Report& r) {
  if (r.code == "VFVO56") return 5;  // that it erupts comes before anything else
  int out = 0;
  for (const auto& row : r.rows) out = std::max(out, level_of(row).value_or(0));
  return out;
}

struct Classes {
  std::array<std::uint32_t, 5> level;
  std::uint32_t no_level, flash, plume, heavy, moderate, little, some, stones, ash_unknown;
  std::uint32_t of(std::optional<int> l) const { return l ? level[static_cast<std::size_t>(*l - 1)] : no_level; }
  std::uint32_t of(Ash a) const {
    switch (a) {
      case Ash::heavy: return heavy;
      case Ash::moderate: return moderate;
      case Ash::little: return little;
      case Ash::some: return some;
      case Ash::stones: return stones;
      case Ash::unknown: break;
    }
    return ash_unknown;
  }
};
// All colours are ours: white, yellow, orange, red and purple for the levels, from the least to the worst, as the Agency's colours go
// elsewhere; of its guideline for volcanoes we have no proof. Of ash the Agency names red, yellow and grey.
Classes add_classes(Publication& to) {
  constexpr std::array<hazard::Colour, 5> colours{{{0xf2, 0xf2, 0xff}, {0xfa, 0xf5, 0x00}, {0xff, 0xaa, 0x00}, {0xff, 0x28, 0x00}, {0xc8, 0x00, 0xff}}};
  Classes c{};
  for (int l = 5; l >= 1; --l) {
    const auto i = static_cast<std::size_t>(l - 1);
    const std::string digit = std::to_string(l);
    c.level[i] = to.add_class(l, colours[i], "噴火警戒レベル" + digit + "（" + level_words[i] + "）", "Level " + digit + ": " + level_words_en[i]);
  }
  c.no_level = to.add_class(TENBO_LEVEL_UNKNOWN, {0x68, 0x70, 0x7a}, "レベルの情報なし", "No level known", true);
  c.flash = to.add_class(5, {0xa5, 0x00, 0x21}, "噴火速報", "Eruption notice");
  c.plume = to.add_class(2, {0x9a, 0x6a, 0x48}, "噴煙", "Plume");
  c.heavy = to.add_class(4, {0xd2, 0x32, 0x28}, "降灰 多量（1 mm 以上）", "Ash, heavy (1 mm and more)");
  c.moderate = to.add_class(3, {0xe1, 0xc3, 0x32}, "降灰 やや多量（0.1–1 mm）", "Ash, moderate (0.1 to 1 mm)");
  c.little = to.add_class(2, {0x96, 0x96, 0x96}, "降灰 少量（0.1 mm 未満）", "Ash, light (below 0.1 mm)");
  c.some = to.add_class(1, {0xb4, 0xa0, 0x8c}, "降灰（噴火した場合）", "Ash, should it erupt");
  c.stones = to.add_class(3, {0xb4, 0x46, 0x3c}, "小さな噴石の落下", "Small stones falling");
  c.ash_unknown = to.add_class(TENBO_LEVEL_UNKNOWN, {0x78, 0x70, 0x68}, "降灰 量不明", "Ash, amount not known", true);
  return c;
}

// Everything that the messages say of one volcano, the newest last.
struct Volcano {
  std::string code, name;
  tenbo_status status = TENBO_STATUS_ACTUAL;
  std::optional<std::pair<double, double>> place;
  const Report* warning = nullptr;  // VFVO50
  const Row* warning_row = nullptr;
  const Report* flash = nullptr;    // VFVO56, while no newer VFVO50 has come
  const Row* flash_row = nullptr;
  const Report* plume = nullptr;    // VFVO52, 54, 55
  const Row* plume_row = nullptr;
};
std::map<std::string, Volcano> volcanoes_of(const std::vector<const Report*>& reports) {
  std::map<std::string, Volcano> out;
  for (const Report* r : reports)
    for (const auto& row : r->rows) {
      if (!is_volcano(row)) continue;
      const auto id = hazard::drill_id(std::string(row["code"]), r->status);  // a drill's volcano is another
      auto& v = out[id];
      v.code = id;
      if (v.status != TENBO_STATUS_EXERCISE) v.status = r->status;
      v.name = hazard::drill_mark(*r) + std::string(row["name"]);
      if (row.has_place()) v.place = std::pair(row.lon, row.lat);
      if (r->code == "VFVO50") v.warning = r, v.warning_row = &row;
      else if (r->code == "VFVO56") v.flash = r, v.flash_row = &row;
      else if (!row["plume_above_crater"].empty() || !row["plume_above_sea"].empty() || !row["plume_direction"].empty()) v.plume = r, v.plume_row = &row;
    }
  for (auto& [code, v] : out)
    if (v.flash && v.warning && v.warning->time > v.flash->time) v.flash = nullptr, v.flash_row = nullptr;
  return out;
}

std::string event_time(const Row& row) {
  const auto t = hazard::time_of(row["event_time"]);
  return t ? hazard::japan_time(*t) + std::string(row["event_doubt"]) : std::string(row["event_time"]);
}

// In the air where its height is known; else in words alone.
void add_plume(Publication& to, const Volcano& v, std::uint32_t shape_class) {
  const auto& r = *v.plume_row;
  const auto p = plume_of(r);
  const auto row = to.add_row(v.code + " plume");
  to.set_status(row, v.status);
  to.put(row, "what", std::string_view("plume"));
  to.put(row, "name", v.name + " 噴煙");
  to.put(row, "class", to.classes()[shape_class].ja);
  for (const char* column : {"plume_above_crater", "plume_above_sea", "plume_direction", "elevation"}) to.put(row, column, r[column]);
  if (p.top) to.put(row, "plume_top", *p.top);
  if (const auto t = event_time(r); !t.empty()) to.put(row, "event_time", t);
  to.put(row, "report_time", hazard::japan_time(v.plume->dated()));
  const hazard::Span span{v.plume->time, v.plume->time + plume_shown};
  const std::array<double, 2> foot{v.place->first, v.place->second};
  const auto label = hazard::both(v.name + " 噴煙 " + p.ja, v.name + " plume: " + p.en);
  if (!p.top) {
    to.point(row, shape_class, span, foot[0], foot[1], label);
    return;
  }
  auto drift = foot;
  if (p.bearing && p.above) {  // as far as it is high: how far it goes nobody says
    const double degrees = *p.above / 111'195, angle = *p.bearing * M_PI / 180;
    drift = {foot[0] + degrees * std::sin(angle) / std::max(0.1, std::cos(foot[1] * M_PI / 180)), foot[1] + degrees * std::cos(angle)};
  }
  to.pillar(row, shape_class, span, foot, drift, *p.top, label);
}

void add_volcanoes(Publication& to, const std::map<std::string, Volcano>& all, const Classes& c) {
  std::size_t nowhere = 0;
  for (const auto& [code, v] : all) {
    const auto row = to.add_row(code);
    to.set_status(row, v.status);
    to.put(row, "what", "volcano");
    to.put(row, "name", v.name);
    to.put(row, "code", code);
    std::optional<int> level;
    tenbo_time newest = 0;
    if (v.warning) {
      level = level_of(*v.warning_row);
      newest = v.warning->time;
      to.put(row, "in_force", (*v.warning_row)["kind"]);
      to.put(row, "condition", (*v.warning_row)["condition"]);
      to.put(row, "last_kind", (*v.warning_row)["last_kind"]);
      to.put(row, "headline", v.warning->headline);
      to.put(row, "report_time", hazard::japan_time(v.warning->dated()));
    }
    if (level) to.put(row, "level", static_cast<std::int64_t>(*level));
    if (v.flash) {
      newest = std::max(newest, v.flash->time);
      to.put(row, "eruption", (*v.flash_row)["kind"]);
      to.put(row, "eruption_time", event_time(*v.flash_row));
      to.put(row, "eruption_headline", v.flash->headline);
    }
    if (v.plume) {
      newest = std::max(newest, v.plume->time);
      for (const char* column : {"plume_above_crater", "plume_above_sea", "plume_direction"}) to.put(row, column, (*v.plume_row)[column]);
      to.put(row, "plume_report_time", hazard::japan_time(v.plume->dated()));
    }
    const auto shape_class = v.flash ? c.flash : c.of(level);
    to.put(row, "class", to.classes()[shape_class].ja);
    if (!v.warning && !v.flash && v.plume && v.plume->code == "VFVO52") {
      to.put(row, "in_force", (*v.plume_row)["kind"]);
    } else if (!v.warning && !v.flash && !v.plume) {  // a forecast of ash alone names its volcano
      to.put(row, "in_force", "降灰予報");
    }
    std::string label = v.name, label_en = v.name;
    if (level) label += " レベル" + std::to_string(*level), label_en += " level " + std::to_string(*level);
    if (v.flash) label += " " + std::string((*v.flash_row)["kind"]), label_en += " eruption notice";
    const hazard::Span span{newest != 0 ? std::optional(newest) : std::nullopt, std::nullopt};
    if (v.place) {
      to.point(row, shape_class, span, v.place->first, v.place->second, hazard::both(label, label_en));
    } else {
      ++nowhere;
      to.record(row, shape_class, span);
    }
    if (v.plume && v.place) add_plume(to, v, c.plume);
  }
  if (nowhere) to.warn(hazard::both(std::to_string(nowhere) + " 火山は電文に位置がなく一覧のみ", std::to_string(nowhere) + " volcanoes have no place in their messages and are listed only"));
}

void add_municipalities(Publication& to, const std::vector<const Report*>& reports, const std::map<std::string, Volcano>& all, const Classes& c, const hazard::AreaIndex& areas) {
  struct Town {
    std::string name;
    std::vector<std::string> kinds, measures, offices;
    std::optional<int> level;
    bool in_force = false, flash = false;
    tenbo_status status = TENBO_STATUS_ACTUAL;
    tenbo_time time = 0, dated = 0;
  };
  std::map<std::string, Town> towns;
  for (const Report* r : reports) {
    if (r->code != "VFVO50" && r->code != "VFVO56") continue;
    std::optional<int> level;
    std::string name, code;
    for (const auto& row : r->rows)
      if (is_volcano(row)) level = level_of(row), name = row["name"], code = row["code"];
    const auto v = all.find(hazard::drill_id(code, r->status));
    if (r->code == "VFVO56" && (v == all.end() || v->second.flash != r)) continue;  // a warning has come since
    for (const auto& row : r->rows) {
      if (row["row"] != "area" || is_volcano(row)) continue;
      auto& town = towns[hazard::drill_id(std::string(row["code"]), r->status)];
      town.name = row["name"];
      if (town.status != TENBO_STATUS_EXERCISE) town.status = r->status;
      if (r->time >= town.time) town.time = r->time, town.dated = r->dated();
      const std::string said = hazard::drill_mark(*r) + name + ": " + std::string(row["kind"]);
      if (!is_municipality(row)) {
        town.measures.push_back(said);
        continue;
      }
      const bool in_force = !has(row["kind"], "噴火予報") && !has(row["condition"], "解除");
      town.kinds.push_back(said);
      if (!in_force) continue;
      town.in_force = true;
      if (r->code == "VFVO56") town.flash = true;
      if (level) town.level = std::max(town.level.value_or(0), *level);
    }
  }
  std::size_t unmatched = 0;
  for (const auto& [code, town] : towns) {
    const auto row = to.add_row(code);
    to.set_status(row, town.status);
    const auto shape_class = town.flash ? c.flash : town.in_force ? c.of(town.level) : c.level[0];
    to.put(row, "what", "municipality");
    to.put(row, "name", town.name);
    to.put(row, "code", code);
    to.put(row, "class", town.in_force ? to.classes()[shape_class].ja : "発表なし");
    if (town.in_force && town.level) to.put(row, "level", static_cast<std::int64_t>(*town.level));
    to.put(row, "in_force", hazard::join(town.kinds, "、"));
    to.put(row, "measures", hazard::join(town.measures, "、"));
    to.put(row, "report_time", hazard::japan_time(town.dated));
    const hazard::Span span{town.time, std::nullopt};
    const auto match = areas.find(code.substr(0, 7));
    if (match.rows.empty()) ++unmatched;
    if (!town.in_force || match.rows.empty()) to.record(row, shape_class, span);
    else
      for (const auto outline : match.rows) to.area(row, shape_class, span, areas.geometry(), outline);
  }
  if (unmatched) to.warn(areas.empty() ? hazard::both(std::to_string(unmatched) + " 市町村は図形のレイヤ（areas）がなく一覧のみ", std::to_string(unmatched) + " municipalities have no outline: the layer names none (\"areas\"); they are listed, not drawn")
                                       : hazard::both(std::to_string(unmatched) + " 市町村は図形のレイヤになく一覧のみ", std::to_string(unmatched) + " municipalities are not among the outlines that the layer names; they are listed, not drawn"));
}

// Forecasts of one message begin together and end one after the other, or follow one another: each is shown from the end of the one
// before it, so that at no time two of one message stand over each other.
void add_ash(Publication& to, const Report& r, const Classes& c) {
  struct Part {
    const Row* row;
    Ash ash;
    hazard::Span span;
  };
  std::vector<std::pair<tenbo_time, tenbo_time>> periods;
  for (const auto& row : r.rows)
    if (row["row"] == "ash")
      if (const auto start = hazard::time_of(row["start"]), end = hazard::time_of(row["end"]); start && end) periods.emplace_back(*end, *start);
  std::sort(periods.begin(), periods.end());
  std::vector<Part> parts;
  std::size_t timeless = 0;
  std::string volcano;
  for (const auto& row : r.rows) {
    if (is_volcano(row)) volcano = row["name"];
    if (row["row"] != "ash") continue;
    const auto start = hazard::time_of(row["start"]), end = hazard::time_of(row["end"]);
    Part p{&row, ash_of(row["name"]), {r.time, r.until}};
    if (start && end) {
      p.span = {start, end};
      for (const auto& [other_end, other_start] : periods)
        if (other_end < *end && other_end > *p.span.from) p.span.from = other_end;
      if (r.until) p.span.until = std::min(*end, *r.until);
    } else {
      ++timeless;
    }
    parts.push_back(p);
  }
  // Much ash lies within little: it is drawn after it.
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.ash < b.ash; });
  std::size_t n = 0, nowhere = 0;
  for (const auto& p : parts) {
    const auto& row = *p.row;
    const auto at = to.add_row(r.code + " " + hazard::drill_id(r.event, r.status) + " " + std::to_string(++n));
    to.set_status(at, r.status);
    const auto shape_class = c.of(p.ash);
    to.put(at, "what", "ash");
    to.put(at, "name", hazard::drill_mark(r) + volcano + " " + std::string(row["name"]));
    to.put(at, "class", to.classes()[shape_class].ja);
    to.put(at, "in_force", row["name"]);
    to.put(at, "forecast", row["group"]);
    for (const char* column : {"start", "end"})
      if (const auto t = hazard::time_of(row[column])) to.put(at, column, hazard::japan_time(*t));
    for (const char* column : {"direction", "distance", "size", "areas"}) to.put(at, column, row[column]);
    to.put(at, "report_time", hazard::japan_time(r.dated()));
    if (r.until) to.put(at, "valid_until", hazard::japan_time(*r.until));
    if (row.has_place()) {
      to.area(at, shape_class, p.span, r.geometry, row.index);
    } else {
      ++nowhere;
      to.record(at, shape_class, p.span);
    }
  }
  if (timeless) to.warn(hazard::both(std::to_string(timeless) + " 区域の降灰は時刻がなく発表時から表示", std::to_string(timeless) + " areas of ash do not say when: they are shown from the report on"));
  if (nowhere) to.warn(hazard::both(std::to_string(nowhere) + " 区域の降灰は図形がなく一覧のみ", std::to_string(nowhere) + " areas of ash have no outline and are listed only"));
}
}  // namespace

std::string key_of(const Report& r) {
  if (r.code == "CAP") {
    for (const auto& row : r.rows)
      if (of_volcanoes(row)) return hazard::cap_key(r);
    return r.rows.empty() ? hazard::cap_key(r) : std::string();
  }
  if (r.code != "VFVO50" && !(r.code >= "VFVO52" && r.code <= "VFVO56" && r.code.size() == 6)) return {};
  return r.code + "|" + std::to_string(r.status) + "|" + (r.event.empty() ? r.name : r.event);
}

Ash ash_of(std::string_view kind) {
  if (has(kind, "噴石")) return Ash::stones;
  if (!has(kind, "降灰")) return Ash::unknown;
  if (has(kind, "やや多量")) return Ash::moderate;
  if (has(kind, "多量")) return Ash::heavy;
  if (has(kind, "少量")) return Ash::little;
  return kind == "降灰" ? Ash::some : Ash::unknown;
}

std::vector<std::string> changes_of(const Report& r) {
  if (!r.replaced) return {};
  const auto state = [](const Report& report) {
    std::map<std::pair<std::string, std::string>, std::string> out;
    std::size_t ash = 0;
    for (const auto& row : report.rows) {
      if (row["row"] == "ash") {
        ++ash;
        continue;
      }
      std::string said(row["kind"]);
      if (const auto t = event_time(row); !t.empty()) said += " " + t;
      for (const char* column : {"plume_above_crater", "plume_direction"})
        if (!row[column].empty()) said += " " + std::string(row[column]);
      out[{std::string(row["group"]), std::string(row["name"])}] = said;
    }
    if (ash) out[{"", "areas of ash"}] = std::to_string(ash);
    return out;
  };
  const auto before = state(*r.replaced), now = state(r);
  std::vector<std::string> out;
  for (const auto& [key, said] : now) {
    const auto was = before.find(key);
    if (was == before.end()) out.push_back(key.second + ": なし → " + said);
    else if (was->second != said) out.push_back(key.second + ": " + was->second + " → " + said);
  }
  for (const auto& [key, said] : before)
    if (now.find(key) == now.end()) out.push_back(key.second + ": " + said + " → なし");
  if (out.size() > 10) {
    const auto more = out.size() - 10;
    out.resize(10);
    out.push_back("+ " + std::to_string(more));
  }
  return out;
}

Publication publication(const std::vector<const Report*>& reports, const hazard::AreaIndex& areas) {
  Publication out;
  out.legend_title = "火山 / Volcanoes";
  out.row_type = "volcanic warning";
  std::vector<const Report*> messages, caps, in_force;
  for (const Report* r : reports) (r->code == "CAP" ? caps : messages).push_back(r);
  for (const Report* r : messages)
    if (!r->cancelled()) in_force.push_back(r);
  if (!messages.empty() || caps.empty()) {
    const auto classes = add_classes(out);
    add_heads(out, messages, worst_level, changes_of);
    const auto all = volcanoes_of(in_force);
    // Areas under points, ash over municipalities.
    add_municipalities(out, in_force, all, classes, areas);
    for (const Report* r : in_force) {
      // The detailed forecast takes the place of the first one of the same eruption.
      const bool replaced = r->code == "VFVO54" && std::any_of(in_force.begin(), in_force.end(), [&](const Report* o) {
        return o->code == "VFVO55" && o->event == r->event && o->status == r->status && o->time >= r->time;
      });
      if (!replaced) add_ash(out, *r, classes);
    }
    add_volcanoes(out, all, classes);
  }
  if (!caps.empty()) add_caps(out, caps, hazard::add_cap_classes(out), of_volcanoes);
  out.set_drills_apart();
  return out;
}

}  // namespace volcano
