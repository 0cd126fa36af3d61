#pragma once
// A WMS on loopback whose pictures say where each of their pixels lies: red grows to the east, green to the north, blue with the moment.
// Places are worked out from BBOX as OGC 06-042 (1.3.0: axes in the order of the CRS) and 01-068r3 (1.1.1: longitude first) have it, by the
// formulas of Web Mercator; nothing of the reader's is used.
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "gdal_tools.h"
#include "http_server.h"
#include "tenbo/io/image.h"

namespace tenbo::test {

struct WmsPlace {
  static int red(double lon) { return static_cast<int>(std::lround((lon - 138) * 60)); }   // 138 to 142 E
  static int green(double lat) { return static_cast<int>(std::lround((lat - 34) * 80)); }  // 34 to 37 N
};

inline std::map<std::string, std::string> wms_query(const std::string& target) {
  std::map<std::string, std::string> out;
  auto at = target.find('?');
  while (at != std::string::npos && at + 1 < target.size()) {
    const auto end = std::min(target.find('&', at + 1), target.size());
    const auto equals = target.find('=', at);
    if (equals < end) out[target.substr(at + 1, equals - at - 1)] = target.substr(equals + 1, end - equals - 1);
    at = end < target.size() ? end : std::string::npos;
  }
  return out;
}

// The picture of a GetMap; empty where what is asked for makes no sense.
inline std::string wms_picture(const std::string& target, const std::filesystem::path& dir, int blue = 0) {
  auto q = wms_query(target);
  const bool new_version = q["VERSION"] == "1.3.0";
  const std::string crs = q[new_version ? "CRS" : "SRS"];
  double b[4];
  std::string box = q["BBOX"];
  if (std::sscanf(box.c_str(), "%lf,%lf,%lf,%lf", b, b + 1, b + 2, b + 3) != 4) return {};
  const bool lat_first = new_version && (crs == "EPSG:4326" || crs == "EPSG:6668" || crs == "EPSG:6697");
  if (lat_first) std::swap(b[0], b[1]), std::swap(b[2], b[3]);
  const int w = std::atoi(q["WIDTH"].c_str()), h = std::atoi(q["HEIGHT"].c_str());
  if (w < 1 || h < 1 || w > 4096 || h > 4096) return {};
  Image image;
  image.width = w;
  image.height = h;
  image.rgba.resize(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 4);
  const double radius = 6378137;
  for (int j = 0; j < h; ++j)
    for (int i = 0; i < w; ++i) {
      double x = b[0] + (b[2] - b[0]) * (i + 0.5) / w, y = b[3] - (b[3] - b[1]) * (j + 0.5) / h;
      if (crs == "EPSG:3857") {
        x = x / radius * 180 / M_PI;
        y = std::atan(std::sinh(y / radius)) * 180 / M_PI;
      }
      auto* p = image.pixel(i, j);
      p[0] = static_cast<std::uint8_t>(std::clamp(WmsPlace::red(x), 0, 255));
      p[1] = static_cast<std::uint8_t>(std::clamp(WmsPlace::green(y), 0, 255));
      p[2] = static_cast<std::uint8_t>(blue);
      p[3] = 255;
    }
  static std::atomic<int> next{0};
  const auto file = dir / ("wms" + std::to_string(next++) + ".png");
  if (!io::write_png(file, image).ok()) return {};
  return slurp(file);
}

// Capabilities with one named layer "map" in a group; `inside` goes into it, `service` into <Service>: small pictures are soon made.
inline std::string wms_capabilities(const std::string& version, const std::string& host, const std::string& crs, const std::string& inside = {}, const std::string& service = "<MaxWidth>128</MaxWidth><MaxHeight>128</MaxHeight>") {
  const bool now = version == "1.3.0";
  const std::string root = now ? "WMS_Capabilities" : "WMT_MS_Capabilities", tag = now ? "CRS" : "SRS";
  std::string systems;
  for (std::size_t from = 0; from <= crs.size();) {
    const auto end = std::min(crs.find(' ', from), crs.size());
    systems += "<" + tag + ">" + crs.substr(from, end - from) + "</" + tag + ">";
    from = end + 1;
  }
  const std::string box = now ? "<EX_GeographicBoundingBox><westBoundLongitude>138</westBoundLongitude><eastBoundLongitude>142</eastBoundLongitude><southBoundLatitude>34</southBoundLatitude>"
                                "<northBoundLatitude>37</northBoundLatitude></EX_GeographicBoundingBox>"
                              : "<LatLonBoundingBox minx=\"138\" miny=\"34\" maxx=\"142\" maxy=\"37\"/>";
  return "<?xml version=\"1.0\"?><" + root + " version=\"" + version + "\"" + (now ? " xmlns=\"http://www.opengis.net/wms\"" : "") + " xmlns:xlink=\"http://www.w3.org/1999/xlink\"><Service><Name>WMS</Name><Title>t</Title>" + service +
         "</Service><Capability><Request><GetMap><Format>image/svg+xml</Format><Format>image/jpeg</Format><Format>image/png</Format><DCPType><HTTP><Get><OnlineResource xlink:href=\"http://" + host +
         "/map?\"/></Get></HTTP></DCPType></GetMap></Request><Layer><Title>group</Title>" + systems + box +
         "<Layer queryable=\"1\"><Name>map</Name><Title>Map</Title><Style><Name>plain</Name></Style><Attribution><Title>Rivers Office</Title></Attribution>" + inside + "</Layer></Layer></Capability></" + root + ">";
}

}  // namespace tenbo::test
