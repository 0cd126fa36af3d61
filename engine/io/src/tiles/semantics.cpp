#include "tiles/semantics.h"

#include <cmath>

#include "tiles/volume.h"

namespace tenbo::io::tiles {
namespace {

double number_of(const PropertyValue& value, const std::string& label, const std::string& semantic) {
  if (const auto* n = std::get_if<double>(&value); n && std::isfinite(*n)) return *n;
  if (const auto* n = std::get_if<std::int64_t>(&value)) return static_cast<double>(*n);
  json::fail(ErrorCode::malformed, "the metadata's " + semantic + " is no number", label, "$.tileMetadata");
}

}  // namespace

Semantics semantics_of(const MetadataClass& of) {
  Semantics out;
  for (const auto& p : of.properties)
    if (p.semantic.starts_with("TILE_")) out.emplace(p.shown, p.semantic);
  return out;
}

void apply_semantics(const PropertyRows& rows, std::uint64_t row, const Semantics& semantics, const std::string& label, Tile& tile) {
  if (semantics.empty()) return;
  std::optional<double> low, high;
  rows.visit(row, [&](std::string_view name, const PropertyValue& value) {
    const auto it = semantics.find(name);
    if (it == semantics.end()) return;
    const std::string& what = it->second;
    const char* shape = what == "TILE_BOUNDING_BOX" ? "box" : what == "TILE_BOUNDING_REGION" ? "region" : what == "TILE_BOUNDING_SPHERE" ? "sphere" : nullptr;
    if (shape != nullptr) {
      const auto* text = std::get_if<std::string>(&value);
      if (!text) json::fail(ErrorCode::malformed, "the metadata's " + what + " is no list of numbers", label, "$.tileMetadata");
      const json::Value volume{{shape, json::parse(*text, label)}};
      const json::Node node(volume, label);
      tile.volume = transformed(read_volume(node), tile.transform);
    } else if (what == "TILE_GEOMETRIC_ERROR") {
      const double error = number_of(value, label, what);
      if (error < 0) json::fail(ErrorCode::malformed, "the metadata's " + what + " is negative", label, "$.tileMetadata");
      tile.geometric_error = error;
    } else if (what == "TILE_MINIMUM_HEIGHT") {
      low = number_of(value, label, what);
    } else if (what == "TILE_MAXIMUM_HEIGHT") {
      high = number_of(value, label, what);
    } else if (what == "TILE_REFINE") {
      const auto* word = std::get_if<std::string>(&value);
      tile.add = word ? *word == "ADD" : number_of(value, label, what) == 0;
    }
  });
  const auto heights = [&](double& lowest, double& highest) {
    lowest = low.value_or(lowest);
    highest = std::max(lowest, high.value_or(highest));
  };
  if (auto* region = std::get_if<TileRegion>(&tile.volume)) heights(region->min_height, region->max_height);
  if (auto* s2 = std::get_if<TileS2>(&tile.volume)) heights(s2->min_height, s2->max_height);
}

}  // namespace tenbo::io::tiles
