#include "terrain/layer_json.h"

#include <algorithm>

#include "json/node.h"
#include "pyramid/tile_store.h"

namespace tenbo::io::terrain {
namespace {

constexpr int deepest = 24;
constexpr int usual_depth = 18;              // where nobody says how deep it goes
constexpr std::size_t most_ranges = 1 << 20;  // of a level

LayerJson read(const json::Node& root) {
  LayerJson out;
  root.object();
  const std::string format = root.text("format", "");
  out.heightmap = format == "heightmap-1.0";
  if (!out.heightmap && format != "quantized-mesh-1.0")
    root.unsupported("holds terrain of the format \"" + format.substr(0, 40) + "\"; quantized-mesh-1.0 and heightmap-1.0 are read");
  const std::string projection = root.text("projection", "EPSG:4326");
  if (projection != "EPSG:4326" && projection != "EPSG:3857") root.unsupported("is tiled in \"" + projection.substr(0, 40) + "\"; EPSG:4326 and EPSG:3857 are read");
  const std::string heights = root.text("tenboHeights", "");
  for (const auto kind : {geo::VerticalKind::orthometric, geo::VerticalKind::unknown})
    if (heights == geo::to_string(kind)) out.vertical = kind;
  out.geodetic = projection == "EPSG:4326";
  const std::string scheme = root.text("scheme", "tms");
  if (scheme != "tms" && scheme != "xyz" && scheme != "slippyMap") root.unsupported("numbers its tiles by the scheme \"" + scheme.substr(0, 40) + "\"; tms and xyz are read");
  out.rows_from_north = scheme != "tms";
  if (root.has("parentUrl") && !root.text("parentUrl", "").empty()) root.unsupported("stands on another set of terrain (\"parentUrl\")", "open that as a layer of its own, after this one");
  const auto tiles = root("tiles");
  tiles.array(1, 1000);
  const auto first = tiles.at(0);
  out.address = first.text();
  for (const char* name : {"{z}", "{x}", "{y}"})
    if (out.address.find(name) == std::string::npos) first.bad("is no address of tiles with {z}, {x} and {y}");
  const std::string version = root.text("version", "");
  for (auto at = out.address.find("{version}"); at != std::string::npos; at = out.address.find("{version}", at + version.size())) out.address.replace(at, 9, version);

  const auto available = root.find("available");
  if (available) {
    available->array(0, 64);
    for (std::size_t z = 0; z < std::min<std::size_t>(available->size(), deepest + 1); ++z) {
      const auto level = available->at(z);
      level.array(0, most_ranges);
      auto& ranges = out.available.emplace_back();
      for (std::size_t i = 0; i < level.size(); ++i) {
        const auto r = level.at(i);
        const auto number = [&](const char* key) { return static_cast<std::uint32_t>(r(key).integer(0, std::int64_t{1} << (deepest + 2))); };
        ranges.push_back({number("startX"), number("startY"), number("endX"), number("endY")});
      }
    }
  }
  out.listed = static_cast<int>(out.available.size());
  const bool deeper = root.has("metadataAvailability");
  const auto zoom = [&](const char* key, int fallback) {
    const auto n = root.find(key);
    return n ? static_cast<int>(n->integer(0, 64)) : fallback;
  };
  out.min_zoom = std::min(zoom("minzoom", 0), deepest);
  out.max_zoom = std::min(zoom("maxzoom", out.listed > 0 && !deeper ? out.listed - 1 : usual_depth), deepest);
  if (out.listed > 0 && !deeper) out.max_zoom = std::min(out.max_zoom, out.listed - 1);
  if (!deeper && available) out.listed = deepest + 1;  // what is not listed is not there
  if (out.min_zoom > out.max_zoom) root.bad("has zooms from " + std::to_string(out.min_zoom) + " to " + std::to_string(out.max_zoom));

  const double limit = out.geodetic ? 90 : pyramid::mercator_limit;
  std::vector<double> bounds{-180, -limit, 180, limit};
  if (const auto b = root.find("bounds")) bounds = b->numbers(4, 4);
  out.bounds.add(std::clamp(bounds[0], -180.0, 180.0), std::clamp(bounds[1], -limit, limit));
  out.bounds.add(std::clamp(bounds[2], -180.0, 180.0), std::clamp(bounds[3], -limit, limit));
  if (!(bounds[0] < bounds[2] && bounds[1] < bounds[3])) root("bounds").bad("is no box: west, south, east and north are due");
  out.attribution = root.text("attribution", "");
  return out;
}

}  // namespace

bool LayerJson::has(int z, std::uint32_t x, std::uint32_t y) const {
  if (z >= listed) return true;
  if (static_cast<std::size_t>(z) >= available.size()) return false;
  const auto& ranges = available[static_cast<std::size_t>(z)];
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& r) { return x >= r.x0 && x <= r.x1 && y >= r.y0 && y <= r.y1; });
}

Result<LayerJson> parse_layer_json(std::span<const std::byte> bytes, const std::string& label) {
  try {
    const auto value = json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, label);
    return read(json::Node(value, label));
  } catch (json::Bad& bad) {
    return std::move(bad.error);
  } catch (const std::exception& e) {
    return Error{ErrorCode::malformed, std::string("is no JSON: ") + e.what(), label, "", ""};
  }
}

}  // namespace tenbo::io::terrain
