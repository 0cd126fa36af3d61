// The parts that a 3D model names itself: of CityGML with a gml:id, of IFC by GlobalId and Tag. The models are written here; which part a
// triangle belongs to is known by where it stands. Members of IFC: the enumerations of ISO 16739-1:2024 as buildingSMART publishes them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "../../engine/runtime/src/binding.h"
#include "../../engine/runtime/src/structure_layer.h"
#include "gdal_tools.h"
#include "tenbo/inspection/part_words.h"
#include "tenbo/io/ifc.h"

namespace {
using namespace tenbo;
using inspection::Member;
namespace fs = std::filesystem;

constexpr double lat0 = 35.0, lon0 = 139.0;
// One level rectangle from (x0, y0) to (x1, y1) m east and north of the place, at z.
std::string face(double x0, double y0, double x1, double y1, double z) {
  char text[300];
  const double k = 1 / 111'000.0, e = k / std::cos(lat0 * M_PI / 180);
  std::snprintf(text, sizeof text, "%.9f %.9f %.3f %.9f %.9f %.3f %.9f %.9f %.3f %.9f %.9f %.3f %.9f %.9f %.3f", lat0 + y0 * k, lon0 + x0 * e, z, lat0 + y0 * k, lon0 + x1 * e, z,
                lat0 + y1 * k, lon0 + x1 * e, z, lat0 + y1 * k, lon0 + x0 * e, z, lat0 + y0 * k, lon0 + x0 * e, z);
  return std::string("<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>") + text + "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>";
}
std::string lod(const std::string& property, const std::string& faces) { return "<" + property + "><gml:MultiSurface>" + faces + "</gml:MultiSurface></" + property + ">"; }

// A deck 40 m long at 10 m with its underside at 9 m, two piers, a railing; a bridge beside it of nothing but faces; a tunnel.
std::string model() {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><core:CityModel xmlns:core=\"http://www.opengis.net/citygml/2.0\" xmlns:brid=\"http://www.opengis.net/citygml/bridge/2.0\" "
         "xmlns:tun=\"http://www.opengis.net/citygml/tunnel/2.0\" xmlns:bldg=\"http://www.opengis.net/citygml/building/2.0\" xmlns:gml=\"http://www.opengis.net/gml\" "
         "xmlns:uro=\"https://www.geospatial.jp/iur/uro/3.0\"><gml:boundedBy><gml:Envelope srsName=\"http://www.opengis.net/def/crs/EPSG/0/6697\" srsDimension=\"3\">"
         "<gml:lowerCorner>34.9 138.9 0</gml:lowerCorner><gml:upperCorner>35.1 139.1 90</gml:upperCorner></gml:Envelope></gml:boundedBy>"
         "<core:cityObjectMember><bldg:Building gml:id=\"house\"><bldg:boundedBy><bldg:RoofSurface gml:id=\"roof\">" + lod("bldg:lod2MultiSurface", face(80, 0, 90, 10, 5)) +
         "</bldg:RoofSurface></bldg:boundedBy></bldg:Building></core:cityObjectMember>"
         "<core:cityObjectMember><brid:Bridge gml:id=\"bridge\"><gml:name>鶴橋</gml:name><uro:bridAttribute><uro:FacilityIdAttribute><uro:id>35.0,139.0</uro:id></uro:FacilityIdAttribute></uro:bridAttribute>"
         "<brid:outerBridgeConstruction><brid:BridgeConstructionElement gml:id=\"pier-1\"><brid:function>橋脚</brid:function>" + lod("brid:lod3Geometry", face(-10, -2, -8, 2, 4)) +
         "</brid:BridgeConstructionElement></brid:outerBridgeConstruction>"
         "<brid:outerBridgeConstruction><brid:BridgeConstructionElement gml:id=\"pier-2\"><gml:name>P2</gml:name><brid:function>橋脚</brid:function><brid:boundedBy>"
         "<brid:WallSurface>" + lod("brid:lod3MultiSurface", face(8, -2, 10, 2, 4)) + "</brid:WallSurface></brid:boundedBy></brid:BridgeConstructionElement></brid:outerBridgeConstruction>"
         "<brid:outerBridgeInstallation><brid:BridgeInstallation gml:id=\"rail\"><brid:function>高欄</brid:function>" + lod("brid:lod3Geometry", face(-20, 4, 20, 4.2, 11)) +
         "</brid:BridgeInstallation></brid:outerBridgeInstallation>"
         "<brid:boundedBy><brid:OuterFloorSurface gml:id=\"top\">" + lod("brid:lod3MultiSurface", face(-20, -4, 20, 4, 10)) + "</brid:OuterFloorSurface></brid:boundedBy>"
         "<brid:boundedBy><brid:OuterCeilingSurface gml:id=\"under\">" + lod("brid:lod3MultiSurface", face(-20, -4, 20, 4, 9)) + "</brid:OuterCeilingSurface></brid:boundedBy>"
         "</brid:Bridge></core:cityObjectMember>"
         "<core:cityObjectMember><brid:Bridge gml:id=\"plain\">" + lod("brid:lod2MultiSurface", face(-20, 40, 20, 48, 10)) + "</brid:Bridge></core:cityObjectMember>"
         "<core:cityObjectMember><tun:Tunnel gml:id=\"tunnel\"><tun:interiorHollowSpace><tun:HollowSpace gml:id=\"hollow\"><tun:boundedBy><tun:InteriorWallSurface gml:id=\"lining\">" +
         lod("tun:lod4MultiSurface", face(-20, 80, 20, 84, 3)) + "</tun:InteriorWallSurface></tun:boundedBy></tun:HollowSpace></tun:interiorHollowSpace></tun:Tunnel></core:cityObjectMember>"
         "</core:CityModel>";
}

io::CityModel read(const std::string& text) {
  JobSystem jobs;
  auto m = io::read_city_memory(text, "test.gml", {}, {}, jobs);
  EXPECT_TRUE(m.ok()) << m.error().text();
  return std::move(*m);
}
// Of each element's id ("" without one) the triangles, and the middle of their corners in east, north, height.
struct Triangles { int count = 0; geo::GeoPoint middle{0, 0, 0}; };
std::map<std::string, Triangles> triangles_of(const io::CityModel& m) {
  std::map<std::string, Triangles> out;
  for (const auto& b : m.batches) {
    std::size_t hint = 0;
    for (std::size_t i = 0; i + 2 < b.mesh.indices.size(); i += 3) {
      const auto e = io::element_at(b.elements, i, hint);
      const auto feature = b.mesh.vertices[b.mesh.indices[i]].feature;
      EXPECT_TRUE(e == io::no_element || m.elements.at(e).whole == feature);
      auto& t = out[e == io::no_element ? "none of " + std::string(m.features.id(feature)) : m.elements[e].id.empty() ? m.elements[e].type + " in " + m.elements.at(m.elements[e].parent).id : m.elements[e].id];
      ++t.count;
      for (int k = 0; k < 3; ++k) {
        const auto& v = b.mesh.vertices[b.mesh.indices[i + static_cast<std::size_t>(k)]];
        const auto p = b.frame.to_geo({v.x, v.y, v.z});
        t.middle.lon += p.lon, t.middle.lat += p.lat, t.middle.height += p.height;
      }
    }
  }
  for (auto& [name, t] : out) t.middle.lon /= 3 * t.count, t.middle.lat /= 3 * t.count, t.middle.height /= 3 * t.count;
  return out;
}

runtime::FeatureSurfaces surfaces_of(const io::CityModel& m) {
  runtime::FeatureSurfaces out;
  for (const auto& b : m.batches) out.keep(b, m);
  return out;
}
std::shared_ptr<const inspection::Register> one_bridge(const std::string& id, inspection::Kind kind = inspection::Kind::bridge) {
  inspection::RegisterBuilder b;
  inspection::StructureRow row;
  row.id = id, row.kind = kind, row.lon = lon0, row.lat = lat0, row.length = 40;
  b.add(row);
  inspection::Defect d;
  d.kind = inspection::DefectKind::corrosion;
  d.element = b.intern("pier-2");
  b.add(d);
  return b.finish();
}

TEST(CityParts, EveryTriangleKnowsTheInnermostPartThatHoldsIt) {
  const auto m = read(model());
  const auto t = triangles_of(m);
  const std::map<std::string, double> heights = {{"pier-1", 4}, {"brid:WallSurface in pier-2", 4}, {"rail", 11}, {"top", 10}, {"under", 9}, {"none of plain", 10}, {"lining", 3}, {"none of house", 5}};
  ASSERT_EQ(t.size(), heights.size());
  for (const auto& [name, height] : heights) {
    ASSERT_TRUE(t.count(name)) << name;
    EXPECT_EQ(t.at(name).count, 2) << name;
    EXPECT_NEAR(t.at(name).middle.height, height, 0.01) << name;
  }
  EXPECT_LT(t.at("pier-1").middle.lon, lon0);
  EXPECT_GT(t.at("brid:WallSurface in pier-2").middle.lon, lon0);
  std::size_t pier = 0;
  while (pier < m.elements.size() && m.elements[pier].id != "pier-2") ++pier;
  ASSERT_LT(pier, m.elements.size());
  EXPECT_EQ(m.elements[pier].type, "brid:BridgeConstructionElement");
  EXPECT_EQ(m.elements[pier].name, "P2");
  EXPECT_EQ(m.elements[pier].role, "橋脚");
  EXPECT_EQ(m.features.id(m.elements[pier].whole), "bridge");
}

// The same whatever the workers: files in parallel, and objects whose geometry stands in another.
TEST(CityParts, AnObjectThatWaitsForAnothersGeometryHasItsPartsOnce) {
  auto text = model();
  const std::string from = "<brid:OuterFloorSurface gml:id=\"top\">" + lod("brid:lod3MultiSurface", face(-20, -4, 20, 4, 10));
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, from.size(), "<brid:OuterFloorSurface gml:id=\"top\">" + lod("brid:lod3MultiSurface", "<gml:surfaceMember xlink:href=\"#elsewhere\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"/>"));
  const std::string end = "</core:CityModel>";
  const auto donor = face(-20, -4, 20, 4, 10);
  std::string named = donor;
  named.replace(named.find("<gml:Polygon>"), 13, "<gml:Polygon gml:id=\"elsewhere\">");
  text.replace(text.find(end), end.size(), "<core:cityObjectMember><brid:Bridge gml:id=\"donor\">" + lod("brid:lod2MultiSurface", named) + "</brid:Bridge></core:cityObjectMember>" + end);
  const auto m = read(text);
  const auto t = triangles_of(m);
  ASSERT_TRUE(t.count("top"));
  EXPECT_EQ(t.at("top").count, 2);
  EXPECT_EQ(std::count_if(m.elements.begin(), m.elements.end(), [](const auto& e) { return e.id == "pier-1"; }), 1);
  for (const auto& e : m.elements) EXPECT_LT(e.whole, m.features.size());
}

TEST(CityParts, ABrokenObjectLeavesNoPartsBehind) {
  auto text = model();
  text.resize(text.find("<tun:Tunnel"));  // cut off within the last
  text.resize(text.find("gml:id=\"under\""));
  const auto m = read(text);
  for (const auto& e : m.elements) EXPECT_LT(e.whole, m.features.size());
}

TEST(CityParts, MembersAreTheFilesWordsAndAreSaidSo) {
  const auto m = read(model());
  const auto surfaces = surfaces_of(m);
  const auto bridge = *m.features.find("bridge");
  const auto records = one_bridge("bridge");
  const auto n = runtime::stand_from_surface(*records, 0, surfaces, m, bridge);
  ASSERT_TRUE(n);
  std::map<std::string, std::set<Member>> members;
  std::map<std::string, bool> told;
  for (const auto& t : n->surface) {
    ASSERT_GE(t.part, 0);
    const auto& e = m.elements[static_cast<std::size_t>(t.part)];
    members[e.id].insert(t.member), told[e.id] = t.told;
  }
  EXPECT_EQ(members["pier-1"], std::set<Member>{Member::pier});
  EXPECT_EQ(members[""], std::set<Member>{Member::pier});  // of pier-2's wall
  EXPECT_EQ(members["rail"], std::set<Member>{Member::railing});
  EXPECT_EQ(members["top"], std::set<Member>{Member::deck});
  EXPECT_TRUE(told["pier-1"] && told[""] && told["rail"] && told["top"]);
  EXPECT_FALSE(told["under"]);  // a ceiling may be a deck or a girder
  // A defect that names its part lies on it, without a member or a place.
  const auto& d = records->defects(0)[0];
  EXPECT_FALSE(inspection::has_place(d, n->model.outline));
  const auto parts = n->parts.of(records->word(d.element));
  ASSERT_EQ(parts.size(), 1u);
  const auto decal = inspection::make_decal(d, "pier-2", std::nullopt, n->model.outline, n->surface, parts);
  ASSERT_TRUE(decal);
  EXPECT_EQ(decal->member, Member::pier);
  EXPECT_EQ(decal->part, parts[0]);
  EXPECT_EQ(decal->guesses & inspection::guess_member, 0u);
  const auto at = n->frame.to_geo(glm::dvec3(decal->at));
  EXPECT_NEAR(at.height, 4, 0.1);
  EXPECT_GT(at.lon, lon0);
  EXPECT_TRUE(n->parts.of("P2").size() == 1 && n->parts.of("").empty() && n->parts.of("nobody").empty());
  // where a click lands
  const auto e = runtime::element_at_place(surfaces, bridge, {lon0 + 0.00001, lat0, 10});
  ASSERT_NE(e, io::no_element);
  EXPECT_EQ(m.elements[e].id, "top");
  EXPECT_EQ(runtime::element_at_place(surfaces, bridge, {lon0, lat0, 30}), io::no_element);
}

TEST(CityParts, ATunnelHasALiningAndNoGirders) {
  const auto m = read(model());
  const auto n = runtime::stand_from_surface(*one_bridge("tunnel", inspection::Kind::tunnel), 0, surfaces_of(m), m, *m.features.find("tunnel"));
  ASSERT_TRUE(n);
  for (const auto& t : n->surface) EXPECT_EQ(t.member, Member::lining);
}

TEST(CityParts, AManagersNumberTiesAsTheModelsOwnDoes) {
  const auto m = read(model());
  const auto candidates = runtime::binding_candidates(m.features);
  ASSERT_EQ(candidates.size(), 3u);
  const auto bindings = inspection::bind(1, [](std::uint32_t) { return inspection::Record{"35.0,139.0", "", inspection::Kind::bridge, NAN, NAN}; }, candidates);
  ASSERT_EQ(bindings.size(), 1u);
  ASSERT_TRUE(bindings[0].tied());
  EXPECT_EQ(m.features.id(bindings[0].tied()->feature), "bridge");
  // One that two models have ties neither.
  std::vector<inspection::Candidate> two{{0, "a", "", inspection::Kind::bridge, {}, {"7"}}, {1, "b", "", inspection::Kind::bridge, {}, {"7"}}};
  const auto none = inspection::bind(1, [](std::uint32_t) { return inspection::Record{"7", "", inspection::Kind::bridge, NAN, NAN}; }, two);
  EXPECT_TRUE(none.empty() || !none[0].tied());
}

TEST(PartWords, OfIfcAndCityGml) {
  const auto of = [](const char* type, const char* role = "", const char* name = "") { return inspection::member_of_part(type, role, name); };
  EXPECT_EQ(of("IfcBeam"), Member::main_girder);
  EXPECT_EQ(of("IfcBeam", "BEAM", "Deck girder 3"), Member::main_girder);
  EXPECT_EQ(of("IfcBeam", "BEAM", "横桁 2"), Member::cross_beam);
  EXPECT_EQ(of("IfcBeam", "BEAM / Cross beam H300"), Member::cross_beam);
  EXPECT_EQ(of("IfcBeam", "DIAPHRAGM"), Member::cross_beam);
  EXPECT_EQ(of("IfcBeam", "PIERCAP"), Member::pier);
  EXPECT_EQ(of("IfcColumn", "PIERSTEM"), Member::pier);
  EXPECT_EQ(of("IfcSlab"), Member::deck);
  EXPECT_EQ(of("IfcSlab", "BASESLAB"), Member::foundation);
  EXPECT_EQ(of("IfcSlab", "WEARING"), Member::pavement);
  EXPECT_EQ(of("IfcPlate", "WEB_PLATE"), Member::main_girder);
  EXPECT_EQ(of("IfcPlate"), Member::unknown);  // what it is part of may say
  EXPECT_EQ(of("IfcMember", "STAY_CABLE"), Member::cable);
  EXPECT_EQ(of("IfcMember", "ARCH_SEGMENT"), Member::arch);
  EXPECT_EQ(of("IfcFooting", "PILE_CAP"), Member::foundation);
  EXPECT_EQ(of("IfcPile"), Member::foundation);
  EXPECT_EQ(of("IfcBearing", "ELASTOMERIC"), Member::bearing);
  EXPECT_EQ(of("IfcRailing", "GUARDRAIL"), Member::railing);
  EXPECT_EQ(of("IfcTendon", "STRAND"), Member::cable);
  EXPECT_EQ(of("IfcBridgePart", "ABUTMENT"), Member::abutment);
  EXPECT_EQ(of("IfcBridgePart", "PIER"), Member::pier);
  EXPECT_EQ(of("IfcBridgePart", "DECK"), Member::deck);
  EXPECT_EQ(of("IfcBridgePart", "SUPERSTRUCTURE"), Member::unknown);
  EXPECT_EQ(of("IfcDiscreteAccessory", "EXPANSION_JOINT_DEVICE"), Member::expansion_joint);
  EXPECT_EQ(of("IfcBuildingElementProxy", "", "Abutment A1"), Member::abutment);
  EXPECT_EQ(of("IfcWall"), Member::unknown);
  EXPECT_EQ(of("brid:BridgeConstructionElement", "橋台"), Member::abutment);
  EXPECT_EQ(of("brid:BridgeInstallation", "支承"), Member::bearing);
  EXPECT_EQ(of("brid:BridgeInstallation", "伸縮装置"), Member::expansion_joint);
  EXPECT_EQ(of("brid:BridgeConstructionElement", "01"), Member::unknown);  // a code whose list is not there
  EXPECT_EQ(of("brid:WallSurface"), Member::unknown);
}

// A bridge of IFC: its part is no rival, its elements are parts of it, and a record is tied to any of them by GlobalId or Tag.
TEST(IfcParts, BelongToTheirBridge) {
  if (!fs::exists(fs::path(TENBO_BINARY_DIR) / "../ifc/node_modules/web-ifc") || test::run("command -v node").empty()) GTEST_SKIP() << "web-ifc or Node.js is not there: tools/setup ifc";
  const auto box = [](int first, const std::string& entity, double x, double z) {
    const auto n = [&](int k) { return "#" + std::to_string(first + k); };
    return n(0) + "=" + entity + ";\n" + n(1) + "=IFCLOCALPLACEMENT($," + n(2) + ");\n" + n(2) + "=IFCAXIS2PLACEMENT3D(" + n(3) + ",$,$);\n" + n(3) + "=IFCCARTESIANPOINT((" +
           std::to_string(x) + ",0.," + std::to_string(z) + "));\n" + n(4) + "=IFCPRODUCTDEFINITIONSHAPE($,$,(" + n(5) + "));\n" + n(5) + "=IFCSHAPEREPRESENTATION(#20,'Body','SweptSolid',(" + n(6) +
           "));\n" + n(6) + "=IFCEXTRUDEDAREASOLID(#44,#21,#46,1.);\n";
  };
  const auto file = fs::path(TENBO_BINARY_DIR) / "parts_bridge.ifc";
  test::write(file,
      "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('IFC4X3_ADD2'));\nENDSEC;\nDATA;\n"
      "#1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,(#20),#9);\n#9=IFCUNITASSIGNMENT((#10,#11));\n#10=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n#11=IFCSIUNIT(*,.PLANEANGLEUNIT.,$,.RADIAN.);\n"
      "#20=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#21,$);\n#21=IFCAXIS2PLACEMENT3D(#22,$,$);\n#22=IFCCARTESIANPOINT((0.,0.,0.));\n"
      "#30=IFCSITE('0000000000000000000002',$,'Site',$,$,#31,$,$,.ELEMENT.,(35,0,0),(139,0,0),0.,$,$);\n#31=IFCLOCALPLACEMENT($,#21);\n"
      "#32=IFCBRIDGE('0000000000000000000003',$,'Tsuru',$,$,#31,$,$,.ELEMENT.,.GIRDER.);\n"
      "#33=IFCBRIDGEPART('0000000000000000000004',$,'A1',$,$,#31,$,$,.ELEMENT.,.LATERAL.,.ABUTMENT.);\n"
      "#44=IFCRECTANGLEPROFILEDEF(.AREA.,$,#45,20.,2.);\n#45=IFCAXIS2PLACEMENT2D(#47,$);\n#46=IFCDIRECTION((0.,0.,1.));\n#47=IFCCARTESIANPOINT((0.,0.));\n"
      "#50=IFCRELAGGREGATES('0000000000000000000005',$,$,$,#1,(#30));\n#51=IFCRELAGGREGATES('0000000000000000000006',$,$,$,#30,(#32));\n#52=IFCRELAGGREGATES('0000000000000000000007',$,$,$,#32,(#33));\n"
      "#53=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000008',$,$,$,(#100,#120),#32);\n#54=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000009',$,$,$,(#140),#33);\n" +
      box(100, "IFCBEAM('000000000000000000000A',$,'Girder',$,$,#101,#104,'G1',.BEAM.)", 0, 5) + box(120, "IFCSLAB('000000000000000000000B',$,'Slab',$,$,#121,#124,'S1',.FLOOR.)", 0, 6) +
      box(140, "IFCWALL('000000000000000000000C',$,'Breast wall',$,$,#141,#144,'W1',.SOLIDWALL.)", -10, 2) + "ENDSEC;\nEND-ISO-10303-21;\n");
  io::IfcOptions options;
  options.packages = fs::path(TENBO_BINARY_DIR) / "../ifc";
  options.worker = fs::path(TENBO_BINARY_DIR) / "ifc_worker/read_ifc.mjs";
  const auto m = io::read_ifc(file, options);
  ASSERT_TRUE(m.ok()) << m.error().text();
  const auto bridge = *m->features.find("0000000000000000000003"), part = *m->features.find("0000000000000000000004"), girder = *m->features.find("000000000000000000000A");
  EXPECT_EQ(runtime::whole_of(*m, girder), bridge);
  EXPECT_TRUE(runtime::is_within(*m, *m->features.find("000000000000000000000C"), part));
  EXPECT_FALSE(runtime::is_within(*m, girder, part));
  runtime::FeatureSurfaces surfaces;
  for (const auto& b : m->batches) surfaces.keep(b, *m);
  const auto records = one_bridge("x");
  const auto n = runtime::stand_from_surface(*records, 0, surfaces, *m, bridge);
  ASSERT_TRUE(n);
  EXPECT_EQ(n->surface.size(), 36u);  // three boxes
  std::map<std::string, Member> members;
  for (const auto& t : n->surface) members[m->elements[static_cast<std::size_t>(t.part)].tag] = t.member;
  EXPECT_EQ(members, (std::map<std::string, Member>{{"G1", Member::main_girder}, {"S1", Member::deck}, {"W1", Member::abutment}}));
  for (const char* name : {"G1", "000000000000000000000A", "Girder"}) EXPECT_EQ(n->parts.of(name).size(), 1u) << name;
  EXPECT_EQ(n->parts.of("A1").size(), 1u);  // the abutment: its wall
  EXPECT_EQ(runtime::stand_from_surface(*records, 0, surfaces, *m, part)->surface.size(), 12u);
  // By place the bridge alone is a candidate, and for sure.
  const auto candidates = runtime::binding_candidates(m->features);
  const auto tied = [&](const char* id, double lon) {
    const auto b = inspection::bind(1, [&](std::uint32_t) { return inspection::Record{id, "", inspection::Kind::bridge, lon, 35.0}; }, candidates);
    return b.size() == 1 && b[0].tied() ? std::string(m->features.id(b[0].tied()->feature)) : std::string();
  };
  EXPECT_EQ(tied("", 139.0), "0000000000000000000003");
  EXPECT_EQ(tied("G1", NAN), "000000000000000000000A");
  EXPECT_EQ(tied("000000000000000000000B", NAN), "000000000000000000000B");
  EXPECT_EQ(tied("nobody", NAN), "");
}

// The bridges of PLATEAU in the samples: as many triangles of parts as of the bridges that have some.
TEST(CityParts, OfPlateau) {
  const auto file = fs::path(TENBO_SHARED_DATA) / "plateau-flow-v4/brid/43206_tamana-shi_city_2024_citygml_2_op_brid/udx/brid/49303414_brid_6697_op.gml";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not here";
  JobSystem jobs;
  Progress progress;
  const auto m = io::read_city(file, {}, jobs, progress, {});
  ASSERT_TRUE(m.ok()) << m.error().text();
  std::map<std::string, std::size_t> types;
  for (const auto& e : m->elements) ++types[e.type];
  for (const char* type : {"brid:BridgeConstructionElement", "brid:BridgeInstallation", "brid:OuterCeilingSurface", "brid:OuterFloorSurface", "brid:WallSurface"})
    EXPECT_EQ(types[type], std::strtoul(test::run("grep -o '<" + std::string(type) + " ' " + test::quoted(file) + " | wc -l").c_str(), nullptr, 10)) << type;
  std::size_t named = 0;
  for (const auto& [name, t] : triangles_of(*m)) named += name.starts_with("none") ? 0 : static_cast<std::size_t>(t.count);
  EXPECT_EQ(named, m->triangles);  // all of LOD 3 stands in a part
}

}  // namespace
