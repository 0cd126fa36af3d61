// Earthquakes: messages of the Agency and lists of the USGS as shapes, ShakeMap's grids as a field. The engine draws them.
#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "quake.h"
#include "tenbo/plugin_api/message_plugin.hpp"
#include "travel.h"

namespace {
using quake::Intensity;
using quake::Level;
using tenbo::plugin::About;
using tenbo::plugin::CodeLayer;
using tenbo::plugin::Message;
using tenbo::plugin::Row;
using tenbo::plugin::ShapeList;
using tenbo::plugin::text;
using tenbo::plugin::view;

constexpr const char* list_key = "list/";
constexpr double km = 1000;

// A message with what it says.
struct Read {
  const Message* message;
  std::vector<Row> rows;
  quake::Report report;
  std::vector<std::string> changes;  // against the message that it replaced
};

class HazardEarthquake final : public tenbo::plugin::MessagePlugin {
 public:
  using MessagePlugin::MessagePlugin;

 private:
  std::string take(const Message& m) const override {
    if (!m.head.is_message) return quake::is_list(tenbo::plugin::rows_of(m.rows)) ? list_key + m.name : std::string();
    const auto code = view(m.head.code);
    if (code != "VXSE51" && code != "VXSE52" && code != "VXSE53") return {};
    return event_of(m) + "/" + std::string(code);
  }
  bool takes_data() const override { return true; }
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
    About about;
    about.title = parameter("title").empty() ? "ShakeMap " + std::string(variable) : parameter("title");
    about.source = std::string(view(info.source));
    about.certainty = info.certainty;
    if (info.has_issue_time) about.issue_time = info.issue_time;
    const auto raw = about.raw();
    tenbo_field out{};
    out.size = sizeof out;
    out.about = &raw;
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

    About about;
    about.certainty = TENBO_CONFIRMED;  // what was felt and located; a correction is a message of its own
    ShapeList out;
    for (int i = 0; i < quake::intensity_classes; ++i) {
      const auto& c = quake::intensity_class(i);
      out.add_class(c.ja, c.en, c.colour, c.level);
    }
    no_report_ = out.add_class("震度5弱以上未入電", "5 lower or more, not reported", {0x90, 0x98, 0xa0, 255}, TENBO_LEVEL_UNKNOWN, TENBO_PATTERN_HATCHED);
    hypocentre_ = out.add_class("震源", "Hypocentre", {0xe6, 0x00, 0x12, 255}, 0);
    if (flag("fronts")) {
      p_ = out.add_class("P波", "P waves", {0x4d, 0xb4, 0xff, 255}, 0);
      s_ = out.add_class("S波", "S waves", {0xff, 0x5a, 0x3c, 255}, 0);
    }

    std::vector<const Message*> event = latest_event(in_force);
    std::vector<Read> read;
    for (const auto* m : event)
      if (!m->cancelled()) read.push_back(read_message(*m));
    tell_head(event, read, about);
    if (about.status != TENBO_STATUS_ACTUAL)
      for (const auto* m : in_force)
        if (m->head.is_message && m->head.status == TENBO_STATUS_ACTUAL && !m->cancelled()) {
          about.notes.push_back("訓練・試験 An exercise or a test is shown, as it came later than what is real: " + std::string(view(m->head.title)) + " " + std::string(view(m->head.headline)));
          break;
        }
    add_messages(read, out, about);
    for (const auto* m : in_force)
      if (!m->head.is_message) add_list(*m, out, about, read.empty());
    if (!parameter("title").empty()) about.title = parameter("title");
    if (!parameter("source").empty()) about.source = parameter("source");
    if (about.title.empty()) about.title = "Earthquakes";
    if (about.source.empty() && out.size()) about.warnings.emplace_back("neither the data nor the layer says where it comes from");
    out.publish(host(), about.raw(), "earthquake");
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
      if (m->head.is_message && m->cancelled() && event_of(*m) != event && m->head.report_time >= out.back()->head.report_time) out.push_back(m);
    return out;
  }

