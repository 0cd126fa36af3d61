// KTX2 pictures. Files are laid out by the KTX 2.0 specification; colours of blocks worked out by hand from the Khronos Data
// Format Specification (S3TC, RGTC): 565 widened by repeating the high bits, thirds and sevenths between the ends.
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "gdal_tools.h"
#include "gltf_support.h"
#include "tenbo/io/gltf.h"
#include "tenbo/io/tiles.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::test;

namespace {

std::string ktx2(std::uint32_t format, std::uint32_t width, std::uint32_t height, const std::vector<std::string>& levels, std::uint32_t packing = 0, const std::vector<std::size_t>& whole = {}) {
  std::string out = "\xABKTX 20\xBB\r\n\x1A\n";
  for (const std::uint32_t v : {format, 1u, width, height, 0u, 0u, 1u, static_cast<std::uint32_t>(levels.size()), packing, 0u, 0u, 0u, 0u}) out += u32(v);
  out += u64(0) + u64(0);
  std::size_t at = 80 + 24 * levels.size();
  for (std::size_t i = 0; i < levels.size(); ++i) {
    out += u64(at) + u64(levels[i].size()) + u64(whole.empty() ? levels[i].size() : whole[i]);
    at += levels[i].size();
  }
  for (const auto& l : levels) out += l;
  return out;
}
Result<Image> picture(const std::string& file, int max_edge = 4096) {
  io::CityTexture t;
  t.path = "a.ktx2";
  const auto b = bytes(file);
  t.data = std::make_shared<const std::vector<std::byte>>(b.begin(), b.end());
  return io::read_texture(t, max_edge);
}
std::array<int, 4> at(const Result<Image>& image, int x, int y) {
  if (!image) return {-1, -1, -1, -1};
  const auto* p = image->pixel(x, y);
  return {p[0], p[1], p[2], p[3]};
}

}  // namespace

TEST(Ktx2, PlainPixelsAndLevels) {
  const std::string four = {1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(at(picture(ktx2(37, 2, 1, {four})), 1, 0), (std::array{5, 6, 7, 8}));
  EXPECT_EQ(at(picture(ktx2(44, 2, 1, {four})), 1, 0), (std::array{7, 6, 5, 8}));
  EXPECT_EQ(at(picture(ktx2(29, 2, 1, {four.substr(0, 6)})), 1, 0), (std::array{4, 5, 6, 255}));
  EXPECT_EQ(at(picture(ktx2(9, 1, 2, {four.substr(0, 2)})), 0, 1), (std::array{2, 0, 0, 255}));
  // Two levels: the smaller where the larger is too large; and made smaller where there is none.
  const auto mips = ktx2(9, 2, 2, {four.substr(0, 4), four.substr(7, 1)});
  EXPECT_EQ(at(picture(mips, 1), 0, 0), (std::array{8, 0, 0, 255}));
  EXPECT_EQ(at(picture(ktx2(9, 2, 2, {std::string{8, 4, 4, 4}}), 1), 0, 0), (std::array{5, 0, 0, 255}));
  std::string packed(100, '\0');
  uLongf size = packed.size();
  ASSERT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(four.data()), 8), Z_OK);
  packed.resize(size);
  EXPECT_EQ(at(picture(ktx2(37, 2, 1, {packed}, 3, {8})), 1, 0), (std::array{5, 6, 7, 8}));
  EXPECT_FALSE(picture(ktx2(37, 2, 1, {packed.substr(0, packed.size() - 5)}, 3, {8})).ok());
}

TEST(Ktx2, PackedByZstandard) {
  std::string pixels(4 * 64 * 64, '\0');
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<char>(i / 7);
  const auto packed = [](const std::string& whole) {
    std::string out(ZSTD_compressBound(whole.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), whole.data(), whole.size(), 3));
    return out;
  };
  const auto file = [&](const std::string& whole) { return ktx2(37, 64, 64, {packed(whole)}, 2, {pixels.size()}); };
  const auto image = picture(file(pixels));
  ASSERT_TRUE(image.ok()) << image.error().text();
  EXPECT_EQ(std::string(image->rgba.begin(), image->rgba.end()), pixels);
  EXPECT_FALSE(picture(file(pixels + "x")).ok());                             // more than there is room for
  EXPECT_FALSE(picture(file(pixels.substr(1))).ok());                         // less
  EXPECT_FALSE(picture(ktx2(37, 64, 64, {packed(pixels).substr(0, 99)}, 2)).ok());  // cut off
  // 1 GiB that is packed into a few KiB is not unpacked.
  const auto huge = picture(ktx2(37, 16384, 16384, {packed(pixels)}, 2));
  ASSERT_FALSE(huge.ok());
  EXPECT_EQ(huge.error().code, ErrorCode::out_of_budget);
}

