#include "tenbo/inspection/binding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

namespace tenbo::inspection {
namespace {

constexpr double metres_per_degree = 111'320;    // of latitude, near enough over hundreds of metres
constexpr double cell = 0.01;                    // degrees, of the search grid
constexpr std::size_t most_matches = 5;
constexpr float unsure = 0.49f;                  // what may not be tied scores no more

std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n') continue;
    if (text.compare(i, 3, "\xE3\x80\x80") == 0) { i += 2; continue; }  // ideographic space
    out += text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
  }
  return out;
}

Reason compare_names(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return Reason::no_name;
  if (a == b) return Reason::same_name;
  if (std::min(a.size(), b.size()) <= 3) return Reason::other_name;  // 橋 alone is in every name
  return a.find(b) != std::string::npos || b.find(a) != std::string::npos ? Reason::part_of_name : Reason::other_name;
}

// What a model is called in CityGML and what a list calls it: a culvert is either there, a footbridge is a bridge.
bool kinds_agree(Kind a, Kind b) {
  const auto group = [](Kind k) { return k == Kind::footbridge ? Kind::bridge : k; };
  return group(a) == group(b) || a == Kind::culvert || b == Kind::culvert;
}
bool known(Kind k) { return k != Kind::unknown && k != Kind::other; }

// m from the place to the extent, and to its centre.
std::pair<double, double> distances(const Record& r, const geo::Extent& e) {
  const double across = metres_per_degree * std::cos(r.lat * M_PI / 180);
  const double dx = std::max({e.west - r.lon, 0.0, r.lon - e.east}) * across;
  const double dy = std::max({e.south - r.lat, 0.0, r.lat - e.north}) * metres_per_degree;
  const auto c = e.centre();
  return {std::hypot(dx, dy), std::hypot((c.lon - r.lon) * across, (c.lat - r.lat) * metres_per_degree)};
}

bool has_place(const Record& r) { return std::abs(r.lon) <= 360 && std::abs(r.lat) <= 90; }  // NaN has none

// Without reasons where nobody need be asked.
Match by_place(const Record& r, const std::string& name, const Candidate& c, const std::string& candidate_name, double edge) {
  Match m{c.feature, 0, static_cast<float>(edge), {}};
  const Reason names = compare_names(name, candidate_name);
  const bool same_place = edge <= doubt_reach;
  if (!same_place && !(names == Reason::same_name && edge <= name_reach)) return m;
  const bool kinds = known(r.kind) && known(c.kind), agree = !kinds || kinds_agree(r.kind, c.kind);
  double score = edge <= bind_reach    ? 0.75 - 0.25 * edge / bind_reach
                 : same_place          ? 0.5 - 0.3 * (edge - bind_reach) / (doubt_reach - bind_reach)
                                       : 0.1;
  m.reasons = {edge <= 0 ? Reason::inside : edge <= bind_reach ? Reason::near : Reason::far, names};
  if (names == Reason::same_name) score += 0.2;
  if (names == Reason::part_of_name) score += 0.1;
  if (names == Reason::other_name) score *= 0.4;
  if (kinds) m.reasons.push_back(agree ? Reason::same_kind : Reason::other_kind);
  if (kinds && agree) score += 0.04;
  if (!agree) score *= 0.4;
  m.score = static_cast<float>(score);
  if (edge > bind_reach || names == Reason::other_name || !agree) m.score = std::min(m.score, unsure);
  return m;
}

struct Said {
  std::map<std::pair<std::string_view, std::string_view>, bool> pairs;  // record, model: accepted
  std::unordered_map<std::string_view, std::string_view> accepted;     // record: model
  std::unordered_map<std::string_view, bool> none;                     // record: whether it has no model at all
  explicit Said(std::span<const Correction> corrections) {
    for (const auto& c : corrections) {
      if (c.model.empty()) {
        none[c.record] = true;
        accepted.erase(c.record);
        continue;
      }
      none[c.record] = false;
      pairs[{c.record, c.model}] = c.accepted;
      if (c.accepted) accepted[c.record] = c.model;
      else if (const auto it = accepted.find(c.record); it != accepted.end() && it->second == c.model) accepted.erase(it);
    }
  }
  bool rejected(std::string_view record, std::string_view model) const {
    const auto it = pairs.find({record, model});
    return it != pairs.end() && !it->second;
  }
};

}  // namespace

