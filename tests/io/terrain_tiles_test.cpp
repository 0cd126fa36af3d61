// Terrain in tiles. Expected heights: the encodings' published formulas, planes that bilinear and linear interpolation keep
// exactly, and quantized-mesh tiles that a writer of the test's own makes from the format's text.
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>

#include "gdal_tools.h"
#include "gzip.h"
#include "http_server.h"
#include "tenbo/base/file.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/image.h"
#include "tenbo/io/terrain.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::test;

namespace {

const double pi = std::acos(-1.0);

void put_file(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  ASSERT_TRUE(write_file_atomic(path, bytes).ok());
}
// A PNG of 256 x 256 whose pixel (column, row) holds the 24-bit number `value`; negative: no alpha.
std::string png(const fs::path& dir, const std::function<int(int, int)>& value) {
  Image image;
  image.width = image.height = 256;
  image.rgba.resize(256 * 256 * 4);
  for (int j = 0; j < 256; ++j)
    for (int i = 0; i < 256; ++i) {
      const int v = value(i, j);
      const std::uint8_t rgba[] = {static_cast<std::uint8_t>(v >> 16), static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v), static_cast<std::uint8_t>(v < 0 ? 0 : 255)};
      std::copy_n(rgba, 4, image.pixel(i, j));
    }
  EXPECT_TRUE(io::write_png(dir / "made.png", image).ok());
  return slurp(dir / "made.png");
}
// Longitude and latitude of the middle of a pixel of the Web Mercator square at a zoom.
std::pair<double, double> middle(int z, double column, double row) {
  const double n = 256 * std::ldexp(1.0, z);
  return {(column + 0.5) / n * 360 - 180, std::atan(std::sinh(pi * (1 - 2 * (row + 0.5) / n))) * 180 / pi};
}
io::TerrainOptions quick(io::HeightEncoding encoding = io::HeightEncoding::unknown) {
  io::TerrainOptions o;
  o.encoding = encoding;
  o.remote.cache_bytes = 0;
  o.remote.retry_seconds = 0.01;
  o.remote.rest_seconds = 0;
  o.remote.attempts = 1;
  o.retry_seconds = 0.1;
  return o;
}

// --- quantized-mesh, written from the format's text

template <class T>
void put(std::string& to, T v) { to.append(reinterpret_cast<const char*>(&v), sizeof v); }

struct Vertex3 { int u, v, h; };
struct MeshText {
  float low = 0, high = 100;
  std::vector<Vertex3> vertices;
  std::vector<std::uint32_t> indices;  // in the order of first use
  std::string extensions;
  bool wide = false;                   // 32-bit indices
};
std::string quantized(const MeshText& m) {
  std::string out;
  for (int i = 0; i < 3; ++i) put(out, 1.0);
  put(out, m.low);
  put(out, m.high);
  for (int i = 0; i < 7; ++i) put(out, 1.0);
  put(out, static_cast<std::uint32_t>(m.vertices.size()));
  for (const auto member : {&Vertex3::u, &Vertex3::v, &Vertex3::h}) {
    int last = 0;
    for (const auto& v : m.vertices) {
      const int d = v.*member - last;
      put(out, static_cast<std::uint16_t>(d < 0 ? -2 * d - 1 : 2 * d));
      last = v.*member;
    }
  }
  const auto index = [&](std::uint32_t v) { if (m.wide) put(out, v); else put(out, static_cast<std::uint16_t>(v)); };
  if (m.wide) while (out.size() % 4) out += '\0';
  put(out, static_cast<std::uint32_t>(m.indices.size() / 3));
  std::uint32_t highest = 0;
  for (const auto i : m.indices) {
    index(highest - i);
    highest += i == highest;
  }
  for (const auto member : {0, 1, 2, 3}) {
    std::vector<std::uint32_t> on;
    for (std::uint32_t i = 0; i < m.vertices.size(); ++i) {
      const auto& v = m.vertices[i];
      if ((member == 0 && v.u == 0) || (member == 1 && v.v == 0) || (member == 2 && v.u == 32767) || (member == 3 && v.v == 32767)) on.push_back(i);
    }
    put(out, static_cast<std::uint32_t>(on.size()));
    for (const auto i : on) index(i);
  }
  return out + m.extensions;
}
std::string extension(std::uint8_t id, const std::string& body) {
  std::string out;
  put(out, id);
  put(out, static_cast<std::uint32_t>(body.size()));
  return out + body;
}
// A tile that slopes from `west` m at its west edge to `east` m at its east edge.
MeshText slope(float west, float east) {
  MeshText m;
  m.low = std::min(west, east);
  m.high = std::max(west, east);
  const int w = west < east ? 0 : 32767, e = 32767 - w;
  m.vertices = {{0, 0, w}, {32767, 0, e}, {0, 32767, w}, {32767, 32767, e}};
  m.indices = {0, 1, 2, 2, 1, 3};
  return m;
}
std::span<const std::byte> bytes_of(const std::string& s) { return {reinterpret_cast<const std::byte*>(s.data()), s.size()}; }

