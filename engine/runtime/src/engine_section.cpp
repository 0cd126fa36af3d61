// The section plane of the scene: what lies before it is cut away, so that one sees below the ground and into what stands on it.
#include <algorithm>
#include <cmath>

#include "engine_impl.h"

namespace tenbo::runtime {

void EngineImpl::set_section(std::optional<scene::SectionSpec> section) {
  if (scene_.section == section) return;
  scene_.section = std::move(section);
  ++revision_;
}

// A plane through a place: upright across an azimuth, or level at a height. Kept is what lies beyond it in that direction, or below it.
std::optional<EngineImpl::SectionPlane> EngineImpl::section_plane() const {
  const auto& s = scene_.section;
  if (!s || (!s->azimuth && !s->height)) return std::nullopt;
  const auto frame = geo::LocalFrame::at({s->lon, s->lat, s->azimuth ? 0 : *s->height});
  const double a = s->azimuth.value_or(0) * M_PI / 180;
  return SectionPlane{frame.origin, frame.axes * (s->azimuth ? glm::dvec3(std::sin(a), std::cos(a), 0) : glm::dvec3(0, 0, -1))};
}

void EngineImpl::extract_section(render::FrameView& v) {
  v.section = glm::vec4(0);
  const auto& s = scene_.section;
  for (auto& l : layers_) l->uncut = s && std::find(s->keep.begin(), s->keep.end(), l->spec.name) != s->keep.end();
  if (const auto plane = section_plane())
    v.section = glm::vec4(glm::vec3(glm::transpose(anchor_.axes) * plane->towards), static_cast<float>(-glm::dot(plane->towards, plane->origin - camera_.position())));
}

}  // namespace tenbo::runtime
