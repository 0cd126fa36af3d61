#include "table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "csv.h"
#include "read_time.h"

namespace sensors {
namespace {
struct Names {
  Role role;
  std::vector<std::string_view> words;  // in plain()
};
const std::vector<Names>& all_names() {
  static const std::vector<Names> names{
      {Role::id, {"id", "sensor_id", "station_id", "sensor", "station", "code", "観測所番号", "観測所コード", "局番号", "センサid", "センサーid", "地点番号", "識別番号"}},
      {Role::name, {"name", "station_name", "sensor_name", "名称", "観測所名", "観測所", "局名", "地点名", "センサ名", "センサー名"}},
      {Role::lon, {"lon", "longitude", "lng", "x", "経度"}},
      {Role::lat, {"lat", "latitude", "y", "緯度"}},
      {Role::time, {"time", "datetime", "timestamp", "date_time", "phenomenontime", "観測時刻", "観測日時", "測定時刻", "測定日時", "日時", "時刻"}},
      {Role::value, {"value", "result", "reading", "level", "水位", "雨量", "浸水深", "潮位", "流量", "観測値", "測定値", "値"}},
      {Role::unit, {"unit", "単位"}},
      {Role::quantity, {"quantity", "property", "observed_property", "項目", "観測項目", "測定項目"}},
      {Role::kind, {"kind", "type", "種別", "種類"}},
      {Role::source, {"source", "owner", "agency", "出典", "管理者", "管理者名", "所管", "機関"}},
      {Role::structure, {"structure", "structure_id", "bridge", "bridge_id", "facility_id", "shisetsu_id", "構造物", "構造物id", "構造物番号", "施設id", "橋梁id", "橋梁番号", "橋id"}},
      {Role::member, {"member", "component", "部材", "部材名", "部材種別"}},
      {Role::element, {"element", "element_id", "member_number", "部材番号", "要素番号"}},
      {Role::span, {"span", "span_number", "径間", "径間番号"}},
      {Role::along, {"along", "chainage", "distance_from_start", "起点からの距離", "起点距離", "橋軸方向"}},
      {Role::across, {"across", "offset_left", "橋軸直角方向"}},
      {Role::up, {"up", "above_deck", "路面からの高さ"}},
      {Role::level1, {"level1", "level_1", "threshold1", "threshold_1", "レベル1", "水防団待機水位"}},
      {Role::level2, {"level2", "level_2", "threshold2", "threshold_2", "レベル2", "氾濫注意水位"}},
      {Role::level3, {"level3", "level_3", "threshold3", "threshold_3", "レベル3", "避難判断水位"}},
      {Role::level4, {"level4", "level_4", "threshold4", "threshold_4", "レベル4", "氾濫危険水位"}},
      {Role::level5, {"level5", "level_5", "threshold5", "threshold_5", "レベル5", "氾濫開始相当水位", "氾濫発生水位"}},
  };
  return names;
}

// Lower case, without blanks around it and without a unit in brackets: "水位(m)" is 水位.
std::string plain(std::string_view s) {
  for (const std::string_view bracket : {"(", "（", "[", "［"})
    if (const auto at = s.find(bracket); at != std::string_view::npos && at > 0) s = s.substr(0, at);
  std::string out;
  for (const char c : s) out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  const auto first = out.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(" \t") - first + 1);
}
// What stands in the brackets: the unit.
std::string bracketed(std::string_view s) {
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"(", ")"}, {"（", "）"}, {"[", "]"}, {"［", "］"}}) {
    const auto from = s.find(open);
    const auto to = from == std::string_view::npos ? from : s.find(close, from + open.size());
    if (to != std::string_view::npos) return std::string(s.substr(from + open.size(), to - from - open.size()));
  }
  return {};
}
double degrees(const std::string& text) {
  double v = nan;
  const auto s = plain(text);
  const auto [at, error] = std::from_chars(s.data(), s.data() + s.size(), v);
  return error == std::errc{} && at == s.data() + s.size() && std::isfinite(v) ? v : nan;
}
}  // namespace

std::optional<std::size_t> guess(Role role, const std::vector<std::string>& header) {
  for (const auto& n : all_names()) {
    if (n.role != role) continue;
    for (const auto word : n.words)
      for (std::size_t i = 0; i < header.size(); ++i)
        if (plain(header[i]) == word) return i;
  }
  return std::nullopt;
}

TableRead read_table(std::string_view bytes, const TableOptions& options, std::optional<std::int64_t> now, Store& store) {
  return read_table(parse_csv(bytes), options, now, store);
}

