// City models: from their source or from their bake in the cache; and what their buildings cover.
#include <algorithm>
#include <glm/geometric.hpp>

#include "impact/layer_assets.h"
#include "load_kinds.h"

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
  options.heights = c.heights;
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

}  // namespace

bool may_be_baked(const scene::LayerSpec& given, const scene::LayerSpec& unpacked) {
  if (given.paths != unpacked.paths || given.exchange_axes || given.kind == scene::LayerKind::terrain) return false;
  return !given.kind_set || given.kind == scene::LayerKind::buildings;
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

}  // namespace tenbo::runtime
