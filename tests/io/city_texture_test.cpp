// Pictures laid on surfaces by a formula. Expected texture coordinates come from the formulas of the CityGML standard
// (section 9.4) and of the ESRI world file, worked out here for each point: the picture is [0, 1]^2 with t upward, a world
// file's lines are A D B E C F, and (C, F) is the centre of the upper left pixel.
#include <gtest/gtest.h>

#include <glm/geometric.hpp>

#include "city_support.h"
#include "gdal_tools.h"
#include "tenbo/io/image.h"

using namespace tenbo;
using namespace tenbo::test;

namespace {

using Point = std::array<double, 3>;
using St = std::array<double, 2>;

const std::string utm = "http://www.opengis.net/def/crs/EPSG/0/25833";  // easting, northing
constexpr double e0 = 390000, n0 = 5820000;

std::string number(double v) {
  char text[40];
  std::snprintf(text, sizeof text, "%.12f", v);
  return text;
}
// Points exactly as the file shall have them.
std::string raw_polygon(const std::vector<Point>& points, const std::string& id) {
  std::string list;
  for (std::size_t i = 0; i <= points.size(); ++i)
    for (const double v : points[i % points.size()]) list += number(v) + " ";
  return "<gml:Polygon gml:id=\"" + id + "\"><gml:exterior><gml:LinearRing><gml:posList>" + list + "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>";
}
std::string roof(const std::string& members, const std::string& id = "all") {
  return building("<bldg:lod2MultiSurface><gml:MultiSurface gml:id=\"" + id + "\"><gml:surfaceMember>" + members + "</gml:surfaceMember></gml:MultiSurface></bldg:lod2MultiSurface>");
}
std::string look(const std::string& data) {
  return "<app:appearanceMember><app:Appearance><app:surfaceDataMember>" + data + "</app:surfaceDataMember></app:Appearance></app:appearanceMember>";
}
std::string generated(const std::string& matrix, const std::string& target, const std::string& srs = {}) {
  return "<app:ParameterizedTexture><app:imageURI>a.png</app:imageURI><app:wrapMode>wrap</app:wrapMode><app:target uri=\"#" + target + "\"><app:TexCoordGen><app:worldToTexture" +
         (srs.empty() ? "" : " srsName=\"" + srs + "\"") + ">" + matrix + "</app:worldToTexture></app:TexCoordGen></app:target></app:ParameterizedTexture>";
}
std::string georeferenced(const std::string& inside, const std::string& target, const std::string& picture = "a.png") {
  return "<app:GeoreferencedTexture><app:imageURI>" + picture + "</app:imageURI>" + inside + "<app:target>#" + target + "</app:target></app:GeoreferencedTexture>";
}
std::string inline_place(double x, double y, const std::string& orientation, const std::string& srs = {}) {
  return "<app:referencePoint><gml:Point" + (srs.empty() ? "" : " srsName=\"" + srs + "\"") + "><gml:pos srsDimension=\"2\">" + number(x) + " " + number(y) +
         "</gml:pos></gml:Point></app:referencePoint><app:orientation>" + orientation + "</app:orientation>";
}

// A folder with a picture of 40 x 20 pixels in it.
std::filesystem::path picture_folder(const std::string& name) {
  const auto dir = scratch(name);
  Image image;
  image.width = 40;
  image.height = 20;
  image.rgba.assign(4 * 40 * 20, 200);
  EXPECT_TRUE(io::write_png(dir / "a.png", image));
  return dir;
}

// The only batch has the picture on it, with these coordinates in the order of the ring.
void expect_coordinates(const Result<io::CityModel>& model, const std::vector<St>& st) {
  ASSERT_TRUE(model) << model.error().text();
  for (const auto& w : model->diagnostics.warnings) ADD_FAILURE() << w.text();
  ASSERT_EQ(model->batches.size(), 1u);
  ASSERT_EQ(model->batches[0].texture, 0);
  const auto& v = model->batches[0].mesh.vertices;
  ASSERT_EQ(v.size(), st.size());
  for (std::size_t i = 0; i < st.size(); ++i) {
    EXPECT_NEAR(v[i].u, st[i][0], 1e-6) << "point " << i;
    EXPECT_NEAR(v[i].v, 1 - st[i][1], 1e-6) << "point " << i;  // v runs down
  }
}
void expect_plain(const Result<io::CityModel>& model, std::string_view warning) {
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_TRUE(has(model->diagnostics.warnings, warning)) << (model->diagnostics.warnings.empty() ? "no warning" : model->diagnostics.warnings[0].text());
  ASSERT_EQ(model->batches.size(), 1u);
  EXPECT_EQ(model->batches[0].texture, -1);
  EXPECT_GT(area(*model), 1);
}

// A flat roof of 8 x 4 m, 2 m east and 1 m north of the picture's corner.
const std::vector<Point> flat = {{e0 + 2, n0 + 1, 9}, {e0 + 10, n0 + 1, 9}, {e0 + 10, n0 + 5, 9}, {e0 + 2, n0 + 5, 9}};

}  // namespace

