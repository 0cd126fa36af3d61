// Pictures in Web Mercator tiles: by templates of addresses, in PMTiles, in MBTiles. Expected places of pixels:
// PROJ's cct (webmerc); the tile scheme's definition; tile ids from the PMTiles specification's table.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "gdal_tools.h"
#include "gzip.h"
#include "http_server.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/image.h"
#include "tenbo/io/raster.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::test;

namespace {

constexpr double half_world = 20037508.342789244;  // m, pi * 6378137

std::string png(const fs::path& dir, const std::function<Rgba8(int, int)>& colour, int edge = 256) {
  Image image;
  image.width = image.height = edge;
  image.rgba.resize(static_cast<std::size_t>(edge) * static_cast<std::size_t>(edge) * 4);
  for (int j = 0; j < edge; ++j)
    for (int i = 0; i < edge; ++i) {
      const Rgba8 c = colour(i, j);
      std::copy_n(&c.r, 4, image.pixel(i, j));
    }
  EXPECT_TRUE(io::write_png(dir / "tile.png", image).ok());
  return slurp(dir / "tile.png");
}
std::string plain(const fs::path& dir, int z, int x, int y) {
  return png(dir, [&](int, int) { return Rgba8{static_cast<std::uint8_t>(z * 10), static_cast<std::uint8_t>(x * 10), static_cast<std::uint8_t>(y * 10), 255}; });
}
geo::Extent box(double west, double south, double east, double north) {
  geo::Extent e;
  e.add(west, south);
  e.add(east, north);
  return e;
}
std::array<int, 4> at(const Result<Image>& image, int x, int y) {
  if (!image) return {-1, -1, -1, -1};
  const auto* p = image->pixel(x, y);
  return {p[0], p[1], p[2], p[3]};
}
io::ImageryOptions quick(int min_zoom = 0, int max_zoom = 3) {
  io::ImageryOptions o;
  o.remote.cache_bytes = 0;
  o.remote.retry_seconds = 0.01;
  o.remote.rest_seconds = 0;
  o.min_zoom = min_zoom;
  o.max_zoom = max_zoom;
  return o;
}

std::string varint(std::uint64_t v) {
  std::string out;
  for (; v >= 0x80; v >>= 7) out += static_cast<char>(v | 0x80);
  return out + static_cast<char>(v);
}
struct PmEntry { std::uint64_t id, run, length, offset; };
std::string directory(const std::vector<PmEntry>& entries) {
  std::string out = varint(entries.size());
  std::uint64_t last = 0;
  for (const auto& e : entries) { out += varint(e.id - last); last = e.id; }
  for (const auto& e : entries) out += varint(e.run);
  for (const auto& e : entries) out += varint(e.length);
  for (std::size_t i = 0; i < entries.size(); ++i)
    out += varint(i > 0 && entries[i].offset == entries[i - 1].offset + entries[i - 1].length ? 0 : entries[i].offset + 1);
  return gzipped(out);
}
// Tiles by id in the root directory, but those of the last in a leaf of their own.
std::string pmtiles(const std::map<std::uint64_t, std::string>& tiles, int max_zoom, std::uint64_t first_run = 1) {
  std::string data, leaf;
  std::vector<PmEntry> root;
  for (const auto& [id, bytes] : tiles) {
    const PmEntry e{id, id == tiles.begin()->first ? first_run : 1, bytes.size(), data.size()};
    data += bytes;
    if (id != tiles.rbegin()->first) { root.push_back(e); continue; }
    leaf = directory({e});
    root.push_back({id, 0, leaf.size(), 0});
  }
  const std::string dir = directory(root), meta = gzipped("{}");
  std::string head = "PMTiles\x03";
  const auto u64 = [&](std::uint64_t v) { head.append(reinterpret_cast<const char*>(&v), 8); };
  const auto i32 = [&](std::int32_t v) { head.append(reinterpret_cast<const char*>(&v), 4); };
  std::uint64_t p = 127;
  u64(p); u64(dir.size()); p += dir.size();
  u64(p); u64(meta.size()); p += meta.size();
  u64(p); u64(leaf.size()); p += leaf.size();
  u64(p); u64(data.size());
  for (int i = 0; i < 3; ++i) u64(tiles.size());
  head += std::string("\x01\x02\x01\x02\x00", 5);  // clustered, gzip, none, PNG, from zoom 0
  head += static_cast<char>(max_zoom);
  i32(-1'800'000'000); i32(-850'511'287); i32(1'800'000'000); i32(850'511'287);
  head += std::string(9, '\0');
  return head + dir + meta + leaf + data;
}

}  // namespace

