// CityGML, one feature of the format at a time, on models made here: sizes in metres are known from how they are made.
#include "tenbo/io/city.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "city_support.h"
#include "gdal_tools.h"
#include "tenbo/base/text.h"

using namespace tenbo;
using namespace tenbo::test;
using testing::ElementsAre;

TEST(city, reads_a_block) {
  const auto model = read(city(building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>")));
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->features.size(), 1u);
  EXPECT_EQ(model->features.id(0), "b1");
  EXPECT_EQ(model->features.type(0), "bldg:Building");
  EXPECT_EQ(model->triangles, 12u);
  ASSERT_EQ(model->batches.size(), 1u);
  EXPECT_EQ(model->batches[0].theme, io::CityTheme::building);
  EXPECT_NEAR(area(*model), 2 * 100 + 4 * 50, 1);  // the degrees per metre of at() are good to 1e-3
  EXPECT_THAT(model->lods, ElementsAre(1));
  EXPECT_EQ(model->crs.id(), "EPSG:6697");
  EXPECT_EQ(model->vertical, geo::VerticalKind::orthometric);
  EXPECT_NEAR(model->extent.west, 139.70, 1e-12);
  EXPECT_NEAR(model->extent.south, 35.68, 1e-12);
  EXPECT_DOUBLE_EQ(model->extent.min_height, 0);
  EXPECT_DOUBLE_EQ(model->extent.max_height, 5);
  EXPECT_TRUE(model->diagnostics.warnings.empty()) << model->diagnostics.warnings[0].text();
  // every face looks away from the middle
  const auto& mesh = model->batches[0].mesh;
  glm::dvec3 middle(0);
  for (const auto& v : mesh.vertices) middle += position(v) / static_cast<double>(mesh.vertices.size());
  for (std::size_t i = 0; i < mesh.indices.size(); i += 3) {
    const auto a = position(mesh.vertices[mesh.indices[i]]), b = position(mesh.vertices[mesh.indices[i + 1]]), c = position(mesh.vertices[mesh.indices[i + 2]]);
    const auto n = glm::cross(b - a, c - a);
    EXPECT_GT(glm::dot(n, (a + b + c) / 3.0 - middle), 0);
    EXPECT_GT(glm::dot(glm::normalize(n), glm::dvec3(decode_normal(mesh.vertices[mesh.indices[i]].normal))), 0.999);
  }
}

TEST(city, takes_the_best_level_of_detail_and_counts_all) {
  const std::string footprint = "<bldg:lod0FootPrint>" + surfaces({polygon(square(30))}) + "</bldg:lod0FootPrint>";
  const std::string block = "<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>";
  const std::string roof = "<bldg:boundedBy><bldg:RoofSurface><bldg:lod2MultiSurface>" + surfaces({polygon(square(20, 7))}) +
                           "</bldg:lod2MultiSurface></bldg:RoofSurface></bldg:boundedBy>";
  const auto all = read(city(building(footprint + block + roof)));
  ASSERT_TRUE(all);
  EXPECT_NEAR(area(*all), 400, 1);
  EXPECT_THAT(all->lods, ElementsAre(0, 1, 2));
  EXPECT_NEAR((all->extent.east - all->extent.west) * 90460, 30, 0.01);
  const auto two = read(city(building(footprint + block)));
  EXPECT_NEAR(area(*two), 400, 1);
  const auto one = read(city(building(footprint)));
  EXPECT_NEAR(area(*one), 900, 2);
}

TEST(city, parts_belong_to_their_building) {
  const auto part = [](const std::string& id, const std::string& inside) {
    return "<bldg:consistsOfBuildingPart><bldg:BuildingPart gml:id=\"" + id + "\">" + inside + "</bldg:BuildingPart></bldg:consistsOfBuildingPart>";
  };
  const auto model = read(city(building(
      "<bldg:lod1Solid>" + box(50, 5) + "</bldg:lod1Solid>" + part("p1", "<bldg:measuredHeight uom=\"m\">3</bldg:measuredHeight><bldg:lod2MultiSurface>" + surfaces({polygon(square(10, 3))}) + "</bldg:lod2MultiSurface>") +
      part("p2", "<bldg:measuredHeight uom=\"m\">4</bldg:measuredHeight><bldg:lod1Solid>" + box(4, 4, 20) + "</bldg:lod1Solid>") +
      "<bldg:outerBuildingInstallation><bldg:BuildingInstallation><bldg:lod2Geometry>" + surfaces({polygon(square(2, 9))}) +
      "</bldg:lod2Geometry></bldg:BuildingInstallation></bldg:outerBuildingInstallation>" +
      "<bldg:interiorRoom><bldg:Room><bldg:lod4MultiSurface>" + surfaces({polygon(square(8, 1))}) + "</bldg:lod4MultiSurface></bldg:Room></bldg:interiorRoom>")));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->features.size(), 1u);
  EXPECT_NEAR(area(*model), 100 + (2 * 16 + 4 * 16) + 4, 1);  // the parts and the installation, neither the old block nor the room
  std::vector<std::string> heights;
  for (const auto& [name, v] : model->features.attributes(0))
    if (name == "bldg:BuildingPart/measuredHeight") heights.push_back(geo::to_text(v));
  EXPECT_THAT(heights, ElementsAre("3", "4"));
}

