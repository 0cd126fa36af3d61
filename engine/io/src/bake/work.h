#pragma once
// The work folder DIR/.tenbo-bake: what has been read, and which blocks are finished. Everything in it can be thrown
// away and made again; a damaged file counts as missing.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "block.h"
#include "grid.h"
#include "records.h"
#include "tenbo/base/diagnostics.h"
#include "tenbo/base/result.h"
#include "tenbo/geo/crs.h"

namespace tenbo::io::bake {

// One unit's features of one block, in a segment.
struct Run {
  Cell cell;
  std::uint32_t features = 0;
  std::uint64_t offset = 0, size = 0, hash = 0;
};

// What was read of one unit.
struct Segment {
  std::filesystem::path path;
  std::uint64_t key = 0;
  std::uint64_t features = 0, triangles = 0, nowhere = 0;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  std::string vertical_name, source;
  std::vector<std::string> warnings, errors;
  std::vector<Run> runs;
};

Status write_segment(const std::filesystem::path& path, Segment segment,
                     const std::vector<std::pair<Cell, std::string>>& blobs);
// Nothing where it is missing, damaged or of another unit.
std::optional<Segment> read_segment(const std::filesystem::path& path, std::optional<std::uint64_t> key = {});
// Behind what is in the set. Fails where the bytes are not those that were written.
Status read_run(const Segment& segment, const Run& run, FeatureSet& into);
// Gives the disk back what a run took, where the file system can, so that it never has to reach it. Its hash tells from
// then on that it is gone.
void forget_run(const Segment& segment, const Run& run);

// A finished block.
std::string pack_block(const BlockResult& block, std::uint64_t key);
std::optional<BlockResult> unpack_block(const std::string& bytes, std::uint64_t key);

class WorkFolder {
 public:
  explicit WorkFolder(const std::filesystem::path& out) : out_(out), root_(out / ".tenbo-bake") {}
  const std::filesystem::path& out() const { return out_; }
  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path segment(std::size_t unit) const;
  std::filesystem::path block(const Cell& cell) const;

  struct Run {
    std::uint64_t key = 0;
    std::uint32_t part = 1, parts = 1;
    std::size_t first = 0, last = 0;
    bool finished = false, ellipsoidal = false;
    std::uint8_t webp = 0;  // as BakeOptions
  };
  std::optional<Run> run() const;
  Status set_run(const Run& run) const;
  Status create() const;
  void remove() const;
  // The block as it was finished with this key, its files checked; nothing where any is missing or differs.
  std::optional<BlockResult> finished_block(const Cell& cell, std::uint64_t key) const;

 private:
  std::filesystem::path out_, root_;
};

}  // namespace tenbo::io::bake
