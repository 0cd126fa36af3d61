// Entries of the bake cache: KEY/ is a bake, KEY.part/ one that is not finished, KEY.use is locked by those who use it (shared) or
// remove it, KEY.lock by the one who bakes it, KEY.large says that it was larger than the limit. memo/ remembers keys of inputs.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <mutex>
#include <thread>

#include "cache/content.h"
#include "cache/manifest.h"
#include "cache/remove_folder.h"
#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/io/cache.h"

namespace tenbo::io {
namespace {
namespace fs = std::filesystem;
using cache::manifest_name;
using cache::remove_folder;

constexpr std::size_t key_digits = 32;
constexpr std::size_t most_told = 100;  // warnings of the source that are kept

bool is_key(std::string_view name) {
  return name.size() == key_digits && std::all_of(name.begin(), name.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::uint64_t size_of(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code gone;
    const auto size = it->is_regular_file(gone) ? it->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

std::int64_t milliseconds(fs::file_time_type t) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::file_clock::to_sys(t).time_since_epoch()).count();
}

std::string words_of(const std::vector<fs::path>& inputs) {
  std::string out;
  std::error_code ec;
  for (const auto& i : inputs) out += (out.empty() ? "" : ", ") + fs::absolute(i, ec).lexically_normal().string();
  return out;
}

// All files of a finished bake, with their hashes.
Result<std::vector<CachedBake::File>> files_of(const fs::path& folder, JobSystem& jobs) {
  std::vector<CachedBake::File> out;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    if (it->is_regular_file()) out.push_back({fs::relative(it->path(), folder).generic_string()});
  if (ec) return Error{ErrorCode::io, "cannot be listed: " + ec.message(), folder.string(), "", ""};
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::mutex mutex;
  Status failed;
  jobs.parallel_for(out.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const auto bytes = read_text_file(folder / out[i].name, std::uint64_t{1} << 33);
      if (bytes) {
        out[i].size = bytes->size();
        out[i].hash = hash_bytes(*bytes);
        continue;
      }
      std::lock_guard lock(mutex);
      failed = bytes.error();
    }
  });
  if (!failed) return failed.error();
  return out;
}

// What of the files can be told without reading all of them.
std::string damage_of(const fs::path& folder, const CachedBake::Info& info) {
  for (const auto& f : info.files) {
    const auto stamp = file_stamp(folder / f.name);
    if (!stamp.exists) return f.name + " is missing";
    if (stamp.size != f.size) return fmt::format("{} has {} bytes instead of {}", f.name, stamp.size, f.size);
    if (f.name != "tileset.json") continue;
    const auto bytes = read_text_file(folder / f.name);
    if (!bytes || hash_bytes(*bytes) != f.hash) return f.name + " is not what was written";
  }
  return {};
}

}  // namespace

BakeCache::Found BakeCache::find_key(const std::string& key) const {
  Found out;
  out.key = key;
  if (!on() || key.empty()) return out;
  const fs::path folder = folder_ / key;
  std::error_code ec;
  if (!fs::is_directory(folder, ec)) return out;
  auto lock = FileLock::try_lock(folder_ / (key + ".use"), FileLock::Kind::shared);
  if (lock && !*lock) return out;  // it is being removed
  if (!fs::is_directory(folder, ec)) {  // it was, and this lock is of nothing
    lock = std::optional<FileLock>();
    if (auto own = FileLock::try_lock(folder_ / (key + ".use"), FileLock::Kind::exclusive); own && *own) (*own)->remove();
    return out;
  }
  auto info = cache::read_manifest(folder);
  std::string damage = info ? damage_of(folder, *info) : file_stamp(folder / manifest_name).exists ? "its manifest is damaged" : "";
  if (!damage.empty()) {
    fs::remove(folder / manifest_name, ec);
    out.damage = (folder.string() + ": ") + damage;
    lock = std::optional<FileLock>();
    cache::remove_if_given_up(folder);
  }
  if (!info || !damage.empty()) return out;
  fs::last_write_time(folder / manifest_name, fs::file_time_type::clock::now(), ec);  // its last use
  auto notes = cache::read_notes(folder);
  // Without a lock, in a folder that is only read, a bake may go away while it is used: then its tiles cannot be read.
  out.bake = std::make_shared<CachedBake>(folder, std::move(*info), std::move(notes), lock ? std::move(*lock) : std::nullopt);
  return out;
}

