#include "points/series_columns.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "points/tiles.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace tenbo::io {
namespace points {
namespace {

constexpr std::size_t most_dates = 4'000;

// "Mean velocity [mm/yr]" and "mean_velocity" alike: small letters and digits before a bracket.
std::string plain(std::string_view heading) {
  std::string out;
  for (const char c : lower_case(heading)) {
    if (c == '[' || c == '(') break;
    if (c != ' ' && c != '_' && c != '-' && c != '.' && c != '"') out += c;
  }
  return out;
}

bool one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* w) { return word == w; });
}

}  // namespace

std::optional<double> millimetres(std::string_view unit) {
  std::string u = lower_case(unit);
  if (const auto slash = u.find('/'); slash != std::string::npos) u.resize(slash);
  while (!u.empty() && u.back() == ' ') u.pop_back();
  if (one_of(u, {"mm", "millimeter", "millimetre", "millimeters", "millimetres"})) return 1;
  if (one_of(u, {"cm", "centimeter", "centimetre", "centimeters", "centimetres"})) return 10;
  if (one_of(u, {"m", "meter", "metre", "meters", "metres"})) return 1000;
  return std::nullopt;
}

std::optional<geo::Instant> series_date(std::string_view heading) {
  std::string digits;
  for (std::size_t i = 0; i < heading.size(); ++i) {
    const char c = heading[i];
    if (c >= '0' && c <= '9') digits += c;
    else if (i == 0 && (c == 'D' || c == 'd' || c == '_')) continue;
    else if ((c == '-' || c == '/' || c == '_') && (digits.size() == 4 || digits.size() == 6)) continue;
    else if (c == 'T' && digits.size() == 8) break;  // a time of day follows
    else return std::nullopt;
  }
  if (digits.size() != 8) return std::nullopt;
  const auto t = geo::parse_instant(digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2) + "T00:00:00Z");
  if (!t || digits < "19000101" || digits > "21001231") return std::nullopt;
  return *t;
}

SeriesColumns series_columns(const std::vector<std::string>& header) {
  SeriesColumns c;
  const auto take = [](int& column, std::size_t i) { if (column < 0) column = static_cast<int>(i); };
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name = plain(header[i]);
    if (one_of(name, {"id", "pid", "pointid", "code", "psid", "fid", "点番号", "番号", "点名"})) take(c.id, i);
    else if (one_of(name, {"lon", "longitude", "long", "lng", "経度"})) take(c.lon, i);
    else if (one_of(name, {"lat", "latitude", "緯度"})) take(c.lat, i);
    else if (one_of(name, {"height", "h", "elevation", "elev", "z", "dem", "標高", "楕円体高", "高さ"})) take(c.height, i);
    else if (one_of(name, {"velocity", "vel", "v", "meanvelocity", "vlos", "vellos", "velocitylos", "velocitymmyr", "velocitymmyear", "velocitycmyr", "velocitymyr", "速度", "変位速度", "平均速度", "平均変位速度"})) {
      if (c.velocity >= 0) continue;
      c.velocity = static_cast<int>(i);
      const auto text = lower_case(header[i]);
      const auto open = text.find_first_of("[(");
      if (open != std::string::npos) {
        const auto unit = std::string_view(text).substr(open + 1, std::min(text.find_first_of("/])", open), text.size()) - open - 1);
        if (const auto mm = millimetres(unit)) c.velocity_mm = *mm;
        else c.strange_unit = unit;
      }
      else if (name.ends_with("mmyr") || name.ends_with("mmyear")) c.velocity_mm = 1;
      else if (name.ends_with("cmyr")) c.velocity_mm = 10;
      else if (name == "velocitymyr") c.velocity_mm = 1000;
    } else if (one_of(name, {"coherence", "coh", "temporalcoherence", "tempcoh", "コヒーレンス"})) take(c.coherence, i);
    else if (const auto t = series_date(header[i]); t && c.dates.size() < most_dates) c.dates.emplace_back(*t, static_cast<int>(i));
  }
  std::stable_sort(c.dates.begin(), c.dates.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  c.dates.erase(std::unique(c.dates.begin(), c.dates.end(), [](const auto& a, const auto& b) { return a.first == b.first; }), c.dates.end());
  return c;
}

SeriesBuilder::SeriesBuilder(std::vector<geo::Instant> dates, bool has_height, bool has_coherence) : has_height_(has_height), has_coherence_(has_coherence) {
  series_->dates = std::move(dates);
}

Status SeriesBuilder::add(const SeriesRow& row, std::span<const float> displacements) {
  constexpr std::size_t longest_id = 100;
  PointSeries& s = *series_;
  const std::string_view id = std::string_view(row.id).substr(0, longest_id);
  if (s.velocity.size() >= UINT32_MAX / 4 || s.ids.size() + id.size() > UINT32_MAX) return Error{ErrorCode::out_of_budget, "has more points than can be shown", "", "", "cut it into several files"};
  float largest = 0;
  for (const float v : displacements) if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  const float scale = largest / 32767;
  s.scale.push_back(scale);
  for (const float v : displacements)
    s.steps.push_back(!std::isfinite(v) ? PointSeries::no_step : scale > 0 ? static_cast<std::int16_t>(std::clamp(std::lround(v / scale), -32767L, 32767L)) : std::int16_t{0});
  s.velocity.push_back(std::isfinite(row.velocity) ? row.velocity : std::numeric_limits<float>::quiet_NaN());
  if (has_coherence_) {
    const bool share = row.coherence >= 0 && row.coherence <= 1;
    if (std::isfinite(row.coherence) && !share && strange_coherences_++ == 0) first_strange_ = {s.id_ends.size(), row.coherence};
    s.coherence.push_back(share ? row.coherence : std::numeric_limits<float>::quiet_NaN());
  }
  if (has_height_) s.height.push_back(static_cast<float>(row.height));
  s.ids += id;
  s.id_ends.push_back(static_cast<std::uint32_t>(s.ids.size()));
  const bool somewhere = std::isfinite(row.lon) && std::isfinite(row.lat) && std::abs(row.lon) <= 360 && std::abs(row.lat) <= 90;
  at_.emplace_back(somewhere ? row.lon : std::numeric_limits<double>::quiet_NaN(), row.lat);
  return {};
}

