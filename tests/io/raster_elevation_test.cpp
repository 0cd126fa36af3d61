// Elevation. Expected values: gdallocationinfo at pixel centres, closed formulas of rasters written here as ASC, and
// the text of GSI's own XML.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "gdal_tools.h"
#include "tenbo/io/raster.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

const fs::path shared = TENBO_SHARED_DATA;

// heights = 10 + 2 column + 3 row, 0.001 degree cells, upper left corner 139 E 35.7 N.
fs::path plane_asc(const fs::path& dir, int width = 20, int height = 10, double west = 139, double north = 35.7, int c0 = 0, int r0 = 0,
                   const std::string& name = "plane.asc") {
  char head[256];
  std::snprintf(head, sizeof head, "ncols %d\nnrows %d\nxllcorner %.9f\nyllcorner %.9f\ncellsize 0.001\nNODATA_value -9999\n", width, height, west, north - 0.001 * height);
  std::string text = head;
  for (int r = 0; r < height; ++r) {
    for (int c = 0; c < width; ++c) text += std::to_string(10 + 2 * (c + c0) + 3 * (r + r0)) + " ";
    text += "\n";
  }
  test::write(dir / name, text);
  test::write((dir / name).replace_extension(".prj"), "GEOGCS[\"JGD2011\",DATUM[\"Japanese_Geodetic_Datum_2011\",SPHEROID[\"GRS 1980\",6378137,298.257222101]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],AUTHORITY[\"EPSG\",\"6668\"]]");
  return dir / name;
}
double plane(double lon, double lat) { return 10 + 2 * ((lon - 139) / 0.001 - 0.5) + 3 * ((35.7 - lat) / 0.001 - 0.5); }

Result<std::shared_ptr<const io::Elevation>> open(const std::vector<fs::path>& paths, geo::HeightPolicy policy = {}) {
  Progress progress;
  return io::open_elevation(paths, policy, progress);
}

}  // namespace

TEST(Elevation, BilinearOnAPlaneIsExact) {
  const auto dir = test::scratch("plane");
  auto e = open({plane_asc(dir)});
  ASSERT_TRUE(e.ok()) << e.error().text();
  for (double u : {0.031, 0.25, 0.5, 0.77, 0.96})
    for (double v : {0.06, 0.4, 0.5, 0.93}) {
      const double lon = 139 + 0.02 * u, lat = 35.7 - 0.01 * v;
      EXPECT_NEAR((*e)->sample(lon, lat), plane(lon, lat), 1e-4);
    }
  EXPECT_NEAR((*e)->extent().west, 139, 1e-9);
  EXPECT_NEAR((*e)->extent().north, 35.7, 1e-9);
  EXPECT_DOUBLE_EQ((*e)->extent().min_height, 10);
  EXPECT_DOUBLE_EQ((*e)->extent().max_height, 10 + 2 * 19 + 3 * 9);
  EXPECT_TRUE(std::isnan((*e)->sample(138.9999, 35.695)));
  EXPECT_TRUE(std::isnan((*e)->sample(139.01, 35.7001)));
  EXPECT_TRUE(std::isnan((*e)->sample(std::nan(""), 35.695)));
  // A pixel of 0.001 degrees at 35.7 N: 90.5 m x 111 m.
  EXPECT_NEAR((*e)->resolution(), std::sqrt(90.5 * 110.95), 0.5);
}

TEST(Elevation, TilesOfOneLatticeHaveNoSeam) {
  const auto dir = test::scratch("mosaic");
  plane_asc(dir, 10, 10, 139, 35.7, 0, 0, "a.asc");
  plane_asc(dir, 10, 10, 139.01, 35.7, 10, 0, "b.asc");
  auto e = open({dir});
  ASSERT_TRUE(e.ok()) << e.error().text();
  EXPECT_EQ((*e)->grid().width, 20);
  for (double lon : {139.0094, 139.0099, 139.01, 139.0101, 139.0107})
    EXPECT_NEAR((*e)->sample(lon, 35.6951), plane(lon, 35.6951), 1e-4) << lon;
}

