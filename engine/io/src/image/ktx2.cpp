#include "image/ktx2.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tenbo::io {
namespace {

constexpr std::size_t header_bytes = 80, level_bytes = 24;
constexpr std::uint32_t largest_edge = 16384;  // px
constexpr std::uint64_t largest_unpacked = std::uint64_t{256} << 20;  // bytes of a level: Zstandard packs a million to one
enum Packing : std::uint32_t { plain = 0, basis_lz = 1, zstandard = 2, zlib = 3 };

template <class T>
T number(std::span<const std::byte> b, std::size_t at) {
  T v;
  std::memcpy(&v, b.data() + at, sizeof v);
  return v;
}

// Of Vulkan's formats those that are read; UNORM and SRGB alike, because a glTF picture's use says what its numbers mean.
struct Format {
  int block_bytes = 0, edge = 1;  // of a block, px
  enum class Kind : std::uint8_t { plain, bgr, bc1, bc1_alpha, bc2, bc3, bc4, bc5 } kind = Kind::plain;
};
std::optional<Format> format_of(std::uint32_t vk) {
  using K = Format::Kind;
  switch (vk) {
    case 9: case 15: return Format{1, 1, K::plain};     // R8
    case 16: case 22: return Format{2, 1, K::plain};    // R8G8
    case 23: case 29: return Format{3, 1, K::plain};    // R8G8B8
    case 30: case 36: return Format{3, 1, K::bgr};      // B8G8R8
    case 37: case 43: return Format{4, 1, K::plain};    // R8G8B8A8
    case 44: case 50: return Format{4, 1, K::bgr};      // B8G8R8A8
    case 131: case 132: return Format{8, 4, K::bc1};
    case 133: case 134: return Format{8, 4, K::bc1_alpha};
    case 135: case 136: return Format{16, 4, K::bc2};
    case 137: case 138: return Format{16, 4, K::bc3};
    case 139: return Format{8, 4, K::bc4};
    case 141: return Format{16, 4, K::bc5};
    default: return std::nullopt;
  }
}

using Rgba = std::array<std::uint8_t, 4>;

Rgba from_565(std::uint16_t c) {
  const auto wide = [](int v, int bits) { return static_cast<std::uint8_t>(v << (8 - bits) | v >> (2 * bits - 8)); };
  return {wide(c >> 11, 5), wide(c >> 5 & 63, 6), wide(c & 31, 5), 255};
}

// Four by four pixels, row by row. `four`: always four colours, as BC2 and BC3 have it.
void colours(const std::byte* block, bool four, bool transparent, std::array<Rgba, 16>& out) {
  std::uint16_t a, b;
  std::uint32_t bits;
  std::memcpy(&a, block, 2);
  std::memcpy(&b, block + 2, 2);
  std::memcpy(&bits, block + 4, 4);
  std::array<Rgba, 4> p{from_565(a), from_565(b), {}, {}};
  four = four || a > b;
  for (std::size_t c = 0; c < 3; ++c) {
    const int x = p[0][c], y = p[1][c];
    p[2][c] = static_cast<std::uint8_t>(four ? (2 * x + y + 1) / 3 : (x + y) / 2);
    p[3][c] = static_cast<std::uint8_t>(four ? (x + 2 * y + 1) / 3 : 0);
  }
  p[2][3] = 255;
  p[3][3] = four || !transparent ? 255 : 0;
  for (std::size_t i = 0; i < 16; ++i) out[i] = p[bits >> (2 * i) & 3];
}
// One channel in eight steps, as BC3's alpha and BC4 have it.
void steps(const std::byte* block, std::size_t channel, std::array<Rgba, 16>& out) {
  const int a = static_cast<int>(block[0]), b = static_cast<int>(block[1]);
  std::array<int, 8> v{a, b};
  for (int i = 2; i < 8; ++i)
    v[static_cast<std::size_t>(i)] = a > b ? ((8 - i) * a + (i - 1) * b + 3) / 7 : i < 6 ? ((6 - i) * a + (i - 1) * b + 2) / 5 : i == 6 ? 0 : 255;
  std::uint64_t bits = 0;
  std::memcpy(&bits, block + 2, 6);
  for (std::size_t i = 0; i < 16; ++i) out[i][channel] = static_cast<std::uint8_t>(v[bits >> (3 * i) & 7]);
}

void decode(const std::byte* block, const Format& f, std::array<Rgba, 16>& out) {
  using K = Format::Kind;
  out.fill({0, 0, 0, 255});
  switch (f.kind) {
    case K::bc1: return colours(block, false, false, out);
    case K::bc1_alpha: return colours(block, false, true, out);
    case K::bc2:
      colours(block + 8, true, false, out);
      for (std::size_t i = 0; i < 16; ++i) out[i][3] = static_cast<std::uint8_t>((static_cast<int>(block[i / 2]) >> (i % 2 * 4) & 15) * 17);
      return;
    case K::bc3:
      colours(block + 8, true, false, out);
      return steps(block, 3, out);
    case K::bc5: steps(block + 8, 1, out); [[fallthrough]];
    case K::bc4: return steps(block, 0, out);
    default:
      for (int c = 0; c < f.block_bytes; ++c) out[0][static_cast<std::size_t>(f.kind == K::bgr && c < 3 ? 2 - c : c)] = static_cast<std::uint8_t>(block[c]);
  }
}

// False where the bytes do not become exactly as many as there is room for.
bool unpack(std::uint32_t packing, std::span<const std::byte> from, std::span<std::byte> to) {
  if (packing == zstandard) {
    const std::size_t got = ZSTD_decompress(to.data(), to.size(), from.data(), from.size());
    return ZSTD_isError(got) == 0 && got == to.size();
  }
  uLongf got = static_cast<uLongf>(to.size());
  return uncompress(reinterpret_cast<Bytef*>(to.data()), &got, reinterpret_cast<const Bytef*>(from.data()), static_cast<uLong>(from.size())) == Z_OK && got == to.size();
}

}  // namespace

