// tileset.json and subtrees from memory. The input is the tileset; what follows a line "----" is given for every other
// file that the tileset names.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "tenbo/io/tiles.h"

namespace {

class Memory final : public tenbo::io::TileSource {
 public:
  Memory(std::string_view first, std::string_view rest) : first_(first), rest_(rest) {}
  tenbo::Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) const override {
    const auto text = name == "tileset.json" ? first_ : rest_;
    // Never asked for: what leads out of the folder. ("0.0.0..subtree" does not.)
    if (name.empty() || name.front() == '/' || ("/" + name + "/").find("/../") != std::string::npos) std::abort();
    if (text.size() > limit) return tenbo::Error{tenbo::ErrorCode::out_of_budget, "too long", name, "", ""};
    const auto* p = reinterpret_cast<const std::byte*>(text.data());
    return std::vector<std::byte>(p, p + text.size());
  }
  std::uint64_t size(const std::string&) const override { return rest_.size(); }
  std::string label(const std::string& name) const override { return name; }

 private:
  std::string_view first_, rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto cut = all.find("\n----\n");
  const Memory source(all.substr(0, cut), cut == std::string_view::npos ? std::string_view() : all.substr(cut + 6));
  io::TileTreeOptions options;
  options.max_tiles = 20'000;
  options.max_tilesets = 50;
  const auto tree = io::read_tile_tree(source, "tileset.json", options);
  if (!tree) {
    if (tree.error().message.empty() || tree.error().file.empty()) std::abort();
    return 0;
  }
  for (std::size_t i = 0; i < tree->tiles.size(); ++i) {
    const auto& t = tree->tiles[i];
    if (i == 0 ? t.parent != io::no_tile : t.parent >= i) std::abort();
    for (const auto c : t.children)
      if (c <= i || c >= tree->tiles.size() || tree->tiles[c].parent != i) std::abort();
    (void)io::sphere_around(t.volume);
  }
  return 0;
}