  static Read read_message(const Message& m) {
    Read out{&m, tenbo::plugin::rows_of(m.rows), {}, {}};
    out.report = quake::read_report(out.rows);
    if (m.previous && !m.previous->cancelled()) {
      const auto before = tenbo::plugin::rows_of(m.previous->rows);
      out.changes = quake::changes(quake::read_report(before), out.report);
    }
    return out;
  }

  static void tell_head(const std::vector<const Message*>& event, const std::vector<Read>& read, About& about) {
    if (event.empty()) return;
    const auto* newest = read.empty() ? event.back() : read.back().message;
    about.title = std::string(view(newest->head.title));
    about.source = std::string(view(newest->head.publisher));
    about.headline = std::string(view(newest->head.headline));
    about.issue_time = newest->head.report_time;
    about.status = newest->head.status;
    for (const auto* m : event)
      if (m->cancelled()) about.notes.push_back("取消 Cancelled: " + std::string(view(m->head.title)) + " " + std::string(view(m->head.headline)));
    for (const auto& r : read) {
      std::string all;
      for (const auto& c : r.changes) all += (all.empty() ? "" : ", ") + c;
      const std::string title(view(r.message->head.title));
      if (r.message->head.info_type == TENBO_INFO_CORRECTION) {
        if (all.empty())
          all = r.message->previous ? "magnitude, depth and greatest intensity stay as they were" : "the message before it is not here";
        about.notes.push_back("訂正 Corrected: " + title + ": " + all);
      } else if (!all.empty()) {
        about.notes.push_back("更新 Updated: " + title + ": " + all);
      }
    }
  }

  void add_messages(const std::vector<Read>& read, ShapeList& out, About& about) const {
    // Of each kind of news the latest message that has it.
    const auto last = [&](auto&& has) -> const Read* {
      for (auto it = read.rbegin(); it != read.rend(); ++it)
        if (has(*it)) return &*it;
      return nullptr;
    };
    if (const auto* r = last([](const Read& x) { return !x.report.felt.empty(); })) add_felt(*r, out, about);
    if (const auto* r = last([](const Read& x) { return !x.report.hypocentres.empty(); })) {
      for (const auto& h : r->report.hypocentres) add_hypocentre(h, id_of(*r->message), r->message->head.report_time, out, about, &h == &r->report.hypocentres.front());
    }
  }
  static std::string id_of(const Message& m) { return std::string(view(m.head.event)); }

  // ------------------------------------------------------------------------------------------------------------------ intensity
  void add_felt(const Read& r, ShapeList& out, About& about) const {
    const auto level = level_to_show(r.report);
    const bool with_stations = level != Level::stations && parameter("show") == "auto" && !stations_.empty();
    std::size_t not_placed = 0, all = 0;
    for (const auto& f : r.report.felt) {
      const bool station = f.level == Level::stations;
      if (f.level != level && !(with_stations && station)) continue;
      ++all;
      const auto record = out.add_record(id_of(*r.message) + "/" + f.row->text("row") + "/" + f.code, record_of(*f.row));
      const auto found = (station ? stations_ : areas_).find(f.code);
      const auto shape_class = f.intensity == Intensity::no_report || f.intensity == Intensity::none ? no_report_ : static_cast<std::uint32_t>(f.intensity) - 1;
      const bool labelled = f.level == Level::prefectures || f.level == Level::areas || f.intensity == r.report.greatest;
      const std::string label = labelled ? f.name + " " + quake::words(f.intensity) : std::string();
      if (found.empty()) ++not_placed, out.add(TENBO_SHAPE_NONE, record, shape_class);
      for (const auto& at : found) {
        auto& s = out.add_found(station ? TENBO_SHAPE_POINT : TENBO_SHAPE_AREA, record, shape_class, at, &at == &found.front() ? label : std::string());
        s.has_from = 1;
        s.from = r.message->head.report_time;
      }
    }
    if (not_placed)
      about.warnings.push_back(std::to_string(not_placed) + " of " + std::to_string(all) + " " + level_word(level) +
                               (areas_.empty() && stations_.empty() ? " are listed without a place: no layer gives their geometry (parameter \"areas\")"
                                                                     : " have a code that the layer of areas does not have: listed, not drawn"));
  }
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
  // The head's words stand in the layer, once.
  static Row record_of(const Row& r) {
    Row out = r;
    for (const char* name : {"status", "info_type"}) out.texts.erase(name);
    return out;
  }