bool is_ktx2(std::span<const std::byte> b) {
  static const unsigned char magic[12] = {0xAB, 'K', 'T', 'X', ' ', '2', '0', 0xBB, '\r', '\n', 0x1A, '\n'};
  return b.size() >= sizeof magic && std::memcmp(b.data(), magic, sizeof magic) == 0;
}

std::optional<std::string> ktx2_unreadable(std::span<const std::byte> b) {
  if (!is_ktx2(b) || b.size() < header_bytes) return "is cut off";
  const auto format = number<std::uint32_t>(b, 12), packing = number<std::uint32_t>(b, 44);
  if (packing == basis_lz) return "is Basis Universal (BasisLZ)";
  if (format == 0) return "is Basis Universal (UASTC)";
  if (packing > zlib) return "is packed by a scheme of number " + std::to_string(packing);
  if (!format_of(format))
    return format >= 145 && format <= 146   ? "is BC7"
           : format >= 147 && format <= 156 ? "is ETC2 or EAC"
           : format >= 157 && format <= 184 ? "is ASTC"
                                            : "has the pixel format of Vulkan's number " + std::to_string(format);
  if (number<std::uint32_t>(b, 28) > 1 || number<std::uint32_t>(b, 32) > 1 || number<std::uint32_t>(b, 36) != 1) return "is no single picture";
  return std::nullopt;
}

