// The priority list at the desk: ranked again, beside the frame, whenever the time, the weights or the layers have moved.
#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "desk.h"
#include "format.h"
#include "tenbo/base/file.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/runtime/csv_cell.h"
#include "tenbo/runtime/priority_as_of.h"
#include "tenbo/runtime/sheet.h"

namespace tenbo::shell {
namespace {

template <class T>
bool arrived(std::future<T>& f) {
  return f.valid() && f.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

bool same(const runtime::PriorityQuestion& a, const runtime::PriorityQuestion& b) {
  return a.time == b.time && a.year == b.year && a.weights == b.weights && a.poor == b.poor && a.touched == b.touched;
}

std::string stamp_of_now() {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::string stamp = format_jst({now / 1000 * 1000});
  std::erase_if(stamp, [](char c) { return c == ':' || c == '-'; });
  std::replace(stamp.begin(), stamp.end(), ' ', '-');
  return stamp;
}

std::string safe(std::string name) {  // ids of lists may hold anything
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '/' || c == '\\' || c == ':' || static_cast<unsigned char>(c) < 32; }, '_');
  return name;
}

}  // namespace

void Desk::tend_priority() {
  PriorityTool& tool = state_.priority;
  tool.state = engine_.priority_soon(state_.shows(Panel::priority));
  if (arrived(list_written_)) {
    const auto done = list_written_.get();
    tool.writing = false;
    if (done) {
      log_.info("priority: " + done->string());
      state_.say(words_.tr("priority.written", engine_.language()) + " " + done->string());
    } else {
      report(done.error());
    }
  }
  if (arrived(ranked_)) {
    tool.report = ranked_.get();
    tool.day = tool.ranked_day;
    tool.ranking = false;
    redraw_ = true;
  }
  if (!state_.shows(Panel::priority)) {
    tool.report.reset();
    tool.chosen.reset();
    return;
  }
  if (!tool.state.base) tool.report.reset();
  if (tool.state.base) {
    runtime::PriorityQuestion q;
    q.time = engine_.time().now;
    const auto day = runtime::inspection_day(engine_.inspection_year(), q.time);
    q.year = engine_.inspection_year().value_or(runtime::year_of(q.time.value_or(engine_.now())));
    q.weights = tool.weights.value_or(weights_of(engine_.scene().priority.weights));
    q.poor = tool.poor;
    q.touched = tool.touched;
    q.most = 200;
    const bool due = !tool.report || tool.report->base != tool.state.base || !same(tool.report->question, q) || tool.day != day;
    if (due && !ranked_.valid()) {  // one at a time: what was asked meanwhile is asked when that has come
      tool.ranking = true;
      tool.ranked_day = day;
      ranked_ = std::async(std::launch::async, [base = tool.state.base, q, day] { return std::make_shared<const runtime::PriorityReport>(runtime::rank_as_of(base, q, day)); });
    }
  }
  if (tool.report && tool.go_to && *tool.go_to < tool.report->rows.size()) {
    const auto& row = tool.report->rows[*tool.go_to];
    const auto& s = tool.report->structure(row);
    const bool again = tool.chosen == row.structure;
    tool.chosen = again ? std::nullopt : std::optional(row.structure);
    if (!again) {
      const geo::GeoPoint at{s.lon, s.lat, s.height.value_or(engine_.ground_height(s.lon, s.lat).value_or(0))};
      const auto& c = engine_.camera();
      double far = 150;  // m: so that its way round is in the picture
      const auto frame = geo::LocalFrame::at(at);
      for (const auto* d : {&row.detour, &row.detour_now})
        if (*d)
          for (auto point : (*d)->route) {
            point.height = at.height;
            const auto l = frame.to_local(point);
            far = std::max(far, std::hypot(l.x, l.y));
          }
      engine_.fly_to(scene::look_at(at, std::min(3 * far, 60'000.0), c.heading, far > 300 ? -60 : -35, c.fov));
      engine_.select_id(engine_.scene().priority.structures, std::string(tool.report->base->structures->records->id(s.feature)), at);
      log_.info("priority: go to " + s.id);
    }
  }
  tool.go_to.reset();
  if (tool.out == PriorityTool::Out::sheet && tool.report) write_sheet();
  else if (tool.out != PriorityTool::Out::none && tool.report && !list_written_.valid()) write_priority();
  tool.out = PriorityTool::Out::none;
}

// The way round the chosen structure: as it is now, else as it would be dry.
void Desk::draw_detour(render::OverlayList& out) const {
  const PriorityTool& tool = state_.priority;
  if (!state_.shows(Panel::priority) || !tool.chosen || !tool.report) return;
  for (const auto& row : tool.report->rows) {
    if (row.structure != *tool.chosen) continue;
    const auto& d = row.detour_now && row.detour_now->around == inspection::Around::found ? row.detour_now : row.detour;
    if (d) runtime::draw_route(engine_, *engine_.glyphs(), *d, size_, runtime::metrics::unit * std::max(0.25f, applied_scale_), runtime::hud_theme(state_.night).accent, out);
  }
}

void Desk::write_priority() {
  PriorityTool& tool = state_.priority;
  const bool gpkg = tool.out == PriorityTool::Out::gpkg, ja = engine_.language() == runtime::Language::ja;
  tool.writing = true;
  list_written_ = std::async(std::launch::async, [report = tool.report, path = options_.screenshots / ("priority-" + stamp_of_now() + (gpkg ? ".gpkg" : ".csv")), gpkg, ja]() -> Result<std::filesystem::path> {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) return Error{ErrorCode::io, "the folder cannot be made: " + error.message(), path.parent_path().string(), {}, "choose another with --screenshots"};
    const Status done = gpkg ? runtime::write_priority_geopackage(path, *report, ja) : write_file_atomic(path, std::string(runtime::byte_order_mark) + runtime::priority_csv(*report, ja));
    if (!done.ok()) return done.error();
    return path;
  });
}

// The page of the chosen structure. The camera is lent for its map and given back.
void Desk::write_sheet() {
  const PriorityTool& tool = state_.priority;
  for (std::size_t i = 0; i < tool.report->rows.size(); ++i) {
    const auto& row = tool.report->rows[i];
    if (!tool.chosen || row.structure != *tool.chosen) continue;
    std::error_code error;
    std::filesystem::create_directories(options_.screenshots, error);
    if (error) return report(Error{ErrorCode::io, "the folder cannot be made: " + error.message(), options_.screenshots.string(), {}, "choose another with --screenshots"});
    const auto before = engine_.camera();
    auto picture = runtime::sheet_picture(engine_, *tool.report, row, false);
    engine_.set_camera(before);
    engine_.set_ui_scale(applied_scale_);
    if (!picture) return report(picture.error());
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const auto path = options_.screenshots / safe("sheet-" + tool.report->structure(row).id + "-" + stamp_of_now() + ".pdf");
    if (const Status done = runtime::write_sheet(path, *tool.report, row, i + 1, *picture, tool.day, {now / 1000 * 1000}, engine_.language() == runtime::Language::ja); !done.ok()) return report(done);
    log_.info("priority: sheet " + path.string());
    state_.say(words_.tr("priority.sheet_written", engine_.language()) + " " + path.string());
    return;
  }
}

}  // namespace tenbo::shell
