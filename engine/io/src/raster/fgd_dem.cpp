#include "raster/fgd_dem.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "identify/first_bytes.h"

namespace tenbo::io {

namespace {

constexpr std::int64_t max_cells = 20'000'000;

std::string line_of(std::string_view text, std::size_t at) {
  return "line " + std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(at, text.size())), '\n'));
}
Error malformed(std::string message, std::string place = {}) {
  return {ErrorCode::malformed, std::move(message), "", std::move(place), ""};
}

struct Element {
  std::string_view text;  // between the tags
  std::size_t at = 0;
};
// The first element of that local name, whatever its prefix. The format nests none of the names asked for.
std::optional<Element> element(std::string_view text, std::string_view name, std::size_t from = 0) {
  for (std::size_t i = text.find('<', from); i != std::string_view::npos; i = text.find('<', i + 1)) {
    std::size_t begin = i + 1, end = text.find_first_of(" \t\r\n/>", begin);
    if (end == std::string_view::npos) return std::nullopt;
    if (const std::size_t colon = text.find(':', begin); colon < end) begin = colon + 1;
    if (text.substr(begin, end - begin) != name) continue;
    const std::size_t open = text.find('>', end);
    if (open == std::string_view::npos) return std::nullopt;
    if (text[open - 1] == '/') return Element{text.substr(open, 0), open};
    const std::size_t close = text.find("</", open);
    return Element{text.substr(open + 1, close == std::string_view::npos ? close : close - open - 1), open + 1};
  }
  return std::nullopt;
}

template <class T>
bool two_numbers(std::string_view text, T& a, T& b) {
  const char* p = text.data();
  const char* end = p + text.size();
  const auto skip = [&] { while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n' || *p == ',')) ++p; };
  skip();
  const auto first = std::from_chars(p, end, a);
  if (first.ec != std::errc()) return false;
  p = first.ptr;
  skip();
  return std::from_chars(p, end, b).ec == std::errc();
}

// South-west corner and size of a standard mesh (JIS X 0410): 4, 6 or 8 digits.
bool mesh_box(std::string_view code, double& west, double& south, double& width, double& height) {
  if (code.size() != 4 && code.size() != 6 && code.size() != 8) return false;
  std::array<int, 8> d{};
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] < '0' || code[i] > '9') return false;
    d[i] = code[i] - '0';
  }
  south = (d[0] * 10 + d[1]) / 1.5;
  west = d[2] * 10 + d[3] + 100.0;
  height = 1 / 1.5;
  width = 1;
  if (code.size() >= 6) {
    height /= 8; width /= 8;
    south += d[4] * height; west += d[5] * width;
  }
  if (code.size() == 8) {
    height /= 10; width /= 10;
    south += d[6] * height; west += d[7] * width;
  }
  return true;
}

}  // namespace

Result<FgdHeader> parse_fgd_header(std::string_view text, Diagnostics& diagnostics) {
  FgdHeader h;
  if (!looks_like_fgd_dem(text)) return malformed("not an FGD-GML DEM: FGD_GMLSchema and DEM are missing");
  const auto envelope = text.find("Envelope");
  const std::string_view after = text.substr(envelope == std::string_view::npos ? 0 : envelope);
  const std::string_view tag = after.substr(0, after.find('>'));
  if (tag.find("jgd2000") != std::string_view::npos) h.crs = "EPSG:4612";
  else if (tag.find("jgd20") == std::string_view::npos)
    diagnostics.warn(malformed("the CRS of the envelope is not named; JGD2011 is assumed", line_of(text, envelope)));
  const auto lower = element(text, "lowerCorner"), upper = element(text, "upperCorner");
  const auto low = element(text, "low"), high = element(text, "high");
  if (!lower || !upper) return malformed("lowerCorner and upperCorner are missing");
  if (!low || !high) return malformed("the grid's size (GridEnvelope low, high) is missing");
  if (!two_numbers(lower->text, h.south, h.west)) return malformed("lowerCorner is not two numbers", line_of(text, lower->at));
  if (!two_numbers(upper->text, h.north, h.east)) return malformed("upperCorner is not two numbers", line_of(text, upper->at));
  std::int64_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  if (!two_numbers(low->text, x0, y0)) return malformed("GridEnvelope low is not two numbers", line_of(text, low->at));
  if (!two_numbers(high->text, x1, y1)) return malformed("GridEnvelope high is not two numbers", line_of(text, high->at));
  constexpr std::int64_t sane = 1'000'000;
  if (x0 < -sane || y0 < -sane || x1 > sane || y1 > sane || x1 < x0 || y1 < y0 || (x1 - x0 + 1) * (y1 - y0 + 1) > max_cells)
    return Error{ErrorCode::out_of_budget, "the grid's size makes no sense for an FGD DEM tile", "", line_of(text, high->at), ""};
  h.width = static_cast<int>(x1 - x0 + 1);
  h.height = static_cast<int>(y1 - y0 + 1);
  const bool place_ok = h.south >= -90 && h.north <= 90 && h.south < h.north && h.west >= -180 && h.east <= 360 && h.west < h.east;
  if (!place_ok) return malformed("the envelope is not a box in latitude and longitude", line_of(text, lower->at));
  // Corners are written with 9 decimals; the mesh code gives them exactly, so that neighbours meet.
  if (const auto mesh = element(text, "mesh")) {
    std::string_view code = mesh->text;
    while (!code.empty() && code.front() <= ' ') code.remove_prefix(1);
    while (!code.empty() && code.back() <= ' ') code.remove_suffix(1);
    double west, south, width, height;
    if (mesh_box(code, west, south, width, height)) {
      constexpr double same = 1e-6;  // degrees
      if (std::abs(west - h.west) < same && std::abs(south - h.south) < same && std::abs(west + width - h.east) < same &&
          std::abs(south + height - h.north) < same) {
        h.west = west; h.south = south; h.east = west + width; h.north = south + height;
      } else {
        diagnostics.warn(malformed("the envelope is not that of mesh " + std::string(code) + "; the envelope is taken",
                                   line_of(text, mesh->at)));
      }
    }
  }
  return h;
}

