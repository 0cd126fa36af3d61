#include "layer_loader.h"

#include "impact/layer_assets.h"

#include <cmath>
#include <glm/geometric.hpp>
#include <tuple>

#include "drape.h"
#include "tenbo/base/url.h"
#include "tenbo/io/borehole.h"
#include "tenbo/io/photos.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/ifc.h"
#include "tenbo/io/remote_vector.h"
#include "tenbo/io/terrain.h"
#include "tenbo/io/tiles.h"

namespace tenbo::runtime {
namespace {

// What impacts are counted by, for the rows of the model that is drawn.
std::shared_ptr<OutlineSource> outlines_of(const LoadContext& context, const std::shared_ptr<io::CityModel>& city) {
  auto out = std::make_shared<OutlineSource>();
  out->read = [context, drawn = std::weak_ptr<const io::CityModel>(city)]() -> std::shared_ptr<const Footprints> {
    Diagnostics unused;  // the layer has said them
    auto read = read_assets(context, {}, unused);
    const auto shown = drawn.lock();
    if (!read || !shown) return nullptr;
    std::vector<std::uint32_t> row(read->shapes.count, no_feature);
    for (std::uint32_t a = 0; a < row.size() && a < read->ids.size(); ++a) row[a] = shown->features.find(read->ids[a]).value_or(no_feature);
    auto made = std::make_shared<Footprints>(std::move(read->shapes));
    made->count = shown->features.size();
    std::erase_if(made->parts, [&](const auto& p) { return row[p.asset] == no_feature; });
    for (auto& p : made->parts) p.asset = row[p.asset];
    return made;
  };
  return out;
}

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

geo::HeightPolicy policy_for(const LoadContext& c) { return c.heights; }

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

// Bytes of the city models at a path.
std::uint64_t city_bytes(const std::filesystem::path& path) {
  std::error_code ec;
  if (!std::filesystem::is_directory(path, ec)) return std::filesystem::file_size(path, ec);
  std::uint64_t sum = 0;
  for (std::filesystem::recursive_directory_iterator it(path, ec), end; !ec && it != end; it.increment(ec))
    if (it->path().extension() == ".gml" && it->is_regular_file(ec)) sum += it->file_size(ec);
  return sum;
}

// Whether what is loaded whole would break the budget: said before it is read.
std::optional<Error> too_large(const LoadContext& c) {
  constexpr std::uint64_t growth = 3;  // bytes of memory for each of CityGML, meshes on a CPU device's "GPU" with them
  if (!c.graphics || c.memory == UINT64_MAX) return std::nullopt;
  std::uint64_t bytes = 0;
  for (const auto& path : c.spec.paths) bytes += city_bytes(path);
  const std::uint64_t needs = bytes / (1 << 20) * growth, has = c.memory / (1 << 20);
  if (needs <= has) return std::nullopt;
  return Error{ErrorCode::out_of_budget, "its " + std::to_string(bytes >> 20) + " MiB would take about " + std::to_string(needs) + " MiB of memory, and " + std::to_string(has) + " MiB of --ram are left",
               shown(c.spec.paths.front()), "", "bake it once with \"tenbo bake\" and open what that makes, which streams; or give more with --ram"};
}

Loaded load_city(const LoadContext& c) {
  Loaded out;
  if (auto e = too_large(c)) {
    if (c.memory_said) { out.error = std::move(*e); return out; }
    out.diagnostics.warn(std::move(*e));
  }
  io::CityOptions options;
  options.heights = policy_for(c);
  options.meshes = c.graphics;
  options.outlines = c.outlines;
  options.exchange_axes = c.spec.exchange_axes;
  std::optional<io::CityModel> all;
  for (const auto& path : c.spec.paths) {
    auto model = io::read_city(path, options, c.jobs, *c.progress, c.cancel);
    if (!model) {
      if (c.spec.paths.size() == 1) { out.error = model.error(); return out; }
      out.diagnostics.fail(model.error());
      continue;
    }
    if (!all) { all = std::move(*model); continue; }
    // several inputs, one layer: the second's ids follow the first's
    const auto first = all->features.append(std::move(model->features));
    const auto textures = static_cast<std::int32_t>(all->textures.size());
    for (auto& t : model->textures) all->textures.push_back(std::move(t));
    const auto elements = static_cast<std::uint32_t>(all->elements.size());
    for (auto& e : model->elements) {
      e.whole += first;
      if (e.own != no_feature) e.own += first;
      if (e.parent != io::no_element) e.parent += elements;
      all->elements.push_back(std::move(e));
    }
    for (auto& b : model->batches) {
      for (auto& run : b.elements) if (run.element != io::no_element) run.element += elements;
      for (auto& v : b.mesh.vertices) if (v.feature != no_feature) v.feature += first;
      if (b.texture >= 0) b.texture += textures;
      all->batches.push_back(std::move(b));
    }
    all->extent.add(model->extent);
    all->triangles += model->triangles;
    all->bytes += model->bytes;
    for (int lod : model->lods) if (std::find(all->lods.begin(), all->lods.end(), lod) == all->lods.end()) all->lods.push_back(lod);
    std::sort(all->lods.begin(), all->lods.end());
    all->diagnostics.merge(std::move(model->diagnostics));
  }
  if (!all) {
    out.error = Error{ErrorCode::not_found, "no city model could be read", c.spec.name, "", ""};
    return out;
  }
  out.city = std::make_shared<io::CityModel>(std::move(*all));
  if (!c.graphics || c.outlines) return out;
  out.footprints = footprints_of(*out.city);
  if (out.city->lods.size() > 1 && out.city->lods.front() == 0) out.outlines = outlines_of(c, out.city);
  return out;
}

io::RemoteOptions remote_options(const LoadContext& c) {
  io::RemoteOptions out;
  out.allow_hosts = c.spec.allow_hosts;
  if (!c.http_cache) return out;
  out.cache = *c.http_cache;
  if (out.cache.empty()) out.cache_bytes = 0;
  return out;
}

// Only what a bake has the same way: not the ground, not what is unpacked for this run alone, not axes that were exchanged.
bool may_be_baked(const scene::LayerSpec& given, const scene::LayerSpec& unpacked) {
  if (given.paths != unpacked.paths || given.exchange_axes || given.kind == scene::LayerKind::terrain) return false;
  return !given.kind_set || given.kind == scene::LayerKind::buildings;
}

// From the cache where it is there; nothing else is said of what is not.
bool load_baked(const LoadContext& c, Loaded& out) {
  auto found = c.bakes->cache.find(c.spec.paths, c.jobs, c.cancel);
  if (!found) return false;  // the source says why
  out.bake_damage = found->damage;
  if (!found->bake) return false;
  const auto& notes = found->bake->notes();
  if (!c.bakes->bridges && (!notes || notes->bridges)) return false;
  auto set = baked_set(found->bake, c.heights);
  if (!set) {
    out.bake_damage = set.error().text();
    return false;
  }
  const auto& e = (*set)->extent;
  if (!notes && e.has_height() && e.max_height - e.min_height < 0.1) return false;  // flat: it lies on the ground, as tiles cannot
  out.tiles = std::move(*set);
  if (notes) {
    out.framing = notes->framing;
    out.bridges = notes->bridges;
  }
  for (const auto& w : found->bake->info().warnings) out.diagnostics.warn({ErrorCode::malformed, w, "", "", ""});
  for (const auto& w : found->bake->info().errors) out.diagnostics.fail({ErrorCode::malformed, w, "", "", ""});
  return true;
}

Loaded load_city_or_bake(const LoadContext& c, bool may) {
  if (!c.bakes || !may) return load_city(c);
  Loaded before;
  const auto stamp = io::input_stamp(c.spec.paths);
  if (load_baked(c, before)) {
    before.stamp = stamp;
    before.source = true;
    return before;
  }
  Loaded out = load_city(c);
  out.stamp = stamp;
  out.bake_damage = before.bake_damage;
  out.source = out.city != nullptr;
  if (out.city)
    for (std::uint32_t i = 0; i < out.city->features.size() && !out.bridges; ++i) out.bridges = io::theme_of_type(out.city->features.type(i)) == io::CityTheme::bridge;
  return out;
}

Loaded load_terrain_tiles(const LoadContext& c) {
  Loaded out;
  io::TerrainOptions options;
  options.remote = remote_options(c);
  options.heights = policy_for(c);
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

// 3D Tiles, and glTF by the same reader: a model is content that the scene puts somewhere.
Loaded load_tiles(const LoadContext& c, bool model) {
  Loaded out;
  io::TilesOptions options;
  options.mesh.heights = policy_for(c);
  options.mesh.meshes = c.graphics;
  options.mesh.position = c.spec.position;
  options.mesh.heading = c.spec.heading;
  options.mesh.scale = c.spec.scale;
  options.remote = remote_options(c);
  if (model && c.spec.position_set) options.mesh.on_earth = false;
  if (model) options.mesh.theme = io::CityTheme::other;
  auto set = io::open_tileset(c.spec.paths.front(), options.remote);
  if (!set) { out.error = set.error(); return out; }
  if (!model && c.graphics && is_streamed(*set, c.spec.stream)) {
    out.diagnostics = std::move(set->tree->diagnostics);
    out.tiles = make_tile_set(std::move(*set), options.mesh);
    return out;
  }
  // Half for what is read, half for what is made of it; the coarsest tiles are always taken.
  options.memory = std::min(options.memory, std::max<std::uint64_t>(c.memory / 2, 16 << 20));
  options.mesh.memory = std::min(options.mesh.memory, options.memory);
  auto read = io::read_tiles(std::move(*set), options, c.jobs, *c.progress, c.cancel);
  if (!read) { out.error = read.error(); return out; }
  out.as_model = model;
  out.city = std::make_shared<io::CityModel>(std::move(*read));
  if (c.graphics && !model) out.footprints = footprints_of(*out.city);
  return out;
}

}  // namespace

std::shared_ptr<const Footprints> footprints_of(const io::CityModel& city) {
  auto out = std::make_shared<Footprints>();
  out->count = city.features.size();
  // Tiles do not keep themes apart, but may say what a feature is: roads and rivers are no buildings.
  const auto stands = [&](std::uint32_t feature) {
    if (!city.own_look) return true;
    const auto type = city.features.type(feature);
    return type.empty() || type.find("uilding") != std::string_view::npos;
  };
  for (const auto& batch : city.batches) {
    if (batch.theme != io::CityTheme::building) continue;
    const auto& v = batch.mesh.vertices;
    const auto& ix = batch.mesh.indices;
    for (std::size_t i = 0; i + 2 < ix.size(); i += 3) {
      const Vertex &a = v[ix[i]], &b = v[ix[i + 1]], &c = v[ix[i + 2]];
      if (a.feature >= out->count || !stands(a.feature)) continue;
      const glm::vec3 pa(a.x, a.y, a.z), pb(b.x, b.y, b.z), pc(c.x, c.y, c.z);
      const glm::vec3 n = glm::cross(pb - pa, pc - pa);
      const float length = glm::length(n);
      if (!(length > 1e-4f) || n.z < 0.5f * length) continue;  // roofs: what looks up covers the footprint
      out->add_part(a.feature, impact::Shape::area);
      for (const auto& p : {pa, pb, pc}) {
        const auto g = batch.frame.to_geo(glm::dvec3(p));
        out->add_point(g.lon, g.lat);
      }
    }
  }
  return out;
}

Result<std::shared_ptr<const TileSet>> baked_set(const std::shared_ptr<const io::CachedBake>& bake, const geo::HeightPolicy& heights) {
  auto set = bake->open();
  if (!set) return set.error();
  if (!set->tree) return Error{ErrorCode::malformed, "is no tile set", shown(set->path), "", ""};
  io::TileMeshOptions mesh;
  mesh.heights = heights;
  mesh.vertical = bake->info().vertical;  // as the source has them: bakes for the cache convert nothing
  auto made = make_tile_set(std::move(*set), mesh);
  made->cached = bake;
  return std::shared_ptr<const TileSet>(std::move(made));
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

static Loaded load_plain(const LoadContext& given);

static Error no_such_entry(const io::Sip4d& sip, const std::string& name, const std::string& label) {
  std::string names;
  for (const auto& e : sip.entries) names += (names.empty() ? "" : ", ") + e.file;
  return {ErrorCode::not_found, "the archive has no layer \"" + name + "\"", label, "sublayer", "there are: " + names};
}

static void take_description(Loaded& out, io::Sip4d sip, const std::string& name, const std::string& label) {
  out.diagnostics.merge(std::move(sip.diagnostics));
  if (name.empty() && sip.entries.size() > 1)
    out.diagnostics.warn({ErrorCode::unsupported, "the archive has " + std::to_string(sip.entries.size()) + " layers, and the first is shown", label, "sublayer", "name one with \"sublayer\""});
  out.sip = std::move(sip);
}

// One layer of an archive in memory.
static Loaded load_from_memory(const LoadContext& c, io::Sip4d sip, std::span<const std::byte> bytes, const std::string& label) {
  Loaded out;
  const auto* entry = sip.entry(c.spec.sublayer);
  if (!entry) {
    out.error = no_such_entry(sip, c.spec.sublayer, label);
    return out;
  }
  io::VectorOptions options;
  options.heights = policy_for(c);
  options.vertical = c.spec.vertical;
  options.exchange_axes = c.spec.exchange_axes.value_or(false);
  auto read = io::read_sip4d_entry(bytes, label, *entry, options, *c.progress, c.cancel);
  if (!read) {
    out.error = read.error();
    return out;
  }
  out.vectors = std::make_shared<io::VectorData>(std::move(*read));
  out.diagnostics.merge(std::move(out.vectors->diagnostics));
  out.sip_entry = entry->file;
  take_description(out, std::move(sip), c.spec.sublayer, label);
  return out;
}

// The newest archive that feeds have brought; of none yet, an empty layer.
static Loaded load_arrived(const LoadContext& c) {
  Loaded out;
  if (!c.archive) {
    out.vectors = std::make_shared<io::VectorData>();
    if (auto wgs84 = geo::Crs::parse("EPSG:4326")) out.vectors->crs = std::move(*wgs84);
    return out;
  }
  auto sip = io::read_sip4d_bytes(*c.archive->body, c.archive->label);
  if (!sip) out.error = sip.error();
  else if (!*sip) out.error = Error{ErrorCode::unsupported, "is no SIP4D-ZIP: there is no archive with sip4d_zip_meta.json in it", c.archive->label, "", "a layer of other messages needs a plugin"};
  else out = load_from_memory(c, std::move(**sip), *c.archive->body, c.archive->label);
  return out;
}

static Loaded load_remote_sip4d(const LoadContext& c) {
  Loaded out;
  auto got = io::fetch_sip4d(c.spec.paths.front(), remote_options(c), c.cancel);
  if (!got) {
    out.error = got.error();
    return out;
  }
  out = load_from_memory(c, std::move(got->sip), got->bytes, shown(c.spec.paths.front()));
  out.digest = got->digest;
  out.offline = std::move(got->offline);
  if (const auto* entry = out.entry()) out.stamped = entry->time;
  return out;
}

// What a SIP4D-ZIP says of the layer comes with it.
Loaded load_layer(const LoadContext& given) {
  if (shows_archives(given.spec)) return load_arrived(given);
  if (given.spec.paths.size() != 1) return load_plain(given);
  if (given.spec.kind_set && given.spec.kind == scene::LayerKind::vector && io::is_remote_zip(given.spec.paths.front())) return load_remote_sip4d(given);
  Loaded out;
  auto sip = io::read_sip4d(given.spec.paths.front());
  if (!sip) { out.error = sip.error(); return out; }
  if (!*sip) return load_plain(given);
  const auto* entry = (*sip)->entry(given.spec.sublayer);
  if (!entry) {
    out.error = no_such_entry(**sip, given.spec.sublayer, shown(given.spec.paths.front()));
    return out;
  }
  LoadContext c = given;
  c.spec.paths = {(*sip)->path(*entry)};
  c.spec.sublayer.clear();
  out = load_plain(c);
  if (out.error) return out;
  out.sip_entry = entry->file;
  take_description(out, std::move(**sip), given.spec.sublayer, shown(given.spec.paths.front()));
  return out;
}

static Loaded load_plain(const LoadContext& given) {
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
      auto r = io::open_elevation(c.spec.paths, policy_for(c), *c.progress, c.spec.vertical);
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
        options.heights = policy_for(c);
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
      options.heights = policy_for(c);
      options.meshes = c.graphics;
      auto r = io::read_boreholes(c.spec.paths, options, c.cancel);
      if (!r) { out.error = r.error(); return out; }
      out.boreholes = true;
      out.city = std::make_shared<io::CityModel>(std::move(*r));
      return out;
    }
    case io::DataKind::photos: {
      io::PhotosOptions options;
      options.heights = policy_for(c);
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
      options.heights = policy_for(c);
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
  options.heights = policy_for(c);
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

Meshed mesh_layer(const scene::LayerSpec& spec, std::shared_ptr<io::VectorData> vectors, std::shared_ptr<io::CityModel> flat_city,
                  std::shared_ptr<const geo::Field> field, const FieldMeshOptions& surface, const io::GroundSource& source, JobSystem& jobs) {
  Meshed out;
  const auto ground = source();
  if (flat_city) {
    for (auto& b : flat_city->batches) drape(b.mesh, b.frame, ground, 25.f, 0.3f, b.min, b.max);
    out.city_draped = true;
  }
  if (vectors) {
    io::VectorMeshOptions options;
    options.drape = spec.style.drape && !(vectors->has_z && !spec.style.drape);
    options.extrude_attribute = spec.style.extrude_attribute;
    options.extrude_scale = spec.style.extrude_scale;
    out.vectors = std::make_shared<io::VectorMeshes>(io::build_vector_meshes(*vectors, source, options, out.diagnostics, jobs));
  }
  if (field) out.field = build_field_mesh(field->info(), ground, surface);
  return out;
}

}  // namespace tenbo::runtime