TEST(Pyramid, ATemplateGivesTheRightTileInEveryScheme) {
  const auto dir = scratch("pyramid_template");
  HttpServer server([&](const HttpRequest& r) {
    int z = 0, x = 0, y = 0;
    const std::string path = r.target.substr(r.target.find('/', 1));
    if (std::sscanf(path.c_str(), "/%d/%d/%d.png?key=K", &z, &x, &y) != 3 || z > 3) return answer("", 404);
    if (r.target.starts_with("/tms/")) y = (1 << z) - 1 - y;
    if (r.target.starts_with("/wmts/")) std::swap(x, y);
    return answer(plain(scratch("pyramid_template_" + std::to_string(z) + "_" + std::to_string(x) + "_" + std::to_string(y)), z, x, y));
  });
  // Zoom 3, column 7, row 3: 135 to 180 degrees, and from the equator to 40.9799 (atan(sinh(pi / 4))).
  const double north = std::atan(std::sinh(std::acos(-1.0) / 4)) * 180 / std::acos(-1.0);
  for (const char* scheme : {"/xyz/{z}/{x}/{y}.png?key=K", "/tms/{z}/{x}/{-y}.png?key=K", "/wmts/{TileMatrix}/{TileRow}/{TileCol}.png?key=K"}) {
    auto i = io::open_imagery(server.url(scheme), quick());
    ASSERT_TRUE(i.ok()) << i.error().text();
    const auto one = (*i)->tile(box(136, 1, 179, north - 1), 256);
    EXPECT_EQ(at(one, 128, 128), (std::array{30, 70, 30, 255})) << scheme;
    const auto four = (*i)->tile(box(90, -north, 180, north), 512);
    EXPECT_EQ(at(four, 100, 100), (std::array{30, 60, 30, 255})) << scheme;
    EXPECT_EQ(at(four, 400, 400), (std::array{30, 70, 40, 255})) << scheme;
    EXPECT_EQ(at((*i)->tile(box(-180, -85, 180, 85), 256), 128, 128), (std::array{0, 0, 0, 255})) << scheme;
    EXPECT_EQ((*i)->grid().width, 256 << 3);
    EXPECT_EQ((*i)->grid().crs.id(), "EPSG:3857");
  }
}

TEST(Pyramid, PixelsLieWhereProjPutsThem) {
  const auto dir = scratch("pyramid_pixels");
  // Zoom 10: red and green of each pixel are its column and row in its tile; blue tells neighbouring tiles apart.
  std::map<std::pair<int, int>, std::string> made;
  std::mutex mutex;
  HttpServer server([&](const HttpRequest& r) {
    int z = 0, x = 0, y = 0;
    if (std::sscanf(r.target.c_str(), "/%d/%d/%d", &z, &x, &y) != 3 || z != 10) return answer("", 404);
    const std::lock_guard lock(mutex);
    auto& bytes = made[{x, y}];
    if (bytes.empty())
      bytes = png(dir, [&](int i, int j) { return Rgba8{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j), static_cast<std::uint8_t>((x % 4) * 60 + (y % 4) * 15), 255}; });
    return answer(bytes);
  });
  auto i = io::open_imagery(server.url("/{z}/{x}/{y}"), quick(10, 10));
  ASSERT_TRUE(i.ok()) << i.error().text();
  const auto here = box(139.5, 35.5, 139.9, 35.8);
  const auto picture = (*i)->tile(here, 400);
  ASSERT_TRUE(picture.ok()) << picture.error().text();
  int checked = 0;
  for (const auto& [px, py] : {std::pair{20, 30}, std::pair{200, 200}, std::pair{333, 77}, std::pair{390, 390}, std::pair{5, 250}}) {
    const double lon = here.west + (here.east - here.west) * (px + 0.5) / 400, lat = here.north - (here.north - here.south) * (py + 0.5) / 400;
    char command[200];
    std::snprintf(command, sizeof command, "echo %.12f %.12f 0 0 | cct -d 4 +proj=webmerc +ellps=WGS84", lon, lat);
    double east = 0, north = 0;
    ASSERT_EQ(std::sscanf(run(command).c_str(), "%lf %lf", &east, &north), 2);
    const double column = (east + half_world) / (2 * half_world) * 1024 * 256, row = (half_world - north) / (2 * half_world) * 1024 * 256;
    const double in_x = std::fmod(column, 256), in_y = std::fmod(row, 256);
    if (in_x < 1 || in_x > 255 || in_y < 1 || in_y > 255) continue;  // between two tiles the colours are mixed
    EXPECT_NEAR(at(picture, px, py)[0], in_x - 0.5, 0.75) << px << " " << py;
    EXPECT_NEAR(at(picture, px, py)[1], in_y - 0.5, 0.75) << px << " " << py;
    EXPECT_EQ(at(picture, px, py)[2], (static_cast<int>(column / 256) % 4) * 60 + (static_cast<int>(row / 256) % 4) * 15);
    ++checked;
  }
  EXPECT_GE(checked, 3);
}

