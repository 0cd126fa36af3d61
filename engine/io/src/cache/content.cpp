#include "cache/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <unordered_map>

#include "bake/pack.h"
#include "bake/units.h"
#include "cache/references.h"
#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/io/cache.h"

namespace tenbo::io::cache {
namespace {
namespace fs = std::filesystem;

constexpr std::uint64_t key_version = 1;  // of how the key is made
constexpr std::uint64_t memo_magic = 0x314f4d454d424e54ULL;
constexpr std::size_t piece = std::size_t{4} << 20;  // bytes read at once
constexpr std::int64_t settled_ns = 2'000'000'000;   // a file written less than this ago may be written again within its clock's grain
constexpr std::size_t most_memos = 256;

struct Hash128 {
  std::uint64_t a = 1, b = 2;
  void add(std::string_view bytes) {
    a = hash_bytes(bytes, a);
    b = hash_bytes(bytes, b);
  }
  void add(std::uint64_t v) { add(std::string_view(reinterpret_cast<const char*>(&v), sizeof v)); }
  void add(const Hash128& h) { add(h.a), add(h.b); }
};

// A file as it was when it was read.
struct Known {
  FileIdentity state;
  Hash128 hash;
  std::vector<std::string> references;  // of a city model, sorted
  bool georeferenced = false;
};
using Memo = std::map<std::string, Known>;

fs::path memo_file(const fs::path& folder, const std::vector<bake::Unit>& units) {
  Hash128 h;
  std::error_code ec;
  for (const auto& u : units) h.add(fs::absolute(u.path, ec).lexically_normal().string());
  return folder / fmt::format("{:016x}{:016x}", h.a, h.b);
}

Memo read_memo(const fs::path& path) {
  const auto bytes = read_text_file(path);
  if (!bytes) return {};
  bake::Unpacker in(*bytes);
  if (in.value<std::uint64_t>() != memo_magic || in.value<std::uint64_t>() != hash_bytes(std::string_view(*bytes).substr(std::min<std::size_t>(16, bytes->size())))) return {};
  Memo out;
  for (auto n = in.value<std::uint64_t>(); n > 0 && !in.bad; --n) {
    auto& k = out[in.text()];
    k.state = {in.value<std::uint64_t>(), in.value<std::uint64_t>(), in.value<std::uint64_t>(), in.value<std::int64_t>(), in.value<std::int64_t>(), in.value<std::uint8_t>()};
    k.hash = {in.value<std::uint64_t>(), in.value<std::uint64_t>()};
    k.georeferenced = in.value<std::uint8_t>() != 0;
    for (auto r = in.value<std::uint64_t>(); r > 0 && !in.bad; --r) k.references.push_back(in.text());
  }
  return in.bad ? Memo() : out;
}

// Failing is no error: the files are read again.
void write_memo(const fs::path& path, const Memo& memo) {
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  bake::Packer body;
  std::uint64_t count = 0;
  for (const auto& [name, k] : memo) {
    if (!k.state.exists || std::max(k.state.modified_ns, k.state.changed_ns) > now - settled_ns) continue;
    ++count;
    body.text(name);
    body.value(k.state.device), body.value(k.state.inode), body.value(k.state.size), body.value(k.state.modified_ns), body.value(k.state.changed_ns), body.value(k.state.exists);
    body.value(k.hash.a), body.value(k.hash.b);
    body.value<std::uint8_t>(k.georeferenced);
    body.value<std::uint64_t>(k.references.size());
    for (const auto& r : k.references) body.text(r);
  }
  bake::Packer counted;
  counted.value(count);
  counted.out += body.out;
  bake::Packer out;
  out.value(memo_magic);
  out.value(hash_bytes(counted.out));
  out.out += counted.out;
  std::error_code ec;
  fs::create_directories(path.parent_path(), ec);
  if (!write_file_atomic(path, out.out)) return;
  std::vector<std::pair<fs::file_time_type, fs::path>> all;
  for (const auto& e : fs::directory_iterator(path.parent_path(), ec)) all.emplace_back(e.last_write_time(ec), e.path());
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i + most_memos < all.size(); ++i) fs::remove(all[i].second, ec);
}

// Every byte of the files, in pieces that are read and hashed side by side.
class Reader {
 public:
  Reader(JobSystem& jobs, const CancelToken& cancel) : jobs_(jobs), cancel_(cancel) {}

  Status read(const std::vector<std::string>& paths, bool models, Memo& into) {
    struct Piece { std::size_t file; std::uint64_t offset; };
    std::vector<Known> files(paths.size());
    std::vector<std::vector<Hash128>> hashes(paths.size());
    std::vector<std::unordered_set<std::string>> references(paths.size());
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      files[i].state = file_identity(paths[i]);
      hashes[i].resize((files[i].state.size + piece - 1) / piece);
      for (std::size_t p = 0; p < hashes[i].size(); ++p) pieces.push_back({i, p * piece});
    }
    std::mutex mutex;
    Status failed;
    jobs_.parallel_for(pieces.size(), 1, [&](std::size_t from, std::size_t to) {
      std::vector<char> buffer;
      for (std::size_t i = from; i < to; ++i) {
        if (cancel_.cancelled()) return;
        const auto& [file, offset] = pieces[i];
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(piece, files[file].state.size - offset));
        buffer.resize(size + (models ? longest_reference + 64 : 0));
        const auto got = read_file_part(paths[file], offset, buffer);
        if (!got || *got < size) {
          std::lock_guard lock(mutex);
          failed = got ? Status(changed(paths[file])) : Status(got.error());
          return;
        }
        hashes[file][offset / piece].add(std::string_view(buffer.data(), size));
        if (!models) continue;
        std::unordered_set<std::string> here;
        bool georeferenced = false;
        find_references({buffer.data(), *got}, size, here, georeferenced);
        std::lock_guard lock(mutex);
        references[file].merge(here);
        files[file].georeferenced |= georeferenced;
      }
    });
    if (cancel_.cancelled()) return Error{ErrorCode::cancelled, "no longer wanted", "", "", ""};
    if (!failed) return failed;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (!(file_identity(paths[i]) == files[i].state)) return changed(paths[i]);
      for (const auto& h : hashes[i]) files[i].hash.add(h);
      files[i].references.assign(references[i].begin(), references[i].end());
      std::sort(files[i].references.begin(), files[i].references.end());
      into[paths[i]] = std::move(files[i]);
    }
    return {};
  }

 private:
  static Error changed(const std::string& path) { return {ErrorCode::io, "changed while it was read", path, "", "wait until it is written"}; }
  JobSystem& jobs_;
  const CancelToken& cancel_;
};

