// A bake in the cache that somebody uses.
#include <algorithm>
#include <unordered_map>

#include "cache/manifest.h"
#include "cache/remove_folder.h"
#include "tenbo/base/hash.h"
#include "tenbo/io/cache.h"

namespace tenbo::io {
namespace {
namespace fs = std::filesystem;

// The folder's files, each held against its hash; keeps the bake from being removed. What is damaged is removed with its last user.
class CheckedSource final : public TileSource {
 public:
  CheckedSource(std::shared_ptr<const TileSource> files, std::shared_ptr<const CachedBake> bake, fs::path folder)
      : files_(std::move(files)), bake_(std::move(bake)), folder_(std::move(folder)) {
    for (const auto& f : bake_->info().files) known_.emplace(f.name, &f);
  }
  ~CheckedSource() override {
    const bool damaged = bake_->damaged();
    bake_.reset();
    if (damaged) cache::remove_if_given_up(folder_);
  }
  Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) const override {
    const auto it = known_.find(name);
    if (it == known_.end()) return files_->read(name, limit);
    auto bytes = files_->read(name, limit);
    if (bytes && bytes->size() == it->second->size && hash_bytes({reinterpret_cast<const char*>(bytes->data()), bytes->size()}) == it->second->hash) return bytes;
    bake_->condemn();
    return Error{ErrorCode::malformed, bytes ? "a file of the bake cache is damaged" : "a file of the bake cache cannot be read: " + bytes.error().message, label(name), "", ""};
  }
  std::uint64_t size(const std::string& name) const override {
    const auto it = known_.find(name);
    return it == known_.end() ? files_->size(name) : it->second->size;
  }
  std::string label(const std::string& name) const override { return files_->label(name); }

 private:
  std::shared_ptr<const TileSource> files_;
  std::shared_ptr<const CachedBake> bake_;
  fs::path folder_;
  std::unordered_map<std::string, const CachedBake::File*> known_;
};

}  // namespace

void CachedBake::condemn() const {
  if (damaged_.exchange(true)) return;
  std::error_code ec;
  fs::remove(folder_ / cache::manifest_name, ec);  // its tiles stay for those who are at them, until it is baked anew
}

void cache::remove_if_given_up(const fs::path& folder) {
  std::error_code ec;
  auto lock = FileLock::try_lock(folder.string() + ".use", FileLock::Kind::exclusive);
  if (!lock || !*lock) return;  // others are at its tiles: the last of them removes it
  if (!fs::exists(folder / manifest_name, ec)) remove_folder(folder);
  (*lock)->remove();
}

Result<OpenTileset> CachedBake::open() const {
  auto set = open_tileset(folder_ / "tileset.json");
  if (!set) {
    condemn();
    return set;
  }
  set->source = std::make_shared<CheckedSource>(std::move(set->source), shared_from_this(), folder_);
  return set;
}

}  // namespace tenbo::io