const char* to_string(Reason reason) {
  static constexpr const char* names[] = {"person", "identifier", "inside", "near", "far", "same_name", "part_of_name", "other_name", "no_name",
                                          "same_kind", "other_kind", "rival", "taken"};
  return names[static_cast<std::size_t>(reason)];
}

const char* to_string(Surety surety) { return surety == Surety::sure ? "sure" : surety == Surety::doubtful ? "doubtful" : "none"; }

std::string record_key(const Record& record) {
  if (!record.id.empty()) return std::string(record.id);
  return has_place(record) ? fmt::format("{}@{:.5f},{:.5f}", record.name, record.lon, record.lat) : std::string(record.name);
}

std::vector<Binding> bind(std::uint32_t count, const std::function<Record(std::uint32_t)>& record, std::span<const Candidate> candidates,
                          std::span<const Correction> corrections) {
  std::map<std::uint32_t, Binding> out;
  if (candidates.empty()) return {};
  const Said said(corrections);
  std::unordered_map<std::string_view, std::uint32_t> by_id;  // id: index in candidates
  std::vector<std::string> names;
  for (std::uint32_t c = 0; c < candidates.size(); ++c) {
    if (!candidates[c].id.empty()) by_id.emplace(candidates[c].id, c);
    names.push_back(plain(candidates[c].name));
  }
  std::unordered_map<std::string_view, std::uint32_t> by_other;  // further identifiers; UINT32_MAX: of several
  for (std::uint32_t c = 0; c < candidates.size(); ++c)
    for (const auto id : candidates[c].also)
      if (const auto [it, added] = by_other.emplace(id, c); !added && it->second != c) it->second = UINT32_MAX;
  for (const auto& [id, c] : by_other)
    if (!id.empty() && c != UINT32_MAX) by_id.emplace(id, c);  // a model's own identifier comes first
  // The grid holds a candidate in every cell that its extent, widened, reaches.
  using Cell = std::pair<int, int>;
  const auto cell_of = [](double lon, double lat) { return Cell{static_cast<int>(std::floor(lon / cell)), static_cast<int>(std::floor(lat / cell))}; };
  std::map<Cell, std::vector<std::uint32_t>> grid;
  for (std::uint32_t c = 0; c < candidates.size(); ++c) {
    const auto& e = candidates[c].extent;
    if (e.empty() || !(e.east - e.west < 1 && e.north - e.south < 1)) continue;
    const double margin_lat = name_reach / metres_per_degree, margin_lon = margin_lat / std::max(0.05, std::cos(e.centre().lat * M_PI / 180));
    const auto [x0, y0] = cell_of(e.west - margin_lon, e.south - margin_lat);
    const auto [x1, y1] = cell_of(e.east + margin_lon, e.north + margin_lat);
    for (int x = x0; x <= x1; ++x)
      for (int y = y0; y <= y1; ++y) grid[{x, y}].push_back(c);
  }

  struct Pair {
    float score;
    double centre;  // m
    std::uint32_t record, candidate;
    bool operator<(const Pair& o) const { return std::tuple(-score, centre, record, candidate) < std::tuple(-o.score, o.centre, o.record, o.candidate); }
  };
  std::vector<Pair> pairs;
  std::vector<bool> taken(candidates.size());
  std::unordered_map<std::uint32_t, std::uint32_t> candidate_of;  // feature: candidate
  for (std::uint32_t c = 0; c < candidates.size(); ++c) candidate_of.emplace(candidates[c].feature, c);
  const auto tie = [&](std::uint32_t i, std::uint32_t c, Reason why, double edge) {
    Binding b{i, Surety::sure, why == Reason::person, {}};
    b.matches.push_back({candidates[c].feature, 1, static_cast<float>(edge), {why}});
    taken[c] = true;
    out[i] = std::move(b);
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    const Record r = record(i);
    const bool placed = has_place(r);
    const auto edge_of = [&](std::uint32_t c) { return placed && !candidates[c].extent.empty() ? distances(r, candidates[c].extent).first : NAN; };
    const std::string key = corrections.empty() ? std::string() : record_key(r);
    if (!corrections.empty()) {
      if (const auto none = said.none.find(key); none != said.none.end() && none->second) {
        out[i] = {i, Surety::none, true, {}};
        continue;
      }
      if (const auto it = said.accepted.find(key); it != said.accepted.end())
        if (const auto c = by_id.find(it->second); c != by_id.end()) {
          tie(i, c->second, Reason::person, edge_of(c->second));
          continue;
        }
    }
    if (!r.id.empty())
      if (const auto it = by_id.find(r.id); it != by_id.end() && !(!corrections.empty() && said.rejected(key, candidates[it->second].id))) {
        tie(i, it->second, Reason::identifier, edge_of(it->second));
        continue;
      }
    if (!placed) continue;
    const auto here = grid.find(cell_of(r.lon, r.lat));
    if (here == grid.end()) continue;
    const std::string name = plain(r.name);
    Binding b{i, Surety::doubtful, false, {}};
    for (const auto c : here->second) {
      const auto [edge, centre] = distances(r, candidates[c].extent);
      if (!corrections.empty() && said.rejected(key, candidates[c].id)) { b.reviewed = true; continue; }
      auto m = by_place(r, name, candidates[c], names[c], edge);
      if (m.score <= 0) continue;
      pairs.push_back({m.score, centre, i, c});
      b.matches.push_back(std::move(m));
    }
    if (b.matches.empty() && !b.reviewed) continue;
    if (b.matches.empty()) b.surety = Surety::none;
    out[i] = std::move(b);
  }

  // Ties by place, the best first.
  std::sort(pairs.begin(), pairs.end());
  for (const auto& p : pairs) {
    Binding& b = out[p.record];
    if (b.surety == Surety::sure || taken[p.candidate] || p.score < sure_score) continue;
    const bool rival = std::any_of(b.matches.begin(), b.matches.end(), [&](const Match& m) {
      return m.feature != candidates[p.candidate].feature && m.score >= p.score - rival_margin && !taken[candidate_of[m.feature]];
    });
    if (rival) continue;
    b.surety = Surety::sure;
    taken[p.candidate] = true;
    for (auto& m : b.matches)
      if (m.feature == candidates[p.candidate].feature) std::swap(m, b.matches.front());
  }
  std::vector<Binding> list;
  for (auto& [i, b] : out) {
    const bool sure = b.surety == Surety::sure;
    if (!sure && std::all_of(b.matches.begin(), b.matches.end(), [&](const Match& m) { return taken[candidate_of[m.feature]]; })) b.surety = Surety::none;
    for (std::size_t k = sure ? 1 : 0; k < b.matches.size(); ++k) {
      Match& m = b.matches[k];
      if (taken[candidate_of[m.feature]]) m.reasons.push_back(Reason::taken);
      else if (!sure && m.score >= sure_score) m.reasons.push_back(Reason::rival);
      m.score = std::min(m.score, unsure);  // of what is not tied
    }
    std::stable_sort(b.matches.begin() + (sure ? 1 : 0), b.matches.end(), [](const Match& x, const Match& y) {
      return std::pair(-x.score, x.distance) < std::pair(-y.score, y.distance);
    });
    if (b.matches.size() > most_matches) b.matches.resize(most_matches);
    list.push_back(std::move(b));
  }
  return list;
}

}  // namespace tenbo::inspection
