// Host extension tenbo.shapes/1: points, lines, areas and wave fronts, checked and copied.
#include <algorithm>
#include <cmath>

#include "plugins/intake_about.h"
#include "plugins/intake_table.h"
#include "plugins/shape_rings.h"

namespace tenbo::runtime {
namespace {
Result<ShapeClass> take_class(const tenbo_shape_class& from, const std::string& place) {
  ShapeClass out;
  if (from.pattern > TENBO_PATTERN_HATCHED) return bad(place + ".pattern", "found " + std::to_string(from.pattern) + ", expected 0 (solid) or 1 (hatched)");
  if (from.level < TENBO_LEVEL_UNKNOWN || from.level > TENBO_LEVEL_MOST) return bad(place + ".level", "found " + std::to_string(from.level) + ", expected -1 (unknown) to 5");
  out.hatched = from.pattern == TENBO_PATTERN_HATCHED;
  out.level = from.level;
  out.colour = {from.colour[0], from.colour[1], from.colour[2], from.colour[3]};
  auto ja = take_text(from.label_ja, place + ".label_ja"), en = take_text(from.label_en, place + ".label_en");
  if (!ja) return ja.error();
  if (!en) return en.error();
  out.label = {std::move(*ja), std::move(*en)};
  if (out.label.ja.empty() && out.label.en.empty()) return bad(place, "has no label: label_ja and label_en are empty");
  return out;
}

Result<std::optional<Front>> take_front(const tenbo_front* from, const std::string& place) {
  auto f = take_struct(from, place);
  if (!f) return f.error();
  if (f->count < 2 || f->count > TENBO_MAX_FRONT) return bad(place + ".count", "found " + std::to_string(f->count) + ", expected 2 to " + std::to_string(TENBO_MAX_FRONT));
  if (!f->seconds) return bad(place + ".seconds", "is NULL");
  if (!f->metres) return bad(place + ".metres", "is NULL");
  Front out;
  out.start = geo::Instant{f->start};
  if (!is_sane(out.start)) return bad(place + ".start", "is outside the years 1 to 9999");
  out.lon = f->lon;
  out.lat = f->lat;
  out.seconds.assign(f->seconds, f->seconds + f->count);
  out.metres.assign(f->metres, f->metres + f->count);
  for (std::uint32_t i = 0; i < f->count; ++i) {
    const auto at = "[" + std::to_string(i) + "]";
    if (!(out.seconds[i] >= 0 && out.seconds[i] <= 1e9)) return bad(place + ".seconds" + at, "is no time from 0 on");
    if (i > 0 && !(out.seconds[i] > out.seconds[i - 1])) return bad(place + ".seconds" + at, "is not after the one before it");
    if (!(out.metres[i] >= 0 && out.metres[i] <= 2.1e7)) return bad(place + ".metres" + at, "is no radius on Earth");
  }
  if (!on_earth(out.lon, out.lat)) return std::optional<Front>();
  return std::optional(std::move(out));
}

struct Left {  // what was mended or left out, for one warning each
  std::uint64_t no_place = 0, height = 0, never = 0;
};

class Taker {
 public:
  Taker(PluginShapes& out, std::uint32_t rows, const ReaderHandles& handles, DataText& texts) : out_(out), rows_(rows), rings_(out, handles), texts_(texts) {}
  Left left;

  Status take(const tenbo_shape& s, const std::string& place) {
    PluginShape to;
    if (s.kind > TENBO_SHAPE_COLUMN) return bad(place + ".kind", "found " + std::to_string(s.kind) + ", expected 0 (none) to 5 (column)");
    if (s.row >= rows_) return bad(place + ".row", "found " + std::to_string(s.row) + ", there are " + std::to_string(rows_) + " records");
    if (s.shape_class >= out_.classes.size()) return bad(place + ".shape_class", "found " + std::to_string(s.shape_class) + ", there are " + std::to_string(out_.classes.size()) + " classes");
    to.kind = static_cast<PluginShapeKind>(s.kind);
    to.row = s.row;
    to.shape_class = s.shape_class;
    for (const auto& [flag, time, at, name] : {std::tuple{s.has_from, s.from, &to.from, ".from"}, {s.has_until, s.until, &to.until, ".until"}}) {
      if (auto f = check_flag(flag, place + ".has_" + (name + 1)); !f) return f;
      if (!flag) continue;
      *at = geo::Instant{time};
      if (!is_sane(**at)) return bad(place + name, "is outside the years 1 to 9999");
    }
    if (to.from && to.until && *to.until <= *to.from) ++left.never;
    if (auto f = check_flag(s.has_height, place + ".has_height"); !f) return f;
    if (to.kind == PluginShapeKind::column && !s.has_height) return bad(place + ".has_height", "is 0: a column has a top");
    if (s.has_height && (to.kind == PluginShapeKind::point || to.kind == PluginShapeKind::column)) {
      if (std::abs(s.height) <= 7e6) to.height = s.height;  // to the middle of the Earth, and as far up
      else ++left.height;
    }
    auto label = texts_.take(s.label, place + ".label");
    if (!label) return label.error();
    to.label = std::move(*label);
    if (to.kind == PluginShapeKind::front) {
      auto f = take_front(s.front, place + ".front");
      if (!f) return f.error();
      if (*f) {
        to.front = std::move(**f);
        const double degrees = *std::max_element(to.front->metres.begin(), to.front->metres.end()) / 111'000;
        const double wide = std::min(180.0, degrees / std::max(0.1, std::cos(to.front->lat * M_PI / 180)));
        fronts_.add(to.front->lon - wide, std::max(-90.0, to.front->lat - degrees));
        fronts_.add(to.front->lon + wide, std::min(90.0, to.front->lat + degrees));
      }
    } else if (to.kind != PluginShapeKind::none) {
      if (auto taken = rings_.take(s, place, to); !taken) return taken;
    }
    if (to.kind != PluginShapeKind::none && to.rings == 0 && !to.front) {
      ++left.no_place;
      to.kind = PluginShapeKind::none;  // its record is still there to be found
    }
    out_.shapes.push_back(std::move(to));
    return {};
  }
  void end() {  // fronts go beyond what they are about: they count where there is nothing else
    if (out_.extent.empty()) out_.extent = fronts_;
  }

