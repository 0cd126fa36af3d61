#include "plan.h"

#include <algorithm>

#include "report.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {

bool same(const geo::GridGeometry& a, const geo::GridGeometry& b) {
  return a.width == b.width && a.height == b.height && a.geotransform == b.geotransform && a.crs.definition() == b.crs.definition();
}

Status read(const ImpactPlan& plan, ImpactMemo& memo) {
  const auto& request = plan.request;
  const AssetOptions wanted{request.by, request.weight, request.filter};
  memo.diagnostics = {};
  auto made = plan.records ? assets_of(*plan.records, wanted) : read_assets(*plan.context, wanted, memo.diagnostics);
  if (!made) return made.error();
  if (made->shapes.count == 0)
    return Error{ErrorCode::not_found, "the layer \"" + request.assets + "\" has no feature" + (request.filter.empty() ? std::string() : " that passes \"" + request.filter + "\""), "", "--assets", ""};
  for (const auto& [attribute, option] : {std::pair(&request.by, "--by"), std::pair(&request.weight, "--weight")}) {
    const auto& known = plan.attributes;
    if (attribute->empty() || known.empty() || std::find(known.begin(), known.end(), *attribute) != known.end()) continue;
    const auto near = nearest(*attribute, known);
    return Error{ErrorCode::not_found, "no feature of \"" + request.assets + "\" has the attribute \"" + *attribute + "\"", "", option, near.empty() ? "see \"tenbo info\"" : "did you mean \"" + near + "\"?"};
  }
  memo.assets = std::make_shared<const LayerAssets>(std::move(*made));
  return {};
}

}  // namespace

Result<ImpactReport> run_impact(const ImpactPlan& plan, JobSystem& jobs, ImpactMemo& memo, const std::string& key) {
  if (!memo.assets || memo.key != key) {
    memo = {};
    if (auto s = read(plan, memo); !s) return s.error();
    memo.key = key;
  }
  if (!memo.overlaps || !plan.places.grid || !memo.grid || !same(*memo.grid, *plan.places.grid)) {
    auto overlaps = plan.places.overlap(memo.assets->shapes, jobs);
    if (!overlaps) return overlaps.error();
    memo.overlaps = std::make_shared<const impact::Overlaps>(std::move(*overlaps));
    memo.grid = plan.places.grid;
  }
  const auto& parts = memo.assets->shapes.parts;
  const bool lines = !parts.empty() && std::none_of(parts.begin(), parts.end(), [](const auto& p) { return p.shape == impact::Shape::area; });
  const auto rule = plan.request.rule.value_or(memo.assets->crossed || lines ? impact::Rule::anywhere : impact::Rule::largest_share);

  ImpactReport out;
  out.passability = plan.passability;
  std::shared_ptr<ImpactObjects> objects;
  if (plan.request.objects) {
    objects = std::make_shared<ImpactObjects>();
    objects->assets = memo.assets;
  }
  if (auto s = make_report(plan.places, *memo.assets, *memo.overlaps, plan.steps, rule, plan.request.weight, jobs, out, objects.get()); !s) return s.error();
  if (objects && plan.grades)
    for (const auto& id : memo.assets->ids) {
      const auto found = plan.grades->find(id);
      objects->condition.push_back(found == plan.grades->end() ? std::nullopt : std::optional(found->second));
    }
  out.objects = std::move(objects);
  out.rule_source = plan.rule_source;
  out.hazard = plan.hazard;
  out.assets = plan.assets;
  out.diagnostics = memo.diagnostics;
  if (out.whole.outside > 0 && out.whole.outside + out.whole.unplaced >= out.total)
    out.diagnostics.warn({ErrorCode::mismatch, "none of \"" + plan.request.assets + "\" lies in the area of \"" + plan.request.hazard + "\": nothing was said about them", "", "--hazard",
                          "if they should, look at both with \"tenbo info\": one may have another coordinate system than it says"});
  return out;
}

}  // namespace tenbo::runtime