// Two levels of the whole Earth: level 0 slopes from 0 m in the west of each half to 180 m in its east; level 1 the same, but
// one tile more to the north-east of Greenwich is 1000 m higher. Level 1 has no tiles in the west.
void write_set(const fs::path& dir, const std::string& scheme = "tms", bool zipped = true) {
  put_file(dir / "layer.json", R"({"tilejson": "2.1.0", "format": "quantized-mesh-1.0", "version": "1.2.0", "scheme": ")" + scheme +
           R"(", "projection": "EPSG:4326", "attribution": "somebody", "bounds": [-180, -90, 180, 90], "tiles": ["{z}/{x}/{y}.terrain?v={version}"],
              "available": [[{"startX": 0, "startY": 0, "endX": 1, "endY": 0}], [{"startX": 2, "startY": 0, "endX": 3, "endY": 1}]]})");
  const auto pack = [&](const std::string& s) { return zipped ? gzipped(s) : s; };
  for (int x = 0; x < 2; ++x) put_file(dir / "0" / std::to_string(x) / "0.terrain", pack(quantized(slope(0, 180))));
  for (int x = 2; x < 4; ++x)
    for (int y = 0; y < 2; ++y) {
      const float more = x == 2 && y == 1 ? 1000 : 0, west = x == 2 ? 0 : 90;
      put_file(dir / "1" / std::to_string(x) / (std::to_string(scheme == "tms" ? y : 1 - y) + ".terrain"), pack(quantized(slope(west + more, west + 90 + more))));
    }
}

}  // namespace

