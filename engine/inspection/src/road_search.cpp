#include <algorithm>
#include <queue>

#include "tenbo/inspection/road_network.h"

namespace tenbo::inspection {
namespace {

bool is_blocked(std::span<const std::uint8_t> blocked, std::uint32_t edge) { return edge < blocked.size() && blocked[edge]; }

}  // namespace

RoadSearch::Found RoadSearch::shortest(std::uint32_t from, std::uint32_t to, std::uint32_t without, bool by_time, std::span<const std::uint8_t> blocked) {
  Found out;
  const auto& edges = network_.edges();
  if (cost_.size() != network_.nodes()) {
    cost_.assign(network_.nodes(), 0);
    stamp_.assign(network_.nodes(), 0);
    by_edge_.assign(network_.nodes(), 0);
    run_ = 0;
  }
  if (++run_ == 0) {
    std::fill(stamp_.begin(), stamp_.end(), 0u);
    run_ = 1;
  }
  using Item = std::pair<double, std::uint32_t>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
  cost_[from] = 0;
  stamp_[from] = run_;
  by_edge_[from] = without;
  queue.push({0, from});
  while (!queue.empty()) {
    const auto [cost, node] = queue.top();
    queue.pop();
    if (cost > cost_[node]) continue;
    if (node == to) {
      out.found = true;
      break;
    }
    for (const auto& arc : network_.arcs(node)) {
      if (arc.edge == without || is_blocked(blocked, arc.edge)) continue;
      const auto& e = edges[arc.edge];
      const double more = cost + (by_time ? e.seconds : e.metres);
      if (stamp_[arc.to] == run_ && cost_[arc.to] <= more) continue;
      stamp_[arc.to] = run_;
      cost_[arc.to] = more;
      by_edge_[arc.to] = arc.edge;
      queue.push({more, arc.to});
    }
  }
  if (!out.found) return out;
  for (auto node = to; node != from;) {
    const auto& e = edges[by_edge_[node]];
    out.edges.push_back(by_edge_[node]);
    out.metres += e.metres;
    out.seconds += e.seconds;
    node = e.to == node ? e.from : e.to;
  }
  std::reverse(out.edges.begin(), out.edges.end());
  return out;
}

Detour RoadSearch::around(std::uint32_t edge, bool by_time, std::span<const std::uint8_t> blocked) {
  Detour out;
  const auto& e = network_.edges()[edge];
  out.edge = edge;
  out.around = Around::found;
  bool any = false;
  for (const bool forth : {true, false}) {
    if (forth ? !e.forth : !e.back) continue;
    const auto from = forth ? e.from : e.to, to = forth ? e.to : e.from;
    const auto found = shortest(from, to, edge, by_time, blocked);
    if (!found.found) {
      // With nothing blocked the same search says whether it is the hazard that closes the way.
      const bool hazard = !blocked.empty() && shortest(from, to, edge, by_time, {}).found;
      out = Detour();
      out.edge = edge;
      out.around = hazard ? Around::under_hazard : Around::none;
      return out;
    }
    const double cost = by_time ? found.seconds : found.metres, worst = by_time ? out.seconds : out.metres;
    if (any && cost <= worst) continue;
    any = true;
    out.metres = found.metres, out.seconds = found.seconds;
    out.extra_metres = found.metres - e.metres, out.extra_seconds = found.seconds - e.seconds;
    out.route.clear();
    auto node = from;
    for (const auto step : found.edges) {
      const auto& s = network_.edges()[step];
      const auto line = network_.points(s);
      if (s.from == node) out.route.insert(out.route.end(), line.begin(), line.end());
      else out.route.insert(out.route.end(), line.rbegin(), line.rend());
      node = s.from == node ? s.to : s.from;
    }
  }
  return out;
}

Detour RoadSearch::around(double lon, double lat, double within, bool by_time, std::span<const std::uint8_t> blocked) {
  const auto at = network_.snap(lon, lat, within);
  if (!at) return {};
  auto out = around(at->edge, by_time, blocked);
  out.from_road = at->metres;
  return out;
}

}  // namespace tenbo::inspection
