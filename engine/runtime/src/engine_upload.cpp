// What layers have on the GPU: put there within a budget, and taken away.
#include <cmath>

#include "engine_impl.h"

namespace tenbo::runtime {

void EngineImpl::upload(Layer& layer, const std::function<bool()>& enough) {
  render::Renderer& r = *renderer_;
  const auto place = [&](scene::Entity e, const geo::LocalFrame& frame, glm::vec3 min, glm::vec3 max) {
    world_.emplace<LayerTag>(e, LayerTag{layer.id});
    world_.emplace<TileFrame>(e, TileFrame{frame, min, max});
  };
  upload_points(layer, enough);
  if (auto& city = layer.data.city) {
    if (layer.flat_city && !layer.stage_two_done) return;
    for (; layer.uploaded < city->batches.size(); ++layer.uploaded) {
      if (enough()) return;
      auto& b = city->batches[layer.uploaded];
      if (b.mesh.indices.empty()) continue;
      if (const auto known = layer.surfaces.frames.size(); layer.surfaces.keep(b, *city), layer.surfaces.frames.size() > known) ++surfaces_revision_;
      auto mesh = r.create_mesh(b.mesh);
      if (!mesh) { fail(layer, mesh.error()); return; }
      const auto e = world_.create();
      place(e, b.frame, b.min, b.max);
      world_.emplace<CityTile>(e, CityTile{*mesh, b.texture, b.colour, b.theme, b.vertex_colours, b.baked_light, b.closed});
      layer.uploaded_bytes += b.mesh.vertices.size() * sizeof(Vertex) + b.mesh.indices.size() * sizeof(std::uint32_t);
      b.mesh = {};  // it lives on the GPU now
    }
  }
  if (layer.meshed.vectors) {
    const bool extruded = !layer.spec.style.extrude_attribute.empty();
    const auto& style = layer.spec.style;
    const bool invisible = style.colour && style.colour->a == 0 && style.classes.empty() && style.palette.empty();
    for (auto& b : layer.meshed.vectors->polygons) {
      if (b.mesh.indices.empty() || invisible) continue;  // areas that are there for their names
      auto mesh = r.create_mesh(b.mesh);
      if (!mesh) { fail(layer, mesh.error()); return; }
      const auto e = world_.create();
      place(e, b.frame, b.min, b.max);
      world_.emplace<DrapedTile>(e, DrapedTile{*mesh, extruded, false, style.drape});
      b.mesh = {};
    }
    for (auto& b : layer.meshed.vectors->lines) {
      if (b.points.empty()) continue;
      glm::vec3 min(INFINITY), max(-INFINITY);
      for (const auto& p : b.points) { min = glm::min(min, p); max = glm::max(max, p); }
      auto lines = r.create_lines({b.points, b.features, b.starts});
      if (!lines) { fail(layer, lines.error()); return; }
      const auto e = world_.create();
      place(e, b.frame, min, max);
      world_.emplace<LineTile>(e, LineTile{*lines, 1, layer.spec.style.drape});
      b.points.clear();
    }
    layer.meshed.vectors->polygons.clear();
    layer.meshed.vectors->lines.clear();
  }
  if (layer.meshed.field) {
    auto mesh = r.create_field_mesh(layer.meshed.field->mesh, layer.meshed.field->blocks);
    if (!mesh) { fail(layer, mesh.error()); return; }
    const auto e = world_.create();
    place(e, layer.meshed.field->frame, layer.meshed.field->min, layer.meshed.field->max);
    world_.emplace<FieldTile>(e, FieldTile{*mesh});
    layer.meshed.field.reset();
  }
  if (layer.data.model && layer.uploaded == 0) {
    layer.uploaded = 1;
    const auto& spec = layer.spec;
    auto position = spec.position;
    if (!spec.position_set) {
      layer.status.diagnostics.warn({ErrorCode::invalid_argument, "the model has no place on Earth and stands at 0, 0", "", "position",
                                     "say \"position\": {lon, lat, height} in a scene"});
    }
    auto frame = geo::LocalFrame::at(position);
    // heading turns the model clockwise about up: its own north points there
    const double h = -spec.heading * M_PI / 180.0;
    const glm::dvec3 east = frame.axes[0], north = frame.axes[1];
    frame.axes[0] = (east * std::cos(h) + north * std::sin(h)) * spec.scale;
    frame.axes[1] = (north * std::cos(h) - east * std::sin(h)) * spec.scale;
    frame.axes[2] *= spec.scale;
    std::vector<render::TextureHandle> textures;
    for (const auto& image : layer.data.model->textures) {
      auto t = r.create_texture(image, true);
      textures.push_back(t ? *t : render::TextureHandle{});
    }
    layer.textures = textures;
    for (auto& part : layer.data.model->parts) {
      for (auto& v : part.mesh.vertices) v.feature = 0;
      auto mesh = r.create_mesh(part.mesh);
      if (!mesh) { fail(layer, mesh.error()); return; }
      const auto e = world_.create();
      place(e, frame, layer.data.model->min, layer.data.model->max);
      const bool textured = part.texture >= 0 && static_cast<std::size_t>(part.texture) < textures.size();
      world_.emplace<ModelTile>(e, ModelTile{*mesh, textured ? textures[static_cast<std::size_t>(part.texture)] : render::TextureHandle{}, part.colour});
    }
  }
}

void EngineImpl::drop_tiles(Layer& layer) {
  std::vector<scene::Entity> gone;
  world_.view<LayerTag>().each([&](scene::Entity e, LayerTag& tag) {
    if (tag.layer != layer.id || world_.has<TerrainTile>(e)) return;
    if (auto* t = world_.get<CityTile>(e)) renderer_->destroy(t->mesh);
    if (auto* t = world_.get<DrapedTile>(e)) renderer_->destroy(t->mesh);
    if (auto* t = world_.get<LineTile>(e)) renderer_->destroy(t->lines);
    if (auto* t = world_.get<PointsTile>(e)) renderer_->destroy(t->points);
    if (auto* t = world_.get<ModelTile>(e)) renderer_->destroy(t->mesh);
    if (auto* t = world_.get<FieldTile>(e)) renderer_->destroy(t->mesh);
    gone.push_back(e);
  });
  for (auto e : gone) world_.destroy(e);
  layer.uploaded = 0;
  layer.uploaded_bytes = 0;
  layer.shapes.fronts.clear();
  layer.structures.entities.clear();
  layer.structures.features.clear();
  layer.structures.near.clear();
  layer.structures.key.clear();
  layer.surfaces = {};
  layer.shapes.drawn.reset();
}

void EngineImpl::drop_gpu(Layer& layer) {
  if (!renderer_) return;
  if (layer.stream) layer.stream->reset(world_, *renderer_);
  if (layer.bake.stream) layer.bake.stream->reset(world_, *renderer_);
  drop_tiles(layer);
  for (auto t : layer.textures) if (t) renderer_->destroy(t);
  layer.textures.clear();
  layer.texture_asked.clear();
  layer.looks.drop(*renderer_);
  layer.field.grids.forget(renderer_.get(), false);
  layer.field.slices.clear();  // asked for again, and sent again
}

}  // namespace tenbo::runtime
