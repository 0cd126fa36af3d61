// Vector features as triangles and lines: on the ground, extruded from it, or at their own heights.
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "vector/drape.h"
#include "vector/lines.h"
#include "vector/refine.h"

namespace tenbo::io {
namespace {

using namespace vector;

// Bounds on what follows the ground; beyond, edges become coarser.
constexpr double max_line_points = 10e6;
constexpr double max_tiles = 1000;  // over the data's extent; larger tiles beyond
constexpr double bare_edge = 2000;  // m, where there is no ground to follow: a chord sinks 8 cm into the globe
// Polygons that one worker takes at a time. The same however many workers there are, and so is what comes of it.
constexpr std::size_t run_length = 8192;

double tile_size_of(const VectorData& d, const VectorMeshOptions& o) {
  if (d.extent.empty()) return std::max(o.tile_size, 1.0);
  const Plane plane(d.extent.centre());
  const double area = (d.extent.east - d.extent.west) * plane.kx * (d.extent.north - d.extent.south) * plane.ky;
  return std::max({o.tile_size, 1.0, std::sqrt(area / max_tiles)});
}

class Builder {
 public:
  Builder(const VectorData& data, const GroundSource& ground, const VectorMeshOptions& options, Diagnostics& diagnostics, JobSystem* jobs)
      : d_(data), source_(ground), o_(options), diagnostics_(diagnostics), jobs_(jobs), tile_size_(tile_size_of(data, options)), grid_(tile_size_), own_z_(!options.drape && data.has_z) {}

  VectorMeshes run() {
    polygons_ = polygons_of(d_);
    measure();
    ground_ = source_ ? source_() : GroundSampler();
    const bool bare = !own_z_ && !any_ground();
    if (bare) ground_ = nullptr;
    const double wished = bare ? bare_edge : std::max(o_.max_edge, 0.1);
    const double line_edge = std::max(wished, line_length_ / max_line_points);
    VectorMeshes out;
    auto runs = standing(bare);
    Draper draper(d_, ground_, o_, std::max(wished, std::sqrt(2 * area_ / max_triangles)), grid_);
    for (const auto p : to_drape_) draper.add(polygons_[p]);
    counts_ += draper.counts;
    runs.push_back(draper.take());
    out.polygons = join(std::move(runs), grid_, jobs_);
    LineMesher lines(d_, ground_, o_, own_z_, own_z_ ? std::max(curve_edge, line_edge) : line_edge, tile_size_, grid_);
    for (const auto& part : d_.parts)
      if (part.kind == ShapeKind::line) lines.add(part);
    counts_.no_ground += lines.no_ground;
    out.lines = lines.take();
    add_anchors(out);
    tell(bare, wished, std::max(draper.coarsest(), line_length_ > 0 ? line_edge : 0));
    return out;
  }

 private:
  void in_parallel(std::size_t count, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body) {
    if (jobs_) jobs_->parallel_for(count, grain, body);
    else if (count > 0) body(0, count);
  }

  void measure() {
    areas_.resize(polygons_.size());
    in_parallel(polygons_.size(), run_length, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) areas_[i] = std::abs(ring_area(d_, d_.parts[polygons_[i].first_part]));
    });
    for (const double a : areas_) area_ += a;
    for (const auto& part : d_.parts)
      if (part.kind == ShapeKind::line) line_length_ += line_length(d_, part);
  }

