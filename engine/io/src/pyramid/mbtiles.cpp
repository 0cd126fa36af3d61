// MBTiles: an SQLite database with a table of tiles, rows counted from the south, and one of metadata.
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <mutex>

#include "gzip/gunzip.h"
#include "pyramid/tile_store.h"
#include "tenbo/base/text.h"

namespace tenbo::io::pyramid {
namespace {

class MbTiles final : public TileStore {
 public:
  explicit MbTiles(const std::filesystem::path& path) : path_(path) {}
  ~MbTiles() override {
    sqlite3_finalize(query_);
    sqlite3_close(db_);
  }

  Status open() {
    if (sqlite3_open_v2(path_.c_str(), &db_, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, nullptr) != SQLITE_OK) return bad("is no database that can be opened");
    sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, 1 << 30);
    // A look-up takes some hundred steps; a table that is a view without end is given up.
    sqlite3_progress_handler(db_, 10'000'000, [](void*) { return 1; }, nullptr);
    sqlite3_exec(db_, "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;", nullptr, nullptr, nullptr);
    if (sqlite3_prepare_v2(db_, "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3", -1, &query_, nullptr) != SQLITE_OK)
      return bad("has no table of tiles");
    double w = -180, s = -mercator_limit, e = 180, n = mercator_limit;
    if (const std::string bounds = metadata("bounds"); !bounds.empty()) std::sscanf(bounds.c_str(), "%lf,%lf,%lf,%lf", &w, &s, &e, &n);
    w = std::max(w, -180.0);
    s = std::max(s, -mercator_limit);
    e = std::min(e, 180.0);
    n = std::min(n, mercator_limit);
    if (!(w < e && s < n)) return bad("has bounds that make no sense");
    extent_.add(w, s);
    extent_.add(e, n);
    return find_zooms();
  }
  int min_zoom() const override { return min_zoom_; }
  int max_zoom() const override { return max_zoom_; }
  geo::Extent extent() const override { return extent_; }
  bool asks_are_cheap() const override { return true; }
  Diagnostics notes() const override { return {}; }
  std::string label(int z, std::uint32_t x, std::uint32_t y) const override {
    return path_.string() + "/" + std::to_string(z) + "/" + std::to_string(x) + "/" + std::to_string(y);
  }
  Result<std::optional<std::vector<std::byte>>> read(int z, std::uint32_t x, std::uint32_t y) const override {
    std::vector<std::byte> bytes;
    {
      const std::lock_guard lock(mutex_);
      sqlite3_reset(query_);
      sqlite3_bind_int(query_, 1, z);
      sqlite3_bind_int64(query_, 2, x);
      sqlite3_bind_int64(query_, 3, (std::int64_t{1} << z) - 1 - y);
      const int step = sqlite3_step(query_);
      if (step == SQLITE_DONE) return std::optional<std::vector<std::byte>>();
      if (step != SQLITE_ROW) return Error{ErrorCode::malformed, "the archive is damaged: " + std::string(sqlite3_errmsg(db_)), label(z, x, y), "", ""};
      const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(query_, 0));
      const auto size = static_cast<std::size_t>(std::max(0, sqlite3_column_bytes(query_, 0)));
      if (size > largest_tile) return Error{ErrorCode::out_of_budget, "has " + std::to_string(size) + " bytes; at most " + std::to_string(largest_tile) + " are read", label(z, x, y), "", ""};
      if (data) bytes.assign(data, data + size);
      sqlite3_reset(query_);
    }
    if (bytes.empty()) return std::optional<std::vector<std::byte>>();
    auto plain = gunzip_if_needed(std::move(bytes), label(z, x, y), largest_tile);
    if (!plain) return plain.error();
    return std::optional(std::move(*plain));
  }

 private:
  Error bad(std::string what) const {
    return {ErrorCode::malformed, std::move(what) + (db_ && sqlite3_errcode(db_) != SQLITE_OK ? std::string(": ") + sqlite3_errmsg(db_) : ""), path_.string(), "", "it is no MBTiles archive, or damaged"};
  }
  std::string metadata(const char* name) const {
    sqlite3_stmt* q = nullptr;
    std::string out;
    if (sqlite3_prepare_v2(db_, "SELECT value FROM metadata WHERE name = ?1", -1, &q, nullptr) == SQLITE_OK) {
      sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
      if (sqlite3_step(q) == SQLITE_ROW)
        if (const auto* text = sqlite3_column_text(q, 0)) out = to_valid_utf8(reinterpret_cast<const char*>(text));
    }
    sqlite3_finalize(q);
    return out;
  }
  // The zooms are those of the tiles that are there: metadata that promises coarser ones would have nothing shown from afar. One
  // look-up a zoom, in the index that finds tiles; the metadata's only where these look-ups do not end.
  Status find_zooms() {
    sqlite3_stmt* q = nullptr;
    if (sqlite3_prepare_v2(db_, "SELECT 1 FROM tiles WHERE zoom_level = ?1 LIMIT 1", -1, &q, nullptr) != SQLITE_OK) return bad("has no table of tiles");
    int low = -1, high = -1, step = SQLITE_DONE;
    for (int z = 0; z <= deepest_zoom && (step == SQLITE_DONE || step == SQLITE_ROW); ++z) {
      sqlite3_reset(q);
      sqlite3_bind_int(q, 1, z);
      step = sqlite3_step(q);
      if (step != SQLITE_ROW) continue;
      if (low < 0) low = z;
      high = z;
    }
    sqlite3_finalize(q);
    if (step == SQLITE_INTERRUPT) {
      const std::string from = metadata("minzoom"), to = metadata("maxzoom");
      low = from.empty() ? -1 : std::atoi(from.c_str());
      high = std::min(to.empty() ? -1 : std::atoi(to.c_str()), deepest_zoom);
      if (low < 0 || low > high) return bad("has zooms from " + std::to_string(low) + " to " + std::to_string(high));
    } else if (step != SQLITE_DONE && step != SQLITE_ROW) {
      return bad("is cut off or damaged");
    } else if (low < 0) {
      return bad("has no tiles of zooms 0 to " + std::to_string(deepest_zoom));
    }
    min_zoom_ = low;
    max_zoom_ = high;
    return {};
  }

  std::filesystem::path path_;
  sqlite3* db_ = nullptr;
  sqlite3_stmt* query_ = nullptr;
  mutable std::mutex mutex_;
  int min_zoom_ = 0, max_zoom_ = 0;
  geo::Extent extent_;
};

}  // namespace

bool is_mbtiles(const std::filesystem::path& path) {
  if (path.extension() != ".mbtiles") return false;
  std::string magic(15, '\0');
  std::ifstream(path, std::ios::binary).read(magic.data(), static_cast<std::streamsize>(magic.size()));
  return magic == "SQLite format 3";
}

Result<std::shared_ptr<const TileStore>> open_mbtiles(const std::filesystem::path& path) {
  auto store = std::make_shared<MbTiles>(path);
  if (auto opened = store->open(); !opened) return opened.error();
  return std::shared_ptr<const TileStore>(std::move(store));
}

}  // namespace tenbo::io::pyramid