TEST(Elevation, EveryFormAgreesWithGdal) {
  const auto dir = test::scratch("forms");
  const auto asc = plane_asc(dir, 40, 40);
  const std::string base = "gdal_translate -q ";
  struct Form { const char* name; std::string make; };
  const Form forms[] = {
      {"int16.tif", base + "-ot Int16 -a_nodata -32768 " + quoted(asc)},
      {"float.tif", base + "-ot Float32 -co COMPRESS=DEFLATE -co TILED=YES -co BLOCKXSIZE=16 -co BLOCKYSIZE=16 " + quoted(asc)},
      {"utm.tif", "gdalwarp -q -t_srs EPSG:32654 -r near -dstnodata nan -ot Float32 " + quoted(asc)},
      {"plane9.tif", "gdalwarp -q -t_srs EPSG:6677 -r near -dstnodata -9999 -ot Float64 " + quoted(asc)},
      {"mercator.tif", "gdalwarp -q -t_srs EPSG:3857 -r near -dstnodata -9999 " + quoted(asc)},
  };
  for (const auto& form : forms) {
    const auto file = dir / form.name;
    test::run(form.make + " " + quoted(file));
    auto e = open({file});
    ASSERT_TRUE(e.ok()) << form.name << ": " << e.error().text();
    // At the centres of pixels bilinear and nearest are the same number.
    const auto& grid = (*e)->grid();
    int compared = 0;
    for (int c = 3; c < grid.width; c += 17)
      for (int r = 2; r < grid.height; r += 17) {
        double x, y;
        grid.pixel_to_crs(c + 0.5, r + 0.5, x, y);
        char command[512];
        std::snprintf(command, sizeof command, "echo %.9f %.9f | gdaltransform -s_srs '%s' -t_srs EPSG:4326 -output_xy", x, y,
                      grid.crs.id().rfind("EPSG", 0) == 0 ? grid.crs.id().c_str() : "EPSG:6668");
        const std::string text = test::run(command);
        double lon = 0, lat = 0;
        ASSERT_EQ(std::sscanf(text.c_str(), "%lf %lf", &lon, &lat), 2) << text;
        const std::string value = test::run("gdallocationinfo -valonly " + quoted(file) + " " + std::to_string(c) + " " + std::to_string(r));
        const double expected = std::strtod(value.c_str(), nullptr), got = (*e)->sample(lon, lat);
        if (std::isnan(expected) || expected <= -9999) EXPECT_TRUE(std::isnan(got)) << form.name;
        else EXPECT_NEAR(got, expected, 2e-3) << form.name << " " << c << "," << r;
        ++compared;
      }
    EXPECT_GE(compared, 4);
  }
}

TEST(Elevation, RotatedGridScaleAndOffset) {
  const auto dir = test::scratch("rotated");
  // A turned grid by closed formula: x = 300000 + 30 c + 10 r, y = 3950000 + 10 c - 30 r in UTM 54.
  std::string pgm = "P5\n8 8\n255\n";
  for (int r = 0; r < 8; ++r) for (int c = 0; c < 8; ++c) pgm += static_cast<char>(100 + c * 4 + r);
  test::write(dir / "in.pgm", pgm);
  test::write(dir / "in.wld", "30\n10\n10\n-30\n300020\n3949990\n");  // of the first pixel's centre
  const auto tif = dir / "turned.tif";
  test::run("gdal_translate -q -ot Int16 -a_srs EPSG:32654 -a_scale 0.5 -a_offset -7 " + quoted(dir / "in.pgm") + " " + quoted(tif));
  auto e = open({tif});
  ASSERT_TRUE(e.ok()) << e.error().text();
  for (const auto& [c, r] : {std::pair{2, 3}, std::pair{5, 1}, std::pair{7, 7}}) {
    char command[256];
    std::snprintf(command, sizeof command, "echo %.3f %.3f | gdaltransform -s_srs EPSG:32654 -t_srs EPSG:4326 -output_xy", 300000 + 30 * (c + .5) + 10 * (r + .5), 3950000 + 10 * (c + .5) - 30 * (r + .5));
    double lon, lat;
    ASSERT_EQ(std::sscanf(test::run(command).c_str(), "%lf %lf", &lon, &lat), 2);
    EXPECT_NEAR((*e)->sample(lon, lat), (100 + c * 4 + r) * 0.5 - 7, 1e-3);
  }
}