Result<Image> read_ktx2(std::span<const std::byte> b, const std::string& name, int max_edge) {
  const auto bad = [&](const std::string& why, const std::string& place) { return Error{ErrorCode::malformed, "the KTX2 picture " + why, name, place, ""}; };
  if (auto why = ktx2_unreadable(b))
    return Error{*why == "is cut off" ? ErrorCode::malformed : ErrorCode::unsupported, "the KTX2 picture " + *why + ", which is not read", name, "", "write it as PNG, JPEG or WebP"};
  const Format f = *format_of(number<std::uint32_t>(b, 12));
  const auto width = number<std::uint32_t>(b, 20), height = number<std::uint32_t>(b, 24), levels = std::max(1u, number<std::uint32_t>(b, 40));
  if (width == 0 || height == 0 || width > largest_edge || height > largest_edge) return bad("says " + std::to_string(width) + " x " + std::to_string(height) + " pixels", "byte 20");
  if (levels > 15 || b.size() < header_bytes + levels * level_bytes) return bad("has no room for its " + std::to_string(levels) + " levels", "byte 40");
  std::uint32_t level = 0;
  while (level + 1 < levels && static_cast<int>(std::max(width, height) >> level) > max_edge) ++level;
  const std::uint32_t w = std::max(1u, width >> level), h = std::max(1u, height >> level);
  const auto edge = static_cast<std::uint32_t>(f.edge);
  const std::uint64_t across = (w + edge - 1) / edge, down = (h + edge - 1) / edge, size = across * down * static_cast<std::uint64_t>(f.block_bytes);
  const std::size_t entry = header_bytes + level * level_bytes;
  const auto offset = number<std::uint64_t>(b, entry), length = number<std::uint64_t>(b, entry + 8);
  const std::string place = "level " + std::to_string(level);
  if (offset > b.size() || length > b.size() - offset) return bad("leads beyond its end", place);
  auto pixels = b.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
  std::vector<std::byte> unpacked;
  if (const auto packing = number<std::uint32_t>(b, 44); packing != plain) {
    if (size > largest_unpacked) return Error{ErrorCode::out_of_budget, "the KTX2 picture is packed, and too large to be unpacked: " + std::to_string(w) + " x " + std::to_string(h) + " pixels", name, place, "write it with smaller levels too"};
    if (packing == zlib && size / 1100 > pixels.size()) return bad("cannot be unpacked: zlib does not pack so well", place);
    unpacked.resize(static_cast<std::size_t>(size));
    if (!unpack(packing, pixels, unpacked)) return bad("cannot be unpacked", place);
    pixels = unpacked;
  }
  if (pixels.size() < size) return bad("has " + std::to_string(pixels.size()) + " bytes, expected " + std::to_string(size), place);
  Image out;
  out.width = static_cast<int>(w);
  out.height = static_cast<int>(h);
  out.rgba.resize(std::size_t{w} * h * 4);
  std::array<Rgba, 16> block;
  for (std::uint64_t by = 0; by < down; ++by)
    for (std::uint64_t bx = 0; bx < across; ++bx) {
      decode(pixels.data() + (by * across + bx) * static_cast<std::uint64_t>(f.block_bytes), f, block);
      for (std::uint32_t j = 0; j < edge && by * edge + j < h; ++j)
        for (std::uint32_t i = 0; i < edge && bx * edge + i < w; ++i)
          std::copy_n(block[j * 4 + i].data(), 4, out.pixel(static_cast<int>(bx * edge + i), static_cast<int>(by * edge + j)));
    }
  while (std::max(out.width, out.height) > max_edge && std::min(out.width, out.height) > 1) {  // no level was small enough
    Image half;
    half.width = out.width / 2;
    half.height = out.height / 2;
    half.rgba.resize(static_cast<std::size_t>(half.width) * static_cast<std::size_t>(half.height) * 4);
    for (int y = 0; y < half.height; ++y)
      for (int x = 0; x < half.width; ++x)
        for (int c = 0; c < 4; ++c)
          half.pixel(x, y)[c] = static_cast<std::uint8_t>((out.pixel(2 * x, 2 * y)[c] + out.pixel(2 * x + 1, 2 * y)[c] + out.pixel(2 * x, 2 * y + 1)[c] + out.pixel(2 * x + 1, 2 * y + 1)[c] + 2) / 4);
    out = std::move(half);
  }
  return out;
}

}  // namespace tenbo::io
