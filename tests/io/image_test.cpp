// Pictures in and out, and imagery on the ground. Expected values: pixels written here, and GDAL's own tools.
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "gdal_tools.h"
#include "tenbo/io/image.h"
#include "tenbo/io/raster.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

Image pattern(int w, int h, bool opaque) {
  Image i;
  i.width = w;
  i.height = h;
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      i.rgba.push_back(static_cast<std::uint8_t>(x * 7));
      i.rgba.push_back(static_cast<std::uint8_t>(y * 11));
      i.rgba.push_back(static_cast<std::uint8_t>(x ^ y));
      i.rgba.push_back(opaque ? 255 : static_cast<std::uint8_t>((x + y) % 256));
    }
  return i;
}

// An RGB GeoTIFF in EPSG:4326 whose red is the column, green the row; 64 x 64 pixels of 0.001 degrees from 139 E 35.064 N.
fs::path chart(const fs::path& dir, const std::string& extra = {}) {
  std::string ppm = "P6\n64 64\n255\n";
  for (int y = 0; y < 64; ++y) for (int x = 0; x < 64; ++x) { ppm += static_cast<char>(x * 4); ppm += static_cast<char>(y * 4); ppm += static_cast<char>(200); }
  test::write(dir / "in.ppm", ppm);
  test::run("gdal_translate -q -a_srs EPSG:4326 -a_ullr 139 35.064 139.064 35 " + extra + " " + quoted(dir / "in.ppm") + " " + quoted(dir / "chart.tif"));
  return dir / "chart.tif";
}

}  // namespace

// Read back by GDAL's own WebP: a smooth picture comes back within some levels, with and without alpha.
TEST(WebpOut, ComesBackNearlyAsItWas) {
  const auto dir = test::scratch("webp_out");
  for (const bool opaque : {true, false}) {
    Image picture;
    picture.width = 96;
    picture.height = 64;
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 96; ++x)
        for (const int v : {40 + x, 60 + y * 2, 120, opaque || x < 48 ? 255 : 128}) picture.rgba.push_back(static_cast<std::uint8_t>(v));
    const auto bytes = io::encode_webp(picture, 80);
    ASSERT_TRUE(bytes);
    EXPECT_LT(bytes->size(), picture.rgba.size() / 8);
    EXPECT_EQ(*io::encode_webp(picture, 80), *bytes);
    test::write(dir / "p.webp", *bytes);
    const auto back = io::read_image(dir / "p.webp");
    ASSERT_TRUE(back) << back.error().text();
    ASSERT_EQ(back->rgba.size(), picture.rgba.size());
    double sum = 0;
    for (std::size_t i = 0; i < picture.rgba.size(); ++i) sum += std::abs(int{back->rgba[i]} - int{picture.rgba[i]});
    EXPECT_LT(sum / static_cast<double>(picture.rgba.size()), 3);
    for (std::size_t i = 3; i < picture.rgba.size(); i += 4) ASSERT_EQ(back->rgba[i], picture.rgba[i]) << "alpha is kept as it is";
  }
  EXPECT_EQ(io::encode_webp({}, 80).error().code, ErrorCode::unsupported);
}

TEST(ImageFile, PngGoesRoundAndIsDeterministic) {
  const auto dir = test::scratch("png");
  for (bool opaque : {true, false}) {
    const Image a = pattern(37, 21, opaque);
    ASSERT_TRUE(io::write_png(dir / "a.png", a).ok());
    ASSERT_TRUE(io::write_png(dir / "b.png", a).ok());
    EXPECT_EQ(test::slurp(dir / "a.png"), test::slurp(dir / "b.png"));
    // Colour type in the header's 26th byte: 2 = RGB, 6 = RGBA (PNG specification, 11.2.2).
    EXPECT_EQ(test::slurp(dir / "a.png")[25], opaque ? 2 : 6);
    auto b = io::read_image(dir / "a.png");
    ASSERT_TRUE(b.ok()) << b.error().text();
    EXPECT_EQ(b->width, 37);
    EXPECT_EQ(b->rgba, a.rgba);
    const std::string p = test::run("gdallocationinfo -valonly " + quoted(dir / "a.png") + " 5 9");
    int r = -1, g = -1;
    ASSERT_EQ(std::sscanf(p.c_str(), "%d %d", &r, &g), 2);
    EXPECT_EQ(r, 35);
    EXPECT_EQ(g, 99);
  }
  EXPECT_FALSE(io::write_png(dir / "c.png", Image{}).ok());
  Image wrong = pattern(4, 4, true);
  wrong.width = 5;
  EXPECT_FALSE(io::write_png(dir / "c.png", wrong).ok());
  EXPECT_FALSE(io::write_png(dir / "no/such/dir/c.png", pattern(2, 2, true)).ok());
}