TEST(city, rooms_are_drawn_where_there_is_nothing_else) {
  const auto model = read(city(building("<bldg:interiorRoom><bldg:Room><bldg:lod4MultiSurface>" + surfaces({polygon(square(8, 1))}) +
                                        "</bldg:lod4MultiSurface></bldg:Room></bldg:interiorRoom>")));
  EXPECT_NEAR(area(*model), 64, 0.5);
}

TEST(city, holes_are_cut_whichever_way_they_turn) {
  Points hole = square(4, 5, 2, 2), other = square(2, 5, 7, 7);
  const std::vector<Points> reversed{{hole.rbegin(), hole.rend()}, {other.rbegin(), other.rend()}};
  for (const auto& holes : {std::vector<Points>{hole, other}, reversed}) {
    const auto model = read(city(building("<bldg:lod2MultiSurface>" + surfaces({polygon(square(10, 5), holes)}) + "</bldg:lod2MultiSurface>")));
    EXPECT_NEAR(area(*model), 100 - 16 - 4, 0.3);
  }
}

TEST(city, attributes_have_names_types_and_words) {
  const auto dir = scratch("city_codes");
  std::filesystem::create_directories(dir / "codelists");
  std::filesystem::create_directories(dir / "udx/bldg");
  write(dir / "codelists/Building_class.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><gml:Dictionary xmlns:gml=\"http://www.opengis.net/gml\"><gml:dictionaryEntry><gml:Definition>"
        "<gml:description>普通建物</gml:description><gml:name>3001</gml:name></gml:Definition></gml:dictionaryEntry></gml:Dictionary>");
  const auto model = read(city(building(
      "<gml:name>東京 &amp; &#x6771;&#20140; <![CDATA[<&raw;>]]></gml:name><gml:description>1</gml:description>"
      "<gen:stringAttribute name=\"町名\"><gen:value>08</gen:value></gen:stringAttribute>"
      "<gen:intAttribute name=\"n\"><gen:value>-7</gen:value></gen:intAttribute>"
      "<gen:doubleAttribute name=\"d\"><gen:value>2</gen:value></gen:doubleAttribute>"
      "<gen:measureAttribute name=\"m\"><gen:value uom=\"m2\">12.5</gen:value></gen:measureAttribute>"
      "<gen:genericAttributeSet name=\"区域\"><gen:stringAttribute name=\"区分\"><gen:value>2</gen:value></gen:stringAttribute></gen:genericAttributeSet>"
      "<bldg:class codeSpace=\"../../codelists/Building_class.xml\">3001</bldg:class>"
      "<bldg:usage codeSpace=\"../../codelists/Building_usage.xml\">411</bldg:usage><bldg:usage codeSpace=\"../../codelists/Building_usage.xml\">412</bldg:usage>"
      "<bldg:measuredHeight uom=\"m\">16</bldg:measuredHeight><bldg:storeysAboveGround>3</bldg:storeysAboveGround><bldg:function/>"
      "<bldg:roofType>  </bldg:roofType><bldg:flag>true</bldg:flag><bldg:ratio>0.25</bldg:ratio><bldg:code0>0123</bldg:code0>"
      "<bldg:address><core:Address><core:xalAddress><xAL:AddressDetails><xAL:Country><xAL:CountryName>日本</xAL:CountryName><xAL:Locality>"
      "<xAL:LocalityName Type=\"Town\">東京都大田区</xAL:LocalityName></xAL:Locality></xAL:Country></xAL:AddressDetails></core:xalAddress></core:Address></bldg:address>"
      "<uro:bldgDisasterRiskAttribute><uro:RiverFloodingRiskAttribute><uro:depth uom=\"m\">0.8</uro:depth><uro:scale>2</uro:scale>"
      "</uro:RiverFloodingRiskAttribute></uro:bldgDisasterRiskAttribute>"
      "<uro:buildingIDAttribute><uro:BuildingIDAttribute><uro:buildingID>00123</uro:buildingID></uro:BuildingIDAttribute></uro:buildingIDAttribute>")),
                          {}, dir / "udx/bldg");
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(text(*model, "gml:name"), "東京 & 東京 <&raw;>");
  EXPECT_TRUE(std::holds_alternative<std::string_view>(value(*model, "gml:description")));
  EXPECT_EQ(text(*model, "町名"), "08");
  EXPECT_EQ(std::get<std::int64_t>(value(*model, "n")), -7);
  EXPECT_EQ(std::get<double>(value(*model, "d")), 2);
  EXPECT_EQ(std::get<double>(value(*model, "m")), 12.5);
  EXPECT_EQ(text(*model, "m_uom"), "m2");
  EXPECT_EQ(text(*model, "区域/区分"), "2");
  EXPECT_EQ(text(*model, "bldg:class"), "普通建物");
  EXPECT_EQ(text(*model, "bldg:class_code"), "3001");
  EXPECT_EQ(text(*model, "bldg:usage"), "411");
  EXPECT_EQ(std::get<double>(value(*model, "bldg:measuredHeight")), 16);
  EXPECT_EQ(text(*model, "bldg:measuredHeight_uom"), "m");
  EXPECT_EQ(std::get<std::int64_t>(value(*model, "bldg:storeysAboveGround")), 3);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(value(*model, "bldg:function")));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(value(*model, "bldg:roofType")));
  EXPECT_EQ(std::get<bool>(value(*model, "bldg:flag")), true);
  EXPECT_EQ(std::get<double>(value(*model, "bldg:ratio")), 0.25);
  EXPECT_EQ(std::get<std::string_view>(value(*model, "bldg:code0")), "0123");
  EXPECT_EQ(text(*model, "address"), "東京都大田区");
  EXPECT_EQ(text(*model, "xAL:CountryName"), "日本");
  EXPECT_EQ(std::get<double>(value(*model, "uro:RiverFloodingRiskAttribute/depth")), 0.8);
  EXPECT_EQ(std::get<std::int64_t>(value(*model, "uro:RiverFloodingRiskAttribute/scale")), 2);
  EXPECT_EQ(std::get<std::string_view>(value(*model, "uro:BuildingIDAttribute/buildingID")), "00123");
  // one missing list, used twice: one warning
  EXPECT_EQ(model->diagnostics.warnings.size(), 1u);
  EXPECT_TRUE(has(model->diagnostics.warnings, "Building_usage.xml"));
}

