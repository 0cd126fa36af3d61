#include "city_file.h"

#include <cmath>
#include <cstring>

#include "numbers.h"

// What stands in a file before its first member: the root element, the envelope with the CRS.
namespace tenbo::io::city {

Status CityFile::read_prolog(XmlCursor& xml) {
  switch (xml.next()) {
    case XmlEvent::start: break;
    case XmlEvent::done: return error(ErrorCode::malformed, "is empty of XML elements", {}, "is this the right file?");
    case XmlEvent::error:
      return error(ErrorCode::malformed, "is not XML: " + xml.error(),
                   "line " + std::to_string(LineCounter(context_.begin).line_of(xml.error_at())));
    default: return error(ErrorCode::malformed, "is not XML: text stands before the first element", "line 1", "is this the right file?");
  }
  root_name_ = xml.tag().name;
  root_ = xml.tag().at;
  context_.names.declare(xml.tag());
  if (xml.tag().local() != "CityModel" && !context_.names.any_citygml())
    return error(ErrorCode::unsupported, "is XML, but not a CityGML model: its root element is <" + root_name_.substr(0, 80) + ">", {},
                 "expected <core:CityModel>");
  return {};
}

void CityFile::find_envelope(XmlCursor& xml) {
  const std::size_t outside = xml.depth() - 1;
  for (;;) {
    const XmlEvent event = xml.next();
    if (event == XmlEvent::start && xml.tag().local() == "Envelope") {
      const auto srs = xml.tag().attribute("srsName");
      if (!srs.empty() && context_.crs == nullptr) {
        context_.crs = &set_.crs_table.get(srs);
        crs_at_ = xml.tag().at;
      }
      const auto dimension = xml.tag().attribute("srsDimension");
      if (dimension == "2" || dimension == "3") context_.dimension = dimension[0] - '0';
    } else if (event == XmlEvent::end && xml.depth() == outside) {
      return;
    } else if (event == XmlEvent::error || event == XmlEvent::done) {
      return;
    }
  }
}

// What stands before the first member: the envelope with the CRS, names, metadata.
void CityFile::read_header(XmlCursor& xml, const char* first_member) {
  for (;;) {
    const XmlEvent event = xml.next();
    if (event == XmlEvent::start) {
      if (xml.tag().at >= first_member) return;
      if (xml.tag().local() == "boundedBy") find_envelope(xml);
      else if (!xml.skip_element()) return;
    } else if (event != XmlEvent::text) {
      return;
    }
  }
}

// No envelope names a CRS: the first one named anywhere stands for the rest. None at all: latitude and longitude may be
// told from their numbers where one of them is beyond 90.
void CityFile::guess_crs() {
  const std::string_view text(context_.begin, static_cast<std::size_t>(context_.end - context_.begin));
  if (const auto at = text.find("srsName="); at != std::string_view::npos && at + 9 < text.size() && (text[at + 8] == '"' || text[at + 8] == '\'')) {
    const auto close = text.find(text[at + 8], at + 9);
    if (close != std::string_view::npos && close - at < 1000 && close > at + 9) {
      context_.crs = &set_.crs_table.get(text.substr(at + 9, close - at - 9));
      return;
    }
  }
  for (const std::string_view tag : {"posList", "lowerCorner", "pos>"}) {
    const auto at = text.find(tag);
    if (at == std::string_view::npos) continue;
    const char* p = static_cast<const char*>(std::memchr(text.data() + at, '>', text.size() - at));
    if (p == nullptr) continue;
    ++p;
    double a = 0, b = 0;
    while (p < context_.end && is_space(*p)) ++p;
    if (p >= context_.end || !read_number(p, context_.end, a)) continue;
    while (p < context_.end && is_space(*p)) ++p;
    if (p >= context_.end || !read_number(p, context_.end, b)) continue;
    const bool fractions = a != std::floor(a) && b != std::floor(b);
    const char* guess = nullptr;
    if (fractions && std::abs(a) <= 90 && std::abs(b) > 90 && std::abs(b) <= 180) guess = a > 20 && a < 46 && b > 122 && b < 154 ? "EPSG:6697" : "EPSG:4326";
    else if (fractions && std::abs(a) > 90 && std::abs(a) <= 180 && std::abs(b) <= 90) guess = "OGC:CRS84";
    if (guess == nullptr) return;
    context_.crs = &set_.crs_table.get(guess);
    opened.warn(error(ErrorCode::malformed, std::string("no coordinate reference system is named; its numbers can only be latitude and longitude, taken as ") + guess,
                                  {}, "give the gml:Envelope a srsName"));
    return;
  }
}

}  // namespace tenbo::io::city