TEST(ImageFile, FormatsPalettesGreySixteenBits) {
  const auto dir = test::scratch("formats_image");
  ASSERT_TRUE(io::write_png(dir / "a.png", pattern(64, 48, true)).ok());
  for (const char* name : {"a.tif", "a.bmp", "a.jpg", "a.webp", "a.gif"}) {
    const std::string convert = std::string(name) == "a.gif" ? "gdal_translate -q -of GIF -b 1 " : std::string(name) == "a.webp" ? "gdal_translate -q -co LOSSLESS=YES " : "gdal_translate -q ";
    test::run(convert + quoted(dir / "a.png") + " " + quoted(dir / name));
    auto i = io::read_image(dir / name);
    ASSERT_TRUE(i.ok()) << name << i.error().text();
    EXPECT_EQ(i->width, 64) << name;
    EXPECT_NEAR(i->pixel(9, 5)[0], 63, 12) << name;
    EXPECT_EQ(i->pixel(9, 5)[3], 255) << name;
  }
  // 16 bits, stretched over what is there: 0 and 65535 stay black and white.
  test::run("gdal_translate -q -ot UInt16 -scale 0 255 0 65535 -b 1 " + quoted(dir / "a.png") + " " + quoted(dir / "wide.tif"));
  auto wide = io::read_image(dir / "wide.tif");
  ASSERT_TRUE(wide.ok());
  EXPECT_LT(wide->pixel(0, 0)[0], 5);
  EXPECT_GT(wide->pixel(36, 0)[0], 245);  // 252
  auto small = io::read_image(dir / "a.png", 20);
  ASSERT_TRUE(small.ok());
  EXPECT_EQ(small->width, 16);
  EXPECT_EQ(small->height, 12);
}

TEST(ImageFile, BadPicturesAreErrors) {
  const auto dir = test::scratch("bad_image");
  ASSERT_TRUE(io::write_png(dir / "a.png", pattern(50, 50, false)).ok());
  const std::string good = test::slurp(dir / "a.png");
  for (std::size_t n = 0; n < good.size(); n += 37) {
    test::write(dir / "cut.png", good.substr(0, n));
    static_cast<void>(io::read_image(dir / "cut.png").ok());
  }
  // The header of a bomb: 100,000 x 100,000 pixels.
  std::string bomb = good;
  for (int i : {16, 20}) {
    bomb[static_cast<std::size_t>(i)] = 0; bomb[static_cast<std::size_t>(i) + 1] = 1;
    bomb[static_cast<std::size_t>(i) + 2] = static_cast<char>(0x86); bomb[static_cast<std::size_t>(i) + 3] = static_cast<char>(0xA0);
  }
  test::write(dir / "bomb.png", bomb);
  EXPECT_FALSE(io::read_image(dir / "bomb.png").ok());
  EXPECT_FALSE(io::read_image(dir / "none.png").ok());
  test::write(dir / "text.png", "hello");
  EXPECT_FALSE(io::read_image(dir / "text.png").ok());
}

