#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <mutex>
#include <vector>

#include "crs_impl.h"
#include "proj_support.h"
#include "tenbo/geo/crs.h"

namespace tenbo::geo {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// No projected or geocentric coordinate on Earth is as large, but some projections answer a point for any number.
constexpr double largest_coordinate = 1e9;  // m
constexpr double largest_angle = 1000;      // of any unit
// Latitude, longitude in degrees, in this order. Not OGC:CRS84, which has the order we want: PROJ then chooses another
// transformation for old datums (Tokyo, Amersfoort) than everybody gets who asks for WGS 84, a metre away.
constexpr const char* target_2d = "EPSG:4326";
constexpr const char* target_3d = "EPSG:4979";

// True where the operation takes coordinates as they are (a swap of axes apart): within 1e-10 degrees (0.01 mm) at
// points all over its area of use and a margin around it.
bool is_null(PJ_CONTEXT* context, PJ* operation, bool swapped) {
  double west = -180, south = -80, east = 180, north = 80;
  const char* area = nullptr;
  proj_get_area_of_use(context, operation, &west, &south, &east, &north, &area);
  if (!(west >= -180 && south >= -90 && east <= 180 && north <= 90 && west < east && south < north))
    west = -180, south = -80, east = 180, north = 80;  // unknown, or across the antimeridian
  constexpr int steps = 8;
  for (int i = 0; i <= steps; ++i)
    for (int j = 0; j <= steps; ++j) {
      const double lon = west + (east - west) * (i + 0.37) / (steps + 1), lat = south + (north - south) * (j + 0.61) / (steps + 1);
      const PJ_COORD in = swapped ? proj_coord(lat, lon, 0, HUGE_VAL) : proj_coord(lon, lat, 0, HUGE_VAL);
      proj_errno_reset(operation);
      const PJ_COORD out = proj_trans(operation, PJ_FWD, in);
      if (!(std::abs(out.v[0] - lat) < 1e-10 && std::abs(out.v[1] - lon) < 1e-10)) return false;
    }
  return true;
}

// Degrees, inside of which an operation's area of use lies for certain, whatever the datum.
struct Box {
  double west = 1, south = 1, east = 0, north = 0;
  bool contains(double lon, double lat) const { return lon > west && lon < east && lat > south && lat < north; }
};

// PROJ takes, for each point, the most accurate operation whose area (its outline in the CRS) holds the point, but for
// those of seas. Its first is that one in all of its area where it is more accurate than all others.
void find_best(PJ_CONTEXT* context, PJ_OBJ_LIST* list, int count, std::string& best, Box& box) {
  double first = -1;
  for (int i = 0; i < count; ++i) {
    const PjPtr operation(proj_list_get(context, list, i));
    const double accuracy = operation ? proj_coordoperation_get_accuracy(context, operation.get()) : -1;
    if (i > 0 && (accuracy < 0 || accuracy > first)) continue;
    if (i > 0) return best.clear();
    const char* area = nullptr;
    const char* const text = operation ? proj_as_proj_string(context, operation.get(), PJ_PROJ_5, nullptr) : nullptr;
    constexpr double margin = 0.01;  // degrees; more than any datum shift
    if (!text || accuracy < 0 || !proj_get_area_of_use(context, operation.get(), &box.west, &box.south, &box.east, &box.north, &area) ||
        box.west < -180 || !area || std::string_view(area).find("offshore") != std::string_view::npos)
      return;
    box.west += margin, box.south += margin, box.east -= margin, box.north -= margin;
    first = accuracy;
    best = text;
  }
}

struct Survey {
  bool identity = false, ballpark = false;
  // What all operations come to, where they agree (the registries often have one thing twice): quicker to make again
  // than to look for, and to run than to choose among.
  std::string pipeline;
  // Where they differ: the most accurate, and where it holds. Empty: there is no one that is better than all others.
  std::string best;
  Box best_box;
};

// Looks at every operation that PROJ might choose from for this pair, as proj_create_crs_to_crs collects them.
Survey survey(PJ_CONTEXT* context, const PJ* from, const PJ* to, bool geographic, bool swapped) {
  Survey out;
  PJ_OPERATION_FACTORY_CONTEXT* factory = proj_create_operation_factory_context(context, nullptr);
  if (!factory) return out;
  proj_operation_factory_context_set_spatial_criterion(context, factory, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
  proj_operation_factory_context_set_grid_availability_use(context, factory, PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
  const PjListPtr list(proj_create_operations(context, from, to, factory));
  proj_operation_factory_context_destroy(factory);
  const int count = list ? proj_list_get_count(list.get()) : 0;
  out.identity = geographic && count > 0;
  out.ballpark = count > 0;
  bool agree = count > 0;
  for (int i = 0; i < count && (out.identity || out.ballpark || agree); ++i) {
    const PjPtr operation(proj_list_get(context, list.get(), i));
    if (!operation) {
      out.identity = agree = false;
      continue;
    }
    if (!proj_coordoperation_has_ballpark_transformation(context, operation.get())) out.ballpark = false;
    if (out.identity && !is_null(context, operation.get(), swapped)) out.identity = false;
    const char* const text = proj_as_proj_string(context, operation.get(), PJ_PROJ_5, nullptr);
    agree = agree && text && (i == 0 || out.pipeline == text);
    if (i == 0 && text) out.pipeline = text;
  }
  if (!agree) {
    out.pipeline.clear();
    find_best(context, list.get(), count, out.best, out.best_box);
  }
  return out;
}

}  // namespace

// The PROJ object is made on the first use of a thread's own copy, so that a transformer that never needs one
// (identity) never pays for it.
struct Transformer::Impl {
  std::shared_ptr<const Crs::Impl> crs;
  bool forward = true;     // to longitude and latitude
  bool swap = false;       // the caller's first two axes are the other way round than the operation's
  bool identity = false;   // coordinates are degrees already
  bool identity_swap = false;
  bool ballpark = false;
  std::string pipeline;    // empty: PROJ chooses among several by the point
  std::string best;        // then, where there is one: what it takes within best_box
  Box best_box;
  ContextPtr context;
  PjPtr best_operation;      // both: the CRS's own axis order -> latitude, longitude; null for identity
  mutable PjPtr operation;   // made when it is first needed, where there is a best one: it takes PROJ ten times as long
  mutable std::vector<PJ_COORD> buffer;
  mutable std::mutex copying;  // of `operation`, by several threads

  Status connect() {
    if (identity) return {};
    context = make_context();
    if (!context) return Error{ErrorCode::internal, "PROJ could not be started", "", "", ""};
    if (!pipeline.empty()) operation.reset(proj_create(context.get(), pipeline.c_str()));
    if (!best.empty()) best_operation.reset(proj_create(context.get(), best.c_str()));
    if (operation || best_operation) return {};
    return connect_all();
  }

  Status connect_all() const {
    const auto fail = [&](const char* what) {
      return Error{ErrorCode::unsupported,
                   fmt::format("PROJ finds no way {} {} and longitude, latitude: {}", what, crs->name, last_error(context.get())),
                   "", "", ""};
    };
    const PjPtr from(proj_create(context.get(), crs->horizontal.c_str()));
    const PjPtr to(proj_create(context.get(), crs->geocentric ? target_3d : target_2d));
    if (!from || !to) return fail("between");
    operation.reset(proj_create_crs_to_crs_from_pj(context.get(), from.get(), to.get(), nullptr, nullptr));
    if (!operation) return fail("between");
    return {};
  }

  // Copying what PROJ chooses among takes a twentieth of the time of looking for it again.
  bool copy_operation(const Impl& other) {
    if (!other.operation || !pipeline.empty() || !best.empty()) return false;  // pipelines are made as fast, and cannot be copied
    context = make_context();
    if (!context) return false;
    const std::lock_guard lock(other.copying);
    operation.reset(proj_clone(context.get(), other.operation.get()));
    return operation != nullptr;
  }

  Status prepare(AxisOrder order) {
    swap = order == AxisOrder::xy && crs->north_first;
    if (crs->geocentric) return connect();
    const ContextPtr c = make_context();
    if (!c) return Error{ErrorCode::internal, "PROJ could not be started", "", "", ""};
    const PjPtr from(proj_create(c.get(), crs->horizontal.c_str())), to(proj_create(c.get(), target_2d));
    if (from && to) {
      Survey s = survey(c.get(), from.get(), to.get(), crs->geographic, crs->north_first);
      pipeline = std::move(s.pipeline);
      best = std::move(s.best);
      best_box = s.best_box;
      identity = s.identity;
      ballpark = s.ballpark;
      identity_swap = identity && crs->north_first && order == AxisOrder::authority;
    }
    return connect();
  }

  double height_factor() const { return crs->geocentric ? 1.0 : crs->vertical_unit * (crs->depth ? -1 : 1); }
  std::size_t run_identity(std::span<GeoPoint> points) const;
  std::size_t run_proj(std::span<GeoPoint> points) const;
  PJ_COORD move(PJ_COORD in) const;
};

std::size_t Transformer::Impl::run_identity(std::span<GeoPoint> points) const {
  const double factor = forward ? height_factor() : 1 / height_factor();
  std::size_t bad = 0;
  for (GeoPoint& p : points) {
    const double lat = forward && identity_swap ? p.lon : p.lat, lon = forward && identity_swap ? p.lat : p.lon;
    // 0 to 360 is a usual range of longitudes; beyond is no longitude at all.
    if (std::abs(lat) <= 90 && std::abs(lon) <= 360 && std::isfinite(p.height)) {
      p = !forward && identity_swap ? GeoPoint{lat, lon, p.height * factor} : GeoPoint{lon, lat, p.height * factor};
    } else {
      p = {nan, nan, nan};
      ++bad;
    }
  }
  return bad;
}

// By PROJ, axes as its operations have them.
PJ_COORD Transformer::Impl::move(PJ_COORD in) const {
  const auto run = [&](PJ* by) {
    if (proj_errno(by) != 0) proj_errno_reset(by);
    return proj_trans(by, forward ? PJ_FWD : PJ_INV, in);
  };
  if (best_operation) {
    const PJ_COORD out = run(best_operation.get());
    const PJ_COORD& place = forward ? out : in;
    if (std::isfinite(out.v[0]) && best_box.contains(place.v[1], place.v[0])) return out;
    if (!operation && !connect_all()) return proj_coord(HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL);
  }
  return run(operation.get());
}

std::size_t Transformer::Impl::run_proj(std::span<GeoPoint> points) const {
  const double factor = height_factor();
  const double largest = crs->geographic ? largest_angle : largest_coordinate / crs->linear_unit;
  const auto usable = [&](const GeoPoint& p) {
    const double most_x = forward ? largest : 360, most_y = forward ? largest : 90;
    return std::abs(p.lon) <= most_x && std::abs(p.lat) <= most_y && std::isfinite(p.height);
  };
  std::size_t bad = 0;
  constexpr std::size_t piece = 4096;
  for (std::size_t start = 0; start < points.size(); start += piece) {
    const auto part = points.subspan(start, std::min(piece, points.size() - start));
    buffer.resize(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) {
      const GeoPoint& p = part[i];
      const double z = crs->geocentric ? p.height : 0.0;  // heights go round PROJ
      buffer[i] = !forward || swap ? proj_coord(p.lat, p.lon, z, HUGE_VAL) : proj_coord(p.lon, p.lat, z, HUGE_VAL);
      if (!usable(p)) buffer[i] = proj_coord(HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL);
    }
    for (std::size_t i = 0; i < part.size(); ++i) {
      GeoPoint& p = part[i];
      PJ_COORD out = buffer[i];
      if (out.v[0] != HUGE_VAL) {
        out = move(out);
      }
      const double z = crs->geocentric ? out.v[2] : forward ? p.height * factor : p.height / factor;
      if (forward || swap) std::swap(out.v[0], out.v[1]);
      const bool good = std::isfinite(out.v[0]) && std::isfinite(out.v[1]) && std::isfinite(z) &&
                        (!forward || (std::abs(out.v[1]) <= 90.0000001 && std::abs(out.v[0]) <= 360));
      p = good ? GeoPoint{out.v[0], out.v[1], z} : GeoPoint{nan, nan, nan};
      bad += good ? 0 : 1;
    }
  }
  return bad;
}

Transformer::Transformer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Transformer::Transformer(Transformer&&) noexcept = default;
Transformer& Transformer::operator=(Transformer&&) noexcept = default;
Transformer::~Transformer() = default;

Result<Transformer> Transformer::to_geographic(const Crs& from, AxisOrder order) {
  if (!from.is_valid())
    return Error{ErrorCode::invalid_argument, "the data has no coordinate reference system", "", "", "name it, as EPSG:6697"};
  auto impl = std::make_unique<Impl>();
  impl->crs = from.impl_;
  if (auto status = impl->prepare(order); !status) return std::move(status).error();
  return Transformer(std::move(impl));
}

Result<Transformer> Transformer::from_geographic(const Crs& to, AxisOrder order) {
  auto made = to_geographic(to, order);
  if (made) made->impl_->forward = false;
  return made;
}

Transformer Transformer::clone() const {
  auto copy = std::make_unique<Impl>();
  copy->crs = impl_->crs;
  copy->forward = impl_->forward;
  copy->swap = impl_->swap;
  copy->identity = impl_->identity;
  copy->identity_swap = impl_->identity_swap;
  copy->ballpark = impl_->ballpark;
  copy->pipeline = impl_->pipeline;
  copy->best = impl_->best;
  copy->best_box = impl_->best_box;
  if (copy->copy_operation(*impl_)) return Transformer(std::move(copy));
  if (!copy->connect()) copy->operation.reset();  // it worked once; should it fail now, every point becomes NaN
  return Transformer(std::move(copy));
}

bool Transformer::is_identity() const { return impl_->identity; }
bool Transformer::is_ballpark() const { return impl_->ballpark; }

std::size_t Transformer::transform(std::span<GeoPoint> points) const {
  if (impl_->identity) return impl_->run_identity(points);
  if (impl_->operation || impl_->best_operation) return impl_->run_proj(points);
  for (GeoPoint& p : points) p = {nan, nan, nan};
  return points.size();
}

}  // namespace tenbo::geo
