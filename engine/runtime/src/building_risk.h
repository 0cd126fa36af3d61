#pragma once
// Buildings of PLATEAU by the flood that they are assumed to stand in: uro's risk attributes (RiverFloodingRiskAttribute and its
// siblings; before version 3 BuildingRiverFloodingRiskAttribute ...), each with a rank or depth, a plan and perhaps a duration.
#include <set>
#include <string>
#include <vector>

#include "tenbo/geo/features.h"
#include "tenbo/render/frame_view.h"
#include "tenbo/runtime/palette.h"

namespace tenbo::runtime {

// One attribute of one building.
struct BuildingRisk {
  std::string hazard;       // "river", "inland", "high_tide", "tsunami", "reservoir"
  std::string description;  // whose flood: a river, a plan
  int scale = 0;            // 1 planned, 2 largest assumed, 0 not said
  std::optional<int> rank;  // 1 to 6
  std::string rank_words;   // of a city's own ranks
  std::optional<double> depth, hours;  // m; how long the water stays
};
std::vector<BuildingRisk> building_risks(const geo::FeatureTable& table, std::uint32_t feature);

// The words of a style's "risk": "river", "river_planned", "river_maximum", "river_duration", "inland", "high_tide", "tsunami",
// "reservoir", "flood" (the worst of all but the tsunami).
bool is_risk(const std::string& word);
bool is_duration(const std::string& word);
inline const char* risk_palette(const std::string& word) { return is_duration(word) ? "flood-duration" : "flood-depth"; }

// The worst class that a building has; null where the data names no such risk. `unreadable`: it names one without a rank.
const PaletteStop* class_of(const std::vector<BuildingRisk>& risks, const std::string& word, const Palette& palette, bool& unreadable);

// Colours all buildings that have one; those without are left as they are. `sources` gets the descriptions, at most a few. How many
// there were.
std::size_t colour_risks(const geo::FeatureTable& table, const std::string& word, const Palette& palette, std::vector<render::FeatureStyle>& styles, std::set<std::string>* sources = nullptr);

}  // namespace tenbo::runtime
