#include "terrain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <set>
#include <utility>

#include "gdal/module.h"
#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/identify.h"
#include "terrain_mesh.h"
#include "terrain_work.h"

namespace tenbo::io::bake {
namespace {
namespace fs = std::filesystem;

constexpr int levels_in_chunk = 5;
constexpr int deepest = 22;
constexpr std::uint64_t version = 2;                // of the work files and of the tiles' bytes
constexpr double leaf_tolerance = 0.01, tolerance = 0.06;  // parts of the distance between points
constexpr double whole_millimetres = 1000;

double spacing(int level) { return std::numbers::pi * geo::wgs84_a / terrain_cells / std::ldexp(1.0, level); }  // m, north to south

geo::Extent box_of(const TileName& t) {
  const double size = 180 / std::ldexp(1.0, t.z);
  return {t.x * size - 180, t.y * size - 90, (t.x + 1) * size - 180, (t.y + 1) * size - 90, 0, 0};
}

// In words, for people: readers take heights as ellipsoidal whatever stands here.
std::string datum_of(const TerrainPlan& plan) {
  switch (plan.vertical) {
    case geo::VerticalKind::ellipsoidal: return "above the ellipsoid";
    case geo::VerticalKind::orthometric: return "above the geoid, as the source has them, though the format takes them as above the ellipsoid";
    case geo::VerticalKind::unknown: break;
  }
  return "the source does not say what they refer to";
}

Status write_tile(const WorkFolder& work, const TileName& name, const std::string& bytes, std::vector<MadeTile>& list) {
  const auto path = work.out() / uri_of(name);
  std::error_code ec;
  fs::create_directories(path.parent_path(), ec);
  list.push_back({name, bytes.size(), hash_bytes(bytes)});
  return write_file_atomic(path, bytes);
}

bool empty(const TerrainSquare& s) { return std::all_of(s.begin(), s.end(), [](float h) { return std::isnan(h); }); }

// The surface where there is no data: sea level, as far as the geoid knows where that is.
double sea(const geo::HeightPolicy& heights, double lon, double lat) {
  if (!heights.geoid) return 0;
  const double n = heights.geoid->undulation(lon, lat);
  return std::isnan(n) ? 0 : n;
}

Result<MadeChunk> bake_chunk(const TerrainPlan& plan, const TerrainChunk& c, const WorkFolder& work, const TerrainMesher& mesher) {
  const TileName top{plan.chunk, c.x, c.y};
  const geo::Extent box = box_of(top);
  std::vector<gdal::Input> inputs;
  for (const auto& f : plan.files) {
    const double rim = 4 * f.resolution / 111'000 / std::max(0.01, std::cos(std::min(89.0, std::max(std::abs(f.extent.south), std::abs(f.extent.north))) * std::numbers::pi / 180));
    if (f.extent.west - rim < box.east && f.extent.east + rim > box.west && f.extent.south - rim < box.north && f.extent.north + rim > box.south) inputs.push_back(f.input);
  }
  const auto gdal = gdal::functions();
  if (!gdal) return gdal.error();
  auto elevation = (*gdal)->open_heights_within(inputs, plan.heights, box);
  if (!elevation) return elevation.error();

  const int down = c.leaf - plan.chunk, cells = terrain_cells << down, across = cells + 1;
  std::vector<float> heights(static_cast<std::size_t>(across) * static_cast<std::size_t>(across));
  const double step = 180 / std::ldexp(1.0, c.leaf) / terrain_cells;  // degrees; places are whole multiples, the same for neighbours
  for (int j = 0; j < across; ++j)
    for (int i = 0; i < across; ++i) {
      const double lon = (static_cast<double>(c.x) * cells + i) * step - 180, lat = (static_cast<double>(c.y) * cells + j) * step - 90;
      const double h = (*elevation)->sample(lon, lat);
      heights[static_cast<std::size_t>(j) * static_cast<std::size_t>(across) + static_cast<std::size_t>(i)] = static_cast<float>(std::round(h * whole_millimetres) / whole_millimetres);
    }
  MadeChunk out;
  TerrainSquare square(terrain_points * terrain_points);
  const auto filling = [&](double lon, double lat) { return sea(plan.heights, lon, lat); };
  std::set<std::pair<int, int>> below, there;  // x, y of tiles of the level below, which need theirs above whatever is in them
  for (int level = down; level >= 0; --level) {
    below = std::exchange(there, {});
    const int tiles = 1 << level, stride = 1 << (down - level);
    for (int ty = 0; ty < tiles; ++ty)
      for (int tx = 0; tx < tiles; ++tx) {
        for (int j = 0; j < terrain_points; ++j)
          for (int i = 0; i < terrain_points; ++i)
            square[static_cast<std::size_t>(j * terrain_points + i)] =
                heights[static_cast<std::size_t>((ty * terrain_cells + j) * stride) * static_cast<std::size_t>(across) + static_cast<std::size_t>((tx * terrain_cells + i) * stride)];
        bool needed = !empty(square);
        for (const auto& [x, y] : {std::pair(0, 0), {1, 0}, {0, 1}, {1, 1}}) needed = needed || below.contains({2 * tx + x, 2 * ty + y});
        if (!needed) continue;
        there.insert({tx, ty});
        const TileName name{plan.chunk + level, (c.x << level) + static_cast<std::uint32_t>(tx), (c.y << level) + static_cast<std::uint32_t>(ty)};
        if (name.z == 0) continue;  // made at the end, both halves of the Earth
        const auto bytes = mesher.tile(box_of(name), square, spacing(name.z) * (level == down ? leaf_tolerance : tolerance), filling, out.triangles);
        if (auto status = write_tile(work, name, bytes, out.tiles); !status) return status.error();
      }
  }
  if (!there.empty()) out.square = std::move(square);  // the last one was the chunk's own
  return out;
}

std::pair<std::size_t, std::size_t> share(std::size_t count, std::uint32_t part, std::uint32_t parts) {
  return {count * (part - 1) / parts, count * part / parts};
}

// Rectangles of equal rows, from the tiles of a level.
std::string ranges(const std::set<std::pair<std::uint32_t, std::uint32_t>>& tiles) {  // y, x
  struct Box { std::uint32_t x0, y0, x1, y1; };
  std::vector<Box> done, open;
  for (auto it = tiles.begin(); it != tiles.end();) {
    const std::uint32_t y = it->first;
    std::vector<Box> row;
    for (; it != tiles.end() && it->first == y; ++it) {
      if (!row.empty() && row.back().x1 + 1 == it->second) row.back().x1 = it->second;
      else row.push_back({it->second, y, it->second, y});
    }
    for (auto& b : open) {
      const auto same = std::find_if(row.begin(), row.end(), [&](const Box& r) { return r.x0 == b.x0 && r.x1 == b.x1 && b.y1 + 1 == y; });
      if (same != row.end()) same->y0 = b.y0;
      else done.push_back(b);
    }
    open = std::move(row);
  }
  done.insert(done.end(), open.begin(), open.end());
  std::sort(done.begin(), done.end(), [](const Box& a, const Box& b) { return std::tie(a.y0, a.x0) < std::tie(b.y0, b.x0); });
  std::string out;
  for (const auto& b : done) out += fmt::format("{}{{\"startX\":{},\"startY\":{},\"endX\":{},\"endY\":{}}}", out.empty() ? "" : ",", b.x0, b.y0, b.x1, b.y1);
  return "[" + out + "]";
}

bool holds_city(const fs::path& folder) {
  std::error_code ec;
  for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, ec), end; !ec && it != end; it.increment(ec))
    if (gdal::has_extension(it->path(), {".gml", ".citygml"})) return true;
  return false;
}

}  // namespace

