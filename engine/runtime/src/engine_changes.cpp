// What an issue changed, as a list: of fields counted from two issues, of areas as their messages say.
#include <algorithm>
#include <map>
#include <tuple>

#include "engine_impl.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {

// The class that a palette of differences does not draw: from there to the next one nothing has changed.
std::pair<double, double> same_between(const Palette* p) {
  for (std::size_t i = 0; p && i + 1 < p->stops.size(); ++i)
    if (p->stops[i].colour.a == 0) return {p->stops[i].from, p->stops[i + 1].from};
  return {0, 0};
}

std::string text_of(const geo::FeatureTable& table, std::uint32_t row, std::string_view column) {
  return geo::to_text(table.value(row, column));
}

Result<LayerChanges> changed_areas(LayerChanges out, const PluginOutput& output, std::optional<geo::Instant> now, bool ja) {
  const auto& shapes = *output.shapes;
  const auto label = [&](const ShapeClass& c) { return (ja ? c.label.ja : c.label.en).empty() ? (ja ? c.label.en : c.label.ja) : ja ? c.label.ja : c.label.en; };
  struct Of { const ShapeClass* now = nullptr; geo::Extent extent; };
  std::map<std::uint32_t, Of> rows;
  for (const auto& s : shapes.shapes) {
    if (!s.shown_at(now)) continue;
    auto& of = rows[s.row];
    const auto& c = shapes.classes[s.shape_class];
    if (!of.now || c.level > of.now->level) of.now = &c;
    for (std::uint32_t r = s.first_ring; r < s.first_ring + s.rings; ++r)
      for (std::uint32_t i = 0; i < shapes.rings[r].count; ++i) of.extent.add(shapes.points[shapes.rings[r].first + i].lon, shapes.points[shapes.rings[r].first + i].lat);
  }
  for (const auto& [row, of] : rows) {
    const std::string before = text_of(*output.records, row, "class_before");
    const auto was = std::find_if(shapes.classes.begin(), shapes.classes.end(), [&](const ShapeClass& c) { return !before.empty() && c.label.ja == before; });
    const bool named = was != shapes.classes.end();
    if (before.empty()) {
      ++out.unknown;
      continue;
    }
    const auto level = named ? std::optional<double>(was->level) : geo::to_number(output.records->value(row, "level_before"));
    if (named ? &*was == of.now : level == of.now->level) {
      ++out.same;
      continue;
    }
    ChangedArea a{std::string(output.records->id(row)), text_of(*output.records, row, "name"), named ? label(*was) : local_half(before, ja), label(*of.now),
                  static_cast<int>(std::clamp(level.value_or(-1), -1.0, 5.0)), of.now->level, row, of.extent};
    if (a.name.empty()) a.name = a.id;
    out.areas.push_back(std::move(a));
  }
  std::stable_sort(out.areas.begin(), out.areas.end(), [](const ChangedArea& a, const ChangedArea& b) {
    const bool rose_a = a.to_level > a.from_level, rose_b = b.to_level > b.from_level;
    return rose_a != rose_b ? rose_a : a.to_level > b.to_level;
  });
  return out;
}

}  // namespace

// All that it needs is copied, so that a worker can do it.
std::function<Result<LayerChanges>()> EngineImpl::changes_work(const Layer& layer) const {
  LayerChanges out;
  out.layer = layer.status.name;
  const auto nothing = [&](std::string why) { return [why, name = out.layer]() -> Result<LayerChanges> { return Error{ErrorCode::not_found, why, name, "", ""}; }; };
  if (!layer.ready()) return nothing("the layer is not there yet");
  if (const auto& forecast = layer.data.forecast) {
    if (layer.shown.issue == 0) return nothing("there is no issue before this one, and so no change since");
    const auto field = forecast->field(layer.shown.issue, layer.shown.view);
    if (!field) return [e = field.error()]() -> Result<LayerChanges> { return e; };
    const auto step = (*field)->info().valid_times.empty() || !time_.now ? std::optional<std::size_t>(0) : (*field)->step_at(*time_.now);
    if (!step) return nothing("the moment lies before the first that was forecast");
    out.field = true;
    out.shown = layer.shown.word;
    out.unit = (*field)->info().unit;
    out.issue = forecast->issue_time(layer.shown.issue);
    std::tie(out.low, out.high) = same_between(palette(layer.shown.view.statistic == geo::Statistic::probability ? "probability-change" : "change"));
    return [out, forecast, issue = layer.shown.issue, view = layer.shown.view, step = *step]() -> Result<LayerChanges> {
      auto cells = geo::summarise_change(*forecast, issue, view, step, out.low, out.high);
      if (!cells) return cells.error();
      LayerChanges done = out;
      done.cells = std::move(*cells);
      return done;
    };
  }
  if (layer.output && layer.output->shapes && layer.output->records) {
    out.issue = layer.status.issue_time;
    return [out, output = layer.output, now = time_.now, ja = options_.language == Language::ja] { return changed_areas(out, *output, now, ja); };
  }
  return nothing("the layer is neither a forecast of several issues nor areas with levels");
}

Result<LayerChanges> EngineImpl::changes(std::uint32_t id) {
  const Layer* l = find_layer(id);
  if (!l) return Error{ErrorCode::not_found, "there is no such layer", "", "", ""};
  return changes_work(*l)();
}

std::shared_ptr<const Result<LayerChanges>> EngineImpl::changes_soon(std::uint32_t id) {
  Layer* l = find_layer(id);
  if (!l || !l->ready()) return nullptr;
  std::uint64_t key = 1469598103934665603ull;  // FNV-1a over what the answer depends on
  const auto mix = [&](std::uint64_t v) { key = (key ^ v) * 1099511628211ull; };
  mix(l->field.revision), mix(l->output_revision), mix(options_.language == Language::ja), mix(l->shown.issue);
  for (const char c : l->shown.word) mix(static_cast<unsigned char>(c));
  mix(static_cast<std::uint64_t>(l->data.forecast ? l->field.step_at(time_.now).value_or(SIZE_MAX) : time_.now ? static_cast<std::uint64_t>(time_.now->ms) : 0));
  auto& kept = l->changes;
  if (kept.key != key && !kept.asked) {  // one at a time: a clock that runs asks again when the last is done
    kept.asked = true;
    ++jobs_out_;
    jobs_.submit([this, id, key, queue = finished_, work = changes_work(*l)] {
      auto done = std::make_shared<const Result<LayerChanges>>(work());
      queue->push([this, id, key, done] {
        --jobs_out_;
        ++revision_;
        Layer* of = find_layer(id);
        if (!of) return;
        of->changes = {key, false, done};
      });
    });
  }
  return kept.done;
}

}  // namespace tenbo::runtime
