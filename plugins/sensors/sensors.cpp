// Sensors: gauges, flood sensors, rain gauges from tables and SensorThings documents, from files and as messages arrive. What is
// published depends on the files and the messages alone. The engine draws it.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "json.h"
#include "plain_json.h"
#include "read_time.h"
#include "sensor_things.h"
#include "store.h"
#include "table.h"
#include "tenbo/plugin_api/plugin.hpp"

namespace {
using namespace sensors;
using tenbo::plugin::text;
using tenbo::plugin::view;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) throw std::runtime_error(path + " cannot be opened");
  const auto size = in.tellg();
  if (size < 0 || static_cast<std::uint64_t>(size) > (std::uint64_t{256} << 20)) throw std::runtime_error(path + " has " + std::to_string(size) + " bytes, the limit is 256 MiB");
  std::string out(static_cast<std::size_t>(size), '\0');
  in.seekg(0);
  if (!in.read(out.data(), size)) throw std::runtime_error(path + " cannot be read");
  return out;
}

bool looks_like_json(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  const auto at = bytes.find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && (bytes[at] == '{' || bytes[at] == '[');
}

// Of a message: else it is an address or a file, and the next one's name is another.
bool is_topic(std::string_view name) { return name.find("://") == std::string_view::npos && !name.ends_with(".json") && !name.ends_with(".csv") && !name.ends_with(".txt"); }

class Sensors final : public tenbo::plugin::Plugin {
 public:
  using Plugin::Plugin;

