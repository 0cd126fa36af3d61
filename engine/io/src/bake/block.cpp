#include "block.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "gltf_write/glb.h"
#include "bounds.h"
#include "closed.h"
#include "light.h"
#include "looks.h"
#include "properties.h"
#include "weld.h"
#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/base/mesh.h"
#include "tenbo/base/pages.h"
#include "tenbo/io/city.h"

namespace tenbo::io::bake {
namespace {

constexpr std::size_t most_features = 1024;   // of a leaf
constexpr std::size_t most_corners = 60'000;  // of a leaf: 16-bit indices
constexpr std::uint32_t deepest = 21;         // level where leaves are not divided any more, 10 m
constexpr float box_is_enough = 1.5f;         // m: nearer to a box than this, a feature's own mesh is not kept

struct Node {
  Tile tile;
  ProxyList list;
};

class BlockBaker {
 public:
  BlockBaker(const FeatureSet& set, const Cell& cell, const TileSink& sink, ColourCache& colours)
      : set_(set), sink_(sink), frame_(geo::LocalFrame::at(cell.centre())), looks_(set, colours, sink.webp()) {}
  Status node(const Cell& cell, std::vector<std::uint32_t> rows, Node& out);
  std::vector<WrittenFile> files;

 private:
  Status leaf(const Cell& cell, const std::vector<std::uint32_t>& rows, Node& out);
  void add_proxy(std::uint32_t row, const Welded& surface, ProxyList& out);

