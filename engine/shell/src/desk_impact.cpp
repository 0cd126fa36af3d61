// The ledger at the desk: it is counted while it is open, its rows' objects stand out on the map, its tables go into files.
// What takes long is worked out beside the frame and taken in when it is there.
#include <fmt/format.h>

#include <chrono>

#include "desk.h"
#include "format.h"
#include "tenbo/base/file.h"
#include "tenbo/runtime/csv_cell.h"

namespace tenbo::shell {
namespace {

template <class T>
bool arrived(std::future<T>& f) {
  return f.valid() && f.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

void Desk::tend_impact() {
  LedgerTool& tool = state_.ledger;
  engine_.want_ledger(state_.shows(Panel::ledger));
  if (arrived(written_)) {
    const auto done = written_.get();
    tool.writing = false;
    if (done) {
      log_.info("ledger: " + done->string());
      state_.say(words_.tr("ledger.written", engine_.language()) + " " + done->string());
    } else {
      report(done.error());
    }
  }
  if (arrived(marks_)) {
    auto ids = marks_.get();
    if (marking_ && state_.shows(Panel::ledger)) engine_.mark(marking_->layer, std::move(ids));
    redraw_ = true;
  }
  if (!state_.shows(Panel::ledger)) {
    if (marking_) engine_.mark({}, nullptr);
    marking_.reset();
    tool.pairs.clear();
    return;
  }
  tool.pairs = engine_.ledger();
  if (tool.pair >= tool.pairs.size()) tool.pair = 0;
  auto shown = tool.pairs.empty() ? nullptr : tool.pairs[tool.pair].report;
  if (shown != tool.report || tool.vehicle != tool.ranking_vehicle) {
    if (shown != tool.report) {
      tool.curve = shown ? curve_of(*shown) : LedgerCurve();
      if (shown && tool.row && (tool.row->hazard_class > shown->classes.size() || tool.row->group.value_or(0) >= shown->groups.size())) tool.row.reset();
    }
    tool.report = shown;
    if (!shown || !shown->passability || tool.vehicle >= shown->passability->vehicles.size()) tool.vehicle = 0;
    tool.ranking_vehicle = tool.vehicle;
    tool.arrival = shown ? arrival_of(*shown) : std::vector<std::uint32_t>();
    tool.ranking = shown ? runtime::ranked(*shown, tool.vehicle, runtime::ImpactReport::most_listed) : std::vector<std::uint32_t>();
  }
  if (shown && tool.go_to && shown->objects && *tool.go_to < shown->objects->first.size()) go_to_asset(*shown, *tool.go_to);
  tool.go_to.reset();
  mark_row(shown);
  if (tool.out != LedgerTool::Out::none && shown && !written_.valid()) write_ledger(shown, tool.out == LedgerTool::Out::gpkg);
  tool.out = LedgerTool::Out::none;
}

// Flies to where an asset stands, and selects it.
void Desk::go_to_asset(const runtime::ImpactReport& report, std::uint32_t asset) {
  const auto& objects = *report.objects;
  const auto place = objects.extent(asset);
  if (place.empty()) {
    state_.say(words_.tr("ledger.no_place", engine_.language()), true);
    return;
  }
  auto at = place.centre();
  at.height = engine_.ground_height(at.lon, at.lat).value_or(0);
  const double across = std::max((place.north - place.south) * 111e3, (place.east - place.west) * 91e3);  // m, about: for how far away one stands
  const auto& c = engine_.camera();
  engine_.fly_to(scene::look_at(at, std::clamp(across * 3, 250.0, 3000.0), c.heading, -35, c.fov));
  engine_.select_id(state_.ledger.pairs[state_.ledger.pair].spec.assets, objects.assets->ids[asset], at);
  log_.info("ledger: go to " + objects.assets->ids[asset]);
}

void Desk::mark_row(const std::shared_ptr<const runtime::ImpactReport>& report) {
  const LedgerTool& tool = state_.ledger;
  if (!tool.row || tool.tab != LedgerTab::counts || !report || !report->objects) {  // in the lists what stands out is the one that is chosen
    if (marking_) engine_.mark({}, nullptr);
    marking_.reset();
    return;
  }
  const auto step = tool.row->worst ? std::nullopt : step_at(*report, engine_.time().now);
  Marking wanted{tool.pairs[tool.pair].spec.assets, report, *tool.row, step};
  if (marking_ && *marking_ == wanted) return;
  if (marks_.valid()) return;  // one at a time: this one is asked for when that has come
  marking_ = wanted;
  if (!tool.row->worst && !step) {  // before the first step: none
    engine_.mark(wanted.layer, std::make_shared<const std::set<std::string, std::less<>>>());
    return;
  }
  marks_ = std::async(std::launch::async, [wanted] {
    return std::make_shared<const std::set<std::string, std::less<>>>(ids_of(*wanted.report, wanted.step, wanted.row.hazard_class, wanted.row.group));
  });
}

void Desk::write_ledger(std::shared_ptr<const runtime::ImpactReport> report, bool gpkg) {
  const auto& spec = state_.ledger.pairs[state_.ledger.pair].spec;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::string stamp = format_jst({now / 1000 * 1000});
  std::erase_if(stamp, [](char c) { return c == ':' || c == '-'; });
  std::replace(stamp.begin(), stamp.end(), ' ', '-');
  std::string name = "impact-" + spec.hazard + "-" + spec.assets + "-" + stamp;
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '/' || c == '\\' || c == ':'; }, '_');  // names of layers may hold anything
  const auto step = step_at(*report, engine_.time().now);
  const bool ja = engine_.language() == runtime::Language::ja;
  state_.ledger.writing = true;
  written_ = std::async(std::launch::async, [report = std::move(report), path = options_.screenshots / (name + (gpkg ? ".gpkg" : ".csv")), gpkg, step, ja]() -> Result<std::filesystem::path> {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) return Error{ErrorCode::io, "the folder cannot be made: " + error.message(), path.parent_path().string(), {}, "choose another with --screenshots"};
    const Status done = gpkg ? runtime::write_impact_geopackage(path, *report, step, ja) : write_file_atomic(path, std::string(runtime::byte_order_mark) + runtime::impact_csv(*report, ja));
    if (!done.ok()) return done.error();
    return path;
  });
}

}  // namespace tenbo::shell
