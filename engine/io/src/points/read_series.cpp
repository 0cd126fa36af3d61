// Tables of points with velocity and displacements, a piece of the file at a time and its lines in parallel. Rows are plain: no line
// breaks within quotes, as programs that write a number for each of a hundred dates write none.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>

#include "points/read_las.h"
#include "points/series_columns.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"
#include "vector/csv.h"
#include "vector/text_encoding.h"

namespace tenbo::io::points {
namespace {

constexpr std::size_t piece_bytes = 32u << 20;
constexpr float none = std::numeric_limits<float>::quiet_NaN();

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '"')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '"' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

// A finite number, else NaN.
double number(std::string_view s) {
  s = trimmed(s);
  if (s.starts_with('+')) s.remove_prefix(1);
  double v = 0;
  const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), v);
  return ec == std::errc{} && end == s.data() + s.size() && std::isfinite(v) ? v : std::numeric_limits<double>::quiet_NaN();
}

// What comes before the headings, and the headings.
struct Table {
  SeriesColumns columns;
  std::vector<int> role;               // by column: -1 nothing, 0.. the date, or below
  char separator = ',';
  std::size_t first = 0;               // byte of the first row
  std::size_t first_line = 1;
  double displacement_mm = 1, velocity_mm = 1;
  std::string reference, orbit, line_of_sight, source;
};
constexpr int role_id = 100'000, role_lon = role_id + 1, role_lat = role_id + 2, role_height = role_id + 3, role_velocity = role_id + 4, role_coherence = role_id + 5;

Result<Table> read_head(const std::filesystem::path& path, const PointOptions& options) {
  std::vector<char> head(1u << 20);
  const auto got = read_file_part(path, 0, head);
  if (!got) return got.error();
  const std::string_view raw(head.data(), *got);
  const auto decoder = TextDecoder::guess(raw.substr(0, raw.find_last_of('\n')));
  Table t;
  std::string unit = options.unit;
  std::size_t at = raw.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < raw.size() && raw[at] == '#') {  // "# reference: ..."
    const auto end = std::min(raw.find('\n', at), raw.size());
    const std::string line = decoder.decode(raw.substr(at + 1, end - at - 1));
    if (const auto colon = line.find(':'); colon != std::string::npos) {
      const std::string key = lower_case(trimmed(line.substr(0, colon))), value(trimmed(std::string_view(line).substr(colon + 1)));
      if (key == "unit" || key == "units") unit = value;
      else if (key == "reference") t.reference = value;
      else if (key == "orbit") t.orbit = value;
      else if (key == "line of sight" || key == "line_of_sight") t.line_of_sight = value;
      else if (key == "source") t.source = value;
    }
    at = std::min(end + 1, raw.size());
    ++t.first_line;
  }
  const auto end = raw.find('\n', at);
  if (end == std::string_view::npos && raw.find('\r', at) != std::string_view::npos)
    return Error{ErrorCode::unsupported, "its lines end in CR alone", shown(path), "line " + std::to_string(t.first_line), "save it with lines that end in LF or CR LF"};
  if (end == std::string_view::npos) return Error{ErrorCode::malformed, "the table has no rows", shown(path), "line " + std::to_string(t.first_line), ""};
  std::vector<std::string> header;
  const std::string heading = decoder.decode(raw.substr(at, end - at));
  CsvReader reader(heading);
  if (!reader.next(header)) return Error{ErrorCode::malformed, "the table has no line of headings", shown(path), "", ""};
  for (auto& h : header) h = std::string(trimmed(h));
  t.separator = reader.separator();
  t.columns = series_columns(header);
  const auto& c = t.columns;
  if (!c.complete())
    return Error{ErrorCode::unsupported, std::string("the table has no column of ") + (c.lon < 0 ? "longitude" : c.lat < 0 ? "latitude" : "velocity"), shown(path), "line " + std::to_string(t.first_line),
                 "name them lon, lat and velocity; displacements stand in columns named by their date, 20200105 or 2020-01-05"};
  t.role.assign(header.size(), -1);
  for (std::size_t i = 0; i < c.dates.size(); ++i) t.role[static_cast<std::size_t>(c.dates[i].second)] = static_cast<int>(i);
  for (const auto& [column, role] : {std::pair(c.id, role_id), {c.lon, role_lon}, {c.lat, role_lat}, {c.height, role_height}, {c.velocity, role_velocity}, {c.coherence, role_coherence}})
    if (column >= 0) t.role[static_cast<std::size_t>(column)] = role;
  if (!unit.empty()) {
    const auto mm = millimetres(unit);
    if (!mm) return Error{ErrorCode::unsupported, "\"" + unit + "\" is no unit of displacements", shown(path), "", "say \"mm\", \"cm\" or \"m\""};
    t.displacement_mm = *mm;
  }
  if (!c.strange_unit.empty())
    return Error{ErrorCode::unsupported, "\"" + c.strange_unit + "\" in the heading \"" + header[static_cast<std::size_t>(c.velocity)] + "\" is no unit of velocities", shown(path), "line " + std::to_string(t.first_line), "say [mm/yr], [cm/yr] or [m/yr]"};
  t.velocity_mm = c.velocity_mm > 0 ? c.velocity_mm : t.displacement_mm;
  t.first = end + 1;
  ++t.first_line;
  return t;
}

