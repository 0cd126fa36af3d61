// IFC. Expected values: entities counted in the STEP text by grep, places by PROJ's cs2cs, shapes written here, and readers made to fail.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <set>

#include "gdal_tools.h"
#include "tenbo/base/file.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/ifc.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

const fs::path samples = fs::path(TENBO_SHARED_DATA) / "infra-a";

bool installed() {
  return fs::exists(fs::path(TENBO_BINARY_DIR) / "../ifc/node_modules/web-ifc") && !test::run("command -v node").empty();
}
#define NEEDS_WEB_IFC() if (!installed()) GTEST_SKIP() << "web-ifc or Node.js is not there: tools/setup ifc"

io::IfcOptions options(int seconds = 60) {
  io::IfcOptions o;
  o.packages = fs::path(TENBO_BINARY_DIR) / "../ifc";
  o.worker = fs::path(TENBO_BINARY_DIR) / "ifc_worker/read_ifc.mjs";
  o.time_limit_seconds = seconds;
  return o;
}
std::vector<fs::path> all_samples() {
  std::vector<fs::path> out;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(samples, ec), end; !ec && it != end; it.increment(ec))
    if (it->path().extension() == ".ifc") out.push_back(it->path());
  std::sort(out.begin(), out.end());
  return out;
}
// Entities of a class in the text.
std::size_t counted(const fs::path& file, std::string cls) {
  for (char& c : cls) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return std::strtoul(test::run("grep -aoE '= *" + cls + " *\\(' " + quoted(file) + " | wc -l").c_str(), nullptr, 10);
}
geo::GeoPoint cs2cs(const std::string& crs, double x, double y) {
  char text[128];
  std::snprintf(text, sizeof text, "%.4f %.4f", x, y);
  const auto out = test::run(std::string("echo '") + text + "' | cs2cs -f %.12f +init=" + crs + " +to +init=epsg:4326");
  geo::GeoPoint p{NAN, NAN, 0};
  std::sscanf(out.c_str(), "%lf %lf", &p.lon, &p.lat);
  return p;
}
double metres(const geo::GeoPoint& a, const geo::GeoPoint& b) {
  return std::hypot((a.lon - b.lon) * 111'320 * std::cos(a.lat * M_PI / 180), (a.lat - b.lat) * 111'132);
}
std::vector<geo::GeoPoint> vertices(const io::CityModel& m) {
  std::vector<geo::GeoPoint> out;
  for (const auto& b : m.batches) for (const auto& v : b.mesh.vertices) out.push_back(b.frame.to_geo({v.x, v.y, v.z}));
  return out;
}
std::string words(const Diagnostics& d) {
  std::string out;
  for (const auto& e : d.warnings) out += e.text() + "\n";
  for (const auto& e : d.errors) out += e.text() + "\n";
  return out;
}
std::uint32_t of(const io::CityModel& m, std::string_view id) { return m.features.find(id).value_or(UINT32_MAX); }

