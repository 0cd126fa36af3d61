// Photographs with their cameras: the card of one, its picture, and the view through its camera.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine_impl.h"
#include "tenbo/io/photo.h"

namespace tenbo::runtime {
namespace {

constexpr std::size_t kept = 24;  // pictures, of up to 16 MB each

const io::PhotoCamera* photo_of(const Layer* l, std::uint32_t feature) {
  return l && l->ready() && l->data.photos && feature < l->data.photos->size() ? &(*l->data.photos)[feature] : nullptr;
}

}  // namespace

// Read on a worker; what was asked for last is kept.
Photograph EngineImpl::read_photograph(const std::filesystem::path& folder, const std::string& name, int turned) {
  const std::string key = folder.string() + '\n' + name;
  for (const auto& [k, p] : photographs_) if (k == key) return p;
  photographs_.emplace_front(key, Photograph{});
  if (photographs_.size() > kept) photographs_.pop_back();
  ++jobs_out_;
  jobs_.submit([this, queue = finished_, folder, name, key, turned] {
    auto read = std::make_shared<Result<Image>>(io::read_photo(folder, name));
    if (*read && turned > 1) **read = io::turn_picture(std::move(**read), turned);
    queue->push([this, key, read] {
      --jobs_out_;
      ++revision_;
      for (auto& [k, p] : photographs_) {
        if (k != key) continue;
        if (*read) p.picture = std::make_shared<const Image>(std::move(**read));
        else p.error = read->error().text();
      }
    });
  });
  return {};
}

Photograph EngineImpl::camera_photograph(std::uint32_t layer, std::uint32_t feature) {
  const auto* p = photo_of(find_layer(layer), feature);
  return p ? read_photograph(p->folder, p->name, p->turned) : Photograph{nullptr, word("photo.none")};
}

std::optional<PhotoCard> EngineImpl::photo_card() const {
  if (!selected_ || !selected_->feature) return std::nullopt;
  const Layer* l = find_layer(selected_->layer);
  const auto* p = photo_of(l, *selected_->feature);
  if (!p) return std::nullopt;
  const auto& m = p->meta;
  PhotoCard c;
  c.layer = l->id;
  c.feature = *selected_->feature;
  c.name = p->name;
  c.date = m.date;
  c.date_offset = m.date_offset;
  c.camera = m.make.empty() || m.model.starts_with(m.make) ? m.model : m.make + " " + m.model;
  c.source = p->source.empty() ? l->status.source : p->source;
  if (std::isfinite(m.altitude)) {
    const bool ellipsoid = l->spec.vertical != geo::VerticalKind::unknown ? l->spec.vertical == geo::VerticalKind::ellipsoidal : m.altitude_kind == io::AltitudeKind::ellipsoid;
    c.place = word(ellipsoid ? "photo.above_ellipsoid" : "photo.above_sea", {{"m", fmt::format("{:.1f}", m.altitude)}});
  } else {
    c.place = word("photo.no_height");
  }
  if (std::isfinite(m.relative_altitude)) c.place += " · " + word("photo.above_start", {{"m", fmt::format("{:.1f}", m.relative_altitude)}});
  if (!p->axes) {
    c.view = word("photo.no_direction");
  } else {
    const glm::dvec3 forward = -(*p->axes)[2], right = (*p->axes)[0];
    const double pitch = std::asin(std::clamp(forward.z, -1.0, 1.0)) * 180 / M_PI;
    // Straight down the heading is that of the picture's top.
    const glm::dvec3 ahead = std::hypot(forward.x, forward.y) > 1e-6 ? forward : (*p->axes)[1] * (forward.z < 0 ? 1.0 : -1.0);
    const double heading = std::fmod(std::atan2(ahead.x, ahead.y) * 180 / M_PI + 360, 360);
    c.rolled = -std::asin(std::clamp(right.z / std::max(1e-9, std::cos(pitch * M_PI / 180)), -1.0, 1.0)) * 180 / M_PI;
    if (std::abs(pitch) > 89.9) c.rolled = 0;
    c.view = word("photo.looks", {{"heading", fmt::format("{:.0f}", heading)}, {"pitch", fmt::format("{:.0f}", pitch)}});
    if (p->field) {
      c.view += " · " + word("photo.angles", {{"across", fmt::format("{:.0f}", 2 * std::atan(p->field->x) * 180 / M_PI)}, {"up", fmt::format("{:.0f}", 2 * std::atan(p->field->y) * 180 / M_PI)}});
      c.aspect = p->field->x / p->field->y;
      if (p->placed) {
        scene::Camera camera;
        camera.lon = p->place.lon;
        camera.lat = p->place.lat;
        camera.height = p->place.height;
        camera.heading = heading;
        camera.pitch = std::clamp(pitch, -90.0, 90.0);
        camera.fov = 2 * std::atan(p->field->y) * 180 / M_PI;
        c.through = camera;
      }
    } else {
      c.view += " · " + word("photo.no_angles");
    }
  }
  return c;
}

}  // namespace tenbo::runtime
