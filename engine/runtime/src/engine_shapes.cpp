// What plugins publish as shapes: meshed on workers, swapped in whole, restyled as time goes on.
#include <cmath>

#include "engine_impl.h"

namespace tenbo::runtime {
namespace {
// The sea lies above its floor: what is laid on the ground is laid on the water there. Where heights are above the ellipsoid nobody
// knows where that is.
double on_water(double ground, geo::VerticalKind heights) {
  constexpr double sea = 1;  // m, and a little
  return heights == geo::VerticalKind::ellipsoidal || !(ground < sea) ? ground : sea;
}

bool has_shapes(const std::shared_ptr<const PluginOutput>& o) { return o && o->shapes; }
}  // namespace

// The newest that has something else to draw than what is drawn, or what is drawn on ground that has changed.
void EngineImpl::tend_shapes(Layer& layer) {
  ShapeLayer& s = layer.shapes;
  if (!renderer_ || !has_shapes(layer.output)) return;
  const bool late = std::chrono::steady_clock::now() >= s.again;
  const auto wanted = s.next ? s.next : s.drawn != layer.output || s.ground != ground_ || late ? layer.output : nullptr;
  if (wanted && !s.meshing && !ground_pending()) mesh_shapes_of(layer, wanted);
  if (s.drawn != layer.output || (!layer.needs_style && s.time == time_.now)) return;
  if (!layer.needs_style && look_alike(*layer.output->shapes, s.time, time_.now)) s.time = time_.now;
  else show_shapes(layer);
}

bool EngineImpl::shapes_settled(const Layer& layer) const {
  const ShapeLayer& s = layer.shapes;
  return !renderer_ || !has_shapes(layer.output) || (!s.next && !s.meshing && s.drawn == layer.output && s.ground == ground_ && s.time == time_.now);
}

void EngineImpl::mesh_shapes_of(Layer& layer, std::shared_ptr<const PluginOutput> output) {
  layer.shapes.meshing = output;
  layer.shapes.again = std::chrono::steady_clock::time_point::max();
  ++jobs_out_;
  // Each vertex costs a CPU device what hundreds cost a GPU.
  const double triangles = renderer_->quality() == render::Quality::software ? 150'000 : 600'000;
  jobs_.submit([this, id = layer.id, queue = finished_, output, triangles, ground = ground_, heights = heights_.scene] {
    const auto& e = output->shapes->extent;
    const double spacing = e.empty() ? 0 : std::max(e.east - e.west, e.north - e.south) * 111'000 / 4096;
    std::mutex mutex;
    std::vector<std::shared_ptr<const GroundReader>> readers;  // one for each thread that meshed
    const io::GroundSource source = [&]() -> io::GroundSampler {
      auto reader = std::make_shared<const GroundReader>(ground, spacing);
      const std::lock_guard lock(mutex);
      readers.push_back(reader);
      return [reader = std::move(reader), heights](double lon, double lat) { return on_water(reader->at(lon, lat), heights); };
    };
    auto made = std::make_shared<ShapeMeshes>(mesh_shapes(*output->shapes, source, triangles, jobs_));
    made->retry_seconds = INFINITY;
    for (const auto& reader : readers) made->retry_seconds = std::min(made->retry_seconds, reader->retry_seconds());
    queue->push([this, id, made, output, ground] {
      --jobs_out_;
      if (Layer* l = find_layer(id)) take_shapes_meshes(*l, output, ground, std::move(*made));
    });
  });
}

// All at once, between two frames.
void EngineImpl::take_shapes_meshes(Layer& layer, const std::shared_ptr<const PluginOutput>& output, const std::shared_ptr<const Ground>& ground, ShapeMeshes made) {
  ShapeLayer& s = layer.shapes;
  s.meshing.reset();
  if (s.next == output) s.next.reset();
  if (output->revision < layer.output_revision || (output != layer.output && output->revision == layer.output_revision)) {
    // Something newer is there: it may have the same geometry, and differ in what is said of it.
    if (!has_shapes(layer.output) || !same_geometry(*layer.output->shapes, *output->shapes)) return;
  } else if (output != layer.output) {
    adopt(layer, output);
  }
  drop_tiles(layer);
  s.anchors = made.areas.anchors;
  s.anchors.insert(s.anchors.end(), made.lines.anchors.begin(), made.lines.anchors.end());
  layer.status.triangles = 0;
  const auto place = [&](const geo::LocalFrame& frame, glm::vec3 min, glm::vec3 max) {
    const auto e = world_.create();
    world_.emplace<LayerTag>(e, LayerTag{layer.id});
    world_.emplace<TileFrame>(e, TileFrame{frame, min, max});
    return e;
  };
  for (auto* meshes : {&made.areas, &made.lines}) {
    for (const auto& b : meshes->polygons) {
      if (b.mesh.indices.empty()) continue;
      auto mesh = renderer_->create_mesh(b.mesh);
      if (!mesh) { fail(layer, mesh.error()); return; }
      layer.status.triangles += b.mesh.indices.size() / 3;
      world_.emplace<DrapedTile>(place(b.frame, b.min, b.max), DrapedTile{*mesh, false, true});
    }
    for (const auto& b : meshes->lines)
      if (const auto e = add_lines(layer, b, meshes == &made.lines ? 2.f : 1.f); !e) return;
  }
  s.drawn = layer.output;
  s.ground = ground;
  if (std::isfinite(made.retry_seconds))
    s.again = std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(std::max(1.0, made.retry_seconds) * 1000));
  show_shapes(layer);
}