TEST(city, reads_generic_attributes_of_citygml_3) {
  std::string xml =
      "<CityModel xmlns=\"http://www.opengis.net/citygml/3.0\" xmlns:b=\"http://www.opengis.net/citygml/building/3.0\" xmlns:g=\"http://www.opengis.net/gml/3.2\" "
      "xmlns:gen=\"http://www.opengis.net/citygml/generics/3.0\" xmlns:c=\"http://www.opengis.net/citygml/construction/3.0\">" + envelope() +
      "<cityObjectMember><b:Building g:id=\"x\"><creationDate>2024-01-02</creationDate><genericAttribute><gen:IntAttribute><gen:name>階数</gen:name>"
      "<gen:value>4</gen:value></gen:IntAttribute></genericAttribute><c:height><c:Height><c:value uom=\"m\">7</c:value></c:Height></c:height>"
      "<boundary><c:RoofSurface><lod2MultiSurface>" + surfaces({polygon(square(10, 5))}) + "</lod2MultiSurface></c:RoofSurface></boundary></b:Building></cityObjectMember></CityModel>";
  for (std::size_t p; (p = xml.find("gml:")) != std::string::npos;) xml.replace(p, 4, "g:");
  const auto model = read(xml);
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->features.type(0), "bldg:Building");
  EXPECT_EQ(text(*model, "core:creationDate"), "2024-01-02");
  EXPECT_EQ(std::get<std::int64_t>(value(*model, "階数")), 4);
  EXPECT_EQ(std::get<double>(value(*model, "con:Height/value")), 7);
  EXPECT_NEAR(area(*model), 100, 0.5);
  EXPECT_THAT(model->lods, ElementsAre(2));
}

TEST(city, references_are_drawn_once) {
  const std::string wall = "<bldg:boundedBy><bldg:WallSurface><bldg:lod2MultiSurface>" + surfaces({polygon(square(10, 5), {}, "p")}) +
                           "</bldg:lod2MultiSurface></bldg:WallSurface></bldg:boundedBy>";
  const std::string solid = "<bldg:lod2Solid><gml:Solid><gml:exterior><gml:CompositeSurface><gml:surfaceMember xlink:href=\"#p\"/></gml:CompositeSurface></gml:exterior></gml:Solid></bldg:lod2Solid>";
  EXPECT_NEAR(area(*read(city(building(solid + wall)))), 100, 0.5);
  EXPECT_NEAR(area(*read(city(building(wall + solid)))), 100, 0.5);
  // from another object, before and after it
  const auto model = read(city(building(solid, "a") + building(wall, "b") + building(solid, "c")));
  ASSERT_TRUE(model);
  for (std::uint32_t f = 0; f < 3; ++f) EXPECT_NEAR(area(*model, f), 100, 0.5) << f;
  EXPECT_FALSE(model->features.extent(2).empty());
  EXPECT_TRUE(model->diagnostics.warnings.empty());
}