TEST(Elevation, NodataDeclaredOrNot) {
  const auto dir = test::scratch("nodata");
  const std::string head = "ncols 4\nnrows 1\nxllcorner 139\nyllcorner 35\ncellsize 0.001\n";
  for (const auto& [name, text] : {std::pair{"declared.asc", head + "NODATA_value -1\n5 -1 7 9\n"}, std::pair{"minus.asc", head + "NODATA_value -5\n5 -9999 7 9\n"},
                                   std::pair{"short.asc", head + "NODATA_value -5\n5 -32768 7 9\n"}, std::pair{"nan.asc", head + "5.0 nan 7 9\n"}}) {
    test::write(dir / name, text);
    test::write((dir / name).replace_extension(".prj"), "EPSG:4326");
    auto e = open({dir / name});
    ASSERT_TRUE(e.ok()) << name << e.error().text();
    EXPECT_TRUE(std::isnan((*e)->sample(139.0015, 35.0005))) << name;
    EXPECT_NEAR((*e)->sample(139.0005, 35.0005), 5, 1e-5) << name;
    EXPECT_NEAR((*e)->sample(139.0022, 35.0005), 7, 1e-5) << name;  // the neighbour without data does not count
    EXPECT_DOUBLE_EQ((*e)->extent().min_height, 5) << name;
  }
}

TEST(Elevation, ZippedHgtAndGzippedAsc) {
  const auto dir = test::scratch("zipped");
  std::string hgt;
  for (int r = 0; r < 1201; ++r)
    for (int c = 0; c < 1201; ++c) {
      const int h = r == 5 && c == 5 ? -32768 : (r + c) % 3000;
      hgt += static_cast<char>(h >> 8 & 255);
      hgt += static_cast<char>(h & 255);
    }
  test::write(dir / "N35E138.hgt", hgt);
  test::run("cd " + quoted(dir) + " && python3 -m zipfile -c N35E138.SRTMGL3.hgt.zip N35E138.hgt && gzip -k N35E138.hgt");
  for (const char* name : {"N35E138.hgt", "N35E138.SRTMGL3.hgt.zip"}) {
    auto e = open({dir / name});
    ASSERT_TRUE(e.ok()) << name << ": " << e.error().text();
    // Post (r, c) stands at 36 - r/1200, 138 + c/1200.
    EXPECT_NEAR((*e)->sample(138 + 600 / 1200.0, 36 - 300 / 1200.0), 900, 1e-3) << name;
    EXPECT_TRUE(std::isnan((*e)->sample(138 + 5 / 1200.0, 36 - 5 / 1200.0))) << name;
  }
  if (!fs::exists(shared / "debris-flow-aso/elevation_inDF.asc.gz")) GTEST_SKIP() << "debris-flow-aso is not here";
  fs::copy(shared / "debris-flow-aso/elevation_inDF.asc.gz", dir / "aso.asc.gz");
  fs::copy(shared / "debris-flow-aso/dem_10m.prj", dir / "aso.prj");
  auto e = open({dir / "aso.asc.gz"});
  ASSERT_TRUE(e.ok()) << e.error().text();
  const std::string stats = test::run("gdalinfo -stats --config GDAL_PAM_ENABLED NO /vsigzip/" + (dir / "aso.asc.gz").string());
  const auto at = stats.find("Minimum=");
  ASSERT_NE(at, std::string::npos);
  double low = 0, high = 0;
  ASSERT_EQ(std::sscanf(stats.c_str() + at, "Minimum=%lf, Maximum=%lf", &low, &high), 2);
  EXPECT_NEAR((*e)->extent().min_height, low, 0.001);
  EXPECT_NEAR((*e)->extent().max_height, high, 0.001);
}

