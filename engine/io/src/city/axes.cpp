#include "city_file.h"

#include <cmath>
#include <cstdio>
#include <cstring>

#include "numbers.h"

// In which order a file writes its axes. Coordinate systems with latitude first are often written longitude first, and no
// word in the file says so.
namespace tenbo::io::city {
namespace {

constexpr const char* say_so = "say \"exchange_axes\": true in its layer, or --exchange-axes";
constexpr std::size_t enough = 200;  // places looked at

// The first two numbers after `p`.
bool read_two(const char* p, const char* end, double& a, double& b) {
  for (double* v : {&a, &b}) {
    while (p < end && (is_space(*p) || *p == ',')) ++p;
    if (p >= end || !read_number(p, end, *v)) return false;
  }
  return true;
}

}  // namespace

// Latitudes beyond 90 degrees that would be longitudes: where all places looked at have one, nothing else can be meant. true:
// nothing that stands beyond head_end_ could say anything else.
bool CityFile::find_axes() {
  if (set_.exchange_axes) {
    context_.exchanged = *set_.exchange_axes ? AxesExchanged::all : AxesExchanged::no;
    return true;
  }
  if (context_.crs == nullptr || context_.crs->error || !context_.crs->geographic || !context_.crs->north_first) return true;
  const std::string_view text(context_.begin, static_cast<std::size_t>(head_end_ - context_.begin));
  std::size_t seen = 0;
  for (const char* tag : {"lowerCorner", "upperCorner", "posList", "pos>"}) {
    std::size_t at = 0;
    for (std::size_t n = 0; n < enough && (at = text.find(tag, at)) != std::string_view::npos; ++n) {
      const auto begin = text.find('>', at);
      if (begin == std::string_view::npos) break;
      at = begin;
      double a = 0, b = 0;
      if (read_two(context_.begin + begin + 1, head_end_, a, b)) {  // not after an end tag
        if (a == 0 && b == 0 && *tag != 'p') continue;  // an envelope that nobody filled in
        if (!(std::abs(a) > 90 && std::abs(a) <= 180 && std::abs(b) <= 90)) return true;
        ++seen;
      }
    }
  }
  if (seen == 0) return false;
  context_.exchanged = AxesExchanged::latitude_first;
  const char* const named = crs_at_ != nullptr ? crs_at_ : context_.begin;
  opened.warn(error(ErrorCode::malformed, "its coordinates in " + context_.crs->crs.id() + " have latitudes beyond 90 degrees: taken as longitude first, latitude second",
                    "line " + std::to_string(LineCounter(context_.begin).line_of(named)), std::string("write latitude first; or ") + say_so));
  return false;
}

void CityFile::check_place(const geo::Extent& extent) {
  const CrsEntry* crs = context_.crs;
  if (set_.exchange_axes || extent.empty() || context_.exchanged != AxesExchanged::no || crs == nullptr || crs->error || !crs->geographic || !crs->north_first) return;
  // There are towns from 55 S to 71 N, and a few houses beyond.
  if (extent.north > -60 && extent.south < 75) return;
  const double lat = (extent.south + extent.north) / 2, lon = (extent.west + extent.east) / 2;
  char place[120];
  std::snprintf(place, sizeof place, "%.3f %c, %.3f %c", std::abs(lat), lat < 0 ? 'S' : 'N', std::abs(lon), lon < 0 ? 'W' : 'E');
  notes.warn(crs_at_, "lies at " + std::string(place) + ", near a pole, since " + crs->crs.id() + " has latitude first: are longitude and latitude exchanged?",
             std::string("if so, ") + say_so + "; if it is there, \"exchange_axes\": false", ErrorCode::mismatch);
}

}  // namespace tenbo::io::city