  void activate() override {
    paths_ = list("path");
    watch(paths_);  // before reading: a change while we read is not lost
    read_files(true);
    if (host().extension<tenbo_feed>(TENBO_EXT_FEED)) subscribe();
    publish();
  }
  void apply() override {
    read_files(false);
    publish();
  }
  void file_changed(const std::string&) override {
    if (read_files(false)) publish();
  }
  void messages(const tenbo_message* messages, std::uint32_t count) override {
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto& m = messages[i];
      const std::string name(view(m.source));
      latest_ = std::max(latest_.value_or(m.arrival), m.arrival);
      try {
        const bool more = read({static_cast<const char*>(m.bytes), static_cast<std::size_t>(m.byte_count)}, name, m.arrival, arrived_, message_warnings_);
        if (more || pages_.count(name) || name.find("#page=") != std::string::npos)
          if (pages_.size() < most_pages || pages_.count(name)) pages_[name] = more;
      } catch (const std::exception& e) {
        ++unread_;
        unread_why_ = name + ": " + e.what();
      }
    }
    if (latest_) arrived_.forget_before(*latest_);
    publish();
  }
  void start_over() override {
    arrived_.clear();
    message_warnings_.clear();
    pages_.clear();
    latest_.reset();
    unread_ = 0;
    publish();
  }

 private:
  TableOptions table_options() const {
    TableOptions o;
    o.offset_minutes = read_offset(parameter("utc_offset"));
    for (const auto& [role, name] : {std::pair{Role::id, "id_column"}, {Role::name, "name_column"}, {Role::lon, "lon_column"}, {Role::lat, "lat_column"},
                                     {Role::time, "time_column"}, {Role::value, "value_column"}, {Role::unit, "unit_column"}, {Role::structure, "structure_column"},
                                     {Role::member, "member_column"}, {Role::element, "element_column"}, {Role::span, "span_column"}, {Role::along, "along_column"}})
      if (!parameter(name).empty()) o.columns[role] = parameter(name);
    return o;
  }
  // Whether it is a page that others follow.
  bool read(std::string_view bytes, const std::string& name, std::optional<std::int64_t> now, Store& store, std::vector<std::string>& warnings) const {
    const auto warn = [&](std::string w) {
      if (warnings.size() < 20 && std::find(warnings.begin(), warnings.end(), w) == warnings.end()) warnings.push_back(std::move(w));
    };
    if (looks_like_json(bytes)) {
      const Json root = parse_json(bytes);
      if (const auto rows = plain_rows(root, now && is_topic(name) ? name : std::string())) {
        for (auto& w : read_table(*rows, table_options(), now, store).warnings) warn(name + ": " + w);
        return false;
      }
      const auto things = read_things(root, name, now, store);
      if (things.entities == 0) warn(name + " holds nothing of SensorThings that is known here");
      return things.more;
    }
    for (auto& w : read_table(bytes, table_options(), now, store).warnings) warn(name + ": " + w);
    return false;
  }
  static std::string one_of_several(const std::string& name) { return name + " is one page of several: what follows it is not here"; }
  // A file that cannot be read fails the layer at first; later the last good data stays.
  bool read_files(bool first) {
    Store store;
    std::vector<std::string> warnings;
    for (const auto& path : paths_) {
      try {
        if (read(read_file(path), path, std::nullopt, store, warnings)) warnings.push_back(one_of_several(path));
      } catch (const std::exception& e) {
        const std::string why = path + ": " + std::string(e.what());
        if (first) throw std::runtime_error(why);
        host().warning(why);
        host().report(why + "; what is shown is what it held before");
        return false;
      }
    }
    from_files_ = std::move(store);
    file_warnings_ = std::move(warnings);
    return true;
  }

  void publish() {
    std::vector<std::string> warnings = file_warnings_;
    warnings.insert(warnings.end(), message_warnings_.begin(), message_warnings_.end());
    for (const auto& [name, more] : pages_)
      if (more && !pages_.count(page_after(name))) warnings.push_back(one_of_several(name));
    for (const Store* store : {&from_files_, &arrived_}) tell(store->left(), warnings);
    if (unread_) warnings.push_back(std::to_string(unread_) + " messages cannot be read and are left out, the last: " + unread_why_);
    std::string wrong;
    const auto general = read_thresholds(parameter("thresholds"), wrong);
    if (!wrong.empty()) warnings.push_back("\"" + wrong + "\" is no threshold: expected LEVEL=VALUE NAME, as in \"3=2.5 避難判断水位 / Evacuation\"");
    const double interval = number("expected_interval", 0);

    // Both stores as one; what only one of them knows is not copied.
    std::map<std::string_view, Station> both;
    std::vector<std::pair<std::string_view, const Station*>> all;
    for (const auto& [id, s] : from_files_.stations()) {
      const auto it = arrived_.stations().find(id);
      if (it == arrived_.stations().end()) {
        all.emplace_back(id, &s);
        continue;
      }
      Station& made = both.emplace(id, s).first->second;
      made.take(it->second);
      all.emplace_back(id, &made);
    }
    for (const auto& [id, s] : arrived_.stations())
      if (!from_files_.stations().count(id)) all.emplace_back(id, &s);
    const auto nowhere = std::erase_if(all, [](const auto& s) { return !s.second->shown(); });
    if (nowhere) warnings.push_back(std::to_string(nowhere) + " sensors have no place yet and are not drawn");

    std::vector<tenbo_sensor> made;
    std::vector<std::vector<tenbo_threshold>> thresholds;
    std::vector<tenbo_time> times;
    std::vector<double> values;
    std::size_t readings = 0;
    for (const auto& [id, s] : all) readings += s->readings.size();
    times.reserve(readings);  // no reallocation: the sensors point into them
    values.reserve(readings);
    thresholds.reserve(all.size());
    made.reserve(all.size());
    for (const auto& [id, s] : all) {
      const auto& marks = s->thresholds.empty() ? general : s->thresholds;
      auto& list = thresholds.emplace_back();
      for (const auto& t : marks) {
        tenbo_threshold m{};
        m.size = sizeof m;
        m.level = t.level;
        m.value = t.value;
        m.label_ja = text(t.label_ja);
        m.label_en = text(t.label_en);
        list.push_back(m);
      }
      tenbo_sensor m{};
      m.size = sizeof m;
      m.falling = s->falling.value_or(flag("falling")) ? 1 : 0;
      m.id = text(id);
      m.name = text(s->name);
      m.kind = s->kind.empty() ? text(parameter("kind")) : text(s->kind);
      m.quantity = s->quantity.empty() ? text(parameter("quantity")) : text(s->quantity);
      m.unit = s->unit.empty() ? text(parameter("unit")) : text(s->unit);
      m.source = text(s->source);
      m.lon = s->lon;
      m.lat = s->lat;
      m.thresholds = list.data();
      m.threshold_count = static_cast<std::uint32_t>(list.size());
      m.expected_interval = s->expected_interval.value_or(interval);
      m.times = times.data() + times.size();
      m.values = values.data() + values.size();
      const Part& part = s->part;
      m.structure = text(part.structure);
      m.member = text(part.member);
      m.element = text(part.element);
      m.span = part.span;
      for (auto [bit, from, to] : {std::tuple{TENBO_ALONG, part.along, &m.along}, {TENBO_ACROSS, part.across, &m.across}, {TENBO_UP, part.up, &m.up}})
        if (from == from) *to = from, m.has_position |= bit;
      m.sample_count = static_cast<std::uint32_t>(s->readings.size());
      for (const auto& r : s->readings) times.push_back(r.time), values.push_back(r.value);
      made.push_back(m);
    }
    if (warnings.size() > 100) warnings.resize(100);
    std::vector<tenbo_text> said;
    for (const auto& w : warnings) said.push_back(text(w));
    tenbo_about about{};
    about.size = sizeof about;
    about.title = text(parameter("title"));
    about.source = text(parameter("source"));
    about.certainty = TENBO_CERTAINTY_UNKNOWN;
    about.warnings = said.data();
    about.warning_count = static_cast<std::uint32_t>(said.size());
    tenbo_sensors out{};
    out.size = sizeof out;
    out.about = &about;
    out.sensors = made.data();
    out.sensor_count = static_cast<std::uint32_t>(made.size());
    host().publish(out);
  }

  static void tell(const Left& left, std::vector<std::string>& warnings) {
    const auto count = [&](std::uint64_t n, const std::string& what) {
      if (n) warnings.push_back(std::to_string(n) + what);
    };
    count(left.no_time, " readings have no time with an offset and are left out");
    count(left.no_number, " values are no numbers (\"" + left.word + "\") and count as missing");
    count(left.future, " readings are of the future and are left out");
    count(left.no_id, " readings or sensors have no id that can be used and are left out");
    count(left.no_result, " results are neither numbers nor words and are left out");
    count(left.too_many, " readings or sensors are beyond what is kept");
  }

  std::vector<std::string> paths_;
  Store from_files_, arrived_;
  std::vector<std::string> file_warnings_, message_warnings_;
  static constexpr std::size_t most_pages = 10'000;
  std::map<std::string, bool> pages_;   // messages that are one page of several: whether others follow
  std::optional<std::int64_t> latest_;  // arrival
  std::uint64_t unread_ = 0;
  std::string unread_why_;
};
}  // namespace

TENBO_PLUGIN("sensors", Sensors)
