#pragma once
// A small city in CityGML 2.0: blocks of LOD1 boxes on a grid, roads between them, bridges. Made at once, where the demo city with
// its terrain and pictures takes seconds.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace tenbo::test {

// One box, or a flat square where `height` is 0, as the polygons of a solid or surface. Latitude first, as EPSG:6697 has it.
inline std::string box_faces(double lat, double lon, double size, double height) {
  const double a = lat, b = lat + size / 111'000, c = lon, d = lon + size / 91'300, low = 2, high = 2 + height;
  const auto face = [](std::initializer_list<double> v) {
    std::string out = "<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>";
    char text[32];
    for (const double x : v) out += (std::snprintf(text, sizeof text, "%.9f ", x), text);
    return out + "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>";
  };
  std::string out = face({a, c, high, a, d, high, b, d, high, b, c, high, a, c, high});
  if (height == 0) return out;
  out += face({a, c, low, b, c, low, b, d, low, a, d, low, a, c, low}) + face({a, c, low, a, d, low, a, d, high, a, c, high, a, c, low}) +
         face({b, d, low, b, c, low, b, c, high, b, d, high, b, d, low}) + face({a, d, low, b, d, low, b, d, high, a, d, high, a, d, low}) +
         face({b, c, low, a, c, low, a, c, high, b, c, high, b, c, low});
  return out;
}

// `files` files of 20 by 20 objects each, side by side; with `mixed`, every fifth is a road and every seventh a bridge.
inline void write_box_city(const std::filesystem::path& folder, int files, bool mixed = false) {
  std::filesystem::create_directories(folder);
  for (int f = 0; f < files; ++f) {
    std::ofstream out(folder / ("part" + std::to_string(f) + ".gml"));
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<core:CityModel xmlns:core=\"http://www.opengis.net/citygml/2.0\" "
           "xmlns:bldg=\"http://www.opengis.net/citygml/building/2.0\" xmlns:brid=\"http://www.opengis.net/citygml/bridge/2.0\" "
           "xmlns:tran=\"http://www.opengis.net/citygml/transportation/2.0\" xmlns:gml=\"http://www.opengis.net/gml\" "
           "xmlns:gen=\"http://www.opengis.net/citygml/generics/2.0\">\n<gml:boundedBy><gml:Envelope "
           "srsName=\"http://www.opengis.net/def/crs/EPSG/0/6697\" srsDimension=\"3\"><gml:lowerCorner>34.39 138.44 0</gml:lowerCorner>"
           "<gml:upperCorner>34.41 138.47 90</gml:upperCorner></gml:Envelope></gml:boundedBy>\n";
    for (int i = 0; i < 400; ++i) {
      const double lat = 34.39 + (i / 20) * 0.0003, lon = 138.44 + f * 0.0075 + (i % 20) * 0.00035;
      const double height = 4 + (i * 7 + f * 3) % 23;
      const std::string id = "gml:id=\"o" + std::to_string(f) + "_" + std::to_string(i) + "\"";
      const auto solid = [&](const std::string& prefix, const std::string& name, const std::string& more) {
        out << "<core:cityObjectMember><" << prefix << ":" << name << " " << id << "><gen:stringAttribute name=\"町丁目\"><gen:value>" << i % 9 << "丁目</gen:value></gen:stringAttribute>"
            << more << "<" << prefix << ":lod1Solid><gml:Solid><gml:exterior><gml:CompositeSurface>" << box_faces(lat, lon, 18, height)
            << "</gml:CompositeSurface></gml:exterior></gml:Solid></" << prefix << ":lod1Solid></" << prefix << ":" << name << "></core:cityObjectMember>\n";
      };
      if (mixed && i % 5 == 0)
        out << "<core:cityObjectMember><tran:Road " << id << "><tran:lod1MultiSurface><gml:MultiSurface>" << box_faces(lat, lon, 22, 0)
            << "</gml:MultiSurface></tran:lod1MultiSurface></tran:Road></core:cityObjectMember>\n";
      else if (mixed && i % 7 == 0)
        solid("brid", "Bridge", "");
      else
        solid("bldg", "Building", "<bldg:measuredHeight uom=\"m\">" + std::to_string(static_cast<int>(height)) + "</bldg:measuredHeight>");
    }
    out << "</core:CityModel>\n";
  }
}

}  // namespace tenbo::test
