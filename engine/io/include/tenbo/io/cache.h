#pragma once
// What is kept between runs, under one folder: bakes of heavy city models (bake/) and answers of servers (http/). All of it can
// be thrown away and made again.
//
// A bake is found by what its input holds, not by where it lies: the key is a hash of every byte of the city models, code lists
// and pictures that are read, and of the version of what is baked. Several programs may use the folder at once, and may be killed
// at any instant.
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/file_lock.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"
#include "tenbo/geo/crs.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/bake.h"
#include "tenbo/io/tiles.h"

namespace tenbo::io {

inline constexpr std::uint64_t default_bake_cache_bytes = std::uint64_t{16} << 30;

// The folder as it was asked for ("off": none); empty: $TENBO_CACHE ("off": none), else tenbo in the user's cache folder. Empty
// where there is none.
std::filesystem::path cache_root(const std::string& asked);

// What the layer list says of a layer that was loaded from the source, for the next time, when nobody looks at the source.
struct BakeNotes {
  std::string crs, lod;
  geo::Extent extent, framing;
  bool bridges = false;  // there are some, which inspection records may be tied to
};

// A bake in the cache. As long as it is held no program removes it for want of room. Thread-safe.
class CachedBake : public std::enable_shared_from_this<CachedBake> {
 public:
  struct File {
    std::string name;
    std::uint64_t size = 0, hash = 0;
  };
  struct Info {
    std::string key, input;  // of what was baked, in words
    std::uint64_t input_bytes = 0, bytes = 0, features = 0, triangles = 0;
    geo::VerticalKind vertical = geo::VerticalKind::unknown;  // of the heights in the tiles
    std::string vertical_name;
    std::vector<std::string> warnings, errors;  // of reading the source
    std::vector<File> files;
  };
  const Info& info() const { return info_; }
  const std::optional<BakeNotes>& notes() const { return notes_; }
  // Its tiles. Each file is held against its hash when it is read; one that differs fails, and marks the bake as damaged.
  Result<OpenTileset> open() const;
  bool damaged() const { return damaged_.load(std::memory_order_relaxed); }

  CachedBake(std::filesystem::path folder, Info info, std::optional<BakeNotes> notes, std::optional<FileLock> lock)
      : folder_(std::move(folder)), info_(std::move(info)), notes_(std::move(notes)), lock_(std::move(lock)) {}
  // Nobody is given it any more.
  void condemn() const;

 private:
  std::filesystem::path folder_;
  Info info_;
  std::optional<BakeNotes> notes_;
  std::optional<FileLock> lock_;
  mutable std::atomic<bool> damaged_{false};
};

class BakeCache {
 public:
  // `root`: as cache_root() says; empty: nothing is kept.
  BakeCache(const std::filesystem::path& root, std::uint64_t max_bytes) : folder_(root.empty() ? root : root / "bake"), max_bytes_(max_bytes) {}
  bool on() const { return !folder_.empty() && max_bytes_ > 0; }
  std::uint64_t limit() const { return max_bytes_; }

  struct Found {
    std::shared_ptr<const CachedBake> bake;  // null: there is none
    std::string key;                         // of the input, where it was worked out
    std::string damage;                      // of one that was there and has been given up
  };
  // The bake of these city models, if there is one. Inputs that are not known are read only where some bake is of as many bytes.
  // Fails where an input cannot be read. [worker]
  Result<Found> find(const std::vector<std::filesystem::path>& inputs, JobSystem& jobs, CancelToken cancel) const;
  Found find_key(const std::string& key) const;  // [worker]

  struct Added {
    std::string key;
    bool was_there = false;
    BakeReport report;  // where it was not
  };
  // Bakes them, where no other program has; while one is at it, waits. An interrupted bake goes on. [worker]
  Result<Added> add(const std::vector<std::filesystem::path>& inputs, JobSystem& jobs, BakeProgress& progress, CancelToken cancel) const;
  Status set_notes(const std::string& key, const BakeNotes& notes) const;

  struct Entry {
    std::string key, input, state;  // "baked", "unfinished", "damaged"
    std::uint64_t bytes = 0, features = 0;
    std::int64_t used = 0;  // ms since 1970
    bool in_use = false;    // by some program
  };
  std::vector<Entry> list() const;  // the longest unused first
  // All that nobody uses; says how many bytes that were.
  std::uint64_t clear() const { return make_room(max_bytes_); }
  // Until there is room for so many bytes more, the longest unused first. Returns the bytes that went.
  std::uint64_t make_room(std::uint64_t bytes) const;

 private:
  std::filesystem::path folder_;
  std::uint64_t max_bytes_;
};

// Changes when a city model is replaced, rewritten or comes to these inputs; looks at the files' states alone. [worker]
std::uint64_t input_stamp(const std::vector<std::filesystem::path>& inputs);

// The http/ part: how much it holds, and its end.
struct HttpCacheSize {
  std::uint64_t files = 0, bytes = 0;
};
HttpCacheSize http_cache_size(const std::filesystem::path& root);
HttpCacheSize clear_http_cache(const std::filesystem::path& root);  // what went

}  // namespace tenbo::io