struct Piece {
  std::unique_ptr<SeriesBuilder> rows;
  std::size_t lines = 0, short_rows = 0, first_short = 0;  // first_short: line of the piece, from 0
  std::optional<Error> error;
};

void read_lines(std::string_view text, const Table& t, const TextDecoder* decoder, Piece& out) {
  std::vector<geo::Instant> dates;
  for (const auto& [when, column] : t.columns.dates) dates.push_back(when);
  std::vector<float> values(dates.size());
  out.rows = std::make_unique<SeriesBuilder>(dates, t.columns.height >= 0, t.columns.coherence >= 0);
  for (std::size_t at = 0; at < text.size(); ++out.lines) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty() || line == "\r" || line.front() == '#') continue;
    SeriesRow row;
    row.lon = row.lat = row.height = std::numeric_limits<double>::quiet_NaN();
    row.velocity = row.coherence = none;
    std::fill(values.begin(), values.end(), none);
    std::size_t column = 0;
    for (std::size_t from = 0; from <= line.size() && column < t.role.size(); ++column) {
      const bool quoted = from < line.size() && line[from] == '"';
      auto stop = quoted ? line.find('"', from + 1) : from;
      stop = std::min(line.find(t.separator, std::min(stop, line.size())), line.size());
      const auto cell = line.substr(from, stop - from);
      from = stop + 1;
      const int role = t.role[column];
      if (role < 0) continue;
      if (role < role_id) values[static_cast<std::size_t>(role)] = static_cast<float>(number(cell) * t.displacement_mm);
      else if (role == role_id) row.id = decoder ? decoder->decode(trimmed(cell)) : std::string(trimmed(cell));
      else if (role == role_lon) row.lon = number(cell);
      else if (role == role_lat) row.lat = number(cell);
      else if (role == role_height) row.height = number(cell);
      else if (role == role_velocity) row.velocity = static_cast<float>(number(cell) * t.velocity_mm);
      else row.coherence = static_cast<float>(number(cell));
    }
    if (column < t.role.size()) {
      if (out.short_rows++ == 0) out.first_short = out.lines;
      continue;
    }
    if (auto s = out.rows->add(row, values); !s) { out.error = s.error(); return; }
  }
}

}  // namespace

Result<PointCloud> read_series_table(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  auto head = read_head(path, options);
  if (!head) return head.error();
  const Table& t = *head;
  const std::uint64_t size = file_stamp(path).size;
  progress.total = size;
  std::vector<geo::Instant> dates;
  for (const auto& [when, column] : t.columns.dates) dates.push_back(when);
  SeriesBuilder all(dates, t.columns.height >= 0, t.columns.coherence >= 0);
  Diagnostics diagnostics;
  std::size_t line = t.first_line, short_rows = 0;
  std::string first_short;
  std::vector<char> bytes(piece_bytes);
  std::uint64_t at = t.first;
  const TextDecoder decoder = TextDecoder::guess("");
  while (at < size) {
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "reading was stopped", "", "", ""};
    const auto got = read_file_part(path, at, bytes);
    if (!got) return got.error();
    if (*got == 0) break;
    std::string_view text(bytes.data(), *got);
    if (at + *got < size) {  // whole lines
      const auto last = text.find_last_of('\n');
      if (last == std::string_view::npos) return Error{ErrorCode::malformed, "a line is longer than 32 MiB", shown(path), "line " + std::to_string(line), ""};
      text = text.substr(0, last + 1);
    }
    at += text.size();
    const std::size_t parts = std::clamp<std::size_t>(text.size() / (1u << 20), 1, 4 * std::max(1u, jobs.threads()));
    std::vector<std::size_t> ends{0};
    for (std::size_t i = 1; i < parts; ++i) {
      const auto end = text.find('\n', std::max(ends.back(), text.size() * i / parts));
      ends.push_back(end == std::string_view::npos ? text.size() : end + 1);
    }
    ends.push_back(text.size());
    std::vector<Piece> pieces(parts);
    jobs.parallel_for(parts, 1, [&](std::size_t a, std::size_t b) {
      for (std::size_t i = a; i < b; ++i) {
        const auto own = text.substr(ends[i], ends[i + 1] - ends[i]);
        read_lines(own, t, is_valid_utf8(own) ? nullptr : &decoder, pieces[i]);
      }
    });
    for (auto& p : pieces) {
      if (p.error) {
        p.error->file = shown(path);
        return *p.error;
      }
      if (p.short_rows && short_rows == 0) first_short = "line " + std::to_string(line + p.first_short);
      short_rows += p.short_rows;
      line += p.lines;
      all.append(std::move(*p.rows));
    }
    progress.done = at;
  }
  if (short_rows) diagnostics.fail({ErrorCode::malformed, std::to_string(short_rows) + " rows have fewer columns than the headings and are left out", shown(path), first_short, ""});
  all.series().reference = t.reference;
  all.series().orbit = t.orbit;
  all.series().line_of_sight = t.line_of_sight;
  auto out = all.finish(path, options, std::move(diagnostics), jobs, progress, cancel);
  if (out && !t.source.empty()) out->source = t.source;
  return out;
}

}  // namespace tenbo::io::points
