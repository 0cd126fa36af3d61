#pragma once
// Which columns of a table are what, by their headings; and the rows that become a PointSeries.
#include <string>
#include <utility>
#include <vector>

#include "tenbo/io/points.h"

namespace tenbo::io::points {

struct SeriesColumns {
  int id = -1, lon = -1, lat = -1, height = -1, velocity = -1, coherence = -1;
  double velocity_mm = 0;               // mm/year a unit of the velocity's heading says; 0 = it says none
  std::string strange_unit;             // of the velocity's heading, where it is none
  std::vector<std::pair<geo::Instant, int>> dates;  // ascending
  bool complete() const { return lon >= 0 && lat >= 0 && velocity >= 0; }
};
// Headings as the European Ground Motion Service, GMTSAR, StaMPS, MintPy and Japanese tables have them; dates as 20200105, D20200105,
// 2020-01-05, 2020/01/05.
SeriesColumns series_columns(const std::vector<std::string>& header);
std::optional<geo::Instant> series_date(std::string_view heading);
// mm of a unit's word: "mm", "cm", "m"; absent: none of them.
std::optional<double> millimetres(std::string_view unit);

struct SeriesRow {
  double lon = 0, lat = 0, height = 0;  // NaN: unknown
  float velocity = 0, coherence = 0;    // mm/year; NaN: unknown
  std::string id;                       // empty: its number
};

// Rows in order, by one thread.
class SeriesBuilder {
 public:
  SeriesBuilder(std::vector<geo::Instant> dates, bool has_height, bool has_coherence);
  // displacements: mm, one a date; NaN = not measured.
  Status add(const SeriesRow& row, std::span<const float> displacements);
  std::uint32_t size() const { return series_->size(); }
  PointSeries& series() { return *series_; }
  // Makes the cloud: tiles of all rows, heights brought to the scene's datum.
  Result<PointCloud> finish(const std::filesystem::path& path, const PointOptions& options, Diagnostics diagnostics, JobSystem& jobs, Progress& progress, CancelToken cancel);
  // Rows of another builder of the same dates follow those here.
  void append(SeriesBuilder&& other);

 private:
  std::shared_ptr<PointSeries> series_ = std::make_shared<PointSeries>();
  std::vector<std::pair<double, double>> at_;
  bool has_height_, has_coherence_;
  std::uint64_t strange_coherences_ = 0;                 // neither unknown nor between 0 and 1
  std::pair<std::size_t, float> first_strange_{0, 0.f};  // its row, from 0
};

}  // namespace tenbo::io::points