// A beam 10 x 4 x 3 of the file's unit in a bridge; `more` are lines, `unit` #10's, `site` the end of IfcSite.
std::string bridge(const std::string& schema, const std::string& unit, const std::string& more = {}, const std::string& site = "$,$,$", const std::string& north = "$", const std::string& name = "Girder") {
  return "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('" + schema + "'));\nENDSEC;\nDATA;\n"
         "#1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,(#20),#9);\n#9=IFCUNITASSIGNMENT((#10,#11));\n" + unit + "#11=IFCSIUNIT(*,.PLANEANGLEUNIT.,$,.RADIAN.);\n"
         "#20=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#21," + north + ");\n#21=IFCAXIS2PLACEMENT3D(#22,$,$);\n#22=IFCCARTESIANPOINT((0.,0.,0.));\n"
         "#23=IFCDIRECTION((1.,1.));\n"
         "#30=IFCSITE('0000000000000000000002',$,'Site',$,$,#31,$,$,.ELEMENT.," + site + ",$,$);\n#31=IFCLOCALPLACEMENT($,#21);\n"
         "#32=" + (schema == "IFC2X3" ? "IFCBUILDING('0000000000000000000003',$,'Bridge',$,$,#31,$,$,.ELEMENT.,$,$,$)" : "IFCBRIDGE('0000000000000000000003',$,'Bridge',$,$,#31,$,$,.ELEMENT.,$)") + ";\n"
         "#40=IFCBEAM('0000000000000000000004',$,'" + name + "',$,$,#31,#41,'G1'" + (schema == "IFC2X3" ? "" : ",.BEAM.") + ");\n#41=IFCPRODUCTDEFINITIONSHAPE($,$,(#42));\n"
         "#42=IFCSHAPEREPRESENTATION(#20,'Body','SweptSolid',(#43));\n#43=IFCEXTRUDEDAREASOLID(#44,#21,#46,3.);\n#44=IFCRECTANGLEPROFILEDEF(.AREA.,$,#45,10.,4.);\n"
         "#45=IFCAXIS2PLACEMENT2D(#47,$);\n#46=IFCDIRECTION((0.,0.,1.));\n#47=IFCCARTESIANPOINT((0.,0.));\n"
         "#50=IFCRELAGGREGATES('0000000000000000000005',$,$,$,#1,(#30));\n#51=IFCRELAGGREGATES('0000000000000000000006',$,$,$,#30,(#32));\n"
         "#52=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000007',$,$,$,(#40),#32);\n"
         "#60=IFCPROPERTYSET('0000000000000000000008',$,'Pset_BeamCommon',$,(#61,#62,#63));\n#61=IFCPROPERTYSINGLEVALUE('Span',$,IFCPOSITIVELENGTHMEASURE(10.),$);\n"
         "#62=IFCPROPERTYSINGLEVALUE('LoadBearing',$,IFCBOOLEAN(.T.),$);\n#63=IFCPROPERTYSINGLEVALUE('Grade',$,IFCLABEL('\\X2\\6A4B\\X0\\'),$);\n"
         "#64=IFCRELDEFINESBYPROPERTIES('0000000000000000000009',$,$,$,(#40),#60);\n" + more + "ENDSEC;\nEND-ISO-10303-21;\n";
}
const std::string metre = "#10=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n", milli = "#10=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);\n",
                  foot = "#10=IFCCONVERSIONBASEDUNIT(#12,.LENGTHUNIT.,'FOOT',#13);\n#12=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);\n"
                         "#13=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048),#14);\n#14=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n";
glm::vec3 size_of(const io::CityModel& m) {
  return m.batches.size() == 1 ? m.batches[0].max - m.batches[0].min : glm::vec3(0);
}
fs::path script(const fs::path& dir, const std::string& name, const std::string& body) {
  test::write(dir / name, "#!/bin/sh\n" + body + "\n");
  fs::permissions(dir / name, fs::perms::owner_all);
  return dir / name;
}

}  // namespace

