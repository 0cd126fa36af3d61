#include "pyramid/wmts_capabilities.h"

#include <algorithm>
#include <cmath>
#include <pugixml.hpp>

#include "pyramid/ogc_xml.h"
#include "pyramid/tile_store.h"
#include "tenbo/base/text.h"

namespace tenbo::io::pyramid {
namespace {

constexpr double half_world = 20037508.342789244;     // m, of EPSG:3857
constexpr double metres_a_degree = 111319.49079327358;  // of a scale denominator: 6378137 m * pi / 180
constexpr double metres_a_pixel = 0.00028;            // of the screen that scale denominators are about
constexpr double slack = 2e-3;                        // of a level

// The matrices of a set that lie as the pyramid's zooms do; empty where it is none in Web Mercator or in degrees.
std::map<int, WmtsMatrix> levels_of(pugi::xml_node set, bool& geographic) {
  const std::string crs = value(set, "SupportedCRS");
  const auto in = [&](const char* part) { return crs.find(part) != std::string::npos; };
  const bool mercator = in("3857") || in("900913") || in("3785");
  const bool east_first = in("CRS84"), degrees = in("4326") || east_first;
  std::map<int, WmtsMatrix> out;
  if (!mercator && !degrees) return out;
  geographic = degrees;
  const double world = degrees ? 360 : 2 * half_world, top = degrees ? 90 : half_world, left = -world / 2;
  for (const auto m : children(set, "TileMatrix")) {
    const auto corner = numbers(value(m, "TopLeftCorner"));
    const double scale = child(m, "ScaleDenominator").text().as_double();
    const double width = child(m, "TileWidth").text().as_double(), height = child(m, "TileHeight").text().as_double();
    const auto columns = child(m, "MatrixWidth").text().as_ullong(), rows = child(m, "MatrixHeight").text().as_ullong();
    if (corner.size() != 2 || !(scale > 0) || !(width >= 16) || width != height || columns == 0 || rows == 0) continue;
    const double pixel = scale * metres_a_pixel / (degrees ? metres_a_degree : 1.0);
    // A corner is written in the order of the CRS's axes; some servers turn EPSG:4326 round, and the values tell.
    double x = corner[0], y = corner[1];
    if (degrees && !east_first && std::abs(corner[1] - left) < std::abs(corner[0] - left)) std::swap(x, y);
    if (std::abs(x - left) > pixel || std::abs(y - top) > pixel) continue;
    const double level = std::log2(world / (pixel * width));
    const int z = static_cast<int>(std::lround(level));
    if (std::abs(level - z) > slack || z < 0 || z > deepest_zoom) continue;
    const auto last = [&](unsigned long long n) { return static_cast<std::uint32_t>(std::min<unsigned long long>(n, 1ull << z) - 1); };
    out[z] = {value(m, "Identifier"), 0, last(rows), 0, last(columns)};
  }
  return out;
}

}  // namespace

std::map<std::string, std::string> query_of(const Url& url) {
  std::map<std::string, std::string> out;
  for (std::size_t at = 0; at < url.query.size();) {
    const auto end = std::min(url.query.find('&', at), url.query.size());
    const std::string part = url.query.substr(at, end - at);
    const auto equals = part.find('=');
    if (equals != std::string::npos) out[lower_case(part.substr(0, equals))] = part.substr(equals + 1);
    at = end + 1;
  }
  return out;
}

Result<Url> WmtsLayer::tile(const Url& base, const WmtsMatrix& m, std::uint32_t x, std::uint32_t y) const {
  std::string text = address;
  if (rest) {
    const auto put = [&](const std::string& name, const std::string& with) {
      for (auto at = text.find("{" + name + "}"); at != std::string::npos; at = text.find("{" + name + "}", at + with.size())) text.replace(at, name.size() + 2, with);
    };
    put("TileMatrixSet", encoded(set));
    put("TileMatrix", encoded(m.id));
    put("TileRow", std::to_string(y));
    put("TileCol", std::to_string(x));
    for (const char* name : {"style", "Style"}) put(name, encoded(style));
    for (const auto& [name, v] : dimensions) put(name, encoded(v));
  } else {
    text += (text.find('?') == std::string::npos ? "?" : text.ends_with('?') || text.ends_with('&') ? "" : "&");
    text += "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=" + encoded(layer) + "&STYLE=" + encoded(style) + "&FORMAT=" + encoded(format) + "&TILEMATRIXSET=" + encoded(set) +
            "&TILEMATRIX=" + encoded(m.id) + "&TILEROW=" + std::to_string(y) + "&TILECOL=" + std::to_string(x);
    for (const auto& [name, v] : dimensions) text += "&" + encoded(name) + "=" + encoded(v);
  }
  auto url = parse_url(text);
  if (!url) return url;
  if (url->origin() == base.origin()) {  // the key, but not what was asked of the service
    url->user = base.user;
    std::string keys;
    for (const auto& [name, v] : query_of(base))
      if (name != "service" && name != "request" && name != "version" && name != "acceptversions" && name != "layer" && name != "style" && name != "tilematrixset")
        keys += (keys.empty() ? "" : "&") + name + "=" + v;
    url->query = merge_queries(url->query, keys);
  }
  return url;
}

Result<WmtsLayer> read_wmts_capabilities(std::span<const std::byte> xml, const Url& asked, const std::vector<std::string>& allow_hosts) {
  const std::string label = asked.label();
  const auto refuse = [&](ErrorCode code, const std::string& why, const std::string& place, const std::string& remedy) { return Error{code, why, label, place, remedy}; };
  const auto wanted = query_of(asked);
  const auto wish = [&](const char* key) {
    const auto found = wanted.find(key);
    return found == wanted.end() ? std::string() : plain(found->second);
  };
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed) return refuse(ErrorCode::malformed, std::string("is no XML: ") + parsed.description(), "byte " + std::to_string(parsed.offset), "the address has to be that of the service's capabilities");
  const auto root = document.document_element();
  if (local(root) != "Capabilities")
    return refuse(ErrorCode::malformed, "is no description of a WMTS: its first element is <" + std::string(root.name()).substr(0, 40) + ">", "", "the address has to be that of the service's capabilities");
  const auto contents = child(root, "Contents");