TEST(TerrainTiles, PicturesGiveTheHeightsOfTheirFormula) {
  const auto dir = scratch("terrain_pictures");
  // GSI: 2^23 is no data, what is above counts down from 2^24; Terrain-RGB: 0.1 m from -10,000; Terrarium: 1/256 m from -32,768.
  struct { io::HeightEncoding encoding; int value; double height; } cases[] = {
      {io::HeightEncoding::gsi, 377'624, 3776.24}, {io::HeightEncoding::gsi, 0, 0}, {io::HeightEncoding::gsi, (1 << 24) - 1234, -12.34}, {io::HeightEncoding::gsi, 1 << 23, NAN},
      {io::HeightEncoding::terrain_rgb, 137'762, 3776.2}, {io::HeightEncoding::terrain_rgb, 100'000, 0}, {io::HeightEncoding::terrain_rgb, -1, NAN},
      {io::HeightEncoding::terrarium, (32'768 + 3776) * 256 + 64, 3776.25}, {io::HeightEncoding::terrarium, 32'758 * 256, -10}};
  int i = 0;
  for (const auto& c : cases) {
    const auto set = dir / std::to_string(i++);
    put_file(set / "3/7/3.png", png(dir, [&](int, int) { return c.value; }));
    auto e = io::open_terrain_tiles(set / "{z}/{x}/{y}.png", quick(c.encoding));
    ASSERT_TRUE(e.ok()) << e.error().text();
    const auto [lon, lat] = middle(3, 7 * 256 + 100, 3 * 256 + 50);
    const double h = (*e)->sample(lon, lat);
    if (std::isnan(c.height)) EXPECT_TRUE(std::isnan(h)) << h;
    else EXPECT_NEAR(h, c.height, 0.001);
    EXPECT_TRUE(std::isnan((*e)->sample(lon - 90, lat))) << "no tile is no data";
    EXPECT_NEAR((*e)->extent().west, 135, 1e-9);
    EXPECT_NEAR((*e)->extent().north, std::atan(std::sinh(pi / 4)) * 180 / pi, 1e-9);
  }
}

TEST(TerrainTiles, HeightmapsGiveTheHeightsOfTheirFormula) {
  // heightmap-1.0: 65 x 65 numbers of 16 bits from the north-west, fifths of a metre above -1000 m; a byte of quarters; water.
  const auto tile = [](const std::function<int(int, int)>& steps, const std::string& more) {
    std::string out;
    for (int row = 0; row < 65; ++row)
      for (int column = 0; column < 65; ++column) put(out, static_cast<std::uint16_t>(steps(row, column)));
    return out + more;
  };
  const auto dir = scratch("terrain_heightmap");
  put_file(dir / "layer.json", R"({"tilejson": "2.1.0", "format": "heightmap-1.0", "version": "1.0.0", "scheme": "tms", "tiles": ["{z}/{x}/{y}.terrain"]})");
  // Two planes of the coarsest level; one tile of the next in the north-east, 100 m higher. Tiles share their edges.
  for (int x = 0; x < 2; ++x)
    put_file(dir / "0" / std::to_string(x) / "0.terrain", gzipped(tile([&](int row, int column) { return 6000 + 10 * row + 20 * (column + 64 * x); }, std::string("\x08\x00", 2))));
  put_file(dir / "1/3/1.terrain", tile([](int row, int column) { return 6500 + 5 * row + 10 * (column + 64 * 3); }, std::string(1, '\0') + std::string(65536, '\xFF')));
  auto e = io::open_terrain_tiles(dir, quick());
  ASSERT_TRUE(e.ok()) << e.error().text();
  EXPECT_EQ((*e)->vertical(), geo::VerticalKind::ellipsoidal);
  // Columns of 180 / 64 degrees from -180, rows from 90 to the south.
  const auto plane = [](double lon, double lat) { return (6000 + 10 * (90 - lat) * 64 / 180 + 20 * (lon + 180) * 64 / 180) / 5 - 1000; };
  const auto fine = (*e)->sampler(0), coarse = (*e)->sampler((*e)->resolution() * 1e9);
  for (const auto& [lon, lat] : {std::pair{-179.0, 89.0}, {-90.0, 0.0}, {-0.001, -33.3}, {0.001, 12.25}, {45.7, -80.0}, {179.9, -89.9}}) EXPECT_NEAR(fine->at(lon, lat), plane(lon, lat), 0.01) << lon << " " << lat;
  EXPECT_NEAR(fine->at(139.7, 35.7), plane(139.7, 35.7) + 100, 0.01);
  EXPECT_NEAR(coarse->at(139.7, 35.7), plane(139.7, 35.7), 0.01);

  // Nearly the whole range of 16 bits in one tile: half a step of 0.4 m.
  const auto steep = tile([](int row, int column) { return (row * 65 + column) * 15; }, std::string("\0\xFF", 2));
  const auto mesh = io::read_heightmap(bytes_of(steep), "steep");
  ASSERT_TRUE(mesh.ok()) << mesh.error().text();
  ASSERT_EQ(mesh->h.size(), 65u * 65);
  for (std::size_t i = 0; i < mesh->h.size(); ++i)
    ASSERT_NEAR(mesh->min_height + (static_cast<double>(mesh->max_height) - mesh->min_height) * mesh->h[i] / 32767, static_cast<double>(i) * 15 / 5 - 1000, 0.201);
  EXPECT_EQ(mesh->water, std::vector<std::uint8_t>{255});
  EXPECT_EQ(mesh->indices.size(), 64u * 64 * 6);
  double area = 0;  // of triangles that all turn counter-clockwise, in whole tiles
  for (std::size_t i = 0; i < mesh->indices.size(); i += 3) {
    const auto x = [&](std::size_t k) { return mesh->u[mesh->indices[i + k]] / 32767.0; };
    const auto y = [&](std::size_t k) { return mesh->v[mesh->indices[i + k]] / 32767.0; };
    const double twice = (x(1) - x(0)) * (y(2) - y(0)) - (x(2) - x(0)) * (y(1) - y(0));
    EXPECT_GT(twice, 0);
    area += twice / 2;
  }
  EXPECT_NEAR(area, 1, 1e-9);
  for (const std::size_t size : {std::size_t{0}, std::size_t{8449}, std::size_t{8453}, std::size_t{8450} + 65536})
    EXPECT_FALSE(io::read_heightmap(bytes_of((steep + std::string(65536, '\0')).substr(0, size)), "t").ok()) << size;
}

TEST(TerrainTiles, PicturesAreEvenOverTheEdgesOfTiles) {
  const auto dir = scratch("terrain_plane");
  // 10 m a column and 3 m a row of the whole square at zoom 3; a hole in one pixel.
  const auto plane = [](double column, double row) { return 10 * column + 3 * row; };
  for (int x = 4; x < 6; ++x)
    for (int y = 2; y < 4; ++y)
      put_file(dir / "3" / std::to_string(x) / (std::to_string(y) + ".png"),
               png(dir, [&](int i, int j) { return x == 5 && y == 3 && i == 200 && j == 100 ? 1 << 23 : static_cast<int>(100 * plane(x * 256 + i, y * 256 + j)); }));
  auto e = io::open_terrain_tiles(dir / "{z}/{x}/{y}.png", quick(io::HeightEncoding::gsi));
  ASSERT_TRUE(e.ok()) << e.error().text();
  EXPECT_EQ((*e)->vertical(), geo::VerticalKind::orthometric);
  for (const double column : {1030.0, 1279.25, 1279.5, 1279.75, 1280.0, 1300.3})
    for (const double row : {700.0, 767.25, 767.5, 767.75, 900.9}) {
      const auto [lon, lat] = middle(3, column, row);
      EXPECT_NEAR((*e)->sample(lon, lat), plane(column, row), 0.02) << column << " " << row;
    }
  const auto [lon, lat] = middle(3, 5 * 256 + 200.2, 3 * 256 + 100.2);
  EXPECT_TRUE(std::isnan((*e)->sample(lon, lat)));
}

TEST(TerrainTiles, GsiTextTilesAndTheirHoles) {
  const auto dir = scratch("terrain_text");
  std::string text;
  for (int row = 0; row < 256; ++row)
    for (int column = 0; column < 256; ++column) text += (row == 5 ? "e" : std::to_string(column) + ".50") + (column == 255 ? "\n" : ",");
  put_file(dir / "2/3/1.txt", text);
  auto e = io::open_terrain_tiles(dir / "{z}/{x}/{y}.txt", quick(io::HeightEncoding::gsi));
  ASSERT_TRUE(e.ok()) << e.error().text();
  const auto [lon, lat] = middle(2, 3 * 256 + 17, 256 + 80);
  EXPECT_NEAR((*e)->sample(lon, lat), 17.5, 1e-4);
  const auto [lon5, lat5] = middle(2, 3 * 256 + 17, 256 + 5);
  EXPECT_TRUE(std::isnan((*e)->sample(lon5, lat5)));
  put_file(dir / "2/3/1.txt", text.substr(0, text.size() / 2));
  auto cut = io::open_terrain_tiles(dir / "{z}/{x}/{y}.txt", quick(io::HeightEncoding::gsi));
  ASSERT_FALSE(cut.ok());
  EXPECT_NE(cut.error().text().find("1.txt"), std::string::npos) << cut.error().text();
}

TEST(TerrainTiles, WhatDoesNotSayItsEncodingIsRefusedWithTheRemedy) {
  const auto dir = scratch("terrain_unknown");
  put_file(dir / "3/7/3.png", png(dir, [](int, int) { return 5; }));
  auto e = io::open_terrain_tiles(dir / "{z}/{x}/{y}.png", quick());
  ASSERT_FALSE(e.ok());
  EXPECT_NE(e.error().text().find("\"encoding\""), std::string::npos) << e.error().text();
  EXPECT_EQ(io::height_encoding_by_name("https://cyberjapandata.gsi.go.jp/xyz/dem5a_png/{z}/{x}/{y}.png"), io::HeightEncoding::gsi);
  EXPECT_EQ(io::height_encoding_by_name("https://s3.amazonaws.com/elevation-tiles-prod/terrarium/{z}/{x}/{y}.png"), io::HeightEncoding::terrarium);
  EXPECT_EQ(io::height_encoding_by_name("/data/mapbox.terrain-rgb/{z}/{x}/{y}.png"), io::HeightEncoding::terrain_rgb);
  const auto found = io::identify("/data/terrarium/{z}/{x}/{y}.png");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->front().kind, io::DataKind::elevation);
}

TEST(TerrainTiles, MbtilesHeights) {
  const auto dir = scratch("terrain_mbtiles");
  // A 24-bit ramp by columns through GDAL: our PNG with a place, translated to MBTiles at its own zoom.
  const std::string picture = png(dir, [](int i, int) { return 100'000 + i; });
  put_file(dir / "tile.png", picture);
  const double edge = 20037508.342789244 / 4;  // zoom 3, column 7, row 3
  run("gdal_translate -q -of MBTiles -a_srs EPSG:3857 -a_ullr " + std::to_string(3 * edge) + " " + std::to_string(edge) + " " + std::to_string(4 * edge) + " 0 " +
           (dir / "tile.png").string() + " " + (dir / "dem.mbtiles").string());
  if (!fs::exists(dir / "dem.mbtiles")) GTEST_SKIP() << "this GDAL cannot write MBTiles";
  auto e = io::open_terrain_tiles(dir / "dem.mbtiles", quick(io::HeightEncoding::terrain_rgb));
  ASSERT_TRUE(e.ok()) << e.error().text();
  const auto [lon, lat] = middle(3, 7 * 256 + 40, 3 * 256 + 50);
  EXPECT_NEAR((*e)->sample(lon, lat), 4.0, 0.01);
}

TEST(QuantizedMesh, ReadsWhatTheFormatSays) {
  MeshText m = slope(10, 110);
  m.extensions = extension(1, std::string("\x80\x80\x81\x80\x80\x82\x80\x80", 8)) + extension(77, "whatever") + extension(2, std::string(1, '\xFF')) +
                 extension(4, std::string("\x02\0\0\0{}", 6));
  for (const bool wide : {false, true}) {
    MeshText copy = m;
    if (wide) {  // more vertices than 16 bits count: the format changes to 32-bit indices
      copy.vertices.resize(70'000, {5, 5, 5});
      copy.wide = true;
      std::string n(70'000 * 2, '\x80');
      copy.extensions = extension(1, n);
      copy.indices.clear();
      for (std::uint32_t i = 0; i < 69'999; i += 3) copy.indices.insert(copy.indices.end(), {i, i + 1, i + 2});
    }
    const std::string bytes = quantized(copy);
    auto mesh = io::read_quantized_mesh(bytes_of(bytes), "t.terrain");
    ASSERT_TRUE(mesh.ok()) << mesh.error().text();
    EXPECT_EQ(mesh->min_height, 10);
    EXPECT_EQ(mesh->max_height, 110);
    ASSERT_EQ(mesh->u.size(), copy.vertices.size());
    for (std::size_t i = 0; i < copy.vertices.size(); ++i) {
      ASSERT_EQ(mesh->u[i], copy.vertices[i].u);
      ASSERT_EQ(mesh->v[i], copy.vertices[i].v);
      ASSERT_EQ(mesh->h[i], copy.vertices[i].h);
    }
    EXPECT_EQ(mesh->indices, copy.indices);
    EXPECT_EQ(mesh->normals.size(), copy.vertices.size());
    EXPECT_EQ(io::write_quantized_mesh(*mesh).substr(0, bytes.size() - copy.extensions.size()), bytes.substr(0, bytes.size() - copy.extensions.size()));
  }
  const std::string bytes = quantized(m);
  auto mesh = io::read_quantized_mesh(bytes_of(bytes), "t.terrain");
  EXPECT_EQ(mesh->west, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(mesh->north, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(mesh->water, std::vector<std::uint8_t>{255});
  EXPECT_EQ(mesh->metadata, "{}");
  EXPECT_EQ(mesh->normals[1][0], 0x81);
}

TEST(QuantizedMesh, EveryCutAndEveryLieIsAnError) {
  MeshText m = slope(10, 110);
  const std::string bytes = quantized(m);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    auto mesh = io::read_quantized_mesh(bytes_of(bytes.substr(0, n)), "t.terrain");
    ASSERT_FALSE(mesh.ok()) << n;
    ASSERT_NE(mesh.error().text().find("t.terrain"), std::string::npos);
  }
  const auto refused = [](std::string b) { return !io::read_quantized_mesh(bytes_of(b), "t").ok(); };
  const auto with = [&](std::size_t at, auto value) {
    std::string b = bytes;
    std::memcpy(b.data() + at, &value, sizeof value);
    return b;
  };
  const std::size_t count = 88, triangles = count + 4 + 4 * 6;
  EXPECT_TRUE(refused(with(24, std::nanf(""))));
  EXPECT_TRUE(refused(with(28, HUGE_VALF)));
  EXPECT_TRUE(refused(with(28, -5.f))) << "highest below lowest";
  EXPECT_TRUE(refused(with(count, 0xFFFFFFFFu)));
  EXPECT_TRUE(refused(with(count, 0x2AAAAAABu))) << "times six overflows 32 bits";
  EXPECT_TRUE(refused(with(triangles, 0xFFFFFFFFu)));
  EXPECT_TRUE(refused(with(triangles, 0x55555556u))) << "times three overflows 32 bits";
  EXPECT_TRUE(refused(with(triangles + 4, std::uint16_t{9}))) << "a vertex before the first";
  EXPECT_TRUE(refused(with(triangles + 4 + 12, std::uint32_t{0x7FFFFFFF}))) << "an edge";
  EXPECT_TRUE(refused(with(triangles + 4 + 12 + 4, std::uint16_t{4}))) << "an edge's vertex";
  EXPECT_TRUE(refused(with(count + 4, std::uint16_t{0xFFFF}))) << "u below 0";
  EXPECT_TRUE(refused(bytes + std::string("\x01\xF0\0\0\0", 5))) << "an extension beyond the end";
  EXPECT_TRUE(refused(bytes + extension(2, "ab")));
  EXPECT_TRUE(refused(bytes + extension(200, std::string("\3\0\0\0", 4)))) << "three triangles of two fill holes";
  EXPECT_TRUE(refused(bytes + extension(4, std::string("\xFF\0\0\0{}", 6))));
}

TEST(QuantizedMesh, ASetGivesTheFinestThatThereIs) {
  for (const std::string scheme : {"tms", "xyz"}) {
    const auto dir = scratch("terrain_set_" + scheme);
    write_set(dir, scheme);
    const auto found = io::identify(dir);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->front().kind, io::DataKind::elevation);
    auto e = io::open_terrain_tiles(dir, quick());
    ASSERT_TRUE(e.ok()) << e.error().text();
    EXPECT_EQ((*e)->vertical(), geo::VerticalKind::ellipsoidal);
    EXPECT_EQ((*e)->attribution(), "somebody");
    EXPECT_NEAR((*e)->sample(45, -30), 45, 0.01);
    EXPECT_NEAR((*e)->sample(45, 30), 1045, 0.01);
    EXPECT_NEAR((*e)->sample(135, 30), 135, 0.01);
    EXPECT_NEAR((*e)->sample(-100, 30), 80, 0.01) << "no finer tile: the coarse one's";
    EXPECT_NEAR((*e)->sampler(1e6)->at(45, 30), 45, 0.01) << "seen from afar";
    EXPECT_TRUE((*e)->notes().errors.empty());
  }
}

TEST(QuantizedMesh, AScaledDatumIsKept) {
  const auto dir = scratch("terrain_datum");
  write_set(dir);
  auto o = quick();
  o.heights.scene = geo::VerticalKind::orthometric;
  auto e = io::open_terrain_tiles(dir, o);
  ASSERT_FALSE(e.ok());
  EXPECT_EQ(e.error().code, ErrorCode::mismatch);
  o.declared = geo::VerticalKind::orthometric;
  EXPECT_TRUE(io::open_terrain_tiles(dir, o).ok());
}

TEST(QuantizedMesh, OtherFormatsAreRefusedByName) {
  const auto dir = scratch("terrain_refused");
  for (const auto& [text, word] : {std::pair<std::string, std::string>{R"({"format": "heightmap-9.0", "tiles": ["{z}/{x}/{y}"]})", "heightmap-9.0"},
                                   {R"({"format": "quantized-mesh-1.0", "tiles": []})", "tiles"},
                                   {R"({"format": "quantized-mesh-1.0", "tiles": ["a"]})", "{z}"},
                                   {R"({"format": "quantized-mesh-1.0", "projection": "EPSG:6668", "tiles": ["{z}/{x}/{y}"]})", "EPSG:6668"},
                                   {R"({"format": "quantized-mesh-1.0", "tiles": ["{z}/{x}/{y}"], "available": [[{"startX": -1, "startY": 0, "endX": 1, "endY": 1}]]})", "startX"},
                                   {R"({"format": )", "layer.json"}}) {
    put_file(dir / "layer.json", text);
    auto e = io::open_terrain_tiles(dir, quick());
    ASSERT_FALSE(e.ok()) << text;
    EXPECT_NE(e.error().text().find(word), std::string::npos) << e.error().text();
  }
  // Names never lead out of the folder.
  put_file(dir / "layer.json", R"({"format": "quantized-mesh-1.0", "tiles": ["../../{z}/{x}/{y}"]})");
  auto e = io::open_terrain_tiles(dir, quick());
  ASSERT_FALSE(e.ok());
}

TEST(QuantizedMesh, PublicSamplesOpen) {
  const fs::path data = fs::path(TENBO_SHARED_DATA) / "dem-a/quantized-mesh";
  if (!fs::exists(data)) GTEST_SKIP() << "no sample data";
  int read = 0;
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    if (entry.path().extension() != ".terrain") continue;
    std::string bytes = slurp(entry.path());
    if (bytes.starts_with("\x1F\x8B")) continue;
    auto mesh = io::read_quantized_mesh(bytes_of(bytes), entry.path().string());
    EXPECT_TRUE(mesh.ok()) << mesh.error().text();
    if (mesh) { EXPECT_GT(mesh->indices.size(), 0u); }
    ++read;
  }
  EXPECT_GT(read, 0);
}

TEST(TerrainTiles, WhatFailsOnTheWayIsAskedForAgain) {
  const auto dir = scratch("terrain_retry");
  write_set(dir, "tms", false);
  std::atomic<bool> broken = true;
  std::atomic<int> asked = 0;
  HttpServer server([&](const HttpRequest& r) {
    const std::string path = r.target.substr(0, r.target.find('?'));
    if (path == "/1/2/1.terrain") {
      ++asked;
      if (broken) return answer("", 503);
    }
    const auto file = dir / path.substr(1);
    return fs::exists(file) ? answer(slurp(file)) : answer("", 404);
  });
  auto e = io::open_terrain_tiles(server.url("/layer.json"), quick());
  ASSERT_TRUE(e.ok()) << e.error().text();
  EXPECT_TRUE(std::isnan((*e)->known(45, 30)) || std::abs((*e)->known(45, 30) - 45) < 0.01);
  auto first = (*e)->sampler(0);
  EXPECT_NEAR(first->at(45, 30), 45, 0.01) << "the coarser tile stands in";
  EXPECT_LT(first->retry_seconds(), 1);
  const auto notes = (*e)->notes();
  ASSERT_EQ(notes.errors.size(), 1u);
  EXPECT_NE(notes.errors[0].text().find("tried again"), std::string::npos) << notes.errors[0].text();
  for (int i = 0; i < 100; ++i) (void)(*e)->sample(45, 30.1);
  EXPECT_LE(asked, 3) << "a while passes between attempts";
  broken = false;
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_NEAR((*e)->sample(45, 30), 1045, 0.01);
  EXPECT_NEAR((*e)->known(45, 30), 1045, 0.01);
  EXPECT_TRUE((*e)->notes().errors.empty());
}
