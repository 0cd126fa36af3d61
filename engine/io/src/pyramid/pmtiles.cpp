// PMTiles, version 3: one file with a header, directories along a Hilbert curve, and tiles. Read in parts.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>

#include "gzip/gunzip.h"
#include "http/remote_file.h"
#include "pyramid/tile_store.h"
#include "tenbo/base/url.h"

namespace tenbo::io::pyramid {
namespace {

constexpr std::size_t header_bytes = 127;
constexpr std::uint64_t largest_directory = 64 << 20;  // bytes, unpacked
constexpr std::size_t directories_kept = 64;
constexpr int deepest_directory = 4;  // leaves of leaves

// Parts of a file, here or on the network.
class Parts {
 public:
  Parts(const std::filesystem::path& path, const ImageryOptions& options) : path_(path) {
    if (!is_url(path)) file_.open(path, std::ios::binary);
    else if (auto url = parse_url(path.native())) remote_ = std::make_unique<http::RemoteFile>(std::move(*url), options.remote);
  }
  std::string label() const { return shown(path_); }
  bool remote() const { return remote_ != nullptr; }
  Diagnostics notes() const { return remote_ ? remote_->notes() : Diagnostics(); }
  Result<std::vector<std::byte>> read(std::uint64_t first, std::uint64_t length) const {
    if (remote_) return remote_->read(first, length);
    const std::lock_guard lock(mutex_);
    std::vector<std::byte> out;
    file_.clear();
    if (!file_.seekg(0, std::ios::end)) return Error{ErrorCode::io, "cannot be read", label(), "", "may the file be read?"};
    const auto size = static_cast<std::uint64_t>(file_.tellg());
    if (first >= size) return out;
    out.resize(static_cast<std::size_t>(std::min(length, size - first)));
    file_.seekg(static_cast<std::streamoff>(first));
    file_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
    out.resize(static_cast<std::size_t>(file_.gcount()));
    return out;
  }

 private:
  std::filesystem::path path_;
  mutable std::mutex mutex_;
  mutable std::ifstream file_;
  std::unique_ptr<http::RemoteFile> remote_;
};

template <class T>
T number_at(const std::vector<std::byte>& b, std::size_t at) {
  static_assert(std::endian::native == std::endian::little);
  T v;
  std::memcpy(&v, b.data() + at, sizeof v);
  return v;
}

// The number of a tile: all of the zooms above, then its place along the Hilbert curve of its own.
std::uint64_t tile_id(int z, std::uint32_t x, std::uint32_t y) {
  std::uint64_t id = ((std::uint64_t{1} << (2 * z)) - 1) / 3;
  const std::uint32_t n = std::uint32_t{1} << z;
  for (std::uint32_t s = n / 2; s > 0; s /= 2) {
    const std::uint32_t right = (x & s) > 0, low = (y & s) > 0;
    id += std::uint64_t{s} * s * ((3 * right) ^ low);
    if (low) continue;
    if (right) {
      x = n - 1 - x;
      y = n - 1 - y;
    }
    std::swap(x, y);
  }
  return id;
}

int zoom_of(std::uint64_t id) {
  int z = 0;
  for (std::uint64_t all = 1; id >= all && z < 31; id -= all, all *= 4) ++z;
  return z;
}

struct Entry {
  std::uint64_t id = 0, offset = 0;
  std::uint32_t length = 0, run = 0;  // run 0: of a leaf directory
};
using Directory = std::vector<Entry>;

class PmTiles final : public TileStore {
 public:
  PmTiles(const std::filesystem::path& path, const ImageryOptions& options) : parts_(path, options) {}

