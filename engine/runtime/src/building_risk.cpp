#include "building_risk.h"

#include <algorithm>
#include <cmath>

#include "style.h"

namespace tenbo::runtime {
namespace {

constexpr std::pair<const char*, const char*> hazards[] = {{"RiverFloodingRiskAttribute", "river"}, {"InlandFloodingRiskAttribute", "inland"}, {"HighTideRiskAttribute", "high_tide"},
                                                           {"TsunamiRiskAttribute", "tsunami"},      {"ReservoirFloodingRiskAttribute", "reservoir"}};
constexpr const char* words[] = {"river", "river_planned", "river_maximum", "river_duration", "inland", "high_tide", "tsunami", "reservoir", "flood"};
constexpr std::size_t most_sources = 4;

}  // namespace

bool is_risk(const std::string& word) { return std::find(std::begin(words), std::end(words), word) != std::end(words); }
bool is_duration(const std::string& word) { return word == "river_duration"; }

// A building may have several of a kind, one after the other: each begins with its description, or where something comes again.
std::vector<BuildingRisk> building_risks(const geo::FeatureTable& table, std::uint32_t feature) {
  std::vector<BuildingRisk> out;
  std::string kind;                  // the attribute's own name, of the last in out
  std::set<std::string> had;
  for (const auto& [name, value] : table.attributes(feature)) {
    const auto slash = name.rfind('/');
    if (slash == std::string_view::npos) continue;
    const auto of = name.substr(0, slash);
    if (!of.ends_with("RiskAttribute")) continue;
    const std::string part(name.substr(slash + 1));
    const char* hazard = nullptr;
    for (const auto& [ending, word] : hazards)
      if (!hazard && of.ends_with(ending)) hazard = word;
    if (!hazard) continue;
    if (out.empty() || kind != of || had.contains(part)) {
      out.push_back({});
      out.back().hazard = hazard;
      kind = of;
      had.clear();
    }
    had.insert(part);
    auto& r = out.back();
    const auto number = geo::to_number(value);
    if (part == "description") r.description = geo::to_text(value);
    else if ((part == "rank_code" || (part == "rank" && !r.rank)) && number && *number >= 1 && *number <= 6) r.rank = static_cast<int>(*number);
    else if (part == "rankOrg") r.rank_words = geo::to_text(value);
    else if (part == "depth" && number && *number >= 0) r.depth = *number;
    else if (part == "duration" && number && *number >= 0) r.hours = *number;
    else if ((part == "scale_code" || (part == "scale" && r.scale == 0)) && number && (*number == 1 || *number == 2)) r.scale = static_cast<int>(*number);
  }
  return out;
}

const PaletteStop* class_of(const std::vector<BuildingRisk>& risks, const std::string& word, const Palette& palette, bool& unreadable) {
  unreadable = false;
  const PaletteStop* worst = nullptr;
  const int plan = word == "river_planned" ? 1 : word == "river_maximum" ? 2 : 0;
  for (const auto& r : risks) {
    if (word == "flood" ? r.hazard == "tsunami" : word.starts_with("river") ? r.hazard != "river" : r.hazard != word) continue;
    if (plan != 0 && r.scale != plan) continue;
    const PaletteStop* stop = nullptr;
    if (is_duration(word)) {
      if (!r.hours) continue;  // not every plan has one: no risk without is hidden, it is in the other words
      stop = palette.class_of(std::max(*r.hours, palette.stops.front().from));
    } else if (r.rank && static_cast<std::size_t>(*r.rank) <= palette.stops.size()) {
      stop = &palette.stops[static_cast<std::size_t>(*r.rank) - 1];
    } else if (!r.rank_words.empty()) {
      stop = class_of_rank_words(r.rank_words, palette);
    }
    if (!stop && !is_duration(word) && r.depth) stop = palette.class_of(std::max(*r.depth, palette.stops.front().from));
    if (!stop) unreadable = true;
    else if (!worst || stop->from > worst->from) worst = stop;
  }
  return worst;
}

std::size_t colour_risks(const geo::FeatureTable& table, const std::string& word, const Palette& palette, std::vector<render::FeatureStyle>& styles, std::set<std::string>* sources) {
  std::size_t coloured = 0;
  for (std::uint32_t i = 0; i < table.size() && i < styles.size(); ++i) {
    const auto risks = building_risks(table, i);
    if (risks.empty()) continue;
    bool unreadable = false;
    const auto* stop = class_of(risks, word, palette, unreadable);
    if (!stop && !unreadable) continue;
    styles[i].colour = stop ? stop->colour : palette.unknown;
    ++coloured;
    if (sources && sources->size() < most_sources)
      for (const auto& r : risks)
        if (r.description.find_first_not_of("0123456789") != std::string::npos /* a bare code says nothing */ && (word == "flood" ? r.hazard != "tsunami" : word.starts_with(r.hazard))) sources->insert(r.description);
  }
  return coloured;
}

}  // namespace tenbo::runtime
