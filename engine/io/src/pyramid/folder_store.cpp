// Tiles that each have a file: which zooms there are, and where, is what lies in the folders.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "gzip/gunzip.h"
#include "pyramid/tile_store.h"
#include "tenbo/base/file.h"

namespace tenbo::io::pyramid {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_entries = 1'000'000;  // that are looked at

struct Range { std::uint32_t x0 = UINT32_MAX, x1 = 0, y0 = UINT32_MAX, y1 = 0; };

// One part of the path: text around at most one of "z", "x", "y" and "-y".
struct Part {
  std::string before, name, after;
};
std::vector<Part> parts_of(const fs::path& path) {
  std::vector<Part> out;
  for (const auto& component : path) {
    const std::string text = component.string();
    Part p{text, "", ""};
    if (const auto open = text.find('{'); open != std::string::npos)
      if (const auto close = text.find('}', open); close != std::string::npos)
        p = {text.substr(0, open), text.substr(open + 1, close - open - 1), text.substr(close + 1)};
    out.push_back(std::move(p));
  }
  return out;
}

class FolderStore final : public TileStore {
 public:
  explicit FolderStore(const fs::path& path) : path_(path), parts_(parts_of(path)) {}

  Status open() {
    std::map<char, std::uint32_t> found;
    walk({}, 0, found);
    if (ranges_.empty())
      return Error{ErrorCode::not_found, "there is no such tile", path_.string(), "", "expected files like " + name(0, 0, 0)};
    const auto& [z, r] = *ranges_.rbegin();
    const double n = std::ldexp(1.0, z);
    const auto lat = [n](double row) { return std::atan(std::sinh(std::numbers::pi * (1 - 2 * row / n))) * 180 / std::numbers::pi; };
    extent_.add(r.x0 / n * 360 - 180, lat(r.y1 + 1.0));
    extent_.add((r.x1 + 1.0) / n * 360 - 180, lat(r.y0));
    return {};
  }
  int min_zoom() const override { return ranges_.begin()->first; }
  int max_zoom() const override { return ranges_.rbegin()->first; }
  geo::Extent extent() const override { return extent_; }
  bool asks_are_cheap() const override { return true; }
  Diagnostics notes() const override { return {}; }
  std::string label(int z, std::uint32_t x, std::uint32_t y) const override { return name(z, x, y); }
  Result<std::optional<std::vector<std::byte>>> read(int z, std::uint32_t x, std::uint32_t y) const override {
    const fs::path file = name(z, x, y);
    std::error_code ec;
    if (!fs::is_regular_file(file, ec)) return std::optional<std::vector<std::byte>>();
    auto bytes = read_file(file, largest_tile);
    if (!bytes) return bytes.error();
    if (bytes->empty()) return std::optional<std::vector<std::byte>>();
    auto plain = gunzip_if_needed(std::move(*bytes), file.string(), largest_tile);
    if (!plain) return plain.error();
    return std::optional(std::move(*plain));
  }

 private:
  std::string name(int z, std::uint32_t x, std::uint32_t y) const {
    fs::path out;
    for (const auto& p : parts_) {
      std::string number;
      if (p.name == "z") number = std::to_string(z);
      else if (p.name == "x") number = std::to_string(x);
      else if (p.name == "y") number = std::to_string(y);
      else if (p.name == "-y") number = std::to_string((std::uint32_t{1} << z) - 1 - y);
      out /= p.before + number + p.after;
    }
    return out.string();
  }
  void walk(const fs::path& at, std::size_t depth, std::map<char, std::uint32_t>& found) {
    if (depth == parts_.size()) {
      const std::uint32_t z = found['z'], x = found['x'];
      if (z > deepest_zoom) return;
      const std::uint32_t rows = std::uint32_t{1} << z, y = found.contains('-') ? rows - 1 - found['-'] : found['y'];
      if (x >= rows || y >= rows) return;
      Range& r = ranges_[static_cast<int>(z)];
      r = {std::min(r.x0, x), std::max(r.x1, x), std::min(r.y0, y), std::max(r.y1, y)};
      return;
    }
    const Part& p = parts_[depth];
    if (p.name.empty()) return walk(at / p.before, depth + 1, found);
    std::error_code ec;
    for (fs::directory_iterator it(at, fs::directory_options::skip_permission_denied, ec), end; !ec && it != end && seen_ < most_entries; it.increment(ec)) {
      ++seen_;
      const std::string text = it->path().filename().string();
      if (text.size() <= p.before.size() + p.after.size() || !text.starts_with(p.before) || !text.ends_with(p.after)) continue;
      std::uint32_t number = 0;
      const char *from = text.data() + p.before.size(), *to = text.data() + text.size() - p.after.size();
      if (const auto [stop, error] = std::from_chars(from, to, number); error != std::errc() || stop != to) continue;
      found[p.name[0]] = number;
      walk(it->path(), depth + 1, found);
    }
  }

  fs::path path_;
  std::vector<Part> parts_;
  std::map<int, Range> ranges_;
  geo::Extent extent_;
  std::size_t seen_ = 0;
};

}  // namespace

Result<std::shared_ptr<const TileStore>> open_folder(const fs::path& path) {
  auto store = std::make_shared<FolderStore>(path);
  if (auto opened = store->open(); !opened) return opened.error();
  return std::shared_ptr<const TileStore>(std::move(store));
}

}  // namespace tenbo::io::pyramid
