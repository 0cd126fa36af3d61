#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <glm/geometric.hpp>
#include <map>

#include "tenbo/base/text.h"
#include "tenbo/io/borehole.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

// Of soil before the palette "soil" is laid over it.
constexpr Rgba8 soil_colour{104, 112, 120, 255};

// m: coarser grain stands out, as on a drawn log; form as well as hue tells the layers apart.
float radius_of(Soil soil) {
  switch (soil) {
    case Soil::clay: return 0.7f;
    case Soil::peat: return 0.6f;
    case Soil::silt: return 0.8f;
    case Soil::sand: return 0.95f;
    case Soil::gravel: return 1.1f;
    case Soil::rock: return 1.2f;
    default: return 0.85f;
  }
}

class Columns {
 public:
  Columns(CityModel& out, const BoreholeOptions& options) : out_(out), options_(options) {}

  void add(const Borehole& b) {
    auto& f = out_.features;
    const auto hole = f.add_feature(b.name, "borehole");
    const auto put = [&](const char* name, const std::string& v) { if (!v.empty()) f.add_text(hole, name, v); };
    put("name", b.name);
    put("survey", b.survey);
    put("address", b.address);
    put("period", b.period);
    put("datum", b.datum);
    f.add_real(hole, "ground height", b.ground);
    if (std::isfinite(b.ground)) f.add_text(hole, "ground height_uom", "m (T.P.)");
    f.add_real(hole, "length", b.length);
    if (std::isfinite(b.length)) f.add_text(hole, "length_uom", "m");
    const Borehole::Water* water = nullptr;
    for (const auto& w : b.water)
      if (!water || w.date >= water->date) water = &w;  // the last one measured
    if (water) put("water level", fmt::format("{:.2f} m{}", water->depth, water->date.empty() ? "" : " (" + water->date + ")"));
    for (const auto& l : b.layers) put(fmt::format("{:.2f}–{:.2f} m", l.from, l.to).c_str(), l.name.empty() ? "?" : l.symbol.empty() ? l.name : l.name + " " + l.symbol);
    for (const auto& t : b.tests) put(fmt::format("N {:.2f} m", t.depth).c_str(), blows(t));

    const bool placed = std::isfinite(b.lon) && std::isfinite(b.lat);
    const double lift = placed && std::isfinite(b.ground) ? options_.heights.offset(geo::VerticalKind::orthometric, b.lon, b.lat) : Borehole::unknown;
    const double top = b.ground + lift;
    if (placed) {
      geo::Extent e;
      e.add(b.lon, b.lat);
      if (std::isfinite(top)) e.min_height = top - (std::isfinite(b.length) ? b.length : 0), e.max_height = top;
      f.set_extent(hole, e);
      out_.extent.add(e);
    }
    const bool drawn = placed && std::isfinite(top);
    if (!drawn)
      out_.diagnostics.fail({ErrorCode::malformed, "the borehole \"" + b.name + "\" has no " + (placed ? "ground height" : "place") + ", and is not drawn", b.file, "", ""});
    MeshBatch* batch = drawn && options_.meshes ? &batch_at(b) : nullptr;
    at_ = batch ? batch->frame.to_local(geo::GeoPoint{b.lon, b.lat, top}) : glm::dvec3(0);
    for (const auto& l : b.layers) {
      const auto row = f.add_feature(fmt::format("{} {:.2f}", b.name, l.from), "soil-layer");
      f.add_text(row, "borehole", b.name);
      f.add_real(row, "from", l.from);
      f.add_text(row, "from_uom", "m");
      f.add_real(row, "to", l.to);
      f.add_text(row, "to_uom", "m");
      f.add_text(row, "soil name", l.name.empty() ? "?" : l.name);
      if (!l.symbol.empty()) f.add_text(row, "symbol", l.symbol);
      if (!l.colour.empty()) f.add_text(row, "colour", l.colour);
      f.add_text(row, "class", to_string(l.soil));
      f.add_integer(row, "soil", static_cast<int>(l.soil));
      for (const auto& t : b.tests) if (t.depth >= l.from && t.depth < l.to) f.add_text(row, fmt::format("N {:.2f} m", t.depth), blows(t));
      if (drawn) f.set_extent(row, extent_of(b, top - l.to, top - l.from));
      if (batch) drum(*batch, row, static_cast<float>(-l.to), static_cast<float>(-l.from), radius_of(l.soil), soil_colour);
    }
    if (!b.tests.empty()) {
      const auto row = f.add_feature(b.name + " N", "n-values");
      f.add_text(row, "borehole", b.name);
      for (const auto& t : b.tests) f.add_text(row, fmt::format("N {:.2f} m", t.depth), blows(t));
      if (drawn) f.set_extent(row, extent_of(b, top - b.tests.back().depth, top));
      if (batch)
        for (const auto& t : b.tests)
          if (const double n = t.n(); n >= 0) bar(*batch, row, static_cast<float>(-t.depth), static_cast<float>(std::min(n, 60.0) * 0.1));
    }
    if (water) {
      const auto row = f.add_feature(b.name + " water", "water-level");
      f.add_text(row, "borehole", b.name);
      f.add_text(row, "water level", fmt::format("{:.2f} m", water->depth));
      if (!water->date.empty()) f.add_text(row, "date", water->date);
      if (drawn) f.set_extent(row, extent_of(b, top - water->depth, top - water->depth));
      if (batch) drum(*batch, row, static_cast<float>(-water->depth - 0.06), static_cast<float>(-water->depth + 0.06), 1.8f, borehole_water_colour);
    }
  }