// Where a picture's world file may lie: .wld, .jgw, .jpgw.
std::vector<std::string> world_files(const fs::path& picture) {
  const std::string e = picture.extension().string();
  std::vector<std::string> out{fs::path(picture).replace_extension(".wld").string()};
  if (e.size() < 3) return out;
  out.push_back(fs::path(picture).replace_extension(std::string{'.', e[1], e.back(), 'w'}).string());
  out.push_back(picture.string() + "w");
  return out;
}

Result<std::vector<bake::Unit>> models_of(const std::vector<fs::path>& inputs) {
  Diagnostics ignored;  // whoever bakes tells
  auto units = bake::list_units(inputs, ignored);
  if (!units) return units;
  for (const auto& u : *units)
    if (u.chunks > 0) return Error{ErrorCode::unsupported, "is vector data; city models alone are kept as bakes", u.path.string(), "", ""};
  return units;
}

}  // namespace

Result<std::uint64_t> bytes_of(const std::vector<fs::path>& inputs) {
  const auto units = models_of(inputs);
  if (!units) return units.error();
  std::uint64_t bytes = 0;
  for (const auto& u : *units) bytes += u.size;
  return bytes;
}

Result<Content> content_of(const std::vector<fs::path>& inputs, const fs::path& memo_folder, JobSystem& jobs, const CancelToken& cancel) {
  const auto units = models_of(inputs);
  if (!units) return units.error();
  const auto memo_path = memo_folder.empty() ? fs::path() : memo_file(memo_folder, *units);
  const Memo before = memo_folder.empty() ? Memo() : read_memo(memo_path);
  Memo now;
  bool changed = false;
  Reader reader(jobs, cancel);
  const auto learn = [&](const std::vector<std::string>& paths, bool models) -> Status {
    std::vector<std::string> unknown;
    for (const auto& p : paths) {
      if (now.count(p)) continue;
      const auto state = file_identity(p);
      if (const auto it = before.find(p); it != before.end() && it->second.state == state) now.emplace(p, it->second);
      else if (state.exists) unknown.push_back(p);
      else now.emplace(p, Known{});  // that it is missing counts too
    }
    std::sort(unknown.begin(), unknown.end());
    unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
    changed |= !unknown.empty();
    return reader.read(unknown, models, now);
  };
  std::error_code ec;
  std::vector<std::string> models, rest;
  for (const auto& u : *units) models.push_back(fs::absolute(u.path, ec).lexically_normal().string());
  if (auto s = learn(models, true); !s) return s.error();
  const auto named = [](const std::string& model, const std::string& reference) {
    return (fs::path(model).parent_path() / reference).lexically_normal().string();
  };
  for (const auto& m : models) {
    const Known& k = now.at(m);
    for (const auto& r : k.references) {
      rest.push_back(named(m, r));
      if (!k.georeferenced) continue;
      for (auto& w : world_files(rest.back())) rest.push_back(std::move(w));
    }
  }
  if (auto s = learn(rest, false); !s) return s.error();
  if (changed && !memo_folder.empty()) write_memo(memo_path, now);

  Content out;
  Hash128 key;
  key.add(key_version);
  key.add(bake::bake_version());
  for (std::size_t i = 0; i < models.size(); ++i) {
    const Known& k = now.at(models[i]);
    out.bytes += std::max<std::uint64_t>(1, k.state.size);  // as a unit counts it
    key.add(fs::path(models[i]).filename().string());
    key.add(k.state.size);
    key.add(k.hash);
    const auto add = [&](const std::string& path) {
      const Known& other = now.at(path);
      key.add(other.state.exists);
      key.add(other.state.size);
      key.add(other.hash);
    };
    for (const auto& r : k.references) {
      key.add(r);
      const auto path = named(models[i], r);
      add(path);
      if (k.georeferenced)
        for (const auto& w : world_files(path)) add(w);
    }
  }
  out.key = fmt::format("{:016x}{:016x}", key.a, key.b);
  return out;
}

}  // namespace tenbo::io::cache

namespace tenbo::io {

std::uint64_t input_stamp(const std::vector<std::filesystem::path>& inputs) {
  const auto units = cache::models_of(inputs);
  if (!units) return 0;
  std::uint64_t h = 1;
  for (const auto& u : *units) {
    const auto s = file_identity(u.path);
    h = hash_bytes(u.path.string(), h);
    for (const auto v : {s.device, s.inode, s.size, static_cast<std::uint64_t>(s.modified_ns), static_cast<std::uint64_t>(s.changed_ns)}) h = mix(h ^ v);
  }
  return h;
}

}  // namespace tenbo::io
