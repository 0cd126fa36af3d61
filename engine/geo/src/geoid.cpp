#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <limits>
#include <mutex>
#include <numbers>
#include <vector>

#include "proj_support.h"
#include "tenbo/geo/crs.h"

namespace tenbo::geo {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double degree = std::numbers::pi / 180;
constexpr double largest_undulation = 200;  // m; Earth's are within -107..86: beyond, the file is no geoid
constexpr int block_cells = 32;             // along each edge

// A grid cell: N = a + b x + c y + d x y over the cell, x and y in 0..1.
struct Cell {
  float a, b, c, d;
  enum Kind : std::uint8_t { bilinear, outside, irregular };
};
struct Block {
  std::array<Cell, block_cells * block_cells> cells;
  std::array<std::uint8_t, block_cells * block_cells> kinds;
};

// proj_grid_info uses PROJ's default context, which is one for the whole process.
std::mutex& default_context_mutex() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

// PROJ is asked for every format it reads, nested grids and nodata included; what it answers is kept by grid cell, in
// which it is bilinear. Where it is not (nodata corners, a finer grid inside), PROJ itself answers point by point.
struct Geoid::Impl {
  std::string path;
  double west = 0, south = 0, step_lon = 1, step_lat = 1;  // degrees
  int columns = 0, rows = 0;                               // cells
  int block_columns = 0;
  mutable std::vector<std::atomic<const Block*>> blocks;
  mutable std::mutex mutex;  // of what follows
  ContextPtr context;
  PjPtr operation;

  ~Impl() {
    for (auto& b : blocks) delete b.load();
  }

  // The mutex is held. NaN where PROJ has no value.
  double ask(double lon, double lat) const {
    if (proj_errno(operation.get()) != 0) proj_errno_reset(operation.get());
    const PJ_COORD out = proj_trans(operation.get(), PJ_FWD, proj_coord(lon * degree, lat * degree, 0, 0));
    return std::isfinite(out.v[2]) && std::abs(out.v[2]) <= largest_undulation ? out.v[2] : nan;
  }

  // The mutex is held.
  const Block* make_block(int block_x, int block_y) const {
    auto block = std::make_unique<Block>();
    for (int y = 0; y < block_cells; ++y)
      for (int x = 0; x < block_cells; ++x) {
        const double lon = west + (block_x * block_cells + x) * step_lon, lat = south + (block_y * block_cells + y) * step_lat;
        const auto at = [&](double u, double v) { return ask(lon + u * step_lon, lat + v * step_lat); };
        const double n00 = at(0.25, 0.25), n10 = at(0.75, 0.25), n01 = at(0.25, 0.75), n11 = at(0.75, 0.75);
        const double middle = at(0.5, 0.5), odd = at(0.9, 0.4);
        const std::size_t i = static_cast<std::size_t>(y) * block_cells + static_cast<std::size_t>(x);
        const double d = 4 * (n11 - n10 - n01 + n00), b = 2 * (n10 - n00) - d / 4, c = 2 * (n01 - n00) - d / 4;
        const double a = n00 - b / 4 - c / 4 - d / 16;
        block->cells[i] = {static_cast<float>(a), static_cast<float>(b), static_cast<float>(c), static_cast<float>(d)};
        const auto fits = [&](double u, double v, double n) { return std::abs(a + b * u + c * v + d * u * v - n) < 1e-5; };
        const bool none = std::isnan(n00) && std::isnan(n10) && std::isnan(n01) && std::isnan(n11) && std::isnan(middle);
        block->kinds[i] = none ? Cell::outside : fits(0.5, 0.5, middle) && fits(0.9, 0.4, odd) ? Cell::bilinear : Cell::irregular;
      }
    return block.release();
  }

  const Block& block(int x, int y) const {
    auto& slot = blocks[static_cast<std::size_t>(y) * block_columns + x];
    if (const Block* ready = slot.load(std::memory_order_acquire)) return *ready;
    const std::lock_guard lock(mutex);
    if (!slot.load(std::memory_order_relaxed)) slot.store(make_block(x, y), std::memory_order_release);
    return *slot.load(std::memory_order_relaxed);
  }

