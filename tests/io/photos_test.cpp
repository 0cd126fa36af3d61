// Photographs with their cameras. The test writes the JPEGs' EXIF and XMP itself (support/exif_writer.h, from the specifications);
// expected values are what was written, and what GDAL's gdalinfo reads from the same files. Angles by their definitions: a heading
// clockwise from north, a pitch from the horizon; the 35 mm equivalent of diagonals by CIPA DCG-001.
#include "tenbo/io/photos.h"

#include <gmock/gmock.h>

#include <glm/geometric.hpp>
#include <nlohmann/json.hpp>

#include "../support/exif_writer.h"
#include "../support/gdal_tools.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/image.h"

namespace tenbo::io {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;

struct Cameras : testing::Test {
  fs::path dir = test::scratch(std::string("photos_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  std::string jpeg;  // 80 x 60, left half red, right half blue
  void SetUp() override {
    Image image;
    image.width = 80, image.height = 60;
    image.rgba.resize(80 * 60 * 4);
    for (int y = 0; y < 60; ++y)
      for (int x = 0; x < 80; ++x) {
        const std::uint8_t c[4] = {static_cast<std::uint8_t>(x < 40 ? 220 : 20), 20, static_cast<std::uint8_t>(x < 40 ? 20 : 220), 255};
        std::copy_n(c, 4, image.pixel(x, y));
      }
    ASSERT_TRUE(write_png(dir / "a.png", image).ok());
    int status = 1;
    test::run("gdal_translate -q -of JPEG -co QUALITY=95 " + test::quoted(dir / "a.png") + " " + test::quoted(dir / "a.jpg"), &status);
    ASSERT_EQ(status, 0);
    jpeg = test::slurp(dir / "a.jpg");
    fs::remove(dir / "a.png");
    fs::remove(dir / "a.jpg");
    fs::remove(dir / "a.jpg.aux.xml");
  }
  Result<PhotoMeta> parse(const std::string& bytes, Diagnostics* said = nullptr) {
    Diagnostics notes;
    auto m = parse_photo_meta(std::as_bytes(std::span(bytes)), "x.jpg", notes);
    if (said) *said = notes;
    return m;
  }
  Result<PhotoSet> read(const std::vector<fs::path>& paths, PhotosOptions options = {}) {
    Progress progress;
    return read_photos(paths, options, progress);
  }
};

// "(35) (40) (48)" as GDAL writes rationals.
std::vector<double> brackets(const std::string& s) {
  std::vector<double> out;
  for (std::size_t at = 0; (at = s.find('(', at)) != std::string::npos; ++at) out.push_back(std::stod(s.substr(at + 1)));
  return out;
}

TEST_F(Cameras, SayWhatGdalReadsInTheSameFile) {
  const test::DronePhoto photos[] = {{139.7671, 35.6812, 120.5, 80, 30, -45, 0, "2026:04:01 09:30:00"}, {-70.25, -33.5, -3.25, 10, -170, -90, 0, "2025:12:31 23:59:59"}, {0.001, 51.4778, 0, 5, 0, 0, 12, "2026:01:01 00:00:00"}};
  for (const bool little : {true, false})
    for (const auto& p : photos) {
      const auto bytes = test::drone_photo(jpeg, p, little);
      test::write(dir / "p.jpg", bytes);
      const auto m = parse(bytes);
      ASSERT_TRUE(m.ok()) << m.error().text();
      const auto info = nlohmann::json::parse(test::run("gdalinfo -json " + test::quoted(dir / "p.jpg")));
      const auto& exif = info["metadata"][""];
      const auto angle = [&](const char* key) {
        const auto v = brackets(exif[key]);
        return v[0] + v[1] / 60 + v[2] / 3600;
      };
      // GDAL writes six significant digits
      EXPECT_NEAR(std::abs(m->lat), angle("EXIF_GPSLatitude"), 2e-6);
      EXPECT_NEAR(std::abs(m->lon), angle("EXIF_GPSLongitude"), 2e-6);
      EXPECT_EQ(m->lat < 0 ? "S" : "N", exif["EXIF_GPSLatitudeRef"]);
      EXPECT_EQ(m->lon < 0 ? "W" : "E", exif["EXIF_GPSLongitudeRef"]);
      EXPECT_NEAR(m->lat, p.lat, 1e-8);
      EXPECT_NEAR(m->lon, p.lon, 1e-8);
      EXPECT_NEAR(std::abs(m->altitude), brackets(exif["EXIF_GPSAltitude"])[0], 1e-3);
      EXPECT_NEAR(m->altitude, p.altitude, 1e-3);
      EXPECT_EQ(m->altitude_kind, AltitudeKind::sea_level);
      EXPECT_NEAR(m->focal_mm, brackets(exif["EXIF_FocalLength"])[0], 1e-3);
      EXPECT_EQ(std::to_string(static_cast<int>(m->focal_35mm)), exif["EXIF_FocalLengthIn35mmFilm"]);
      EXPECT_EQ(m->model, exif["EXIF_Model"]);
      std::string date = exif["EXIF_DateTimeOriginal"];
      date[4] = date[7] = '-';
      EXPECT_EQ(m->date, date + " +09:00");
      EXPECT_EQ(m->width, info["size"][0]);
      EXPECT_EQ(m->height, info["size"][1]);
      EXPECT_NEAR(m->heading, std::fmod(p.yaw + 360, 360), 1e-9);
      EXPECT_EQ(m->pitch, p.pitch);
      EXPECT_EQ(m->roll, p.roll);
      EXPECT_EQ(m->relative_altitude, p.relative);
    }
}

TEST_F(Cameras, LookWhereTheyWereHeld) {
  const auto near = [](const glm::dvec3& a, const glm::dvec3& b) { EXPECT_LT(glm::length(a - b), 1e-9) << a.x << " " << a.y << " " << a.z; };
  PhotoMeta m;
  EXPECT_FALSE(camera_axes(m));
  m.heading = 90, m.pitch = 0, m.roll = 0;
  auto a = *camera_axes(m);
  near(-a[2], {1, 0, 0});   // east
  near(a[0], {0, -1, 0});   // its right is the south
  near(a[1], {0, 0, 1});
  m.heading = 0, m.pitch = -90;
  a = *camera_axes(m);
  near(-a[2], {0, 0, -1});  // down, the picture's top to the north
  near(a[1], {0, 1, 0});
  m.pitch = 0, m.roll = 90;
  near((*camera_axes(m))[0], {0, 0, -1});  // its right hand down
  // Pix4D's body looks down where a gimbal's pitch is -90.
  for (const double heading : {0.0, 77.0, 200.0})
    for (const double pitch : {-90.0, -40.0, 5.0}) {
      PhotoMeta gimbal, body;
      gimbal.heading = heading, gimbal.pitch = pitch;
      body.body = {heading, pitch + 90, 0};
      const auto g = *camera_axes(gimbal), b = *camera_axes(body);
      for (int i = 0; i < 3; ++i) near(g[i], b[i]);
    }
  PhotoMeta tilted;
  tilted.body = {0, 0, 10};  // right wing down: it looks to the left, west
  EXPECT_LT(-(*camera_axes(tilted))[2].x, -0.1);
}

TEST_F(Cameras, SpanWhatTheirLensDoes) {
  PhotoMeta m;
  m.width = 4000, m.height = 3000;
  EXPECT_FALSE(photo_field(m));
  m.focal_35mm = 24;  // of a diagonal of 43.27 mm: 84.1 degrees corner to corner, the usual table's figure for 24 mm
  const auto f = *photo_field(m);
  EXPECT_NEAR(2 * std::atan(std::hypot(f.x, f.y)) * 180 / M_PI, 84.1, 0.05);
  EXPECT_NEAR(f.x / f.y, 4.0 / 3, 1e-9);
  PhotoMeta sensor = m;
  sensor.focal_35mm = PhotoMeta::unknown;
  sensor.focal_mm = 8.8, sensor.sensor_width_mm = 13.2;  // a 1-inch sensor
  EXPECT_NEAR(2 * std::atan(photo_field(sensor)->x) * 180 / M_PI, 73.74, 0.01);
  PhotoMeta calibrated = m;
  calibrated.focal_px = 2000;
  EXPECT_NEAR(photo_field(calibrated)->x, 1, 1e-12);
}

TEST_F(Cameras, OneThatIsDamagedCostsItselfAndIsNamed) {
  const test::DronePhoto p;
  const auto good = test::drone_photo(jpeg, p);
  fs::create_directories(dir / "flight" / "day 1");
  test::write(dir / "flight" / "good.jpg", good);
  test::write(dir / "flight" / "day 1" / "橋.JPG", good);
  test::write(dir / "flight" / "none.jpg", jpeg);                       // no GPS
  test::write(dir / "flight" / "text.jpg", "these are words");          // no JPEG
  test::write(dir / "flight" / "cut.jpg", good.substr(0, 120));         // in the midst of its EXIF
  test::write(dir / "flight" / "empty.jpg", "");
  test::write(dir / "flight" / "notes.txt", "not a photograph");
  test::ExifWriter w;
  w.main = {w.text(0x0110, "X")};
  w.gps = {w.text(1, "N"), w.degrees(2, 35), w.text(3, "E"), w.degrees(4, 139)};
  test::write(dir / "flight" / "low.jpg", test::with_parts(jpeg, w.tiff(), ""));  // no altitude
  fs::create_symlink(dir / "flight" / "good.jpg", dir / "flight" / "linked.jpg");
  fs::create_symlink("/etc/passwd", dir / "flight" / "away.jpg");
  const auto set = read({dir / "flight"});
  ASSERT_TRUE(set.ok()) << set.error().text();
  std::map<std::string, bool> placed;
  for (const auto& c : set->photos) placed[c.name] = c.placed;
  EXPECT_EQ(placed, (std::map<std::string, bool>{{"day 1/橋.JPG", true}, {"good.jpg", true}, {"linked.jpg", true}, {"low.jpg", false}, {"none.jpg", false}}));
  for (const char* name : {"none.jpg", "text.jpg", "cut.jpg", "empty.jpg", "low.jpg"}) {
    const auto it = std::find_if(set->model.diagnostics.errors.begin(), set->model.diagnostics.errors.end(), [&](const Error& e) { return e.file.ends_with(name); });
    ASSERT_NE(it, set->model.diagnostics.errors.end()) << name;
    EXPECT_FALSE(it->message.empty());
    EXPECT_FALSE(it->remedy.empty()) << name;
  }
  EXPECT_FALSE(read({dir / "flight" / "text.jpg"}).ok());
  EXPECT_FALSE(read({dir / "nowhere"}).ok());
}

TEST_F(Cameras, HostileExifCostsItsValuesAndNoMore) {
  const auto tiff = [&](const std::string& body) { return test::with_parts(jpeg, body, ""); };
  test::ExifWriter w;
  const auto said = [&](const std::string& body, const char* words) {
    Diagnostics notes;
    const auto m = parse(tiff(body), &notes);
    ASSERT_TRUE(m.ok());
    EXPECT_EQ(m->width, 80u);
    EXPECT_TRUE(std::isnan(m->lon) || std::abs(m->lon) <= 180);
    ASSERT_FALSE(notes.warnings.empty()) << words;
    EXPECT_THAT(notes.warnings.front().text(), HasSubstr(words));
    EXPECT_THAT(notes.warnings.front().text(), HasSubstr("x.jpg"));
    EXPECT_FALSE(notes.warnings.front().remedy.empty());
  };
  w.main = {w.text(0x0110, "FC")};
  w.gps = {w.text(1, "N"), w.degrees(2, 35), w.text(3, "E"), w.degrees(4, 139)};
  const auto good = w.tiff();
  ASSERT_FALSE(std::isnan(parse(tiff(good))->lon));
  auto circle = good;  // the GPS directory is the first one
  circle.replace(circle.find(w.u16(0x8825) + w.u16(4)) + 8, 4, w.u32(8));
  said(circle, "circle");
  auto huge = good;  // the model's name has four thousand million letters
  huge.replace(huge.find(w.u16(0x0110) + w.u16(2)) + 4, 4, w.u32(0xFFFFFFFF));
  said(huge, "outside");
  auto overflow = good;  // 8 bytes times 2^29: nothing left in 32 bits
  overflow.replace(overflow.find(w.u16(2) + w.u16(5)) + 4, 4, w.u32(0x20000000));
  said(overflow, "outside");
  auto other = good;  // says that it is written the other way round
  other[0] = other[1] = 'M';
  said(other, "TIFF");
  said("XX" + good.substr(2), "byte order");
  auto far = good;
  far.replace(4, 4, w.u32(0x7FFFFFFF));
  said(far, "outside");
  auto many = good;
  many.replace(8, 2, w.u16(65535));
  said(many, "more entries");
  w.gps = {w.text(1, "X"), w.degrees(2, 35), w.text(3, "E"), w.degrees(4, 139)};
  said(w.tiff(), "hemisphere");
  // Every beginning of it, and every byte of it changed: never more than a value is lost.
  for (std::size_t n = 0; n < good.size(); ++n) {
    (void)parse(tiff(good.substr(0, n)));
    auto changed = good;
    changed[n] = static_cast<char>(changed[n] ^ 0xFF);
    const auto m = parse(tiff(changed));
    ASSERT_TRUE(m.ok());
    EXPECT_FALSE(std::abs(m->lat) > 90 || std::abs(m->lon) > 180);
  }
  // numbers that are none
  w.gps = {w.text(1, "N"), w.ratio(2, {{35, 0}, {0, 0}, {0, 0}}), w.text(3, "E"), w.degrees(4, 139)};
  EXPECT_TRUE(std::isnan(parse(tiff(w.tiff()))->lat));
  w.gps = {w.text(1, "N"), w.degrees(2, 0), w.text(3, "E"), w.degrees(4, 0)};  // no satellites
  EXPECT_TRUE(std::isnan(parse(tiff(w.tiff()))->lat));
  Diagnostics notes;
  ASSERT_TRUE(parse(test::with_parts(jpeg, "", "<x:xmpmeta><rdf:RDF"), &notes).ok());
  ASSERT_EQ(notes.warnings.size(), 1u);
  EXPECT_THAT(notes.warnings.front().text(), HasSubstr("XMP"));
}

TEST_F(Cameras, AListSaysWhatThePhotographDoesNot) {
  fs::create_directories(dir / "sub");
  test::write(dir / "sub" / "a.jpg", jpeg);
  test::write(dir / "b.jpg", test::drone_photo(jpeg, {}));
  test::write(dir / "list.csv",
              "ファイル,経度,緯度,標高,方位,俯仰角,focal_35mm,出典,撮影日\n"
              "sub/a.jpg,138.9,35.1,50,10,-30,28,市,2026-04-02\nb.jpg,,,,200,,,,\n../secret.jpg,138,35,1,0,0,28,,\n,1,2,3,,,,,\nb.jpg,abc,35,,,,,,\n");
  const auto set = read({dir / "list.csv"});
  ASSERT_TRUE(set.ok()) << set.error().text();
  ASSERT_EQ(set->photos.size(), 3u);
  const auto &a = set->photos[0], &b = set->photos[1];
  EXPECT_EQ(a.place.lon, 138.9);
  EXPECT_EQ(a.place.height, 50);
  EXPECT_TRUE(a.axes && a.field);
  EXPECT_EQ(a.source, "市");
  EXPECT_EQ(geo::to_text(set->model.features.value(0, "date")), "2026-04-02");
  EXPECT_EQ(b.meta.heading, 200);
  EXPECT_EQ(b.meta.pitch, -45) << "the photograph's own";
  EXPECT_NEAR(b.place.lon, 139.76, 1e-8);
  EXPECT_EQ(set->model.diagnostics.errors.size(), 2u);  // outside of the folder; no name
  EXPECT_THAT(set->model.diagnostics.errors[0].text(), HasSubstr("line 5"));
  EXPECT_THAT(set->model.diagnostics.errors[1].text(), HasSubstr("line 4"));
  test::write(dir / "list.json", R"({"photos": [{"file": "sub/a.jpg", "lon": 138.9, "lat": 35.1, "altitude": 50, "heading": 10, "pitch": -30, "focal_35mm": 28}]})");
  const auto json = read({dir / "list.json"});
  ASSERT_TRUE(json.ok()) << json.error().text();
  EXPECT_EQ(json->photos.front().place.height, 50);
  EXPECT_LT(glm::length((*json->photos.front().axes)[2] - (*a.axes)[2]), 1e-12);
}

TEST_F(Cameras, FrustaAreToScaleAndStandWhereThePictureWasTaken) {
  test::write(dir / "p.jpg", test::drone_photo(jpeg, {139.76, 35.68, 120, 80, 0, -90, 0, "2026:04:01 09:30:00"}));
  const auto set = read({dir});
  ASSERT_TRUE(set.ok()) << set.error().text();
  const auto& p = set->photos.front();
  EXPECT_EQ(p.length, 20);  // a quarter of the height it flew at
  const auto plane = std::find_if(set->model.batches.begin(), set->model.batches.end(), [](const auto& b) { return b.texture >= 0; });
  ASSERT_NE(plane, set->model.batches.end());
  ASSERT_EQ(plane->mesh.vertices.size(), 4u);
  // Straight down and to the north: 22 mm on 80 x 60 px is 43.2666 / 22 * 80 / 100 m wide at 1 m.
  const double wide = 43.26661530556787 / 22 * 0.8 * 20, high = wide * 0.75;
  const auto camera = geo::LocalFrame::at({139.76, 35.68, 120});
  const glm::dvec3 expected[4] = {{-wide / 2, high / 2, -20}, {wide / 2, high / 2, -20}, {wide / 2, -high / 2, -20}, {-wide / 2, -high / 2, -20}};
  for (int i = 0; i < 4; ++i) {
    const auto& v = plane->mesh.vertices[static_cast<std::size_t>(i)];
    const auto at = camera.to_local(plane->frame.to_world({v.x, v.y, v.z}));
    EXPECT_LT(glm::length(at - expected[i]), 0.01) << i;
    EXPECT_EQ(v.u, i == 1 || i == 2 ? 1 : 0);
    EXPECT_EQ(v.v, i >= 2 ? 1 : 0);
  }
  EXPECT_EQ(identify(dir / "p.jpg")->front().kind, DataKind::photos);
  EXPECT_EQ(identify(dir)->front().kind, DataKind::photos);
}

TEST_F(Cameras, HeightsOfTwoDatumsAreNeverMixedUnseen) {
  test::write(dir / "a.jpg", test::drone_photo(jpeg, {}));
  auto rtk = test::drone_photo(jpeg, {});
  const std::string roll = "drone-dji:GimbalRollDegree=\"+0.00\"", type = "drone-dji:AltitudeType=\"RtkAlt\"   ";
  rtk.replace(rtk.find(roll), roll.size(), type.substr(0, roll.size()));
  test::write(dir / "b.jpg", rtk);
  const auto set = read({dir});
  ASSERT_TRUE(set.ok()) << set.error().text();
  EXPECT_EQ(set->photos[1].meta.altitude_kind, AltitudeKind::ellipsoid);
  EXPECT_TRUE(set->photos[0].placed);
  EXPECT_FALSE(set->photos[1].placed);
  ASSERT_EQ(set->model.diagnostics.errors.size(), 1u);
  EXPECT_THAT(set->model.diagnostics.errors.front().text(), HasSubstr("b.jpg"));
  PhotosOptions said;
  said.vertical = geo::VerticalKind::ellipsoidal;  // as the scene says of them all
  const auto all = read({dir}, said);
  EXPECT_TRUE(all->photos[0].placed && all->photos[1].placed);
}

TEST_F(Cameras, PicturesAreTurnedAsTheirOrientationSays) {
  // CIPA DC-008: what the stored row 0 and column 0 are of the picture that is looked at.
  Image in;
  in.width = 2, in.height = 1;
  in.rgba = {1, 0, 0, 255, 2, 0, 0, 255};
  const struct { int orientation, w, h; std::vector<int> red; } rows[] = {{1, 2, 1, {1, 2}}, {2, 2, 1, {2, 1}}, {3, 2, 1, {2, 1}}, {4, 2, 1, {1, 2}}, {6, 1, 2, {1, 2}}, {8, 1, 2, {2, 1}}};
  for (const auto& r : rows) {
    const auto out = turn_picture(in, r.orientation);
    EXPECT_EQ(out.width, r.w) << r.orientation;
    EXPECT_EQ(out.height, r.h);
    EXPECT_EQ((std::vector<int>{out.rgba[0], out.rgba[4]}), r.red) << r.orientation;
  }
}

}  // namespace
}  // namespace tenbo::io