  const FeatureSet& set_;
  const TileSink& sink_;
  geo::LocalFrame frame_;
  Looks looks_;
  Welder welder_;
};

void BlockBaker::add_proxy(std::uint32_t row, const Welded& surface, ProxyList& out) {
  if (surface.indices.empty()) return;
  const Record& r = set_.records[row];
  Proxy p = box_around(surface.points, surface.indices, frame_);
  p.record = row;
  std::uint32_t most = 0;
  for (std::uint32_t i = r.first_piece; i < r.first_piece + r.pieces; ++i) {  // of the largest part
    if (set_.pieces[i].indices <= most) continue;
    most = set_.pieces[i].indices;
    p.theme = set_.materials[set_.pieces[i].material].theme;
  }
  std::tie(p.colour, p.roof) = far_colours(set_, r, looks_);
  if (p.box_deviation > box_is_enough) {
    p.deviation = 0;
    out.add_mesh(p, surface.points, surface.indices);
  }
  out.proxies.push_back(p);
}

Status BlockBaker::leaf(const Cell& cell, const std::vector<std::uint32_t>& rows, Node& out) {
  gltf_write::GlbTile tile;
  tile.origin = frame_.origin;
  tile.axes = frame_.axes;
  tile.rows = static_cast<std::uint32_t>(rows.size());
  tile.class_id = "feature";
  tile.class_name = "Feature";
  Bounds bounds(frame_);
  std::unordered_map<std::uint64_t, std::uint32_t> primitive_of;  // by material and whether it is closed
  std::unordered_map<const gltf_write::GlbImage*, int> image_of;
  Welded surface;
  std::size_t corners = 0, indices = 0;
  for (const std::uint32_t row : rows) {
    const Record& r = set_.records[row];
    for (std::uint32_t i = r.first_piece; i < r.first_piece + r.pieces; ++i) {
      corners += set_.pieces[i].corners;
      indices += set_.pieces[i].indices;
    }
  }
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    const Record& r = set_.records[rows[row]];
    welder_.weld(set_, r, surface);
    const bool closed = closed_outward(surface.points, surface.indices);
    add_proxy(rows[row], surface, out.list);
    for (std::uint32_t p = r.first_piece; p < r.first_piece + r.pieces; ++p) {
      const Piece& piece = set_.pieces[p];
      const auto [at, first] = primitive_of.try_emplace(std::uint64_t{piece.material} << 1 | closed, static_cast<std::uint32_t>(tile.primitives.size()));
      if (first) {
        gltf_write::GlbMaterial material{looks_.colour(piece.material), -1, closed};
        if (const auto* image = looks_.image(piece.material)) {
          const auto [place, added] = image_of.try_emplace(image, static_cast<int>(tile.images.size()));
          if (added) tile.images.push_back(*image);
          material.image = place->second;
        }
        tile.primitives.emplace_back().material = static_cast<int>(tile.materials.size());
        tile.materials.push_back(material);
        if (tile.primitives.size() == 1) {  // mostly the one that all of it goes into
          tile.primitives[0].vertices.reserve(corners);
          tile.primitives[0].indices.reserve(indices);
        }
      }
      gltf_write::GlbPrimitive& primitive = tile.primitives[at->second];
      const auto base = static_cast<std::uint32_t>(primitive.vertices.size());
      for (std::uint32_t i = 0; i < piece.corners; ++i) {
        const Corner& c = set_.corners[piece.first_corner + i];
        gltf_write::GlbVertex& v = primitive.vertices.emplace_back();
        v.position = {c.x, c.y, c.z};
        v.normal = decode_normal(c.normal);
        v.feature = row;
        if (piece.first_uv != none) {
          v.u = set_.uvs[piece.first_uv + i].x;
          v.v = set_.uvs[piece.first_uv + i].y;
        }
        bounds.add(v.position);
      }
      for (std::uint32_t i = piece.first_index; i < piece.first_index + piece.indices; ++i)
        primitive.indices.push_back(base + set_.indices[i]);
      for (std::uint32_t i = piece.first_index; i + 2 < piece.first_index + piece.indices; i += 3) {
        const auto corner = [&](std::uint32_t k) { return primitive.vertices[base + set_.indices[k]].position; };
        bounds.add_inside(corner(i), corner(i + 1), corner(i + 2));
      }
    }
  }
  light_tile(tile, LightDetail::corners);
  tile.columns = columns_of(set_, rows);
  if (tile.primitives.empty()) {  // attributes alone: the features' middles
    for (const std::uint32_t row : rows) {
      const Record& r = set_.records[row];
      bounds.add(frame_.to_local(geo::GeoPoint{r.lon, r.lat, r.height}), r.height);
    }
  }
  out.tile.cell = cell;
  out.tile.region = region_of(frame_, bounds.min, bounds.max, bounds.low, bounds.high);
  out.tile.error = 0;
  out.tile.uri = tile_uri(cell);
  auto written = sink_.write(cell, gltf_write::write_glb(tile));
  if (!written) return written.error();
  files.push_back(std::move(*written));
  return {};
}

// What a tile above leaves draws: each box as five faces that are seen, each mesh with flat faces. Where nothing below
// has a surface, it has no content: a property table has at least one row.
Status write_far(Tile& out, const ProxyList& list, const FeatureSet& set, const geo::LocalFrame& frame,
                 const TileSink& sink, std::vector<WrittenFile>& files) {
  if (list.proxies.empty()) return {};
  const double deviation = out.error;
  gltf_write::GlbTile tile;
  tile.origin = frame.origin;
  tile.axes = frame.axes;
  tile.rows = static_cast<std::uint32_t>(list.proxies.size());
  tile.tolerance = std::max(0.005, deviation / 64);
  tile.class_id = "feature";
  tile.class_name = "Feature";
  const auto rgb = [](std::uint32_t c) {
    return Rgba8{static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(c >> 8), static_cast<std::uint8_t>(c >> 16), 255};
  };
  const std::uint32_t first_colour = list.proxies.front().colour;
  const bool coloured = std::any_of(list.proxies.begin(), list.proxies.end(), [&](const Proxy& p) { return p.colour != first_colour || p.roof != first_colour; });
  const Rgba8 common = coloured ? Rgba8{} : rgb(first_colour);
  for (const bool closed : {true, false}) {
    gltf_write::GlbPrimitive& primitive = tile.primitives.emplace_back();
    primitive.coloured = coloured;
    primitive.material = static_cast<int>(tile.materials.size());
    tile.materials.push_back({common, -1, closed});
  }
  tile.primitives[0].vertices.reserve(list.proxies.size() * 20);  // of boxes
  tile.primitives[0].indices.reserve(list.proxies.size() * 30);
  Bounds bounds(frame);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < list.proxies.size(); ++row) {
    const Proxy& p = list.proxies[row];
    rows.push_back(p.record);
    const Rgba8 upright = rgb(p.colour), roof = rgb(p.roof);
    // A box lacks its floor alone, and that is never seen.
    const glm::vec3* points = list.points.data() + p.first_point;
    const bool closed = p.points == 0 || closed_outward({points, p.points}, {list.indices.data() + p.first_index, p.indices});
    gltf_write::GlbPrimitive& primitive = tile.primitives[closed ? 0 : 1];
    const auto face = [&](std::initializer_list<glm::vec3> corners) {
      const glm::vec3* c = corners.begin();
      const glm::vec3 normal = glm::cross(c[1] - c[0], c[2] - c[0]);
      const float length = glm::length(normal);
      if (!(length > 0)) return;
      const auto base = static_cast<std::uint32_t>(primitive.vertices.size());
      const Rgba8 colour = normal.z > looks_up * length ? roof : upright;
      for (const auto& at : corners) primitive.vertices.push_back({at, normal / length, row, colour});
      for (std::uint32_t i = 2; i < corners.size(); ++i) {
        primitive.indices.insert(primitive.indices.end(), {base, base + i - 1, base + i});
        bounds.add_inside(c[0], c[i - 1], c[i]);
      }
    };
    if (p.points == 0) {
      glm::dvec3 exact[8];
      box_corners(p, frame, exact);
      glm::vec3 c[8];
      for (int i = 0; i < 8; ++i) {
        c[i] = glm::vec3(exact[i]);
        bounds.add(exact[i], i < 4 ? p.bottom : p.top);
      }
      face({c[4], c[5], c[6], c[7]});
      if (p.top - p.bottom < 0.05f) continue;
      for (int i = 0; i < 4; ++i) face({c[i], c[(i + 1) % 4], c[4 + (i + 1) % 4], c[4 + i]});
      continue;
    }
    for (std::uint32_t i = 0; i < p.points; ++i) bounds.add(points[i]);
    for (std::uint32_t i = p.first_index; i + 2 < p.first_index + p.indices; i += 3)
      face({points[list.indices[i]], points[list.indices[i + 1]], points[list.indices[i + 2]]});
  }
  std::erase_if(tile.primitives, [](const auto& primitive) { return primitive.indices.empty(); });
  auto materials = std::exchange(tile.materials, {});  // those that are used
  for (auto& primitive : tile.primitives) {
    tile.materials.push_back(std::move(materials[static_cast<std::size_t>(primitive.material)]));
    primitive.material = static_cast<int>(tile.materials.size()) - 1;
  }
  light_tile(tile, LightDetail::faces);
  tile.columns = columns_of(set, rows);
  if (bounds.low <= bounds.high) {
    // a box is upright at its own place: seen from the tile's frame its heights bend with the Earth
    const double room = tile.tolerance + 0.01 * deviation;
    out.region.add(region_of(frame, bounds.min - tile.tolerance, bounds.max + tile.tolerance, bounds.low - room,
                             bounds.high + room));
  }
  auto written = sink.write(out.cell, gltf_write::write_glb(tile));
  if (!written) return written.error();
  out.uri = written->uri;
  files.push_back(std::move(*written));
  return {};
}

