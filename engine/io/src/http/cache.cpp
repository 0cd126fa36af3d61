#include "http/cache.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/io/cache.h"

namespace tenbo::io::http {

namespace fs = std::filesystem;

namespace {

// A file: the magic line; a hash of all that follows, in hex; then one line each of the address without its query, the
// query's hash, ETag, Last-Modified, stored, fresh until, size of the whole file that it is part of, size of the body;
// then the body.
constexpr std::string_view magic = "tenbo http 1\n";
constexpr std::size_t hash_digits = 16;
constexpr std::uint64_t most_head = 65536;  // bytes of what stands before the body

std::string hex(std::uint64_t v) {
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(v));
  return out;
}
std::string query_hash(const Url& url) { return hex(hash_bytes(url.user + "\n" + url.query, 7)) + hex(hash_bytes(url.user + "\n" + url.query, 8)); }

std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

std::int64_t number(std::string_view text) {
  std::int64_t v = 0;
  std::from_chars(text.data(), text.data() + text.size(), v);
  return v;
}

}  // namespace

fs::path cache_folder(const RemoteOptions& options) {
  if (options.cache_bytes == 0) return {};
  if (!options.cache.empty()) return options.cache;
  if (const char* chosen = std::getenv("TENBO_HTTP_CACHE"); chosen && *chosen) return std::strcmp(chosen, "off") == 0 ? fs::path() : fs::path(chosen);
  if (const auto root = cache_root(""); !root.empty()) return root / "http";
  return {};
}

fs::path Cache::file_of(const Url& url) const {
  const std::string text = url.text();
  const std::string name = hex(hash_bytes(text, 1)) + hex(hash_bytes(text, 2));
  return folder_ / name.substr(0, 2) / name.substr(2);
}

std::optional<Kept> Cache::find(const Url& url, std::uint64_t limit) const {
  if (folder_.empty()) return std::nullopt;
  const fs::path path = file_of(url);
  if (const auto stamp = file_stamp(path); !stamp.exists || stamp.size > limit + std::min(most_head, UINT64_MAX - limit)) return std::nullopt;
  auto file = read_file(path);
  if (!file) return std::nullopt;
  const std::string_view all(reinterpret_cast<const char*>(file->data()), file->size());
  const auto damaged = [&]() -> std::optional<Kept> {
    std::error_code ec;
    fs::remove(path, ec);
    return std::nullopt;
  };
  const std::size_t start = magic.size() + hash_digits + 1;
  if (!all.starts_with(magic) || all.size() < start) return damaged();
  if (all.substr(magic.size(), hash_digits) != hex(hash_bytes(all.substr(start)))) return damaged();
  std::vector<std::string_view> lines;
  std::size_t at = start;
  while (lines.size() < 8) {
    const auto end = all.find('\n', at);
    if (end == std::string_view::npos) return damaged();
    lines.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  // Another address with the same hash: somebody may have looked for it.
  if (lines[0] != url.label() || lines[1] != query_hash(url)) return std::nullopt;
  Kept out;
  out.etag = lines[2];
  out.last_modified = lines[3];
  out.stored = number(lines[4]);
  out.fresh_until = number(lines[5]);
  out.whole = static_cast<std::uint64_t>(std::max<std::int64_t>(0, number(lines[6])));
  if (all.size() - at > limit) return std::nullopt;
  if (number(lines[7]) != static_cast<std::int64_t>(all.size() - at)) return damaged();
  file->erase(file->begin(), file->begin() + static_cast<std::ptrdiff_t>(at));
  out.body = std::move(*file);
  std::error_code ec;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ec);
  return out;
}

std::uint64_t Cache::size(const Url& url) const {
  if (folder_.empty()) return 0;
  const auto stamp = file_stamp(file_of(url));
  return stamp.exists ? stamp.size : 0;
}

void Cache::keep(const Url& url, const Kept& kept) const {
  if (folder_.empty() || kept.body.size() > max_bytes_ / 4) return;
  // One text, so that a large body is copied once.
  std::string file = std::string(magic) + std::string(hash_digits, '0') + "\n" + url.label() + "\n" + query_hash(url) + "\n" + one_line(kept.etag) + "\n" + one_line(kept.last_modified) + "\n" + std::to_string(kept.stored) +
                     "\n" + std::to_string(kept.fresh_until) + "\n" + std::to_string(kept.whole) + "\n" + std::to_string(kept.body.size()) + "\n";
  file.append(reinterpret_cast<const char*>(kept.body.data()), kept.body.size());
  const fs::path path = file_of(url);
  std::error_code ec;
  if (fs::create_directories(folder_, ec)) fs::permissions(folder_, fs::perms::owner_all, ec);
  fs::create_directories(path.parent_path(), ec);
  const std::uint64_t before = size(url);
  file.replace(magic.size(), hash_digits, hex(hash_bytes(std::string_view(file).substr(magic.size() + hash_digits + 1))));
  if (auto written = write_file_atomic(path, file); !written) return;  // a full disk: the answer is used all the same
  if (held_ >= 0) held_ += static_cast<std::int64_t>(file.size()) - static_cast<std::int64_t>(before);
  if (held_ < 0 || held_ > static_cast<std::int64_t>(max_bytes_)) make_room();
}

void Cache::forget(const Url& url) const {
  if (folder_.empty()) return;
  std::error_code ec;
  fs::remove(file_of(url), ec);
}

// Counts what is there; where it is too much, the longest unused go until a tenth is free.
void Cache::make_room() const {
  const std::unique_lock lock(room_, std::try_to_lock);
  if (!lock) return;  // somebody is at it
  struct File {
    fs::file_time_type used;
    std::uint64_t size;
    fs::path path;
  };
  std::vector<File> files;
  std::uint64_t held = 0;
  std::error_code ec;
  const auto now = fs::file_time_type::clock::now();
  for (fs::recursive_directory_iterator it(folder_, fs::directory_options::skip_permission_denied, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code gone;  // by another program meanwhile
    if (!it->is_regular_file(gone)) continue;
    const File f{it->last_write_time(gone), it->file_size(gone), it->path()};
    if (gone) continue;
    if (f.path.filename().string().find(".tmp-") != std::string::npos) {  // of a program that was stopped while it wrote
      if (now - f.used > std::chrono::hours(1)) fs::remove(f.path, gone);
      continue;
    }
    held += f.size;
    files.push_back(f);
  }
  if (held > max_bytes_) {
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.used != b.used ? a.used < b.used : a.path < b.path; });
    for (const auto& f : files) {
      if (held <= max_bytes_ / 10 * 9) break;
      if (fs::remove(f.path, ec)) held -= f.size;
    }
  }
  held_ = static_cast<std::int64_t>(held);
}

}  // namespace tenbo::io::http
