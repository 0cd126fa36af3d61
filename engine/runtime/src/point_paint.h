#pragma once
// How the points of a cloud look: by velocity, class, height, intensity or as surveyed; which of them a filter leaves.
#include <optional>
#include <string>
#include <vector>

#include "style.h"
#include "tenbo/io/points.h"
#include "tenbo/io/vector.h"

namespace tenbo::runtime {

// What a point can be coloured and filtered by: the words of scene files.
enum class PointValue { velocity, displacement, coherence, height, intensity, point_class, colour };
std::optional<PointValue> parse_point_value(std::string_view word);
const char* to_string(PointValue value);  // "velocity" ... "class", "colour"
bool has_value(const io::PointCloud& cloud, PointValue value);
PointValue default_value(const io::PointCloud& cloud);  // what it is coloured by where nobody says

// NaN where it is unknown. `index`: into the columns of the cloud.
// `step`: the date of a displacement; absent: before the first of them.
double point_value(const io::PointCloud& cloud, const io::PointTile& tile, std::uint32_t index, PointValue value, std::optional<std::size_t> step = {});

class PointPaint {
 public:
  // palette: of `value`; null: one colour. Height and intensity take the whole of it, from the least to the most of the cloud.
  PointPaint(const io::PointCloud& cloud, const scene::LayerStyle& style, PointValue value, const Palette* palette, std::optional<std::size_t> step = {});
  // Of one tile: a colour a point, and those that are shown in their order; absent: all are.
  void paint(const io::PointTile& tile, std::vector<Rgba8>& colours, std::optional<std::vector<std::uint32_t>>& shown) const;
  const std::optional<Palette>& palette() const { return palette_; }  // as it is applied

 private:
  Rgba8 colour_of(double value) const;
  const io::PointCloud& cloud_;
  const scene::LayerStyle& style_;
  PointValue value_;
  std::optional<std::size_t> step_;
  std::optional<Palette> palette_;
  std::optional<Filter> filter_;
  std::optional<PointValue> filtered_;
};

// The same cloud on the ground: points without heights of their own. [worker]
std::shared_ptr<const io::PointCloud> draped(const io::PointCloud& cloud, const io::GroundSource& ground, JobSystem& jobs);

}  // namespace tenbo::runtime