TEST(Elevation, FgdDemOfGsi) {
  const auto file = shared / "fgd-gsi-a/FG-GML-5238-74-00-DEM5A-20161001.xml";
  if (!fs::exists(file)) GTEST_SKIP() << "fgd-gsi-a is not here";
  auto e = open({file});
  ASSERT_TRUE(e.ok()) << e.error().text();
  EXPECT_EQ((*e)->vertical(), geo::VerticalKind::orthometric);
  EXPECT_EQ((*e)->grid().width, 225);
  EXPECT_EQ((*e)->grid().height, 150);
  // The file's own lines, by awk: the 1st, the 53rd and the last of 33,750 cells.
  const std::string lines = test::run("grep -A1000000 '<gml:tupleList>' " + quoted(file) + " | grep -B1000000 '</gml:tupleList>' | grep , | awk -F, '{print $2}'");
  std::vector<double> h;
  for (std::size_t p = 0; p < lines.size();) {
    h.push_back(std::strtod(lines.c_str() + p, nullptr));
    p = lines.find('\n', p) + 1;
    if (p == 0) break;
  }
  ASSERT_EQ(h.size(), 225u * 150u);
  for (int i : {0, 52, 224, 225, 12345, 33749}) {
    const double lon = 138.5 + (i % 225 + 0.5) / 18000, lat = 35.25 + 1.0 / 120 - (i / 225 + 0.5) / 18000;
    if (h[static_cast<std::size_t>(i)] < -9000) EXPECT_TRUE(std::isnan((*e)->sample(lon, lat)));
    else EXPECT_NEAR((*e)->sample(lon, lat), h[static_cast<std::size_t>(i)], 2e-3) << i;
  }
}

namespace {
std::string fgd(const std::string& tuples, const std::string& tail = "<gml:startPoint>0 0</gml:startPoint>", const std::string& high = "2 1",
                const std::string& mesh = "<mesh>52387400</mesh>") {
  return "<?xml version=\"1.0\"?>\n<Dataset xmlns:gml=\"http://www.opengis.net/gml/3.2\" xmlns=\"http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema\">\n<DEM>" + mesh +
         "<coverage><gml:Envelope srsName=\"fguuid:jgd2011.bl\"><gml:lowerCorner>35.25 138.5</gml:lowerCorner><gml:upperCorner>35.258333333 138.5125</gml:upperCorner></gml:Envelope>"
         "<gml:low>0 0</gml:low><gml:high>" + high + "</gml:high>\n<gml:tupleList>\n" + tuples + "</gml:tupleList>\n"
         "<gml:sequenceRule order=\"+x-y\">Linear</gml:sequenceRule>" + tail + "</coverage></DEM></Dataset>";
}
}  // namespace

TEST(Elevation, FgdStartPointMissingTailAndHoles) {
  const auto dir = test::scratch("fgd");
  // 3 x 2 cells; begins at column 1; the fifth is said to be without data, the sixth is left out.
  test::write(dir / "a.xml", fgd("地表面,1.5\n海水面,0.0\n地表面,3\nデータなし,-9999.\n", "<gml:startPoint>1 0</gml:startPoint>"));
  auto e = open({dir / "a.xml"});
  ASSERT_TRUE(e.ok()) << e.error().text();
  const auto at = [&](int c, int r) { return (*e)->sample(138.5 + (c + 0.5) * 0.0125 / 3, 35.25 + (1.0 / 120) * (1 - (r + 0.5) / 2)); };
  EXPECT_TRUE(std::isnan(at(0, 0)));
  EXPECT_NEAR(at(1, 0), 1.5, 1e-5);
  EXPECT_NEAR(at(2, 0), 0, 1e-5);
  EXPECT_NEAR(at(0, 1), 3, 1e-5);
  EXPECT_TRUE(std::isnan(at(1, 1)));
  EXPECT_TRUE(std::isnan(at(2, 1)));
  test::run("cd " + quoted(dir) + " && python3 -m zipfile -c pack.zip a.xml");
  auto zipped = open({dir / "pack.zip"});
  ASSERT_TRUE(zipped.ok()) << zipped.error().text();
  EXPECT_NEAR((*zipped)->sample(138.5 + 1.5 * 0.0125 / 3, 35.25 + 0.75 / 120), 1.5, 1e-5);
}