std::vector<fs::path> take_height_inputs(std::vector<fs::path>& inputs) {
  std::vector<fs::path> out;
  const auto heights = [](const fs::path& path) {
    std::error_code ec;
    if (fs::is_directory(path, ec) && holds_city(path)) return false;
    const auto found = identify(path);
    return found && !found->empty() && found->front().kind == DataKind::elevation && found->front().paths.front().filename() != "layer.json";
  };
  std::erase_if(inputs, [&](const fs::path& path) {
    if (!heights(path)) return false;
    out.push_back(path);
    return true;
  });
  return out;
}

Result<TerrainPlan> plan_terrain(const std::vector<fs::path>& paths, const geo::HeightPolicy& heights, const std::string& geoid, Diagnostics& diagnostics) {
  const auto gdal = gdal::functions();
  if (!gdal) return gdal.error();
  auto files = (*gdal)->survey_heights(paths, diagnostics);
  if (!files) return files.error();
  if (files->empty()) return diagnostics.errors.empty() ? Error{ErrorCode::not_found, "holds no heights that can be read", paths.front().string(), "", ""} : diagnostics.errors.front();
  TerrainPlan plan;
  plan.files = std::move(*files);
  plan.heights = heights;
  plan.geoid = geoid;
  plan.key = mix(version);
  const HeightFile* said = nullptr;
  bool unsaid = false;
  for (const auto& f : plan.files) {
    const auto stamp = file_stamp(f.input.path);
    plan.key = mix(hash_bytes(f.input.path.string(), plan.key) ^ stamp.size ^ static_cast<std::uint64_t>(stamp.modified_ns));
    plan.bounds.add(f.extent);
    if (f.vertical == geo::VerticalKind::unknown) unsaid = true;
    else if (!said) said = &f;
    else if (f.vertical != said->vertical && !heights.geoid)
      return Error{ErrorCode::mismatch, std::string("heights are ") + geo::to_string(f.vertical) + " here and " + geo::to_string(said->vertical) + " in " + said->input.path.string(),
                   f.input.path.string(), "", "give a geoid grid with --geoid FILE, or bake them apart"};
  }
  plan.vertical = heights.geoid ? geo::VerticalKind::ellipsoidal : said ? said->vertical : geo::VerticalKind::unknown;
  plan.vertical_name = heights.geoid ? "ellipsoidal height" : said ? said->vertical_name : "";
  if (unsaid)
    diagnostics.warn({ErrorCode::mismatch, std::string("a DEM does not say what its heights refer to; they are taken as ") + (heights.geoid ? "ellipsoidal already" : "those of the others"),
                      plan.files.front().input.path.string(), "", "gdal_edit.py -a_srs EPSG:6668+6695 FILE says that they are Japan's"});
  if (plan.vertical == geo::VerticalKind::orthometric)
    diagnostics.warn({ErrorCode::mismatch, "the terrain's heights stay above the geoid; other programs take those of quantized-mesh as ellipsoidal", "", "",
                      "give a geoid grid with --geoid FILE to convert them"});
  plan.bounds = {std::max(plan.bounds.west, -180.0), std::max(plan.bounds.south, -90.0), std::min(plan.bounds.east, 180.0), std::min(plan.bounds.north, 90.0), 0, 0};
  const auto level_of = [](double metres) { return std::clamp(static_cast<int>(std::ceil(std::log2(spacing(0) / metres) - 0.01)), 0, deepest); };
  plan.finest = level_of(plan.files.front().resolution);
  plan.chunk = std::max(0, plan.finest - levels_in_chunk);
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> chunks;  // y, x: finest level
  const double rows = std::ldexp(1.0, plan.chunk), size = 180 / rows;
  for (const auto& f : plan.files) {
    const auto index = [&](double degrees, double most) { return static_cast<std::uint32_t>(std::clamp(std::floor(degrees / size), 0.0, most - 1)); };
    for (auto y = index(f.extent.south + 90, rows); y <= index(f.extent.north + 90, rows); ++y)
      for (auto x = index(f.extent.west + 180, 2 * rows); x <= index(f.extent.east + 180, 2 * rows); ++x) {
        int& leaf = chunks.try_emplace({y, x}, plan.chunk).first->second;
        leaf = std::max(leaf, level_of(f.resolution));
      }
  }
  for (const auto& [at, leaf] : chunks) plan.chunks.push_back({at.second, at.first, leaf});
  return plan;
}

