#pragma once
// A ledger's report in plain data: twelve houses in two districts, six steps, four members; every count can be worked out by hand.
#include "tenbo/runtime/engine.h"

namespace tenbo::test {

// House a stands in the water from step a/2 on (the last two never), in the second class two steps later.
inline std::shared_ptr<const runtime::ImpactReport> sample_report(geo::Instant start, std::int64_t step_ms) {
  auto r = std::make_shared<runtime::ImpactReport>();
  r->classes = {{1e-6, {"0.5 m 未満", "< 0.5 m"}, std::nullopt, {247, 245, 169, 255}}, {0.5, {"0.5–3 m", "0.5–3 m"}, std::nullopt, {255, 216, 192, 255}}};
  r->groups = {"上町", "下町"};
  r->members = {"m1", "m2", "m3", "m4"};
  r->member_rows.resize(4);
  r->total = 12;
  r->features = 12;
  r->unit = "features";
  r->rule_source = "国土交通省 水害ハザードマップ作成の手引き / MLIT, guide to making flood hazard maps";
  r->hazard = {"flood", "千鳥川 洪水予測", "千鳥川河川事務所", "water depth", "m", "simulated", geo::Instant{start.ms - 3'600'000}, runtime::Actuality::actual, "mean"};
  r->passability = runtime::Passability{"passability", "1", {"通行可否", "Passability"}, {"静水での限界。", "Limits in still water."},
                                        {{"any", {"一般車両", "Any vehicle"}, 0.3, "a source"}, {"truck", {"トラック", "Truck"}, 0.5, "another source"}}};
  auto assets = std::make_shared<runtime::LayerAssets>();
  auto o = std::make_shared<runtime::ImpactObjects>();
  assets->shapes.count = 12;
  assets->groups = r->groups;
  for (std::uint32_t a = 0; a < 12; ++a) {
    assets->ids.push_back("bldg_" + std::to_string(a));
    assets->names.push_back(a == 3 ? "髙﨑医院" : "");
    assets->group.push_back(a % 2);
    assets->shapes.add_part(a, impact::Shape::point);
    assets->shapes.add_point(139.79 + 0.001 * a, 35.70);
  }
  o->assets = assets;
  const auto class_at = [](std::uint32_t a, std::uint32_t s) -> impact::Class { return a >= 10 ? 0 : s >= a / 2 + 2 ? 2 : s >= a / 2 ? 1 : 0; };
  o->closed.assign(2, std::vector<std::uint32_t>(12, runtime::ImpactObjects::never));
  for (std::uint32_t s = 0; s < 6; ++s) {
    const geo::Instant t{start.ms + s * step_ms};
    o->times.push_back(t);
    o->classes.emplace_back();
    runtime::ImpactSum sum;
    sum.time = t;
    for (std::uint32_t a = 0; a < 12; ++a) {
      const auto c = class_at(a, s);
      o->classes.back().push_back(c);
      ++(c ? sum.touched : sum.untouched);
      for (std::size_t v = 0; v < 2; ++v)
        if (c > v && o->closed[v][a] == runtime::ImpactObjects::never) o->closed[v][a] = s;
    }
    r->sums.push_back(sum);
    for (impact::Class c = 1; c <= 2; ++c)
      for (std::uint32_t g = 0; g < 2; ++g) {
        double n = 0;
        for (std::uint32_t a = g; a < 12; a += 2) n += o->classes.back()[a] == c;
        if (n == 0) continue;
        r->rows.push_back({t, c, g, n, n - 1, n + 2, n, n, n + 1});
        for (std::size_t k = 0; k < 4; ++k) r->member_rows[k].push_back({t, c, g, n + static_cast<double>(k) - 1, 0, 0, 0, 0, 0});
      }
  }
  for (std::uint32_t a = 0; a < 12; ++a) {
    o->worst.push_back(class_at(a, 5));
    o->first.push_back(a >= 10 ? runtime::ImpactObjects::never : a / 2);
    o->greatest.push_back(a >= 10 ? NAN : 0.4f + 0.1f * static_cast<float>(a));
    o->condition.push_back(a == 1 ? std::optional(runtime::Grade::IV) : a == 0 ? std::optional(runtime::Grade::I) : std::nullopt);
  }
  for (impact::Class c = 1; c <= 2; ++c)
    for (std::uint32_t g = 0; g < 2; ++g) {
      double n = 0;
      for (std::uint32_t a = g; a < 12; a += 2) n += o->worst[a] == c;
      if (n > 0) r->worst.push_back({std::nullopt, c, g, n, n, n, n, n, n});
    }
  r->whole = r->sums.back();
  r->whole.time.reset();
  r->objects = o;
  return r;
}

}  // namespace tenbo::test