TEST(Pyramid, ACoarserTileStandsInAndFaultsAreSaid) {
  const auto dir = scratch("pyramid_missing");
  const std::string coarse = plain(dir, 1, 2, 3), other = png(dir, [](int, int) { return Rgba8{9, 9, 9, 255}; }, 100);
  HttpServer server([&](const HttpRequest& r) {
    if (r.target == "/1/1/0.png") return answer(coarse);
    if (r.target.starts_with("/broken")) return answer("", 500);
    if (r.target.starts_with("/odd")) return answer(slurp(fs::path(TENBO_SOURCE_DIR) / "README.md"));
    return answer("", 404);
  });
  auto i = io::open_imagery(server.url("/{z}/{x}/{y}.png"), quick(0, 5));
  ASSERT_TRUE(i.ok()) << i.error().text();
  EXPECT_EQ(at((*i)->tile(box(135, 35, 136, 36), 64), 32, 32), (std::array{10, 20, 30, 255}));
  EXPECT_EQ(at((*i)->tile(box(-136, 35, -135, 36), 64), 32, 32), (std::array{0, 0, 0, 0}));
  const auto asked = server.asked().size();
  EXPECT_EQ(at((*i)->tile(box(135, 35, 136, 36), 64), 32, 32), (std::array{10, 20, 30, 255}));
  EXPECT_EQ(server.asked().size(), asked);  // all of it is known by now, also what there is not
  // What fails while one looks costs its place, and is said.
  EXPECT_TRUE((*i)->notes().errors.empty());
  std::atomic<bool> sick{false};
  HttpServer later([&](const HttpRequest&) { return sick ? answer("", 500) : answer(coarse); });
  auto options = quick(0, 5);
  options.remote.rest_seconds = 60;
  auto k = io::open_imagery(later.url("/{z}/{x}/{y}"), options);
  ASSERT_TRUE(k.ok()) << k.error().text();
  sick = true;
  EXPECT_EQ(at((*k)->tile(box(100, 35, 101, 36), 64), 32, 32), (std::array{10, 20, 30, 255}));  // zoom 0, known since it was opened
  for (int n = 0; n < 30; ++n) static_cast<void>((*k)->tile(box(-100 + n * 5, 35, -99 + n * 5, 36), 64).ok());
  EXPECT_LT(later.asked().size(), 60u);  // it is left alone after a few
  ASSERT_EQ((*k)->notes().errors.size(), 1u);
  EXPECT_NE((*k)->notes().errors[0].message.find("tiles could not be read: "), std::string::npos);
  EXPECT_NE((*k)->notes().errors[0].message.find("500"), std::string::npos);
  for (const char* bad : {"/broken/{z}/{x}/{y}", "/odd/{z}/{x}/{y}"}) {
    const auto b = io::open_imagery(server.url(bad), quick());
    ASSERT_FALSE(b.ok());
    EXPECT_NE(b.error().text().find("0/0/0"), std::string::npos) << b.error().text();
  }
  for (const char* bad : {"/{z}/{x}.png", "/{z}/{y}.png", "/{z}/{x}/{y}/{-y}", "/{z}/{x}/{y}?k={token}"})
    EXPECT_EQ(io::open_imagery(server.url(bad), quick()).error().code, ErrorCode::invalid_argument) << bad;
  EXPECT_FALSE(io::open_imagery("https://{z}.example.org/{x}/{y}", quick()).ok());
  EXPECT_FALSE(io::open_imagery(server.url("/{z}/{x}/{y}.png"), quick(3, 40)).ok());
}

