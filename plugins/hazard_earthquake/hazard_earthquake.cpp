// Earthquakes: messages of the Agency, early warnings among them, and lists of the USGS as shapes, ShakeMap's grids as a field. The
// engine draws them.
#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "../common/drills.h"
#include "../common/titles.h"
#include "quake.h"
#include "tenbo/plugin_api/message_plugin.hpp"
#include "tenbo/plugin_api/publication.hpp"
#include "travel.h"

namespace {
using quake::Intensity;
using quake::Level;
using tenbo::plugin::both;
using tenbo::plugin::CodeLayer;
using tenbo::plugin::Message;
using tenbo::plugin::Publication;
using tenbo::plugin::Row;
using tenbo::plugin::Span;
using tenbo::plugin::text;
using tenbo::plugin::view;

constexpr const char* list_key = "list/";
constexpr double km = 1000;
constexpr tenbo_time week = 7LL * 24 * 3600 * 1000;  // ms

// A message with what it says.
struct Read {
  const Message* message;
  std::vector<Row> rows;
  quake::Report report;
  std::vector<std::string> changes, changes_en;  // against the message that it replaced
};
bool is_early(std::string_view code) { return code == "VXSE43" || code == "VXSE44" || code == "VXSE45"; }
std::string list_of(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& one : all) out += (out.empty() ? "" : ", ") + one;
  return out;
}

class HazardEarthquake final : public tenbo::plugin::MessagePlugin {
 public:
  using MessagePlugin::MessagePlugin;

 private:
  std::string take(const Message& m) const override {
    if (!m.head.is_message) return quake::is_list(tenbo::plugin::rows_of(m.rows)) ? list_key + m.name : std::string();
    const auto code = view(m.head.code);
    if (code != "VXSE51" && code != "VXSE52" && code != "VXSE53" && !is_early(code)) return {};
    return event_of(m) + "/" + std::string(code);
  }
  bool takes_data() const override { return true; }
  // The latest event is shown alone.
  bool stands(const Message& m, tenbo_time now) const override { return !m.head.is_message || m.time() > now - week; }
  std::vector<std::string> other_files() const override {
    auto out = list("areas");
    for (auto& s : list("stations")) out.push_back(std::move(s));
    return out;
  }
  void reload() override {
    areas_.read(host(), list("areas"), parameter("area_code"));
    stations_.read(host(), list("stations"), parameter("station_code"));
  }

  // ---------------------------------------------------------------------------------------------------------- ShakeMap's grid
  bool take_other(const std::string& name, std::string_view bytes) override {
    std::string head(bytes.substr(0, std::min<std::size_t>(bytes.size(), 4096)));
    if (bytes.empty()) {
      head.resize(4096);
      std::ifstream file(name, std::ios::binary);
      file.read(head.data(), static_cast<std::streamsize>(head.size()));
      head.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    }
    if (head.find("<shakemap_grid") == std::string::npos) return false;
    const Grid before = std::exchange(grid_, {name, std::string(bytes)});
    try {
      (void)open_grid("MMI");
    } catch (...) {
      grid_ = before;
      throw;
    }
    return true;
  }
  void forget() override { grid_ = {}; }
  tenbo::plugin::FieldFile open_grid(const char* variable) {
    tenbo_field_options o{};
    o.size = sizeof o;
    o.variable = text(variable);
    o.source = text(parameter("source"));
    if (grid_.bytes.empty()) return {host(), {grid_.name}, o};
    return {host(), grid_.bytes.data(), grid_.bytes.size(), grid_.name, o};
  }
  void publish_grid(const char* variable) {
    const auto field = open_grid(variable);
    const auto info = field.info();
    Publication about;
    about.title = parameter("title").empty() ? "ShakeMap " + std::string(variable) : parameter("title");
    about.source = std::string(view(info.source));
    about.certainty = info.certainty;
    if (info.has_issue_time) about.issue_time = info.issue_time;
    tenbo_field out{};
    out.size = sizeof out;
    out.about = &about.about();
    out.quantity = info.quantity;
    out.unit = info.unit;
    if (std::string_view(variable) == "MMI") out.palette = text("mmi");
    out.from_reader = field.handle();
    host().publish(out);
  }

