#pragma once
// The city's vector layers and its scene file.
#include <filesystem>
#include <vector>

#include "city_gml.h"
#include "flood.h"

namespace tenbo::io::make_city_detail {

TextFile bridges_geojson(const Plan& plan, const Layout& layout);
TextFile shelters_geojson(const Plan& plan, const Layout& layout, const std::vector<Building>& buildings);
TextFile districts_geojson(const Plan& plan, const Layout& layout);
TextFile river_geojson(const Plan& plan);
TextFile scene_json(const Plan& plan, const Layout& layout, const FloodForecast& flood);

}  // namespace tenbo::io::make_city_detail