TEST(city, references_to_nothing_and_to_themselves_end) {
  const auto dangling = read(city(building("<bldg:lod2MultiSurface>" + surfaces({"#nowhere", polygon(square(10, 5))}) + "</bldg:lod2MultiSurface>")));
  EXPECT_NEAR(area(*dangling), 100, 0.5);
  EXPECT_TRUE(has(dangling->diagnostics.warnings, "#nowhere"));
  EXPECT_TRUE(has(dangling->diagnostics.warnings, "line 8"));
  const std::string loop = "<bldg:lod2MultiSurface><gml:MultiSurface gml:id=\"m\"><gml:surfaceMember xlink:href=\"#m\"/><gml:surfaceMember>" +
                           polygon(square(10, 5)) + "</gml:surfaceMember></gml:MultiSurface></bldg:lod2MultiSurface>";
  const auto cyclic = read(city(building(loop)));
  EXPECT_NEAR(area(*cyclic), 100, 0.5);
  EXPECT_TRUE(has(cyclic->diagnostics.warnings, "itself"));
  const auto surface = [](const std::string& id, const std::string& to) {
    return "<bldg:lod2MultiSurface><gml:MultiSurface gml:id=\"" + id + "\"><gml:surfaceMember xlink:href=\"#" + to + "\"/></gml:MultiSurface></bldg:lod2MultiSurface>";
  };
  const auto two = read(city(building(surface("m1", "m2"), "a") + building(surface("m2", "m1"), "b")));
  ASSERT_TRUE(two);
  EXPECT_EQ(two->triangles, 0u);
}

TEST(city, orientation_turns_a_surface_over) {
  const auto up = [](const std::string& sign) {
    const auto model = read(city(building("<bldg:lod2MultiSurface>" + surfaces({"<gml:OrientableSurface orientation=\"" + sign + "\"><gml:baseSurface>" +
                                          polygon(square(10, 5)) + "</gml:baseSurface></gml:OrientableSurface>"}) + "</bldg:lod2MultiSurface>")));
    const auto& mesh = model->batches.at(0).mesh;
    const auto a = position(mesh.vertices[mesh.indices[0]]), b = position(mesh.vertices[mesh.indices[1]]), c = position(mesh.vertices[mesh.indices[2]]);
    return glm::cross(b - a, c - a).z > 0 && decode_normal(mesh.vertices[0].normal).z > 0;
  };
  EXPECT_TRUE(up("+"));
  EXPECT_FALSE(up("-"));
}

TEST(city, solids_that_are_inside_out_are_turned) {
  // the same block with every ring reversed
  std::string inside_out = "<gml:Solid><gml:exterior><gml:CompositeSurface>";
  const auto b = square(10, 0), t = square(10, 5);
  const auto add = [&](const Points& p) { inside_out += "<gml:surfaceMember>" + polygon({p.rbegin(), p.rend()}) + "</gml:surfaceMember>"; };
  add({b[3], b[2], b[1], b[0]});
  add(t);
  for (std::size_t i = 0; i < 4; ++i) add({b[i], b[(i + 1) % 4], t[(i + 1) % 4], t[i]});
  inside_out += "</gml:CompositeSurface></gml:exterior></gml:Solid>";
  for (const auto& solid : {inside_out, box(10, 5)}) {
    const auto model = read(city(building("<bldg:lod1Solid>" + solid + "</bldg:lod1Solid>")));
    double volume = 0;
    const auto& mesh = model->batches.at(0).mesh;
    for (std::size_t i = 0; i < mesh.indices.size(); i += 3)
      volume += glm::dot(position(mesh.vertices[mesh.indices[i]]), glm::cross(position(mesh.vertices[mesh.indices[i + 1]]), position(mesh.vertices[mesh.indices[i + 2]]))) / 6;
    EXPECT_NEAR(volume, 500, 5);
  }
}