  // ------------------------------------------------------------------------------------------------------------------ messages
  // An exercise never replaces what is real, so it is an event of its own.
  static std::string event_of(const Message& m) { return std::to_string(m.head.status) + "/" + std::string(view(m.head.event)); }

  void publish(const std::vector<const Message*>& in_force) override {
    const auto& show = parameter("show");
    if (show == "mmi" || show == "pga" || show == "pgv") {
      if (grid_.name.empty()) throw std::runtime_error("there is no grid of ShakeMap to show as " + show + "; show \"auto\" shows what there is");
      return publish_grid(show == "mmi" ? "MMI" : show == "pga" ? "PGA" : "PGV");
    }
    if (in_force.empty() && !grid_.name.empty()) return publish_grid("MMI");

    // What is real comes first, however much later an exercise came; that is drawn beside it.
    std::vector<const Message*> real, drills;
    for (const auto* m : in_force)
      if (m->head.is_message) (m->head.status == TENBO_STATUS_ACTUAL ? real : drills).push_back(m);
    const bool beside = !drills.empty() && std::any_of(real.begin(), real.end(), [](const Message* m) { return !m->cancelled(); });
    std::vector<const Message*> event = latest_event(beside ? real : in_force);
    std::vector<Read> read;
    for (const auto* m : event)
      if (!m->cancelled()) read.push_back(read_message(*m));
    const auto* early = early_warning(read);

    Publication out;
    out.row_type = "earthquake";
    // What was felt and located; a correction is a message of its own.
    out.certainty = early ? TENBO_ESTIMATED : TENBO_CONFIRMED;
    for (int i = 0; i < quake::intensity_classes; ++i) add_intensity(i, early != nullptr, TENBO_STATUS_ACTUAL, out);
    no_report_ = add_intensity(-1, early != nullptr, TENBO_STATUS_ACTUAL, out);
    drawn_drill_ = TENBO_STATUS_ACTUAL;
    expected_ = early != nullptr;
    drill_classes_.clear();
    hypocentre_ = out.add_class(0, {0xe6, 0x00, 0x12}, "震源", "Hypocentre");
    if (flag("fronts")) {
      p_ = out.add_class(0, {0x4d, 0xb4, 0xff}, "P波", "P waves");
      s_ = out.add_class(0, {0xff, 0x5a, 0x3c}, "S波", "S waves");
    }
    tell_head(event, read, early, out);
    shown_level_.reset();
    add_messages(read, early, out);
    if (beside) add_drill(latest_event(drills), out);
    for (const auto* m : in_force)
      if (!m->head.is_message) add_list(*m, out, read.empty());
    out.set_drills_apart();
    if (!parameter("title").empty()) out.title = parameter("title");
    if (!parameter("source").empty()) out.source = parameter("source");
    if (out.title.empty()) out.title = "地震 / Earthquakes";
    if (out.source.empty() && !out.shapes().empty()) out.warn(both("データにもレイヤにも出典がありません", "neither the data nor the layer says where it comes from"));
    host().publish(out.finish());
  }

