// Tsunami: warnings by coast and observations of the Agency's messages, and areas of assumed inundation, as shapes. The engine
// draws them.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "../common/drills.h"
#include "../common/inundation_areas.h"
#include "../common/titles.h"
#include "tenbo/plugin_api/message_plugin.hpp"
#include "tenbo/plugin_api/publication.hpp"
#include "tsunami.h"

namespace {
using tenbo::plugin::both;
using tenbo::plugin::CodeLayer;
using tenbo::plugin::Message;
using tenbo::plugin::Publication;
using tenbo::plugin::Row;
using tenbo::plugin::Span;
using tenbo::plugin::view;
using tsunami::Warning;

struct Read {
  const Message* message;
  std::vector<Row> rows;
  tsunami::Report report;
};

class HazardTsunami final : public tenbo::plugin::MessagePlugin {
 public:
  using MessagePlugin::MessagePlugin;

 private:
  std::string take(const Message& m) const override {
    const auto code = view(m.head.code);
    if (code != "VTSE41" && code != "VTSE51" && code != "VTSE52") return {};
    return std::to_string(m.head.status) + "/" + std::string(view(m.head.event)) + "/" + std::string(code);
  }
  std::vector<std::string> other_files() const override {
    std::vector<std::string> out;
    for (const char* name : {"coasts", "stations", "inundation"})
      for (auto& path : list(name)) out.push_back(std::move(path));
    return out;
  }
  void reload() override {
    coasts_.read(host(), list("coasts"), parameter("coast_code"));
    stations_.read(host(), list("stations"), parameter("station_code"));
    inundation_.read(host(), list("inundation"), parameter("depth_column"));
  }

  void publish(const std::vector<const Message*>& in_force) override {
    Publication out;
    out.row_type = "tsunami";
    const auto shown = choose(in_force, out);
    beside_ = TENBO_STATUS_ACTUAL;
    if (!shown.one.empty() || inundation_.empty()) {
      add_classes(out);
      add_messages(shown.one, out);
    }
    if (!shown.drill.empty()) add_drill(shown.drill, out);
    if (!inundation_.empty()) inundation_.add_to(out);
    if (!parameter("title").empty()) out.title = parameter("title");
    if (!parameter("source").empty()) out.source = parameter("source");
    if (out.title.empty()) out.title = inundation_.empty() ? "津波 / Tsunami" : "津波浸水想定 / Assumed tsunami inundation";
    if (out.source.empty() && !out.shapes().empty()) out.warn(both("データにもレイヤにも出典がありません", "neither the data nor the layer says where it comes from"));
    host().publish(out.finish());
  }

  // A warning until it is lifted; what was lifted or observed for a day, or an exercise would never be seen again.
  static constexpr tenbo_time day = 24LL * 3600 * 1000;  // ms
  static bool still_says(const Message& m, tenbo_time now) {
    if (m.cancelled()) return false;
    if (m.time() > now - day) return true;
    const auto rows = tenbo::plugin::rows_of(m.rows);
    const auto report = tsunami::read_report(rows);
    return std::any_of(report.forecast.begin(), report.forecast.end(), [](const auto& c) { return c.warning != Warning::none; });
  }
  struct Choice {
    std::vector<const Message*> one;    // of one status, which the head is of
    std::vector<const Message*> drill;  // of an exercise or a test beside what is real
  };
  // What is real stays, whatever exercise came later; of one day of that the exercise or test that came last is drawn beside it.
  static Choice choose(const std::vector<const Message*>& in_force, Publication& about) {
    Choice out;
    if (in_force.empty()) return out;
    const auto now = in_force.back()->time();
    tenbo_status status = in_force.back()->head.status, drill = TENBO_STATUS_ACTUAL;
    for (const auto* m : in_force) {
      if (m->head.status != TENBO_STATUS_ACTUAL) drill = m->head.status;
      else if (still_says(*m, now)) status = TENBO_STATUS_ACTUAL;
    }
    std::size_t others = 0;
    for (const auto* m : in_force) {
      if (m->head.status == status) out.one.push_back(m);
      else if (status == TENBO_STATUS_ACTUAL && m->head.status == drill && m->time() > now - day) out.drill.push_back(m);
      else ++others;
    }
    if (others && status == TENBO_STATUS_ACTUAL)
      about.note(both("実際の情報があるため、訓練・試験の電文 " + std::to_string(others) + " 件は表示していません", std::to_string(others) + " messages of an exercise or a test are not shown beside what is real"));
    return out;
  }
  // Coasts and stations that the real messages do not have, hatched and marked; its others are listed.
  void add_drill(const std::vector<const Message*>& messages, Publication& out) {
    const bool cancelled = std::all_of(messages.begin(), messages.end(), [](const Message* m) { return m->cancelled(); });
    if (hazard::say_drill(out, *messages.back(), cancelled)) {
      beside_ = messages.back()->head.status;
      add_messages(messages, out);
      beside_ = TENBO_STATUS_ACTUAL;
    }
    out.set_drills_apart();
  }

