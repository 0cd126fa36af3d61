// What a layer's paths hold is told by their content, and read as that.
#include "layer_loader.h"

#include <algorithm>
#include <tuple>

#include "load_kinds.h"
#include "tenbo/io/borehole.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/ifc.h"
#include "tenbo/io/photos.h"
#include "tenbo/io/remote_vector.h"
#include "tenbo/io/terrain.h"
#include "tenbo/io/tiles.h"

namespace tenbo::runtime {
namespace {

io::FieldOptions field_options(const scene::LayerSpec& spec) {
  io::FieldOptions o;
  o.variable = spec.sublayer;
  o.quantity = spec.quantity;
  o.unit = spec.unit;
  o.source = spec.source;
  o.start = spec.start;
  o.step_seconds = spec.step_seconds;
  o.issue_time = spec.issue_time;
  o.certainty = spec.certainty;
  o.nodata_is_dry = spec.nodata_is_dry;
  return o;
}

std::vector<io::ForecastPart> forecast_parts(const scene::LayerSpec& spec) {
  std::vector<io::ForecastPart> out;
  for (const auto& m : spec.members) out.push_back({"", m.name, m.paths, m.sublayer});
  for (const auto& issue : spec.issues) {
    if (!issue.paths.empty()) out.push_back({issue.issue_time, "", issue.paths, ""});
    for (const auto& m : issue.members) out.push_back({issue.issue_time, m.name, m.paths, m.sublayer});
  }
  return out;
}

// What the reader is chosen by: the content where it can be told, the scene's word where it can not.
io::DataKind data_kind(const scene::LayerSpec& spec) {
  if (!spec.encoding.empty()) return io::DataKind::elevation;
  if (!spec.kind_set && !spec.paths.empty()) {
    auto found = io::identify(spec.paths.front());
    if (found && !found->empty() && found->front().kind != io::DataKind::scene) return found->front().kind;
  }
  switch (spec.kind) {
    case scene::LayerKind::imagery: return io::DataKind::imagery;
    case scene::LayerKind::field: return io::DataKind::field;
    case scene::LayerKind::model: {
      if (!spec.paths.empty())
        if (auto found = io::identify(spec.paths.front()); found && !found->empty() && found->front().kind == io::DataKind::tiles) return io::DataKind::tiles;
      return io::DataKind::model;
    }
    case scene::LayerKind::boreholes: return io::DataKind::boreholes;
    case scene::LayerKind::inspection: return io::DataKind::vector;
    case scene::LayerKind::points: return io::DataKind::points;
    case scene::LayerKind::photos: return io::DataKind::photos;
    default: break;
  }
  if (!spec.paths.empty()) {
    if (auto found = io::identify(spec.paths.front()); found && !found->empty()) {
      const auto kind = found->front().kind;
      if (kind == io::DataKind::city || kind == io::DataKind::tiles || kind == io::DataKind::vector || kind == io::DataKind::elevation) {
        if (spec.kind == scene::LayerKind::terrain && kind == io::DataKind::vector) return io::DataKind::elevation;
        return kind;
      }
    }
  }
  if (spec.kind == scene::LayerKind::buildings) return io::DataKind::city;
  if (spec.kind == scene::LayerKind::terrain) return io::DataKind::elevation;
  return io::DataKind::vector;
}

// What archives unpack to: the files of the kind that the layer is of (heights are read from the archive itself).
std::vector<std::filesystem::path> unpacked(const scene::LayerSpec& spec) {
  std::vector<std::filesystem::path> out;
  for (const auto& path : spec.paths) {
    const auto before = out.size();
    if (path.extension() == ".zip" || path.extension() == ".ZIP")
      if (const auto found = io::identify(path); found && !found->empty()) {
        auto kind = found->front().kind;
        for (const auto& item : *found)
          if (spec.kind_set && layer_kind(item.kind) == spec.kind) kind = item.kind;
        for (const auto& item : *found)
          if (item.kind == kind) out.insert(out.end(), item.paths.begin(), item.paths.end());
      }
    if (out.size() == before) out.push_back(path);
  }
  return out;
}

Loaded load_terrain_tiles(const LoadContext& c) {
  Loaded out;
  io::TerrainOptions options;
  options.remote = remote_options(c);
  options.heights = c.heights;
  options.declared = c.spec.vertical;
  options.encoding = io::parse_height_encoding(c.spec.encoding).value_or(io::HeightEncoding::unknown);
  options.zoom = c.spec.zoom;
  if (c.ram > 0) options.memory = std::min<std::uint64_t>(options.memory, c.ram / 8);
  auto r = io::open_terrain_tiles(c.spec.paths.front(), options);
  if (!r) { out.error = r.error(); return out; }
  out.elevation = std::move(*r);
  out.diagnostics = out.elevation->diagnostics();
  if (c.spec.paths.size() > 1)
    out.diagnostics.fail({ErrorCode::unsupported, "the layer is " + std::to_string(c.spec.paths.size()) + " sets of terrain tiles, and the first is read", shown(c.spec.paths.front()), "path",
                          "make each a layer of its own; the first that knows a place answers"});
  return out;
}

Loaded load_plain(const LoadContext& given) {
  Loaded out;
  if (given.spec.paths.empty()) {
    out.error = Error{ErrorCode::invalid_argument, "the layer names no path", given.spec.name, "path", "add \"path\""};
    return out;
  }
  LoadContext c = given;
  c.spec.paths = unpacked(given.spec);
  const auto kind = data_kind(c.spec);
  if (c.spec.paths.size() > 1 && kind != io::DataKind::city && kind != io::DataKind::elevation && kind != io::DataKind::field && kind != io::DataKind::boreholes && kind != io::DataKind::photos)
    out.diagnostics.fail({ErrorCode::unsupported, "the layer is " + std::to_string(c.spec.paths.size()) + " files, and the first is read: a layer of this kind is one file",
                          shown(c.spec.paths.front()), "path", "make each a layer of its own"});
  for (const auto& path : c.spec.paths)
    if (is_url(path) && kind != io::DataKind::tiles && kind != io::DataKind::imagery && !(kind == io::DataKind::model && io::is_gltf_file(path)) &&
        !(kind == io::DataKind::elevation && io::is_terrain_tiles(path)) && kind != io::DataKind::vector) {
      out.error = Error{ErrorCode::unsupported, std::string("is not read over HTTP as ") + io::to_string(kind) + " data", shown(path), "path", "download the file, and name that"};
      return out;
    }
  switch (kind) {
    case io::DataKind::city: return load_city_or_bake(c, may_be_baked(given.spec, c.spec));
    case io::DataKind::tiles: return load_tiles(c, false);
    case io::DataKind::elevation: {
      if (io::is_terrain_tiles(c.spec.paths.front())) return load_terrain_tiles(c);
      auto r = io::open_elevation(c.spec.paths, c.heights, *c.progress, c.spec.vertical);
      if (!r) { out.error = r.error(); return out; }
      out.elevation = std::move(*r);
      out.diagnostics = out.elevation->diagnostics();
      return out;
    }
    case io::DataKind::imagery: {
      io::ImageryOptions options;
      options.remote = remote_options(c);
      options.exchange_axes = c.spec.exchange_axes;
      if (c.spec.zoom) std::tie(options.min_zoom, options.max_zoom) = *c.spec.zoom;
      auto r = io::open_imagery(c.spec.paths.front(), options);
      if (!r) { out.error = r.error(); return out; }
      out.imagery = std::move(*r);
      out.diagnostics.merge(Diagnostics(out.imagery->diagnostics()));
      for (const auto& note : out.imagery->notes().warnings)
        if (note.code == ErrorCode::io) out.offline = note.text();  // the cache stood in for the network
      return out;
    }
    case io::DataKind::field: {
      const auto parts = forecast_parts(c.spec);
      auto r = parts.empty() ? io::open_forecast(c.spec.paths, field_options(c.spec)) : io::open_forecast(parts, field_options(c.spec));
      if (!r) { out.error = r.error(); return out; }
      out.forecast = std::move(r->forecast);
      out.field = out.forecast->member(out.forecast->issues() - 1, 0);  // until the engine has chosen
      out.diagnostics = std::move(r->diagnostics);
      return out;
    }
    case io::DataKind::model: {
      if (io::is_gltf_file(c.spec.paths.front())) return load_tiles(c, true);
      if (io::is_ifc_file(c.spec.paths.front())) {
        io::IfcOptions options;
        options.heights = c.heights;
        options.meshes = c.graphics;
        if (c.spec.position_set) options.position = c.spec.position;
        options.heading = c.spec.heading;
        options.scale = c.spec.scale;
        auto r = io::read_ifc(c.spec.paths.front(), options, c.cancel);
        if (!r) { out.error = r.error(); return out; }
        out.as_model = true;
        out.city = std::make_shared<io::CityModel>(std::move(*r));
        return out;
      }
      auto r = io::read_model(c.spec.paths.front(), {});
      if (!r) { out.error = r.error(); return out; }
      out.model = std::make_shared<io::Model>(std::move(*r));
      out.diagnostics.merge(std::move(out.model->diagnostics));
      return out;
    }
    case io::DataKind::boreholes: {
      io::BoreholeOptions options;
      options.heights = c.heights;
      options.meshes = c.graphics;
      auto r = io::read_boreholes(c.spec.paths, options, c.cancel);
      if (!r) { out.error = r.error(); return out; }
      out.boreholes = true;
      out.city = std::make_shared<io::CityModel>(std::move(*r));
      return out;
    }
    case io::DataKind::photos: {
      io::PhotosOptions options;
      options.heights = c.heights;
      options.vertical = c.spec.vertical;
      options.scale = c.spec.scale;
      options.meshes = c.graphics;
      auto r = io::read_photos(c.spec.paths, options, *c.progress, c.cancel);
      if (!r) { out.error = r.error(); return out; }
      out.city = std::make_shared<io::CityModel>(std::move(r->model));
      out.photos = std::make_shared<const std::vector<io::PhotoCamera>>(std::move(r->photos));
      return out;
    }
    case io::DataKind::points: {
      io::PointOptions options;
      options.heights = c.heights;
      options.vertical = c.spec.vertical;
      options.unit = c.spec.unit;
      options.layer = c.spec.sublayer;
      if (c.spec.position_set) options.position = c.spec.position;
      options.memory = c.memory;
      options.most_points = std::min(options.most_points, c.vram / 2 / 12);  // bytes of a point on the device
      auto r = io::read_points(c.spec.paths.front(), options, c.jobs, *c.progress, c.cancel);
      if (!r) { out.error = r.error(); return out; }
      out.diagnostics.merge(std::move(r->diagnostics));
      out.points = std::make_shared<const io::PointCloud>(std::move(*r));
      return out;
    }
    case io::DataKind::vector:
    case io::DataKind::scene: break;
  }
  io::VectorOptions options;
  options.layer = c.spec.sublayer;
  options.heights = c.heights;
  options.vertical = c.spec.vertical;
  options.exchange_axes = c.spec.exchange_axes.value_or(false);
  if (is_url(c.spec.paths.front())) {
    auto r = io::read_remote_vector(c.spec.paths.front(), options, remote_options(c), *c.progress, c.cancel);
    if (!r) { out.error = r.error(); return out; }
    out.vectors = std::make_shared<io::VectorData>(std::move(r->data));
    out.stamped = r->stamped;
    out.digest = r->digest;
    out.offline = std::move(r->offline);
  } else {
    auto r = io::read_vector(c.spec.paths.front(), options, *c.progress, c.cancel);
    if (!r) { out.error = r.error(); return out; }
    out.vectors = std::make_shared<io::VectorData>(std::move(*r));
  }
  out.diagnostics.merge(std::move(out.vectors->diagnostics));
  return out;
}

}  // namespace

namespace {
constexpr std::uint64_t least_answer = 16 << 20;  // bytes: no --ram is so small that a tile's answer may not be as large
}

io::RemoteOptions remote_options(const LoadContext& c) {
  io::RemoteOptions out;
  out.allow_hosts = c.spec.allow_hosts;
  if (c.ram > 0) out.largest_answer = std::max(c.ram / 4, least_answer);  // some are on their way at once
  if (!c.http_cache) return out;
  out.cache = *c.http_cache;
  if (out.cache.empty()) out.cache_bytes = 0;
  return out;
}

scene::LayerKind layer_kind(io::DataKind kind) {
  switch (kind) {
    case io::DataKind::city:
    case io::DataKind::tiles: return scene::LayerKind::buildings;
    case io::DataKind::elevation: return scene::LayerKind::terrain;
    case io::DataKind::imagery: return scene::LayerKind::imagery;
    case io::DataKind::field: return scene::LayerKind::field;
    case io::DataKind::model: return scene::LayerKind::model;
    case io::DataKind::boreholes: return scene::LayerKind::boreholes;
    case io::DataKind::points: return scene::LayerKind::points;
    case io::DataKind::photos: return scene::LayerKind::photos;
    case io::DataKind::vector:
    case io::DataKind::scene: break;
  }
  return scene::LayerKind::vector;
}

Loaded load_layer(const LoadContext& given) {
  if (shows_archives(given.spec)) return load_arrived_sip4d(given);
  if (given.spec.paths.size() != 1) return load_plain(given);
  if (given.spec.kind_set && given.spec.kind == scene::LayerKind::vector && io::is_remote_zip(given.spec.paths.front())) return load_remote_sip4d(given);
  auto sip = load_sip4d_file(given, load_plain);
  return sip ? std::move(*sip) : load_plain(given);
}

}  // namespace tenbo::runtime