  Status open() {
    auto head = parts_.read(0, 16384);  // the root directory lies within, too
    if (!head) return head.error();
    if (head->size() < header_bytes || std::memcmp(head->data(), "PMTiles", 7) != 0) return bad("is no PMTiles archive, or cut off");
    const int version = static_cast<int>((*head)[7]);
    if (version != 3) return Error{ErrorCode::unsupported, "is PMTiles version " + std::to_string(version) + "; version 3 is read", parts_.label(), "byte 7", "pmtiles convert makes it new"};
    const auto u64 = [&](std::size_t at) { return number_at<std::uint64_t>(*head, at); };
    const auto degrees = [&](std::size_t at) { return number_at<std::int32_t>(*head, at) / 1e7; };
    const std::uint64_t root = u64(8), root_length = u64(16);
    leaves_ = u64(40);
    data_ = u64(56);
    packed_ = static_cast<int>((*head)[97]);
    tiles_packed_ = static_cast<int>((*head)[98]);
    const int type = static_cast<int>((*head)[99]);
    if (type == 1) return Error{ErrorCode::unsupported, "holds vector tiles; pictures are read", parts_.label(), "byte 99", ""};
    if (type < 2 || type > 4) return Error{ErrorCode::unsupported, "holds tiles of kind " + std::to_string(type) + "; PNG, JPEG and WebP are read", parts_.label(), "byte 99", ""};
    if (packed_ < 1 || packed_ > 2 || tiles_packed_ > 2)
      return Error{ErrorCode::unsupported, "is packed by methods " + std::to_string(packed_) + " and " + std::to_string(tiles_packed_) + "; none (1) and gzip (2) are read", parts_.label(), "byte 97", ""};
    min_zoom_ = static_cast<int>((*head)[100]);
    max_zoom_ = static_cast<int>((*head)[101]);
    if (min_zoom_ > max_zoom_ || min_zoom_ > deepest_zoom) return bad("has zooms from " + std::to_string(min_zoom_) + " to " + std::to_string(max_zoom_), "byte 100");
    max_zoom_ = std::min(max_zoom_, deepest_zoom);
    const double west = std::max(-180.0, degrees(102)), south = std::max(-mercator_limit, degrees(106)), east = std::min(180.0, degrees(110)),
                 north = std::min(mercator_limit, degrees(114));
    if (west < east && south < north) {
      extent_.add(west, south);
      extent_.add(east, north);
    } else {
      extent_.add(-180, -mercator_limit);
      extent_.add(180, mercator_limit);
    }
    if (root + root_length > head->size() || root + root_length < root) return bad("has its root directory beyond the first 16,384 bytes", "byte 8");
    auto directory = unpack({head->begin() + static_cast<std::ptrdiff_t>(root), head->begin() + static_cast<std::ptrdiff_t>(root + root_length)});
    if (!directory) return directory.error();
    root_ = std::make_shared<const Directory>(std::move(*directory));
    // The coarsest zoom is that of the first tile, whatever the header promises.
    if (root_->empty()) return bad("has no tiles", "byte " + std::to_string(root));
    if (const int first = zoom_of(root_->front().id); first <= deepest_zoom) {
      min_zoom_ = first;
      max_zoom_ = std::max(max_zoom_, min_zoom_);
    }
    return {};
  }

  int min_zoom() const override { return min_zoom_; }
  int max_zoom() const override { return max_zoom_; }
  geo::Extent extent() const override { return extent_; }
  bool asks_are_cheap() const override { return !parts_.remote(); }
  Diagnostics notes() const override { return parts_.notes(); }
  std::string label(int z, std::uint32_t x, std::uint32_t y) const override {
    return parts_.label() + "/" + std::to_string(z) + "/" + std::to_string(x) + "/" + std::to_string(y);
  }
  Result<std::optional<std::vector<std::byte>>> read(int z, std::uint32_t x, std::uint32_t y) const override {
    const std::uint64_t id = tile_id(z, x, y);
    auto directory = root_;
    for (int depth = 0; depth < deepest_directory; ++depth) {
      const auto next = std::upper_bound(directory->begin(), directory->end(), id, [](std::uint64_t i, const Entry& e) { return i < e.id; });
      if (next == directory->begin()) return std::optional<std::vector<std::byte>>();
      const Entry& e = *(next - 1);
      if (e.run == 0) {
        auto leaf = leaf_at(e);
        if (!leaf) return leaf.error();
        directory = std::move(*leaf);
        continue;
      }
      if (id - e.id >= e.run) return std::optional<std::vector<std::byte>>();
      if (e.length > largest_tile) return bad("has a tile of " + std::to_string(e.length) + " bytes", "tile " + std::to_string(id));
      auto bytes = parts_.read(data_ + e.offset, e.length);
      if (!bytes) return bytes.error();
      if (bytes->size() != e.length) return bad("ends within a tile", "tile " + std::to_string(id));
      if (tiles_packed_ == 2) {
        auto plain = gunzip_if_needed(std::move(*bytes), label(z, x, y), largest_tile);
        if (!plain) return plain.error();
        return std::optional(std::move(*plain));
      }
      return std::optional(std::move(*bytes));
    }
    return bad("has directories nested deeper than " + std::to_string(deepest_directory), "tile " + std::to_string(id));
  }

