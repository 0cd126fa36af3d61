#include "field_layer.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tenbo::runtime {

std::vector<float> with_hatching(const std::vector<float>& values, const std::vector<float>& marks) {
  std::vector<float> out = values;
  for (std::size_t i = 0; i < out.size() && i < marks.size(); ++i) {
    if (!std::isfinite(out[i])) continue;
    const bool marked = marks[i] == 1.f;
    if (marked && out[i] == 0.f) out[i] = 1e-30f;
    const auto bits = std::bit_cast<std::uint32_t>(out[i]);
    if (((bits & 1u) != 0) != marked) out[i] = std::bit_cast<float>(bits + 1);
  }
  return out;
}

std::vector<float> with_unknown_hatched(const std::vector<float>& values) {
  std::vector<float> marks(values.size()), plain = values;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isnan(values[i])) plain[i] = 0, marks[i] = 1;
  return with_hatching(plain, marks);
}

bool FieldLayer::replace(std::shared_ptr<const geo::Field> with, render::Renderer* renderer) {
  const auto same_cells = [](const geo::GridGeometry& a, const geo::GridGeometry& b) {
    return a.geotransform == b.geotransform && a.width == b.width && a.height == b.height && a.crs.id() == b.crs.id();
  };
  const bool keep = field && with && same_cells(field->info().grid, with->info().grid);
  field = std::move(with);
  ++revision;
  slices.clear();
  asked.clear();
  failed.clear();
  grids.forget(renderer, keep);
  return keep;
}

std::optional<std::size_t> FieldLayer::step_at(std::optional<geo::Instant> t) const {
  if (!field) return std::nullopt;
  const auto& times = field->info().valid_times;
  if (times.empty()) return 0;
  if (!t) return 0;
  return field->step_at(*t);
}

float FieldLayer::blend_at(std::size_t step, std::optional<geo::Instant> t) const {
  const auto& times = field->info().valid_times;
  if (!t || step + 1 >= times.size()) return 0.f;
  const double span = static_cast<double>(times[step + 1].ms - times[step].ms);
  return span > 0 ? static_cast<float>(std::clamp(static_cast<double>(t->ms - times[step].ms) / span, 0.0, 1.0)) : 0.f;
}

const PaletteStop* FieldLayer::class_of(float value) const { return palette ? palette->class_of(value) : nullptr; }

}  // namespace tenbo::runtime
