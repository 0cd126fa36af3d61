#include "pyramid/wms_capabilities.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "pyramid/ogc_xml.h"
#include "pyramid/tile_store.h"
#include "pyramid/wmts_capabilities.h"
#include "tenbo/base/text.h"

namespace tenbo::io::pyramid {
namespace {

constexpr double half_world = 20037508.342789244;  // m, of EPSG:3857
constexpr std::size_t most_layers = 20'000;
constexpr std::size_t most_told = 50;  // names of coordinates and styles of one layer, beyond those that are read
constexpr int deepest_layer = 64;
constexpr int smallest_edge = 64, usual_edge = 512;  // px

struct Known {
  const char* name;
  bool geographic, north_first;  // of version 1.3.0; before, longitude is always first
};
// In the order in which they are preferred. JGD2011 and JGD2000 lie within a metre of WGS 84; of EPSG:6697 a map is in its two axes.
constexpr std::array<Known, 9> known{{{"EPSG:3857", false, false}, {"EPSG:900913", false, false}, {"EPSG:3785", false, false}, {"EPSG:102100", false, false},
                                      {"CRS:84", true, false}, {"EPSG:4326", true, true}, {"EPSG:6668", true, true}, {"EPSG:6697", true, true}, {"EPSG:4612", true, true}}};

std::string upper(std::string s) {
  for (char& c : s)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return s;
}

std::string told(const std::string& text) { return to_valid_utf8(text.substr(0, 80)); }

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find(at, from), text.size());
    out.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

// What a layer has of its own and from those above it (06-042, 7.2.4.8).
struct Found {
  std::string name, title, attribution;
  std::set<std::string> crs, styles;
  std::optional<std::array<double, 4>> box;  // west, south, east, north, degrees
  bool timed = false;
  std::shared_ptr<const std::string> times;  // the same for all layers below
  std::string time_default;
};

std::optional<std::array<double, 4>> box_of(pugi::xml_node layer) {
  std::array<double, 4> b{};
  if (const auto g = child(layer, "EX_GeographicBoundingBox")) {
    const char* names[] = {"westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude"};
    for (std::size_t i = 0; i < 4; ++i) b[i] = child(g, names[i]).text().as_double(NAN);
  } else if (const auto l = child(layer, "LatLonBoundingBox")) {
    const char* names[] = {"minx", "miny", "maxx", "maxy"};
    for (std::size_t i = 0; i < 4; ++i) b[i] = l.attribute(names[i]).as_double(NAN);
  } else {
    return std::nullopt;
  }
  if (!std::all_of(b.begin(), b.end(), [](double v) { return std::isfinite(v); }) || b[0] >= b[2] || b[1] >= b[3]) return std::nullopt;
  return b;
}

void read_layer(pugi::xml_node node, Found own, int depth, std::vector<Found>& out) {
  if (depth > deepest_layer || out.size() >= most_layers) return;
  own.name = value(node, "Name");
  own.title = value(node, "Title").substr(0, 400);
  for (const auto n : node.children()) {
    const auto what = local(n);
    if (what == "CRS" || what == "SRS")
      for (const auto& one : split(upper(n.text().as_string()), ' '))  // 1.1.0 has them in one element
        if (!one.empty() && one.size() < 40 && (own.crs.size() < most_told || std::any_of(known.begin(), known.end(), [&](const Known& k) { return one == k.name; }))) own.crs.insert(one);
    if (what == "Style" && own.styles.size() < most_told)
      if (auto style = value(n, "Name"); style.size() < 200) own.styles.insert(std::move(style));
    if (what == "Attribution" && child(n, "Title")) own.attribution = value(n, "Title").substr(0, 400);
    if (what != "Dimension" && what != "Extent") continue;  // 1.1.1 has the values in <Extent>
    if (lower_case(n.attribute("name").as_string()) != "time") continue;
    own.timed = true;
    const std::string_view words = n.text().as_string();
    if (what == "Extent" || !words.empty()) {
      own.times = std::make_shared<const std::string>(words);
      own.time_default = std::string(n.attribute("default").as_string()).substr(0, 100);
    }
  }
  if (const auto b = box_of(node)) own.box = b;
  if (!own.name.empty()) out.push_back(own);
  for (const auto below : children(node, "Layer")) read_layer(below, own, depth + 1, out);
}

std::string number(double v) {
  char out[40];
  std::snprintf(out, sizeof out, "%.12g", v);
  for (char* c = out; *c != '\0'; ++c)
    if (*c == ',') *c = '.';
  return out;
}

bool readable(std::string_view f) { return f.starts_with("image/png") || f.starts_with("image/jpeg") || f.starts_with("image/jpg") || f.starts_with("image/webp"); }

}  // namespace

