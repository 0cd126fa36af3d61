#include "tile.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace tenbo::io::bake {
namespace {
using Json = nlohmann::ordered_json;
constexpr double radians = 3.14159265358979323846 / 180;

Json to_json(const Region& r) {
  return {{"region", {r.west, r.south, r.east, r.north, std::floor(r.low * 100) / 100, std::ceil(r.high * 100) / 100}}};
}

Json to_json(const Tile& tile, bool root) {
  Json j{{"boundingVolume", to_json(tile.region)}, {"geometricError", std::ceil(tile.error * 1000) / 1000}};
  if (root) j["refine"] = "REPLACE";
  if (!tile.uri.empty()) j["content"] = {{"uri", tile.uri}};
  for (const Tile& child : tile.children) j["children"].push_back(to_json(child, false));
  return j;
}

}  // namespace

Region region_of(const geo::LocalFrame& frame, const glm::dvec3& min, const glm::dvec3& max, double low, double high) {
  Region r;
  for (int i = 0; i < 9; ++i) {
    const double x = min.x + (max.x - min.x) * (i % 3) / 2, y = min.y + (max.y - min.y) * (i / 3) / 2;
    for (const double z : {min.z, max.z}) {
      const auto p = frame.to_geo({x, y, z});
      r.west = std::min(r.west, p.lon * radians);
      r.east = std::max(r.east, p.lon * radians);
      r.south = std::min(r.south, p.lat * radians);
      r.north = std::max(r.north, p.lat * radians);
    }
  }
  // quantisation (1 cm), and how far a parallel bends between the points above
  const double across = std::max(max.x - min.x, max.y - min.y) / geo::mean_radius;
  const double room = 2e-9 + across * across / 4;
  r.west = std::max(-180 * radians, r.west - 2 * room);
  r.east = std::min(180 * radians, r.east + 2 * room);
  r.south = std::max(-90 * radians, r.south - room);
  r.north = std::min(90 * radians, r.north + room);
  r.low = low - 0.02;
  r.high = high + 0.02;
  return r;
}

std::uint64_t Tile::count() const {
  std::uint64_t n = uri.empty() ? 0 : 1;
  for (const Tile& child : children) n += child.count();
  return n;
}

void pack(Packer& out, const Tile& tile) {
  out.value(tile.cell);
  out.value(tile.region);
  out.value(tile.error);
  out.text(tile.uri);
  out.value<std::uint64_t>(tile.children.size());
  for (const Tile& child : tile.children) pack(out, child);
}

bool unpack(Unpacker& in, Tile& tile, int depth) {
  tile.cell = in.value<Cell>();
  tile.region = in.value<Region>();
  tile.error = in.value<double>();
  tile.uri = in.text();
  const auto children = in.value<std::uint64_t>();
  if (in.bad || children > 4 || depth > 40) return false;
  for (std::uint64_t i = 0; i < children; ++i)
    if (!unpack(in, tile.children.emplace_back(), depth + 1)) return false;
  return true;
}

std::string tileset_json(const Tile& root, const TilesetNotes& notes) {
  Json extras{{"generator", "Tenbo"},
              {"verticalDatum", notes.vertical_datum},
              {"features", notes.features},
              {"triangles", notes.triangles}};
  if (!notes.note.empty()) extras["note"] = notes.note;
  const Region& r = root.region;
  const double across =
      std::max((r.east - r.west) * std::cos((r.south + r.north) / 2), r.north - r.south) * geo::mean_radius;
  Json j{{"asset", {{"version", "1.1"}, {"extras", std::move(extras)}}},
         {"geometricError", std::ceil(std::max({across, r.high - r.low, root.error * 2, 1.0}))},
         {"root", to_json(root, true)}};
  return j.dump(1) + "\n";
}

std::string tile_uri(const Cell& cell) { return fmt::format("tiles/{}/{}/{}.glb", cell.level, cell.x, cell.y); }

}  // namespace tenbo::io::bake
