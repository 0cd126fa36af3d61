// Tile sets that are none, or wrong, or only odd: what is said of them, in UTF-8, and what they cost. Expected values: the rules of 3D
// Tiles 1.1 and RFC 8259, and what the files were made of.
#include <gtest/gtest.h>

#include <ctime>

#include "gdal_tools.h"
#include "gltf_support.h"
#include "http_server.h"
#include "tenbo/base/text.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/tiles.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::test;

namespace {

constexpr const char* box = R"("boundingVolume":{"box":[0,0,0, 1,0,0, 0,1,0, 0,0,1]},"geometricError":)";
std::string tileset(const std::string& root) {
  return R"({"asset":{"version":"1.1"},"geometricError":10,"root":{"refine":"REPLACE",)" + std::string(box) + "5" + root + "}}";
}

// CPU seconds of this thread.
double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

}  // namespace

// Eight times as many children of one node may take eight times as long, and some more for caches; a reader that goes through all
// earlier children at each takes sixty-four times as long.
TEST(TilesFaults, ManyChildrenOfOneNodeCostWhatTheyAre) {
  const auto dir = scratch("tiles_wide");
  const auto read = [&](int children) {
    std::string all;
    for (int i = 0; i < children; ++i) all += (i ? ",{" : "{") + std::string(box) + "0}";
    write(dir / "tileset.json", tileset(R"(,"children":[)" + all + "]"));
    std::string entry;
    const auto source = io::open_tile_source(dir, entry);
    const double begun = cpu_seconds();
    const auto tree = io::read_tile_tree(**source, entry);
    EXPECT_TRUE(tree.ok()) << tree.error().text();
    EXPECT_EQ(tree->tiles.size(), static_cast<std::size_t>(children) + 1);
    return cpu_seconds() - begun;
  };
  const double few = read(10'000), many = read(80'000);
  EXPECT_LT(many, few * 24);
}

TEST(TilesFaults, WhatIsNoTilesetIsSaidInWords) {
  const auto dir = scratch("tiles_none");
  const auto said = [&](const std::string& bytes) {
    write(dir / "tileset.json", bytes);
    for (const fs::path& path : {dir, dir / "tileset.json"}) {
      const auto kind = io::identify(path);
      EXPECT_TRUE(kind && kind->front().kind == io::DataKind::tiles) << bytes.substr(0, 20);
    }
    const auto set = io::open_tileset(dir);
    EXPECT_FALSE(set.ok()) << bytes.substr(0, 20);
    if (set) return std::string();
    EXPECT_TRUE(is_valid_utf8(set.error().text())) << bytes.substr(0, 20);
    EXPECT_EQ(set.error().file, (dir / "tileset.json").string());
    EXPECT_LT(set.error().message.size(), 300u);
    return set.error().message;
  };
  for (const char* json : {"[1,2]", "null", "7", "\"asset\"", "{}", R"({"type":"x"})"}) EXPECT_NE(said(json).find("is JSON, and no tileset"), std::string::npos) << json;
  for (const std::string& bytes : {std::string("{\xA7\xFF"), std::string("[N"), std::string("\x01\x02\xFE\xFD"), "{\"a\":\"" + std::string(3000, '\xE3'), "[" + std::string(4000, 'x')})
    EXPECT_NE(said(bytes).find("is not JSON: "), std::string::npos);
  EXPECT_NE(said("[N").find("invalid literal; last read: '[N'"), std::string::npos) << said("[N");  // as nlohmann's parser says it
  EXPECT_NE(said("  <!DOCTYPE html><html><body>Please log in</body></html>").find("is a page (HTML), not a tileset"), std::string::npos);
  EXPECT_NE(said("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>").find("is XML, not a tileset"), std::string::npos);
}

TEST(TilesFaults, PagesOfServersAreToldFromTilesets) {
  const auto dir = scratch("tiles_login");
  bool page = true;
  HttpServer server([&](const HttpRequest& r) {
    const bool tile = r.target.find(".glb") != std::string::npos;
    if (page || (tile && r.target.find("part") != std::string::npos)) return answer("<html><body>Please log in</body></html>", 200, "Cache-Control: max-age=1000\r\n");
    return answer(tile ? triangle_glb() : tileset(r.target.find("part") != std::string::npos ? R"(,"content":{"uri":"part.glb"})" : R"(,"content":{"uri":"a.glb"})"), 200, "Cache-Control: max-age=1000\r\n");
  });
  io::RemoteOptions options;
  options.cache = dir / "cache";
  const auto open = [&](const std::string& name) { return io::open_tileset(server.url(name), options); };
  const std::string said = "the server answered with a page (HTML), not with a tile";
  const auto refused = open("/tileset.json");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, said + "set: is a login needed?");
  page = false;  // logged in: the page is not what the cache has
  EXPECT_TRUE(open("/tileset.json").ok());
  const auto set = open("/part.json");
  ASSERT_TRUE(set.ok()) << set.error().text();
  const auto tile = io::read_tile(*set->source, set->tree->tiles[0], {}, {});
  ASSERT_FALSE(tile.ok());
  EXPECT_EQ(tile.error().message, said + ": is a login needed?");
}

TEST(TilesFaults, MatricesThatShowNothingAreRefused) {
  const auto dir = scratch("tiles_matrices");
  write(dir / "a.glb", triangle_glb());
  const auto opened = [&](const std::string& matrix, const std::string& child = {}) {
    write(dir / "tileset.json", tileset(R"(,"transform":[)" + matrix + R"(],"content":{"uri":"a.glb"})" + child));
    return io::open_tileset(dir);
  };
  for (const char* matrix : {"0,0,0,0, 0,0,0,0, 0,0,0,0, 0,0,0,0", "1,0,0,5, 0,1,0,0, 0,0,1,0, 0,0,0,1", "1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,0", "0,0,0,0, 0,0,0,0, 0,0,0,0, 5,5,5,1",
                             "1,0,0,0, 0,1,0,0, 0,0,1,0, 1e300,1e300,1e300,1"}) {
    const auto set = opened(matrix);
    ASSERT_FALSE(set.ok()) << matrix;
    EXPECT_EQ(set.error().place, "$.root.transform") << set.error().text();
  }
  EXPECT_TRUE(opened("1,0,0,0, 0,1,0,0, 0,0,1,1e-12, -3922727,3507322,3592291,1").ok());
  // Two that are right by themselves, and lead away together.
  const auto both = opened("1e9,0,0,0, 0,1e9,0,0, 0,0,1e9,0, 0,0,0,1", R"(,"children":[{)" + std::string(box) + R"(0,"transform":[1,0,0,0, 0,1,0,0, 0,0,1,0, 1e9,0,0,1]}])");
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().place, "$.root.children[0].transform");
  // And a model whose own numbers do: it would be nothing, without a word.
  write(dir / "a.glb", triangle_glb("", R"(,"translation":[0,1e30,0])"));
  const auto far = opened("1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1");
  ASSERT_TRUE(far.ok());
  const auto tile = io::read_tile(*far->source, far->tree->tiles[0], {}, {});
  ASSERT_FALSE(tile.ok());
  EXPECT_NE(tile.error().message.find("lies nowhere"), std::string::npos);
}