// What has triangles and what has none, and why, of each sample; classes by grep.
TEST(IfcSamples, AllOpenAndSayWhatIsNotDrawn) {
  NEEDS_WEB_IFC();
  const auto files = all_samples();
  if (files.empty()) GTEST_SKIP() << "no samples in " << samples;
  ASSERT_EQ(files.size(), 18u);
  // drawn elements: those whose shape is no curve, bounding box or draft entity, counted in the text by hand
  const std::map<std::string, std::size_t> drawn = {
      {"Alignment-ACCA-2.ifc", 0}, {"Earthworks-12d-1.ifc", 1}, {"UT_GeoRef_1.ifc", 1}, {"Georeferencing-Tin-12d-1.ifc", 0}, {"LinearPlacement-4.ifc", 33}, {"MCON-1.ifc", 0},
      {"TOI-M14334-0000A.ifc", 0}, {"TOI-Y3-0000A.ifc", 0}, {"SpatialStructure1.ifc", 0}, {"SpatialStructure-6-1.ifc", 0}, {"SpatialStructure-6-2.ifc", 0},
      {"linear-placement-of-signal.ifc", 25}, {"sectioned-solid-horizontal.ifc", 1}, {"segmented-reference-curve.ifc", 0}, {"reinforcing-assembly.ifc", 35},
      {"geographic-referencing-gk.ifc", 1}, {"geographic-referencing-utm.ifc", 1}, {"beam-curved-i-shape-tessellated.ifc", 1}};
  for (const auto& file : files) {
    SCOPED_TRACE(file.filename().string());
    const auto kind = io::identify(file);
    ASSERT_TRUE(kind.ok());
    EXPECT_EQ(kind->front().kind, io::DataKind::model);
    const auto m = io::read_ifc(file, options());
    ASSERT_TRUE(m.ok()) << m.error().text();
    std::map<std::string, std::size_t> classes;
    for (std::uint32_t i = 0; i < m->features.size(); ++i) ++classes[std::string(m->features.type(i))];
    for (const auto& [cls, n] : classes) EXPECT_EQ(n, counted(file, cls)) << cls;
    // nothing is dropped unsaid: whatever a product's class could be is a feature, or is named as unknown
    for (const char* cls : {"IfcBridge", "IfcBridgePart", "IfcBeam", "IfcReinforcingBar", "IfcSignal", "IfcReferent", "IfcAlignment", "IfcAlignmentSegment", "IfcAnnotation", "IfcRoad",
                            "IfcRailway", "IfcFacility", "IfcFacilityPart", "IfcMarineFacility", "IfcSpace", "IfcSite", "IfcBuilding", "IfcBuiltElement", "IfcElementAssembly",
                            "IfcEarthworksFill", "IfcBuildingElementProxy", "IfcBuildingStorey"})
      EXPECT_EQ(classes[cls], counted(file, cls)) << cls;
    if (const auto n = counted(file, "IfcSolidStratum")) {
      EXPECT_NE(words(m->diagnostics).find("IFCSOLIDSTRATUM " + std::to_string(n)), std::string::npos) << words(m->diagnostics);
    }
    std::set<std::uint32_t> with;
    for (const auto& b : m->batches) for (const auto& v : b.mesh.vertices) with.insert(v.feature);
    EXPECT_EQ(with.size(), drawn.at(file.filename().string()));
    for (const auto& entry : classes) {  // each class that has an element without a mesh is named, with how many
      const auto& cls = entry.first;
      std::size_t lacking = 0;
      for (std::uint32_t i = 0; i < m->features.size(); ++i) lacking += m->features.type(i) == cls && !with.count(i);
      EXPECT_TRUE(lacking == 0 || words(m->diagnostics).find(cls) != std::string::npos) << cls;
    }
  }
}

TEST(IfcSamples, TrianglesAreAsManyAsTheTextHas) {
  NEEDS_WEB_IFC();
  const auto faces = samples / "ifc-infra/Earthworks-12d-1/Earthworks-12d-1.ifc", signal = samples / "ifc43/tessellated-shape/beam-curved-i-shape-tessellated/beam-curved-i-shape-tessellated.ifc";
  if (!fs::exists(faces)) GTEST_SKIP() << "no samples in " << samples;
  const auto m = io::read_ifc(faces, options());
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(m->triangles, counted(faces, "IFCFACE"));  // each a polyloop of three points
  const auto beam = io::read_ifc(signal, options());
  ASSERT_TRUE(beam.ok());
  // triples of indices in the face set: "(1,2,3)"
  EXPECT_EQ(beam->triangles, std::strtoul(test::run("grep -a IFCTRIANGULATEDFACESET " + quoted(signal) + " | grep -aoE '\\([0-9]+, *[0-9]+, *[0-9]+\\)' | wc -l").c_str(), nullptr, 10));
}

TEST(IfcSamples, GeoreferencedOnesStandWhereProjSays) {
  NEEDS_WEB_IFC();
  if (all_samples().empty()) GTEST_SKIP() << "no samples in " << samples;
  const struct { const char* file; const char* crs; double x, y, height; } rows[] = {
      {"ifc43/placements-and-gis-referencing/geographic-referencing-utm/geographic-referencing-utm.ifc", "epsg:25832", 458657.30, 5438232.25, 113.7},
      {"ifc43/placements-and-gis-referencing/geographic-referencing-gk/geographic-referencing-gk.ifc", "epsg:31467", 3458715.92, 5439966.65, 113.7}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.file);
    const auto m = io::read_ifc(samples / row.file, options());
    ASSERT_TRUE(m.ok()) << m.error().text();
    const auto want = cs2cs(row.crs, row.x, row.y);
    ASSERT_TRUE(std::isfinite(want.lon));
    EXPECT_LT(metres(m->extent.centre(), want), 1.0) << m->extent.centre().lon << " " << m->extent.centre().lat;
    EXPECT_NEAR(m->extent.min_height, row.height, 0.01);
    EXPECT_NEAR(m->extent.max_height, row.height + 4, 0.01);  // the proxy is 4 m high
    EXPECT_NE(words(m->diagnostics).find("other way round"), std::string::npos);  // 1000 of a file in millimetres
  }
  const auto square = io::read_ifc(samples / "ifc-infra/Georeferencing-1/UT_GeoRef_1.ifc", options());
  ASSERT_TRUE(square.ok()) << square.error().text();
  EXPECT_EQ(square->vertical, geo::VerticalKind::orthometric);
  for (double x : {-500., 500.}) for (double y : {-500., 500.}) {  // a square of 1 km around the origin, as the file's comments say
    const auto want = cs2cs("epsg:5684", 4468005 + x, 5334600 + y);
    double best = INFINITY;
    for (const auto& v : vertices(*square)) best = std::min(best, metres(v, want));
    EXPECT_LT(best, 1.0) << x << " " << y;
  }
  for (const auto& v : vertices(*square)) EXPECT_NEAR(v.height, 515, 0.3);  // flat in the map
}

