// A whole tileset at once: which tiles, decoded in parallel, joined in the tree's order.
#include <algorithm>
#include <atomic>
#include <functional>
#include <queue>

#include "gltf/references.h"
#include "json/node.h"
#include "tenbo/base/file.h"
#include "tenbo/base/url.h"
#include "tenbo/io/tiles.h"
#include "tiles/first_read.h"
#include "tiles/tile_features.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t largest_entry = std::uint64_t{1} << 30;  // bytes of a file that is a tileset, or content
constexpr const char* content_magics[] = {"b3dm", "i3dm", "pnts", "cmpt", "glTF", "vctr", "geom"};
constexpr std::uint64_t largest_content = std::uint64_t{2} << 30, least_content = 16 << 20;  // bytes of a file that may be read, whatever memory there is for its meshes

// Tiles whose content is drawn: leaves, and what is refined by adding. The coarsest first, as far as the stored bytes
// let one hope that the decoded ones fit.
struct Chosen {
  std::vector<std::uint32_t> tiles;
  std::uint64_t left_coarse = 0;  // tiles that stand for their children
};

Chosen choose(const TileTree& tree, const TileSource& source, std::uint64_t memory) {
  Chosen out;
  const std::uint64_t budget = memory / 6;  // stored bytes grow about sixfold: compressed geometry, pictures apart
  const auto cost = [&](std::uint32_t t) {
    std::uint64_t bytes = 0;
    for (const auto& c : tree.tiles[t].contents) bytes += std::max<std::uint64_t>(source.size(c.name), 1);
    return bytes;
  };
  struct Open {
    double error;
    std::uint32_t tile;
    bool operator<(const Open& other) const { return error != other.error ? error < other.error : tile > other.tile; }
  };
  std::vector<bool> drawn(tree.tiles.size(), false);
  std::priority_queue<Open> open;
  std::uint64_t spent = cost(0);
  drawn[0] = true;
  open.push({tree.tiles[0].geometric_error, 0});
  while (!open.empty()) {
    const auto index = open.top().tile;
    open.pop();
    const Tile& tile = tree.tiles[index];
    if (tile.children.empty()) continue;
    std::uint64_t below = 0;
    for (const auto c : tile.children) below += cost(c);
    const std::uint64_t own = tile.add ? 0 : cost(index);
    if (spent - own + below > budget) {
      ++out.left_coarse;
      continue;
    }
    // Children without any content in the whole branch replace nothing: their parent stays.
    if (!tile.add && below == 0) {
      const auto empty = [&](const auto& self, std::uint32_t t, int depth) -> bool {
        if (!tree.tiles[t].contents.empty() || depth > 64) return false;
        return std::all_of(tree.tiles[t].children.begin(), tree.tiles[t].children.end(),
                           [&](std::uint32_t c) { return self(self, c, depth + 1); });
      };
      if (empty(empty, tile.children.front(), 0) &&
          std::all_of(tile.children.begin(), tile.children.end(), [&](std::uint32_t c) { return empty(empty, c, 0); }))
        continue;
    }
    spent = spent - own + below;
    if (!tile.add) drawn[index] = false;
    for (const auto c : tile.children) {
      drawn[c] = true;
      open.push({tree.tiles[c].geometric_error, c});
    }
  }
  for (std::uint32_t i = 0; i < tree.tiles.size(); ++i)
    if (drawn[i] && !tree.tiles[i].contents.empty()) out.tiles.push_back(i);
  return out;
}

void join(CityModel& all, CityModel&& part) {
  const auto first = all.features.append(std::move(part.features));
  const auto textures = static_cast<std::int32_t>(all.textures.size());
  for (auto& t : part.textures) all.textures.push_back(std::move(t));
  for (auto& b : part.batches) {
    if (first > 0)
      for (auto& v : b.mesh.vertices)
        if (v.feature != no_feature) v.feature += first;
    if (b.texture >= 0) b.texture += textures;
    all.batches.push_back(std::move(b));
  }
  all.extent.add(part.extent);
  all.triangles += part.triangles;
  all.points += part.points;
  all.bytes += part.bytes;
  if (part.crs.is_valid()) {  // on Earth
    all.vertical = part.vertical;
    all.crs = part.crs;
  }
  all.diagnostics.merge(std::move(part.diagnostics));
}