TEST(Imagery, TileOfAGeographicPicture) {
  const auto dir = test::scratch("imagery");
  auto i = io::open_imagery(chart(dir));
  ASSERT_TRUE(i.ok()) << i.error().text();
  geo::Extent box;
  box.add(139, 35);
  box.add(139.064, 35.064);
  auto same = (*i)->tile(box, 64);
  ASSERT_TRUE(same.ok()) << same.error().text();
  for (const auto& [x, y] : {std::pair{0, 0}, std::pair{10, 50}, std::pair{63, 63}}) {
    EXPECT_EQ(same->pixel(x, y)[0], x * 4);
    EXPECT_EQ(same->pixel(x, y)[1], y * 4);
    EXPECT_EQ(same->pixel(x, y)[2], 200);
    EXPECT_EQ(same->pixel(x, y)[3], 255);
  }
  geo::Extent wide;
  wide.add(138.968, 35.032);
  wide.add(139.032, 35.096);
  auto part = (*i)->tile(wide, 64);
  ASSERT_TRUE(part.ok());
  EXPECT_EQ(part->pixel(10, 50)[3], 0);    // west of the picture
  EXPECT_EQ(part->pixel(50, 10)[3], 0);    // north of it
  EXPECT_EQ(part->pixel(40, 40)[0], 8 * 4);
  geo::Extent away;
  away.add(10, 10);
  away.add(11, 11);
  auto nothing = (*i)->tile(away, 16);
  ASSERT_TRUE(nothing.ok());
  EXPECT_EQ(nothing->pixel(8, 8)[3], 0);
  auto reduced = (*i)->tile(box, 8);  // means of 8 x 8 pixels
  ASSERT_TRUE(reduced.ok());
  EXPECT_NEAR(reduced->pixel(3, 3)[0], (3 * 8 + 3.5) * 4, 10);
  EXPECT_FALSE((*i)->tile(geo::Extent{}, 64).ok());
  EXPECT_FALSE((*i)->tile(box, 0).ok());
}

TEST(Imagery, ProjectedPaletteAndAlphaAgreeWithGdalWarp) {
  const auto dir = test::scratch("imagery_warp");
  const auto tif = chart(dir);
  for (const char* srs : {"EPSG:6677", "EPSG:3857", "EPSG:32654"}) {
    test::run(std::string("gdalwarp -q -overwrite -t_srs ") + srs + " -r bilinear -dstalpha " + quoted(tif) + " " + quoted(dir / "p.tif"));
    auto i = io::open_imagery(dir / "p.tif");
    ASSERT_TRUE(i.ok()) << i.error().text();
    geo::Extent box;
    box.add(139.01, 35.01);
    box.add(139.05, 35.05);
    auto t = (*i)->tile(box, 40);
    ASSERT_TRUE(t.ok());
    // Back through two bilinear steps: the chart's own colours, to a pixel's worth (4).
    for (const auto& [x, y] : {std::pair{3, 3}, std::pair{20, 30}, std::pair{36, 12}}) {
      EXPECT_NEAR(t->pixel(x, y)[0], (x + 10) * 4, 4) << srs;
      EXPECT_NEAR(t->pixel(x, y)[1], (y + 14) * 4, 4) << srs;
      EXPECT_EQ(t->pixel(x, y)[3], 255);
    }
  }
  // Classes in official colours stay exact at pixel centres.
  std::string pgm = "P5\n4 4\n255\n";
  for (int k = 0; k < 16; ++k) pgm += static_cast<char>(k % 2);
  test::write(dir / "k.pgm", pgm);
  test::write(dir / "k.txt", "0 247 245 169 255\n1 255 216 192 255\n");
  test::run("gdal_translate -q -a_srs EPSG:4326 -a_ullr 139 35.004 139.004 35 " + quoted(dir / "k.pgm") + " " + quoted(dir / "k0.tif"));
  test::run("gdaldem color-relief -q -alpha " + quoted(dir / "k0.tif") + " " + quoted(dir / "k.txt") + " " + quoted(dir / "k.tif"));
  auto k = io::open_imagery(dir / "k.tif");
  ASSERT_TRUE(k.ok()) << k.error().text();
  geo::Extent all;
  all.add(139, 35);
  all.add(139.004, 35.004);
  auto t = (*k)->tile(all, 4);
  ASSERT_TRUE(t.ok());
  EXPECT_EQ(t->pixel(1, 1)[1], 216);
  EXPECT_EQ(t->pixel(2, 1)[2], 169);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([&] {
      for (int r = 0; r < 20; ++r) {
        auto again = (*k)->tile(all, 4);
        wrong += !again.ok() || again->rgba != t->rgba;
      }
    });
  for (auto& th : threads) th.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Imagery, WithoutAPlaceIsRefused) {
  const auto dir = test::scratch("imagery_bad");
  ASSERT_TRUE(io::write_png(dir / "a.png", pattern(8, 8, true)).ok());
  auto i = io::open_imagery(dir / "a.png");
  ASSERT_FALSE(i.ok());
  EXPECT_FALSE(i.error().remedy.empty());
}
