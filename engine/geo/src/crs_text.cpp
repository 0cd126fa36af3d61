#include "crs_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <vector>

#include "tenbo/base/text.h"

namespace tenbo::geo {
namespace {

std::string_view trim(std::string_view s) {
  constexpr std::string_view space = " \t\r\n";
  const auto from = s.find_first_not_of(space);
  return from == std::string_view::npos ? std::string_view{} : s.substr(from, s.find_last_not_of(space) - from + 1);
}

// Case is ignored, as registries and files differ in it.
bool starts_with(std::string_view s, std::string_view lower_prefix) {
  return s.size() >= lower_prefix.size() && lower_case(s.substr(0, lower_prefix.size())) == lower_prefix;
}

std::optional<int> whole_number(std::string_view s) {
  int value = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  return !s.empty() && error == std::errc{} && end == s.data() + s.size() ? std::optional(value) : std::nullopt;
}

struct Word { std::string_view word, code; };
// Names that surveying authorities use in GML instead of EPSG codes: the AdV (Germany) and the GSI (Japan). JGD2024
// left the horizontal datum as it was.
constexpr Word horizontal_words[] = {
    {"etrs89_utm31", "EPSG:25831"}, {"etrs89_utm32", "EPSG:25832"}, {"etrs89_utm33", "EPSG:25833"},
    {"etrs89_lat-lon", "EPSG:4258"}, {"de_dhdn_3gk2", "EPSG:31466"}, {"de_dhdn_3gk3", "EPSG:31467"},
    {"de_dhdn_3gk4", "EPSG:31468"}, {"de_dhdn_3gk5", "EPSG:31469"}, {"jgd2000.bl", "EPSG:4612"},
    {"jgd2011.bl", "EPSG:6668"}, {"jgd2024.bl", "EPSG:6668"}, {"tokyo.bl", "EPSG:4301"}, {"td.bl", "EPSG:4301"},
};
constexpr Word vertical_words[] = {
    {"de_dhhn92_nh", "5783"}, {"de_dhhn2016_nh", "7837"}, {"de_dhhn85_nh", "5784"}, {"de_dhhn12_noh", "7699"},
};
template <std::size_t N>
std::string_view look_up(const Word (&words)[N], std::string_view word) {
  const std::string key = lower_case(word);
  for (const Word& w : words)
    if (w.word == key) return w.code;
  return {};
}

// EPSG:10162 to 10174, "JGD2011 / Japan Plane Rectangular CS I to XIII + JGD2011 (vertical) height", stand in PLATEAU
// files but not in the database of PROJ 9.1: made of their parts, which do.
std::string epsg(std::string_view code) {
  if (const auto n = whole_number(code); n && *n >= 10162 && *n <= 10174)
    return "EPSG:" + std::to_string(*n - 10162 + 6669) + "+6695";
  return "EPSG:" + std::string(code);
}

}  // namespace

namespace {

std::string brought_to_code(std::string_view definition) {
  const std::string_view s = trim(definition);
  if (starts_with(s, "epsg:")) {
    std::string_view code = s.substr(5);
    while (!code.empty() && code[0] == ':') code.remove_prefix(1);  // "EPSG::6697"
    return epsg(code);
  }
  if (lower_case(s) == "crs:84" || lower_case(s) == "wgs84") return "OGC:CRS84";
  for (const std::string_view prefix : {"http://www.opengis.net/gml/srs/epsg.xml#", "https://www.opengis.net/gml/srs/epsg.xml#"})
    if (starts_with(s, prefix)) return epsg(s.substr(prefix.size()));
  for (const std::string_view prefix : {"http://www.opengis.net/def/crs/epsg/", "https://www.opengis.net/def/crs/epsg/",
                                        "urn:ogc:def:crs:epsg:", "urn:x-ogc:def:crs:epsg:", "urn:opengis:def:crs:epsg:",
                                        "urn:opengis:crs:epsg:", "urn:epsg:geographiccrs:", "urn:epsg:projectedcrs:"})
    if (starts_with(s, prefix)) {
      const std::string_view rest = s.substr(prefix.size());
      return epsg(rest.substr(rest.find_last_of("/:") + 1));  // past the version, where there is one
    }
  if (starts_with(s, "urn:ogc:def:crs,")) {  // crs:EPSG::25833,crs:EPSG::5783
    std::vector<std::string_view> codes;
    for (std::string_view rest = s.substr(16); !rest.empty();) {
      const std::string_view part = trim(rest.substr(0, rest.find(',')));
      if (starts_with(part, "crs:epsg:")) codes.push_back(part.substr(part.find_last_of(':') + 1));
      else return std::string(s);
      const auto comma = rest.find(',');
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    if (codes.size() == 1) return epsg(codes[0]);
    if (codes.size() == 2) return "EPSG:" + std::string(codes[0]) + "+" + std::string(codes[1]);
    return {};  // PROJ would take the first two and say nothing of the rest
  }
  if (starts_with(s, "urn:adv:crs:")) {
    const std::string_view rest = s.substr(12);
    const auto star = rest.find('*');
    const std::string_view horizontal = look_up(horizontal_words, rest.substr(0, star));
    if (horizontal.empty()) return std::string(s);
    if (star == std::string_view::npos) return std::string(horizontal);
    const std::string_view vertical = look_up(vertical_words, rest.substr(star + 1));
    return vertical.empty() ? std::string(s) : std::string(horizontal) + "+" + std::string(vertical);
  }
  if (starts_with(s, "fguuid:"))
    if (const std::string_view code = look_up(horizontal_words, s.substr(7)); !code.empty()) return std::string(code);
  if (s.find("+proj=") != std::string_view::npos || starts_with(s, "proj="))
    if (s.find("type=crs") == std::string_view::npos) return std::string(s) + " +type=crs";
  return std::string(s);
}

// "EPSG:25832+5783" is quicker by its URN: a tenth of the time, as PROJ looks for no name like it.
std::string compound_urn(const std::string& text) {
  if (!text.starts_with("EPSG:")) return text;
  const auto plus = text.find('+');
  if (plus == std::string::npos) return text;
  const std::string_view horizontal = std::string_view(text).substr(5, plus - 5), vertical = std::string_view(text).substr(plus + 1);
  if (!whole_number(horizontal) || !whole_number(vertical)) return text;
  return "urn:ogc:def:crs,crs:EPSG::" + std::string(horizontal) + ",crs:EPSG::" + std::string(vertical);
}

}  // namespace

std::string normalise_crs_text(std::string_view definition) { return compound_urn(brought_to_code(definition)); }

}  // namespace tenbo::geo