  // Purple, red and yellow in this order are the Agency's (its announcement of May 2012 on colours of its pages); the values are ours: the
  // guideline that has them was not at hand. A slight change of the sea, ended, observed and expected have colours of our own.
  void add_classes(Publication& out) {
    for (const auto& [w, ja, en, colour, level] : {std::tuple{Warning::major, "大津波警報", "Major tsunami warning", tenbo::plugin::Colour{200, 0, 255}, 5},
                                                   {Warning::warning, "津波警報", "Tsunami warning", {255, 40, 0}, 4},
                                                   {Warning::advisory, "津波注意報", "Tsunami advisory", {250, 245, 0}, 3},
                                                   {Warning::slight, "若干の海面変動", "Slight sea level change", {0, 170, 255}, 1}})
      classes_[w] = out.add_class(level, colour, ja, en), levels_[w] = level;
    levels_[Warning::none] = 0;
    classes_[Warning::none] = out.add_class(0, {0x90, 0x98, 0xa0}, "解除", "Ended", true);
    classes_[Warning::unknown] = out.add_class(TENBO_LEVEL_UNKNOWN, {0x68, 0x70, 0x7a}, "種類不明", "Kind not known", true);
    observed_ = out.add_class(0, {0, 200, 160}, "津波を観測", "Tsunami observed");
    offshore_ = out.add_class(0, {0, 120, 150}, "沖合で観測", "Observed offshore");
    expected_ = out.add_class(0, {240, 240, 240}, "到達予想地点", "Arrival expected");
  }

  // ------------------------------------------------------------------------------------------------------------------ messages
  bool real() const { return beside_ == TENBO_STATUS_ACTUAL; }  // or all that there is
  std::string id_of(const Message& m) const { return std::string(view(m.head.event)) + (real() ? "" : "*"); }
  void add_messages(const std::vector<const Message*>& messages, Publication& out) {
    std::map<std::string, tenbo_time> cancelled;  // warnings, by event
    for (const auto* m : messages)
      if (m->cancelled()) {
        const std::string title(view(m->head.title)), headline(view(m->head.headline));
        if (real()) out.note(both("取消: " + hazard::title_and_headline(title, headline, true), "Cancelled: " + hazard::title_and_headline(title, headline, false)));
        if (view(m->head.code) == "VTSE41") cancelled[std::string(view(m->head.event))] = m->time();
      }
    std::vector<Read> read;
    for (const auto* m : messages) {
      if (m->cancelled()) continue;
      const auto it = cancelled.find(std::string(view(m->head.event)));
      if (it != cancelled.end() && m->time() <= it->second) continue;  // it told of what is cancelled
      Read r{m, tenbo::plugin::rows_of(m->rows), {}};
      r.report = tsunami::read_report(r.rows);
      read.push_back(std::move(r));
    }
    if (!messages.empty() && real()) {
      const auto* newest = read.empty() ? messages.back() : read.back().message;
      out.title = std::string(view(newest->head.title));
      out.source = std::string(view(newest->head.publisher));
      out.headline = std::string(view(newest->head.headline));
      out.issue_time = newest->head.report_time;
      out.status = newest->head.status;
      out.certainty = TENBO_ESTIMATED;
    }
    const Read* forecast = nullptr;  // a message of warnings has all of them
    for (const auto& r : read)
      if (!r.report.forecast.empty()) forecast = &r;
    if (forecast) {
      if (real() && view(forecast->message->head.headline).size()) out.headline = std::string(view(forecast->message->head.headline));
      if (real()) tell_changes(*forecast, out);
      add_coasts(*forecast, out);
    }
    add_stations(read, forecast, out);
  }

  static void tell_changes(const Read& r, Publication& about) {
    const auto* previous = r.message->previous && !r.message->previous->cancelled() ? r.message->previous.get() : nullptr;
    const auto before_rows = previous ? tenbo::plugin::rows_of(previous->rows) : std::vector<Row>();
    const auto before = tsunami::read_report(before_rows);
    const auto changes = tsunami::changes(r.report, previous ? &before : nullptr);
    const auto ja = tsunami::notes(changes, true), en = tsunami::notes(changes, false);
    if (r.message->head.info_type == TENBO_INFO_CORRECTION) {
      const std::string title(view(r.message->head.title));
      about.note(both("訂正: " + title + (ja.empty() ? ": 警報・注意報の変わった予報区はありません" : ""), "Corrected: " + title + (ja.empty() ? ": no coast has another warning" : "")));
    }
    for (std::size_t i = 0; i < ja.size(); ++i) about.note(both(ja[i], en[i]));
  }