Result<TerrainMade> bake_terrain_chunks(const TerrainPlan& plan, const WorkFolder& work, std::uint32_t part, std::uint32_t parts,
                                        JobSystem& jobs, Progress& progress, const CancelToken& cancel) {
  std::error_code ec;
  fs::create_directories(plan_path(work).parent_path(), ec);
  if (auto status = write_file_atomic(plan_path(work), pack_plan(plan)); !status) return status.error();
  const TerrainMesher mesher;
  const auto [first, last] = share(plan.chunks.size(), part, parts);
  TerrainMade made;
  std::mutex mutex;
  Status failed;
  jobs.parallel_for(last - first, 1, [&, first = first](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      {
        const std::lock_guard lock(mutex);
        if (!failed) return;
        if (cancel.cancelled()) {
          failed = Error{ErrorCode::cancelled, "the bake was cancelled", "", "", ""};
          return;
        }
      }
      const auto& c = plan.chunks[first + i];
      auto chunk = finished_chunk(work, c, plan.key);
      Status status;
      if (!chunk) {
        auto baked = bake_chunk(plan, c, work, mesher);
        if (!baked) status = baked.error();
        else {
          chunk = std::move(*baked);
          status = write_file_atomic(chunk_path(work, c), pack_chunk(*chunk, plan.key));
        }
      }
      const std::lock_guard lock(mutex);
      if (!status) {
        if (failed) failed = status;
        return;
      }
      made.tiles += chunk->tiles.size();
      made.triangles += chunk->triangles;
      for (const auto& t : chunk->tiles) made.bytes += t.size;
      ++progress.done;
    }
  });
  if (!failed) return failed.error();
  return made;
}

