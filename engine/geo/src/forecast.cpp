#include "tenbo/geo/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tenbo::geo {
namespace {

constexpr std::size_t most_kept = 12;                        // derived fields
constexpr std::size_t derived_cache = std::size_t{64} << 20;  // bytes of each one's slices
using Slice = std::shared_ptr<const FieldSlice>;

bool same_grid(const GridGeometry& a, const GridGeometry& b) {
  return a.width == b.width && a.height == b.height && a.geotransform == b.geotransform && a.crs.definition() == b.crs.definition();
}

std::string called(const std::vector<std::string>& names, std::size_t member) {
  return names.empty() ? fmt::format("member {}", member + 1) : "member \"" + names[member] + "\"";
}

}  // namespace

Result<std::shared_ptr<const Forecast>> Forecast::make(std::vector<std::string> names, std::vector<Issue> issues) {
  const auto wrong = [](std::string text, std::string place = {}) { return Error{ErrorCode::mismatch, std::move(text), "", std::move(place), ""}; };
  if (issues.empty()) return wrong("a forecast without an issue");
  const std::size_t members = std::max<std::size_t>(1, names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) != names.begin() + static_cast<std::ptrdiff_t>(i))
      return wrong("two members are called \"" + names[i] + "\"", "members");
  const FieldInfo* first = nullptr;
  for (std::size_t i = 0; i < issues.size(); ++i) {
    const Issue& issue = issues[i];
    const std::string place = "issue " + (issue.time ? format_utc(*issue.time) : std::to_string(i + 1));
    if (issues.size() > 1 && !issue.time) return wrong("one of several issues says no time", place);
    if (issue.members.size() != members) return wrong(fmt::format("{} members, where {} are expected", issue.members.size(), members), place);
    for (std::size_t k = 0; k < members; ++k) {
      if (!issue.members[k]) return wrong("a member has no field", place);
      const FieldInfo& info = issue.members[k]->info();
      if (!first) first = &info;
      if (!same_grid(info.grid, first->grid)) return wrong(called(names, k) + " has another grid than the first field", place);
      if (info.unit != first->unit || info.nodata_is_dry != first->nodata_is_dry) return wrong(called(names, k) + " has another unit, or another word on no data, than the first field", place);
      if (info.valid_times != issue.members.front()->info().valid_times) return wrong(called(names, k) + " has other valid times than " + called(names, 0), place);
    }
  }
  std::stable_sort(issues.begin(), issues.end(), [](const Issue& a, const Issue& b) { return a.time < b.time; });
  for (std::size_t i = 1; i < issues.size(); ++i)
    if (issues[i].time == issues[i - 1].time) return wrong("two issues of one time", "issue " + format_utc(*issues[i].time));
  return std::shared_ptr<const Forecast>(new Forecast(std::move(names), std::move(issues)));
}

std::optional<std::size_t> Forecast::issue_at(std::optional<Instant> t) const {
  if (!t || !issues_.front().time) return issues_.size() - 1;
  for (std::size_t i = issues_.size(); i-- > 0;)
    if (*issues_[i].time <= *t) return i;
  return std::nullopt;
}

std::optional<std::size_t> Forecast::member_named(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found == names_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names_.begin()));
}

std::shared_ptr<const Field> Forecast::kept(std::size_t issue, const ForecastView& view, bool change) const {
  const std::lock_guard lock(mutex_);
  for (const auto& k : kept_)
    if (k.issue == issue && k.change == change && k.view == view) return k.field;
  return nullptr;
}

std::shared_ptr<const Field> Forecast::keep(Kept made) const {
  const std::lock_guard lock(mutex_);
  for (const auto& k : kept_)
    if (k.issue == made.issue && k.change == made.change && k.view == made.view) return k.field;  // another thread was faster
  if (kept_.size() >= most_kept) kept_.erase(kept_.begin());
  kept_.push_back(std::move(made));
  return kept_.back().field;
}

