#pragma once
// Where glyphs lie in the atlas: square pages, in each page shelves of like height. When all pages are full the caller
// clears the one that was looked at least recently. Knows rectangles and coverage, not characters.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tenbo::render {

class GlyphAtlas {
 public:
  explicit GlyphAtlas(int size);

  struct Place { int page, x, y; };  // top left texel of the glyph's own pixels
  static constexpr int gap = 1;      // empty texels around each glyph, for linear filtering

  int size() const { return size_; }
  int largest() const { return page_size_ - 2 * gap; }  // width and height that a page can hold
  std::optional<Place> put(int width, int height);      // nullopt: every page is full
  std::uint8_t* texel(int x, int y) { return &pixels_[static_cast<std::size_t>(y) * size_ + x]; }
  void touch(int page) { pages_[page].last_used = ++clock_; }
  int oldest() const;
  void clear(int page);
  void mark_dirty(int y0, int y1);
  bool take_dirty(int& y0, int& y1, std::span<const std::uint8_t>& rows);
  static constexpr int white_texels = 4;  // square in the top left corner, fully covered

 private:
  struct Shelf { int y, height, x; };
  struct Page {
    int x, y, bottom;
    std::uint64_t last_used = 0;
    std::vector<Shelf> shelves;
  };
  int size_, page_size_;
  std::vector<std::uint8_t> pixels_;
  std::vector<Page> pages_;
  std::uint64_t clock_ = 0;
  int dirty0_ = 0, dirty1_ = 0;
};

}  // namespace tenbo::render