 private:
  PluginShapes& out_;
  std::uint32_t rows_;
  ShapeRings rings_;
  DataText& texts_;
  geo::Extent fronts_;
};
}  // namespace

std::optional<double> Front::radius_at(geo::Instant t) const {
  const double s = static_cast<double>(t.ms - start.ms) / 1000;
  if (seconds.empty() || metres.size() != seconds.size() || s < seconds.front() || s > seconds.back()) return std::nullopt;
  const auto after = std::upper_bound(seconds.begin(), seconds.end(), s);
  if (after == seconds.end()) return metres.back();
  const auto i = static_cast<std::size_t>(after - seconds.begin());
  return metres[i - 1] + (metres[i] - metres[i - 1]) * (s - seconds[i - 1]) / (seconds[i] - seconds[i - 1]);
}

Result<PluginOutput> take_shapes(const tenbo_shapes* shapes, const ReaderHandles& handles) {
  auto s = take_struct(shapes, "tenbo_shapes");
  if (!s) return s.error();
  auto output = take_about(s->about, "tenbo_shapes.about");
  if (!output) return output.error();
  auto& o = *output;
  auto out = std::make_shared<PluginShapes>();
  auto title = take_text(s->legend_title, "tenbo_shapes.legend_title");
  if (!title) return title.error();
  out->legend_title = std::move(*title);
  if (s->class_count > TENBO_MAX_CLASSES)
    return bad("tenbo_shapes.class_count", "found " + std::to_string(s->class_count) + ", the limit is " + std::to_string(TENBO_MAX_CLASSES), ErrorCode::out_of_budget);
  if (s->class_count && !s->classes) return bad("tenbo_shapes.classes", "is NULL");
  for (std::uint32_t i = 0; i < s->class_count; ++i) {
    auto c = element(s->classes, i, "tenbo_shapes.classes");
    if (!c) return c.error();
    auto taken = take_class(*c, "tenbo_shapes.classes[" + std::to_string(i) + "]");
    if (!taken) return taken.error();
    out->classes.push_back(std::move(*taken));
  }
  DataText texts;
  auto records = take_struct(s->records, "tenbo_shapes.records");
  if (!records) return records.error();
  auto rows = take_rows(*records, handles, texts, o);
  if (!rows) return rows.error();
  o.records = std::move(*rows);
  if (s->shape_count > TENBO_MAX_ROWS)
    return bad("tenbo_shapes.shape_count", "found " + std::to_string(s->shape_count) + ", the limit is " + std::to_string(TENBO_MAX_ROWS), ErrorCode::out_of_budget);
  if (s->shape_count && !s->shapes) return bad("tenbo_shapes.shapes", "is NULL");
  Taker taker(*out, o.records->size(), handles, texts);
  for (std::uint32_t i = 0; i < s->shape_count; ++i) {
    auto shape = element(s->shapes, i, "tenbo_shapes.shapes");
    if (!shape) return shape.error();
    if (auto taken = taker.take(*shape, "tenbo_shapes.shapes[" + std::to_string(i) + "]"); !taken) return taken.error();
  }
  taker.end();
  o.shapes = std::move(out);
  const auto tell = [&](std::uint64_t n, const char* what) {
    if (n) add_warning(o, std::to_string(n) + what);
  };
  tell(taker.left.no_place, " shapes have no usable place on Earth and are listed without one");
  tell(taker.left.height, " points have no usable height and lie on the ground");
  tell(taker.left.never, " shapes end before they begin and are never shown");
  texts.tell(o);
  return output;
}

}  // namespace tenbo::runtime
