#include <limits>
#include <optional>

#include "gather.h"
#include "tenbo/geo/crs.h"

namespace tenbo::impact {
namespace {

// A ring, line or point in pixel coordinates (column, row; a cell is the unit square that its lower numbers name).
class Cells {
 public:
  Cells(int width, int height, PieceList& out) : width_(width), height_(height), out_(out) {}

  // Returns the ring's area, of any sign; adds `sign` times that of each cell's part.
  double area(std::span<const Point> ring, double sign) {
    const double whole = signed_area(ring);
    const double way = whole < 0 ? -sign : sign;  // rings turn either way
    double left = ring[0].x, right = left, low = ring[0].y, high = low;
    for (const auto& p : ring) {
      left = std::min(left, p.x);
      right = std::max(right, p.x);
      low = std::min(low, p.y);
      high = std::max(high, p.y);
    }
    const auto [row, last_row] = range(low, high, height_);
    for (int r = row; r <= last_row; ++r) {
      std::span<const Point> strip = ring;
      if (low < r) { clip(strip, 0, -1, -r, strip_); strip = keep(strip_, strip_kept_); }
      if (high > r + 1) { clip(strip, 0, 1, r + 1, strip_); strip = keep(strip_, strip_kept_); }
      if (strip.size() < 3) continue;
      double strip_left = strip[0].x, strip_right = strip_left;
      for (const auto& p : strip) {
        strip_left = std::min(strip_left, p.x);
        strip_right = std::max(strip_right, p.x);
      }
      const auto [column, last_column] = range(strip_left, strip_right, width_);
      for (int c = column; c <= last_column; ++c) {
        std::span<const Point> cell = strip;
        if (strip_left < c) { clip(cell, -1, 0, -c, cell_); cell = keep(cell_, cell_kept_); }
        if (strip_right > c + 1) { clip(cell, 1, 0, c + 1, cell_); cell = keep(cell_, cell_kept_); }
        if (const double a = signed_area(cell); a != 0) add(c, r, way * a);
      }
    }
    return std::abs(whole);
  }

  // Lengths are counted in `metric` units: pixels may be wider than high.
  double line(std::span<const Point> points, Point metric) {
    double whole = 0;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      const Point a = points[i], b = points[i + 1];
      const Point d{b.x - a.x, b.y - a.y};
      const double length = std::hypot(d.x * metric.x, d.y * metric.y);
      if (!(length > 0)) continue;
      whole += length;
      // where it crosses the lines between cells, in order
      crossings_.clear();
      crossings_.push_back(0);
      cross(a.x, d.x, width_);
      cross(a.y, d.y, height_);
      crossings_.push_back(1);
      std::sort(crossings_.begin(), crossings_.end());
      for (std::size_t k = 0; k + 1 < crossings_.size(); ++k) {
        const double t = (crossings_[k] + crossings_[k + 1]) / 2;
        point({a.x + t * d.x, a.y + t * d.y}, length * (crossings_[k + 1] - crossings_[k]));
      }
    }
    return whole;
  }

  void point(Point p, double amount) {
    const double c = std::floor(p.x), r = std::floor(p.y);
    if (amount > 0 && c >= 0 && r >= 0 && c < width_ && r < height_) add(static_cast<int>(c), static_cast<int>(r), amount);
  }

 private:
  // Cells between two coordinates, within the grid; none where first > last.
  static std::pair<int, int> range(double low, double high, int size) {
    if (high < 0 || low > size) return {0, -1};
    return {static_cast<int>(std::floor(std::max(low, 0.0))), std::min(size - 1, static_cast<int>(std::floor(std::min(high, static_cast<double>(size)))))};
  }
  void cross(double from, double by, int size) {
    if (by == 0) return;
    const double low = std::max(0.0, std::ceil(std::min(from, from + by))), high = std::min<double>(size, std::floor(std::max(from, from + by)));
    for (double k = low; k <= high; ++k)
      if (const double t = (k - from) / by; t > 0 && t < 1) crossings_.push_back(t);
  }
  static std::span<const Point> keep(std::vector<Point>& made, std::vector<Point>& kept) {
    std::swap(made, kept);
    return kept;
  }
  void add(int column, int row, double amount) {
    out_.add(static_cast<std::uint32_t>(row) * static_cast<std::uint32_t>(width_) + static_cast<std::uint32_t>(column), amount);
  }