TEST(city, names_that_look_like_words_are_not_searched_for) {
  // PROJ would search its database for the nearest name, slowly, and might find a wrong one
  const auto model = read(city(building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>"), envelope("Japan Plane Rectangular")));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->triangles, 0u);
  EXPECT_TRUE(has(model->diagnostics.errors, "code"));
}

TEST(city, declarations_on_every_element_are_cheap) {
  std::string inside;
  for (int i = 0; i < 20'000; ++i)
    inside += "<x:v xmlns:x=\"http://example.org/" + std::to_string(i % 3) + "\" xmlns:p" + std::to_string(i) + "=\"u\">1</x:v>";
  const auto model = read(city(building(inside)));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->features.attributes(0).size(), 20'000u);
}

TEST(city, relief_triangles_look_up) {
  const auto triangle = [](const Points& p) { return "<gml:Triangle><gml:exterior>" + ring(p) + "</gml:exterior></gml:Triangle>"; };
  const auto model = read(city(member("<dem:ReliefFeature gml:id=\"r\"><dem:lod>2</dem:lod><dem:reliefComponent><dem:TINRelief><dem:lod>2</dem:lod><dem:tin><gml:Tin><gml:trianglePatches>" +
      triangle({{0, 0, 1}, {10, 0, 2}, {0, 10, 3}}) + triangle({{10, 0, 2}, {0, 10, 3}, {10, 10, 4}}) + "</gml:trianglePatches><gml:maxLength uom=\"m\">100</gml:maxLength>"
      "<gml:controlPoint><gml:posList>" + at(0, 0, 50) + " " + at(1, 1, 60) + "</gml:posList></gml:controlPoint></gml:Tin></dem:tin></dem:TINRelief></dem:reliefComponent></dem:ReliefFeature>")));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->triangles, 2u);
  EXPECT_EQ(model->batches.at(0).theme, io::CityTheme::relief);
  EXPECT_THAT(model->lods, ElementsAre(2));
  EXPECT_DOUBLE_EQ(model->extent.max_height, 60);
  for (const auto& v : model->batches[0].mesh.vertices) EXPECT_GT(decode_normal(v.normal).z, 0);
}

TEST(city, points_are_read_in_every_notation) {
  const auto roof = [](const std::string& ring_inside, const std::string& attributes = "") {
    return read(city(building("<bldg:lod2MultiSurface>" + surfaces({"<gml:Polygon" + attributes + "><gml:exterior><gml:LinearRing>" + ring_inside +
                                                                    "</gml:LinearRing></gml:exterior></gml:Polygon>"}) + "</bldg:lod2MultiSurface>")));
  };
  std::string pos, property, flat, commas;
  const auto s = square(10, 0);
  for (const std::size_t i : {0, 1, 2, 3, 0}) {
    const std::string p = at(s[i][0], s[i][1], s[i][2]);
    pos += "<gml:pos>" + p + "</gml:pos>";
    property += "<gml:pointProperty><gml:Point><gml:pos>" + p + "</gml:pos></gml:Point></gml:pointProperty>";
    flat += p.substr(0, p.rfind(' ')) + "\n\t";
    std::string c = p;
    std::replace(c.begin(), c.end(), ' ', ',');
    commas += c + " ";
  }
  EXPECT_NEAR(area(*roof(pos)), 100, 0.5);
  EXPECT_NEAR(area(*roof(property)), 100, 0.5);
  EXPECT_NEAR(area(*roof("<gml:posList srsDimension=\"2\">" + flat + "</gml:posList>")), 100, 0.5);
  EXPECT_NEAR(area(*roof("<gml:posList>" + flat + "</gml:posList>", " srsDimension=\"2\"")), 100, 0.5);
  EXPECT_NEAR(area(*roof("<gml:coordinates>" + commas + "</gml:coordinates>")), 100, 0.5);
}

TEST(city, pictures_and_colours) {
  const auto dir = scratch("city_look");
  std::filesystem::create_directories(dir / "udx/bldg/tex");
  write(dir / "udx/bldg/tex/a.png", "not looked into");
  const auto surface = [](const std::string& uri, const std::string& target, const std::string& ring_id) {
    return "<app:surfaceDataMember><app:ParameterizedTexture><app:imageURI>" + uri + "</app:imageURI><app:wrapMode>wrap</app:wrapMode><app:target uri=\"#" + target +
           "\"><app:TexCoordList><app:textureCoordinates ring=\"#" + ring_id + "\">0 0 1 0 1 0.25 0 0.25 0 0</app:textureCoordinates></app:TexCoordList></app:target></app:ParameterizedTexture></app:surfaceDataMember>";
  };
  const std::string look = "<app:appearanceMember><app:Appearance><app:theme>rgb</app:theme>" + surface("tex/a.png", "p1", "r1") + surface("tex/none.png", "p2", "r2") +
                           surface("../../../../../etc/passwd", "p3", "r3") +
                           "<app:surfaceDataMember><app:X3DMaterial><app:diffuseColor>1 0.5 0</app:diffuseColor><app:target>#p2</app:target><app:target>#all</app:target></app:X3DMaterial></app:surfaceDataMember>"
                           "</app:Appearance></app:appearanceMember>";
  const auto roof = [](int i) { const auto n = std::to_string(i); return polygon(square(10, 5, 20.0 * i), {}, "p" + n, "r" + n); };
  std::string geometry = "<bldg:lod2MultiSurface>" + surfaces({roof(1), roof(2), roof(3), roof(4)}) + "</bldg:lod2MultiSurface>";
  geometry.insert(geometry.find("<gml:MultiSurface") + 17, " gml:id=\"all\"");
  for (const auto& order : {look + building(geometry), building(geometry) + look}) {
    const auto model = read(city(order), {}, dir / "udx/bldg");
    ASSERT_TRUE(model) << model.error().text();
    ASSERT_EQ(model->textures.size(), 1u);
    EXPECT_EQ(model->textures[0].path.filename(), "a.png");
    EXPECT_TRUE(model->textures[0].repeat);
    EXPECT_TRUE(has(model->diagnostics.warnings, "tex/none.png"));
    EXPECT_TRUE(has(model->diagnostics.warnings, "outside"));
    ASSERT_EQ(model->batches.size(), 2u);
    EXPECT_EQ(model->batches[0].texture, 0);
    EXPECT_EQ(model->batches[1].texture, -1);
    EXPECT_EQ(model->batches[1].colour, (Rgba8{255, 128, 0, 255}));
    EXPECT_EQ(model->batches[1].mesh.indices.size(), 18u);
    // v runs down from the picture's top: t = 0 is its lowest row
    const auto& v = model->batches[0].mesh.vertices;
    ASSERT_EQ(v.size(), 4u);
    EXPECT_FLOAT_EQ(v[0].u, 0);
    EXPECT_FLOAT_EQ(v[0].v, 1);
    EXPECT_FLOAT_EQ(v[2].u, 1);
    EXPECT_FLOAT_EQ(v[2].v, 0.75f);
  }
}

TEST(city, shapes_are_placed_at_their_points) {
  const auto tree = [](const std::string& geometry, double e) {
    return "<veg:lod1ImplicitRepresentation><core:ImplicitGeometry><core:transformationMatrix>2 0 0 1 0 2 0 0 0 0 2 3 0 0 0 1</core:transformationMatrix>" + geometry +
           "<core:referencePoint><gml:Point><gml:pos>" + at(e, 0, 100) + "</gml:pos></gml:Point></core:referencePoint></core:ImplicitGeometry></veg:lod1ImplicitRepresentation>";
  };
  const std::string shape = "<core:relativeGMLGeometry><gml:MultiSurface gml:id=\"shape\"><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>"
                            "0 0 0 1 0 0 1 1 0 0 1 0 0 0 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></core:relativeGMLGeometry>";
  const auto object = [](const std::string& inside) { return member("<veg:SolitaryVegetationObject>" + inside + "</veg:SolitaryVegetationObject>"); };
  const auto model = read(city(object(tree(shape, 0)) + object(tree("<core:relativeGMLGeometry xlink:href=\"#shape\"/>", 50))));
  ASSERT_TRUE(model) << model.error().text();
  ASSERT_EQ(model->features.size(), 2u);
  for (std::uint32_t f = 0; f < 2; ++f) {
    EXPECT_NEAR(area(*model, f), 4, 1e-3);
    const auto& extent = model->features.extent(f);
    EXPECT_NEAR(extent.max_height, 103, 1e-3);  // 100 + the matrix's 3, and not the shape's own 0
    EXPECT_NEAR((extent.west - 139.70) * 90460, 50.0 * f, 0.01);
    EXPECT_NEAR((extent.east - 139.70) * 90460, 50.0 * f + 3, 0.01);
  }
  EXPECT_EQ(model->batches.at(0).theme, io::CityTheme::vegetation);
}

TEST(city, no_crs_is_said_and_not_guessed) {
  const std::string metres = building("<bldg:lod1MultiSurface><gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>"
                                      "0 0 0 10 0 0 10 10 0 0 0 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></bldg:lod1MultiSurface>"
                                      "<gml:name>n</gml:name>");
  const auto local = read(city(metres, ""));
  ASSERT_TRUE(local);
  EXPECT_EQ(local->features.size(), 1u);
  EXPECT_EQ(text(*local, "gml:name"), "n");
  EXPECT_EQ(local->triangles, 0u);
  EXPECT_TRUE(local->extent.empty());
  EXPECT_TRUE(has(local->diagnostics.errors, "srsName"));
  const auto unknown = read(city(metres, envelope("EPSG:999999")));
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->triangles, 0u);
  EXPECT_TRUE(has(unknown->diagnostics.errors, "999999"));
  // latitude and longitude of Japan cannot be taken for anything else
  const auto guessed = read(city(building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>"), ""));
  ASSERT_TRUE(guessed);
  EXPECT_EQ(guessed->triangles, 12u);
  EXPECT_TRUE(has(guessed->diagnostics.warnings, "EPSG:6697"));
}

TEST(city, vertical_datums_are_not_mixed) {
  io::CityOptions options;
  options.heights.scene = geo::VerticalKind::ellipsoidal;
  const auto model = read(city(building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>")), options);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::mismatch);
  EXPECT_NE(model.error().text().find("--geoid"), std::string::npos);
}

TEST(city, one_bad_polygon_costs_only_itself) {
  for (const char* bad : {"NaN", "1e308", "-INF", "1e999", "x", "91e5", "--3", "1.2.3"}) {
    std::string broken = polygon(square(10, 9));
    broken.replace(broken.find("35.68"), 5, std::string(bad) + " ");
    const auto model = read(city(building("<bldg:lod2MultiSurface>" + surfaces({polygon(square(10, 5)), broken}) + "</bldg:lod2MultiSurface>")));
    ASSERT_TRUE(model) << bad;
    EXPECT_NEAR(area(*model), 100, 0.5) << bad;
    EXPECT_TRUE(has(model->diagnostics.warnings, "line 8")) << bad;
    EXPECT_DOUBLE_EQ(model->extent.max_height, 5) << bad;
  }
}

TEST(city, flat_and_crossing_rings_do_no_harm) {
  const auto model = read(city(building("<bldg:lod2MultiSurface>" +
      surfaces({polygon({{0, 0, 5}, {10, 0, 5}, {5, 0, 5}}), polygon({{0, 0, 5}, {0, 0, 5}, {0, 0, 5}}), polygon({{0, 0, 5}, {10, 10, 5}, {10, 0, 5}, {0, 10, 5}}),
                polygon({{1, 1, 5}}), polygon(square(10, 7)), "<gml:Polygon/>", "<gml:Polygon><gml:exterior><gml:LinearRing/></gml:exterior></gml:Polygon>"}) + "</bldg:lod2MultiSurface>")));
  ASSERT_TRUE(model);
  EXPECT_GE(area(*model), 99.5);
  EXPECT_TRUE(has(model->diagnostics.warnings, "no area"));
}

TEST(city, broken_xml_names_its_line_and_keeps_the_rest) {
  const std::string good = building("<gml:name>ok</gml:name>", "good");
  const std::string bad = "<core:cityObjectMember>\n<bldg:Building gml:id=\"bad\">\n<gml:name>x</gml:nam>\n</bldg:Building></core:cityObjectMember>\n";
  const auto model = read(city(good + bad + good));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->features.size(), 2u);
  ASSERT_EQ(model->diagnostics.errors.size(), 1u);
  EXPECT_EQ(model->diagnostics.errors[0].place, "line 11");  // six lines of head, the envelope, one good, three into the bad
  for (const char* broken : {"<a b=c/>", "<a b=\"1/>", "<a b/>", "<>", "<a <b/>", "</x>", "<!-- ", "<![CDATA[ ", "<!x>", "<? ", "<a b=\"<\"/>"}) {
    const auto one = read(city(good + building(broken, "b")));
    ASSERT_TRUE(one) << broken;
    EXPECT_EQ(one->features.size(), 1u) << broken;
    EXPECT_FALSE(one->diagnostics.errors.empty()) << broken;
  }
}

TEST(city, comments_and_cdata_hide_members) {
  const std::string hidden = building("<gml:name>hidden</gml:name>", "hidden");
  const auto model = read(city("<!-- " + hidden + " -->" + building("<gml:name><![CDATA[" + hidden + "]]></gml:name>", "seen") + "<?pi " + hidden + "?>"));
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->features.size(), 1u);
  EXPECT_EQ(model->features.id(0), "seen");
  EXPECT_TRUE(model->diagnostics.errors.empty());
}

TEST(city, truncated_anywhere_is_an_error_and_no_crash) {
  const std::string whole = city(building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid><gml:name>a&amp;b</gml:name>") + building("<!-- c --><gml:name>x</gml:name>", "b2"));
  const std::size_t root_end = whole.rfind("</core:CityModel>") + std::string("</core:CityModel>").size();
  JobSystem jobs(1);
  for (std::size_t n = 0; n < root_end; n += n < 1000 || n + 1500 > root_end ? 1 : 7) {
    const auto model = io::read_city_memory(whole.substr(0, n), "t.gml", {}, {}, jobs);
    if (model) { EXPECT_FALSE(model->diagnostics.errors.empty()) << n; }
  }
}

TEST(city, what_is_not_citygml_is_said_so) {
  for (const char* wrong : {"", " ", "hello", "{\"type\":\"CityJSON\"}", "<html><body/></html>", "\x89PNG\r\n\x1a\n", "<?xml version=\"1.0\"?>",
                            "<gml:FeatureCollection xmlns:gml=\"http://www.opengis.net/gml\"><gml:featureMember/></gml:FeatureCollection>"}) {
    const auto model = read(wrong);
    ASSERT_FALSE(model) << wrong;
    EXPECT_EQ(model.error().file, "test.gml");
    EXPECT_FALSE(model.error().message.empty());
  }
}

TEST(city, entities_are_never_expanded) {
  std::string bomb = city(building("<gml:name>&lol9;</gml:name>"));
  bomb.insert(bomb.find("<core:CityModel"), "<!DOCTYPE x [<!ENTITY lol \"lol\"><!ENTITY lol9 \"&lol;&lol;&lol;\"><!ENTITY xxe SYSTEM \"file:///etc/passwd\">]>\n");
  const auto model = read(bomb);
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(text(*model, "gml:name"), "&lol9;");
  EXPECT_TRUE(has(model->diagnostics.warnings, "DOCTYPE"));
  EXPECT_TRUE(has(model->diagnostics.warnings, "entities"));
}

TEST(city, nesting_is_bounded) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  const auto model = read(city(building("<gml:name>ok</gml:name>", "a") + building(deep, "b")));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->features.size(), 1u);
  EXPECT_TRUE(has(model->diagnostics.errors, "nested deeper"));
}

TEST(city, other_encodings) {
  const std::string utf8 = city(building("<gml:name>髙﨑 東京</gml:name>"));
  EXPECT_EQ(text(*read("\xEF\xBB\xBF" + utf8), "gml:name"), "髙﨑 東京");
  // Shift_JIS of 東京 (0x938C 0x8B9E) from the JIS X 0208 table
  std::string sjis = city(building("<gml:name>\x93\x8C\x8B\x9E</gml:name>"));
  sjis.replace(sjis.find("UTF-8"), 5, "Shift_JIS");
  EXPECT_EQ(text(*read(sjis), "gml:name"), "東京");
  std::string euc = city(building("<gml:name>\xC5\xEC\xB5\xFE</gml:name>"));
  euc.replace(euc.find("UTF-8"), 5, "EUC-JP");
  EXPECT_EQ(text(*read(euc), "gml:name"), "東京");
  std::string utf16 = "\xFF\xFE";
  for (std::size_t i = 0; i < utf8.size();) {
    const char32_t c = next_code_point(utf8, i);
    utf16 += static_cast<char>(c & 0xFF);
    utf16 += static_cast<char>(c >> 8);
  }
  EXPECT_EQ(text(*read(utf16), "gml:name"), "髙﨑 東京");
  // says UTF-8 and is not: marked, and said
  const auto lie = read(city(building("<gml:name>\x93\x8C\x8B\x9E</gml:name>")));
  ASSERT_TRUE(lie);
  EXPECT_TRUE(is_valid_utf8(text(*lie, "gml:name")));
  EXPECT_TRUE(has(lie->diagnostics.warnings, "encoding"));
}

TEST(city, duplicate_ids_are_both_kept) {
  const auto model = read(city(building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>", "same") + building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>", "same")));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->features.size(), 2u);
  EXPECT_EQ(model->triangles, 24u);
}

