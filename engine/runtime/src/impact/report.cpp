#include "report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tenbo::runtime {
namespace {

using impact::Class;

// Features or their weights, by group and class.
class Counter {
 public:
  Counter(const impact::Overlaps& overlaps, const LayerAssets& assets) : overlaps_(overlaps), assets_(assets), groups_(static_cast<std::uint32_t>(assets.groups.size())) {}
  bool weighted() const { return !assets_.weight.empty(); }
  // Of the assets' classes, or with weights of the places': people are where they are, not where most of their cell is.
  std::vector<double> count(std::span<const Class> assets, std::span<const Class> places) const {
    if (weighted()) return impact::share_by_class(overlaps_, places, assets_.weight, assets_.group, groups_);
    const auto n = impact::count(assets, assets_.group, groups_);
    return {n.begin(), n.end()};
  }
  std::uint32_t groups() const { return groups_; }

 private:
  const impact::Overlaps& overlaps_;
  const LayerAssets& assets_;
  std::uint32_t groups_;
};

void add_rows(const std::vector<double>& counts, std::uint32_t groups, std::size_t classes, std::optional<geo::Instant> time, std::vector<ImpactRow>& out) {
  for (std::size_t c = 1; c <= classes; ++c)
    for (std::uint32_t g = 0; g < groups; ++g)
      if (const double n = counts[std::size_t{256} * g + c]; n > 0) out.push_back({time, static_cast<Class>(c), g, n, n, n, n, n, n});
}

// Linear between the ordered values: the place p (n - 1).
double quantile(const std::vector<double>& sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(place), high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - static_cast<double>(low));
}

// The shown counts with the range of the members'; also classes that only a member has.
void add_ranges(const std::vector<double>& counts, const std::vector<std::vector<double>>& members, std::uint32_t groups, std::size_t classes, std::optional<geo::Instant> time,
                std::vector<ImpactRow>& out) {
  std::vector<double> all(members.size());
  for (std::size_t c = 1; c <= classes; ++c)
    for (std::uint32_t g = 0; g < groups; ++g) {
      const std::size_t at = std::size_t{256} * g + c;
      for (std::size_t k = 0; k < members.size(); ++k) all[k] = members[k][at];
      std::sort(all.begin(), all.end());
      if (counts[at] > 0 || all.back() > 0)
        out.push_back({time, static_cast<Class>(c), g, counts[at], all.front(), all.back(), quantile(all, 0.1), quantile(all, 0.5), quantile(all, 0.9)});
    }
}

// How classes have moved since the issue before; assets that either does not know count apart.
ImpactChange compare(const std::vector<Class>& now, const std::vector<Class>& before, std::size_t classes, std::optional<geo::Instant> time) {
  ImpactChange out;
  out.time = time;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i] > classes || before[i] > classes) ++out.unknown;
    else if (now[i] == before[i]) ++out.same;
    else ++(now[i] > before[i] ? out.up : out.down);
  }
  return out;
}

ImpactSum sum_of(const std::vector<double>& counts, std::uint32_t groups, std::optional<geo::Instant> time) {
  ImpactSum out;
  out.time = time;
  for (std::uint32_t g = 0; g < groups; ++g)
    for (std::size_t c = 0; c < 256; ++c) {
      const double n = counts[std::size_t{256} * g + c];
      if (c == impact::unknown) out.unknown += n;
      else if (c == impact::outside) out.outside += n;
      else if (c == impact::unplaced) out.unplaced += n;
      else (c == impact::untouched ? out.untouched : out.touched) += n;
    }
  return out;
}

// The class of each asset. What is of an exercise beside what is real counts where nothing real touches, and nobody doubts that.
void classify(const HazardPlaces& hazard, const impact::Overlaps& overlaps, std::span<const Class> places, impact::Rule rule, JobSystem& jobs, std::vector<Class>& out) {
  if (hazard.drills == 0) return impact::classify_assets(overlaps, places, rule, jobs, out);
  const auto of_drill = [&](Class c) { return impact::is_touched(c) && c <= hazard.drills; };
  std::vector<Class> part(places.size()), drill;
  std::transform(places.begin(), places.end(), part.begin(), [&](Class c) { return of_drill(c) ? impact::untouched : c; });
  impact::classify_assets(overlaps, part, rule, jobs, out);
  std::transform(places.begin(), places.end(), part.begin(), [&](Class c) { return of_drill(c) ? c : impact::untouched; });
  impact::classify_assets(overlaps, part, rule, jobs, drill);
  for (std::size_t a = 0; a < out.size(); ++a)
    if (out[a] == impact::untouched) out[a] = drill[a];
}

