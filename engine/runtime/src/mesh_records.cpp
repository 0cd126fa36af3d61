#include "mesh_records.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "theme.h"

namespace tenbo::runtime {
namespace {

constexpr std::uint32_t none = UINT32_MAX;

// Within a layer drawn in this order.
enum Kind : std::uint32_t { kind_terrain, kind_ground, kind_city, kind_model, kind_drape, kinds };

// What a record is made of: what kind of draw it is first, so that records that come together keep their order.
template <class F>
void for_components(F&& f) {
  f(std::type_identity<TerrainTile>{});
  f(std::type_identity<PlainGround>{});
  f(std::type_identity<CityTile>{});
  f(std::type_identity<ModelTile>{});
  f(std::type_identity<DrapedTile>{});
  f(std::type_identity<LayerTag>{});
  f(std::type_identity<TileFrame>{});
  f(std::type_identity<StreamedTile>{});
  f(std::type_identity<Drawn>{});
}

// Material, texture and colours of a part of a city: what the layer's style says, else the file's own, else the theme's.
void look_of_city(const Layer& l, const LoadedTile* tile, const CityTile& t, render::MeshDraw& d) {
  const bool own = l.own_look() || (tile && tile->city->points > 0);
  const auto& textures = tile ? tile->textures : l.textures;
  const bool textured = (own || l.spec.style.textured) && t.texture >= 0 && static_cast<std::size_t>(t.texture) < textures.size();
  if (textured) d.texture = textures[static_cast<std::size_t>(t.texture)];
  d.features = tile ? tile->looks.table : l.looks.table;
  d.material = t.theme == io::CityTheme::relief ? render::Material::terrain
               : l.flat_city ? render::Material::draped
               : t.theme == io::CityTheme::water ? (l.flood_ranks ? render::Material::draped : render::Material::water_body)
                                                 : render::Material::city;
  d.colour = textured && !own ? Rgba8{255, 255, 255, 255} : t.colour.a ? t.colour : theme_colour(t.theme);
  d.vertex_colours = t.vertex_colours && !l.spec.style.colour;  // the data's own, also where its pictures are not wanted
  if (!own && !l.spec.style.textured && t.theme == io::CityTheme::building) d.colour = theme_colour(t.theme);
  if (l.flat_city && t.theme != io::CityTheme::road) d.colour = {104, 140, 176, 255};
  if (l.spec.style.colour) d.colour = *l.spec.style.colour;
  d.baked_light = t.baked_light && !l.bake.held;  // the light changes when the camera moves, not when the bake is there
  d.closed = t.closed;
  d.on_ground = l.flat_city;
  d.opacity = static_cast<float>(l.spec.opacity) * (l.flat_city && !l.spec.style.colour ? 0.6f : 1.f);
  d.casts_shadow = !l.flat_city && !l.data.photos && t.theme != io::CityTheme::water && t.theme != io::CityTheme::road;
}

}  // namespace

MeshRecords::MeshRecords(scene::World& world, std::vector<render::MeshDraw>& draws) : world_(world), draws_(draws) {
  for_components([this]<class T>(std::type_identity<T>) {
    watches_.push_back(world_.on_remove<T>([this](scene::World&, scene::Entity e, T&) { touch(e); }));
  });
}

MeshRecords::~MeshRecords() {
  auto watch = watches_.begin();
  for_components([&]<class T>(std::type_identity<T>) { world_.end_on_remove<T>(*watch++); });
}

void MeshRecords::update(const Scene& scene, const glm::dvec3& camera) {
  const bool anew = scene.axes != axes_;
  axes_ = scene.axes;
  follow_looks(scene);
  if (anew || scene.dem_is_ground != dem_is_ground_) since_ = 0;
  dem_is_ground_ = scene.dem_is_ground;
  for_components([this]<class T>(std::type_identity<T>) {
    world_.changed<T>(since_, [this](scene::Entity e, T&) { touch(e); });
  });
  since_ = world_.advance();
  if (const std::size_t most = draws_.size() + changed_.size(); most > draws_.capacity() && changed_.size() > draws_.size()) {
    draws_.reserve(most);  // many at once
    origins_.reserve(most);
    owners_.reserve(most);
    group_of_.reserve(most);
  }
  for (const scene::Entity e : changed_) {
    touched_[e.index] = none;
    remake(e);
  }
  made_ = changed_.size();
  changed_.clear();

  const glm::dvec3 eye = glm::transpose(axes_) * camera;
  render::MeshDraw* draw = draws_.data();
  for (const glm::dvec3& origin : origins_) (draw++)->model[3] = glm::vec4(glm::vec3(origin - eye), 1.f);
}

// Layers whose look is not what it was have all their records made again.
void MeshRecords::follow_looks(const Scene& scene) {
  std::vector<Look> looks;
  for (std::uint32_t rank = 0; rank < scene.layers.size(); ++rank) {
    const Layer& l = *scene.layers[rank];
    looks.push_back({l.id, rank, &l, l.ready() && l.spec.visible, l.own_look(), l.spec.style.textured, l.flat_city, l.flood_ranks,
                     l.bake.held.has_value(), l.uncut, l.spec.style.colour, l.spec.opacity, l.looks.table, l.textures});
  }
  if (looks == looks_) return;
  std::vector<std::uint32_t> other;  // layers
  for (const Look& l : looks)
    if (std::find(looks_.begin(), looks_.end(), l) == looks_.end()) other.push_back(l.layer);
  for (const Look& l : looks_)
    if (std::none_of(looks.begin(), looks.end(), [&](const Look& n) { return n.layer == l.layer; })) other.push_back(l.layer);
  looks_ = std::move(looks);
  world_.view<LayerTag>().each([&](scene::Entity e, LayerTag& tag) {
    if (std::find(other.begin(), other.end(), tag.layer) != other.end()) touch(e);
  });
}

void MeshRecords::touch(scene::Entity e) {
  if (e.index >= touched_.size()) {
    touched_.resize(std::max<std::size_t>(e.index + std::size_t{1}, touched_.size() * 2), none);
    places_.resize(touched_.size(), none);
  }
  std::uint32_t& at = touched_[e.index];
  if (at != none) {
    changed_[at] = e;  // it may have taken the place of one that has gone
    return;
  }
  at = static_cast<std::uint32_t>(changed_.size());
  changed_.push_back(e);
}

void MeshRecords::remake(scene::Entity e) {
  Made made;
  const bool drawn = make(e, made);
  const std::uint32_t at = places_[e.index];
  if (drawn && at != none && group_of_[at] == made.group) {
    draws_[at] = made.draw;
    origins_[at] = made.origin;
    owners_[at] = e.index;
    return;
  }
  if (at != none) erase(at);
  if (drawn) insert(e, made);
}

const MeshRecords::Look* MeshRecords::look_of(std::uint32_t layer) const {
  const auto it = std::find_if(looks_.begin(), looks_.end(), [&](const Look& l) { return l.layer == layer; });
  return it == looks_.end() ? nullptr : &*it;
}

// What does not depend on the kind of draw.
void MeshRecords::begin(const TileFrame& tile, render::MeshHandle mesh, std::uint32_t layer, Made& out) const {
  const glm::dmat3 to_view = glm::transpose(axes_);
  render::MeshDraw& d = out.draw;
  d.mesh = mesh;
  d.model = glm::mat4(glm::mat3(to_view * tile.frame.axes));
  out.origin = to_view * tile.frame.origin;
  d.origin_height = static_cast<float>(tile.frame.anchor.height);
  const double sine = std::sin(tile.frame.anchor.lat * M_PI / 180);  // Gaussian radius: between those of meridian and parallel
  d.radius = static_cast<float>(geo::wgs84_a * std::sqrt(1 - geo::wgs84_e2) / (1 - geo::wgs84_e2 * sine * sine) + tile.frame.anchor.height);
  d.layer = layer;
  d.bounds_min = tile.min;
  d.bounds_max = tile.max;
  if (const Look* look = look_of(layer)) d.uncut = look->from->uncut;
}

// False: it is not drawn now.
bool MeshRecords::make(scene::Entity e, Made& out) const {
  const auto* tag = world_.get<LayerTag>(e);
  const auto* tile = world_.get<TileFrame>(e);
  if (!tag || !tile) return false;
  const Look* look = look_of(tag->layer);
  out.group = (look ? look->rank : 0) * kinds;
  render::MeshDraw& d = out.draw;
  if (const auto* t = world_.get<TerrainTile>(e)) {
    const auto* drawn = world_.get<Drawn>(e);
    if (!drawn || !drawn->now) return false;
    begin(*tile, t->mesh, tag->layer, out);
    out.group += kind_terrain;
    d.texture = t->imagery;
    d.material = render::Material::terrain;
    if (look) d.opacity = static_cast<float>(look->from->spec.opacity);
    d.casts_shadow = !(d.opacity < 1);  // what is seen through it is not in its shade
    return true;
  }
  if (const auto* t = world_.get<PlainGround>(e)) {
    begin(*tile, t->mesh, 0, out);
    out.group = kind_ground;  // of no layer
    d.material = render::Material::ground;
    d.colour = {196, 194, 186, 255};
    d.casts_shadow = false;
    return true;
  }
  if (!look || !look->shown) return false;
  const Layer& l = *look->from;
  if (const auto* t = world_.get<CityTile>(e)) {
    const auto* streamed = world_.get<StreamedTile>(e);
    if (streamed && !streamed->drawn) return false;
    if (t->theme == io::CityTheme::relief && dem_is_ground_) return false;  // the DEM shows the ground
    begin(*tile, t->mesh, tag->layer, out);
    out.group += kind_city;
    if (streamed) d.part = streamed->tile;
    look_of_city(l, streamed ? l.stream->tile(streamed->tile) : nullptr, *t, d);
    return true;
  }
  if (const auto* t = world_.get<ModelTile>(e)) {
    begin(*tile, t->mesh, tag->layer, out);
    out.group += kind_model;
    d.texture = t->texture;
    d.colour = t->colour;
    d.opacity = static_cast<float>(l.spec.opacity);
    return true;
  }
  if (const auto* t = world_.get<DrapedTile>(e)) {
    begin(*tile, t->mesh, tag->layer, out);
    out.group += kind_drape;
    d.features = l.looks.table;
    d.material = t->extruded ? render::Material::city : render::Material::draped;
    d.colour = l.spec.style.colour.value_or(t->extruded ? Rgba8{226, 222, 214, 255} : Rgba8{88, 150, 190, 255});
    d.opacity = static_cast<float>(l.spec.opacity) * (t->extruded || l.spec.style.colour ? 1.f : 0.55f);
    d.casts_shadow = t->extruded;
    d.on_ground = t->on_ground;
    if (t->shape) d.opacity = static_cast<float>(l.spec.opacity) * 0.6f;
    return true;
  }
  return false;
}

// At the end of its group: of each group behind it the first goes to the end.
void MeshRecords::insert(scene::Entity e, const Made& made) {
  const auto size = static_cast<std::uint32_t>(draws_.size());
  if (made.group >= ends_.size()) ends_.resize(made.group + std::size_t{1}, size);
  draws_.emplace_back();
  origins_.emplace_back();
  owners_.emplace_back();
  group_of_.emplace_back();
  for (std::size_t g = ends_.size() - 1; g > made.group; --g) {
    if (ends_[g - 1] != ends_[g]) move(ends_[g - 1], ends_[g]);
    ++ends_[g];
  }
  const std::uint32_t at = ends_[made.group]++;
  draws_[at] = made.draw;
  origins_[at] = made.origin;
  owners_[at] = e.index;
  group_of_[at] = made.group;
  places_[e.index] = at;
}

// The last of its group takes its place, and of each group behind it the last goes to the front.
void MeshRecords::erase(std::uint32_t at) {
  places_[owners_[at]] = none;
  for (std::size_t g = group_of_[at]; g < ends_.size(); ++g) {
    const std::uint32_t last = --ends_[g];
    if (last != at) move(last, at);
    at = last;
  }
  draws_.pop_back();
  origins_.pop_back();
  owners_.pop_back();
  group_of_.pop_back();
}

void MeshRecords::move(std::uint32_t from, std::uint32_t to) {
  draws_[to] = draws_[from];
  origins_[to] = origins_[from];
  owners_[to] = owners_[from];
  group_of_[to] = group_of_[from];
  places_[owners_[to]] = to;
}

}  // namespace tenbo::runtime