TEST(Ifc, KeepsUnitsNamesPropertiesAndParts) {
  NEEDS_WEB_IFC();
  const auto dir = test::scratch("ifc_units");
  const struct { const char* schema; const std::string& unit; double factor; const char* word; } rows[] = {
      {"IFC4X3_ADD2", metre, 1, "m"}, {"IFC4X3_ADD2", milli, 0.001, "mm"}, {"IFC2X3", foot, 0.3048, "foot"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.schema) + " " + row.word);
    test::write(dir / "a.ifc", bridge(row.schema, row.unit));
    auto o = options();
    o.position = geo::GeoPoint{139, 35, 50};
    const auto m = io::read_ifc(dir / "a.ifc", o);
    ASSERT_TRUE(m.ok()) << m.error().text();
    const auto size = size_of(*m);
    EXPECT_NEAR(size.x, 10 * row.factor, 1e-3 * row.factor + 1e-5);
    EXPECT_NEAR(size.y, 4 * row.factor, 1e-3 * row.factor + 1e-5);
    EXPECT_NEAR(size.z, 3 * row.factor, 1e-3 * row.factor + 1e-5);
    EXPECT_NEAR(m->extent.min_height, 50, 1e-3);
    EXPECT_LT(metres(m->extent.centre(), {139, 35, 0}), 0.01);
    const auto beam = of(*m, "0000000000000000000004");
    ASSERT_NE(beam, UINT32_MAX);
    const auto& f = m->features;
    EXPECT_EQ(f.type(beam), "IfcBeam");
    EXPECT_EQ(geo::to_text(f.value(beam, "Name")), "Girder");
    EXPECT_EQ(geo::to_text(f.value(beam, "Tag")), "G1");
    EXPECT_EQ(geo::to_text(f.value(beam, "in")), "Site / Bridge");
    EXPECT_EQ(geo::to_number(f.value(beam, "Pset_BeamCommon.Span")), 10.0);
    EXPECT_EQ(geo::to_text(f.value(beam, "Pset_BeamCommon.Span_uom")), row.word);
    EXPECT_TRUE(std::holds_alternative<bool>(f.value(beam, "Pset_BeamCommon.LoadBearing")));
    EXPECT_EQ(geo::to_text(f.value(beam, "Pset_BeamCommon.Grade")), "橋");
    const auto whole = of(*m, "0000000000000000000003");
    ASSERT_NE(whole, UINT32_MAX);
    EXPECT_FALSE(f.extent(whole).empty()) << "a bridge is where its parts are";
    ASSERT_EQ(m->batches.size(), 1u);
    EXPECT_EQ(m->batches[0].theme, std::string_view(row.schema) == "IFC2X3" ? io::CityTheme::other : io::CityTheme::bridge);
  }
}

