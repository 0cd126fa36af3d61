// The panel of structures at the desk: counted again, beside the frame, whenever the filter, the list or the year has changed; the markers
// on the map follow.
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "desk.h"
#include "format.h"
#include "tenbo/runtime/inspection_day.h"

namespace tenbo::shell {

void Desk::tend_structures() {
  StructuresTool& tool = state_.structures;
  if (counted_.valid() && counted_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    tool.answer = counted_.get();
    tool.counting = false;
    redraw_ = true;
  }
  const auto let_go = [&] {  // of the markers
    if (filtered_) engine_.show_structures(*filtered_, nullptr);
    filtered_.reset();
  };
  if (!state_.shows(Panel::structures)) {
    let_go();
    tool.answer.reset();
    tool.go_to.reset();
    return;
  }
  tool.sources.clear();
  for (const auto& l : engine_.layers())
    if (l.structures) tool.sources.push_back({l.id, l.name, l.title.empty() ? l.name : l.title, l.source_shown});
  const auto* source = tool.source();
  const auto records = source ? engine_.structure_records(source->layer) : nullptr;
  if (!records) return let_go();
  // As the command line has it: the scene's time, else today; a year that was chosen on the slider goes before.
  const auto now = engine_.time().now;
  const auto chosen = engine_.inspection_year();
  tool.as_of_today = !now && !chosen;
  tool.day = runtime::inspection_day(chosen, now.value_or(geo::Instant{std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()}));
  StructuresQuestion q{records, tool.filter, tool.day};
  q.filter.as_of = tool.day.year;
  if (tool.answer && tool.answer->known && tool.answer->known->stands_at(records, q.day)) q.day = tool.answer->question.day;  // a day more changes nothing
  if (!counted_.valid() && (!tool.answer || !same(tool.answer->question, q))) {  // one at a time: what was asked meanwhile is asked when that has come
    tool.counting = true;
    counted_ = std::async(std::launch::async, [q, before = tool.answer] { return std::make_shared<const StructuresAnswer>(answer(q, before.get())); });
  }
  if (filtered_ && *filtered_ != source->layer) let_go();
  if (tool.answer && tool.answer->question.records == records) {
    const bool all = tool.answer->question.filter.empty();
    engine_.show_structures(source->layer, all ? nullptr : tool.answer->selection);
    filtered_ = all ? std::nullopt : std::optional(source->layer);
    if (tool.go_to && *tool.go_to < records->size()) go_to_structure(*source, *records, *tool.go_to);
  }
  tool.go_to.reset();
}

void Desk::go_to_structure(const StructuresTool::Source& source, const inspection::Register& r, std::uint32_t s) {
  const std::string id(r.id(s));
  if (!std::isfinite(r.lon(s)) || !std::isfinite(r.lat(s))) return state_.say(words_.tr("priority.no_place", engine_.language()));
  const geo::GeoPoint at{r.lon(s), r.lat(s), engine_.ground_height(r.lon(s), r.lat(s)).value_or(0)};
  const auto& c = engine_.camera();
  engine_.fly_to(scene::look_at(at, 450, c.heading, -35, c.fov));
  if (!id.empty()) engine_.select_id(source.name, id, at);
  log_.info("structures: go to " + id);
}

}  // namespace tenbo::shell