TEST(city_textures, a_matrix_makes_coordinates_from_the_world) {
  const auto dir = picture_folder("city_texcoordgen");
  // a wall along x: s along it, t up, everything over q = 2
  const std::vector<Point> wall = {{e0, n0, 30}, {e0 + 20, n0, 30}, {e0 + 20, n0, 36}, {e0, n0, 36}};
  const std::array<double, 12> m = {0.1, 0, 0, -0.1 * e0, 0, 0.001, 0.25, -7.5 - 0.001 * n0, 0, 0, 0, 2};
  std::string matrix;
  for (const double v : m) matrix += number(v) + " ";
  std::vector<St> expected;
  for (const auto& p : wall) {
    double r[3];
    for (std::size_t k = 0; k < 3; ++k) r[k] = m[4 * k] * p[0] + m[4 * k + 1] * p[1] + m[4 * k + 2] * p[2] + m[4 * k + 3];
    expected.push_back({r[0] / r[2], r[1] / r[2]});
  }
  EXPECT_DOUBLE_EQ(expected[2][0], 1);
  EXPECT_DOUBLE_EQ(expected[2][1], 0.75);
  for (const char* target : {"wall", "all"})  // the surface itself, or what holds it
    expect_coordinates(read(city(look(generated(matrix, target)) + roof(raw_polygon(wall, "wall")), envelope(utm)), {}, dir), expected);
  expect_coordinates(read(city(look(generated(matrix, "wall", "EPSG:25833")) + roof(raw_polygon(wall, "wall")), envelope(utm)), {}, dir), expected);
  // inside the building, and as CityGML 3 has it
  const std::string three = "<app:ParameterizedTexture><app:imageURI>a.png</app:imageURI><app:wrapMode>wrap</app:wrapMode><app:textureParameterization><app:TextureAssociation><app:target>#wall</app:target>"
                            "<app:textureParameterization><app:TexCoordGen><app:worldToTexture>" + matrix + "</app:worldToTexture></app:TexCoordGen></app:textureParameterization>"
                            "</app:TextureAssociation></app:textureParameterization></app:ParameterizedTexture>";
  std::string own = roof(raw_polygon(wall, "wall"));
  own.insert(own.find("<bldg:lod2"), "<app:appearance><app:Appearance><app:surfaceData>" + three + "</app:surfaceData></app:Appearance></app:appearance>");
  expect_coordinates(read(city(own, envelope(utm)), {}, dir), expected);
}

TEST(city_textures, a_matrix_that_cannot_be_used_costs_only_the_picture) {
  const auto dir = picture_folder("city_texcoordgen_bad");
  const auto with = [&](const std::string& matrix, const std::string& srs = {}) {
    return read(city(look(generated(matrix, "r", srs)) + roof(raw_polygon(flat, "r")), envelope(utm)), {}, dir);
  };
  expect_plain(with("1 0 0 0 0 1 0 0 0 0 1"), "not 12 numbers");
  expect_plain(with("1 0 0 0 0 1 0 0 0 0 0 0"), "not usable");      // q = 0 everywhere
  expect_plain(with("1 0 0 0 0 1 0 0 -1 0 0 390005"), "not usable");  // q changes sign within
  expect_plain(with("nan 0 0 0 0 1 0 0 0 0 0 1"), "not 12 numbers");
  expect_plain(with("1e308 0 0 0 0 1 0 0 0 0 0 1"), "not usable");
  expect_plain(with("1 0 0 -390000 0 1 0 -5820000 0 0 0 1", "EPSG:25832"), "EPSG:25832");
}

TEST(city_textures, a_georeferenced_picture_lies_where_its_reference_point_says) {
  const auto dir = picture_folder("city_georeferenced");
  // pixels of half a metre: the picture covers 20 x 10 m from (e0, n0) to the north-east
  const std::vector<St> expected = {{0.1, 0.1}, {0.5, 0.1}, {0.5, 0.5}, {0.1, 0.5}};
  const auto model = read(city(look(georeferenced(inline_place(e0 + 0.25, n0 + 9.75, "0.5 0 0 -0.5"), "r")) + roof(raw_polygon(flat, "r")), envelope(utm)), {}, dir);
  expect_coordinates(model, expected);
  EXPECT_FALSE(model->textures.at(0).repeat);
  // the reference point goes before a world file, which would lay it elsewhere
  write(dir / "a.pgw", "5\n0\n0\n-5\n390002.5\n5820097.5\n");
  expect_coordinates(read(city(look(georeferenced(inline_place(e0 + 0.25, n0 + 9.75, "0.5 0 0 -0.5", utm), "r")) + roof(raw_polygon(flat, "r")), envelope(utm)), {}, dir), expected);
}

