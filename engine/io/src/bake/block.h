#pragma once
// A block's features to its tiles: leaves as they are, and what is seen of them from afar above.
#include <filesystem>
#include <string>
#include <vector>

#include "looks.h"
#include "proxy.h"
#include "records.h"
#include "tenbo/base/result.h"
#include "tile.h"

namespace tenbo::io::bake {

struct WrittenFile {
  std::string uri;
  std::uint64_t size = 0, hash = 0;
};

// What tiles above need to know of the tiles below.
struct Far {
  FeatureSet records;  // of the proxies alone, without triangles
  ProxyList list;
};

struct BlockResult {
  Tile tile;
  Far far;
  std::vector<WrittenFile> files;
};

// Where tiles go. Writing is atomic, file by file.
class TileSink {
 public:
  TileSink(std::filesystem::path root, unsigned webp) : root_(std::move(root)), webp_(webp) {}
  Result<WrittenFile> write(const Cell& cell, const std::string& bytes) const;
  const std::filesystem::path& root() const { return root_; }
  unsigned webp() const { return webp_; }  // as BakeOptions

 private:
  std::filesystem::path root_;
  unsigned webp_;
};

// Deterministic: the tiles' bytes depend on the features and their order alone. [worker]
Result<BlockResult> bake_block(const Cell& cell, const FeatureSet& set, const TileSink& sink, ColourCache& colours);

// A tile above blocks, from its children's; `frames`: the cells whose frames the children's points are in. [worker]
struct Child {
  Tile tile;
  Far far;
  Cell frame;
};
Result<BlockResult> bake_parent(const Cell& cell, std::vector<Child> children, const TileSink& sink);

}  // namespace tenbo::io::bake
