#pragma once
// A file on the network, read in parts through the cache. Thread-safe.
#include <mutex>
#include <optional>
#include <string>

#include "http/fetch.h"

namespace tenbo::io::http {

class RemoteFile {
 public:
  RemoteFile(Url url, const RemoteOptions& options) : url_(std::move(url)), fetcher_(options) {}
  // Fewer bytes where it ends before. Fails where the file was replaced since the first part, or its server gives no
  // parts. [any]
  Result<std::vector<std::byte>> read(std::uint64_t first, std::uint64_t length) const {
    auto part = fetcher_.read_range(url_, first, length);
    if (!part) return part.error();
    const std::string version = part->etag.empty() ? part->last_modified : part->etag;
    const std::lock_guard lock(mutex_);
    if ((version_ && *version_ != version) || (size_ > 0 && part->whole > 0 && size_ != part->whole))
      return Error{ErrorCode::mismatch, "was replaced while it was read", url_.label(), "", "open it again"};
    version_ = version;
    size_ = part->whole;
    return std::move(part->body);
  }
  std::uint64_t size() const {  // bytes; 0 before the first part, or where the server does not say
    const std::lock_guard lock(mutex_);
    return size_;
  }
  const Url& url() const { return url_; }
  Diagnostics notes() const { return fetcher_.notes(); }

 private:
  Url url_;
  Fetcher fetcher_;
  mutable std::mutex mutex_;
  mutable std::optional<std::string> version_;  // ETag or date
  mutable std::uint64_t size_ = 0;
};

}  // namespace tenbo::io::http
