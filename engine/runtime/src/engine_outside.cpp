// Layers from outside that say more than they show: pictures on the ground that have moments of their own or are asked for again, and
// archives that say whose they are and whether they are meant.
#include <algorithm>
#include <cmath>

#include "engine_impl.h"
#include "layer_loader.h"

namespace tenbo::runtime {

bool same_extent(const io::Imagery& a, const io::Imagery& b) {
  const auto &x = a.extent(), &y = b.extent();
  return x.west == y.west && x.east == y.east && x.south == y.south && x.north == y.north;
}

// The moment that counts: the last that is not after now; none before the first.
static std::optional<std::size_t> step_of(const std::vector<geo::Instant>& times, std::optional<geo::Instant> now) {
  if (!now) return times.size() - 1;
  const auto after = std::upper_bound(times.begin(), times.end(), *now);
  if (after == times.begin()) return std::nullopt;
  return static_cast<std::size_t>(after - times.begin()) - 1;
}

void EngineImpl::take_imagery(Layer& layer) {
  const auto& imagery = layer.data.imagery;
  layer.picture = imagery;
  layer.picture_step.reset();
  if (!imagery->times().empty()) {
    layer.picture_step = step_of(imagery->times(), time_.now);
    layer.picture = layer.picture_step ? imagery->at_time(*layer.picture_step) : nullptr;
  }
  if (!layer.data.offline.empty()) say_offline(layer, layer.data.offline);
}

void EngineImpl::take_sip4d(Layer& layer) {
  const auto& sip = *layer.data.sip;
  const auto* entry = layer.data.entry();
  if (!entry) return;
  LayerStatus& s = layer.status;
  if (s.source.empty()) s.source = sip.author;
  if (entry->time) s.issue_time = entry->time;
  s.actuality = sip.status == "訓練" ? Actuality::exercise : sip.status == "試験" ? Actuality::test : Actuality::actual;
  s.headline = entry->title.empty() ? sip.title : entry->title;
  if (!sip.disaster.empty() && sip.disaster != "-") s.headline = sip.disaster + " " + s.headline;
  s.notes.clear();
  if (!sip.sharing.empty() && sip.sharing != "一般公開可能") s.notes.push_back(sip.sharing);  // who may see it
  if (layer.spec.title.ja.empty() && layer.spec.title.en.empty()) layer.spec.title.ja = layer.spec.title.en = entry->title.empty() ? sip.title : entry->title;
  take_legend(layer, *entry);
}

// Its legend, where the scene has none of its own; a newer one takes the place of an older one.
void EngineImpl::take_legend(Layer& layer, const io::Sip4dEntry& entry) {
  auto& style = layer.spec.style;
  if (layer.archive_style && style == *layer.archive_style) {
    style.colour.reset();
    style.attribute.clear();
    style.classes.clear();
  }
  layer.archive_style.reset();
  if (entry.classes.empty() || style.colour || !style.classes.empty() || !style.palette.empty()) return;
  if (entry.style_column.empty()) {
    style.colour = entry.classes.front().colour;
  } else {
    style.attribute = entry.style_column;
    for (const auto& c : entry.classes) {
      // Classes of a style reach from their bound up, those of a legend down to the one before, which is not theirs.
      std::optional<double> from = c.above;
      if (from && &c != &entry.classes.front()) from = std::nextafter(*from, INFINITY);
      style.classes.push_back({from, c.value, c.colour, {c.title, c.title}});
    }
  }
  layer.archive_style = style;
}

// Nothing has arrived by now: nothing of what came later stays.
void EngineImpl::forget_sip4d(Layer& layer) {
  LayerStatus& s = layer.status;
  s.actuality = Actuality::actual;
  s.issue_time.reset();
  s.headline.clear();
  s.notes.clear();
}

void EngineImpl::follow_imagery() {
  bool other = false;
  for (auto& l : layers_) {
    if (!l->ready() || !l->data.imagery || l->data.imagery->times().empty()) continue;
    const auto step = step_of(l->data.imagery->times(), time_.now);
    if (step == l->picture_step) continue;
    l->picture_step = step;
    l->picture = step ? l->data.imagery->at_time(*step) : nullptr;
    other = other || l->spec.visible;
  }
  if (other) repaint_ground();
}

void EngineImpl::repaint_ground() {
  ++revision_;
  if (!renderer_) return;
  std::vector<TerrainSources::Picture> imagery;
  for (const auto& l : layers_)
    if (l->ready() && l->spec.visible && l->picture && l->data.imagery && !l->data.elevation) imagery.push_back({l->id, l->picture, l->spec.opacity});
  terrain_.repaint(std::move(imagery));
}

}  // namespace tenbo::runtime