TEST(city, threads_do_not_change_the_result) {
  std::string members;
  for (int i = 0; i < 400; ++i)
    members += building("<gml:name>n" + std::to_string(i) + "</gml:name><bldg:v" + std::to_string(i % 7) + ">" + std::to_string(i) + "</bldg:v" + std::to_string(i % 7) +
                        "><bldg:lod1Solid>" + box(10, 5, (i * 137) % 2000, (i * 71) % 2000) + "</bldg:lod1Solid>", "b" + std::to_string(i));
  std::vector<io::CityModel> models;
  for (const unsigned threads : {1u, 4u}) {
    JobSystem jobs(threads);
    auto model = io::read_city_memory(city(members), "t", {}, {}, jobs);
    ASSERT_TRUE(model);
    models.push_back(std::move(*model));
  }
  ASSERT_EQ(models[0].features.size(), 400u);
  ASSERT_EQ(models[0].batches.size(), models[1].batches.size());
  EXPECT_GT(models[0].batches.size(), 4u);
  for (std::size_t b = 0; b < models[0].batches.size(); ++b) {
    const auto &x = models[0].batches[b].mesh, &y = models[1].batches[b].mesh;
    ASSERT_EQ(x.vertices.size(), y.vertices.size());
    EXPECT_EQ(std::memcmp(x.vertices.data(), y.vertices.data(), x.vertices.size() * sizeof(Vertex)), 0);
    EXPECT_EQ(x.indices, y.indices);
  }
  for (std::uint32_t f = 0; f < 400; ++f) {
    EXPECT_EQ(models[0].features.id(f), models[1].features.id(f));
    EXPECT_EQ(models[0].features.attributes(f), models[1].features.attributes(f));
  }
}

