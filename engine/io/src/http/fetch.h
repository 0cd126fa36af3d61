#pragma once
// Files of the network through the cache: fresh ones without asking, others confirmed (ETag, Last-Modified), and what is
// kept serves where the network fails. Thread-safe; one for one data set.
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/cache.h"
#include "http/client.h"
#include "tenbo/base/diagnostics.h"

namespace tenbo::io::http {

class Fetcher {
 public:
  explicit Fetcher(const RemoteOptions& options) : client_(options), cache_(cache_folder(options), options.cache_bytes), largest_(options.largest_answer) {}
  // Answers of which it is false are given, but not kept: the cache has what was there before. Before the first read.
  void keep_only(bool (*good)(const std::vector<std::byte>& body)) { good_ = good; }
  // At most `limit` bytes, unpacked where the transfer packed them. [any]
  Result<std::vector<std::byte>> read(const Url& url, std::uint64_t limit, const CancelToken& cancel = {}) const;
  // Nothing where the server has nothing there, or nothing in it.
  Result<std::optional<std::vector<std::byte>>> read_if_there(const Url& url, std::uint64_t limit) const {
    auto bytes = read(url, limit);
    if (!bytes && bytes.error().code != ErrorCode::not_found) return bytes.error();
    if (!bytes || bytes->empty()) return std::optional<std::vector<std::byte>>();
    return std::optional(std::move(*bytes));
  }
  // `length` bytes of it from `first` on, fewer where it ends before, with what tells its state. [any]
  Result<Kept> read_range(const Url& url, std::uint64_t first, std::uint64_t length, const CancelToken& cancel = {}) const;
  // Bytes that the cache has of it; 0 = none.
  std::uint64_t kept_size(const Url& url) const { return cache_.size(url); }
  // That kept files stood in for the network, if any did: how many, how old, and why. [any]
  Diagnostics notes() const;
  const Client& client() const { return client_; }

 private:
  Result<Kept> ask(const Url& key, Request request, const CancelToken& cancel) const;
  void note_stale(const Kept& kept, const Error& why) const;

  Client client_;
  Cache cache_;
  std::uint64_t largest_;
  bool (*good_)(const std::vector<std::byte>& body) = nullptr;
  mutable std::mutex mutex_;
  mutable std::uint64_t stale_ = 0;
  mutable std::int64_t oldest_ = 0;  // s since 1970
  mutable Error why_;
};

}  // namespace tenbo::io::http
