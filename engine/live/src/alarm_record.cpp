#include "tenbo/live/alarm_record.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <set>

#include "tenbo/base/text.h"

namespace tenbo::live {
namespace {
constexpr std::size_t most_bytes = 65536, most_text = 4000;
constexpr const char* subjects[] = {"threshold", "hazard", "stale"};

Error broken(const std::string& why) { return {ErrorCode::malformed, "the alarm cannot be read: " + why, "", "", ""}; }

std::string head(const std::string& text) {  // cut between characters
  auto n = std::min(text.size(), most_text);
  while (n < text.size() && n > 0 && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) --n;
  return to_valid_utf8(std::string_view(text).substr(0, n));
}
// The shortest that reads the same again.
std::string number_text(double v) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, v).ptr};
}
std::optional<double> number_of(const std::string& text, double least, double most) {
  double v = 0;
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc{} || last != text.data() + text.size() || !(v >= least && v <= most)) return std::nullopt;  // NaN is neither
  return v;
}
}  // namespace

const char* to_string(AlarmSubject subject) { return subjects[static_cast<int>(subject)]; }

std::vector<std::byte> write_alarm(const AlarmRecord& r) {
  std::string out = "tenbo-alarm 1\n";
  const auto put = [&](const char* key, const std::string& value) {
    if (value.empty()) return;
    out += std::string(key) + "=";
    for (const char c : head(value)) {
      if (c == '\n') out += "\\n";
      else if (c == '\\') out += "\\\\";
      else out += c;
    }
    out += '\n';
  };
  put("event", r.acknowledged ? "acknowledged" : "raised");
  put("subject", subjects[static_cast<int>(r.subject)]);
  put("id", r.id);
  put("at", geo::format_utc(r.at));
  put("level", std::to_string(r.level));
  put("layer", r.layer);
  put("what", r.what);
  put("what_en", r.what_en);
  put("source", r.source);
  put("by", r.by);
  if (r.place) {
    put("lon", number_text(r.place->lon));
    put("lat", number_text(r.place->lat));
    if (r.across > 0) put("across", number_text(r.across));
  }
  std::vector<std::byte> bytes(out.size());
  std::memcpy(bytes.data(), out.data(), out.size());
  return bytes;
}

Result<AlarmRecord> read_alarm(std::span<const std::byte> body) {
  if (body.size() > most_bytes) return broken("it has " + std::to_string(body.size()) + " bytes, the limit is " + std::to_string(most_bytes));
  std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
  if (!is_valid_utf8(text)) return broken("it is not UTF-8");
  constexpr std::string_view first = "tenbo-alarm 1\n";
  if (text.substr(0, first.size()) != first) return broken("it does not begin with \"tenbo-alarm 1\"");
  text.remove_prefix(first.size());
  AlarmRecord r;
  std::set<std::string, std::less<>> seen;
  std::optional<double> lon, lat;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return broken("a line has no \"=\"");
    const auto key = line.substr(0, equals);
    std::string value;
    for (std::size_t i = equals + 1; i < line.size(); ++i) {
      if (line[i] != '\\') value += line[i];
      else if (++i < line.size() && (line[i] == 'n' || line[i] == '\\')) value += line[i] == 'n' ? '\n' : '\\';
      else return broken("a backslash stands alone");
    }
    if (!seen.insert(std::string(key)).second) return broken("a key stands twice");
    if (key == "event") {
      if (value != "raised" && value != "acknowledged") return broken("its event is unknown");
      r.acknowledged = value == "acknowledged";
    } else if (key == "subject") {
      if (value == subjects[0]) r.subject = AlarmSubject::threshold;
      else if (value == subjects[1]) r.subject = AlarmSubject::hazard;
      else if (value == subjects[2]) r.subject = AlarmSubject::stale;
      else return broken("its subject is unknown");
    } else if (key == "at") {
      auto at = geo::parse_instant(value);
      if (!at) return broken("its time is none");
      r.at = *at;
    } else if (key == "level") {
      const auto [last, error] = std::from_chars(value.data(), value.data() + value.size(), r.level);
      if (error != std::errc{} || last != value.data() + value.size() || r.level < 0 || r.level > 5) return broken("its level is not 0 to 5");
    } else if (key == "lon" || key == "lat") {
      auto& of = key == "lon" ? lon : lat;
      if (of = number_of(value, key == "lon" ? -180 : -90, key == "lon" ? 180 : 90); !of) return broken("its place is none on Earth");
    } else if (key == "across") {
      const auto metres = number_of(value, 0, 4.1e7);  // the Earth is 40,075 km around
      if (!metres) return broken("its place has no size that could be");
      r.across = *metres;
    } else if (key == "id") r.id = std::move(value);
    else if (key == "what_en") r.what_en = std::move(value);
    else if (key == "layer") r.layer = std::move(value);
    else if (key == "what") r.what = std::move(value);
    else if (key == "source") r.source = std::move(value);
    else if (key == "by") r.by = std::move(value);
  }
  for (const char* needed : {"event", "subject", "id", "at", "level"})
    if (!seen.contains(std::string_view(needed))) return broken(std::string("\"") + needed + "\" is missing");
  if (lon && lat) r.place = geo::GeoPoint{*lon, *lat, 0};
  return r;
}

Entry alarm_entry(const AlarmRecord& record, Moment now) {
  Entry e;
  e.kind = EntryKind::alarm;
  e.at = now;
  e.feed = record.layer;
  e.source = record.id;
  e.type = "text/x-tenbo-alarm";
  e.body = write_alarm(record);
  return e;
}

}  // namespace tenbo::live
