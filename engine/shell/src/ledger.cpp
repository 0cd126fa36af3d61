#include "ledger.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>

namespace tenbo::shell {
namespace {

// Linear between the ordered values, as the report's own percentiles are.
double quantile(std::vector<double>& values, double p) {
  std::sort(values.begin(), values.end());
  const double place = p * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(place), high = std::min(low + 1, values.size() - 1);
  return values[low] + (values[high] - values[low]) * (place - static_cast<double>(low));
}

}  // namespace

LedgerCurve curve_of(const runtime::ImpactReport& report) {
  LedgerCurve out;
  for (const auto& s : report.sums) {
    out.times.push_back(s.time);
    out.touched.push_back(s.touched);
    out.unknown.push_back(s.unknown);
  }
  if (report.members.size() < 2) return out;
  std::vector<std::vector<double>> sums(out.times.size(), std::vector<double>(report.members.size(), 0.0));
  for (std::size_t k = 0; k < report.members.size(); ++k) {
    std::size_t step = 0;  // rows are by time
    for (const auto& row : report.member_rows[k]) {
      while (step < out.times.size() && out.times[step] != row.time) ++step;
      if (step == out.times.size()) break;
      sums[step][k] += row.count;
    }
  }
  for (auto& s : sums) {
    out.p10.push_back(quantile(s, 0.1));
    out.p90.push_back(quantile(s, 0.9));
  }
  return out;
}

std::optional<std::size_t> step_at(const runtime::ImpactReport& report, std::optional<geo::Instant> now) {
  if (report.sums.empty()) return std::nullopt;
  if (!report.sums.front().time || !now) return 0;
  const auto after = std::upper_bound(report.sums.begin(), report.sums.end(), *now, [](geo::Instant t, const auto& s) { return t < *s.time; });
  if (after == report.sums.begin()) return std::nullopt;
  return static_cast<std::size_t>(after - report.sums.begin()) - 1;
}

double count_of(const runtime::ImpactReport& report, std::optional<std::size_t> step, impact::Class c, std::optional<std::uint32_t> group) {
  double out = 0;
  const auto add = [&](const runtime::ImpactRow& row) {
    if (row.hazard_class == c && (!group || row.group == *group)) out += row.count;
  };
  if (!step) {
    for (const auto& row : report.worst) add(row);
    return out;
  }
  const auto time = report.sums[*step].time;
  auto at = time ? std::lower_bound(report.rows.begin(), report.rows.end(), *time, [](const auto& row, geo::Instant t) { return *row.time < t; }) : report.rows.begin();
  for (; at != report.rows.end() && at->time == time; ++at) add(*at);
  return out;
}

std::vector<std::uint32_t> arrival_of(const runtime::ImpactReport& report) {
  std::vector<std::uint32_t> out;
  if (!report.objects) return out;
  const auto& o = *report.objects;
  for (std::uint32_t a = 0; a < o.first.size(); ++a)
    if (o.first[a] != runtime::ImpactObjects::never) out.push_back(a);
  const auto n = std::min(runtime::ImpactReport::most_listed, out.size());
  std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n), out.end(), [&](auto a, auto b) {
    return std::tuple(o.first[a], -static_cast<int>(o.worst[a]), std::string_view(o.assets->ids[a]), a) < std::tuple(o.first[b], -static_cast<int>(o.worst[b]), std::string_view(o.assets->ids[b]), b);
  });
  out.resize(n);
  return out;
}

std::set<std::string, std::less<>> ids_of(const runtime::ImpactReport& report, std::optional<std::size_t> step, impact::Class c, std::optional<std::uint32_t> group) {
  std::set<std::string, std::less<>> out;
  if (!report.objects) return out;
  const auto& o = *report.objects;
  const auto& classes = step ? o.classes[*step] : o.worst;
  for (std::uint32_t a = 0; a < classes.size(); ++a)
    if (classes[a] == c && (!group || o.assets->group[a] == *group)) out.insert(o.assets->ids[a]);
  return out;
}

}  // namespace tenbo::shell