// Above its children: as coarse as they were, or coarser, and never finer than it says.
double error_of(double deviation, const Cell& cell, double worst_child) {
  return std::max({deviation, cell.metres() / 2048, worst_child * 1.0001});
}

Status BlockBaker::node(const Cell& cell, std::vector<std::uint32_t> rows, Node& out) {
  std::size_t corners = 0;
  for (const std::uint32_t row : rows) {
    const Record& r = set_.records[row];
    for (std::uint32_t p = r.first_piece; p < r.first_piece + r.pieces; ++p) corners += set_.pieces[p].corners;
  }
  if (rows.size() == 1 || (rows.size() <= most_features && corners <= most_corners) || cell.level >= deepest)
    return leaf(cell, rows, out);
  std::vector<std::uint32_t> quarters[4];
  for (const std::uint32_t row : rows) {
    const Cell at = Cell::at(cell.level + 1, set_.records[row].lon, set_.records[row].lat);
    quarters[(at.y & 1) * 2 + (at.x & 1)].push_back(row);
  }
  rows = {};
  const auto filled = std::count_if(std::begin(quarters), std::end(quarters), [](const auto& q) { return !q.empty(); });
  ProxyList fine;
  double worst = 0;
  for (std::uint32_t q = 0; q < 4; ++q) {
    if (quarters[q].empty()) continue;
    const Cell below{cell.level + 1, cell.x * 2 + (q & 1), cell.y * 2 + (q >> 1)};
    if (filled == 1) return node(below, std::move(quarters[q]), out);
    Node child;
    if (auto status = node(below, std::move(quarters[q]), child); !status) return status;
    out.tile.region.add(child.tile.region);
    worst = std::max(worst, child.tile.error);
    fine.append(child.list);
    out.tile.children.push_back(std::move(child.tile));
  }
  double deviation = 0;
  out.list = coarser(fine, cell, deviation);
  out.tile.cell = cell;
  out.tile.error = error_of(deviation, cell, worst);
  return write_far(out.tile, out.list, set_, frame_, sink_, files);
}

