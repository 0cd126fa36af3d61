#include "work.h"

#include <fmt/format.h>

#include <fstream>

#include "pack.h"
#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/base/pages.h"

namespace tenbo::io::bake {
namespace {
namespace fs = std::filesystem;

constexpr std::uint64_t segment_magic = 0x314745536b624e54ULL, block_magic = 0x314b4c426b624e54ULL;

void pack_texts(Packer& out, const std::vector<std::string>& texts) {
  out.value<std::uint64_t>(texts.size());
  for (const auto& t : texts) out.text(t);
}
std::vector<std::string> unpack_texts(Unpacker& in) {
  std::vector<std::string> texts;
  for (auto n = in.value<std::uint64_t>(); n > 0 && !in.bad; --n) texts.push_back(in.text());
  return texts;
}

bool valid(const ProxyList& list, std::size_t records) {
  for (const Proxy& p : list.proxies) {
    if (p.record >= records || std::uint64_t{p.first_point} + p.points > list.points.size() ||
        std::uint64_t{p.first_index} + p.indices > list.indices.size())
      return false;
    for (std::uint32_t i = p.first_index; i < p.first_index + p.indices; ++i)
      if (list.indices[i] >= p.points) return false;
  }
  return true;
}

}  // namespace

Status write_segment(const fs::path& path, Segment segment, const std::vector<std::pair<Cell, std::string>>& blobs) {
  Packer header;
  header.value(segment.key);
  header.value(segment.features);
  header.value(segment.triangles);
  header.value(segment.nowhere);
  header.value(segment.vertical);
  header.text(segment.vertical_name);
  header.text(segment.source);
  pack_texts(header, segment.warnings);
  pack_texts(header, segment.errors);
  header.list(segment.runs);
  Packer out;
  std::size_t size = 24 + header.out.size();
  for (const auto& [cell, blob] : blobs) size += blob.size();
  out.out.reserve(size);
  out.value(segment_magic);
  out.value<std::uint64_t>(header.out.size());
  out.value(hash_bytes(header.out));
  out.out += header.out;
  for (const auto& [cell, blob] : blobs) out.out += blob;
  return write_file_atomic(path, out.out);
}

std::optional<Segment> read_segment(const fs::path& path, std::optional<std::uint64_t> key) {
  std::ifstream file(path, std::ios::binary);
  std::uint64_t head[3];
  if (!file.read(reinterpret_cast<char*>(head), sizeof head) || head[0] != segment_magic ||
      head[1] > (std::uint64_t{1} << 32))
    return std::nullopt;
  std::string bytes(head[1], '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || hash_bytes(bytes) != head[2])
    return std::nullopt;
  Unpacker in(bytes);
  Segment s;
  s.path = path;
  s.key = in.value<std::uint64_t>();
  s.features = in.value<std::uint64_t>();
  s.triangles = in.value<std::uint64_t>();
  s.nowhere = in.value<std::uint64_t>();
  s.vertical = in.value<geo::VerticalKind>();
  s.vertical_name = in.text();
  s.source = in.text();
  s.warnings = unpack_texts(in);
  s.errors = unpack_texts(in);
  s.runs = in.list<Run>();
  if (in.bad || !in.at_end() || (key && s.key != *key)) return std::nullopt;
  std::uint64_t end = sizeof head + head[1];
  for (Run& run : s.runs) {
    run.offset = end;
    end += run.size;
  }
  if (file_stamp(path).size != end) return std::nullopt;
  return s;
}

Status read_run(const Segment& segment, const Run& run, FeatureSet& into) {
  const auto damaged = [&] {
    std::error_code ec;
    fs::remove(segment.path, ec);
    return Error{ErrorCode::io, "the work file is damaged and was removed", segment.path.string(), "",
                 "run the same command again with --resume"};
  };
  std::ifstream file(segment.path, std::ios::binary);
  std::string bytes(run.size, '\0');
  if (!file.seekg(static_cast<std::streamoff>(run.offset)) ||
      !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || hash_bytes(bytes) != run.hash)
    return damaged();
  Unpacker in(bytes);
  FeatureSet set;
  if (!set.unpack(in) || !in.at_end()) return damaged();
  if (into.records.empty())
    into = std::move(set);
  else
    into.append(set);
  return {};
}

void forget_run(const Segment& segment, const Run& run) { drop_file_part(segment.path, run.offset, run.size); }

std::string pack_block(const BlockResult& block, std::uint64_t key) {
  Packer body;
  body.value(key);
  pack(body, block.tile);
  block.far.records.pack(body);
  body.list(block.far.list.proxies);
  body.list(block.far.list.points);
  body.list(block.far.list.indices);
  body.value<std::uint64_t>(block.files.size());
  for (const auto& f : block.files) {
    body.text(f.uri);
    body.value(f.size);
    body.value(f.hash);
  }
  Packer out;
  out.value(block_magic);
  out.value(hash_bytes(body.out));
  out.out += body.out;
  return std::move(out.out);
}

std::optional<BlockResult> unpack_block(const std::string& bytes, std::uint64_t key) {
  Unpacker head(bytes);
  if (head.value<std::uint64_t>() != block_magic ||
      head.value<std::uint64_t>() != hash_bytes(std::string_view(bytes).substr(16)) || head.bad)
    return std::nullopt;
  Unpacker in(std::string_view(bytes).substr(16));
  BlockResult block;
  if (in.value<std::uint64_t>() != key) return std::nullopt;
  if (!unpack(in, block.tile) || !block.far.records.unpack(in)) return std::nullopt;
  block.far.list.proxies = in.list<Proxy>();
  block.far.list.points = in.list<glm::vec3>();
  block.far.list.indices = in.list<std::uint32_t>();
  for (auto n = in.value<std::uint64_t>(); n > 0 && !in.bad; --n) {
    auto& f = block.files.emplace_back();
    f.uri = in.text();
    f.size = in.value<std::uint64_t>();
    f.hash = in.value<std::uint64_t>();
  }
  if (in.bad || !in.at_end() || !valid(block.far.list, block.far.records.records.size())) return std::nullopt;
  return block;
}

fs::path WorkFolder::segment(std::size_t unit) const {
  return root_ / "read" / fmt::format("{:06}", unit / 1000) / fmt::format("{:09}", unit);
}
fs::path WorkFolder::block(const Cell& cell) const {
  return root_ / "blocks" / fmt::format("{}", cell.x) / fmt::format("{}", cell.y);
}

std::optional<WorkFolder::Run> WorkFolder::run() const {
  const auto bytes = read_text_file(root_ / "run", 4096);
  if (!bytes) return std::nullopt;
  Unpacker in(*bytes);
  const auto hash = in.value<std::uint64_t>();
  if (in.bad || hash != hash_bytes(std::string_view(*bytes).substr(sizeof hash))) return std::nullopt;
  Run run;
  run.key = in.value<std::uint64_t>();
  run.part = in.value<std::uint32_t>();
  run.parts = in.value<std::uint32_t>();
  run.first = in.value<std::uint64_t>();
  run.last = in.value<std::uint64_t>();
  run.finished = in.value<std::uint8_t>() != 0;
  run.ellipsoidal = in.value<std::uint8_t>() != 0;
  run.webp = in.value<std::uint8_t>();
  if (in.bad || !in.at_end()) return std::nullopt;
  return run;
}

Status WorkFolder::set_run(const Run& run) const {
  Packer body;
  body.value(run.key);
  body.value(run.part);
  body.value(run.parts);
  body.value<std::uint64_t>(run.first);
  body.value<std::uint64_t>(run.last);
  body.value<std::uint8_t>(run.finished);
  body.value<std::uint8_t>(run.ellipsoidal);
  body.value<std::uint8_t>(run.webp);
  Packer out;
  out.value(hash_bytes(body.out));
  out.out += body.out;
  return write_file_atomic(root_ / "run", out.out);
}

Status WorkFolder::create() const {
  std::error_code ec;
  fs::create_directories(root_ / "read", ec);
  if (!ec) fs::create_directories(root_ / "blocks", ec);
  if (ec)
    return Error{ErrorCode::io, "cannot be made: " + ec.message(), root_.string(), "",
                 "check the folder's permissions and the space on its disk"};
  return {};
}

void WorkFolder::remove() const {
  std::error_code ec;
  fs::remove_all(root_, ec);
}

std::optional<BlockResult> WorkFolder::finished_block(const Cell& cell, std::uint64_t key) const {
  const auto bytes = read_text_file(block(cell), std::uint64_t{1} << 34);
  if (!bytes) return std::nullopt;
  auto result = unpack_block(*bytes, key);
  if (!result) return std::nullopt;
  for (const auto& f : result->files) {
    if (file_stamp(out_ / f.uri).size != f.size) return std::nullopt;
    const auto tile = read_text_file(out_ / f.uri, std::uint64_t{1} << 33);
    if (!tile || hash_bytes(*tile) != f.hash) return std::nullopt;
  }
  return result;
}

}  // namespace tenbo::io::bake