  // Index -1: of what is not known.
  static std::uint32_t add_intensity(int index, bool expected, tenbo_status drill, Publication& out) {
    const auto ja = Publication::drill_mark(drill, true), en = Publication::drill_mark(drill, false);
    if (index < 0)
      return expected ? out.add_class(TENBO_LEVEL_UNKNOWN, {0x90, 0x98, 0xa0}, ja + "予想震度不明", en + "Expected intensity not known", true)
                      : out.add_class(TENBO_LEVEL_UNKNOWN, {0x90, 0x98, 0xa0}, ja + "震度5弱以上未入電", en + "5 lower or more, not reported", true);
    const auto& c = quake::intensity_class(index);
    return out.add_class(c.level, c.colour, ja + (expected ? "予想" : "") + c.ja, en + (expected ? "Expected: " : "") + c.en, drill != TENBO_STATUS_ACTUAL);
  }
  std::uint32_t intensity_class(Intensity i, Publication& out) {
    const int index = i == Intensity::none || i == Intensity::no_report ? -1 : static_cast<int>(i) - 1;
    if (drawn_drill_ == TENBO_STATUS_ACTUAL || drill_expected_ == expected_) return index < 0 ? no_report_ : static_cast<std::uint32_t>(index);
    const auto [it, is_new] = drill_classes_.emplace(index, 0);
    if (is_new) it->second = add_intensity(index, drill_expected_, drawn_drill_, out);
    return it->second;
  }
  // The exercise or test that came last, beside what is real: places that the real one does not have, without wave fronts, which would run
  // over it. The head stays that of what is real.
  void add_drill(const std::vector<const Message*>& event, Publication& out) {
    std::vector<Read> read;
    for (const auto* m : event)
      if (!m->cancelled()) read.push_back(read_message(*m));
    if (!hazard::say_drill(out, *event.back(), read.empty())) return;
    drawn_drill_ = event.back()->head.status;
    const auto* early = early_warning(read);
    drill_expected_ = early != nullptr;
    add_messages(read, early, out);
    drawn_drill_ = TENBO_STATUS_ACTUAL;
  }

  // The early warning of the event that came last, until something was felt: then what was expected is of no use any more.
  static const Read* early_warning(const std::vector<Read>& read) {
    const Read* out = nullptr;
    for (const auto& r : read) {
      if (!r.report.felt.empty()) return nullptr;
      // Of those of one moment the one that says more; the ground motion forecast (VXSE45) repeats the others.
      if (r.report.early && (!out || r.message->time() > out->message->time() || r.report.forecast.size() >= out->report.forecast.size())) out = &r;
    }
    return out;
  }

  // The messages about the event that was reported last; one that is not all cancelled, where there is one.
  static std::vector<const Message*> latest_event(const std::vector<const Message*>& in_force) {
    std::string event;
    for (const bool cancelled : {false, true})
      for (auto it = in_force.rbegin(); it != in_force.rend() && event.empty(); ++it)
        if ((*it)->head.is_message && (*it)->cancelled() == cancelled) event = event_of(**it);
    std::vector<const Message*> out;
    for (const auto* m : in_force)
      if (m->head.is_message && event_of(*m) == event) out.push_back(m);
    // A cancellation that came after all of them is news too.
    for (const auto* m : in_force)
      if (m->head.is_message && m->cancelled() && event_of(*m) != event && m->time() >= out.back()->time()) out.push_back(m);
    return out;
  }

  static Read read_message(const Message& m) {
    Read out{&m, tenbo::plugin::rows_of(m.rows), {}, {}, {}};
    out.report = quake::read_report(out.rows);
    if (m.previous && !m.previous->cancelled()) {
      const auto before = tenbo::plugin::rows_of(m.previous->rows);
      const auto report = quake::read_report(before);
      out.changes = quake::changes(report, out.report, true);
      out.changes_en = quake::changes(report, out.report, false);
    }
    return out;
  }