Result<std::vector<float>> parse_fgd_heights(std::string_view text, const FgdHeader& h, Diagnostics& diagnostics) {
  const auto list = element(text, "tupleList");
  if (!list) return malformed("tupleList is missing");
  const std::size_t list_end = list->at + list->text.size();
  if (text.find("</", list_end) == std::string_view::npos) diagnostics.fail(malformed("the file ends within tupleList; what is missing has no data"));
  else if (text.find("Dataset>", list_end) == std::string_view::npos) diagnostics.fail(malformed("the file ends early; its start point may be missing"));
  std::int64_t start_x = 0, start_y = 0;
  if (const auto rule = text.find("sequenceRule", std::min(list_end, text.size())); rule != std::string_view::npos) {
    const std::string_view tag = text.substr(rule, text.find('>', rule) - rule);
    if (tag.find("order=") != std::string_view::npos && tag.find("+x-y") == std::string_view::npos)
      return Error{ErrorCode::unsupported, "only the sequence order +x-y is read", "", line_of(text, rule), ""};
  }
  if (const auto start = element(text, "startPoint", std::min(list_end, text.size())))
    if (!two_numbers(start->text, start_x, start_y) || start_x < 0 || start_y < 0 || start_x >= h.width || start_y >= h.height)
      return malformed("startPoint does not lie in the grid", line_of(text, start->at));

  std::vector<float> values(static_cast<std::size_t>(h.width) * static_cast<std::size_t>(h.height),
                            std::numeric_limits<float>::quiet_NaN());
  std::size_t cell = static_cast<std::size_t>(start_y * h.width + start_x);
  const char* p = list->text.data();
  const char* const end = p + list->text.size();
  std::uint64_t bad = 0, surplus = 0;
  while (p < end) {
    const char* eol = std::find(p, end, '\n');
    // The type may be in UTF-8 or Shift_JIS: neither has a comma byte within a character.
    const char* comma = std::find(p, eol, ',');
    if (comma != eol) {
      const char* number = comma + 1;
      while (number < eol && (*number == ' ' || *number == '\t')) ++number;
      float v = 0;
      const auto parsed = std::from_chars(number, eol, v);
      const bool good = parsed.ec == std::errc() && std::isfinite(v);
      if (cell >= values.size()) {
        ++surplus;
      } else {
        if (!good) ++bad;
        else if (v > -9990 && v < 1e5f) values[cell] = v;
        ++cell;
      }
    }
    p = eol == end ? end : eol + 1;
  }
  if (bad) diagnostics.fail(malformed(std::to_string(bad) + " of the heights are not numbers; they have no data", line_of(text, list->at)));
  if (surplus) diagnostics.warn(malformed(std::to_string(surplus) + " heights more than the grid has cells are left out", line_of(text, list_end)));
  return values;
}

}  // namespace tenbo::io