std::optional<scene::Entity> EngineImpl::add_lines(Layer& layer, const io::LineBatch& b, float wider) {
  if (b.points.empty()) return scene::Entity{};
  glm::vec3 min(INFINITY), max(-INFINITY);
  for (const auto& p : b.points) min = glm::min(min, p), max = glm::max(max, p);
  auto lines = renderer_->create_lines({b.points, b.features, b.starts});
  if (!lines) {
    fail(layer, lines.error());
    return std::nullopt;
  }
  const auto e = world_.create();
  world_.emplace<LayerTag>(e, LayerTag{layer.id});
  world_.emplace<TileFrame>(e, TileFrame{b.frame, min, max});
  world_.emplace<LineTile>(e, LineTile{*lines, wider});
  return e;
}

// Looks and fronts as of now: the table is written anew, nothing else.
void EngineImpl::show_shapes(Layer& layer) {
  ShapeLayer& s = layer.shapes;
  const auto& shapes = *layer.output->shapes;
  layer.needs_style = false;
  const bool here = selected_ && selected_->layer == layer.id;
  layer.looks.styles = shape_styles(shapes, time_.now, here ? selected_->feature : std::nullopt);
  if (auto sent = layer.looks.put(*renderer_); !sent) { fail(layer, sent.error()); return; }
  for (const auto e : s.fronts) {
    if (auto* t = world_.get<LineTile>(e)) renderer_->destroy(t->lines);
    world_.destroy(e);
  }
  s.fronts.clear();
  s.time = time_.now;
  for (std::uint32_t i = 0; i < shapes.shapes.size(); ++i) {
    const auto& shape = shapes.shapes[i];
    if (shape.kind != PluginShapeKind::column || shape.rings == 0 || !shape.shown_at(time_.now)) continue;
    const auto& foot = shapes.points[shapes.rings[shape.first_ring].first];
    const double ground = on_water(ground_->known(foot.lon, foot.lat), heights_.scene);
    const auto lines = column_lines(shapes, i, std::isfinite(ground) ? ground : 0);
    if (!lines) continue;
    const auto e = add_lines(layer, *lines, 1.5f);
    if (!e) return;
    s.fronts.push_back(*e);
  }
  if (!time_.now) return;
  for (std::uint32_t i = 0; i < shapes.shapes.size(); ++i) {
    const auto& front = shapes.shapes[i].front;
    if (!front || !shapes.shapes[i].shown_at(time_.now)) continue;
    const auto line = front_line(*front, i, *time_.now, [&](double lon, double lat) { return on_water(ground_->known(lon, lat), heights_.scene); });
    if (!line) continue;
    const auto e = add_lines(layer, *line, 1.5f);
    if (!e) return;
    s.fronts.push_back(*e);
  }
}

}  // namespace tenbo::runtime