 private:
  static std::string blows(const Borehole::Blows& t) {
    if (!std::isfinite(t.blows)) return "?";
    if (!std::isfinite(t.penetration)) return fmt::format("{:g} / ? cm", t.blows);
    return t.penetration == 30 ? fmt::format("{:g}", t.blows) : fmt::format("{:g} / {:g} cm", t.blows, t.penetration);
  }
  static geo::Extent extent_of(const Borehole& b, double low, double high) {
    geo::Extent e;
    e.add(b.lon, b.lat);
    e.min_height = low;
    e.max_height = high;
    return e;
  }
  // One batch for the holes of about a kilometre.
  MeshBatch& batch_at(const Borehole& b) {
    const auto key = std::pair(std::floor(b.lon * 100), std::floor(b.lat * 100));
    const auto [it, fresh] = tiles_.emplace(key, out_.batches.size());
    if (fresh) {
      MeshBatch batch;
      batch.frame = geo::LocalFrame::at({b.lon, b.lat, 0});
      batch.min = glm::vec3(INFINITY);
      batch.max = glm::vec3(-INFINITY);
      batch.colour = {255, 255, 255, 255};
      batch.vertex_colours = true;
      out_.batches.push_back(std::move(batch));
    }
    return out_.batches[it->second];
  }
  void put(MeshBatch& b, std::uint32_t feature, glm::vec3 p, glm::vec3 normal, Rgba8 c) {
    const glm::vec3 q = glm::vec3(at_) + p;
    b.mesh.vertices.push_back({q.x, q.y, q.z, encode_normal(normal), static_cast<float>(c.r + 256u * c.g + 65536u * c.b), 0, feature});
    b.min = glm::min(b.min, q);
    b.max = glm::max(b.max, q);
  }
  void quad(MeshBatch& b, std::uint32_t feature, const glm::vec3 (&p)[4], glm::vec3 normal, Rgba8 c) {
    const auto first = static_cast<std::uint32_t>(b.mesh.vertices.size());
    for (const auto& v : p) put(b, feature, v, normal, c);
    for (std::uint32_t i : {0u, 1u, 2u, 0u, 2u, 3u}) b.mesh.indices.push_back(first + i);
    out_.triangles += 2;
  }
  void drum(MeshBatch& b, std::uint32_t feature, float low, float high, float radius, Rgba8 c) {
    constexpr int sides = 16;
    const auto rim = [&](int i, float z) {
      const float a = 2 * static_cast<float>(M_PI) * static_cast<float>(i % sides) / sides;
      return glm::vec3(radius * std::cos(a), radius * std::sin(a), z);
    };
    for (int i = 0; i < sides; ++i) {
      const glm::vec3 p[4] = {rim(i, low), rim(i + 1, low), rim(i + 1, high), rim(i, high)};
      quad(b, feature, p, glm::normalize(glm::vec3(p[0].x + p[1].x, p[0].y + p[1].y, 0)), c);
    }
    for (const bool up : {true, false}) {
      const float z = up ? high : low;
      const auto first = static_cast<std::uint32_t>(b.mesh.vertices.size());
      put(b, feature, {0, 0, z}, {0, 0, up ? 1 : -1}, c);
      for (int i = 0; i < sides; ++i) put(b, feature, rim(i, z), {0, 0, up ? 1 : -1}, c);
      for (std::uint32_t i = 0; i < sides; ++i) {
        const std::uint32_t p = first + 1 + i, q = first + 1 + (i + 1) % sides;
        for (std::uint32_t k : {first, up ? p : q, up ? q : p}) b.mesh.indices.push_back(k);
      }
      out_.triangles += sides;
    }
  }
  // A bar of an N-value, east of the column: 10 cm a blow, 30 cm high as the test is.
  void bar(MeshBatch& b, std::uint32_t feature, float top, float length) {
    const float x0 = 1.5f, x1 = 1.5f + std::max(length, 0.05f), y = 0.25f, z0 = top - 0.3f, z1 = top;
    const glm::vec3 faces[6][4] = {{{x0, -y, z0}, {x1, -y, z0}, {x1, -y, z1}, {x0, -y, z1}}, {{x1, y, z0}, {x0, y, z0}, {x0, y, z1}, {x1, y, z1}},
                                   {{x1, -y, z0}, {x1, y, z0}, {x1, y, z1}, {x1, -y, z1}}, {{x0, y, z0}, {x0, -y, z0}, {x0, -y, z1}, {x0, y, z1}},
                                   {{x0, -y, z1}, {x1, -y, z1}, {x1, y, z1}, {x0, y, z1}}, {{x0, y, z0}, {x1, y, z0}, {x1, -y, z0}, {x0, -y, z0}}};
    const glm::vec3 normals[6] = {{0, -1, 0}, {0, 1, 0}, {1, 0, 0}, {-1, 0, 0}, {0, 0, 1}, {0, 0, -1}};
    for (int i = 0; i < 6; ++i) quad(b, feature, faces[i], normals[i], borehole_bar_colour);
  }