  // ----------------------------------------------------------------------------------------------------------------- hypocentre
  void add_hypocentre(const quake::Hypocentre& h, const std::string& id, std::optional<tenbo_time> known, ShapeList& out, About& about, bool with_fronts) const {
    const auto record = out.add_record(id + "/hypocentre", record_of(*h.row));
    if (!h.placed) {
      out.add(TENBO_SHAPE_NONE, record, hypocentre_);
      about.warnings.emplace_back("the place of the hypocentre is not known: listed, not drawn");
      return;
    }
    std::string label = h.row->text("name");
    for (const auto& part : {h.magnitude, h.depth.empty() || h.depth_km ? h.depth : "深さ" + h.depth})
      if (!part.empty()) label += (label.empty() ? "" : " ") + part;
    auto& s = out.add_point(record, hypocentre_, h.lon, h.lat, label);
    if (known) s.has_from = 1, s.from = *known;
    if (h.depth_km) {
      s.has_height = 1;
      s.height = -*h.depth_km * km;
    } else {
      about.warnings.push_back("the depth of the hypocentre is not known (" + (h.depth.empty() ? std::string("not given") : h.depth) + "): marked on the ground" +
                               (with_fronts && flag("fronts") ? ", and without wave fronts" : ""));
    }
    if (!with_fronts || !flag("fronts") || !h.origin || !h.depth_km) return;
    bool made = false;
    for (const auto wave : {travel::Wave::P, travel::Wave::S}) {
      auto f = travel::front(wave, std::max(*h.depth_km, 0.0));
      if (f.seconds.size() < 2) continue;
      made = true;
      out.add_front(record, wave == travel::Wave::P ? p_ : s_,
                    {*h.origin + static_cast<tenbo_time>(std::llround(f.first * 1000)), h.lon, h.lat, std::move(f.seconds), std::move(f.metres)}, wave == travel::Wave::P ? "P" : "S");
    }
    if (made && h.to_the_minute) about.warnings.emplace_back("the origin time is given to the minute: the wave fronts may be up to a minute off");
  }

  // --------------------------------------------------------------------------------------------------------------- the USGS
  void add_list(const Message& m, ShapeList& out, About& about, bool alone) const {
    const auto rows = tenbo::plugin::rows_of(m.rows);
    const auto report = quake::read_list(rows);
    const auto latest = std::max_element(report.hypocentres.begin(), report.hypocentres.end(), [](const auto& a, const auto& b) { return a.origin < b.origin; });
    for (auto it = report.hypocentres.begin(); it != report.hypocentres.end(); ++it) {
      std::string id(m.rows.id(static_cast<std::uint32_t>(it->row - rows.data())));
      add_hypocentre(*it, m.name + "/" + id, it->origin, out, about, alone && it == latest);
    }
    if (alone) about.title = report.hypocentres.size() == 1 && !rows.front().text("title").empty() ? rows.front().text("title") : "Earthquakes";
  }

  struct Grid {
    std::string name, bytes;  // bytes empty: a file
  };
  CodeLayer areas_, stations_;
  Grid grid_;
  std::uint32_t no_report_ = 0, hypocentre_ = 0, p_ = 0, s_ = 0;
};
}  // namespace

TENBO_PLUGIN("hazard_earthquake", HazardEarthquake)
