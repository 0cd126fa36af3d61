// Photographs that a list names: hostile paths, wrong types and bombs are refused with a word. Sizes are those that the test writes.
#include "tenbo/io/photo.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tenbo/io/image.h"

namespace tenbo::io {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;

struct Photos : testing::Test {
  fs::path dir = fs::path(testing::TempDir()) / "tenbo_photos", folder = dir / "photos";
  void SetUp() override {
    fs::remove_all(dir);
    fs::create_directories(folder / "span 1");
    Image image;
    image.width = 40, image.height = 30;
    image.rgba.assign(40 * 30 * 4, 200);
    ASSERT_TRUE(write_png(folder / "span 1" / "橋.png", image).ok());
    ASSERT_TRUE(write_png(dir / "secret.png", image).ok());
  }
  void TearDown() override { fs::remove_all(dir); }
  void put(const std::string& name, const std::string& bytes) { std::ofstream(folder / name, std::ios::binary) << bytes; }
};

std::string be32(std::uint32_t v) { return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)}; }

TEST_F(Photos, OpenBelowTheirFolder) {
  for (const char* name : {"span 1/橋.png", "span 1\\橋.png", "./span 1/橋.png"}) {
    const auto image = read_photo(folder, name);
    ASSERT_TRUE(image.ok()) << image.error().text();
    EXPECT_EQ(image->width, 40);
    EXPECT_EQ(image->height, 30);
  }
}

// ITU-T T.81, annex B: a start, a segment that holds an end of its own (a small picture), a scan, an end.
TEST(PhotoEnd, IsLookedForBehindTheBeginningOfThePicture) {
  const std::string head("\xFF\xD8\xFF\xE1\x00\x06\xFF\xD8\xFF\xD9\xFF\xDA\x00\x02", 14), picture("\x12\xFF\x00\x34\xFF\xD0\x56", 7), end("\xFF\xD9", 2), more("after", 5);
  const auto bytes = [](const std::string& s) { return std::as_bytes(std::span(s)); };
  EXPECT_TRUE(jpeg_has_end(bytes(head + picture + end), bytes(head + picture + end), 0));
  EXPECT_TRUE(jpeg_has_end(bytes(head + picture + end + more), bytes(head + picture + end + more), 0));
  EXPECT_FALSE(jpeg_has_end(bytes(head + picture), bytes(head + picture), 0));
  EXPECT_FALSE(jpeg_has_end(bytes(head), bytes(head), 0));
  const std::string tail = picture + end;
  EXPECT_TRUE(jpeg_has_end(bytes(head), bytes(tail), head.size()));
  EXPECT_FALSE(jpeg_has_end(bytes(head), bytes(picture), head.size()));
  EXPECT_TRUE(jpeg_has_end(bytes(more), bytes(more), 0)) << "no JPEG";
}

TEST_F(Photos, NeverLeaveIt) {
  fs::create_symlink(dir / "secret.png", folder / "link.png");
  fs::create_directory_symlink(dir, folder / "up");
  const std::string absolute = (dir / "secret.png").string();
  for (const std::string& name : {std::string("../secret.png"), std::string("span 1/../../secret.png"), std::string("..\\secret.png"), absolute, std::string("link.png"),
                                 std::string("up/secret.png"), std::string("C:\\secret.png"), std::string("~/secret.png"), std::string("file:///etc/passwd"),
                                 std::string("http://127.0.0.1/x.png"), std::string("/vsicurl/http://127.0.0.1/x.png"), std::string("a\0b.png", 7), std::string("a\nb.png"),
                                 std::string("span 1"), std::string("."), std::string(), std::string(5000, 'a')}) {
    const auto file = photo_file(folder, name);
    EXPECT_FALSE(file.ok()) << name;
    EXPECT_FALSE(read_photo(folder, name).ok()) << name;
  }
  EXPECT_FALSE(photo_file({}, "x.png").ok());
  EXPECT_FALSE(photo_file(dir / "nowhere", "x.png").ok());
  EXPECT_THAT(read_photo(folder, "absent.png").error().text(), HasSubstr("not there"));
  EXPECT_EQ(photo_file(folder, "a\x1b[31m.png").error().text().find('\x1b'), std::string::npos);
}

TEST_F(Photos, ALinkWithinTheFolderIsFollowed) {
  fs::create_symlink(folder / "span 1" / "橋.png", folder / "same.png");
  EXPECT_TRUE(read_photo(folder, "same.png").ok());
}

TEST_F(Photos, OnlyPhotographsByTheirContent) {
  put("text.jpg", "this is no picture");
  put("gif.png", std::string("GIF89a\x01\x00\x01\x00\x00\x00\x00", 13));
  put("svg.jpg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>");
  put("vrt.png", "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"><VRTRasterBand><SimpleSource><SourceFilename>/etc/passwd</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>");
  put("empty.png", "");
  for (const char* name : {"text.jpg", "gif.png", "svg.jpg", "vrt.png", "empty.png"})
    EXPECT_THAT(read_photo(folder, name).error().text(), HasSubstr("JPEG, PNG or WebP")) << name;
  fs::copy_file(dir / "secret.png", folder / "really_png.jpg");  // the name does not matter
  EXPECT_TRUE(read_photo(folder, "really_png.jpg").ok());
  put("cut.png", std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16) + be32(10) + be32(10));
  EXPECT_FALSE(read_photo(folder, "cut.png").ok());
}

TEST_F(Photos, BombsAreRefusedBeforeTheyAreDecoded) {
  put("bomb.png", std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16) + be32(60'000) + be32(60'000) + std::string("\x08\x02\0\0\0", 5));
  EXPECT_THAT(read_photo(folder, "bomb.png").error().text(), HasSubstr("60000 x 60000"));
  put("bomb.jpg", std::string("\xFF\xD8\xFF\xE0\0\x04\0\0\xFF\xC0\0\x11\x08\xFF\xFF\xFF\xFE\x03", 18) + std::string(20, '\0'));
  EXPECT_THAT(read_photo(folder, "bomb.jpg").error().text(), HasSubstr("65534 x 65535"));
  put("bomb.webp", std::string("RIFF\x20\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF", 30));
  EXPECT_THAT(read_photo(folder, "bomb.webp").error().text(), HasSubstr("16777216 x 16777216"));
  PhotoLimits small;
  small.bytes = 50;
  EXPECT_THAT(read_photo(folder, "span 1/橋.png", small).error().text(), HasSubstr("larger than"));
  small = {};
  small.edge = 20;
  const auto halved = read_photo(folder, "span 1/橋.png", small);
  ASSERT_TRUE(halved.ok());
  EXPECT_LE(halved->width, 20);
}

TEST(PhotoHeads, OfBytesThatEndAnywhere) {
  const std::string whole = std::string("\xFF\xD8\xFF\xE0\0\x04\0\0\xFF\xC0\0\x11\x08\0\x10\0\x20\x03", 18) + std::string(20, '\0');
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    const auto head = photo_head({reinterpret_cast<const std::byte*>(whole.data()), n});
    if (head) { EXPECT_EQ(head->width, 32u); }
  }
  const auto head = photo_head({reinterpret_cast<const std::byte*>(whole.data()), whole.size()});
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->height, 16u);
}

}  // namespace
}  // namespace tenbo::io