  CityModel& out_;
  const BoreholeOptions& options_;
  std::map<std::pair<double, double>, std::size_t> tiles_;
  glm::dvec3 at_{0};
};

}  // namespace

Result<CityModel> read_boreholes(const std::vector<fs::path>& paths, const BoreholeOptions& options, CancelToken cancel) {
  CityModel out;
  if (paths.empty()) return Error{ErrorCode::invalid_argument, "no file of boreholes", "", "", ""};
  out.name = paths.front().stem().string();
  out.own_look = true;
  out.vertical = geo::VerticalKind::orthometric;
  if (auto fits = options.heights.accepts(out.vertical); !fits) {
    Error e = fits.error();
    e.file = paths.front().string();
    return e;
  }
  if (auto crs = geo::Crs::parse("EPSG:6668")) out.crs = *crs;
  Columns columns(out, options);
  std::optional<Error> first;
  for (const auto& path : paths) {
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "stopped", path.string(), "", ""};
    std::ifstream file(path, std::ios::binary);
    std::string bytes;
    if (file) bytes.assign(std::istreambuf_iterator<char>(file), {});
    std::vector<Borehole> holes;
    std::optional<Error> wrong;
    if (!file && bytes.empty()) wrong = Error{ErrorCode::io, "cannot be opened", path.string(), "", "may the file be read?"};
    else if (looks_like_borehole_xml(bytes)) {
      if (auto b = parse_borehole_xml(bytes, path.string(), out.diagnostics)) holes.push_back(std::move(*b));
      else wrong = b.error();
    } else if (auto b = parse_borehole_csv(bytes, path.string(), out.diagnostics)) holes = std::move(*b);
    else wrong = b.error();
    if (wrong) {
      if (!first) first = wrong;
      if (paths.size() > 1) out.diagnostics.fail(std::move(*wrong));
      continue;
    }
    out.bytes += bytes.size();
    for (auto& b : holes) {
      if (b.name.empty()) b.name = path.stem().string();
      columns.add(b);
    }
  }
  if (out.features.size() == 0) return first.value_or(Error{ErrorCode::malformed, "there are no boreholes in it", paths.front().string(), "", ""});
  return out;
}

}  // namespace tenbo::io
