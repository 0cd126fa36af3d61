#include "point_paint.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <limits>


namespace tenbo::runtime {
namespace {
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::pair<const char*, PointValue> words[]{{"velocity", PointValue::velocity}, {"displacement", PointValue::displacement}, {"coherence", PointValue::coherence}, {"height", PointValue::height},
                                                     {"intensity", PointValue::intensity}, {"class", PointValue::point_class}, {"colour", PointValue::colour}};

// 0.9 as a float is less than 0.9, and "coherence >= 0.9" means what stands in the file: to five decimals.
double as_written(float v) { return std::round(static_cast<double>(v) * 1e5) / 1e5; }

// The intensity that 99 of 100 points have or less: a few mirrors would make all else black.
double bright(const io::PointCloud& c) {
  std::vector<std::uint16_t> some;
  const std::size_t step = std::max<std::size_t>(1, c.places.size() / 20'000);
  for (std::size_t i = 0; i < c.places.size(); i += step) some.push_back(c.places[i][3]);
  if (some.empty()) return 1;
  const auto at = some.begin() + static_cast<std::ptrdiff_t>((some.size() - 1) * 99 / 100);
  std::nth_element(some.begin(), at, some.end());
  return std::max<double>(1, *at);
}

// The palette's stops stand at 0 to 1.
Palette stretched(Palette p, double low, double high) {
  const auto text = [&](double v) { return scene::LocalText{{}, std::to_string(static_cast<long>(std::lround(v)))}; };
  for (auto& s : p.stops) {
    s.from = low + s.from * (high - low);
    s.label = text(s.from);
  }
  return p;
}
}  // namespace

std::optional<PointValue> parse_point_value(std::string_view word) {
  for (const auto& [name, value] : words) if (word == name) return value;
  return std::nullopt;
}

const char* to_string(PointValue value) {
  for (const auto& [name, v] : words) if (v == value) return name;
  return "";
}

bool has_value(const io::PointCloud& c, PointValue value) {
  switch (value) {
    case PointValue::velocity: return c.series != nullptr;
    case PointValue::displacement: return c.series && !c.series->dates.empty();
    case PointValue::coherence: return c.series && !c.series->coherence.empty();
    case PointValue::height: return c.has_height;
    case PointValue::intensity: return c.has_intensity;
    case PointValue::point_class: return c.has_class;
    case PointValue::colour: return c.has_colour;
  }
  return false;
}

PointValue default_value(const io::PointCloud& c) {
  if (c.series) return PointValue::velocity;
  if (c.has_colour) return PointValue::colour;
  const auto kinds = std::count_if(c.classes.begin(), c.classes.end(), [](auto n) { return n > 0; });
  return kinds > 1 ? PointValue::point_class : PointValue::height;
}

double point_value(const io::PointCloud& c, const io::PointTile& t, std::uint32_t index, PointValue value, std::optional<std::size_t> step) {
  const std::uint32_t row = c.rows[index];
  switch (value) {
    case PointValue::velocity: return c.series ? as_written(c.series->velocity[row]) : nothing;
    case PointValue::displacement: return c.series && step && *step < c.series->dates.size() ? static_cast<double>(c.series->displacement(row, *step)) : nothing;
    case PointValue::coherence: return has_value(c, value) ? as_written(c.series->coherence[row]) : nothing;
    case PointValue::height: {
      if (!c.has_height) return nothing;
      const auto& p = c.places[index];
      const glm::dvec3 low(t.min), at = low + glm::dvec3(p[0], p[1], p[2]) / 65535.0 * (glm::dvec3(t.max) - low);
      return t.frame.anchor.height + at.z + (at.x * at.x + at.y * at.y) / (2 * geo::mean_radius);
    }
    case PointValue::intensity: return c.has_intensity ? c.places[index][3] : nothing;
    case PointValue::point_class: return c.has_class && index < c.looks.size() ? c.looks[index].a : nothing;
    case PointValue::colour: break;
  }
  return nothing;
}

PointPaint::PointPaint(const io::PointCloud& cloud, const scene::LayerStyle& style, PointValue value, const Palette* palette, std::optional<std::size_t> step)
    : cloud_(cloud), style_(style), value_(value), step_(step) {
  if (palette) palette_ = *palette;
  if (palette_ && palette_->kind == PaletteKind::continuous && (value == PointValue::height || value == PointValue::intensity)) {
    const bool height = value == PointValue::height;
    palette_ = stretched(*palette_, height ? cloud.extent.min_height : 0, height ? cloud.extent.max_height : bright(cloud));
  }
  if (style.filter.empty()) return;
  if (auto f = parse_filter(style.filter)) filter_ = std::move(*f);
  if (filter_) filtered_ = parse_point_value(filter_->attribute);
}

Rgba8 PointPaint::colour_of(double value) const {
  const Rgba8 plain = style_.colour.value_or(Rgba8{120, 128, 136, 255});
  if (!style_.classes.empty()) {
    if (std::isnan(value)) return palette_ ? palette_->unknown : Rgba8{104, 112, 120, 255};
    Rgba8 out = plain;
    for (const auto& c : style_.classes) if (c.from && value >= *c.from) out = c.colour;
    return out;
  }
  if (!palette_) return plain;
  if (std::isnan(value)) return palette_->unknown;
  if (value_ == PointValue::point_class) {  // words, not a scale: a class without an entry is none of its neighbours
    for (const auto& s : palette_->stops) if (s.from == value) return s.colour;
    return palette_->unknown;
  }
  return palette_->colour_of(value);
}

void PointPaint::paint(const io::PointTile& t, std::vector<Rgba8>& colours, std::optional<std::vector<std::uint32_t>>& shown) const {
  colours.resize(t.count);
  shown.reset();
  if (filter_) shown.emplace();
  for (std::uint32_t i = 0; i < t.count; ++i) {
    const std::uint32_t index = t.first + i;
    if (value_ == PointValue::colour && style_.classes.empty()) colours[i] = {cloud_.looks[index].r, cloud_.looks[index].g, cloud_.looks[index].b, 255};
    else colours[i] = colour_of(point_value(cloud_, t, index, value_, step_));
    if (!shown) continue;
    const double v = filtered_ ? point_value(cloud_, t, index, *filtered_, step_) : nothing;
    if (filter_->passes(std::isnan(v) ? geo::AttributeValue{} : geo::AttributeValue{v})) shown->push_back(i);
  }
}

std::shared_ptr<const io::PointCloud> draped(const io::PointCloud& cloud, const io::GroundSource& ground, JobSystem& jobs) {
  auto out = std::make_shared<io::PointCloud>(cloud);
  jobs.parallel_for(out->tiles.size(), 1, [&](std::size_t a, std::size_t b) {
    const auto at = ground();
    std::vector<glm::dvec3> local;
    for (std::size_t k = a; k < b; ++k) {
      io::PointTile& t = out->tiles[k];
      local.resize(t.count);
      glm::dvec3 low(std::numeric_limits<double>::max()), high(-std::numeric_limits<double>::max());
      for (std::uint32_t i = 0; i < t.count; ++i) {
        auto p = cloud.place(cloud.tiles[k], i);
        const double h = at(p.lon, p.lat);
        p.height = std::isfinite(h) ? h + 0.5 : 0;
        local[i] = t.frame.to_local(geo::to_ecef(p));
        low = glm::min(low, local[i]);
        high = glm::max(high, local[i]);
      }
      t.min = glm::vec3(low);
      t.max = glm::vec3(high);
      const glm::dvec3 from(t.min), size = glm::max(glm::dvec3(t.max) - from, glm::dvec3(1e-6));
      for (std::uint32_t i = 0; i < t.count; ++i) {
        const auto share = glm::clamp((local[i] - from) / size, 0.0, 1.0) * 65535.0;
        for (int axis = 0; axis < 3; ++axis) out->places[t.first + i][static_cast<std::size_t>(axis)] = static_cast<std::uint16_t>(std::lround(share[axis]));
      }
    }
  });
  return out;
}

}  // namespace tenbo::runtime