TableRead read_table(const Csv& csv, const TableOptions& options, std::optional<std::int64_t> now, Store& store) {
  TableRead out;
  std::array<std::optional<std::size_t>, role_count> columns;
  for (int r = 0; r < role_count; ++r) {
    const auto role = static_cast<Role>(r);
    auto& column = columns[static_cast<std::size_t>(r)];
    if (const auto named = options.columns.find(role); named != options.columns.end()) {
      const auto it = std::find(csv.header.begin(), csv.header.end(), named->second);
      if (it != csv.header.end()) column = static_cast<std::size_t>(it - csv.header.begin());
      else out.warnings.push_back("there is no column \"" + named->second + "\"");
    } else {
      column = guess(role, csv.header);
    }
  }
  const auto column = [&](Role r) { return columns[static_cast<std::size_t>(r)]; };
  auto id_column = column(Role::id);
  if (!id_column) id_column = column(Role::name);
  const bool places = column(Role::lon) && column(Role::lat), readings = column(Role::time) && column(Role::value);
  if (!id_column) throw std::runtime_error("no column of ids or names was found; name it with id_column");
  if (!places && !readings && !column(Role::structure))
    throw std::runtime_error("no columns of places and none of readings were found; name them with lon_column, lat_column, time_column, value_column");
  std::string unit;  // of all, where the heading says it
  if (column(Role::value) && !column(Role::unit)) unit = bracketed(csv.header[*column(Role::value)]);

  std::uint64_t no_time = 0, no_part = 0;
  for (const auto& row : csv.rows) {
    ++out.rows;
    const auto cell = [&](Role r) -> const std::string& {
      static const std::string none;
      return column(r) ? row[*column(r)] : none;
    };
    Station* s = store.station(row[*id_column]);
    if (!s) continue;
    for (auto [role, to] : {std::pair{Role::name, &s->name}, {Role::unit, &s->unit}, {Role::quantity, &s->quantity}, {Role::kind, &s->kind}, {Role::source, &s->source}})
      if (!cell(role).empty()) *to = cell(role);
    if (!unit.empty()) s->unit = unit;
    if (s->quantity.empty() && column(Role::value))
      if (const auto name = plain(csv.header[*column(Role::value)]); name != "value" && name != "result" && name != "reading" && name != "観測値" && name != "測定値" && name != "値")
        s->quantity = name;
    if (places)
      if (const double lon = degrees(cell(Role::lon)), lat = degrees(cell(Role::lat)); std::abs(lon) <= 360 && std::abs(lat) <= 90) s->lon = lon, s->lat = lat;
    Part part;
    for (auto [role, to] : {std::pair{Role::structure, &part.structure}, {Role::member, &part.member}, {Role::element, &part.element}}) *to = cell(role);
    bool read = read_span(cell(Role::span), part.span);
    for (auto [role, to] : {std::pair{Role::along, &part.along}, {Role::across, &part.across}, {Role::up, &part.up}}) read = read_length(cell(role), *to) && read;
    no_part += !read;
    s->part.take(part);
    std::vector<Threshold> thresholds;
    for (int level = 1; level <= 5; ++level) {
      const auto role = static_cast<Role>(static_cast<int>(Role::level1) + level - 1);
      if (cell(role).empty()) continue;
      if (const double v = degrees(cell(role)); std::isfinite(v)) {
        const auto& heading = csv.header[*column(role)];
        const bool named = std::any_of(heading.begin(), heading.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80u) != 0; }) && plain(heading).rfind("レベル", 0) != 0;
        thresholds.push_back({level, v, named ? plain(heading) : std::string(), {}});
      }
    }
    if (!thresholds.empty()) s->thresholds = std::move(thresholds);
    if (!readings) continue;
    if (cell(Role::time).empty() && cell(Role::value).empty()) continue;  // a sensor without a reading
    if (const auto t = read_time(cell(Role::time), options.offset_minutes)) store.add(row[*id_column], {*t, read_value(cell(Role::value), store.left())}, now);
    else ++no_time;
  }
  if (no_part) out.warnings.push_back(std::to_string(no_part) + " rows have a span or a position on their structure that is none, which is left out");
  if (no_time)
    out.warnings.push_back(std::to_string(no_time) + " rows have no time that can be read" +
                           (options.offset_minutes ? "" : "; give \"utc_offset\" (\"+09:00\") if the times say none"));
  if (csv.uneven) out.warnings.push_back(std::to_string(csv.uneven) + " rows have more or fewer cells than the heading");
  return out;
}

}  // namespace sensors