TEST(Elevation, BrokenFgdIsAnErrorOrHasLessData) {
  const auto dir = test::scratch("fgd_bad");
  const std::string good = fgd("地表面,1\n地表面,2\n地表面,3\n地表面,4\n地表面,5\n地表面,6\n");
  for (std::size_t n = 0; n < good.size(); n += 7) {
    test::write(dir / "cut.xml", good.substr(0, n));
    auto e = open({dir / "cut.xml"});
    if (e) { EXPECT_FALSE((*e)->diagnostics().errors.empty() && n + 120 < good.size()) << n; }
  }
  for (const std::string& bad : {fgd("地表面,1\n", "", "2147483647 2147483647"), fgd("地表面,1\n", "", "-5 -5"), fgd("地表面,1\n", "<gml:startPoint>9 9</gml:startPoint>")}) {
    test::write(dir / "bad.xml", bad);
    EXPECT_FALSE(open({dir / "bad.xml"}).ok());
  }
  test::write(dir / "words.xml", fgd("地表面,abc\n地表面,nan\n地表面,1e999\n地表面,4\n"));
  auto e = open({dir / "words.xml"});
  ASSERT_TRUE(e.ok());
  EXPECT_FALSE((*e)->diagnostics().errors.empty());
}

TEST(Elevation, DatumsAreNotMixed) {
  const auto dir = test::scratch("datum");
  const auto tif = dir / "ellipsoidal.tif";
  test::run("gdal_translate -q -a_srs EPSG:4979 " + quoted(plane_asc(dir)) + " " + quoted(tif));
  geo::HeightPolicy policy;
  policy.scene = geo::VerticalKind::orthometric;
  auto refused = open({tif}, policy);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::mismatch);
  const auto grid = shared / "dem-a/geoid/jp_gsi_gsigeo2011.tif";
  if (!fs::exists(grid)) GTEST_SKIP() << "dem-a/geoid is not here";
  auto geoid = geo::Geoid::open(grid.string());
  ASSERT_TRUE(geoid.ok()) << geoid.error().text();
  policy.geoid = *geoid;
  auto e = open({tif}, policy);
  ASSERT_TRUE(e.ok()) << e.error().text();
  EXPECT_EQ((*e)->vertical(), geo::VerticalKind::ellipsoidal);
  // GSIGEO2011 near Tokyo: N = 36 to 40 m, read from the grid by gdallocationinfo (nearest node, 0.1 m apart at most).
  const auto n = test::location_info(grid.string(), 139.0105, 35.6955);
  ASSERT_TRUE(n.has_value());
  EXPECT_NEAR((*e)->sample(139.0105, 35.6955), plane(139.0105, 35.6955) - *n, 0.2);
}

TEST(Elevation, LargeRastersAreReducedByMeans) {
  const auto dir = test::scratch("large");
  // 12000 x 10000 of one value: 120 megapixels, above the limit of 100.
  test::run("gdal_create -q -of GTiff -ot Byte -outsize 12000 10000 -bands 1 -burn 42 -a_srs EPSG:4326 -a_ullr 139 36 140 35 -co COMPRESS=DEFLATE -co TILED=YES " + quoted(dir / "big.tif"));
  auto e = open({dir / "big.tif"});
  ASSERT_TRUE(e.ok()) << e.error().text();
  EXPECT_EQ((*e)->grid().width, 6000);
  EXPECT_FALSE((*e)->diagnostics().warnings.empty());
  EXPECT_DOUBLE_EQ((*e)->sample(139.5, 35.5), 42);
}