  static void tell_head(const std::vector<const Message*>& event, const std::vector<Read>& read, const Read* early, Publication& about) {
    if (event.empty()) return;
    const auto* newest = early ? early->message : read.empty() ? event.back() : read.back().message;
    about.title = std::string(view(newest->head.title));
    about.source = std::string(view(newest->head.publisher));
    about.headline = std::string(view(newest->head.headline));
    about.issue_time = newest->head.report_time;
    about.status = newest->head.status;
    for (const auto* m : event)
      if (m->cancelled()) {
        const std::string title(view(m->head.title)), headline(view(m->head.headline));
        about.note(both("取消: " + hazard::title_and_headline(title, headline, true), "Cancelled: " + hazard::title_and_headline(title, headline, false)));
      }
    if (early) {
      const std::string title(view(early->message->head.title)), number = std::to_string(early->message->head.serial);
      about.note(both(title + " 第" + number + "報" + (early->report.final ? "（最終報）" : ""), hazard::english_title(title) + ", report " + number + (early->report.final ? ", the final one" : "")));
    }
    for (const auto& r : read) {
      if (r.report.early && &r != early) continue;
      const std::string title(view(r.message->head.title));
      if (r.message->head.info_type == TENBO_INFO_CORRECTION) {
        const bool known = r.message->previous != nullptr;
        about.note(both("訂正: " + title + ": " + (!r.changes.empty() ? list_of(r.changes) : known ? "規模・深さ・最大震度は変わらず" : "訂正前の電文がありません"),
                        "Corrected: " + hazard::english_title(title) + ": " + (!r.changes.empty() ? list_of(r.changes_en) : known ? "magnitude, depth and greatest intensity stay as they were" : "the message before it is not here")));
      } else if (!r.changes.empty()) {
        about.note(both("更新: " + title + ": " + list_of(r.changes), "Updated: " + hazard::english_title(title) + ": " + list_of(r.changes_en)));
      }
    }
  }

  void add_messages(const std::vector<Read>& read, const Read* early, Publication& out) {
    // Of each kind of news the latest message that has it.
    const auto last = [&](auto&& has) -> const Read* {
      for (auto it = read.rbegin(); it != read.rend(); ++it)
        if (has(*it)) return &*it;
      return nullptr;
    };
    if (early) add_forecast(*early, out);
    if (const auto* r = last([](const Read& x) { return !x.report.felt.empty(); })) add_felt(*r, out);
    // What was located comes before what an early warning thought.
    const auto located = [](bool is_early) { return [is_early](const Read& x) { return !x.report.hypocentres.empty() && x.report.early == is_early; }; };
    const auto* r = last(located(false));
    if (!r) r = early && located(true)(*early) ? early : last(located(true));
    if (r)
      for (const auto& h : r->report.hypocentres) add_hypocentre(h, id_of(*r->message), r->message->time(), out, drawn_drill_ == TENBO_STATUS_ACTUAL && &h == &r->report.hypocentres.front(), r->report.early, r->message->head.status);
  }
  static std::string id_of(const Message& m) { return std::string(view(m.head.event)) + (m.head.status == TENBO_STATUS_ACTUAL ? "" : "*"); }