std::optional<std::string> wms_exception(std::span<const std::byte> body) {
  std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  if (!text.starts_with('<')) return std::nullopt;
  pugi::xml_document document;
  const auto parsed = document.load_buffer(text.data(), std::min<std::size_t>(text.size(), 1 << 20));
  const auto root = document.document_element();
  std::string out;
  if (parsed && local(root) == "ServiceExceptionReport")
    for (const auto e : children(root, "ServiceException")) {
      std::string one = e.attribute("code").as_string();
      std::string words = e.text().as_string();
      const auto first = words.find_first_not_of(" \t\r\n");
      words = first == std::string::npos ? "" : words.substr(first, words.find_last_not_of(" \t\r\n") - first + 1);
      if (!words.empty()) one += (one.empty() ? "" : ": ") + words;
      if (!one.empty() && out.size() < 400) out += (out.empty() ? "" : "; ") + one;
    }
  if (out.empty()) return "a page in place of a picture (<" + told(std::string(root.name())) + ">)";
  out = to_valid_utf8(out.substr(0, 400));  // which grows where bytes are no characters
  std::size_t end = std::min<std::size_t>(out.size(), 400);
  while (end < out.size() && end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  out.resize(end);
  return out;
}

Result<Url> WmsLayer::picture(const Url& base, int z, std::uint32_t x, std::uint32_t y, const std::string& time) const {
  const double world = geographic ? 360 : 2 * half_world, top = geographic ? 90 : half_world, side = std::ldexp(world, -z);
  const double west = -world / 2 + side * x, north = top - side * y;
  const std::string w = number(west), s = number(north - side), e = number(west + side), n = number(north);
  std::string text = address;
  text += text.find('?') == std::string::npos ? "?" : text.ends_with('?') || text.ends_with('&') ? "" : "&";
  text += "SERVICE=WMS&REQUEST=GetMap&VERSION=" + encoded(version) + "&LAYERS=" + encoded(layers) + "&STYLES=" + encoded(styles) + (version == "1.3.0" ? "&CRS=" : "&SRS=") + encoded(crs) +
          "&BBOX=" + (north_first ? s + "," + w + "," + n + "," + e : w + "," + s + "," + e + "," + n) + "&WIDTH=" + std::to_string(edge) + "&HEIGHT=" + std::to_string(edge) +
          "&FORMAT=" + encoded(format) + (format.starts_with("image/jp") ? "" : "&TRANSPARENT=TRUE");
  if (!time.empty()) text += "&TIME=" + encoded(time);
  auto url = parse_url(text);
  if (!url || url->origin() != base.origin()) return url;
  url->user = base.user;  // the key, but not what was asked of the service
  std::string keys;
  for (const auto& [name, v] : query_of(base)) {
    bool own = false;
    for (const char* word : {"service", "request", "version", "wmtver", "layer", "layers", "style", "styles", "format", "crs", "srs", "time", "bbox", "width", "height", "transparent"}) own = own || name == word;
    if (!own) keys += (keys.empty() ? "" : "&") + name + "=" + v;
  }
  url->query = merge_queries(url->query, keys);
  return url;
}

Result<WmsLayer> read_wms_capabilities(std::span<const std::byte> xml, const Url& asked, const std::vector<std::string>& allow_hosts, std::optional<bool> exchange_axes) {
  const std::string label = asked.label();
  const auto refuse = [&](ErrorCode code, const std::string& why, const std::string& place, const std::string& remedy) { return Error{code, why, label, place, remedy}; };
  const auto wanted = query_of(asked);
  const auto wish = [&](const char* key, const char* other) {
    auto found = wanted.find(key);
    if (found == wanted.end()) found = wanted.find(other);
    return found == wanted.end() ? std::string() : plain(found->second);
  };
  const char* right = "the address has to be that of the service's capabilities: ?SERVICE=WMS&REQUEST=GetCapabilities";
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed) return refuse(ErrorCode::malformed, std::string("is no XML: ") + parsed.description(), "byte " + std::to_string(parsed.offset), right);
  const auto root = document.document_element();
  if (local(root) == "ServiceExceptionReport") return refuse(ErrorCode::malformed, "the service says: " + wms_exception(xml).value_or(""), "", right);
  if (local(root) != "WMS_Capabilities" && local(root) != "WMT_MS_Capabilities")
    return refuse(ErrorCode::malformed, "is no description of a WMS: its first element is <" + std::string(root.name()).substr(0, 40) + ">", "", right);
  WmsLayer c;
  c.version = root.attribute("version").as_string();
  if (c.version != "1.3.0" && c.version != "1.1.1" && c.version != "1.1.0")
    return refuse(ErrorCode::unsupported, "answers in version \"" + told(c.version) + "\" of the WMS", "", "1.3.0 and 1.1.1 are read: say &VERSION=1.3.0 in the address");
  const auto capability = child(root, "Capability");

  // The layers: those that are named, or the only one.
  std::vector<Found> all;
  for (const auto top : children(capability, "Layer")) read_layer(top, {}, 0, all);
  std::string names;
  for (const auto& l : all)
    if (names.size() < 400) names += (names.empty() ? "" : ", ") + told(l.name);
  if (all.empty()) return refuse(ErrorCode::malformed, "lists no layer that has a name", "Capability", "");
  c.layers = wish("layers", "layer");
  if (c.layers.empty()) {
    if (all.size() > 1) return refuse(ErrorCode::not_found, "has several layers: " + names, "Capability/Layer", "name one in the address: &layers=NAME (several between commas are drawn one over the other)");
    c.layers = all.front().name;
  }
  std::vector<const Found*> chosen;
  for (const auto& name : split(c.layers, ',')) {
    const auto it = std::find_if(all.begin(), all.end(), [&](const auto& l) { return l.name == name; });
    if (it == all.end()) return refuse(ErrorCode::not_found, "has no layer \"" + told(name) + "\"; there are: " + names, "Capability/Layer", "name one in the address: &layers=NAME");
    chosen.push_back(&*it);
  }
  const std::string place = "Layer " + told(c.layers);
  c.title = to_valid_utf8(chosen.front()->title);
  c.attribution = to_valid_utf8(chosen.front()->attribution);

  c.styles = wish("styles", "style");
  if (c.styles.empty()) {
    c.styles = std::string(chosen.size() - 1, ',');
  } else {
    const auto styles = split(c.styles, ',');
    if (styles.size() != chosen.size()) return refuse(ErrorCode::invalid_argument, "is asked for " + std::to_string(styles.size()) + " styles of " + std::to_string(chosen.size()) + " layers", place, "write one for each, between commas; they may be empty");
    for (std::size_t i = 0; i < styles.size(); ++i)
      if (!styles[i].empty() && !chosen[i]->styles.contains(styles[i])) {
        std::string there;
        for (const auto& s : chosen[i]->styles)
          if (there.size() < 400) there += (there.empty() ? "; there are: " : ", ") + told(s);
        return refuse(ErrorCode::not_found, "has no style \"" + told(styles[i]) + "\"" + there, place, "leave &styles= out");
      }
  }

  // The coordinates: what all the chosen ones are offered in.
  std::string offered;
  for (const auto& crs : chosen.front()->crs)
    if (offered.size() < 400) offered += (offered.empty() ? "" : ", ") + told(crs);
  const Known* system = nullptr;
  const std::string want_crs = upper(wish("crs", "srs"));
  for (const auto& k : known) {
    const bool every = std::all_of(chosen.begin(), chosen.end(), [&](const auto* l) { return l->crs.contains(k.name); });
    if (!system && every && (want_crs.empty() || want_crs == k.name)) system = &k;
  }
  if (!system)
    return refuse(ErrorCode::unsupported, (want_crs.empty() ? "is in no coordinates that are read here" : "is not read in \"" + told(want_crs) + "\"") + (offered.empty() ? std::string() : ": there are " + offered), place,
                  "EPSG:3857, EPSG:4326, CRS:84, EPSG:6668, EPSG:6697 and EPSG:4612 are read");
  c.crs = system->name;
  c.geographic = system->geographic;
  c.north_first = (c.version == "1.3.0" && system->north_first) != exchange_axes.value_or(false);

  // The picture.
  const auto map = child(child(capability, "Request"), "GetMap");
  std::string formats;
  const std::string want_format = wish("format", "format");
  for (const char* best : {"image/png", "image/webp", "image/jp"})
    for (const auto f : children(map, "Format")) {
      const std::string_view name = f.text().as_string();
      if (c.format.empty() && readable(name) && name.starts_with(best) && (want_format.empty() || name == want_format)) c.format = name;
    }
  for (const auto f : children(map, "Format"))
    if (formats.size() < 400) formats += (formats.empty() ? "" : ", ") + told(f.text().as_string());
  if (c.format.empty())
    return refuse(ErrorCode::unsupported, (want_format.empty() ? "gives no picture that is read here" : "gives no \"" + told(want_format) + "\"") + (formats.empty() ? std::string() : ": there are " + formats), "Capability/Request/GetMap/Format",
                  "PNG, JPEG and WebP are read");
  const auto service = child(root, "Service");
  for (const char* most : {"MaxWidth", "MaxHeight"}) {
    c.edge = static_cast<int>(std::min<unsigned>(static_cast<unsigned>(c.edge), child(service, most).text().as_uint(usual_edge)));
    if (c.edge < smallest_edge) return refuse(ErrorCode::unsupported, "gives pictures of " + std::to_string(c.edge) + " pixels at most", std::string("Service/") + most, "");
  }
  const auto link = child(child(child(child(map, "DCPType"), "HTTP"), "Get"), "OnlineResource");
  for (const auto a : link.attributes())
    if (std::string_view(a.name()) == "href" || std::string_view(a.name()).ends_with(":href")) c.address = a.value();
  if (c.address.empty()) return refuse(ErrorCode::malformed, "has no address of its pictures", "Capability/Request/GetMap", "");
  if (const auto hash = c.address.find('#'); hash != std::string::npos) c.address.resize(hash);

  // Where it may lead: to its own origin, or to a host that is allowed. Services behind a proxy name themselves by plain http.
  const auto first = c.picture(asked, 0, 0, 0, "");
  if (!first) return refuse(ErrorCode::malformed, "has an address of its pictures that is none", "Capability/Request/GetMap", "");
  if (asked.scheme == "https" && first->scheme == "http" && first->host == asked.host && first->port == 80 && asked.port == 443) c.address = "https" + c.address.substr(4);
  const auto picture = c.picture(asked, 0, 0, 0, "");
  if (!picture) return refuse(ErrorCode::malformed, "has an address of its pictures that is none", "Capability/Request/GetMap", "");
  if (picture->origin() != asked.origin() && ((asked.scheme == "https" && picture->scheme == "http") || !names_host(allow_hosts, *picture)))
    return refuse(ErrorCode::invalid_argument, "has its pictures on another origin, " + picture->origin(), "Capability/Request/GetMap", "where that is right, name its host in \"allow_hosts\" or with --allow-host");

  const double limit = c.geographic ? 90 : mercator_limit;
  bool everywhere = false;
  for (const auto* l : chosen) {
    if (!l->box) { everywhere = true; continue; }
    const auto& b = *l->box;
    c.extent.add(std::clamp(b[0], -180.0, 180.0), std::clamp(b[1], -limit, limit));
    c.extent.add(std::clamp(b[2], -180.0, 180.0), std::clamp(b[3], -limit, limit));
  }
  if (everywhere || c.extent.empty()) {
    c.extent = {};
    c.extent.add(-180, -limit);
    c.extent.add(180, limit);
  }

  for (const auto* l : chosen) {
    if (!l->timed) continue;
    if (l->times) c.times = read_wms_times(*l->times);
    c.time_default = l->time_default;
    if (c.times.unread > 0) c.notes.push_back(std::to_string(c.times.unread) + " entries of its dimension \"time\" name no moment");
    if (c.times.more) c.notes.push_back("has more than " + std::to_string(most_wms_times) + " moments: the last are shown");
    break;
  }
  if (wanted.contains("time")) {  // one moment, whatever the time bar says
    c.time_default = wish("time", "time");
    c.times = {};
  }
  return c;
}

}  // namespace tenbo::io::pyramid
