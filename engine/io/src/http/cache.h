#pragma once
// Answers of servers, kept in a folder: one file each, named by a hash of the address. Several threads and several
// programs may use the folder at once: files are written beside and renamed, and one that is damaged counts as missing.
// The address's query, in which keys stand, is kept as a hash alone.
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/url.h"
#include "tenbo/io/remote.h"

namespace tenbo::io::http {

struct Kept {
  std::string etag, last_modified;
  std::int64_t stored = 0;       // when it came or was last confirmed, s since 1970
  std::int64_t fresh_until = 0;  // s since 1970
  std::uint64_t whole = 0;       // of a part: bytes of the whole file; 0 = not known
  std::vector<std::byte> body;
};

class Cache {
 public:
  // An empty folder keeps nothing.
  Cache(std::filesystem::path folder, std::uint64_t max_bytes) : folder_(std::move(folder)), max_bytes_(max_bytes) {}
  std::optional<Kept> find(const Url& url, std::uint64_t limit = UINT64_MAX) const;  // bytes of its body at most; and counts as used now. [any]
  std::uint64_t size(const Url& url) const;           // of the body; 0 = not there. [any]
  void keep(const Url& url, const Kept& kept) const;  // where there is room; failing is no error. [any]
  void forget(const Url& url) const;                  // [any]

 private:
  std::filesystem::path file_of(const Url& url) const;
  void make_room() const;

  std::filesystem::path folder_;
  std::uint64_t max_bytes_;
  mutable std::atomic<std::int64_t> held_{-1};  // bytes, about: other programs write too; -1 = not counted yet
  mutable std::mutex room_;
};

// The folder that the options and the environment choose; empty = none.
std::filesystem::path cache_folder(const RemoteOptions& options);

}  // namespace tenbo::io::http