TEST(Elevation, ThreadsSampleAtOnce) {
  const auto dir = test::scratch("threads");
  test::run("gdalwarp -q -t_srs EPSG:6677 -r bilinear -dstnodata -9999 -ot Float32 " + quoted(plane_asc(dir, 40, 40)) + " " + quoted(dir / "p.tif"));
  auto e = open({dir / "p.tif"});
  ASSERT_TRUE(e.ok());
  const double once = (*e)->sample(139.02, 35.68);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) wrong += (*e)->sample(139.02, 35.68) != once;
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Elevation, RefusesWhatHasNoPlaceAndSaysHow) {
  const auto dir = test::scratch("noplace");
  test::write(dir / "a.asc", "ncols 2\nnrows 2\nxllcorner 139\nyllcorner 35\ncellsize 0.001\n1 2\n3 4\n");
  auto e = open({dir / "a.asc"});
  ASSERT_FALSE(e.ok());
  EXPECT_NE(e.error().remedy.find("-a_srs"), std::string::npos) << e.error().text();
  EXPECT_FALSE(open({dir / "missing.tif"}).ok());
  EXPECT_FALSE(open({}).ok());
  fs::create_directories(dir / "empty");
  EXPECT_FALSE(open({dir / "empty"}).ok());
  test::write(dir / "zero.tif", "");
  EXPECT_FALSE(open({dir / "zero.tif"}).ok());
  test::write(dir / "vrt.tif", "<VRTDataset rasterXSize=\"2\" rasterYSize=\"2\"><VRTRasterBand dataType=\"Byte\" band=\"1\"><SimpleSource><SourceFilename>/vsicurl/http://127.0.0.1/x.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>");
  EXPECT_FALSE(open({dir / "vrt.tif"}).ok());
}

TEST(Elevation, TruncatedAndHostileTiffsNeverCrash) {
  const auto dir = test::scratch("hostile");
  test::run("gdal_translate -q -ot Int16 -co COMPRESS=LZW " + quoted(plane_asc(dir, 60, 60)) + " " + quoted(dir / "ok.tif"));
  const std::string good = test::slurp(dir / "ok.tif");
  ASSERT_GT(good.size(), 200u);
  for (std::size_t n = 0; n < good.size(); n += std::max<std::size_t>(1, good.size() / 60)) {
    test::write(dir / "cut.tif", good.substr(0, n));
    static_cast<void>(open({dir / "cut.tif"}).ok());
  }
  // Every 16-bit word of the header in turn set to 0xFFFF: sizes, offsets, types.
  for (std::size_t i = 0; i + 2 < std::min<std::size_t>(good.size(), 400); i += 2) {
    std::string bad = good;
    bad[i] = bad[i + 1] = static_cast<char>(0xFF);
    test::write(dir / "bad.tif", bad);
    static_cast<void>(open({dir / "bad.tif"}).ok());
  }
  // A sparse file of 90,000 x 90,000 pixels in a few hundred bytes.
  test::run("gdal_create -q -of GTiff -ot Float32 -outsize 90000 90000 -bands 1 -a_srs EPSG:4326 -a_ullr 139 36 140 35 -co SPARSE_OK=TRUE -co TILED=YES -co BLOCKXSIZE=8192 -co BLOCKYSIZE=8192 " + quoted(dir / "sparse.tif"));
  auto sparse = open({dir / "sparse.tif"});
  ASSERT_FALSE(sparse.ok());
  EXPECT_EQ(sparse.error().code, ErrorCode::out_of_budget) << sparse.error().text();
}
