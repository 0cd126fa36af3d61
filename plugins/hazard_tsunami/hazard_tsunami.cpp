// Tsunami: warnings by coast and observations of the Agency's messages, and areas of assumed inundation, as shapes. The engine
// draws them.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "../common/inundation_areas.h"
#include "tenbo/plugin_api/message_plugin.hpp"
#include "tsunami.h"

namespace {
using tenbo::plugin::About;
using tenbo::plugin::CodeLayer;
using tenbo::plugin::Message;
using tenbo::plugin::Row;
using tenbo::plugin::ShapeList;
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
    About about;
    ShapeList out;
    const auto shown = of_one_status(in_force, about);
    if (!shown.empty() || inundation_.empty()) {
      add_classes(out);
      add_messages(shown, out, about);
    }
    if (!inundation_.empty()) inundation_.add_to(out, about);
    if (!parameter("title").empty()) about.title = parameter("title");
    if (!parameter("source").empty()) about.source = parameter("source");
    if (about.title.empty()) about.title = inundation_.empty() ? "Tsunami" : "Assumed tsunami inundation";
    if (about.source.empty() && out.size()) about.warnings.emplace_back("neither the data nor the layer says where it comes from");
    out.publish(host(), about.raw(), "tsunami");
  }

  // What is real and an exercise are never one picture. Real warnings are not hidden by an exercise that came later.
  static std::vector<const Message*> of_one_status(const std::vector<const Message*>& in_force, About& about) {
    std::vector<const Message*> out;
    if (in_force.empty()) return out;
    tenbo_status status = in_force.back()->head.status;
    for (const auto* m : in_force)
      if (m->head.status == TENBO_STATUS_ACTUAL && !m->cancelled()) status = TENBO_STATUS_ACTUAL;
    std::size_t others = 0;
    for (const auto* m : in_force) {
      if (m->head.status == status) out.push_back(m);
      else ++others;
    }
    if (others) about.notes.push_back("訓練・試験 " + std::to_string(others) + " messages of an exercise or a test are not shown beside what is real");
    return out;
  }

  void add_classes(ShapeList& out) {
    // Purple, red and yellow are the Agency's guideline; a slight change of the sea has no colour there that a line can have.
    for (const auto& [w, ja, en, colour, level] : {std::tuple{Warning::major, "大津波警報", "Major tsunami warning", std::array<std::uint8_t, 4>{200, 0, 255, 255}, 5},
                                                   {Warning::warning, "津波警報", "Tsunami warning", {255, 40, 0, 255}, 4},
                                                   {Warning::advisory, "津波注意報", "Tsunami advisory", {250, 245, 0, 255}, 3},
                                                   {Warning::slight, "若干の海面変動", "Slight sea level change", {0, 170, 255, 255}, 1}})
      classes_[w] = out.add_class(ja, en, colour, level);
    classes_[Warning::none] = out.add_class("解除", "Ended", {0x90, 0x98, 0xa0, 255}, 0, TENBO_PATTERN_HATCHED);
    classes_[Warning::unknown] = out.add_class("種類不明", "Kind not known", {0x68, 0x70, 0x7a, 255}, TENBO_LEVEL_UNKNOWN, TENBO_PATTERN_HATCHED);
    observed_ = out.add_class("津波を観測", "Tsunami observed", {0, 200, 160, 255}, 0);
    offshore_ = out.add_class("沖合で観測", "Observed offshore", {0, 120, 150, 255}, 0);
    expected_ = out.add_class("到達予想地点", "Arrival expected", {240, 240, 240, 255}, 0);
  }

  // ------------------------------------------------------------------------------------------------------------------ messages
  void add_messages(const std::vector<const Message*>& messages, ShapeList& out, About& about) {
    std::map<std::string, tenbo_time> cancelled;  // warnings, by event
    for (const auto* m : messages)
      if (m->cancelled()) {
        about.notes.push_back("取消 Cancelled: " + std::string(view(m->head.title)) + " " + std::string(view(m->head.headline)));
        if (view(m->head.code) == "VTSE41") cancelled[std::string(view(m->head.event))] = m->head.report_time;
      }
    std::vector<Read> read;
    for (const auto* m : messages) {
      if (m->cancelled()) continue;
      const auto it = cancelled.find(std::string(view(m->head.event)));
      if (it != cancelled.end() && m->head.report_time <= it->second) continue;  // it told of what is cancelled
      Read r{m, tenbo::plugin::rows_of(m->rows), {}};
      r.report = tsunami::read_report(r.rows);
      read.push_back(std::move(r));
    }
    if (!messages.empty()) {
      const auto* newest = read.empty() ? messages.back() : read.back().message;
      about.title = std::string(view(newest->head.title));
      about.source = std::string(view(newest->head.publisher));
      about.headline = std::string(view(newest->head.headline));
      about.issue_time = newest->head.report_time;
      about.status = newest->head.status;
      about.certainty = TENBO_ESTIMATED;
    }
    const Read* forecast = nullptr;  // a message of warnings has all of them
    for (const auto& r : read)
      if (!r.report.forecast.empty()) forecast = &r;
    if (forecast) {
      if (view(forecast->message->head.headline).size()) about.headline = std::string(view(forecast->message->head.headline));
      tell_changes(*forecast, about);
      add_coasts(*forecast, out, about);
    }
    add_stations(read, forecast, out, about);
  }

  static void tell_changes(const Read& r, About& about) {
    const auto* previous = r.message->previous && !r.message->previous->cancelled() ? r.message->previous.get() : nullptr;
    const auto before_rows = previous ? tenbo::plugin::rows_of(previous->rows) : std::vector<Row>();
    const auto before = tsunami::read_report(before_rows);
    const auto changed = tsunami::notes(tsunami::changes(r.report, previous ? &before : nullptr));
    if (r.message->head.info_type == TENBO_INFO_CORRECTION)
      about.notes.push_back("訂正 Corrected: " + std::string(view(r.message->head.title)) + (changed.empty() ? ": no coast has another warning" : ""));
    about.notes.insert(about.notes.end(), changed.begin(), changed.end());
  }

  void add_coasts(const Read& r, ShapeList& out, About& about) const {
    std::size_t not_placed = 0;
    for (const auto& c : r.report.forecast) {
      const bool ended = c.warning == Warning::none;
      if (ended && c.before.value_or(Warning::none) == Warning::none) continue;  // never had one
      Row row = *c.row;
      row.texts["arrival_words"] = c.arrival;
      row.texts["height_words"] = c.height;
      const auto record = out.add_record(std::string(view(r.message->head.event)) + "/coast/" + c.code, row);
      const auto shape_class = classes_.at(c.warning);
      std::string label = c.name;
      for (const auto& part : {c.arrival, c.height})
        if (!part.empty() && !ended) label += " " + part;
      const auto found = coasts_.find(c.code);
      if (found.empty()) ++not_placed, out.add(TENBO_SHAPE_NONE, record, shape_class);
      for (const auto& at : found) {
        auto& s = out.add_found(TENBO_SHAPE_LINE, record, shape_class, at, &at == &found.front() ? label : std::string());
        s.has_from = 1;
        s.from = r.message->head.report_time;
      }
    }
    if (not_placed)
      about.warnings.push_back(std::to_string(not_placed) + " of " + std::to_string(r.report.forecast.size()) + " coasts" +
                               (coasts_.empty() ? " are listed without a place: no layer gives their geometry (parameter \"coasts\")"
                                                : " have a code that the layer of coasts does not have: listed, not drawn"));
  }

  // What was observed, of the latest message of each kind that tells; and what is expected where nothing was yet.
  void add_stations(const std::vector<Read>& read, const Read* forecast, ShapeList& out, About& about) const {
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
      const auto record = out.add_record(std::string(view(at.message->head.event)) + "/station/" + code, *s.row);
      const auto shape_class = !s.observed ? expected_ : s.offshore ? offshore_ : observed_;
      std::string label = s.observed || !s.arrival.empty() ? s.name : std::string();
      for (const auto& part : {s.observed ? s.height : s.arrival, s.observed && s.height.empty() ? s.condition : std::string()})
        if (!part.empty()) label += " " + part;
      tenbo_shape* shape = nullptr;
      if (s.row->placed()) shape = &out.add_point(record, shape_class, s.row->lon, s.row->lat, label);
      else if (const auto found = stations_.find(code); !found.empty()) shape = &out.add_found(TENBO_SHAPE_POINT, record, shape_class, found.front(), label);
      else ++not_placed, shape = &out.add(TENBO_SHAPE_NONE, record, shape_class);
      shape->has_from = 1;
      shape->from = at.message->head.report_time;
    }
    if (not_placed)
      about.warnings.push_back(std::to_string(not_placed) + " of " + std::to_string(shown.size()) + " stations are listed without a place: neither the message nor a layer (parameter \"stations\") gives it");
  }

  CodeLayer coasts_, stations_;
  hazard::InundationAreas inundation_;
  std::map<Warning, std::uint32_t> classes_;
  std::uint32_t observed_ = 0, offshore_ = 0, expected_ = 0;
};
}  // namespace

TENBO_PLUGIN("hazard_tsunami", HazardTsunami)
