#include "raster/height_mosaic.h"

#include <algorithm>
#include <cmath>

#include "gdal/gdal_support.h"

namespace tenbo::io {

HeightGrid::HeightGrid(geo::GridGeometry grid, geo::VerticalKind vertical) : grid_(std::move(grid)), vertical_(vertical) {
  chunks_x_ = static_cast<std::size_t>((grid_.width + chunk - 1) / chunk);
  chunks_.resize(chunks_x_ * static_cast<std::size_t>((grid_.height + chunk - 1) / chunk));
}

void HeightGrid::set(int column, int row, float value) {
  auto& c = chunks_[static_cast<std::size_t>(row / chunk) * chunks_x_ + static_cast<std::size_t>(column / chunk)];
  if (!c) {
    c = std::make_unique_for_overwrite<float[]>(chunk * chunk);
    std::fill_n(c.get(), chunk * chunk, no_data);
  }
  float& cell = c[static_cast<std::size_t>((row % chunk) * chunk + column % chunk)];
  if (!std::isnan(cell)) return;
  cell = value;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
}

float HeightGrid::sample(double column, double row) const {
  const int width = grid_.width, height = grid_.height;
  if (!(column >= 0 && row >= 0 && column <= width && row <= height)) return no_data;  // NaN too
  const int own_c = std::min(static_cast<int>(column), width - 1), own_r = std::min(static_cast<int>(row), height - 1);
  const double x = std::clamp(column - 0.5, 0.0, width - 1.0), y = std::clamp(row - 0.5, 0.0, height - 1.0);
  const int c0 = static_cast<int>(x), r0 = static_cast<int>(y);
  const int c1 = std::min(c0 + 1, width - 1), r1 = std::min(r0 + 1, height - 1);
  const double fx = x - c0, fy = y - r0;
  const float a = at(c0, r0), b = at(c1, r0), c = at(c0, r1), d = at(c1, r1);
  const double whole = (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy;
  if (!std::isnan(whole)) return static_cast<float>(whole);
  if (std::isnan(at(own_c, own_r))) return no_data;
  double sum = 0, weight = 0;
  const auto add = [&](float v, double w) {
    if (std::isnan(v)) return;
    sum += v * w;
    weight += w;
  };
  add(a, (1 - fx) * (1 - fy)); add(b, fx * (1 - fy)); add(c, (1 - fx) * fy); add(d, fx * fy);
  return weight > 0 ? static_cast<float>(sum / weight) : at(own_c, own_r);
}

namespace {

// Sources on one lattice: cell (0,0) of member i is cell offset[i] of the whole.
struct Group {
  std::vector<std::size_t> members;
  std::vector<std::pair<std::int64_t, std::int64_t>> offsets;  // relative to the first member
};

bool same_lattice(const HeightSource& a, const HeightSource& b, std::int64_t& dx, std::int64_t& dy) {
  const auto &g = a.grid.geotransform, &h = b.grid.geotransform;
  if (a.vertical != b.vertical || a.grid.crs.definition() != b.grid.crs.definition()) return false;
  const double size = std::max(std::abs(g[1]) + std::abs(g[2]), std::abs(g[4]) + std::abs(g[5]));
  const double cells = std::max({a.grid.width, a.grid.height, b.grid.width, b.grid.height});
  for (std::size_t i : {1u, 2u, 4u, 5u})
    if (std::abs(g[i] - h[i]) * cells > 0.05 * size) return false;
  double column, row;
  if (!a.grid.crs_to_pixel(h[0], h[3], column, row) || !(std::abs(column) < 1e8 && std::abs(row) < 1e8)) return false;
  dx = std::llround(column);
  dy = std::llround(row);
  return std::abs(column - static_cast<double>(dx)) < 0.05 && std::abs(row - static_cast<double>(dy)) < 0.05;
}

std::vector<Group> group(const std::vector<HeightSource>& sources) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    bool placed = false;
    for (auto& g : groups) {
      std::int64_t dx, dy;
      if (!same_lattice(sources[g.members.front()], sources[i], dx, dy)) continue;
      g.members.push_back(i);
      g.offsets.emplace_back(dx, dy);
      placed = true;
      break;
    }
    if (!placed) groups.push_back({{i}, {{0, 0}}});
  }
  return groups;
}

// Averages whole cells of `factor` x `factor` of the lattice and hands them to the grid.
class Reducer {
 public:
  Reducer(HeightGrid& grid, int factor, std::int64_t dx, std::int64_t dy, int width)
      : grid_(grid), factor_(factor), dx_(dx), dy_(dy), width_(width) {
    first_ = dx / factor;
    sums_.resize(static_cast<std::size_t>((dx + width - 1) / factor - first_ + 1));
    counts_.resize(sums_.size());
  }
  void row(std::int64_t row, const float* values) {
    const std::int64_t target = (row + dy_) / factor_;
    if (target != current_) flush();
    current_ = target;
    for (int c = 0; c < width_; ++c) {
      if (std::isnan(values[c])) continue;
      const auto i = static_cast<std::size_t>((c + dx_) / factor_ - first_);
      sums_[i] += values[c];
      ++counts_[i];
    }
  }
  void flush() {
    if (current_ < 0) return;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (counts_[i]) grid_.set(static_cast<int>(first_ + static_cast<std::int64_t>(i)), static_cast<int>(current_),
                                static_cast<float>(sums_[i] / counts_[i]));
      sums_[i] = 0;
      counts_[i] = 0;
    }
  }