std::uint64_t bytes_of(const CityModel& m) {
  std::uint64_t n = 0;
  for (const auto& b : m.batches) n += b.mesh.vertices.size() * sizeof(Vertex) + b.mesh.indices.size() * 4;
  for (const auto& t : m.textures)
    if (t.data) n += t.data->size();
  return n;
}

struct Job {
  std::uint32_t tile = no_tile;
  std::string name;
  glm::dmat4 transform{1};
  std::vector<std::shared_ptr<const TileAttributes>> attributes;
};

Result<CityModel> load(const TileSource& source, const Job& job, const TileMeshOptions& options,
                       const CancelToken& cancel) {
  auto bytes = source.read_until(job.name, std::min(largest_content, std::max(options.memory, least_content)), cancel);
  if (!bytes) return bytes.error();
  const std::string label = source.label(job.name);
  GltfOptions gltf;
  gltf.memory = options.memory;
  auto models = decode_tile(*bytes, label, fetch_from_source(source, job.name), gltf);
  if (!models) return models.error();
  const std::uint64_t size = bytes->size();
  *bytes = {};
  auto mesh = mesh_tile(std::move(*models), label, job.transform, job.attributes, options);
  if (mesh) mesh->bytes = size;
  return mesh;
}

bool is_tileset(const Result<std::vector<std::byte>>& bytes, const std::string& entry) {
  if (!bytes) return bytes.error().code != ErrorCode::out_of_budget || entry.ends_with(".json");  // whoever reads it says why not
  std::size_t i = 0;
  while (i < bytes->size() &&
         (static_cast<unsigned char>((*bytes)[i]) <= ' ' || static_cast<unsigned char>((*bytes)[i]) >= 0xBB))
    ++i;
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  const bool content = std::any_of(std::begin(content_magics), std::end(content_magics), [&](const char* magic) { return text.starts_with(magic); });
  if (i >= text.size() || text[i] != '{') return !content && entry.ends_with(".json");  // meant as one: whoever reads it says what it is instead
  return text.find("\"geometricError\"") != std::string_view::npos || text.find("\"root\"") != std::string_view::npos ||
         entry.ends_with(".json");
}

}  // namespace

Result<OpenTileset> open_tileset(const fs::path& path, const RemoteOptions& remote) {
  OpenTileset out;
  out.path = path;
  auto source = open_tile_source(path, out.entry, remote);
  if (!source) return source.error();
  out.source = std::move(*source);
  auto bytes = out.source->read(out.entry, std::min(largest_entry, remote.largest_answer));
  const bool tileset = is_tileset(bytes, out.entry);
  auto first = std::make_shared<tiles::FirstRead>(out.source, out.entry, std::move(bytes));
  if (!tileset) {
    out.source = std::move(first);
    return out;
  }
  TileTreeOptions options;
  options.largest_json = std::min(options.largest_json, remote.largest_answer);
  auto tree = read_tile_tree(*first, out.entry, options);
  if (!tree) return tree.error();
  out.tree = std::move(*tree);
  return out;
}

Result<CityModel> read_tile(const TileSource& source, const Tile& tile, const std::shared_ptr<const TileAttributes>& of_set,
                            const TileMeshOptions& options, CancelToken cancel) {
  std::optional<CityModel> all;
  std::optional<Error> failure;
  for (const auto& content : tile.contents) {
    auto model = load(source, {no_tile, content.name, tile.transform, {content.attributes, tile.attributes, of_set}}, options, cancel);
    if (!model) {
      if (!failure) failure = model.error();
    } else if (!all) {
      all = std::move(*model);
    } else {
      join(*all, std::move(*model));
    }
  }
  if (!all) return failure.value_or(Error{ErrorCode::not_found, "the tile has no content", "", "", ""});
  if (failure) all->diagnostics.fail(*failure);
  return std::move(*all);
}

Result<CityModel> read_tiles(const fs::path& path, const TilesOptions& options, JobSystem& jobs, Progress& progress,
                             CancelToken cancel) {
  auto set = open_tileset(path, options.remote);
  return set ? read_tiles(std::move(*set), options, jobs, progress, cancel) : set.error();
}