Result<std::optional<TerrainPlan>> take_terrain(std::span<const WorkFolder> parts, const WorkFolder& work, TerrainMade& made) {
  auto found = read_plan(parts.front());
  if (!found || !*found) return found;
  auto& plan = *found;
  std::error_code ec;
  fs::create_directories(plan_path(work).parent_path(), ec);
  for (const auto& c : plan->chunks) {
    std::optional<MadeChunk> chunk = finished_chunk(work, c, plan->key);
    for (std::size_t p = 0; !chunk && p < parts.size(); ++p) {
      chunk = finished_chunk(parts[p], c, plan->key);
      if (!chunk) continue;
      std::vector<MadeTile> list;
      for (const auto& t : chunk->tiles) {
        const auto bytes = read_text_file(parts[p].out() / uri_of(t.name), std::uint64_t{1} << 32);
        if (!bytes) return bytes.error();
        if (auto status = write_tile(work, t.name, *bytes, list); !status) return status.error();
      }
      if (auto status = write_file_atomic(chunk_path(work, c), pack_chunk(*chunk, plan->key)); !status) return status.error();
    }
    if (!chunk)
      return Error{ErrorCode::malformed, "a piece of the terrain is missing or damaged in the parts", chunk_path(parts.front(), c).filename().string(), "--merge",
                   "run `tenbo bake --part` again with --resume"};
    made.tiles += chunk->tiles.size();
    made.triangles += chunk->triangles;
    for (const auto& t : chunk->tiles) made.bytes += t.size;
  }
  return plan;
}

Status finish_terrain(const TerrainPlan& plan, const WorkFolder& work, TerrainMade& made) {
  const TerrainMesher mesher;
  std::vector<std::set<std::pair<std::uint32_t, std::uint32_t>>> there(static_cast<std::size_t>(plan.finest) + 1);  // y, x by level
  std::map<std::pair<std::uint32_t, std::uint32_t>, TerrainSquare> level;
  for (const auto& c : plan.chunks) {
    auto chunk = finished_chunk(work, c, plan.key);
    if (!chunk) return Error{ErrorCode::io, "what was baked cannot be read back", chunk_path(work, c).string(), "", "check the disk, then run again with --resume"};
    for (const auto& t : chunk->tiles) there[static_cast<std::size_t>(t.name.z)].insert({t.name.y, t.name.x});
    if (!chunk->square.empty()) level[{c.y, c.x}] = std::move(chunk->square);
  }
  const auto filling = [&](double lon, double lat) { return sea(plan.heights, lon, lat); };
  std::vector<MadeTile> tiles;
  for (int z = plan.chunk; z >= 0; --z) {
    if (z < plan.chunk) {
      std::map<std::pair<std::uint32_t, std::uint32_t>, TerrainSquare> above;
      for (const auto& [at, square] : level) {
        const auto [y, x] = at;
        auto& to = above.try_emplace({y / 2, x / 2}, terrain_points * terrain_points, std::numeric_limits<float>::quiet_NaN()).first->second;
        const std::size_t half = terrain_cells / 2;
        for (std::size_t j = 0; j <= half; ++j)
          for (std::size_t i = 0; i <= half; ++i) {
            float& h = to[(j + (y % 2) * half) * terrain_points + i + (x % 2) * half];
            if (std::isnan(h)) h = square[j * 2 * terrain_points + i * 2];
          }
      }
      level = std::move(above);
    }
    if (z == 0)
      for (std::uint32_t x = 0; x < 2; ++x) level.try_emplace({0, x}, terrain_points * terrain_points, std::numeric_limits<float>::quiet_NaN());
    if (z == plan.chunk && z > 0) continue;
    for (const auto& [at, square] : level) {
      const TileName name{z, at.second, at.first};
      if (auto status = write_tile(work, name, mesher.tile(box_of(name), square, spacing(z) * tolerance, filling, made.triangles), tiles); !status) return status;
      there[static_cast<std::size_t>(z)].insert(at);
    }
  }
  made.tiles += tiles.size();
  for (const auto& t : tiles) made.bytes += t.size;
  std::string available;
  for (const auto& l : there) available += (available.empty() ? "\n    " : ",\n    ") + ranges(l);
  const auto text = fmt::format(
      "{{\n  \"tilejson\": \"2.1.0\",\n  \"name\": \"terrain\",\n  \"version\": \"1.0.0\",\n  \"format\": \"quantized-mesh-1.0\",\n  \"scheme\": \"tms\",\n"
      "  \"projection\": \"EPSG:4326\",\n  \"bounds\": [{}, {}, {}, {}],\n  \"minzoom\": 0,\n  \"maxzoom\": {},\n  \"tiles\": [\"{{z}}/{{x}}/{{y}}.terrain\"],\n"
      "  \"description\": \"Heights: {}.\",\n  \"tenboHeights\": \"{}\",\n  \"available\": [{}\n  ]\n}}\n",
      plan.bounds.west, plan.bounds.south, plan.bounds.east, plan.bounds.north, plan.finest, datum_of(plan), geo::to_string(plan.vertical), available);
  // What says that all is there reaches the disk after it.
  if (auto status = write_back(work.out()); !status) return status;
  return write_file_atomic(work.out() / "terrain/layer.json", text);
}

}  // namespace tenbo::io::bake