void SeriesBuilder::append(SeriesBuilder&& other) {
  PointSeries &a = *series_, &b = *other.series_;
  const auto base = static_cast<std::uint32_t>(a.ids.size());
  if (other.strange_coherences_ && strange_coherences_ == 0) first_strange_ = {a.id_ends.size() + other.first_strange_.first, other.first_strange_.second};
  strange_coherences_ += other.strange_coherences_;
  const auto join = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  a.ids += b.ids;
  for (const auto end : b.id_ends) a.id_ends.push_back(base + end);
  join(a.steps, b.steps);
  join(a.scale, b.scale);
  join(a.velocity, b.velocity);
  join(a.coherence, b.coherence);
  join(a.height, b.height);
  join(at_, other.at_);
  b = {};
}

Result<PointCloud> SeriesBuilder::finish(const std::filesystem::path& path, const PointOptions& options, Diagnostics diagnostics, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  PointCloud out;
  out.diagnostics = std::move(diagnostics);
  out.has_height = has_height_;
  out.in_file = size();
  out.crs = *geo::Crs::parse("EPSG:4326");
  out.vertical = has_height_ ? options.vertical : geo::VerticalKind::unknown;
  if (auto s = options.heights.accepts(out.vertical); !s) return s.error();
  if (size() == 0) return Error{ErrorCode::malformed, "has no points", shown(path), "", ""};
  if (strange_coherences_)
    out.diagnostics.warn({ErrorCode::malformed, std::to_string(strange_coherences_) + " points have a coherence that is not between 0 and 1, the first " + std::to_string(first_strange_.second) + ": theirs is unknown", shown(path),
                          "point " + std::to_string(first_strange_.first + 1), "write shares, not percent"});
  PointInput input;
  input.count = size();
  const double middle = std::cos((std::isfinite(at_.front().second) ? at_.front().second : 0) * M_PI / 180);
  const auto height = [&](std::uint32_t row) { return has_height_ ? static_cast<double>(series_->height[row]) : 0.0; };
  input.rough = [&](std::uint32_t row) { return glm::dvec3(at_[row].first * 111'320 * middle, at_[row].second * 111'195, std::isfinite(height(row)) ? height(row) : 0); };
  input.placer = [&]() -> PointInput::Placer {
    return [&](std::span<const std::uint32_t> rows, std::span<geo::GeoPoint> places) {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        auto& p = places[i];
        p = {at_[rows[i]].first, at_[rows[i]].second, height(rows[i])};
        if (out.vertical != geo::VerticalKind::unknown) p.height += options.heights.offset(out.vertical, p.lon, p.lat);
      }
    };
  };
  if (auto s = make_tiles(input, out, jobs, progress, cancel); !s) {
    Error e = s.error();
    if (e.file.empty()) e.file = shown(path);
    return e;
  }
  if (!has_height_) out.extent.min_height = geo::Extent{}.min_height, out.extent.max_height = geo::Extent{}.max_height;
  series_->steps.shrink_to_fit();
  out.series = series_;
  return out;
}

}  // namespace points

bool is_series_header(const std::vector<std::string>& header) {
  const auto c = points::series_columns(header);
  return c.complete() && !c.dates.empty();
}

std::string_view PointSeries::id(std::uint32_t row) const {
  const std::uint32_t from = row ? id_ends[row - 1] : 0;
  return std::string_view(ids).substr(from, id_ends[row] - from);
}

float PointSeries::displacement(std::uint32_t row, std::size_t date) const {
  const auto step = steps[std::size_t{row} * dates.size() + date];
  return step == no_step ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(step) * scale[row];
}

std::uint64_t PointSeries::memory_bytes() const {
  return ids.capacity() + steps.capacity() * 2 + 4 * (scale.capacity() + velocity.capacity() + coherence.capacity() + height.capacity() + id_ends.capacity()) + dates.size() * sizeof(geo::Instant);
}

std::uint64_t PointCloud::size() const {
  std::uint64_t n = 0;
  for (const auto& t : tiles) n += t.count;
  return n;
}

geo::GeoPoint PointCloud::place(const PointTile& t, std::uint32_t index) const {
  const auto& p = places[t.first + index];
  const glm::dvec3 share(p[0] / 65535.0, p[1] / 65535.0, p[2] / 65535.0), from(t.min), to(t.max);
  return t.frame.to_geo(from + share * (to - from));
}

std::uint64_t PointCloud::memory_bytes() const {
  return places.capacity() * 8 + rows.capacity() * 4 + looks.capacity() * 4 + tiles.capacity() * sizeof(PointTile) + (series ? series->memory_bytes() : 0);
}

}  // namespace tenbo::io
