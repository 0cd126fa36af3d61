#include <cmath>
#include <numbers>

#include "gml_text.h"
#include "rasters.h"
#include "tables.h"

namespace tenbo::io::make_city_detail {
namespace {

// A camera `range` metres from a place, looking at it. The Earth is flat enough here.
std::string camera(const Plan& plan, Vec2 target, double height, double range, double heading, double pitch) {
  const double h = heading * std::numbers::pi / 180, p = pitch * std::numbers::pi / 180, flat = range * std::cos(p);
  const geo::GeoPoint g = plan.to_geo({target.x - flat * std::sin(h), target.y - flat * std::cos(h)}, height - range * std::sin(p));
  GmlText out(plan);
  out << "{\"lon\": ";
  out.fixed(g.lon, 6);
  out << ", \"lat\": ";
  out.fixed(g.lat, 6);
  out << ", \"height\": ";
  out.fixed(g.height, 1);
  out << ", \"heading\": ";
  out.fixed(heading, 1);
  out << ", \"pitch\": ";
  out.fixed(pitch, 1);
  out << ", \"fov\": 36}";
  return std::move(out.text());
}

double heading_of(Vec2 from, Vec2 to) {
  const double degrees = std::atan2(to.x - from.x, to.y - from.y) * 180 / std::numbers::pi;
  return degrees < 0 ? degrees + 360 : degrees;
}

}  // namespace

TextFile scene_json(const Plan& plan, const Layout& layout, const FloodForecast& flood) {
  const double k = plan.stretch;
  const auto at = [&](double u, double v) { return plan.to_world({u * k, v * k}); };
  // The wide street of the old town, nearest to its middle: looked along from just above the traffic.
  double avenue = plan.rail_v - 26;
  for (const Street& s : layout.along_u) {
    if (s.arterial && std::abs(s.at + 120 * k) < std::abs(avenue + 120 * k)) avenue = s.at;
  }
  const Vec2 eye = plan.to_world({-640 * k, avenue}), ahead = plan.to_world({-460 * k, avenue});
  const Vec2 low = plan.to_world({0, -330 * k}), upstream = plan.to_world({0, 150 * k});
  const std::string scene_time = utc_text(flood_start_ms + 18LL * flood.step_minutes * 60000);

  std::string t = R"json(// The demo of Tenbo, made by `tenbo make-city`. Tenbo City is fictional: it lies in the open sea south of Omaezaki.
{
  "title": {"ja": "展望市 浸水予測（架空の都市）", "en": "Tenbo City flood forecast (a fictional city)"},
  "time": ")json" + scene_time + R"json(",
  "vertical_datum": "orthometric",
  "home": )json" + camera(plan, at(-300, -80), 0, 3900 * k, 329, -26) + R"json(,
  "views": [
    {"name": "home", "title": {"ja": "全景", "en": "The city"}, "camera": )json" + camera(plan, at(-300, -80), 0, 3900 * k, 329, -26) + R"json(},
    {"name": "overview", "title": {"ja": "上空", "en": "From above"}, "camera": )json" + camera(plan, at(0, 100), 0, 8200 * k, 0, -52) + R"json(},
    {"name": "street", "title": {"ja": "旧市街の通り", "en": "A street of the old town"}, "camera": )json" +
                  camera(plan, ahead, plan.ground(eye) + 3, std::hypot(ahead.x - eye.x, ahead.y - eye.y), heading_of(eye, ahead), -5) + R"json(},
    {"name": "river", "title": {"ja": "展望川と橋", "en": "The river and its bridges"}, "camera": )json" +
                  camera(plan, upstream, 8, std::hypot(upstream.x - low.x, upstream.y - low.y), heading_of(low, upstream), -11) + R"json(},
    {"name": "harbour", "title": {"ja": "港", "en": "The harbour"}, "camera": )json" + camera(plan, at(520, -900), 12, 1250, 342, -15) + R"json(}
  ],
  "impact": [
    {"hazard": "flood", "assets": "buildings", "by": "町丁目"},
    {"hazard": "flood", "assets": "roads"},
    {"hazard": "flood", "assets": "bridges"},
    {"hazard": "flood", "assets": "shelters"}
  ],
  "layers": [
    {"name": "terrain", "title": {"ja": "地形", "en": "Terrain"}, "kind": "terrain", "path": "dem.tif", "vertical": "orthometric",
     "attribution": {"ja": "地形: 展望市（架空）", "en": "Terrain: Tenbo City (fictional)"}},
    {"name": "imagery", "title": {"ja": "空中写真", "en": "Aerial picture"}, "kind": "imagery", "path": "imagery.tif",
     "attribution": {"ja": "空中写真: 展望市（架空）", "en": "Picture: Tenbo City (fictional)"}},
    {"name": "water", "title": {"ja": "海と川", "en": "Sea and rivers"}, "kind": "buildings", "path": "udx/wtr"},
    {"name": "roads", "title": {"ja": "道路", "en": "Roads"}, "kind": "buildings", "path": "udx/tran", "style": {"colour": "#b9b6af"}},
    {"name": "buildings", "title": {"ja": "建物", "en": "Buildings"}, "kind": "buildings", "path": "udx/bldg",
     "style": {"textured": false}, "attribution": {"ja": "3D都市モデル: 展望市（架空）", "en": "3D city model: Tenbo City (fictional)"}},
    {"name": "bridges", "title": {"ja": "橋梁", "en": "Bridges"}, "kind": "buildings", "path": "udx/brid", "style": {"colour": "#d8d5cd"}},
    {"name": "trees", "title": {"ja": "樹木", "en": "Trees"}, "kind": "buildings", "path": "udx/veg", "style": {"colour": "#8fa27c"}},
    {"name": "districts", "title": {"ja": "町名", "en": "Districts"}, "kind": "vector", "path": "districts.geojson", "opacity": 0.6,
     "style": {"colour": "#ffffff00", "label_attribute": "name", "line_width": 1.0}},
    {"name": "flood", "title": {"ja": "浸水深の予測", "en": "Flood depth forecast"}, "kind": "field", "path": "flood.tif",
     "plugin": "hazard_flood", "parameters": {"path": "flood.tif", "nodata_is_dry": true}, "nodata_is_dry": true, "style": {"palette": "flood-depth"},
     "attribution": {"ja": "浸水予測: 展望川河川事務所（架空）", "en": "Forecast: Tenbo River Office (fictional)"}},
    {"name": "inspection", "title": {"ja": "橋梁点検", "en": "Bridge inspection"}, "kind": "inspection", "path": "bridges.geojson",
     "plugin": "infra_inspection", "parameters": {"path": "bridges.geojson"},
     "attribution": {"ja": "橋梁点検: 展望市（架空）", "en": "Inspection: Tenbo City (fictional)"}},
    {"name": "shelters", "title": {"ja": "避難所", "en": "Shelters"}, "kind": "vector", "path": "shelters.geojson",
     "style": {"colour": "#2e8b57", "label_attribute": "name", "point_size": 9.0},
     "attribution": {"ja": "避難所: 展望市（架空）", "en": "Shelters: Tenbo City (fictional)"}}
  ]
}
)json";
  return {"demo.json", std::move(t)};
}

}  // namespace tenbo::io::make_city_detail