// The records that proxies name, in their order and without the rest.
FeatureSet records_of(ProxyList& list, const FeatureSet& set) {
  FeatureSet out;
  std::unordered_map<std::uint32_t, std::uint32_t> place;
  for (Proxy& p : list.proxies) {
    const auto [at, first] = place.try_emplace(p.record, 0);
    if (first) at->second = out.add_record(set, p.record);
    p.record = at->second;
  }
  return out;
}

}  // namespace

Result<WrittenFile> TileSink::write(const Cell& cell, const std::string& bytes) const {
  const std::string uri = tile_uri(cell);
  const auto path = root_ / uri;
  if (bytes.size() > UINT32_MAX)
    return Error{ErrorCode::out_of_budget, "a tile would be larger than 4 GiB", path.string(), "", ""};
  auto status = write_file_atomic(path, bytes);
  if (!status && status.error().code == ErrorCode::not_found) {
    std::error_code ec;
    std::filesystem::create_directories(path.parent_path(), ec);
    status = write_file_atomic(path, bytes);
  }
  if (!status) return status.error();
  begin_write_back(path);  // while other tiles are made: at the end there is less to wait for
  return WrittenFile{uri, bytes.size(), hash_bytes(bytes)};
}

Result<BlockResult> bake_block(const Cell& cell, const FeatureSet& set, const TileSink& sink, ColourCache& colours) {
  BlockBaker baker(set, cell, sink, colours);
  std::vector<std::uint32_t> rows(set.records.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  Node root;
  if (auto status = baker.node(cell, std::move(rows), root); !status) return status.error();
  BlockResult out;
  // What a block hands up is bounded, however it is divided within.
  if (root.tile.children.empty()) {
    double deviation = 0;
    root.list = coarser(root.list, cell, deviation);
  }
  out.far.records = records_of(root.list, set);
  out.far.list = std::move(root.list);
  out.tile = std::move(root.tile);
  out.files = std::move(baker.files);
  return out;
}

Result<BlockResult> bake_parent(const Cell& cell, std::vector<Child> children, const TileSink& sink) {
  const auto frame = geo::LocalFrame::at(cell.centre());
  BlockResult out;
  ProxyList fine;
  FeatureSet records;
  double worst = 0;
  for (Child& child : children) {
    out.tile.region.add(child.tile.region);
    worst = std::max(worst, child.tile.error);
    const auto first = static_cast<std::uint32_t>(records.records.size());
    records.append(child.far.records);
    for (Proxy& p : child.far.list.proxies) p.record += first;
    const auto from = geo::LocalFrame::at(child.frame.centre());
    const glm::dmat3 turn = glm::transpose(frame.axes) * from.axes;
    const glm::dvec3 shift = frame.to_local(from.origin);
    for (auto& p : child.far.list.points) p = glm::vec3(turn * glm::dvec3(p) + shift);
    fine.append(child.far.list);
    out.tile.children.push_back(std::move(child.tile));
  }
  double deviation = 0;
  ProxyList list = coarser(fine, cell, deviation);
  out.far.records = records_of(list, records);
  out.tile.cell = cell;
  out.tile.error = error_of(deviation, cell, worst);
  if (auto status = write_far(out.tile, list, out.far.records, frame, sink, out.files); !status) return status.error();
  out.far.list = std::move(list);
  return out;
}

}  // namespace tenbo::io::bake
