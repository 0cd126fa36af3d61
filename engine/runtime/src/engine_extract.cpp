// From the world to a frame: the only place where double world coordinates become camera-relative floats.
#include <algorithm>
#include <cmath>
#include <glm/gtc/matrix_transform.hpp>

#include "engine_impl.h"
#include "tenbo/render/frame_memory.h"
#include "tenbo/runtime/picture_size.h"
#include "tile_detail.h"

namespace tenbo::runtime {

glm::mat4 EngineImpl::model_matrix(const geo::LocalFrame& frame) const {
  const glm::dmat3 to_view = glm::transpose(anchor_.axes);
  const glm::dmat3 rotation = to_view * frame.axes;
  const glm::dvec3 translation = to_view * (frame.origin - camera_.position());
  glm::mat4 m{glm::mat3(rotation)};
  m[3] = glm::vec4(glm::vec3(translation), 1.f);
  return m;
}

// What moves all the time, the sun and the water's surface between two steps of a forecast, follows the real clock in strides, so that
// a picture that stands still need not be drawn anew each frame (render::FrameStats::scene_kept). In a stride the sun goes a quarter of a
// degree, half of its own width; a whole frame of a city without a GPU takes a quarter of a second, in which what arrives has to wait.
std::optional<geo::Instant> EngineImpl::moving_time() const {
  constexpr std::int64_t stride = 60'000;  // ms
  const bool real = feeds_ && following_ && clock_.mode() == live::Clock::Mode::real;
  return time_.now && real ? std::optional(geo::Instant{time_.now->ms / stride * stride}) : time_.now;
}

double EngineImpl::terrain_error() const { return renderer_ && renderer_->quality() == render::Quality::software ? 3.0 : 1.5; }

// The same view is filled again and again, so that its memory stays.
render::FrameView& EngineImpl::extract(glm::uvec2 size) {
  render::FrameView& v = view_;
  v.accumulate = 1;
  v.overlay.vertices.clear();
  v.overlay.indices.clear();
  v.overlay.commands.clear();
  v.size = size;
  v.view = glm::mat4(glm::mat3(glm::transpose(camera_.orientation()) * anchor_.axes));
  v.anchor = glm::vec3(glm::transpose(anchor_.axes) * (anchor_.origin - camera_.position()));
  v.fov_y = static_cast<float>(camera_.fov * M_PI / 180.0);
  const double ground = ground_->known(camera_.lon, camera_.lat);
  double above = camera_.height - (std::isfinite(ground) ? ground : 0.0);
  v.camera_height = static_cast<float>(std::max(2.0, above));
  v.near_plane = static_cast<float>(std::clamp(above * 0.02, 0.1, 20.0));
  v.haze_distance = static_cast<float>(std::max(22'000.0, above * 9.0));
  v.night_theme = night_;
  v.ground_error = terrain_.active() ? static_cast<float>(terrain_error()) : 0.f;

  // The sun stands where it does at the scene's anchor, so that shadows do not move with the camera. Without a time the
  // light is that of half past ten there, local solar time, on the March equinox of 2026.
  const geo::GeoPoint& place = anchor_.anchor;
  const geo::Instant light = moving_time().value_or(geo::Instant{1773964800000 + static_cast<std::int64_t>((10.5 - place.lon / 15.0) * 3600e3)});
  const auto sun = scene::sun_position(light, place.lon, place.lat);
  const double az = sun.azimuth * M_PI / 180, el = sun.elevation * M_PI / 180;
  const auto here = geo::LocalFrame::at({place.lon, place.lat, 0});
  const glm::dvec3 sun_ecef = here.axes * glm::dvec3(std::sin(az) * std::cos(el), std::cos(az) * std::cos(el), std::sin(el));
  // Baked shadows are those of half past ten on an equinox (io/bake/light.cpp); they fade as the sun moves away from there.
  const double hour = 22.5 * M_PI / 180, lat = place.lat * M_PI / 180;
  const glm::dvec3 baked_sun(std::sin(hour), -std::sin(lat) * std::cos(hour), std::cos(lat) * std::cos(hour));
  const double apart = std::acos(std::clamp(glm::dot(here.axes * baked_sun, sun_ecef), -1.0, 1.0)) * 180 / M_PI;
  v.baked_sun = static_cast<float>(std::clamp((20 - apart) / 14, 0.0, 1.0));
  v.sun_direction = glm::vec3(glm::transpose(anchor_.axes) * sun_ecef);

  // drawing order is the layers' order
  std::map<std::uint32_t, const Layer*> visible;
  for (const auto& l : layers_) if (l->ready() && l->spec.visible) visible.emplace(l->id, l.get());
  std::uint32_t last_id = 0;  // neighbours are of the same layer, and no layer has the id 0
  const Layer* last = nullptr;
  const auto layer_of = [&](std::uint32_t id) -> const Layer* {
    if (id == last_id) return last;
    const auto it = visible.find(id);
    last_id = id;
    return last = it == visible.end() ? nullptr : it->second;
  };
  v.baked_city = std::any_of(visible.begin(), visible.end(), [](const auto& l) { return l.second->stream && l.second->stream->baked_light() && !l.second->bake.held; });
  extract_section(v);
  records_.update({layers_, anchor_.axes, terrain_.active() && !ground_->elevations.empty()}, camera_.position());
  v.lines.clear();
  v.fields.clear();
  world_.view<LayerTag, TileFrame, LineTile>().each([&](scene::Entity, LayerTag& tag, TileFrame& tile, LineTile& t) {
    const Layer* l = layer_of(tag.layer);
    if (!l) return;
    render::LineDraw d;
    d.lines = t.lines;
    d.features = l->looks.table;
    d.model = model_matrix(tile.frame);
    d.colour = l->spec.style.colour.value_or(Rgba8{70, 120, 160, 255});
    d.width = static_cast<float>(l->spec.style.line_width) * t.wider * options_.ui_scale;
    d.opacity = static_cast<float>(l->spec.opacity);
    d.layer = tag.layer;
    d.draped = t.draped;
    v.lines.push_back(d);
  });
  world_.view<LayerTag, TileFrame, FieldTile>().each([&](scene::Entity, LayerTag& tag, TileFrame& tile, FieldTile& t) {
    const Layer* l = layer_of(tag.layer);
    if (!l || !l->field.field) return;
    const auto step = l->field.step_at(time_.now);
    if (!step) return;
    if (!l->field.grids.shown()) return;
    render::FieldDraw d;
    d.mesh = t.mesh;
    d.values = l->field.grids.shown();
    if (const auto next = l->field.grids.at(*step + 1); next && d.values == l->field.grids.at(*step)) {
      d.next = next;
      d.blend = l->field.blend_at(*step, moving_time());
    }
    d.model = model_matrix(tile.frame);
    d.origin_height = static_cast<float>(tile.frame.anchor.height);
    d.as_depth = l->field.is_depth;
    d.hatched = l->field.disagreement != nullptr || l->field.hatches_unknown();
    d.unknown_hatched = l->data.forecast && l->spec.show.changed;
    if (l->field.palette) d.palette = l->field.palette->for_render();
    d.mode = l->field.is_depth ? water_mode_ : render::WaterMode::classes;
    d.opacity = static_cast<float>(l->spec.opacity);
    d.layer = tag.layer;
    v.fields.push_back(d);
  });

  extract_points(v);
  std::vector<std::uint32_t> rank;  // by the layer's id
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (rank.size() <= layers_[i]->id) rank.resize(layers_[i]->id + 1, 0);
    rank[layers_[i]->id] = static_cast<std::uint32_t>(i);
  }
  const auto of = [&](const auto& d) { return d.layer < rank.size() ? rank[d.layer] : 0u; };
  std::stable_sort(v.fields.begin(), v.fields.end(), [&](const auto& a, const auto& b) { return of(a) < of(b); });
  return v;
}

void EngineImpl::sync_glyphs() {
  int y0 = 0, y1 = 0;
  std::span<const std::uint8_t> pixels;
  if (glyphs_->take_dirty(y0, y1, pixels))
    if (auto s = renderer_->update_glyph_atlas(glyphs_->atlas_size(), y0, y1, pixels); !s) log_.error(s.error().text());
}

void EngineImpl::build_overlay(const HudInput& hud, const render::OverlayList* extra, render::FrameView& view, const DrawOnMap& on_map) {
  for (int attempt = 0; attempt < 2; ++attempt) {  // a full atlas starts again once
    view.overlay = {};
    const auto generation = glyphs_->generation();
    if (on_map) on_map(view.overlay);
    draw_hud(hud, *glyphs_, view.overlay);
    if (glyphs_->generation() == generation) break;
  }
  if (extra) {
    const auto vertices = static_cast<std::uint32_t>(view.overlay.vertices.size());
    const auto indices = static_cast<std::uint32_t>(view.overlay.indices.size());
    view.overlay.vertices.insert(view.overlay.vertices.end(), extra->vertices.begin(), extra->vertices.end());
    view.overlay.indices.insert(view.overlay.indices.end(), extra->indices.begin(), extra->indices.end());
    for (auto c : extra->commands) {
      c.first_index += indices;
      c.vertex_offset += vertices;
      view.overlay.commands.push_back(c);
    }
  }
  sync_glyphs();
}

Status EngineImpl::present(glm::uvec2 size, const HudInput& hud, const render::OverlayList& extra, const DrawOnMap& on_map) {
  last_size_ = size;
  auto& view = extract(size);
  build_overlay(hud, &extra, view, on_map);
  return renderer_->present(view);
}

namespace {
// A picture that is larger than the budget is made all the same, and said.
void say_too_large(Log& log, const render::Renderer& renderer, glm::uvec2 size, std::uint32_t samples, std::uint64_t has) {
  const std::uint64_t needs = render::frame_bytes(size, renderer.quality(), renderer.gpu_driven(), samples > 1);
  if (needs <= has) return;
  log.warning("a picture of " + std::to_string(size.x) + " x " + std::to_string(size.y) + " is drawn in " + std::to_string(needs >> 20) +
              " MiB of the graphics device's memory, and --vram is " + std::to_string(has >> 20) + " MiB: it takes more than that; ask for a smaller one, or give more with --vram");
}
}  // namespace

Result<Image> EngineImpl::still(glm::uvec2 size, std::uint32_t samples, bool with_hud) {
  if (!renderer_) return Error{ErrorCode::unsupported, "this engine was started without graphics", "", "", ""};
  say_too_large(log_, *renderer_, size, samples, vram_);
  if (last_size_ != size) {
    last_size_ = size;
    if (!camera_set_) framing_changed();
    settle({});
  }
  if (still_seconds_ < at_rest && std::any_of(layers_.begin(), layers_.end(), [](const auto& l) { return l->stream && l->spec.visible; })) {
    stood_ = camera_;
    still_seconds_ = at_rest;
    settle({});
  }
  fine_points_ = samples > 1;
  auto& view = extract(size);
  fine_points_ = false;
  view.accumulate = samples;
  HudInput input = hud(size);
  if (!with_hud) {
    HudInput bare;
    bare.size = size;
    bare.ui_scale = input.ui_scale;
    bare.language = input.language;
    bare.words = input.words;
    bare.night = input.night;
    bare.banners = input.banners;
    input = bare;
  }
  build_overlay(input, nullptr, view);
  return renderer_->render(view);
}

Result<Image> EngineImpl::still_with(glm::uvec2 size, std::uint32_t samples, const DrawOnMap& draw) {
  if (!renderer_) return Error{ErrorCode::unsupported, "this engine was started without graphics", "", "", ""};
  say_too_large(log_, *renderer_, size, samples, vram_);
  if (last_size_ != size) {
    last_size_ = size;
    settle({});
  }
  fine_points_ = samples > 1;
  auto& view = extract(size);
  fine_points_ = false;
  view.accumulate = samples;
  build_overlay(hud(size), nullptr, view, draw);
  return renderer_->render(view);
}

void expect_picture(Engine& engine, glm::uvec2 size) {
  if (auto* ours = dynamic_cast<EngineImpl*>(&engine)) ours->expect_size(size);
}

Status EngineImpl::draw_offscreen(glm::uvec2 size) {
  last_size_ = size;
  return renderer_->render_offscreen(extract(size));
}

}  // namespace tenbo::runtime
