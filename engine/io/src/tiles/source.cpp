// Folders, zip archives (.3tz) and SQLite databases (.3dtiles) as sources of tiles; gzipped files are unpacked.
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <mutex>

#include "gdal/module.h"
#include "gltf/references.h"
#include "gzip/gunzip.h"
#include "tenbo/base/file.h"
#include "tenbo/base/inside.h"
#include "tenbo/base/url.h"
#include "tenbo/io/tiles.h"
#include "tiles/http_source.h"
#include "tiles/remote_sqlite.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

class FolderSource final : public TileSource {
 public:
  explicit FolderSource(fs::path root) : root_(std::move(root)) {}
  Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) const override {
    auto path = resolve_inside(root_, root_, name);
    if (!path) return path.error();
    std::error_code ec;
    if (!fs::is_regular_file(*path, ec))
      return Error{ErrorCode::not_found, "there is no such file", label(name), "", "the tileset names it"};
    auto bytes = read_file(*path, limit);
    if (!bytes) return bytes;
    return gunzip_if_needed(std::move(*bytes), label(name), limit);
  }
  std::uint64_t size(const std::string& name) const override {
    auto path = resolve_inside(root_, root_, name);
    std::error_code ec;
    const auto size = path ? fs::file_size(*path, ec) : 0;
    return ec ? 0 : size;
  }
  std::string label(const std::string& name) const override { return (root_ / name).lexically_normal().string(); }

 private:
  fs::path root_;
};

// One table "media" of key and content, as the 3D Tiles package format has it.
class DatabaseSource final : public TileSource {
 public:
  // `remote`: where it lies on the network.
  static Result<std::shared_ptr<const TileSource>> open(const fs::path& path, std::unique_ptr<tiles::RemoteDatabase> remote = {}) {
    auto source = std::make_shared<DatabaseSource>();
    source->path_ = shown(path);
    source->remote_ = std::move(remote);
    const int opened = source->remote_ ? source->remote_->open(&source->db_)
                                       : sqlite3_open_v2(path.c_str(), &source->db_, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, nullptr);
    if (opened != SQLITE_OK)
      return Error{ErrorCode::malformed,
                   "is no database that can be opened: " + std::string(sqlite3_errmsg(source->db_)), source->path_, "",
                   ""};
    sqlite3_limit(source->db_, SQLITE_LIMIT_LENGTH, 1 << 30);
    // A look-up takes some hundred steps; a table that is a view without end is given up.
    sqlite3_progress_handler(source->db_, 10'000'000, [](void*) { return 1; }, nullptr);
    sqlite3_exec(source->db_, "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;", nullptr,
                 nullptr, nullptr);
    if (sqlite3_prepare_v2(source->db_, "SELECT content FROM media WHERE key = ?1", -1, &source->query_, nullptr) !=
            SQLITE_OK ||
        sqlite3_prepare_v2(source->db_, "SELECT length(content) FROM media WHERE key = ?1", -1, &source->length_,
                           nullptr) != SQLITE_OK) {
      if (source->remote_ && !source->remote_->fault().message.empty()) return source->remote_->fault();
      return Error{ErrorCode::malformed,
                   "has no table media(key, content): " + std::string(sqlite3_errmsg(source->db_)), source->path_, "",
                   "it is no 3D Tiles package"};
    }
    return std::shared_ptr<const TileSource>(std::move(source));
  }
  ~DatabaseSource() override {
    sqlite3_finalize(query_);
    sqlite3_finalize(length_);
    sqlite3_close(db_);
  }
  Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) const override {
    std::vector<std::byte> bytes;
    {
      std::lock_guard lock(mutex_);
      sqlite3_reset(query_);
      sqlite3_bind_text(query_, 1, name.c_str(), -1, SQLITE_TRANSIENT);
      const int step = sqlite3_step(query_);
      if (step == SQLITE_DONE)
        return Error{ErrorCode::not_found, "there is no such entry in the package", label(name), "", ""};
      if (step != SQLITE_ROW && remote_ && !remote_->fault().message.empty()) return remote_->fault();
      if (step != SQLITE_ROW)
        return Error{ErrorCode::malformed, "the package is damaged: " + std::string(sqlite3_errmsg(db_)), label(name),
                     "", ""};
      const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(query_, 0));
      const auto size = static_cast<std::size_t>(std::max(0, sqlite3_column_bytes(query_, 0)));
      if (size > limit)
        return Error{ErrorCode::out_of_budget,
                     "has " + std::to_string(size) + " bytes; at most " + std::to_string(limit) + " are read",
                     label(name), "", ""};
      if (data) bytes.assign(data, data + size);
      sqlite3_reset(query_);
    }
    return gunzip_if_needed(std::move(bytes), label(name), limit);
  }
  std::uint64_t size(const std::string& name) const override {
    std::lock_guard lock(mutex_);
    sqlite3_reset(length_);
    sqlite3_bind_text(length_, 1, name.c_str(), -1, SQLITE_TRANSIENT);
    const auto size = sqlite3_step(length_) == SQLITE_ROW ? sqlite3_column_int64(length_, 0) : 0;
    sqlite3_reset(length_);
    return static_cast<std::uint64_t>(std::max<sqlite3_int64>(0, size));
  }
  std::string label(const std::string& name) const override { return path_ + "/" + name; }
  Diagnostics notes() const override { return remote_ ? remote_->file().notes() : Diagnostics(); }

 private:
  std::string path_;
  std::unique_ptr<tiles::RemoteDatabase> remote_;
  sqlite3* db_ = nullptr;
  mutable std::mutex mutex_;
  sqlite3_stmt* query_ = nullptr;
  sqlite3_stmt* length_ = nullptr;
};

}  // namespace

