#include <algorithm>

#include "tenbo/base/text.h"
#include "tenbo/runtime/hud.h"

namespace tenbo::runtime {
namespace {
constexpr std::string_view ellipsis = "…";

// Characters that may be parted from their neighbours without a space.
bool is_wide(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFF00 && c <= 0xFFEF) || (c >= 0x20000 && c <= 0x3FFFF);
}
// Japanese line breaking (JIS X 4051), the everyday part: these never begin a line.
bool sticks_to_previous(char32_t c) {
  constexpr std::u32string_view marks = U"、。，．・：；？！）」』】〕〉》］｝ー～ゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ%％℃㎥,.:;?!)]}…";
  return marks.find(c) != marks.npos;
}
bool sticks_to_next(char32_t c) {
  constexpr std::u32string_view marks = U"（「『【〔〈《［｛([{©";
  return marks.find(c) != marks.npos;
}
}  // namespace

std::string fit_text(render::GlyphCache& glyphs, std::string_view utf8, int size, bool bold, float max_width) {
  const float cut_at = max_width - glyphs.text_width(ellipsis, size, bold);
  float width = 0;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    width += glyphs.advance(next_code_point(utf8, at), size, bold);
    if (width <= cut_at) kept = at;
    if (width > max_width) return std::string(utf8.substr(0, kept)) + std::string(ellipsis);
  }
  return std::string(utf8);
}

std::vector<std::string> wrap_text(render::GlyphCache& glyphs, std::string_view utf8, int size, bool bold,
                                   float max_width, std::size_t max_lines) {
  std::vector<std::string> lines;
  std::size_t start = 0, breakable = 0, after_break = 0;  // bytes: of the line, of its last good end, of what follows it
  float width = 0;
  char32_t previous = 0;
  const auto end_line = [&](std::size_t end, std::size_t next) {
    lines.emplace_back(utf8.substr(start, end - start));
    start = breakable = after_break = next;
    width = 0;
    previous = 0;
  };
  max_lines = std::max<std::size_t>(max_lines, 1);
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t here = at;
    const char32_t c = next_code_point(utf8, at);
    if (lines.size() + 1 == max_lines) break;  // the last line takes the rest, cut below
    if (c == '\n') {
      end_line(here, at);
      continue;
    }
    if (c == ' ') {
      breakable = here;
      after_break = at;
    } else if (here > start && previous != ' ' && (is_wide(c) || is_wide(previous)) && !sticks_to_previous(c) &&
               !sticks_to_next(previous)) {
      breakable = after_break = here;
    }
    const float advance = glyphs.advance(c, size, bold);
    if (width + advance > max_width && here > start && c != ' ') {
      at = breakable > start ? after_break : here;  // here: one word longer than the line
      end_line(breakable > start ? breakable : here, at);
      continue;
    }
    width += advance;
    previous = c;
  }
  if (start < utf8.size() || lines.empty()) {
    std::string rest(utf8.substr(start));
    if (const auto newline = rest.find('\n'); newline != rest.npos) rest.resize(newline);
    lines.push_back(lines.size() + 1 == max_lines ? fit_text(glyphs, rest, size, bold, max_width) : rest);
  }
  return lines;
}

}  // namespace tenbo::runtime