Result<std::shared_ptr<const Field>> Forecast::field(std::size_t issue, const ForecastView& view) const {
  if (issue >= issues_.size() || (view.statistic == Statistic::member && view.member >= members()))
    return Error{ErrorCode::invalid_argument, fmt::format("issue {}, member {} of {} issues with {} members", issue, view.member, issues_.size(), members()), "", "", ""};
  if (view.statistic == Statistic::member) return issues_[issue].members[view.member];
  if (!std::isfinite(view.threshold) || !(view.percentile >= 0 && view.percentile <= 100))
    return Error{ErrorCode::invalid_argument, fmt::format("a percentile of {} or a threshold of {}", view.percentile, view.threshold), "", "", "percentiles go from 0 to 100"};
  if (auto known = kept(issue, view, false)) return known;
  const auto& fields = issues_[issue].members;
  FieldInfo info = fields.front()->info();
  info.issue_time = issues_[issue].time;
  if (view.statistic == Statistic::probability) {
    info.quantity = fmt::format("probability of {} of {:g} {} or more", info.quantity, view.threshold, info.unit);
    info.unit = "%";
  } else if (view.statistic == Statistic::disagreement) {
    info.quantity = fmt::format("disagreement on {} of {:g} {} or more", info.quantity, view.threshold, info.unit);
    info.unit.clear();
  }
  const std::size_t cells = static_cast<std::size_t>(info.grid.width) * static_cast<std::size_t>(info.grid.height);
  auto made = std::make_shared<Field>(std::move(info), [fields, view, cells, dry = fields.front()->info().nodata_is_dry](std::size_t step) -> Result<Slice> {
    std::vector<Slice> held;
    std::vector<const float*> values;
    for (const auto& f : fields) {
      auto slice = f->slice(step);
      if (!slice) return slice.error();
      held.push_back(*slice);
      values.push_back(held.back()->values.data());
    }
    auto out = std::make_shared<FieldSlice>();
    out->values.resize(cells);
    ensemble_statistic(values, cells, view, dry, out->values.data());
    return Slice(std::move(out));
  }, derived_cache);
  return keep({issue, view, false, std::move(made)});
}

Result<std::shared_ptr<const Field>> Forecast::changed(std::size_t issue, const ForecastView& view) const {
  if (issue == 0 || issue >= issues_.size()) return Error{ErrorCode::not_found, "there is no issue before this one, and so no change since", "", "", ""};
  if (auto known = kept(issue, view, true)) return known;
  auto now = field(issue, view);
  if (!now) return now;
  auto before = field(issue - 1, view);
  if (!before) return before;
  FieldInfo info = (*now)->info();
  info.quantity = "change of " + info.quantity + " since " + format_utc(*issues_[issue - 1].time);
  auto made = std::make_shared<Field>(std::move(info), [now = *now, before = *before](std::size_t step) -> Result<Slice> {
    auto a = now->slice(step);
    if (!a) return a;
    auto out = std::make_shared<FieldSlice>();
    out->values.assign((*a)->values.size(), std::numeric_limits<float>::quiet_NaN());
    const auto& times = before->info().valid_times;
    std::size_t other = 0;
    if (!now->info().valid_times.empty()) {
      const auto found = std::lower_bound(times.begin(), times.end(), now->info().valid_times[step]);
      if (found == times.end() || *found != now->info().valid_times[step]) return Slice(std::move(out));
      other = static_cast<std::size_t>(found - times.begin());
    }
    auto b = before->slice(other);
    if (!b) return b;
    const bool dry = now->info().nodata_is_dry;
    for (std::size_t i = 0; i < out->values.size(); ++i) {
      float x = (*a)->values[i], y = (*b)->values[i];
      if (dry) {
        x = std::isnan(x) ? 0.f : x;
        y = std::isnan(y) ? 0.f : y;
      }
      out->values[i] = x - y;
    }
    return Slice(std::move(out));
  }, derived_cache);
  return keep({issue, view, true, std::move(made)});
}

}  // namespace tenbo::geo
