#pragma once
// A set's first file is read once: what has been read to see what it is, is what its reader gets.
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "tenbo/io/tiles.h"

namespace tenbo::io::tiles {

// Another source, but for the first time that `name` is asked for. Sources of content keep this one.
class FirstRead final : public TileSource {
 public:
  FirstRead(std::shared_ptr<const TileSource> source, std::string name, Result<std::vector<std::byte>> bytes)
      : source_(std::move(source)), name_(std::move(name)), bytes_(std::move(bytes)) {}
  Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) const override { return read_until(name, limit, CancelToken()); }
  Result<std::vector<std::byte>> read_until(const std::string& name, std::uint64_t limit, const CancelToken& cancel) const override {
    if (name == name_) {
      const std::lock_guard lock(mutex_);
      if (bytes_) {
        auto bytes = std::move(*bytes_);
        bytes_.reset();
        if (bytes ? bytes->size() <= limit : bytes.error().code != ErrorCode::out_of_budget) return bytes;  // else the limit may be another one
      }
    }
    return source_->read_until(name, limit, cancel);
  }
  std::uint64_t size(const std::string& name) const override { return source_->size(name); }
  std::string label(const std::string& name) const override { return source_->label(name); }
  Result<std::string> resolve(const std::string& from, const std::string& reference) const override { return source_->resolve(from, reference); }
  Diagnostics notes() const override { return source_->notes(); }

 private:
  std::shared_ptr<const TileSource> source_;
  std::string name_;
  mutable std::mutex mutex_;
  mutable std::optional<Result<std::vector<std::byte>>> bytes_;  // guarded by mutex_
};

}  // namespace tenbo::io::tiles
