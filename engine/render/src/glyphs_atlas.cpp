#include "glyphs_atlas.h"

#include <algorithm>

namespace tenbo::render {

GlyphAtlas::GlyphAtlas(int size)
    : size_(size), page_size_(std::min(512, size / 2)), pixels_(static_cast<std::size_t>(size) * size) {
  const int pages = size_ / page_size_;
  for (int i = 0; i < pages * pages; ++i)
    pages_.push_back({i % pages * page_size_, i / pages * page_size_, 0, 0, {}});
  for (int i = 0; i < pages * pages; ++i) clear(i);
  mark_dirty(0, size_);  // the first upload sends all of it
}

void GlyphAtlas::clear(int index) {
  Page& page = pages_[index];
  page.shelves.clear();
  page.bottom = page.y;
  for (int y = page.y; y < page.y + page_size_; ++y) std::fill_n(texel(page.x, y), page_size_, std::uint8_t{0});
  if (index == 0) {
    for (int y = 0; y < white_texels; ++y) std::fill_n(texel(0, y), white_texels, std::uint8_t{255});
    page.bottom += white_texels;
  }
  mark_dirty(page.y, page.y + page_size_);
}

std::optional<GlyphAtlas::Place> GlyphAtlas::put(int width, int height) {
  const int w = width + 2 * gap, h = (height + 2 * gap + 3) / 4 * 4;  // like heights share a shelf
  if (width > largest() || height > largest()) return std::nullopt;
  for (int i = 0; i < static_cast<int>(pages_.size()); ++i) {
    Page& page = pages_[i];
    Shelf* best = nullptr;
    for (Shelf& s : page.shelves)
      if (s.height >= h && s.height <= h + h / 2 && s.x + w <= page.x + page_size_ && (!best || s.height < best->height))
        best = &s;
    if (!best) {
      const int room = page.y + page_size_ - page.bottom;
      if (height + 2 * gap > room) continue;
      page.shelves.push_back({page.bottom, std::min(h, room), page.x});
      best = &page.shelves.back();
      page.bottom += best->height;
    }
    const Place place{i, best->x + gap, best->y + gap};
    best->x += w;
    return place;
  }
  return std::nullopt;
}

int GlyphAtlas::oldest() const {
  const auto it = std::min_element(pages_.begin(), pages_.end(),
                                   [](const Page& a, const Page& b) { return a.last_used < b.last_used; });
  return static_cast<int>(it - pages_.begin());
}

void GlyphAtlas::mark_dirty(int y0, int y1) {
  dirty0_ = dirty0_ == dirty1_ ? y0 : std::min(dirty0_, y0);
  dirty1_ = std::max(dirty1_, y1);
}

bool GlyphAtlas::take_dirty(int& y0, int& y1, std::span<const std::uint8_t>& rows) {
  if (dirty0_ == dirty1_) return false;
  y0 = dirty0_;
  y1 = dirty1_;
  rows = {pixels_.data() + static_cast<std::size_t>(y0) * size_, static_cast<std::size_t>(y1 - y0) * size_};
  dirty0_ = dirty1_ = 0;
  return true;
}

}  // namespace tenbo::render