  // The layer: the one that is named, or the only one.
  const auto layers = children(contents, "Layer");
  pugi::xml_node layer;
  std::string names;
  for (const auto l : layers) {
    if (value(l, "Identifier") == wish("layer") || (wish("layer").empty() && layers.size() == 1)) layer = l;
    if (names.size() < 400) names += (names.empty() ? "" : ", ") + to_valid_utf8(value(l, "Identifier").substr(0, 80));
  }
  if (!layer && layers.empty()) return refuse(ErrorCode::malformed, "lists no layer", "Contents", "");
  if (!layer)
    return refuse(ErrorCode::not_found, (wish("layer").empty() ? "has several layers: " : "has no layer \"" + to_valid_utf8(wish("layer").substr(0, 80)) + "\"; there are: ") + names, "Contents/Layer",
                  "name one in the address: &layer=NAME");
  WmtsLayer c;
  c.layer = value(layer, "Identifier");
  const std::string place = "Layer " + to_valid_utf8(c.layer.substr(0, 80));

  for (const auto s : children(layer, "Style"))
    if (c.style.empty() || value(s, "Identifier") == wish("style") || (wish("style").empty() && std::string_view(s.attribute("isDefault").as_string()) == "true")) c.style = value(s, "Identifier");
  if (!wish("style").empty() && c.style != wish("style")) return refuse(ErrorCode::not_found, "has no style \"" + to_valid_utf8(wish("style").substr(0, 80)) + "\"", place, "leave &style= out");
  for (const auto d : children(layer, "Dimension")) {
    const std::string name = value(d, "Identifier");
    const auto given = wanted.find(lower_case(name));
    c.dimensions[name] = given != wanted.end() ? plain(given->second) : value(d, "Default");
  }

