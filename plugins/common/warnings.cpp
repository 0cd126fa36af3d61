#include "warnings.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "heads.h"

namespace hazard {
namespace {
constexpr std::array<std::string_view, 6> wide{"０", "１", "２", "３", "４", "５"};

bool ends(std::string_view s, std::string_view with) { return s.size() >= with.size() && s.substr(s.size() - with.size()) == with; }
bool has(std::string_view s, std::string_view word) { return s.find(word) != std::string_view::npos; }

Rank rank_of_level(int level) { return level == 1 ? Rank::none : static_cast<Rank>(level); }

// What a kind is about, as the telegrams of 2026 are divided: VPWW55 rain ... VPWW61 the rest; 0: none of them.
int telegram_of(std::string_view kind) {
  struct Word {
    std::string_view word;
    int telegram;
  };
  // 暴風雪 before 大雪 and 雪; floods of rivers have telegrams of their own.
  for (const auto& w : {Word{"土砂", 56}, Word{"大雨", 55}, Word{"高潮", 57}, Word{"暴風", 58}, Word{"強風", 58}, Word{"風雪", 58}, Word{"波浪", 59}, Word{"大雪", 60},
                        Word{"雷", 61}, Word{"融雪", 61}, Word{"濃霧", 61}, Word{"乾燥", 61}, Word{"なだれ", 61}, Word{"低温", 61}, Word{"霜", 61}, Word{"着雪", 61}, Word{"着氷", 61}})
    if (has(kind, w.word)) return w.telegram;
  return 0;
}
int telegram_number(const Report& r) { return r.code.size() == 6 && r.code.substr(0, 4) == "VPWW" ? (r.code[4] - '0') * 10 + (r.code[5] - '0') : 0; }
bool of_2026(const Report& r) {
  const int n = telegram_number(r);
  return n >= 55 && n <= 61;
}

bool counts(const Row& row, AreaKind kind) {
  const auto group = row["group"];
  if (group == "土砂災害警戒情報") return kind == AreaKind::municipality;
  switch (kind) {
    case AreaKind::municipality: return ends(group, "（市町村等）");
    case AreaKind::district: return ends(group, "（市町村等をまとめた地域等）");
    case AreaKind::region: return ends(group, "（一次細分区域等）");
    case AreaKind::prefecture: return ends(group, "（府県予報区等）");
  }
  return false;
}
// What was in force in an area before `newest`, the last message that names it: what other messages say has stayed, and of its own the
// message that it replaced tells, else it itself: what goes on, and what came in the place of what.
template <class Same>
std::optional<Rank> rank_before(const WarnedArea& area, const Report& newest, const Same& same) {
  Rank out = Rank::none;
  bool known = true, any = false;
  const auto add = [&](Rank r) { known = known && r != Rank::unknown, out = std::max(out, r); };
  for (const auto& w : area.warnings)
    if (w.report != &newest) add(w.rank);
  if (newest.before && !newest.before->cancelled()) {
    for (const auto& row : newest.before->rows)
      if (row["code"] == area.code && same(*newest.before, row) && row["in_force"] == "true") add(rank_of(row["kind"]));
    return known ? std::optional(out) : std::nullopt;
  }
  for (const auto& w : area.warnings) {
    if (w.report != &newest) continue;
    any = true;
    if (!w.last.empty()) add(rank_of(w.last));
    else if (w.status == "継続") add(w.rank);
    else if (const auto from = w.status.find("から"); from != std::string::npos) add(rank_of(w.status.substr(0, from)));
    else known = false;  // "発表" alone: what it came in the place of is not said
  }
  return known && any ? std::optional(out) : std::nullopt;
}
}  // namespace

Rank rank_of(std::string_view kind) {
  if (kind.empty() || kind == "なし" || kind == "解除") return Rank::none;
  if (const auto at = kind.find("レベル"); at != std::string_view::npos) {
    const auto rest = kind.substr(at + std::string_view("レベル").size());
    for (int i = 1; i <= 5; ++i)
      if (rest.substr(0, 3) == wide[static_cast<std::size_t>(i)] || rest.substr(0, 1) == std::string_view("012345").substr(static_cast<std::size_t>(i), 1)) return rank_of_level(i);
  }
  if (ends(kind, "特別警報")) return Rank::emergency;
  if (ends(kind, "危険警報") || kind == "警戒") return Rank::danger;
  if (ends(kind, "警報")) return Rank::warning;
  if (ends(kind, "注意報")) return Rank::advisory;
  return Rank::unknown;
}

AreaKind area_kind_of(std::string_view p) { return p == "district" ? AreaKind::district : p == "region" ? AreaKind::region : p == "prefecture" ? AreaKind::prefecture : AreaKind::municipality; }

Warned warned_areas(const std::vector<const Report*>& reports, AreaKind kind) {
  Warned out;
  using Key = std::pair<std::string, bool>;  // area's code, whether it is an exercise or a test
  std::map<Key, WarnedArea> areas;
  std::set<std::pair<Key, int>> spoken_for;  // and telegram
  std::map<Key, const Report*> newest;       // that names an area
  for (const Report* r : reports)
    if (!r->cancelled() && of_2026(*r))
      for (const auto& row : r->rows)
        if (counts(row, kind)) spoken_for.emplace(Key(row["code"], !r->real()), telegram_number(*r));
  for (const Report* r : reports) {
    if (r->cancelled()) continue;
    for (const auto& row : r->rows) {
      if (!counts(row, kind)) continue;
      const Key key(row["code"], !r->real());
      auto& area = areas[key];
      area.code = key.first;
      area.name = row["name"];
      if (area.status != TENBO_STATUS_EXERCISE) area.status = r->status;
      if (!area.time || r->time >= *area.time) area.time = r->time, area.dated = r->dated();
      if (auto& last = newest[key]; !last || r->time >= last->time) last = r;
      if (!r->publisher.empty() && std::find(area.offices.begin(), area.offices.end(), r->publisher) == area.offices.end()) area.offices.push_back(r->publisher);
      Warning w;
      w.kind = row["kind"];
      w.in_force = row["in_force"] == "true";
      w.rank = w.in_force ? rank_of(w.kind) : Rank::none;
      w.status = row["kind_status"];
      w.notes = row["notes"].empty() ? row["condition"] : row["notes"];
      w.last = row["last_kind"];
      w.report = r;
      if (w.kind.empty()) continue;  // 発表警報・注意報はなし
      if (!of_2026(*r)) {
        const int about = r->code == "VXWW50" ? 56 : telegram_of(w.kind);
        if (about != 0 && spoken_for.count({key, about})) {
          if (w.in_force) ++out.left_to_newer;
          continue;
        }
      }
      w.kind.insert(0, drill_mark(*r));
      area.warnings.push_back(std::move(w));
    }
  }
  for (auto& [key, area] : areas) {
    std::stable_sort(area.warnings.begin(), area.warnings.end(), [](const Warning& a, const Warning& b) { return std::pair(a.in_force, a.rank) > std::pair(b.in_force, b.rank); });
    const Key& named = key;
    area.before = rank_before(area, *newest[key], [&](const Report& r, const Row& row) {
      if (!counts(row, kind)) return false;
      const int about = of_2026(r) ? 0 : r.code == "VXWW50" ? 56 : telegram_of(row["kind"]);
      return about == 0 || !spoken_for.count({named, about});
    });
    out.areas.push_back(std::move(area));
  }
  return out;
}

std::vector<RankSpan> spans_of(const WarnedArea& area) {
  std::set<tenbo_time> ends;
  for (const auto& w : area.warnings)
    if (w.in_force && w.report->until) ends.insert(*w.report->until);
  std::vector<RankSpan> out;
  const auto rank_at = [&](std::optional<tenbo_time> t) {
    Rank known = Rank::none;
    bool unknown = false;
    for (const auto& w : area.warnings) {
      if (!w.in_force || (w.report->until && t && *w.report->until <= *t)) continue;
      if (w.rank == Rank::unknown) unknown = true;
      else known = std::max(known, w.rank);
    }
    return known == Rank::none && unknown ? Rank::unknown : known;
  };
  std::optional<tenbo_time> at = area.time;
  for (const auto end : ends) {
    if (at && end <= *at) continue;
    out.push_back({{at, end}, rank_at(at)});
    at = end;
  }
  out.push_back({{at, std::nullopt}, rank_at(at)});
  return out;
}

std::vector<std::string> changes_of(const Report& report, std::size_t most) {
  if (!report.replaced) return {};
  // Of each area and group, what is in force there.
  const auto state = [](const Report& r) {
    std::map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> out;
    for (const auto& row : r.rows) {
      if (row["in_force"].empty() || (ends(row["group"], "等）") && !ends(row["group"], "（市町村等）"))) continue;
      auto& [name, kinds] = out[{std::string(row["code"]), std::string(row["name"])}];
      name = row["name"];
      if (row["in_force"] == "true" && !row["kind"].empty()) kinds += (kinds.empty() ? "" : "、") + std::string(row["kind"]);
    }
    return out;
  };
  const auto before = state(*report.replaced), now = state(report);
  std::vector<std::string> out;
  std::size_t more = 0;
  const auto say = [&](const std::string& name, const std::string& was, const std::string& is) {
    if (was == is) return;
    if (out.size() < most) out.push_back(name + ": " + (was.empty() ? "なし" : was) + " → " + (is.empty() ? "なし" : is));
    else ++more;
  };
  for (const auto& [key, value] : now) {
    const auto was = before.find(key);
    say(value.first, was == before.end() ? std::string() : was->second.second, value.second);
  }
  for (const auto& [key, value] : before)
    if (now.find(key) == now.end()) say(value.first, value.second, "");
  if (more) out.push_back("+ " + std::to_string(more));
  return out;
}

std::uint32_t Ladder::of(Rank r) const {
  switch (r) {
    case Rank::emergency: return emergency;
    case Rank::danger: return danger;
    case Rank::warning: return warning;
    case Rank::advisory: return advisory;
    case Rank::none: return none;
    case Rank::unknown: break;
  }
  return unknown;
}

// The colours of the alert levels, as in assets/palettes/alert-level.json; grey and hatched of our own.
Ladder add_ladder(Publication& to) {
  Ladder l{};
  l.emergency = to.add_class(5, {0x0c, 0x00, 0x0c}, "レベル５・特別警報", "Level 5, emergency warning");
  l.danger = to.add_class(4, {0xaa, 0x00, 0xaa}, "レベル４・危険警報", "Level 4, danger warning");
  l.warning = to.add_class(3, {0xff, 0x28, 0x00}, "レベル３・警報", "Level 3, warning");
  l.advisory = to.add_class(2, {0xf2, 0xe7, 0x00}, "レベル２・注意報", "Level 2, advisory");
  l.none = to.add_class(0, {0xb4, 0xb8, 0xbe}, "発表なし", "None issued");
  l.unknown = to.add_class(TENBO_LEVEL_UNKNOWN, {0x68, 0x70, 0x7a}, "不明", "Not known", true);
  return l;
}

void add_areas(Publication& to, const Warned& warned, const Ladder& ladder, const AreaIndex& index) {
  std::size_t unmatched = 0, wider = 0;
  std::set<std::string> strange;
  std::map<std::pair<std::uint32_t, bool>, std::vector<std::pair<std::uint32_t, const WarnedArea*>>> on_outline;  // parts of one municipality, real ones or not
  for (const auto& area : warned.areas) {
    const auto row = to.add_row(drill_id(area.code.empty() ? area.name : area.code, area.status));
    to.set_status(row, area.status);
    std::vector<std::string> in_force, ended, notes;
    Rank worst = Rank::none;
    bool unknown = false;
    std::optional<tenbo_time> until;
    for (const auto& w : area.warnings) {
      if (w.in_force) {
        in_force.push_back(w.kind);
        if (!w.notes.empty()) notes.push_back(w.notes);
        if (w.rank == Rank::unknown) unknown = true, strange.insert(w.kind);
        else worst = std::max(worst, w.rank);
        if (w.report->until) until = std::max(until.value_or(*w.report->until), *w.report->until);
      } else {
        ended.push_back(w.kind == "解除" && !w.last.empty() ? w.last : w.kind == "なし" ? std::string() : w.kind);
        if (ended.back().empty()) ended.pop_back();
      }
    }
    to.put(row, "name", area.name);
    to.put(row, "code", area.code);
    const Rank rank = worst == Rank::none && unknown ? Rank::unknown : worst;
    const auto& c = to.classes()[ladder.of(rank)];
    to.put(row, "class", c.ja);
    if (rank != Rank::unknown) to.put(row, "level", static_cast<std::int64_t>(rank));
    if (area.before) {
      to.put(row, "class_before", to.classes()[ladder.of(*area.before)].ja);
      to.put(row, "level_before", static_cast<std::int64_t>(*area.before));
    }
    to.put(row, "in_force", in_force.empty() ? "発表なし" : join(in_force, "、"));
    to.put(row, "in_force_count", static_cast<std::int64_t>(in_force.size()));
    to.put(row, "notes", join(notes, "、"));
    to.put(row, "lifted", join(ended, "、"));
    if (area.time) to.put(row, "report_time", japan_time(area.dated));
    if (until) to.put(row, "valid_until", japan_time(*until));
    to.put(row, "office", join(area.offices, "、"));

    const auto match = index.find(area.code);
    if (match.rows.empty()) {
      ++unmatched;
      for (const auto& s : spans_of(area)) to.record(row, ladder.of(s.rank), s.span);
      continue;
    }
    if (match.wider) ++wider;
    for (const auto outline : match.rows) on_outline[{outline, area.status != TENBO_STATUS_ACTUAL}].emplace_back(row, &area);
  }
  // The parts of a municipality share its outline: the worst of them is drawn, once.
  for (const auto& [where, parts] : on_outline) {
    WarnedArea all;
    std::uint32_t row = parts.front().first;
    Rank worst = Rank::unknown;
    for (const auto& [r, area] : parts) {
      all.warnings.insert(all.warnings.end(), area->warnings.begin(), area->warnings.end());
      if (area->time) all.time = std::max(all.time.value_or(*area->time), *area->time);
      const Rank rank = spans_of(*area).front().rank;
      if (rank > worst) worst = rank, row = r;
    }
    for (const auto& s : spans_of(all)) to.area(row, ladder.of(s.rank), s.span, index.geometry(), where.first, {});
    for (const auto& [r, area] : parts)
      if (r != row)
        for (const auto& s : spans_of(*area)) to.record(r, ladder.of(s.rank), s.span);
  }
  if (unmatched && index.empty()) to.warn(both(std::to_string(unmatched) + " 区域は図形のレイヤ（areas）がなく一覧のみ", std::to_string(unmatched) + " areas have no outline: the layer names none (\"areas\"); they are listed, not drawn"));
  else if (unmatched) to.warn(both(std::to_string(unmatched) + " 区域は図形のレイヤになく一覧のみ", std::to_string(unmatched) + " areas are not among the outlines that the layer names; they are listed, not drawn"));
  if (wider) to.warn(both(std::to_string(wider) + " 区域は市町村の一部で、市町村全体に表示", std::to_string(wider) + " areas are parts of a municipality and shown on all of it"));
  if (warned.left_to_newer) to.warn(both("VPWW54・VXWW50 の " + std::to_string(warned.left_to_newer) + " 件は省略: VPWW55〜61 にあります", std::to_string(warned.left_to_newer) + " warnings of VPWW54 and VXWW50 are left out: VPWW55 to 61 speak for them"));
  if (!strange.empty()) to.warn(both("種類の分からない警報: " + join({strange.begin(), strange.end()}, "、"), "what kind of warning this is is not known: " + join({strange.begin(), strange.end()}, ", ")));
}

void add_warning_heads(Publication& to, const std::vector<const Report*>& reports) {
  const auto worst = [](const Report& r) {
    Rank rank = Rank::none;
    for (const auto& row : r.rows)
      if (row["in_force"] == "true") rank = std::max(rank, rank_of(row["kind"]));
    return static_cast<int>(rank);
  };
  add_heads(to, reports, worst, [](const Report& r) { return changes_of(r); });
}

}  // namespace hazard