  double undulation(double lon, double lat) const {
    if (!(std::abs(lon) <= 720 && std::abs(lat) <= 90)) return nan;
    constexpr double edge = 1e-7;  // cells: a border point may fall to the cell beyond, which has no value
    double x = (lon - west) / step_lon;
    const double turn = 360 / step_lon;
    if (x < 0 || x > columns) x -= std::floor(x / turn) * turn;
    const double y = (lat - south) / step_lat;
    const int column = static_cast<int>(std::min(std::floor(x), 1e9)), row = static_cast<int>(std::clamp(std::floor(y), -1e9, 1e9));
    const double u = x - column, v = y - row;
    const bool on_edge = u < edge || v < edge || u > 1 - edge || v > 1 - edge;
    if (column >= 0 && column < columns && row >= 0 && row < rows) {
      const Block& b = block(column / block_cells, row / block_cells);
      const std::size_t i = static_cast<std::size_t>(row % block_cells) * block_cells + static_cast<std::size_t>(column % block_cells);
      const Cell& cell = b.cells[i];
      if (b.kinds[i] == Cell::bilinear) return cell.a + cell.b * u + (cell.c + cell.d * u) * v;
      if (b.kinds[i] == Cell::outside && !on_edge) return nan;
    } else if (!on_edge) {
      return nan;
    }
    const std::lock_guard lock(mutex);
    return ask(lon, lat);
  }
};

Result<Geoid> Geoid::open(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ec;
  const std::string absolute = fs::absolute(path, ec).string();
  const auto fail = [&](ErrorCode code, std::string message) {
    return Error{code, std::move(message), path, "", "give a geoid grid that PROJ reads, as a GeoTIFF from cdn.proj.org"};
  };
  if (path.empty() || ec || !fs::is_regular_file(absolute, ec)) return fail(ErrorCode::not_found, "there is no such geoid grid");
  // PROJ takes a list of grids there, and has no way to quote a comma.
  if (absolute.find_first_of(",\"") != std::string::npos)
    return fail(ErrorCode::unsupported, "PROJ cannot take a grid whose path has a comma or a quotation mark");

  auto impl = std::make_shared<Impl>();
  impl->path = path;
  impl->context = make_context();
  if (!impl->context) return fail(ErrorCode::internal, "PROJ could not be started");
  const std::string definition = "+proj=vgridshift +grids=\"" + absolute + "\" +multiplier=1";
  impl->operation.reset(proj_create(impl->context.get(), definition.c_str()));
  if (!impl->operation) return fail(ErrorCode::malformed, "PROJ cannot read it as a grid of heights: " + last_error(impl->context.get()));

  {
    const std::lock_guard lock(default_context_mutex());
    proj_log_level(nullptr, PJ_LOG_NONE);
    const PJ_GRID_INFO info = proj_grid_info(absolute.c_str());
    const double span_lon = info.n_lon * info.cs_lon / degree, span_lat = info.n_lat * info.cs_lat / degree;
    if (!(info.n_lon > 1 && info.n_lat > 1 && span_lon > 0 && span_lon < 362 && span_lat > 0 && span_lat < 182))
      return fail(ErrorCode::malformed, fmt::format("a grid of {} x {} values over {:.6g} x {:.6g} degrees is no geoid grid",
                                                    info.n_lon, info.n_lat, span_lon, span_lat));
    impl->step_lon = info.cs_lon / degree;
    impl->step_lat = info.cs_lat / degree;
    impl->west = info.lowerleft.lam / degree;
    impl->south = info.lowerleft.phi / degree;
    impl->columns = info.n_lon;  // one more than between the nodes: a grid around the world closes there
    impl->rows = info.n_lat;
  }
  impl->block_columns = (impl->columns + block_cells - 1) / block_cells;
  const int block_rows = (impl->rows + block_cells - 1) / block_cells;
  const std::size_t block_count = static_cast<std::size_t>(impl->block_columns) * static_cast<std::size_t>(block_rows);
  if (block_count > (std::size_t{1} << 22)) return fail(ErrorCode::out_of_budget, "more than four thousand million values");
  impl->blocks = std::vector<std::atomic<const Block*>>(block_count);
  // A file that PROJ opens may still be something else (a terrain model, say): look for a believable undulation.
  bool believable = false;
  for (int row = 0; row < 20 && !believable; ++row)
    for (int column = 0; column < 20 && !believable; ++column)
      believable = !std::isnan(impl->ask(impl->west + (column + 0.5) / 20 * impl->columns * impl->step_lon,
                                         impl->south + (row + 0.5) / 20 * impl->rows * impl->step_lat));
  if (!believable) return fail(ErrorCode::malformed, "no value in it is an undulation of the geoid (within 200 m of 0)");
  Geoid out;
  out.impl_ = std::move(impl);
  return out;
}

namespace {
const std::string no_path;
}
const std::string& Geoid::path() const { return impl_ ? impl_->path : no_path; }
std::string Geoid::name() const { return std::filesystem::path(path()).filename().string(); }
double Geoid::undulation(double lon, double lat) const { return impl_ ? impl_->undulation(lon, lat) : nan; }

}  // namespace tenbo::geo
