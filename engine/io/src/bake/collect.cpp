#include "collect.h"

#include <bit>
#include <cmath>
#include <glm/geometric.hpp>
#include "tenbo/base/hash.h"


namespace tenbo::io::bake {
namespace {

// A batch's triangles and corners brought into the order of their features.
struct SortedBatch {
  const MeshBatch* batch = nullptr;
  std::uint32_t first_feature = 0;           // of the range below
  std::vector<std::uint32_t> corner_starts;  // one a feature of the range, and the end
  std::vector<std::uint32_t> index_starts;
  std::vector<std::uint32_t> corners;  // vertices of the batch, by feature
  std::vector<std::uint32_t> indices;  // counted from the feature's first corner

  explicit SortedBatch(const MeshBatch& b) : batch(&b) {
    const auto& vertices = b.mesh.vertices;
    const auto& triangles = b.mesh.indices;
    std::uint32_t low = none, high = 0;
    for (const Vertex& v : vertices) {
      if (v.feature == no_feature) continue;
      low = std::min(low, v.feature);
      high = std::max(high, v.feature);
    }
    if (low == none) return;
    first_feature = low;
    const std::size_t range = high - low + 1;
    corner_starts.assign(range + 1, 0);
    index_starts.assign(range + 1, 0);
    for (const Vertex& v : vertices)
      if (v.feature != no_feature) ++corner_starts[v.feature - low + 1];
    const auto owner = [&](std::size_t i) {
      const std::uint32_t f = vertices[triangles[i]].feature;
      return f != no_feature && vertices[triangles[i + 1]].feature == f && vertices[triangles[i + 2]].feature == f
                 ? f
                 : no_feature;
    };
    for (std::size_t i = 0; i + 2 < triangles.size(); i += 3)
      if (const auto f = owner(i); f != no_feature) index_starts[f - low + 1] += 3;
    for (std::size_t f = 0; f < range; ++f) {
      corner_starts[f + 1] += corner_starts[f];
      index_starts[f + 1] += index_starts[f];
    }
    corners.resize(corner_starts.back());
    indices.resize(index_starts.back());
    std::vector<std::uint32_t> place(vertices.size()), next(corner_starts.begin(), corner_starts.end() - 1);
    for (std::uint32_t i = 0; i < vertices.size(); ++i) {
      if (vertices[i].feature == no_feature) continue;
      const std::uint32_t f = vertices[i].feature - low;
      place[i] = next[f] - corner_starts[f];
      corners[next[f]++] = i;
    }
    next.assign(index_starts.begin(), index_starts.end() - 1);
    for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
      const auto f = owner(i);
      if (f == no_feature) continue;
      std::uint32_t& at = next[f - low];
      for (int k = 0; k < 3; ++k) indices[at++] = place[triangles[i + k]];
    }
  }
};

// From one local frame to another, for positions and directions.
struct Change {
  glm::dmat3 turn{1};
  glm::dvec3 shift{0};
  Change(const geo::LocalFrame& from, const geo::LocalFrame& to)
      : turn(glm::transpose(to.axes) * from.axes), shift(to.to_local(from.origin)) {}
};

// Numbers of texts that come again and again: the feature table keeps a text once, so its address tells it.
class Known {
 public:
  explicit Known(Texts& texts) : texts_(texts), slots_(4096) {}
  std::uint32_t operator()(std::string_view text) {
    Slot& slot = slots_[mix(reinterpret_cast<std::uintptr_t>(text.data()) + text.size()) & (slots_.size() - 1)];
    if (slot.data != text.data() || slot.size != text.size() || text.empty())
      slot = {text.data(), text.size(), texts_.intern(text)};
    return slot.number;
  }

 private:
  struct Slot {
    const char* data = nullptr;
    std::size_t size = 0;
    std::uint32_t number = 0;
  };
  Texts& texts_;
  std::vector<Slot> slots_;
};

void add_attributes(FeatureSet& set, Record& record, const geo::FeatureTable& features, std::uint32_t feature,
                    Known& known_name, Known& known_text) {
  record.first_value = static_cast<std::uint32_t>(set.values.size());
  for (const auto& [name, value] : features.attributes(feature)) {
    const std::uint32_t key = known_name(name) << 3;
    const auto add = [&](ValueKind kind, std::uint32_t payload) {
      set.values.push_back({key | static_cast<std::uint32_t>(kind), payload});
    };
    const auto add_wide = [&](ValueKind kind, std::uint64_t bits) {
      set.wide.push_back(bits);
      add(kind, static_cast<std::uint32_t>(set.wide.size() - 1));
    };
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      add(ValueKind::text, known_text(*text));
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      if (*integer >= INT32_MIN && *integer <= INT32_MAX)
        add(ValueKind::small_integer, std::bit_cast<std::uint32_t>(static_cast<std::int32_t>(*integer)));
      else
        add_wide(ValueKind::wide_integer, std::bit_cast<std::uint64_t>(*integer));
    } else if (const auto* real = std::get_if<double>(&value)) {
      add_wide(ValueKind::real, std::bit_cast<std::uint64_t>(*real));
    } else if (const auto* boolean = std::get_if<bool>(&value)) {
      add(ValueKind::boolean, *boolean ? 1 : 0);
    }
  }
  record.values = static_cast<std::uint32_t>(set.values.size()) - record.first_value;
}