TEST(Ifc, ASitesLatitudeIsTurnedByTrueNorth) {
  NEEDS_WEB_IFC();
  const auto dir = test::scratch("ifc_site");
  // 35 deg 30' 36.5", 139 deg 15' 0"
  test::write(dir / "a.ifc", bridge("IFC2X3", metre, "", "(35,30,36,500000),(139,15,0),12.", "#23"));
  const auto m = io::read_ifc(dir / "a.ifc", options());
  ASSERT_TRUE(m.ok()) << m.error().text();
  const geo::GeoPoint want{139.25, 35 + 30 / 60. + 36.5 / 3600, 12};
  EXPECT_LT(metres(m->extent.centre(), want), 0.01);
  EXPECT_NEAR(m->extent.min_height, 12, 1e-3);
  const auto frame = geo::LocalFrame::at(want);
  // (1,1) of the model points north: the corner (5, 2) lies at bearing 0 - 45 + (90 - atan(2/5)) degrees
  const double bearing = (45 - std::atan2(2, 5) * 180 / M_PI) * M_PI / 180, length = std::hypot(5, 2);
  double best = INFINITY;
  for (const auto& v : vertices(*m)) {
    const auto p = frame.to_local(v);
    best = std::min(best, std::hypot(p.x - length * std::sin(bearing), p.y - length * std::cos(bearing)));
  }
  EXPECT_LT(best, 0.01);
}

TEST(Ifc, PropertySetsOfIfc2x3PlaceItOnTheMap) {
  NEEDS_WEB_IFC();
  const auto dir = test::scratch("ifc_epset");
  test::write(dir / "a.ifc", bridge("IFC2X3", metre,
      "#70=IFCPROPERTYSET('0000000000000000000010',$,'ePset_MapConversion',$,(#71,#72,#73));\n#71=IFCPROPERTYSINGLEVALUE('Eastings',$,IFCLENGTHMEASURE(-6000.),$);\n"
      "#72=IFCPROPERTYSINGLEVALUE('Northings',$,IFCLENGTHMEASURE(-35000.),$);\n#73=IFCPROPERTYSINGLEVALUE('OrthogonalHeight',$,IFCLENGTHMEASURE(7.),$);\n"
      "#74=IFCPROPERTYSET('0000000000000000000011',$,'ePset_ProjectedCRS',$,(#75,#76));\n#75=IFCPROPERTYSINGLEVALUE('Name',$,IFCLABEL('EPSG:6677'),$);\n"
      "#76=IFCPROPERTYSINGLEVALUE('VerticalDatum',$,IFCLABEL('T.P.'),$);\n"
      "#77=IFCRELDEFINESBYPROPERTIES('0000000000000000000012',$,$,$,(#30),#70);\n#78=IFCRELDEFINESBYPROPERTIES('0000000000000000000013',$,$,$,(#30),#74);\n"));
  const auto m = io::read_ifc(dir / "a.ifc", options());
  ASSERT_TRUE(m.ok()) << m.error().text();
  EXPECT_LT(metres(m->extent.centre(), cs2cs("epsg:6677", -6000, -35000)), 1.0);
  EXPECT_NEAR(m->extent.min_height, 7, 0.01);
  EXPECT_EQ(m->vertical, geo::VerticalKind::orthometric);
}

TEST(Ifc, WhatIsMissingIsSaidWithTheCommandThatInstallsIt) {
  const auto dir = test::scratch("ifc_missing");
  test::write(dir / "a.ifc", bridge("IFC4X3_ADD2", metre));
  auto o = options();
  o.node = dir / "no-node";
  auto r = io::read_ifc(dir / "a.ifc", o);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().code, ErrorCode::not_found);
  EXPECT_NE(r.error().text().find("Node.js"), std::string::npos);
  EXPECT_NE(r.error().remedy.find("tools/setup ifc"), std::string::npos);
  o = options();
  o.node = "/bin/true";
  o.packages = dir / "nothing";
  r = io::read_ifc(dir / "a.ifc", o);
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.error().text().find("web-ifc"), std::string::npos);
  EXPECT_NE(r.error().remedy.find("tools/setup ifc"), std::string::npos);
}

