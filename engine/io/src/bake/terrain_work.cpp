#include "terrain_work.h"

#include <fmt/format.h>

#include "pack.h"
#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"

namespace tenbo::io::bake {
namespace fs = std::filesystem;

namespace {

std::string sealed(const Packer& body) {
  Packer out;
  out.value(hash_bytes(body.out));
  out.out += body.out;
  return std::move(out.out);
}
std::optional<std::string> unsealed(const fs::path& path) {
  const auto bytes = read_text_file(path, std::uint64_t{1} << 32);
  if (!bytes) return std::nullopt;
  Unpacker in(*bytes);
  if (in.value<std::uint64_t>() != hash_bytes(std::string_view(*bytes).substr(std::min<std::size_t>(8, bytes->size()))) || in.bad) return std::nullopt;
  return bytes->substr(8);
}

}  // namespace

std::string uri_of(const TileName& t) { return fmt::format("terrain/{}/{}/{}.terrain", t.z, t.x, t.y); }

fs::path chunk_path(const WorkFolder& work, const TerrainChunk& c) { return work.root() / "terrain" / fmt::format("{}-{}", c.x, c.y); }
fs::path plan_path(const WorkFolder& work) { return work.root() / "terrain" / "plan"; }

std::string pack_chunk(const MadeChunk& chunk, std::uint64_t key) {
  Packer body;
  body.value(key);
  body.list(chunk.tiles);
  body.list(chunk.square);
  body.value(chunk.triangles);
  return sealed(body);
}
std::optional<MadeChunk> finished_chunk(const WorkFolder& work, const TerrainChunk& c, std::uint64_t key) {
  const auto bytes = unsealed(chunk_path(work, c));
  if (!bytes) return std::nullopt;
  Unpacker in(*bytes);
  MadeChunk out;
  if (in.value<std::uint64_t>() != key) return std::nullopt;
  out.tiles = in.list<MadeTile>();
  out.square = in.list<float>();
  out.triangles = in.value<std::uint64_t>();
  if (in.bad || !in.at_end() || (!out.square.empty() && out.square.size() != terrain_points * terrain_points)) return std::nullopt;
  for (const auto& t : out.tiles) {
    const auto file = read_text_file(work.out() / uri_of(t.name), std::uint64_t{1} << 32);
    if (!file || file->size() != t.size || hash_bytes(*file) != t.hash) return std::nullopt;
  }
  return out;
}

std::string pack_plan(const TerrainPlan& plan) {
  Packer body;
  body.value(plan.key);
  body.value(plan.finest);
  body.value(plan.chunk);
  body.value(plan.bounds);
  body.value(plan.vertical);
  body.text(plan.vertical_name);
  body.text(plan.geoid);
  body.list(plan.chunks);
  return sealed(body);
}
Result<std::optional<TerrainPlan>> read_plan(const WorkFolder& work) {
  const auto bytes = unsealed(plan_path(work));
  if (!bytes) return std::optional<TerrainPlan>();
  Unpacker in(*bytes);
  TerrainPlan plan;
  plan.key = in.value<std::uint64_t>();
  plan.finest = in.value<int>();
  plan.chunk = in.value<int>();
  plan.bounds = in.value<geo::Extent>();
  plan.vertical = in.value<geo::VerticalKind>();
  plan.vertical_name = in.text();
  plan.geoid = in.text();
  plan.chunks = in.list<TerrainChunk>();
  if (in.bad || !in.at_end()) return std::optional<TerrainPlan>();
  if (!plan.geoid.empty()) {
    auto geoid = geo::Geoid::open(plan.geoid);
    if (!geoid) return geoid.error();
    plan.heights.geoid = std::move(*geoid);
  }
  return std::optional(std::move(plan));
}

}  // namespace tenbo::io::bake
