// A bake in the cache that somebody uses.
#include <algorithm>
#include <unordered_map>

#include "cache/manifest.h"
#include "tenbo/base/hash.h"
#include "tenbo/io/cache.h"

namespace tenbo::io {
namespace {
namespace fs = std::filesystem;

// The folder's files, each held against its hash; keeps the bake from being removed.
class CheckedSource final : public TileSource {
 public:
  CheckedSource(std::shared_ptr<const TileSource> files, std::shared_ptr<const CachedBake> bake) : files_(std::move(files)), bake_(std::move(bake)) {
    for (const auto& f : bake_->info().files) known_.emplace(f.name, &f);
  }
  Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) const override {
    const auto it = known_.find(name);
    if (it == known_.end()) return files_->read(name, limit);
    auto bytes = files_->read(name, limit);
    if (bytes && bytes->size() == it->second->size && hash_bytes({reinterpret_cast<const char*>(bytes->data()), bytes->size()}) == it->second->hash) return bytes;
    bake_->condemn();
    return Error{ErrorCode::malformed, bytes ? "a file of the bake cache is damaged" : "a file of the bake cache cannot be read: " + bytes.error().message, label(name), "",
                 "it is baked anew"};
  }
  std::uint64_t size(const std::string& name) const override {
    const auto it = known_.find(name);
    return it == known_.end() ? files_->size(name) : it->second->size;
  }
  std::string label(const std::string& name) const override { return files_->label(name); }

 private:
  std::shared_ptr<const TileSource> files_;
  std::shared_ptr<const CachedBake> bake_;
  std::unordered_map<std::string, const CachedBake::File*> known_;
};

}  // namespace

void CachedBake::condemn() const {
  if (damaged_.exchange(true)) return;
  std::error_code ec;
  fs::remove(folder_ / cache::manifest_name, ec);  // its tiles stay for those who are at them, until it is baked anew
}

Result<OpenTileset> CachedBake::open() const {
  auto set = open_tileset(folder_ / "tileset.json");
  if (!set) {
    condemn();
    return set;
  }
  set->source = std::make_shared<CheckedSource>(std::move(set->source), shared_from_this());
  return set;
}

}  // namespace tenbo::io