// What has happened to each asset: nothing of an exercise counts of those that something real touches at some time, or that nobody knows of.
class Past {
 public:
  std::vector<Class> worst;
  std::vector<std::uint32_t> first;  // step; never

  Past(std::uint32_t assets, std::size_t drills) : all_(assets), real_(drills ? assets : 0), drills_(drills) {}
  void add(std::size_t step, std::span<const Class> classes) {
    all_.add(step, classes);
    if (drills_ == 0) return;
    real_now_.assign(classes.begin(), classes.end());
    for (auto& c : real_now_)
      if (c <= drills_) c = impact::untouched;
    real_.add(step, real_now_);
  }
  void finish() {
    worst.assign(all_.worst().begin(), all_.worst().end());
    first.assign(all_.first_touched().begin(), all_.first_touched().end());
    for (std::size_t a = 0; drills_ > 0 && a < worst.size(); ++a)
      if (const auto real = real_.worst()[a]; real != impact::untouched) worst[a] = real, first[a] = real_.first_touched()[a];
  }

 private:
  impact::History all_, real_;
  std::size_t drills_;
  std::vector<Class> real_now_;
};

void list_touched(const LayerAssets& assets, std::span<const Class> worst, std::span<const std::uint32_t> first, std::size_t drills,
                  const std::function<std::optional<geo::Instant>(std::size_t)>& time, ImpactReport& out) {
  std::vector<std::uint32_t> hit;
  for (std::uint32_t a = 0; a < first.size(); ++a)
    if (first[a] != impact::History::never) hit.push_back(a);
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    if (const bool drill = worst[a] <= drills; drill != (worst[b] <= drills)) return !drill;  // no exercise takes the room of what is real
    if (first[a] != first[b]) return first[a] < first[b];
    if (worst[a] != worst[b]) return worst[a] > worst[b];
    return assets.ids[a] != assets.ids[b] ? assets.ids[a] < assets.ids[b] : a < b;
  };
  const auto n = std::min(hit.size(), ImpactReport::most_listed);
  std::partial_sort(hit.begin(), hit.begin() + static_cast<std::ptrdiff_t>(n), hit.end(), before);
  hit.resize(n);
  std::vector<std::uint32_t> corner(assets.shapes.count, no_feature);
  for (const auto& p : assets.shapes.parts) if (p.count > 0 && corner[p.asset] == no_feature) corner[p.asset] = p.first;
  for (const auto a : hit) {
    const auto at = corner[a] == no_feature ? impact::LonLat{} : assets.shapes.points[corner[a]];
    out.touched.push_back({assets.ids[a], at.lon, at.lat, assets.group[a], time(first[a]), worst[a]});
  }
}

// What of a step concerns each asset by itself: its class, the greatest value so far, and who does not pass from now on.
Status add_objects(const HazardPlaces& hazard, const impact::Overlaps& overlaps, std::size_t step, std::optional<geo::Instant> time, const std::vector<Class>& classes,
                   const ImpactReport& report, JobSystem& jobs, ImpactObjects& out) {
  const auto now = static_cast<std::uint32_t>(out.classes.size());
  out.times.push_back(time);
  out.classes.push_back(classes);
  if (!hazard.values) return {};
  auto slice = hazard.values(step);
  if (!slice) return slice.error();
  const auto& values = (*slice)->values;
  if (out.greatest.empty()) out.greatest.assign(overlaps.assets(), std::numeric_limits<float>::quiet_NaN());
  const std::size_t vehicles = report.passability ? report.passability->vehicles.size() : 0;
  if (out.closed.empty()) out.closed.assign(vehicles, std::vector<std::uint32_t>(overlaps.assets(), ImpactObjects::never));
  jobs.parallel_for(overlaps.assets(), 16384, [&](std::size_t begin, std::size_t end) {
    for (std::size_t a = begin; a < end; ++a) {
      float most = std::numeric_limits<float>::quiet_NaN();
      for (const auto& p : overlaps.of(static_cast<std::uint32_t>(a)))
        if (const float v = values[p.place]; !(v <= most) && v == v) most = v;
      if (most != most) continue;
      if (!(out.greatest[a] >= most)) out.greatest[a] = most;
      for (std::size_t k = 0; k < vehicles; ++k)
        if (out.closed[k][a] == ImpactObjects::never && static_cast<double>(most) >= report.passability->vehicles[k].impassable_from) out.closed[k][a] = now;
    }
  });
  return {};
}

}  // namespace