  void add_coasts(const Read& r, Publication& out) const {
    std::size_t not_placed = 0;
    const auto* previous = r.message->previous && !r.message->previous->cancelled() ? r.message->previous.get() : nullptr;
    const auto before_rows = previous ? tenbo::plugin::rows_of(previous->rows) : std::vector<Row>();
    const auto before = tsunami::read_report(before_rows);
    for (const auto& c : r.report.forecast) {
      const bool ended = c.warning == Warning::none;
      if (ended && c.before.value_or(Warning::none) == Warning::none) continue;  // never had one
      const auto row = out.add_row(id_of(*r.message) + "/coast/" + c.code, *c.row);
      out.set_status(row, beside_);
      out.put(row, "arrival_words", c.arrival);
      out.put(row, "height_words", c.height);
      if (const auto was = tsunami::before_of(c, previous ? &before : nullptr)) {
        out.put(row, "class_before", *was == Warning::none ? std::string("発表なし / None issued") : std::string(words(*was, true)));
        out.put(row, "level_before", std::int64_t{levels_.at(*was)});
      }
      const auto shape_class = classes_.at(c.warning);
      std::string label = c.name;
      for (const auto& part : {c.arrival, c.height})
        if (!part.empty() && !ended) label += " " + part;
      const auto found = coasts_.find(c.code);
      if (found.empty()) ++not_placed, out.record(row, shape_class, {});
      for (const auto& at : found)
        out.place(TENBO_SHAPE_LINE, row, shape_class, {r.message->time(), std::nullopt}, at.file->handle(), at.row, &at == &found.front() ? label : std::string());
    }
    if (!real()) return;
    const auto n = std::to_string(not_placed), of = std::to_string(r.report.forecast.size());
    if (not_placed && coasts_.empty())
      out.warn(both(of + " 予報区中 " + n + " は位置がなく一覧のみ: 図形のレイヤがありません（coasts）", n + " of " + of + " coasts are listed without a place: no layer gives their geometry (parameter \"coasts\")"));
    else if (not_placed)
      out.warn(both(of + " 予報区中 " + n + " はコードが予報区のレイヤになく一覧のみ", n + " of " + of + " coasts have a code that the layer of coasts does not have: listed, not drawn"));
  }

  // What was observed, of the latest message of each kind that tells; and what is expected where nothing was yet.
  void add_stations(const std::vector<Read>& read, const Read* forecast, Publication& out) const {
    struct Shown {
      const tsunami::Station* station;
      const Message* message;
    };
    std::map<std::string, Shown> shown;
    for (const auto& r : read)
      for (const auto& s : r.report.stations) {
        if (!s.observed && &r != forecast) continue;
        auto& now = shown[s.code];
        if (!now.station || s.observed || !now.station->observed) now = {&s, r.message};
      }
    std::size_t not_placed = 0;
    for (const auto& [code, at] : shown) {
      const auto& s = *at.station;
      const auto row = out.add_row(id_of(*at.message) + "/station/" + code, *s.row);
      out.set_status(row, beside_);
      const auto shape_class = !s.observed ? expected_ : s.offshore ? offshore_ : observed_;
      std::string label = s.observed || !s.arrival.empty() ? s.name : std::string();
      for (const auto& part : {s.observed ? s.height : s.arrival, s.observed && s.height.empty() ? s.condition : std::string()})
        if (!part.empty()) label += " " + part;
      const Span span{at.message->time(), std::nullopt};
      if (s.row->has_place()) out.point(row, shape_class, span, s.row->lon, s.row->lat, label);
      else if (const auto found = stations_.find(code); !found.empty()) out.place(TENBO_SHAPE_POINT, row, shape_class, span, found.front().file->handle(), found.front().row, label);
      else ++not_placed, out.record(row, shape_class, span);
    }
    const auto n = std::to_string(not_placed), of = std::to_string(shown.size());
    if (not_placed && real())
      out.warn(both(of + " 観測点中 " + n + " は電文にもレイヤ（stations）にも位置がなく一覧のみ", n + " of " + of + " stations are listed without a place: neither the message nor a layer (parameter \"stations\") gives it"));
  }

  CodeLayer coasts_, stations_;
  hazard::InundationAreas inundation_;
  std::map<Warning, std::uint32_t> classes_;
  std::map<Warning, int> levels_;
  std::uint32_t observed_ = 0, offshore_ = 0, expected_ = 0;
  tenbo_status beside_ = TENBO_STATUS_ACTUAL;  // of what is being added, where that is an exercise or a test beside what is real
};
}  // namespace

TENBO_PLUGIN("hazard_tsunami", HazardTsunami)
