#pragma once
// Point clouds and points with a history, in tiles of which any beginning is an even choice of all: what is drawn of a tile is as many
// of its points as the picture has room for (docs/adr/0038-points-in-shuffled-tiles.md).
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <glm/vec3.hpp>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/image.h"
#include "tenbo/base/jobs.h"
#include "tenbo/geo/crs.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/geo/instant.h"

namespace tenbo::io {

struct PointTile {
  geo::LocalFrame frame;
  glm::vec3 min{0}, max{0};          // m, in the frame: the box that places are shares of
  std::uint32_t first = 0, count = 0;  // into the columns of the cloud
};

// What was measured at points over time, by row of the file; a row of 60 dates takes 16-bit numbers and 136 bytes with all else.
struct PointSeries {
  static constexpr std::int16_t no_step = INT16_MIN;  // not measured
  std::vector<geo::Instant> dates;     // ascending
  std::vector<std::int16_t> steps;     // row by row, one a date: mm / scale of the row
  std::vector<float> scale;            // mm, one a row: a 32767th of the row's largest displacement
  std::vector<float> velocity;         // mm/year; NaN = unknown
  std::vector<float> coherence;        // 0 to 1; NaN = unknown; empty: the file has none
  std::vector<float> height;           // m as written; empty: the file has none
  std::string ids;                     // one after the other
  std::vector<std::uint32_t> id_ends;  // one a row
  // As the file says; may be empty.
  std::string reference, orbit, line_of_sight;

  std::uint32_t size() const { return static_cast<std::uint32_t>(velocity.size()); }
  std::string_view id(std::uint32_t row) const;
  float displacement(std::uint32_t row, std::size_t date) const;  // mm; NaN where it was not measured
  std::uint64_t memory_bytes() const;
};

struct PointCloud {
  std::vector<PointTile> tiles;
  // Columns, tile after tile. The fourth number of a place is the intensity of a point of a laser scanner.
  std::vector<std::array<std::uint16_t, 4>> places;
  std::vector<std::uint32_t> rows;     // of the file
  std::vector<Rgba8> looks;            // colour as surveyed, and the class in the place of alpha; empty of points with a series
  bool has_colour = false, has_intensity = false, has_class = false, has_height = false;
  std::array<std::uint64_t, 256> classes{};  // how many points of each
  std::uint64_t in_file = 0;           // points that the file has; more than there are places where memory did not suffice
  std::shared_ptr<const PointSeries> series;
  geo::Extent extent;
  geo::Crs crs;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  std::string source;                  // as the file says; may be empty
  Diagnostics diagnostics;

  std::uint64_t size() const;          // points in the tiles
  geo::GeoPoint place(const PointTile& tile, std::uint32_t index) const;  // index: of the tile's points
  std::uint64_t memory_bytes() const;
};

struct PointOptions {
  geo::HeightPolicy heights;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;  // overrides what the file says
  std::string unit;                    // of displacements where the file does not say: "mm" (also when empty), "cm", "m"; velocity: the same a year
  std::string layer;                   // of a container
  std::optional<geo::GeoPoint> position;  // of a cloud without a coordinate system: where its origin is; its axes point east, north, up
  std::filesystem::path laz_worker;    // empty = tenbo_laz_worker beside the executable
  std::uint64_t worker_memory = UINT64_C(2) << 30;  // bytes of its address space; 0 = no limit (sanitizers take more)
  std::uint64_t most_points = 200'000'000;
  std::uint64_t memory = UINT64_MAX;   // bytes that reading may take; more points than that has room for are thinned, and it is said
};

// LAS and LAZ; CSV, GeoPackage and NetCDF with velocity and displacements by date. [worker]
Result<PointCloud> read_points(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress,
                               CancelToken cancel);
// Whether a table's headings are those of points with a history: a place, a velocity, and dates.
bool is_series_header(const std::vector<std::string>& header);

}  // namespace tenbo::io