Status make_report(const HazardPlaces& hazard, const LayerAssets& assets, const impact::Overlaps& overlaps, const std::vector<std::size_t>& steps, impact::Rule rule,
                   const std::string& weight, JobSystem& jobs, ImpactReport& out, ImpactObjects* objects) {
  out.classes = hazard.classes;
  out.groups = assets.groups;
  out.rule = rule;
  out.nodata_is_dry = hazard.nodata_is_dry;
  out.unit = weight.empty() ? "features" : weight;
  out.features = assets.shapes.count;
  const bool weighted = !assets.weight.empty();
  out.total = weighted ? 0 : static_cast<double>(out.features);
  for (const double w : assets.weight) {
    if (w >= 0 && std::isfinite(w)) out.total += w;
    else ++out.without_weight;
  }
  const Counter counter(overlaps, assets);
  const auto time_of = [&](std::size_t step) { return hazard.times.empty() ? std::nullopt : std::optional(hazard.times[step]); };
  const std::size_t classes = hazard.classes.size();

  out.members = hazard.member_names;
  out.member_rows.resize(hazard.members.size());
  out.since = hazard.since;
  std::vector<Class> places, of_asset;
  Past past(overlaps.assets(), hazard.drills);
  std::optional<impact::History> place_history;
  for (const auto step : steps) {
    if (auto s = hazard.classify(step, places); !s) return s;
    classify(hazard, overlaps, places, rule, jobs, of_asset);
    const auto counts = counter.count(of_asset, places);
    if (hazard.members.empty()) add_rows(counts, counter.groups(), classes, time_of(step), out.rows);
    else {
      std::vector<std::vector<double>> each;
      std::vector<Class> member_places, of_member;
      for (std::size_t k = 0; k < hazard.members.size(); ++k) {
        if (auto s = hazard.members[k](step, member_places); !s) return s;
        impact::classify_assets(overlaps, member_places, rule, jobs, of_member);
        each.push_back(counter.count(of_member, member_places));
        add_rows(each.back(), counter.groups(), classes, time_of(step), out.member_rows[k]);
      }
      add_ranges(counts, each, counter.groups(), classes, time_of(step), out.rows);
    }
    if (hazard.before) {
      std::vector<Class> then, of_then;
      if (auto s = hazard.before(step, then); !s) return s;
      impact::classify_assets(overlaps, then, rule, jobs, of_then);
      out.changes.push_back(compare(of_asset, of_then, classes, time_of(step)));
    }
    out.sums.push_back(sum_of(counts, counter.groups(), time_of(step)));
    past.add(step, of_asset);
    if (objects)
      if (auto s = add_objects(hazard, overlaps, step, time_of(step), of_asset, out, jobs, *objects); !s) return s;
    if (!weighted) continue;
    if (!place_history) place_history.emplace(static_cast<std::uint32_t>(places.size()));
    place_history->add(step, places);
  }
  past.finish();
  const auto worst = weighted ? counter.count({}, place_history->worst()) : counter.count(past.worst, {});
  add_rows(worst, counter.groups(), classes, std::nullopt, out.worst);
  out.whole = sum_of(worst, counter.groups(), std::nullopt);
  for (const auto step : steps) {
    const auto of_worst = weighted ? place_history->worst() : std::span<const Class>(past.worst);
    const auto of_first = weighted ? place_history->first_touched() : std::span<const std::uint32_t>(past.first);
    auto& now = weighted ? places : of_asset;
    now.resize(of_worst.size());
    bool any = false;
    for (std::size_t i = 0; i < now.size(); ++i) {
      now[i] = of_first[i] == step ? of_worst[i] : impact::untouched;
      any |= now[i] != impact::untouched;
    }
    if (any) add_rows(counter.count(of_asset, places), counter.groups(), classes, time_of(step), out.first);
  }
  list_touched(assets, past.worst, past.first, hazard.drills, time_of, out);
  if (objects) {
    objects->worst = std::move(past.worst);
    objects->first = std::move(past.first);
    for (auto& f : objects->first)  // of the hazard's steps: as their place among those that were asked for
      if (f != ImpactObjects::never) f = static_cast<std::uint32_t>(std::lower_bound(steps.begin(), steps.end(), f) - steps.begin());
  }
  return {};
}

}  // namespace tenbo::runtime