TEST(Ktx2, BlocksOfBc1ToBc5) {
  // Red (f800) over blue (001f): four colours. The first row has 0, 1, 2, 3; the rest 0.
  const std::string red_blue = std::string("\x00\xF8\x1F\x00", 4) + std::string("\xE4\x00\x00\x00", 4);
  const std::string blue_red = std::string("\x1F\x00\x00\xF8", 4) + std::string("\xE4\x00\x00\x00", 4);
  auto i = picture(ktx2(132, 4, 4, {red_blue}));
  EXPECT_EQ(at(i, 0, 0), (std::array{255, 0, 0, 255}));
  EXPECT_EQ(at(i, 1, 0), (std::array{0, 0, 255, 255}));
  EXPECT_EQ(at(i, 2, 0), (std::array{170, 0, 85, 255}));
  EXPECT_EQ(at(i, 3, 0), (std::array{85, 0, 170, 255}));
  EXPECT_EQ(at(i, 3, 3), (std::array{255, 0, 0, 255}));
  // The other way round there are three, and black, which is clear where the format has alpha.
  EXPECT_EQ(at(picture(ktx2(132, 4, 4, {blue_red})), 2, 0), (std::array{127, 0, 127, 255}));
  EXPECT_EQ(at(picture(ktx2(132, 4, 4, {blue_red})), 3, 0), (std::array{0, 0, 0, 255}));
  EXPECT_EQ(at(picture(ktx2(134, 4, 4, {blue_red})), 3, 0), (std::array{0, 0, 0, 0}));
  // BC2: four bits of alpha a pixel. BC3: 255 to 0 in sevenths; the first pixel 0, the second 1, the third 2 (6/7 of 255).
  EXPECT_EQ(at(picture(ktx2(136, 4, 4, {std::string("\x4F", 1) + std::string(7, '\0') + red_blue})), 1, 0), (std::array{0, 0, 255, 68}));
  const std::string ramp = std::string("\xFF\x00\x88\x00\x00\x00\x00\x00", 8);  // codes 0, 1, 2
  i = picture(ktx2(138, 4, 4, {ramp + blue_red}));
  EXPECT_EQ(at(i, 0, 0)[3], 255);
  EXPECT_EQ(at(i, 1, 0)[3], 0);
  EXPECT_EQ(at(i, 2, 0)[3], 219);
  EXPECT_EQ(at(i, 2, 0)[0], 85);  // four colours whatever their order
  i = picture(ktx2(141, 4, 4, {ramp + ramp}));
  EXPECT_EQ(at(i, 2, 0), (std::array{219, 219, 0, 255}));
  EXPECT_EQ(at(picture(ktx2(139, 4, 4, {ramp})), 1, 0), (std::array{0, 0, 0, 255}));
  // Five by five pixels are four blocks.
  i = picture(ktx2(132, 5, 5, {red_blue + red_blue + red_blue + blue_red}));
  EXPECT_EQ(at(i, 4, 4), (std::array{0, 0, 255, 255}));
}

TEST(Ktx2, WhatIsNotReadIsNamedAndDamageIsAnError) {
  for (const auto& [format, packing, name] : {std::tuple<std::uint32_t, std::uint32_t, const char*>{0, 1, "BasisLZ"}, {0, 0, "UASTC"}, {145, 0, "BC7"}, {147, 0, "ETC2"}, {157, 0, "ASTC"}, {37, 9, "number 9"}}) {
    const auto image = picture(ktx2(format, 4, 4, {std::string(64, '\0')}, packing));
    ASSERT_FALSE(image.ok()) << name;
    EXPECT_EQ(image.error().code, ErrorCode::unsupported);
    EXPECT_NE(image.error().message.find(name), std::string::npos) << image.error().text();
  }
  const std::string good = ktx2(37, 4, 4, {std::string(64, '\x7F')});
  ASSERT_TRUE(picture(good).ok());
  for (std::size_t n = 12; n < good.size(); ++n) EXPECT_FALSE(picture(good.substr(0, n)).ok()) << n;
  for (std::size_t at = 12; at < 104; ++at)
    for (const char v : {'\0', '\1', '\x7F', '\xFF'}) {
      std::string broken = good;
      broken[at] = v;
      const auto image = picture(broken);  // whatever comes, no crash and no more pixels than there are
      if (image) { EXPECT_LE(image->rgba.size(), 4 * 16384u); }
    }
}