Result<BakeCache::Found> BakeCache::find(const std::vector<fs::path>& inputs, JobSystem& jobs, CancelToken cancel) const {
  if (!on()) return Found{};
  const auto bytes = cache::bytes_of(inputs);
  if (!bytes) return bytes.error();
  bool possible = false;
  std::error_code ec;
  for (const auto& e : fs::directory_iterator(folder_, ec)) {
    if (possible || !is_key(e.path().filename().string())) continue;
    const auto info = cache::read_manifest(e.path());
    possible = info ? info->input_bytes == *bytes : file_stamp(e.path() / manifest_name).exists;
  }
  if (!possible) return Found{};
  const auto content = cache::content_of(inputs, folder_ / "memo", jobs, cancel);
  if (!content) return content.error();
  return find_key(content->key);
}

Result<BakeCache::Added> BakeCache::add(const std::vector<fs::path>& inputs, JobSystem& jobs, BakeProgress& progress, CancelToken cancel) const {
  if (!on()) return Error{ErrorCode::unsupported, "there is no folder for bakes", "", "--cache", "name one"};
  const auto content = cache::content_of(inputs, folder_ / "memo", jobs, cancel);
  if (!content) return content.error();
  const std::string& key = content->key;
  Added out;
  out.key = key;
  const fs::path folder = folder_ / key, part = folder_ / (key + ".part"), large = folder_ / (key + ".large");
  const auto is_there = [&] { return find_key(key).bake != nullptr; };
  if ((out.was_there = is_there())) return out;
  std::error_code ec;
  fs::create_directories(folder_, ec);
  std::optional<FileLock> baking;
  while (!baking) {
    auto lock = FileLock::try_lock(folder_ / (key + ".lock"), FileLock::Kind::exclusive);
    if (!lock) return Error{ErrorCode::io, "bakes cannot be kept: " + lock.error().message, folder_.string(), "--cache", "name a folder that can be written to, or say --cache off"};
    baking = std::move(*lock);
    if (baking) break;
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "no longer wanted", "", "", ""};
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // another program bakes it
  }
  if ((out.was_there = is_there())) {
    baking->remove();
    return out;
  }
  if (const auto before = read_text_file(large)) {
    std::uint64_t needed = 0;
    std::from_chars(before->data(), before->data() + before->size(), needed);
    if (needed > max_bytes_) return Error{ErrorCode::out_of_budget, fmt::format("its bake has {} bytes, and the cache may have {}", needed, max_bytes_), words_of(inputs), "--cache-limit", "allow more"};
    fs::remove(large, ec);
  }

  BakeOptions options;
  options.resume = true;
  auto baked = bake_tiles(inputs, part, options, jobs, progress, cancel);
  // What an interrupted bake left may be of a file at another place, or damaged, or finished but for what is known of it here:
  // then it is of no use, and the second attempt begins anew.
  const bool useless = baked ? baked->already_finished
                             : baked.error().code != ErrorCode::cancelled && baked.error().code != ErrorCode::not_found && fs::exists(part, ec) &&
                                   (baked.error().place == "--resume" || baked.error().remedy.find("--resume") != std::string::npos);
  if (useless && !cancel.cancelled()) {
    remove_folder(part);
    progress.work.done = 0;
    baked = bake_tiles(inputs, part, options, jobs, progress, cancel);
  }
  if (!baked) {
    if (!cancel.cancelled()) remove_folder(part);  // so that a full disk is not left full
    return baked.error();
  }
  const auto failed = [&](Error e) {
    remove_folder(part);
    return e;
  };
  CachedBake::Info info;
  auto files = files_of(part, jobs);
  if (!files) return failed(files.error());
  const auto after = cache::content_of(inputs, folder_ / "memo", jobs, cancel);
  if (!after) return failed(after.error());
  if (after->key != key) return failed({ErrorCode::io, "changed while it was baked", words_of(inputs), "", "wait until it is written"});
  info.key = key;
  info.input = words_of(inputs);
  info.input_bytes = content->bytes;
  info.files = std::move(*files);
  for (const auto& f : info.files) info.bytes += f.size;
  info.features = baked->features;
  info.triangles = baked->triangles;
  info.vertical = baked->vertical;
  info.vertical_name = baked->vertical_name;
  for (const auto& w : baked->diagnostics.warnings)  // of reading; those of datums are for other programs
    if (info.warnings.size() < most_told && w.code != ErrorCode::mismatch) info.warnings.push_back(w.text());
  for (const auto& e : baked->diagnostics.errors) if (info.errors.size() < most_told) info.errors.push_back(e.text());
  if (info.bytes > max_bytes_) {
    (void)write_file_atomic(large, std::to_string(info.bytes));
    return failed({ErrorCode::out_of_budget, fmt::format("its bake has {} bytes, and the cache may have {}", info.bytes, max_bytes_), words_of(inputs), "--cache-limit", "allow more"});
  }
  if (auto s = cache::write_manifest(part, info); !s) return failed(s.error());
  if (auto s = write_back(folder_); !s) return failed(s.error());
  make_room(info.bytes);
  remove_folder(folder);  // one that was damaged
  fs::rename(part, folder, ec);
  if (ec) return failed({ErrorCode::io, "cannot be renamed: " + ec.message(), part.string(), "", ""});
  out.report = std::move(*baked);
  baking->remove();
  return out;
}