 private:
  Error bad(std::string what, std::string place = {}) const {
    return {ErrorCode::malformed, std::move(what), parts_.label(), std::move(place), "the archive is damaged, or not what it claims to be"};
  }

  Result<Directory> unpack(std::vector<std::byte> bytes) const {
    if (packed_ == 2) {
      auto plain = gunzip_if_needed(std::move(bytes), parts_.label(), largest_directory);
      if (!plain) return plain.error();
      bytes = std::move(*plain);
    }
    std::size_t at = 0;
    bool broken = false;
    const auto varint = [&]() -> std::uint64_t {
      std::uint64_t v = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (at >= bytes.size()) break;
        const auto b = static_cast<std::uint64_t>(bytes[at++]);
        v |= (b & 0x7F) << shift;
        if (b < 0x80) return v;
      }
      broken = true;
      return 0;
    };
    const std::uint64_t count = varint();
    if (broken || count > bytes.size() / 4) return bad("has a directory of " + std::to_string(count) + " entries in " + std::to_string(bytes.size()) + " bytes");
    Directory out(static_cast<std::size_t>(count));
    std::uint64_t id = 0;
    for (auto& e : out) {
      const std::uint64_t step = varint();
      if (id + step < id) broken = true;
      e.id = id += step;
    }
    for (auto& e : out) e.run = static_cast<std::uint32_t>(std::min<std::uint64_t>(varint(), UINT32_MAX));
    for (auto& e : out) {
      const std::uint64_t length = varint();
      if (length == 0 || length > UINT32_MAX) broken = true;
      e.length = static_cast<std::uint32_t>(length);
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::uint64_t v = varint();
      if (v == 0 && i == 0) broken = true;
      out[i].offset = v > 0 ? v - 1 : i > 0 ? out[i - 1].offset + out[i - 1].length : 0;
      if (out[i].offset > std::uint64_t{1} << 60) broken = true;
    }
    if (broken) return bad("has a directory that is damaged");
    return out;
  }

  Result<std::shared_ptr<const Directory>> leaf_at(const Entry& e) const {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = leaf_cache_.find(e.offset); found != leaf_cache_.end()) return found->second;
    }
    if (e.length > largest_directory) return bad("has a directory of " + std::to_string(e.length) + " bytes");
    auto bytes = parts_.read(leaves_ + e.offset, e.length);
    if (!bytes) return bytes.error();
    if (bytes->size() != e.length) return bad("ends within a directory");
    auto directory = unpack(std::move(*bytes));
    if (!directory) return directory.error();
    auto shared = std::make_shared<const Directory>(std::move(*directory));
    const std::lock_guard lock(mutex_);
    if (leaf_cache_.size() >= directories_kept) leaf_cache_.clear();
    leaf_cache_[e.offset] = shared;
    return shared;
  }

  Parts parts_;
  std::uint64_t leaves_ = 0, data_ = 0;
  int packed_ = 0, tiles_packed_ = 0, min_zoom_ = 0, max_zoom_ = 0;
  geo::Extent extent_;
  std::shared_ptr<const Directory> root_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint64_t, std::shared_ptr<const Directory>> leaf_cache_;
};

}  // namespace

bool is_pmtiles(const std::filesystem::path& path) {
  if (is_url(path)) return std::filesystem::path(shown(path)).extension() == ".pmtiles";
  std::array<char, 7> magic{};
  std::ifstream(path, std::ios::binary).read(magic.data(), magic.size());
  return std::string_view(magic.data(), magic.size()) == "PMTiles";
}

Result<std::shared_ptr<const TileStore>> open_pmtiles(const std::filesystem::path& path, const ImageryOptions& options) {
  auto store = std::make_shared<PmTiles>(path, options);
  if (auto opened = store->open(); !opened) return opened.error();
  return std::shared_ptr<const TileStore>(std::move(store));
}

}  // namespace tenbo::io::pyramid