Result<std::vector<std::byte>> TileSource::read_until(const std::string& name, std::uint64_t limit, const CancelToken&) const {
  return read(name, limit);
}

Result<std::string> TileSource::resolve(const std::string& from, const std::string& reference) const {
  return join_reference(from.substr(0, from.rfind('/') + 1), reference);
}

Diagnostics TileSource::notes() const { return {}; }

Result<std::shared_ptr<const TileSource>> open_tile_source(const fs::path& path, std::string& entry,
                                                           const RemoteOptions& remote) {
  if (is_url(path)) {
    const auto url = parse_url(path.native());
    const std::string end = url ? fs::path(url->path).extension().string() : std::string();
    if (end == ".3tz" || end == ".zip") {
      const auto gdal = gdal::functions();
      return gdal ? (*gdal)->open_zip_tiles(path, entry, remote) : gdal.error();
    }
    if (end == ".3dtiles") {
      entry = "tileset.json";
      auto file = std::make_shared<http::RemoteFile>(*url, remote);
      if (auto head = file->read(0, 16); !head) return head.error();
      return DatabaseSource::open(path, std::make_unique<tiles::RemoteDatabase>(std::move(file)));
    }
    return tiles::open_http_source(path.native(), entry, remote);
  }
  std::error_code ec;
  if (fs::is_directory(path, ec)) {
    entry = "tileset.json";
    return std::shared_ptr<const TileSource>(std::make_shared<FolderSource>(path));
  }
  if (!fs::is_regular_file(path, ec))
    return Error{ErrorCode::not_found, "no such file or folder", path.string(), "", ""};
  std::string magic(16, '\0');
  std::ifstream(path, std::ios::binary).read(magic.data(), static_cast<std::streamsize>(magic.size()));
  const std::string extension = path.extension().string();
  if (magic.starts_with("SQLite format 3") || extension == ".3dtiles") {
    entry = "tileset.json";
    return DatabaseSource::open(path);
  }
  if (magic.starts_with("PK") || extension == ".3tz" || extension == ".zip") {
    const auto gdal = gdal::functions();
    return gdal ? (*gdal)->open_zip_tiles(path, entry, remote) : gdal.error();
  }
  entry = path.filename().string();
  const auto folder = path.parent_path();
  return std::shared_ptr<const TileSource>(std::make_shared<FolderSource>(folder.empty() ? fs::path(".") : folder));
}

FetchResource fetch_from_source(const TileSource& source, const std::string& name) {
  return [&source, name](const std::string& reference, std::uint64_t limit) -> Result<std::vector<std::byte>> {
    auto inside = source.resolve(name, reference);
    if (!inside) return inside.error();
    return source.read(*inside, limit);
  };
}

}  // namespace tenbo::io