Result<CityModel> read_tiles(OpenTileset set, const TilesOptions& options, JobSystem& jobs, Progress& progress,
                             CancelToken cancel) {
  const fs::path& path = set.path;
  const std::string& entry = set.entry;
  const auto& source = set.source;
  CityModel all;
  all.own_look = true;
  all.name = stem_of(path);

  std::vector<Job> list;
  std::vector<Tile> tiles;
  std::function<void(std::uint32_t)> add_jobs;
  TileMeshOptions mesh = options.mesh;
  if (!set.tree) {
    list.push_back({no_tile, entry, glm::dmat4(1), {}});
  } else {
    TileTree& tree = *set.tree;
    const auto chosen = choose(tree, *source, options.memory);
    mesh.on_earth = tree.on_earth;
    auto of_set = std::make_shared<const TileAttributes>(std::move(tree.attributes));
    add_jobs = [&list, of_set, &tiles](std::uint32_t i) {
      for (auto& c : tiles[i].contents)
        list.push_back({i, c.name, tiles[i].transform, {c.attributes, tiles[i].attributes, of_set}});
    };
    tiles = std::move(tree.tiles);
    for (const auto i : chosen.tiles) add_jobs(i);
    all.diagnostics = std::move(tree.diagnostics);
    if (chosen.left_coarse > 0)
      all.diagnostics.warn({ErrorCode::out_of_budget,
                            std::to_string(chosen.left_coarse) +
                                " tiles are shown coarser than they could be: the finer ones would "
                                "take more than the memory for one layer",
                            source->label(entry), "", ""});
    if (list.empty() && !all.diagnostics.errors.empty()) return all.diagnostics.errors.front();
    if (list.empty()) {
      all.diagnostics.warn(
          {ErrorCode::not_found, "no tile has any content: there is nothing to draw", source->label(entry), "", ""});
      if (!of_set->empty()) {  // what it says of itself can be read all the same
        const auto row = all.features.add_feature(all.name, "tileset");
        for (const auto& [name, value] : *of_set) add_attribute(all.features, row, name, value);
      }
    }
  }
  std::vector<std::optional<Result<CityModel>>> parts;
  std::atomic<std::uint64_t> bytes{0}, triangles{0}, left_out{0};
  std::vector<bool> stand_in(tiles.size(), false);
  // Once as chosen; then again for what stands in for tiles whose content cannot be read: their parents, coarser.
  for (std::size_t from = 0; from < list.size();) {
    progress.total = list.size();
    parts.resize(list.size());
    jobs.parallel_for(list.size() - from, 1, [&, from](std::size_t begin, std::size_t end) {
      for (std::size_t i = from + begin; i < from + end && !cancel.cancelled(); ++i) {
        if (bytes.load() > options.memory || triangles.load() > options.max_triangles) {
          ++left_out;
        } else {
          parts[i].emplace(load(*source, list[i], mesh, cancel));
          if (parts[i]->ok()) {
            bytes += bytes_of(**parts[i]);
            triangles += (*parts[i])->triangles;
          }
        }
        ++progress.done;
      }
    });
    const std::size_t to = list.size();
    for (std::size_t i = from; i < to && !cancel.cancelled(); ++i) {
      if (!parts[i] || parts[i]->ok() || list[i].tile == no_tile) continue;
      auto parent = tiles[list[i].tile].parent;
      while (parent != no_tile && tiles[parent].contents.empty()) parent = tiles[parent].parent;
      if (parent == no_tile || tiles[parent].add || stand_in[parent]) continue;
      stand_in[parent] = true;
      add_jobs(parent);
    }
    from = to;
  }
  if (cancel.cancelled()) return Error{ErrorCode::cancelled, "reading was given up", shown(path), "", ""};
  std::optional<Error> first_failure;
  std::uint64_t good = 0;
  for (auto& part : parts) {
    if (!part) continue;
    if (!part->ok()) {
      if (!first_failure) first_failure = part->error();
      all.diagnostics.fail(part->error());
      continue;
    }
    ++good;
    join(all, std::move(**part));
    part.reset();
  }
  if (first_failure && good == 0) return *first_failure;
  if (left_out > 0)
    all.diagnostics.fail({ErrorCode::out_of_budget,
                          std::to_string(left_out.load()) + " tiles are left out: the layer has reached its limit of " +
                              std::to_string(options.memory >> 20) + " MiB or " +
                              std::to_string(options.max_triangles) + " triangles",
                          source->label(entry), "", "cut the tileset into parts"});
  all.diagnostics.merge(source->notes());
  const auto& at = options.mesh.position;
  if (!all.crs.is_valid() && good > 0 && at.lon == 0 && at.lat == 0)
    all.diagnostics.warn({ErrorCode::invalid_argument, "it has no place on Earth and stands at 0, 0", shown(path),
                          "position", "say \"position\": {lon, lat, height} in a scene"});
  return all;
}

}  // namespace tenbo::io