  // The tile matrix set: Web Mercator first, then degrees.
  std::map<std::string, pugi::xml_node> sets;
  for (const auto s : children(contents, "TileMatrixSet")) sets[value(s, "Identifier")] = s;
  std::string offered;
  for (const auto link : children(layer, "TileMatrixSetLink")) {
    const std::string id = value(link, "TileMatrixSet");
    const auto set = sets.find(id);
    if (set == sets.end()) continue;
    if (offered.size() < 400) offered += (offered.empty() ? "" : ", ") + to_valid_utf8(id.substr(0, 60)) + " (" + to_valid_utf8(value(set->second, "SupportedCRS").substr(0, 60)) + ")";
    if (!wish("tilematrixset").empty() && id != wish("tilematrixset")) continue;
    bool geographic = false;
    auto levels = levels_of(set->second, geographic);
    if (levels.empty() || (!c.levels.empty() && (!c.geographic || geographic))) continue;
    for (const auto limit : children(child(link, "TileMatrixSetLimits"), "TileMatrixLimits"))
      for (auto& [z, m] : levels)
        if (m.id == value(limit, "TileMatrix")) {
          m.first_row = std::max(m.first_row, child(limit, "MinTileRow").text().as_uint());
          m.last_row = std::min(m.last_row, child(limit, "MaxTileRow").text().as_uint(UINT32_MAX));
          m.first_column = std::max(m.first_column, child(limit, "MinTileCol").text().as_uint());
          m.last_column = std::min(m.last_column, child(limit, "MaxTileCol").text().as_uint(UINT32_MAX));
        }
    c.set = id;
    c.geographic = geographic;
    c.levels = std::move(levels);
  }
  if (c.levels.empty())
    return refuse(ErrorCode::unsupported, "has no tile matrix set that is read here" + (offered.empty() ? std::string() : ": there are " + offered), place,
                  "sets of EPSG:3857 and EPSG:4326 (CRS84) are read whose tiles halve from level to level and begin at the world's upper left corner");

  // The address: a template before key-value pairs, a picture that is read here.
  const auto readable = [](std::string_view f) { return f.starts_with("image/png") || f.starts_with("image/jpeg") || f.starts_with("image/jpg") || f.starts_with("image/webp"); };
  for (const auto r : children(layer, "ResourceURL"))
    if (c.address.empty() && std::string_view(r.attribute("resourceType").as_string()) == "tile" && readable(r.attribute("format").as_string())) {
      c.address = r.attribute("template").as_string();
      c.rest = true;
    }
  for (const auto f : children(layer, "Format"))
    if (c.format.empty() && readable(f.text().as_string())) c.format = f.text().as_string();
  if (c.address.empty() && !c.format.empty())
    for (const auto o : children(child(root, "OperationsMetadata"), "Operation"))
      if (std::string_view(o.attribute("name").as_string()) == "GetTile")
        for (const auto get : children(child(child(o, "DCP"), "HTTP"), "Get")) {
          bool pairs = true;  // where it says nothing
          for (const auto constraint : children(get, "Constraint"))
            for (const auto v : children(child(constraint, "AllowedValues"), "Value")) pairs = std::string_view(v.text().as_string()) == "KVP";
          if (pairs && c.address.empty()) c.address = get.attribute("xlink:href").as_string(get.attribute("href").as_string());
        }
  if (c.address.empty()) return refuse(ErrorCode::unsupported, "has no address of tiles in PNG, JPEG or WebP", place, "");

  // Where it may lead: to its own origin, or to a host that is allowed.
  // One origin, whatever the tile: what is checked here holds for all of them.
  if (c.address.substr(0, c.address.find('/', c.address.find("://") + 3)).find('{') != std::string::npos) return refuse(ErrorCode::malformed, "has an address of tiles whose host is to be filled in", place, "");
  const auto tile = c.tile(asked, c.levels.begin()->second, 0, 0);
  if (!tile || tile->text().find('{') != std::string::npos) return refuse(ErrorCode::malformed, "has an address of tiles that cannot be filled in", place, "");
  if (tile->origin() != asked.origin() && ((asked.scheme == "https" && tile->scheme == "http") || !names_host(allow_hosts, *tile)))
    return refuse(ErrorCode::invalid_argument, "has its tiles on another origin, " + tile->origin(), place, "where that is right, name its host in \"allow_hosts\" or with --allow-host");

  const auto low = numbers(value(child(layer, "WGS84BoundingBox"), "LowerCorner")), high = numbers(value(child(layer, "WGS84BoundingBox"), "UpperCorner"));
  const double limit = c.geographic ? 90 : mercator_limit;
  if (low.size() == 2 && high.size() == 2 && low[0] < high[0] && low[1] < high[1]) {
    c.extent.add(std::clamp(low[0], -180.0, 180.0), std::clamp(low[1], -limit, limit));
    c.extent.add(std::clamp(high[0], -180.0, 180.0), std::clamp(high[1], -limit, limit));
  } else {
    c.extent.add(-180, -limit);
    c.extent.add(180, limit);
  }
  return c;
}

}  // namespace tenbo::io::pyramid