 private:
  HeightGrid& grid_;
  int factor_;
  std::int64_t dx_, dy_, first_ = 0, current_ = -1;
  int width_;
  std::vector<double> sums_;
  std::vector<int> counts_;
};

}  // namespace

Result<std::vector<HeightGrid>> build_mosaic(const std::vector<HeightSource>& sources, double max_pixels, Progress& progress,
                                             Diagnostics& diagnostics, const std::vector<PixelWindow>& windows) {
  const auto window = [&](std::size_t i) { return windows.empty() ? PixelWindow{0, 0, sources[i].grid.width, sources[i].grid.height} : windows[i]; };
  double pixels = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto w = window(i);
    pixels += static_cast<double>(w.column1 - w.column0) * (w.row1 - w.row0);
  }
  const int factor = pixels > max_pixels ? static_cast<int>(std::ceil(std::sqrt(pixels / max_pixels))) : 1;
  if (factor > 1)
    diagnostics.warn({ErrorCode::out_of_budget, "the heights have " + std::to_string(static_cast<std::uint64_t>(pixels / 1e6)) +
                      " megapixels; they are kept at 1/" + std::to_string(factor) + " of their resolution",
                      sources.front().input.path.string(), "", "cut out what you need: gdal_translate -projwin"});
  progress.total = static_cast<std::uint64_t>(pixels);
  std::vector<HeightGrid> grids;
  std::size_t readable = 0;
  std::optional<Error> first_error;
  for (const auto& g : group(sources)) {
    const auto& first = sources[g.members.front()].grid;
    std::int64_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    for (std::size_t i = 0; i < g.members.size(); ++i) {
      const auto& grid = sources[g.members[i]].grid;
      x0 = std::min(x0, g.offsets[i].first);
      y0 = std::min(y0, g.offsets[i].second);
      x1 = std::max(x1, g.offsets[i].first + grid.width);
      y1 = std::max(y1, g.offsets[i].second + grid.height);
    }
    geo::GridGeometry whole = first;
    first.pixel_to_crs(static_cast<double>(x0), static_cast<double>(y0), whole.geotransform[0], whole.geotransform[3]);
    for (std::size_t i : {1u, 2u, 4u, 5u}) whole.geotransform[i] *= factor;
    const std::int64_t width = (x1 - x0 + factor - 1) / factor, height = (y1 - y0 + factor - 1) / factor;
    // The table of chunks alone must fit, whatever lies between two far tiles.
    if (static_cast<double>(width) * static_cast<double>(height) > 65536.0 * 16e6) {
      for (std::size_t m : g.members)
        diagnostics.fail({ErrorCode::out_of_budget, "the tiles lie too far apart for one mosaic", sources[m].input.path.string(), "", ""});
      continue;
    }
    whole.width = static_cast<int>(width);
    whole.height = static_cast<int>(height);
    HeightGrid grid(std::move(whole), sources[g.members.front()].vertical);
    for (std::size_t i = 0; i < g.members.size(); ++i) {
      const auto& source = sources[g.members[i]];
      const std::int64_t dx = g.offsets[i].first - x0, dy = g.offsets[i].second - y0;
      const PixelWindow part = window(g.members[i]);
      Reducer reducer(grid, factor, dx, dy, source.grid.width);
      const auto status = source.read(part.row0, part.row1, [&](int row, int rows, const float* values) {
        for (int r = 0; r < rows; ++r, values += source.grid.width) {
          if (factor > 1) {
            reducer.row(row + r, values);
          } else {
            for (int c = part.column0; c < part.column1; ++c)
              if (!std::isnan(values[c])) grid.set(static_cast<int>(dx + c), static_cast<int>(dy + row + r), values[c]);
          }
        }
        progress.done += static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(source.grid.width);
      }, diagnostics);
      reducer.flush();
      if (status) {
        ++readable;
      } else {
        if (!first_error) first_error = status.error();
        diagnostics.fail(status.error());
      }
    }
    grids.push_back(std::move(grid));
  }
  if (!readable && first_error) return *first_error;
  return grids;
}

}  // namespace tenbo::io
