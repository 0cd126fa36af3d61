#include "names.h"

#include <algorithm>

namespace tenbo::io::city {
namespace {
constexpr std::pair<std::string_view, std::string_view> modules[] = {
    {"building", "bldg"}, {"bridge", "brid"}, {"tunnel", "tun"}, {"transportation", "tran"}, {"vegetation", "veg"},
    {"cityfurniture", "frn"}, {"relief", "dem"}, {"waterbody", "wtr"}, {"landuse", "luse"}, {"generics", "gen"},
    {"appearance", "app"}, {"cityobjectgroup", "grp"}, {"construction", "con"}, {"dynamizer", "dyn"},
    {"versioning", "ver"}, {"pointcloud", "pcl"}, {"texturedsurface", "tex"}};
}

bool is_citygml(std::string_view uri) { return uri.find("opengis.net/citygml/") != std::string_view::npos; }

std::string_view known_prefix(std::string_view uri) {
  if (const auto at = uri.find("opengis.net/citygml/"); at != std::string_view::npos) {
    auto rest = uri.substr(at + 20);
    if (rest.starts_with("profiles/")) return {};
    rest = rest.substr(0, rest.find('/'));
    for (const auto& [module, prefix] : modules)
      if (rest == module) return prefix;
    return "core";
  }
  if (uri.find("opengis.net/gml") != std::string_view::npos) return "gml";
  if (uri.find("/iur/uro/") != std::string_view::npos) return "uro";
  if (uri.find("/iur/urf/") != std::string_view::npos) return "urf";
  if (uri.find("oasis:names:tc:ciq") != std::string_view::npos && (uri.find("xAL") != std::string_view::npos || uri.find("xal") != std::string_view::npos))
    return "xAL";
  return {};
}

void Namespaces::declare(const XmlTag& tag) {
  for (const auto& a : tag.attributes) {
    if (!a.name.starts_with("xmlns")) continue;
    if (a.name.size() > 5 && a.name[5] != ':') continue;
    const auto prefix = a.name.size() > 6 ? a.name.substr(6) : std::string_view();
    const auto known = known_prefix(a.value);
    const auto shown = known.empty() ? prefix : known;
    // some writers repeat every declaration on every element: the list holds each prefix once above `floor_`
    bool told = false;
    for (std::size_t i = list_.size(); i > 0 && !told; --i) {
      Item& item = list_[i - 1];
      if (item.prefix != prefix) continue;
      told = item.shown == shown;
      if (!told && i > floor_) {
        item.shown = shown;
        told = true;
        ++version_;
      }
      break;
    }
    if (told || list_.size() >= 256) continue;
    list_.push_back({std::string(prefix), std::string(shown), is_citygml(a.value)});
    ++version_;
  }
}

std::string_view Namespaces::canonical(std::string_view prefix) const {
  for (auto it = list_.rbegin(); it != list_.rend(); ++it)
    if (it->prefix == prefix) return it->shown;
  return prefix;
}

std::string Namespaces::canonical_name(std::string_view name) const {
  const auto prefix = canonical(prefix_of(name));
  std::string out(prefix);
  if (!out.empty()) out += ':';
  out += local_name(name);
  return out;
}

bool Namespaces::any_citygml() const {
  return std::any_of(list_.begin(), list_.end(), [](const Item& i) { return i.citygml; });
}

CityTheme theme_of(std::string_view prefix, std::string_view local) {
  if (prefix == "bldg" || local == "UndergroundBuilding") return CityTheme::building;
  if (prefix == "brid") return CityTheme::bridge;
  if (prefix == "tran") return local == "Waterway" ? CityTheme::water : CityTheme::road;
  if (prefix == "veg") return CityTheme::vegetation;
  if (prefix == "frn") return CityTheme::furniture;
  if (prefix == "dem") return CityTheme::relief;
  if (prefix == "wtr") return CityTheme::water;
  if (prefix == "uro" && (local == "Manhole" || local == "Appurtenance")) return CityTheme::furniture;
  return CityTheme::other;
}

}  // namespace tenbo::io::city

namespace tenbo::io {

CityTheme theme_of_type(std::string_view type) {
  const auto colon = type.find(':');
  return colon == std::string_view::npos ? city::theme_of({}, type) : city::theme_of(type.substr(0, colon), type.substr(colon + 1));
}

}  // namespace tenbo::io