// Normals keep their axes: over a block the frames turn by less than a tenth of a degree.
Corner corner_of(const Vertex& v, const Change& change) {
  const glm::dvec3 p = change.turn * glm::dvec3(v.x, v.y, v.z) + change.shift;
  return {static_cast<float>(p.x), static_cast<float>(p.y), static_cast<float>(p.z), v.normal};
}

}  // namespace

Collected collect(const geo::FeatureTable& features, const std::vector<MeshBatch>& batches,
                  const std::vector<CityTexture>& textures, JobSystem& jobs) {
  Collected out;
  std::vector<SortedBatch> sorted;
  sorted.reserve(batches.size());
  for (const MeshBatch& batch : batches)
    if (!batch.mesh.indices.empty()) sorted.emplace_back(batch);

  std::map<Cell, std::vector<std::uint32_t>> members;
  for (std::uint32_t f = 0; f < features.size(); ++f) {
    const auto& extent = features.extent(f);
    const auto middle = extent.centre();
    if (extent.empty() || !std::isfinite(middle.lon) || !std::isfinite(middle.lat))
      ++out.nowhere;
    else
      members[Cell::at(block_level, middle.lon, middle.lat)].push_back(f);
  }
  std::vector<std::pair<const std::vector<std::uint32_t>*, FeatureSet*>> work;
  std::vector<Cell> cells;
  for (const auto& [cell, list] : members) {
    work.push_back({&list, &out.blocks[cell]});
    cells.push_back(cell);
  }
  jobs.parallel_for(work.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t w = from; w < to; ++w) {
      FeatureSet& set = *work[w].second;
      const auto frame = geo::LocalFrame::at(cells[w].centre());
      Known known_name(set.names), known_text(set.texts);
      std::vector<Change> changes;
      changes.reserve(sorted.size());
      for (const auto& s : sorted) changes.emplace_back(s.batch->frame, frame);
      for (const std::uint32_t f : *work[w].first) {
        const auto& extent = features.extent(f);
        const auto middle = extent.centre();
        Record record;
        record.lon = middle.lon;
        record.lat = middle.lat;
        record.height = extent.has_height() ? static_cast<float>(extent.min_height) : 0.f;
        record.id = set.texts.intern(features.id(f));
        record.type = set.texts.intern(features.type(f));
        add_attributes(set, record, features, f, known_name, known_text);
        record.first_piece = static_cast<std::uint32_t>(set.pieces.size());
        for (std::size_t b = 0; b < sorted.size(); ++b) {
          const SortedBatch& s = sorted[b];
          if (s.corner_starts.empty() || f < s.first_feature || f - s.first_feature + 1 >= s.corner_starts.size())
            continue;
          const std::uint32_t at = f - s.first_feature;
          const std::uint32_t indices = s.index_starts[at + 1] - s.index_starts[at];
          if (indices == 0) continue;
          const MeshBatch& batch = *s.batch;
          Material material{static_cast<std::uint32_t>(batch.theme), batch.colour.a ? batch.colour.packed() : 0, none,
                            0};
          const bool textured = batch.texture >= 0 && static_cast<std::size_t>(batch.texture) < textures.size();
          if (textured) {
            const CityTexture& texture = textures[static_cast<std::size_t>(batch.texture)];
            material.texture = set.texts.intern(texture.path.string());
            material.repeat = texture.repeat;
          }
          Piece piece;
          piece.material = set.material(material);
          piece.first_corner = static_cast<std::uint32_t>(set.corners.size());
          piece.corners = s.corner_starts[at + 1] - s.corner_starts[at];
          piece.first_index = static_cast<std::uint32_t>(set.indices.size());
          piece.indices = indices;
          if (textured) piece.first_uv = static_cast<std::uint32_t>(set.uvs.size());
          for (std::uint32_t i = s.corner_starts[at]; i < s.corner_starts[at + 1]; ++i) {
            const Vertex& v = batch.mesh.vertices[s.corners[i]];
            set.corners.push_back(corner_of(v, changes[b]));
            if (textured) set.uvs.push_back({v.u, v.v});
          }
          set.indices.insert(set.indices.end(), s.indices.begin() + s.index_starts[at],
                             s.indices.begin() + s.index_starts[at + 1]);
          set.pieces.push_back(piece);
        }
        record.pieces = static_cast<std::uint32_t>(set.pieces.size()) - record.first_piece;
        set.records.push_back(record);
      }
    }
  });
  for (const auto& [cell, set] : out.blocks) {
    out.features += set.records.size();
    out.triangles += set.triangles();
  }
  return out;
}

}  // namespace tenbo::io::bake