  // Whether there is ground anywhere under the data: asked at its points and all over its extent, not too often.
  bool any_ground() const {
    if (!ground_ || d_.extent.empty()) return false;
    const std::size_t stride = std::max<std::size_t>(1, d_.points.size() / 20'000);
    for (std::size_t i = 0; i < d_.points.size(); i += stride)
      if (!std::isnan(ground_(d_.points[i].lon, d_.points[i].lat))) return true;
    constexpr int cells = 256;
    const double width = d_.extent.east - d_.extent.west, height = d_.extent.north - d_.extent.south;
    for (int j = 0; j < cells; ++j)
      for (int i = 0; i < cells; ++i)
        if (!std::isnan(ground_(d_.extent.west + width * (i + 0.5) / cells, d_.extent.south + height * (j + 0.5) / cells))) return true;
    return false;
  }

  // What is extruded or stands at its own heights; what is to be draped is noted. A tile is one worker's from beginning to end, and made
  // in place, unless it holds so much that several share it.
  std::vector<std::vector<TileMesh>> standing(bool bare) {
    struct Place { city::TileGrid::Tile tile; std::uint32_t corners = 0; };
    std::vector<Place> places(polygons_.size());
    std::vector<double> metres(polygons_.size(), 0.0);  // that it is extruded by; NaN: to be draped
    const bool extrude = !o_.extrude_attribute.empty();
    in_parallel(polygons_.size(), run_length, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        if (extrude) metres[i] = extrusion(d_, polygons_[i].feature, o_);
        else if (!own_z_) metres[i] = std::numeric_limits<double>::quiet_NaN();
        if (std::isnan(metres[i])) continue;
        const auto middle = middle_of(d_, polygons_[i], places[i].corners);
        places[i].tile = grid_.at(middle.lon, middle.lat);
      }
    });
    struct Share {
      city::TileGrid::Tile tile;
      std::size_t corners = 0;
      std::vector<std::uint32_t> polygons;
    };
    std::vector<Share> shares;
    std::unordered_map<std::uint64_t, std::size_t> open;  // the tile's share that takes more
    for (std::uint32_t i = 0; i < polygons_.size(); ++i) {
      if (std::isnan(metres[i])) {
        to_drape_.push_back(i);
        continue;
      }
      const auto [at, fresh] = open.try_emplace(tile_key(places[i].tile), shares.size());
      if (!fresh && shares[at->second].polygons.size() == 2 * run_length) at->second = shares.size();
      if (at->second == shares.size()) shares.push_back({places[i].tile, 0, {}});
      shares[at->second].polygons.push_back(i);
      shares[at->second].corners += places[i].corners;
    }
    std::vector<std::vector<TileMesh>> meshes(shares.size());
    std::vector<Counts> counts(shares.size());
    if (extrude) tops_.assign(polygons_.size(), std::numeric_limits<double>::quiet_NaN());
    in_parallel(shares.size(), 1, [&](std::size_t begin, std::size_t end) {
      const GroundSampler ground = source_ && !bare ? source_() : GroundSampler();
      for (std::size_t s = begin; s < end; ++s) {
        PolygonMesher mesher(d_, ground, own_z_, city::LocalProjector(grid_.centre(shares[s].tile)), shares[s].corners, extrude);
        for (const std::uint32_t i : shares[s].polygons) {
          if (extrude) tops_[i] = mesher.extrude(polygons_[i], metres[i]);
          else mesher.lay(polygons_[i]);
        }
        counts[s] = mesher.counts;
        if (!mesher.mesh.indices.empty()) meshes[s].push_back({shares[s].tile, std::move(mesher.mesh)});
      }
    });
    for (const auto& c : counts) counts_ += c;
    return meshes;
  }

  // Of a draped or own-height place; 0 where there is no ground.
  double height_at(const geo::GeoPoint& p) {
    if (own_z_) return p.height;
    const double g = ground_ ? ground_(p.lon, p.lat) : std::numeric_limits<double>::quiet_NaN();
    if (std::isnan(g)) ++counts_.no_ground;
    return (std::isnan(g) ? 0 : g) + o_.lift;
  }

  // Points have theirs; each feature of lines or polygons one: the longest line's middle, the largest polygon's inside.
  void add_anchors(VectorMeshes& out) {
    struct Best {
      double size = -1, top = std::numeric_limits<double>::quiet_NaN();
      std::uint32_t index = 0;  // of the polygon or part
      bool line = false;
    };
    std::vector<Best> best(d_.features.size());
    for (std::size_t i = 0; i < polygons_.size(); ++i) {
      Best& b = best[polygons_[i].feature];
      if (!tops_.empty() && !std::isnan(tops_[i])) b.top = tops_[i];
      if (areas_[i] > b.size) {
        b.size = areas_[i];
        b.index = static_cast<std::uint32_t>(i);
      }
    }
    for (std::size_t i = 0; i < d_.parts.size(); ++i) {
      const ShapePart& part = d_.parts[i];
      if (part.kind == ShapeKind::point) out.anchors.push_back({part.feature, {d_.points[part.first].lon, d_.points[part.first].lat, height_at(d_.points[part.first])}});
      if (part.kind != ShapeKind::line) continue;
      Best& b = best[part.feature];
      if (const double size = line_length(d_, part); size > b.size) {
        b.size = size;
        b.index = static_cast<std::uint32_t>(i);
        b.line = true;
      }
    }
    const std::size_t first = out.anchors.size();
    for (std::uint32_t f = 0; f < best.size(); ++f)
      if (best[f].size >= 0) out.anchors.push_back({f, {}});
    in_parallel(out.anchors.size() - first, run_length, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = first + begin; i < first + end; ++i) {
        auto& a = out.anchors[i];
        const Best& b = best[a.feature];
        if (b.line) {
          a.position = line_middle(d_, d_.parts[b.index], b.size);
        } else {
          a.position = inside_point(d_, polygons_[b.index]);
          if (own_z_) a.position.height = d_.points[d_.parts[polygons_[b.index].first_part].first].height;
        }
      }
    });
    for (std::size_t i = first; i < out.anchors.size(); ++i) {
      auto& a = out.anchors[i];
      const double top = best[a.feature].top;
      a.position.height = std::isnan(top) ? height_at(a.position) : top;
    }
  }

  void tell(bool bare, double wished, double coarsest) {
    if (coarsest > wished)
      diagnostics_.warn({ErrorCode::out_of_budget, "the features cover so much that some follow the ground at " + std::to_string(std::lround(coarsest)) +
                         " m instead of " + std::to_string(std::lround(wished)) + " m", d_.name, "", ""});
    const auto say = [&](std::uint64_t n, const char* what) {
      if (n) diagnostics_.warn({ErrorCode::malformed, std::to_string(n) + what, d_.name, "", ""});
    };
    say(counts_.no_height, " features have no usable height to extrude by; they lie flat");
    say(counts_.no_area, " polygons have no area, or cross themselves too often to be filled");
    if (bare && counts_.no_ground) diagnostics_.warn({ErrorCode::not_found, "there is no ground under the features; they lie at 0 m", d_.name, "", "open a DEM with them"});
    else say(counts_.no_ground, " places have no ground under them; the lowest known height of their feature, or 0 m, is taken");
  }

  const VectorData& d_;
  const GroundSource& source_;
  const VectorMeshOptions& o_;
  Diagnostics& diagnostics_;
  JobSystem* jobs_;
  double tile_size_;
  city::TileGrid grid_;
  bool own_z_;
  GroundSampler ground_;  // of this thread
  std::vector<Polygon> polygons_;
  std::vector<double> areas_, tops_;  // m2, m: of each polygon
  std::vector<std::uint32_t> to_drape_;
  double area_ = 0, line_length_ = 0;
  Counts counts_;
};

}  // namespace

VectorMeshes build_vector_meshes(const VectorData& data, const GroundSampler& ground, const VectorMeshOptions& options,
                                 Diagnostics& diagnostics) {
  return Builder(data, [&] { return ground; }, options, diagnostics, nullptr).run();
}

VectorMeshes build_vector_meshes(const VectorData& data, const GroundSource& ground, const VectorMeshOptions& options,
                                 Diagnostics& diagnostics, JobSystem& jobs) {
  return Builder(data, ground, options, diagnostics, &jobs).run();
}

}  // namespace tenbo::io