TEST(city_textures, a_georeferenced_picture_lies_where_its_world_file_says) {
  for (const char* extension : {".pgw", ".pngw", ".wld", ".PGW"}) {
    const auto dir = picture_folder("city_world_file");
    // turned by 30 degrees, pixels of 0.4 m across and 0.6 m down
    const double c = std::cos(0.5235987755982988), s = 0.5;
    const double a = 0.4 * c, d = 0.4 * s, b = 0.6 * s, e = -0.6 * c, x0 = e0 - 1, y0 = n0 + 8;
    write(dir / (std::string("a") + extension), number(a) + "\r\n" + number(d) + "\r\n" + number(b) + "\r\n" + number(e) + "\r\n" + number(x0) + "\r\n" + number(y0) + "\r\n");
    std::vector<St> expected;
    for (const auto& p : flat) {  // A col + B row = x - C, D col + E row = y - F; the centre of pixel 0 is half a pixel in
      const double x = p[0] - x0, y = p[1] - y0, det = a * e - b * d;
      const double col = (e * x - b * y) / det, row = (a * y - d * x) / det;
      expected.push_back({(col + 0.5) / 40, 1 - (row + 0.5) / 20});
    }
    expect_coordinates(read(city(look(georeferenced("", "all")) + roof(raw_polygon(flat, "r")), envelope(utm)), {}, dir), expected);
  }
}

TEST(city_textures, a_world_file_has_easting_first_whatever_the_axes) {
  const auto dir = picture_folder("city_world_file_axes");
  // JGD2011, latitude first; pixels of 1e-5 degrees from 139.7 E, 35.6802 N
  write(dir / "a.pgw", "0.00001\n0\n0\n-0.00001\n139.700005\n35.680195\n");
  const std::vector<Point> around = {{35.68005, 139.7001, 5}, {35.68005, 139.7003, 5}, {35.68015, 139.7003, 5}, {35.68015, 139.7001, 5}};
  const std::vector<St> expected = {{0.25, 0.25}, {0.75, 0.25}, {0.75, 0.75}, {0.25, 0.75}};
  expect_coordinates(read(city(look(georeferenced("", "r")) + roof(raw_polygon(around, "r"))), {}, dir), expected);
  // a reference point is in the order of its CRS: here rows run along the first axis
  expect_coordinates(read(city(look(georeferenced(inline_place(35.680195, 139.700005, "0 -0.00001 0.00001 0"), "r")) + roof(raw_polygon(around, "r"))), {}, dir), expected);
}

TEST(city_textures, a_geotiff_brings_its_own_place) {
  const auto dir = picture_folder("city_geotiff");
  int status = 0;
  run("gdal_translate -q -a_ullr 390000 5820010 390020 5820000 -a_srs EPSG:25833 " + quoted(dir / "a.png") + " " + quoted(dir / "b.tif"), &status);
  ASSERT_EQ(status, 0) << "gdal_translate";
  const std::vector<St> inside = {{0.1, 0.1}, {0.5, 0.1}, {0.5, 0.5}, {0.1, 0.5}};
  const auto with = [&](const std::string& prefer) {
    return read(city(look(georeferenced(prefer, "r", "b.tif")) + roof(raw_polygon(flat, "r")), envelope(utm)), {}, dir);
  };
  expect_coordinates(with(""), inside);
  // a world file beside it goes first, unless the file says otherwise
  write(dir / "b.tfw", "1\n0\n0\n-1\n390000.5\n5820019.5\n");
  expect_coordinates(with(""), {{0.05, 0.05}, {0.25, 0.05}, {0.25, 0.25}, {0.05, 0.25}});
  expect_coordinates(with("<app:preferWorldFile>false</app:preferWorldFile>"), inside);
}

TEST(city_textures, a_georeferenced_picture_without_a_usable_place_is_not_drawn) {
  const auto dir = picture_folder("city_georeferenced_bad");
  const auto with = [&](const std::string& inside, const std::string& picture = "a.png") {
    return read(city(look(georeferenced(inside, "r", picture)) + roof(raw_polygon(flat, "r")), envelope(utm)), {}, dir);
  };
  expect_plain(with(""), "no place in the world");
  expect_plain(with("<app:orientation>0.5 0 0 -0.5</app:orientation>"), "no place in the world");
  expect_plain(with(inline_place(e0, n0, "0.5 0.5 0.5 0.5")), "no extent");
  expect_plain(with(inline_place(e0, n0, "0 0 0 0")), "no extent");
  expect_plain(with(inline_place(n0, e0, "0.5 0 0 -0.5")), "outside the picture");  // axes the wrong way round
  expect_plain(with(inline_place(e0, n0, "0.5 0 0 -0.5", "EPSG:25832")), "EPSG:25832");
  expect_plain(with(inline_place(e0, n0, "0.5 0 0 -0.5"), "none.png"), "none.png");
  write(dir / "bad.png", "this is no picture");
  expect_plain(with(inline_place(e0, n0, "0.5 0 0 -0.5"), "bad.png"), "bad.png");
  write(dir / "a.pgw", "0.5\nzero\n");
  expect_plain(with(""), "");
}