TEST(Ifc, HostileFilesCostThemselves) {
  NEEDS_WEB_IFC();
  const auto dir = test::scratch("ifc_hostile");
  const std::string good = bridge("IFC4X3_ADD2", metre);
  const struct { const char* name; std::string text; const char* word; } rows[] = {
      {"empty.ifc", "", "empty"},
      {"cut.ifc", good.substr(0, good.size() / 2), "cut off"},
      {"other.ifc", "PK\x03\x04 something else", "ISO-10303-21"},
      {"binary.ifc", "ISO-10303-21;\n" + std::string(5000, '\xff') + std::string(5000, '\0') + "END-ISO-10303-21;", ""},
      {"nothing.ifc", "ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;ENDSEC;END-ISO-10303-21;", ""},
      {"unknown.ifc", "ISO-10303-21;HEADER;FILE_SCHEMA(('IFC99'));ENDSEC;DATA;\n#1=IFCBEAM();\nENDSEC;END-ISO-10303-21;", ""},
      {"ring.ifc", "ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;\n#1=IFCRELAGGREGATES('a',$,$,$,#2,(#2));\n#2=IFCRELAGGREGATES('a',$,$,$,#1,(#1));\nENDSEC;END-ISO-10303-21;", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    test::write(dir / row.name, row.text);
    const auto r = io::read_ifc(dir / row.name, options(20));
    ASSERT_FALSE(r.ok());
    EXPECT_NE(r.error().text().find(row.word), std::string::npos) << r.error().text();
    EXPECT_NE(r.error().file.find(row.name), std::string::npos);
  }
  // names that a shell or a terminal would act on, and wholes that are parts of themselves
  test::write(dir / "--eval=1 $(touch hacked);'.ifc", bridge("IFC4X3_ADD2", metre, "#80=IFCRELAGGREGATES('0000000000000000000020',$,$,$,#32,(#30));\n", "$,$,$", "$", "\\X\\1B[2J$(touch hacked)" + std::string(20000, 'x')));
  const auto r = io::read_ifc(dir / "--eval=1 $(touch hacked);'.ifc", options(20));
  ASSERT_TRUE(r.ok()) << r.error().text();
  EXPECT_FALSE(fs::exists("hacked") || fs::exists(dir / "hacked"));
  const auto name = geo::to_text(r->features.value(of(*r, "0000000000000000000004"), "Name"));
  EXPECT_LE(name.size(), 4096u);
  EXPECT_EQ(name.find('\x1b'), std::string::npos);
  EXPECT_FALSE(io::identify(dir / "cut.ifc").ok() && io::identify(dir / "cut.ifc")->front().kind != io::DataKind::model);
  test::write(dir / "a.ifczip", "PK\x03\x04");
  EXPECT_NE(io::identify(dir / "a.ifczip").error().text().find("ifczip"), std::string::npos);
  test::write(dir / "part.stp", "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('AUTOMOTIVE_DESIGN'));\nENDSEC;\n");
  EXPECT_FALSE(io::identify(dir / "part.stp").ok());
}

TEST(Ifc, AReaderThatFailsCostsTheFile) {
  const auto dir = test::scratch("ifc_reader");
  test::write(dir / "a.ifc", bridge("IFC4X3_ADD2", metre));
  fs::create_directories(dir / "node_modules/web-ifc");
  test::write(dir / "node_modules/web-ifc/package.json", "{}");
  auto o = options(1);
  o.packages = dir;
  const std::string head = "printf 'TNBI\\001\\000\\000\\000'; ", end = "printf 'END!\\000\\000\\000\\000'";
  const struct { const char* body; std::string text; const char* word; } rows[] = {
      {"sleeps", "sleep 30", "after 1 s"},
      {"dies", "kill -SEGV $$", "crashed"},
      {"fails", "echo 'no such thing' >&2; exit 3", "no such thing"},
      {"garbage", "head -c 1000 /dev/urandom", "makes no sense"},
      {"nothing", "exit 0", "makes no sense"},
      {"only an end", head + end, "does not end"},
      {"another version", "printf 'TNBI\\002\\000\\000\\000'; " + end, "version"},
      {"cut off", head + "printf 'ELEM\\377\\377\\377\\177'", "ends early"},
      {"no json", head + "printf 'ELEM\\002\\000\\000\\000{]'; " + end, "no list"},
      {"a mesh of nothing", head + "printf 'MESH\\050\\000\\000\\000'; head -c 40 /dev/zero; " + end, "not there"},
      {"a stranger", head + "printf 'OOPS\\000\\000\\000\\000'; " + end, "unknown kind"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.body);
    o.node = script(dir, "node", row.text);
    const auto r = io::read_ifc(dir / "a.ifc", o);
    ASSERT_FALSE(r.ok());
    EXPECT_NE(r.error().text().find(row.word), std::string::npos) << r.error().text();
  }
}