Status BakeCache::set_notes(const std::string& key, const BakeNotes& notes) const { return cache::write_notes(folder_ / key, notes); }

std::vector<BakeCache::Entry> BakeCache::list() const {
  std::vector<Entry> out;
  std::error_code ec;
  if (folder_.empty()) return out;
  for (const auto& e : fs::directory_iterator(folder_, ec)) {
    std::error_code gone;
    const std::string name = e.path().filename().string();
    const bool part = name.size() == key_digits + 5 && name.ends_with(".part"), trash = name.starts_with("trash-");
    if (!e.is_directory(gone) || (!part && !trash && !is_key(name))) continue;
    Entry entry;
    entry.key = part ? name.substr(0, key_digits) : name;
    entry.state = trash ? "removed" : part ? "unfinished" : "damaged";
    auto used = fs::last_write_time(e.path(), gone);
    if (part || trash) {
      entry.bytes = size_of(e.path());
    } else if (const auto info = cache::read_manifest(e.path())) {
      entry.state = "baked";
      entry.input = info->input;
      entry.bytes = info->bytes;
      entry.features = info->features;
      used = fs::last_write_time(e.path() / manifest_name, gone);
    } else {
      entry.bytes = size_of(e.path());
    }
    if (!gone) entry.used = milliseconds(used);
    if (!trash) {
      const auto lock = FileLock::try_lock(folder_ / (entry.key + (part ? ".lock" : ".use")), FileLock::Kind::exclusive);
      entry.in_use = lock && !*lock;
    }
    out.push_back(std::move(entry));
  }
  const auto rank = [](const Entry& e) { return e.state == "baked" ? 2 : e.state == "unfinished" ? 1 : 0; };
  std::sort(out.begin(), out.end(), [&](const Entry& a, const Entry& b) {
    if (rank(a) == 0 || rank(b) == 0) return rank(a) < rank(b);
    return a.used != b.used ? a.used < b.used : a.key < b.key;
  });
  return out;
}

std::uint64_t BakeCache::make_room(std::uint64_t bytes) const {
  if (folder_.empty()) return 0;
  const auto entries = list();
  std::uint64_t held = 0, gone = 0;
  const auto being_made = [](const Entry& e) { return e.state == "unfinished" && e.in_use; };  // comes on top
  for (const auto& e : entries) held += being_made(e) ? 0 : e.bytes;
  for (const auto& e : entries) {
    const bool rubbish = e.state == "removed" || e.state == "damaged";
    if (being_made(e) || (!rubbish && held + bytes <= max_bytes_)) continue;
    if (e.state == "removed") {
      remove_folder(folder_ / e.key);
    } else {
      const bool part = e.state == "unfinished";
      auto lock = FileLock::try_lock(folder_ / (e.key + (part ? ".lock" : ".use")), FileLock::Kind::exclusive);
      if (!lock || !*lock) continue;  // somebody is at it
      remove_folder(folder_ / (part ? e.key + ".part" : e.key));
      (*lock)->remove();
    }
    held -= e.bytes;
    gone += e.bytes;
  }
  return gone;
}

}  // namespace tenbo::io