TEST(Pyramid, PmTilesHereAndInPartsOverHttp) {
  const auto dir = scratch("pmtiles");
  // Ids 0, 1 to 4 and 5 are zooms 0, 1 (columns and rows 00, 01, 11, 10) and 2/0/0; 19078479 is 12/3423/1763.
  std::map<std::uint64_t, std::string> tiles{{0, plain(dir, 0, 0, 0)}, {1, plain(dir, 1, 0, 0)}, {2, plain(dir, 1, 0, 1)}, {3, plain(dir, 1, 1, 1)}, {4, plain(dir, 1, 1, 0)},
                                             {5, plain(dir, 2, 0, 0)}, {19078479, png(dir, [](int, int) { return Rgba8{1, 2, 3, 255}; })}};
  const std::string archive = pmtiles(tiles, 12);
  write(dir / "a.pmtiles", archive);
  std::atomic<std::size_t> sent{0};
  HttpServer server([&](const HttpRequest& r) {
    unsigned long first = 0, last = 0;
    const auto range = r.headers.find("Range: bytes=");
    if (r.target == "/whole.pmtiles" || range == std::string::npos) return answer(archive);
    std::sscanf(r.headers.c_str() + range, "Range: bytes=%lu-%lu", &first, &last);
    last = std::min<unsigned long>(last, archive.size() - 1);
    sent += last - first + 1;
    return answer(archive.substr(first, last - first + 1), 206, "ETag: \"1\"\r\nContent-Range: bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(archive.size()) + "\r\n");
  });
  const double column = 360.0 / 4096, west = -180 + 3423 * column;
  const auto lat = [](double row) { return std::atan(std::sinh(std::acos(-1.0) * (1 - 2 * row / 4096))) * 180 / std::acos(-1.0); };
  for (const fs::path& path : {dir / "a.pmtiles", fs::path(server.url("/a.pmtiles?key=K"))}) {
    const auto kind = io::identify(path);
    ASSERT_TRUE(kind.ok()) << kind.error().text();
    EXPECT_EQ(kind->at(0).kind, io::DataKind::imagery);
    auto i = io::open_imagery(path, quick());
    ASSERT_TRUE(i.ok()) << i.error().text();
    EXPECT_EQ(at((*i)->tile(box(-180, -85, 180, 85), 256), 128, 128), (std::array{0, 0, 0, 255}));
    const auto one = (*i)->tile(box(-180, -85, 180, 85), 512);
    EXPECT_EQ(at(one, 100, 100), (std::array{10, 0, 0, 255}));
    EXPECT_EQ(at(one, 100, 400), (std::array{10, 0, 10, 255}));
    EXPECT_EQ(at(one, 400, 400), (std::array{10, 10, 10, 255}));
    EXPECT_EQ(at(one, 400, 100), (std::array{10, 10, 0, 255}));
    const auto fine = (*i)->tile(box(west + column * 0.1, lat(1763.9), west + column * 0.9, lat(1763.1)), 256);
    EXPECT_EQ(at(fine, 128, 128), (std::array{1, 2, 3, 255}));
    EXPECT_EQ((*i)->extent().east, 180);
  }
  EXPECT_LT(sent, archive.size() + 16384);
  const auto whole = io::open_imagery(server.url("/whole.pmtiles"), quick());
  if (archive.size() > 16384) {
    ASSERT_FALSE(whole.ok());
    EXPECT_NE(whole.error().message.find("whole file"), std::string::npos) << whole.error().text();
  }
  // A run of one picture under several ids.
  write(dir / "run.pmtiles", pmtiles({{1, plain(dir, 7, 7, 7)}, {5, plain(dir, 2, 0, 0)}}, 1, 4));
  auto run = io::open_imagery(dir / "run.pmtiles", quick());
  ASSERT_TRUE(run.ok()) << run.error().text();
  EXPECT_EQ(at((*run)->tile(box(-180, -85, 180, 85), 512), 400, 400), (std::array{70, 70, 70, 255}));
}

TEST(Pyramid, DamagedArchivesAreErrorsNotCrashes) {
  const auto dir = scratch("pmtiles_damage");
  const std::string good = pmtiles({{0, plain(dir, 0, 0, 0)}, {1, plain(dir, 1, 0, 0)}, {4, plain(dir, 1, 1, 0)}}, 1);
  const auto open = [&](const std::string& bytes) {
    write(dir / "bad.pmtiles", bytes);
    auto i = io::open_imagery(dir / "bad.pmtiles", quick());
    if (i) static_cast<void>((*i)->tile(box(-180, -85, 180, 85), 64).ok());
    return i.ok();
  };
  ASSERT_TRUE(open(good));
  for (std::size_t n = 0; n < good.size(); n += n < 300 ? 1 : 41) static_cast<void>(open(good.substr(0, n)));
  std::uint32_t state = 12345;
  for (std::size_t n = 0; n < 400; ++n) {
    state = state * 1664525 + 1013904223;
    std::string bad = good;
    bad[n % std::min<std::size_t>(good.size(), 260)] = static_cast<char>(state >> 24);
    static_cast<void>(open(bad));
  }
  EXPECT_FALSE(open(good.substr(0, 126)));
  std::string vector = good;
  vector[99] = 1;
  EXPECT_FALSE(open(vector));
  std::string old = good;
  old[7] = 2;
  EXPECT_FALSE(open(old));
}

// What is seen from afar of pictures whose coarsest tiles are finer than that, or than what they are said to be: all of it.
TEST(Pyramid, ZoomsAreThoseOfTheTilesThatAreThere) {
  const auto dir = scratch("zooms_there");
  Image image;
  image.width = image.height = 1024;
  image.rgba.assign(std::size_t{1024} * 1024 * 4, 255);
  for (int j = 0; j < 1024; ++j)
    for (int i = 0; i < 1024; ++i) {
      auto* p = image.pixel(i, j);
      p[0] = i < 512 ? 200 : 40, p[1] = j < 512 ? 180 : 60, p[2] = 90;
    }
  ASSERT_TRUE(io::write_png(dir / "a.png", image).ok());
  // An eighth of a degree; as large as a picture of 8 degrees shows it, 8 pixels of 512.
  int status = 1;
  run("gdal_translate -q -of GTiff -a_srs EPSG:4326 -a_ullr 138 35 138.125 34.875 " + quoted(dir / "a.png") + " " + quoted(dir / "a.tif") + " && gdal_translate -q -of MBTiles " +
          quoted(dir / "a.tif") + " " + quoted(dir / "a.mbtiles") + " && cp " + quoted(dir / "a.mbtiles") + " " + quoted(dir / "plain.mbtiles") + " && gdaladdo -q " + quoted(dir / "a.mbtiles") + " 2 4 8", &status);
  ASSERT_EQ(status, 0);
  for (const char* name : {"plain.mbtiles", "a.mbtiles"}) {
    auto i = io::open_imagery(dir / name);
    ASSERT_TRUE(i.ok()) << i.error().text();
    const auto far = (*i)->tile(box(134.0625, 30.9375, 142.0625, 38.9375), 512);
    ASSERT_TRUE(far.ok()) << far.error().text();
    EXPECT_NEAR(at(far, 254, 254)[0], 200, 4) << name;
    EXPECT_NEAR(at(far, 254, 254)[1], 180, 4) << name;
    EXPECT_NEAR(at(far, 257, 257)[0], 40, 4) << name;
    EXPECT_NEAR(at(far, 257, 257)[1], 60, 4) << name;
    EXPECT_EQ(at(far, 100, 256)[3], 0) << name;
    const auto near = (*i)->tile(box(138, 34.875, 138.125, 35), 256);
    EXPECT_NEAR(at(near, 64, 64)[0], 200, 2) << name;
    EXPECT_NEAR(at(near, 192, 192)[1], 60, 2) << name;
  }
  // Zoom 3 alone, though the archive says that it begins at zoom 0. Tile ids of zoom 3 are 21 to 84 (PMTiles specification).
  std::map<std::uint64_t, std::string> tiles;
  const auto green = png(dir, [](int, int) { return Rgba8{20, 160, 30, 255}; });
  for (std::uint64_t id = 21; id < 85; ++id) tiles[id] = green;
  write(dir / "a.pmtiles", pmtiles(tiles, 3));
  auto p = io::open_imagery(dir / "a.pmtiles", quick());
  ASSERT_TRUE(p.ok()) << p.error().text();
  EXPECT_EQ(at((*p)->tile(box(-180, -85, 180, 85), 32), 16, 16), (std::array{20, 160, 30, 255}));
  // A folder where a quarter of zoom 1 is missing, and there at zoom 2.
  for (int z = 1; z <= 2; ++z)
    for (int x = 0; x < 1 << z; ++x)
      for (int y = 0; y < 1 << z; ++y) {
        const bool quarter = x >> (z - 1) == 1 && y >> (z - 1) == 0;
        if (quarter != (z == 2)) continue;
        fs::create_directories(dir / "xyz" / std::to_string(z) / std::to_string(x));
        write(dir / "xyz" / std::to_string(z) / std::to_string(x) / (std::to_string(y) + ".png"), green);
      }
  auto folder = io::open_imagery(dir / "xyz/{z}/{x}/{y}.png");
  ASSERT_TRUE(folder.ok()) << folder.error().text();
  for (const int u : {8, 24})
    for (const int v : {8, 24}) EXPECT_EQ(at((*folder)->tile(box(-180, -85, 180, 85), 32), u, v), (std::array{20, 160, 30, 255})) << u << " " << v;
}

// More tiles than are read for one picture: nothing, but it is said.
TEST(Pyramid, FromTooFarOffItIsSaid) {
  const auto dir = scratch("zooms_far");
  const auto green = png(dir, [](int, int) { return Rgba8{20, 160, 30, 255}; });
  for (const auto& [x, y] : {std::pair{0, 0}, {127, 127}}) {
    fs::create_directories(dir / "7" / std::to_string(x));
    write(dir / "7" / std::to_string(x) / (std::to_string(y) + ".png"), green);
  }
  auto folder = io::open_imagery(dir / "{z}/{x}/{y}.png");
  ASSERT_TRUE(folder.ok()) << folder.error().text();
  EXPECT_TRUE((*folder)->notes().warnings.empty());
  EXPECT_EQ(at((*folder)->tile(box(-180, -85, 180, 85), 32), 0, 0)[3], 0);
  ASSERT_EQ((*folder)->notes().warnings.size(), 1u);
  EXPECT_NE((*folder)->notes().warnings.front().text().find("zoom 7"), std::string::npos);
}

TEST(Pyramid, MbTilesOfGdal) {
  const auto dir = scratch("mbtiles");
  Image image;
  image.width = image.height = 256;
  image.rgba.assign(256 * 256 * 4, 255);
  for (int j = 0; j < 256; ++j)
    for (int i = 0; i < 256; ++i) {
      image.pixel(i, j)[0] = i < 128 ? 200 : 40;
      image.pixel(i, j)[1] = j < 128 ? 180 : 60;
    }
  ASSERT_TRUE(io::write_png(dir / "a.png", image).ok());
  // Zoom 3, column 7, row 3, as gdal_translate writes it.
  int status = 1;
  run("gdal_translate -q -of MBTiles -a_srs EPSG:3857 -a_ullr 15028131.257091934 5009377.085697312 20037508.342789244 0 " + quoted(dir / "a.png") + " " + quoted(dir / "a.mbtiles"), &status);
  ASSERT_EQ(status, 0);
  const auto kind = io::identify(dir / "a.mbtiles");
  ASSERT_TRUE(kind.ok()) << kind.error().text();
  EXPECT_EQ(kind->at(0).kind, io::DataKind::imagery);
  auto i = io::open_imagery(dir / "a.mbtiles");
  ASSERT_TRUE(i.ok()) << i.error().text();
  const auto picture = (*i)->tile(box(136, 1, 179, 40), 64);
  ASSERT_TRUE(picture.ok()) << picture.error().text();
  EXPECT_NEAR(at(picture, 8, 8)[0], 200, 2);
  EXPECT_NEAR(at(picture, 56, 8)[0], 40, 2);
  EXPECT_NEAR(at(picture, 8, 56)[1], 60, 2);
  EXPECT_EQ(at(picture, 56, 56)[3], 255);
}

TEST(Pyramid, ACloudOptimisedGeoTiffIsReadInParts) {
  const auto dir = scratch("cog");
  Image image;
  image.width = image.height = 2048;
  image.rgba.assign(std::size_t{2048} * 2048 * 4, 255);
  std::uint32_t state = 1;
  for (int j = 0; j < 2048; ++j)
    for (int i = 0; i < 2048; ++i) {
      state = state * 1664525 + 1013904223;
      auto* p = image.pixel(i, j);
      p[0] = static_cast<std::uint8_t>(i / 8), p[1] = static_cast<std::uint8_t>(j / 8), p[2] = static_cast<std::uint8_t>(state >> 24);  // packs badly
    }
  ASSERT_TRUE(io::write_png(dir / "a.png", image).ok());
  int status = 1;
  run("gdal_translate -q -of COG -co COMPRESS=DEFLATE -a_srs EPSG:4326 -a_ullr 139 36 140 35 " + quoted(dir / "a.png") + " " + quoted(dir / "a.tif"), &status);
  ASSERT_EQ(status, 0);
  const std::string file = slurp(dir / "a.tif");
  std::atomic<std::size_t> sent{0};
  HttpServer server([&](const HttpRequest& r) {
    unsigned long first = 0, last = 0;
    if (r.target == "/gone.tif") return answer("", 404);
    const auto range = r.headers.find("Range: bytes=");
    if (r.target != "/a.tif?key=SECRET" || range == std::string::npos) return answer(file);
    std::sscanf(r.headers.c_str() + range, "Range: bytes=%lu-%lu", &first, &last);
    if (first >= file.size()) return answer("", 416);
    last = std::min<unsigned long>(last, file.size() - 1);
    sent += last - first + 1;
    return answer(file.substr(first, last - first + 1), 206, "ETag: \"1\"\r\nContent-Range: bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(file.size()) + "\r\n");
  });
  const fs::path address = server.url("/a.tif?key=SECRET");
  EXPECT_EQ(io::identify(address)->at(0).kind, io::DataKind::imagery);
  auto remote = io::open_imagery(address, quick());
  ASSERT_TRUE(remote.ok()) << remote.error().text();
  auto local = io::open_imagery(dir / "a.tif");
  ASSERT_TRUE(local.ok());
  EXPECT_EQ((*remote)->grid().width, 2048);
  for (const auto& part : {box(139, 35, 140, 36), box(139.4, 35.4, 139.5, 35.5)}) {
    const auto a = (*remote)->tile(part, 128), b = (*local)->tile(part, 128);
    ASSERT_TRUE(a.ok()) << a.error().text();
    ASSERT_TRUE(b.ok());
    EXPECT_EQ(a->rgba, b->rgba);
  }
  EXPECT_LT(sent, file.size() / 2);  // an overview and a corner
  for (const char* bad : {"/gone.tif?key=SECRET", "/whole.tif?key=SECRET"}) {
    const auto b = io::open_imagery(server.url(bad), quick());
    ASSERT_FALSE(b.ok());
    EXPECT_EQ(b.error().text().find("SECRET"), std::string::npos) << b.error().text();
  }
  EXPECT_NE(io::open_imagery(server.url("/whole.tif"), quick()).error().message.find("whole file"), std::string::npos);
}

// A service with the picture of Web Mercator, and one of degrees; scale denominators by OGC 07-057r7, annex E: 559082264.0287178
// for one tile of 256 pixels around the Earth, 279541132.0143589 for two of degrees.
TEST(Pyramid, WmtsByItsCapabilities) {
  const auto matrices = [](double scale, const std::string& corner, int across, int down) {
    std::string out;
    for (int z = 0; z < 3; ++z)
      out += "<TileMatrix><ows:Identifier>L" + std::to_string(z) + "</ows:Identifier><ScaleDenominator>" + std::to_string(scale / (1 << z)) + "</ScaleDenominator><TopLeftCorner>" + corner +
             "</TopLeftCorner><TileWidth>256</TileWidth><TileHeight>256</TileHeight><MatrixWidth>" + std::to_string(across << z) + "</MatrixWidth><MatrixHeight>" + std::to_string(down << z) +
             "</MatrixHeight></TileMatrix>";
    return out;
  };
  std::string host;
  const auto capabilities = [&](const std::string& url, bool rest, const std::string& more = {}) {
    const auto layer = [&](const std::string& name, const std::string& set) {
      return "<Layer><ows:Identifier>" + name + "</ows:Identifier><ows:WGS84BoundingBox><ows:LowerCorner>-180 -80</ows:LowerCorner><ows:UpperCorner>180 80</ows:UpperCorner></ows:WGS84BoundingBox>"
             "<Style isDefault=\"true\"><ows:Identifier>plain</ows:Identifier></Style><Format>application/vnd.mapbox-vector-tile</Format><Format>image/png</Format>"
             "<Dimension><ows:Identifier>Time</ows:Identifier><Default>2024-01-01</Default></Dimension><TileMatrixSetLink><TileMatrixSet>" + set + "</TileMatrixSet></TileMatrixSetLink>" +
             (rest ? "<ResourceURL format=\"image/png\" resourceType=\"tile\" template=\"" + url + "/rest/" + name + "/{Style}/{Time}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png\"/>" : "") + "</Layer>";
    };
    return "<?xml version=\"1.0\"?><Capabilities xmlns=\"http://www.opengis.net/wmts/1.0\" xmlns:ows=\"http://www.opengis.net/ows/1.1\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.0.0\">"
           "<ows:OperationsMetadata><ows:Operation name=\"GetTile\"><ows:DCP><ows:HTTP><ows:Get xlink:href=\"" + url + "/kvp?\"/></ows:HTTP></ows:DCP></ows:Operation></ows:OperationsMetadata><Contents>" +
           layer("map", "google") + layer("world", "degrees") + more +
           "<TileMatrixSet><ows:Identifier>google</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>" + matrices(559082264.0287178, "-20037508.3427892 20037508.3427892", 1, 1) + "</TileMatrixSet>"
           "<TileMatrixSet><ows:Identifier>degrees</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::4326</ows:SupportedCRS>" + matrices(279541132.0143589, "90 -180", 2, 1) + "</TileMatrixSet>"
           "<TileMatrixSet><ows:Identifier>odd</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::2193</ows:SupportedCRS>" + matrices(1e8, "0 0", 1, 1) + "</TileMatrixSet></Contents></Capabilities>";
  };
  std::string elsewhere;
  const auto dir = scratch("wmts");
  HttpServer server([&](const HttpRequest& r) {
    if (r.target.find("key=K") == std::string::npos) return answer("", 403);
    if (r.target.starts_with("/rest/1.0.0/WMTSCapabilities.xml")) return answer(capabilities(elsewhere.empty() ? host : elsewhere, true));
    if (r.target.starts_with("/odd")) return answer(capabilities(host, true, "<Layer><ows:Identifier>odd</ows:Identifier><TileMatrixSetLink><TileMatrixSet>odd</TileMatrixSet></TileMatrixSetLink></Layer>"));
    if (r.target.starts_with("/kvp?") && r.target.find("GetCapabilities") != std::string::npos) return answer(capabilities(host, false));
    if (r.target.starts_with("/broken")) return answer(capabilities(host, true).substr(0, 900));
    int z = -1, x = -1, y = -1;
    if (const auto at = r.target.find("/L"); r.target.starts_with("/rest/") && at != std::string::npos && r.target.find("/plain/2024-01-01/") != std::string::npos)
      std::sscanf(r.target.c_str() + at, "/L%d/%d/%d.png", &z, &y, &x);
    if (const auto at = r.target.find("&TILEMATRIX=L"); r.target.starts_with("/kvp?") && at != std::string::npos)
      std::sscanf(r.target.c_str() + at, "&TILEMATRIX=L%d&TILEROW=%d&TILECOL=%d", &z, &y, &x);
    if (z < 0) return answer("", 404);
    return answer(plain(scratch("wmts_" + std::to_string(z) + "_" + std::to_string(x) + "_" + std::to_string(y)), z, x, y));
  });
  host = "http://" + server.host();
  for (const char* address : {"/rest/1.0.0/WMTSCapabilities.xml?key=K", "/kvp?SERVICE=WMTS&REQUEST=GetCapabilities&key=K"}) {
    const fs::path path = server.url(std::string(address) + "&layer=map");
    const auto kind = io::identify(path);
    ASSERT_TRUE(kind.ok()) << kind.error().text();
    EXPECT_EQ(kind->at(0).kind, io::DataKind::imagery);
    auto i = io::open_imagery(path, quick());
    ASSERT_TRUE(i.ok()) << i.error().text();
    EXPECT_EQ((*i)->grid().crs.id(), "EPSG:3857");
    EXPECT_EQ((*i)->extent().north, 80);
    EXPECT_EQ(at((*i)->tile(box(91, 1, 179, 60), 256), 128, 200), (std::array{20, 30, 10, 255}));  // level 2: 90 to 180 E, 0 to 66.5 N
    EXPECT_EQ(at((*i)->tile(box(1, -60, 89, -1), 256), 128, 50), (std::array{20, 20, 20, 255}));

    auto degrees = io::open_imagery(server.url(std::string(address) + "&layer=world"), quick());
    ASSERT_TRUE(degrees.ok()) << degrees.error().text();
    EXPECT_EQ((*degrees)->grid().crs.id(), "EPSG:4326");
    EXPECT_EQ((*degrees)->grid().width, 2048);  // level 2: eight tiles across
    EXPECT_EQ((*degrees)->grid().height, 1024);
    EXPECT_EQ(at((*degrees)->tile(box(136, 1, 179, 44), 256), 128, 128), (std::array{20, 70, 10, 255}));  // 45 degrees a tile
    EXPECT_EQ(at((*degrees)->tile(box(-179, -79, -136, -46), 256), 128, 128), (std::array{20, 0, 30, 255}));
    EXPECT_EQ(at((*degrees)->tile(box(-180, -90, 180, 90), 256), 64, 100), (std::array{0, 0, 0, 255}));
    EXPECT_EQ(at((*degrees)->tile(box(-180, -90, 180, 90), 256), 192, 100), (std::array{0, 10, 0, 255}));

    const auto several = io::open_imagery(server.url(address), quick());
    ASSERT_FALSE(several.ok());
    EXPECT_NE(several.error().message.find("map, world"), std::string::npos) << several.error().text();
    EXPECT_EQ(several.error().text().find("key=K"), std::string::npos);
  }
  const auto refused = [&](const std::string& address) {
    const auto i = io::open_imagery(server.url(address), quick());
    return i ? std::string() : i.error().message;
  };
  EXPECT_NE(refused("/odd/WMTSCapabilities.xml?key=K&layer=odd").find("EPSG::2193"), std::string::npos);
  EXPECT_NE(refused("/broken/WMTSCapabilities.xml?key=K&layer=map"), "");
  EXPECT_NE(refused("/none/WMTSCapabilities.xml?key=K&layer=map").find("404"), std::string::npos);
  elsewhere = "http://tiles.example.org";
  EXPECT_NE(refused("/rest/1.0.0/WMTSCapabilities.xml?key=K&layer=map").find("another origin"), std::string::npos);
}