  // ------------------------------------------------------------------------------------------------------------------ intensity
  // Coloured by the greatest that is expected there.
  void add_forecast(const Read& r, Publication& out) {
    std::size_t not_placed = 0;
    const Span span{r.message->time(), std::nullopt};
    for (const auto& f : r.report.forecast) {
      const auto row = out.add_row(id_of(*r.message) + "/forecast/" + f.code, *f.row, {"status", "info_type"});
      out.set_status(row, r.message->head.status);
      const auto worst = f.to == Intensity::none ? f.from : f.to;
      const auto shape_class = intensity_class(worst, out);
      const auto label = f.warned ? both(f.name + " " + quake::words(f, true), f.name + " " + quake::words(f, false)) : std::string();
      const auto found = beside_level(Level::areas) ? areas_.find(f.code) : Found{};
      if (found.empty()) ++not_placed, out.record(row, shape_class, {});
      for (const auto& at : found) out.area(row, shape_class, span, at.file->handle(), at.row, &at == &found.front() ? label : std::string());
    }
    if (drawn_drill_ == TENBO_STATUS_ACTUAL) shown_level_ = Level::areas;
    tell_not_placed(not_placed, r.report.forecast.size(), Level::areas, out);
  }
  void tell_not_placed(std::size_t n, std::size_t of, Level level, Publication& out) const {
    if (n == 0 || drawn_drill_ != TENBO_STATUS_ACTUAL) return;
    const auto counts = std::to_string(n) + " of " + std::to_string(of) + " " + level_word(level), counts_ja = std::to_string(of) + " 件中 " + std::to_string(n) + " 件";
    if (areas_.empty() && stations_.empty())
      out.warn(both(counts_ja + "は位置がなく一覧のみ: 図形のレイヤがありません（areas）", counts + " are listed without a place: no layer gives their geometry (parameter \"areas\")"));
    else out.warn(both(counts_ja + "はコードが区域のレイヤになく一覧のみ", counts + " have a code that the layer of areas does not have: listed, not drawn"));
  }
  void add_felt(const Read& r, Publication& out) {
    const auto level = level_to_show(r.report);
    if (drawn_drill_ == TENBO_STATUS_ACTUAL) shown_level_ = level;
    const bool with_stations = level != Level::stations && parameter("show") == "auto" && !stations_.empty();
    std::size_t not_placed = 0, all = 0;
    const Span span{r.message->time(), std::nullopt};
    for (const auto& f : r.report.felt) {
      const bool station = f.level == Level::stations;
      if (f.level != level && !(with_stations && station)) continue;
      ++all;
      // The head's words stand in the layer, once.
      const auto row = out.add_row(id_of(*r.message) + "/" + f.row->text("row") + "/" + f.code, *f.row, {"status", "info_type"});
      out.set_status(row, r.message->head.status);
      const auto found = station ? stations_.find(f.code) : beside_level(level) ? areas_.find(f.code) : Found{};
      const auto shape_class = intensity_class(f.intensity, out);
      const bool labelled = f.level == Level::prefectures || f.level == Level::areas || f.intensity == r.report.greatest;
      const std::string label = labelled ? both(f.name + " " + quake::words(f.intensity), f.name + " " + quake::words_en(f.intensity)) : std::string();
      if (found.empty()) ++not_placed, out.record(row, shape_class, {});
      for (const auto& at : found)
        out.place(station ? TENBO_SHAPE_POINT : TENBO_SHAPE_AREA, row, shape_class, span, at.file->handle(), at.row, &at == &found.front() ? label : std::string());
    }
    tell_not_placed(not_placed, all, level, out);
  }
  using Found = std::vector<CodeLayer::Found>;
  bool beside_level(Level l) const { return drawn_drill_ == TENBO_STATUS_ACTUAL || !shown_level_ || *shown_level_ == l; }
  static const char* level_word(Level l) {
    return l == Level::prefectures ? "prefectures" : l == Level::areas ? "areas" : l == Level::cities ? "cities" : "stations";
  }
  // As the layer says; else the finest of which the layers have half or more; else the coarsest that the message has.
  Level level_to_show(const quake::Report& r) const {
    const auto& show = parameter("show");
    for (const auto l : {Level::prefectures, Level::areas, Level::cities, Level::stations})
      if (show == level_word(l)) return l;
    std::map<Level, std::pair<std::size_t, std::size_t>> placed;  // and of how many
    for (const auto& f : r.felt) {
      auto& p = placed[f.level];
      ++p.second;
      if (f.level != Level::stations && !areas_.find(f.code).empty()) ++p.first;
    }
    for (const auto l : {Level::cities, Level::areas, Level::prefectures})
      if (const auto it = placed.find(l); it != placed.end() && 2 * it->second.first >= it->second.second) return l;
    const auto most = std::max_element(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.second.first < b.second.first; });
    if (most->second.first > 0) return most->first;
    return placed.count(Level::areas) ? Level::areas : placed.begin()->first;
  }
  // ----------------------------------------------------------------------------------------------------------------- hypocentre
  void add_hypocentre(const quake::Hypocentre& h, const std::string& id, std::optional<tenbo_time> known, Publication& out, bool with_fronts, bool early, tenbo_status status) const {
    const auto row = out.add_row(id + "/hypocentre", *h.row, {"status", "info_type"});
    out.set_status(row, status);
    const auto warn = [&](std::string said) {
      if (drawn_drill_ == TENBO_STATUS_ACTUAL) out.warn(std::move(said));  // of what is real
    };
    if (!h.placed) {
      out.record(row, hypocentre_, {});
      warn(both("震源の位置が不明のため一覧のみ", "the place of the hypocentre is not known: listed, not drawn"));
      return;
    }
    std::string label = h.row->text("name");
    if (!h.magnitude.empty()) label += (label.empty() ? "" : " ") + h.magnitude;
    auto label_en = label;
    if (h.depth_km) label += " " + h.depth, label_en += " " + h.depth;
    else if (!h.depth.empty()) label += " 深さ" + h.depth, label_en += " depth " + (h.depth == "不明" ? std::string("not known") : h.depth);
    if (h.assumed) label += " 仮定震源", label_en += " (assumed)";
    auto& s = out.point(row, hypocentre_, {known, std::nullopt}, h.lon, h.lat, both(label, label_en));
    const bool fronts = with_fronts && flag("fronts");
    if (h.assumed) {  // nobody knows where it is yet, nor when it was
      warn(both("震源は仮定のものです: 地表に印を置き、波面は描きません", "the hypocentre is only assumed: marked on the ground, without wave fronts"));
      return;
    }
    if (h.depth_km) {
      s.height = -*h.depth_km * km;
    } else {
      warn(both("震源の深さが不明（" + (h.depth.empty() ? std::string("記載なし") : h.depth) + "）: 地表に印を置きます" + (fronts ? "。波面は描きません" : ""),
                    "the depth of the hypocentre is not known (" + (h.depth.empty() ? std::string("not given") : h.depth) + "): marked on the ground" + (fronts ? ", and without wave fronts" : "")));
    }
    if (!fronts || !h.origin || !h.depth_km) return;
    bool made = false;
    for (const auto wave : {travel::Wave::P, travel::Wave::S}) {
      auto f = travel::front(wave, std::max(*h.depth_km, 0.0));
      if (f.seconds.size() < 2) continue;
      made = true;
      const bool p = wave == travel::Wave::P;
      out.front(row, p ? p_ : s_, {}, {*h.origin + static_cast<tenbo_time>(std::llround(f.first * 1000)), h.lon, h.lat, std::move(f.seconds), std::move(f.metres)}, p ? "P" : "S");
    }
    if (made && h.to_the_minute && !early)
      warn(both("発生時刻は分単位です: 波面は最大1分ずれます", "the origin time is given to the minute: the wave fronts may be up to a minute off"));
  }

  // --------------------------------------------------------------------------------------------------------------- the USGS
  void add_list(const Message& m, Publication& out, bool alone) const {
    const auto rows = tenbo::plugin::rows_of(m.rows);
    const auto report = quake::read_list(rows);
    const auto latest = std::max_element(report.hypocentres.begin(), report.hypocentres.end(), [](const auto& a, const auto& b) { return a.origin < b.origin; });
    for (auto it = report.hypocentres.begin(); it != report.hypocentres.end(); ++it) {
      std::string id(m.rows.id(static_cast<std::uint32_t>(it->row - rows.data())));
      add_hypocentre(*it, m.name + "/" + id, it->origin, out, alone && it == latest, false, TENBO_STATUS_ACTUAL);
    }
    if (alone) out.title = report.hypocentres.size() == 1 && !rows.front().text("title").empty() ? rows.front().text("title") : "地震 / Earthquakes";
  }

  struct Grid {
    std::string name, bytes;  // bytes empty: a file
  };
  CodeLayer areas_, stations_;
  Grid grid_;
  std::uint32_t no_report_ = 0, hypocentre_ = 0, p_ = 0, s_ = 0;
  // While an exercise is drawn beside what is real, and the level of areas at which that is drawn: areas of another would overlap them.
  tenbo_status drawn_drill_ = TENBO_STATUS_ACTUAL;
  bool expected_ = false, drill_expected_ = false;  // the classes are those of an early warning
  std::map<int, std::uint32_t> drill_classes_;
  std::optional<Level> shown_level_;
};
}  // namespace

TENBO_PLUGIN("hazard_earthquake", HazardEarthquake)