  int width_, height_;
  PieceList& out_;
  std::vector<Point> strip_, strip_kept_, cell_, cell_kept_;
  std::vector<double> crossings_;
};

}  // namespace

Result<Overlaps> overlap_cells(const Assets& assets, const geo::GridGeometry& grid, JobSystem& jobs) {
  if (double c = 0, r = 0; !grid.crs_to_pixel(0, 0, c, r))
    return Error{ErrorCode::malformed, "the grid's transform cannot be inverted", "", "", "give the file a geotransform whose cells have an area"};
  std::optional<geo::Transformer> prototype;
  if (grid.crs.is_valid()) {
    auto made = geo::Transformer::from_geographic(grid.crs, geo::AxisOrder::xy);
    if (!made) return made.error();
    if (!made->is_identity()) prototype = std::move(*made);
  }
  const bool degrees = !grid.crs.is_valid() || grid.crs.is_geographic();
  const PartIndex index(assets);
  return gather(assets.count, jobs, [&](std::uint32_t first, std::uint32_t end, PieceList& out) {
    std::optional<geo::Transformer> transformer;
    if (prototype) transformer = prototype->clone();
    Cells cells(grid.width, grid.height, out);
    std::vector<geo::GeoPoint> points;
    std::vector<Point> pixels;
    // all points of the run at once: a call of PROJ costs more than a point
    for (std::uint32_t a = first; a < end; ++a)
      for (const auto i : index.of(a))
        for (std::uint32_t k = 0; k < assets.parts[i].count; ++k) {
          const auto& p = assets.points[assets.parts[i].first + k];
          points.push_back({p.lon, p.lat, 0});
        }
    if (transformer) transformer->transform(points);
    pixels.resize(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      double column = std::numeric_limits<double>::quiet_NaN(), row = column;
      if (std::isfinite(points[i].lon) && std::isfinite(points[i].lat)) grid.crs_to_pixel(points[i].lon, points[i].lat, column, row);
      pixels[i] = {column, row};
    }
    const double turn = degrees && grid.geotransform[1] != 0 ? 360 / std::abs(grid.geotransform[1]) : 0;  // columns around the Earth
    std::size_t next = 0;
    for (std::uint32_t a = first; a < end; ++a) {
      const auto parts = index.of(a);
      const auto measure = measure_of(assets, parts);
      double whole = 0;
      bool lost = false;
      // A grid that runs from 0 to 360 degrees, or from -360: the asset is moved as a whole, never torn apart.
      double shift = 0;
      if (turn > 0 && !parts.empty() && assets.parts[parts[0]].count > 0) {
        const double x = pixels[next].x;
        if (x < 0 && x + turn < grid.width) shift = turn;
        if (x >= grid.width && x - turn >= 0) shift = -turn;
      }
      for (const auto i : parts) {
        const auto& part = assets.parts[i];
        const std::span<Point> own(pixels.data() + next, part.count);
        next += part.count;
        if (part.shape != measure || own.empty()) continue;
        bool good = true;
        for (auto& p : own) {
          good &= std::isfinite(p.x) && std::isfinite(p.y);
          p.x += shift;
        }
        if (!good) { lost = true; continue; }
        if (measure == Shape::area) {
          const double sign = part.hole ? -1 : 1;
          whole += sign * (own.size() > 2 ? cells.area(own, sign) : 0);
        } else if (measure == Shape::line) {
          Point metric{std::abs(grid.geotransform[1]) + std::abs(grid.geotransform[4]), std::abs(grid.geotransform[5]) + std::abs(grid.geotransform[2])};
          if (degrees) metric.x *= std::cos(assets.points[part.first].lat * 0.017453292519943295);
          whole += cells.line(own, metric);
        } else {
          for (const auto& p : own) cells.point(p, 1);
          whole += static_cast<double>(own.size());
        }
      }
      // A part that cannot be placed makes the shares of the others wrong: the asset is not known at all.
      if (lost || !(whole > 0)) out.end_unplaced();
      else out.end_asset(whole);
    }
  });
}

}  // namespace tenbo::impact