TEST(city, a_ring_of_a_million_points_is_read) {
  Points circle;
  const int n = 1'000'000;
  double expected = 0;
  for (int i = 0; i < n; ++i) {
    const double a = 2 * M_PI * i / n, r = 1000 + 100 * std::sin(a * 400) + (i % 2 ? 0.005 : 0);
    circle.push_back({r * std::cos(a), r * std::sin(a), 0});
  }
  for (int i = 0; i < n; ++i) {
    const auto &p = circle[static_cast<std::size_t>(i)], &q = circle[static_cast<std::size_t>((i + 1) % n)];
    expected += (p[0] * q[1] - p[1] * q[0]) / 2;
  }
  const auto model = read(city(building("<bldg:lod1MultiSurface>" + surfaces({polygon(circle)}) + "</bldg:lod1MultiSurface>")));
  ASSERT_TRUE(model);
  EXPECT_TRUE(model->diagnostics.warnings.empty()) << model->diagnostics.warnings[0].text();
  EXPECT_EQ(model->triangles, static_cast<std::uint64_t>(n - 2));
  EXPECT_NEAR(area(*model) / expected, 1, 2e-3);
}

TEST(city, meshes_can_be_left_out) {
  io::CityOptions options;
  options.meshes = false;
  const auto model = read(city(building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>")), options);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->triangles, 12u);
  EXPECT_TRUE(model->batches.empty());
}

TEST(city, a_folder_is_read_in_order_and_a_bad_file_costs_itself) {
  const auto dir = scratch("city_folder");
  std::filesystem::create_directories(dir / "udx/bldg");
  std::filesystem::create_directories(dir / "udx/brid");
  write(dir / "udx/bldg/2.gml", city(building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>", "second")));
  write(dir / "udx/bldg/1.gml", city(building("<bldg:lod1Solid>" + box(10, 5) + "</bldg:lod1Solid>", "first")));
  write(dir / "udx/brid/3.gml", "not xml");
  write(dir / "other.gml", city(building("", "outside")));
  JobSystem jobs(2);
  Progress progress;
  const auto model = io::read_city(dir, {}, jobs, progress, {});
  ASSERT_TRUE(model) << model.error().text();
  ASSERT_EQ(model->features.size(), 2u);
  EXPECT_EQ(model->features.id(0), "first");
  EXPECT_EQ(model->features.id(1), "second");
  EXPECT_EQ(model->name, "city_folder");
  EXPECT_EQ(model->triangles, 24u);
  EXPECT_EQ(model->batches.size(), 1u);
  ASSERT_EQ(model->diagnostics.errors.size(), 1u);
  EXPECT_NE(model->diagnostics.errors[0].file.find("3.gml"), std::string::npos);
  EXPECT_EQ(progress.done, progress.total);
  CancelToken cancel;
  cancel.cancel();
  const auto cancelled = io::read_city(dir, {}, jobs, progress, cancel);
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::cancelled);
}
