#include "style_classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "tenbo/base/text.h"

namespace tenbo::shell {
namespace {

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// Two significant figures below a step's size: breaks that read well.
double tidy(double value, double range) {
  if (!(range > 0)) return value;
  const double unit = std::pow(10, std::floor(std::log10(range)) - 1);
  return std::round(value / unit) * unit;
}

std::string trim(std::string_view s) {
  const auto first = s.find_first_not_of(" \t"), last = s.find_last_not_of(" \t");
  return first == std::string_view::npos ? std::string() : std::string(s.substr(first, last - first + 1));
}

}  // namespace

const std::vector<Ramp>& ramps() {
  static const std::vector<Ramp> all{
      {"ramp.batlow", {{1, 25, 89}, {30, 92, 98}, {91, 127, 74}, {194, 148, 61}, {253, 180, 161}, {250, 204, 250}}},
      {"ramp.teal", {{12, 51, 56}, {24, 95, 99}, {60, 148, 145}, {126, 196, 187}, {209, 236, 230}}},
      {"ramp.ember", {{50, 18, 40}, {120, 32, 62}, {190, 66, 66}, {232, 124, 74}, {250, 205, 145}}},
      {"ramp.words", {{0, 114, 178}, {230, 159, 0}, {0, 158, 115}, {204, 121, 167}, {86, 180, 233}, {213, 94, 0}, {240, 228, 66}, {153, 153, 153}}},
  };
  return all;
}

Rgba8 ramp_colour(const Ramp& ramp, double t) {
  const double at = std::clamp(t, 0.0, 1.0) * static_cast<double>(ramp.stops.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(at), ramp.stops.size() - 1), j = std::min(i + 1, ramp.stops.size() - 1);
  const double f = at - static_cast<double>(i);
  const auto mix = [&](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(std::lround(a + (b - a) * f)); };
  const Rgba8 a = ramp.stops[i], b = ramp.stops[j];
  return {mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b), 255};
}

bool are_numbers(const std::vector<std::string>& values) {
  const auto numbers = std::count_if(values.begin(), values.end(), [](const auto& v) { return number(v).has_value(); });
  return !values.empty() && numbers * 10 >= static_cast<std::ptrdiff_t>(values.size()) * 9;
}

std::vector<scene::StyleClass> make_classes(const std::vector<std::string>& values, int count, const Ramp& ramp) {
  std::vector<scene::StyleClass> out;
  if (values.empty() || count < 1) return out;
  if (are_numbers(values)) {
    std::vector<double> sorted;
    for (const auto& v : values)
      if (const auto n = number(v)) sorted.push_back(*n);
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> breaks;
    const double range = (sorted.back() - sorted.front()) / count;
    for (int i = 0; i < count; ++i) {
      const double raw = sorted[static_cast<std::size_t>(i) * sorted.size() / static_cast<std::size_t>(count)];
      const double b = i == 0 ? sorted.front() : tidy(raw, range);  // the lowest value belongs to the lowest class
      if (breaks.empty() || b > breaks.back()) breaks.push_back(b);
    }
    for (std::size_t i = 0; i < breaks.size(); ++i) {
      scene::StyleClass c;
      c.from = breaks[i];
      c.colour = ramp_colour(ramp, breaks.size() == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(breaks.size() - 1));
      c.label.en = i + 1 < breaks.size() ? fmt::format("{:g}–{:g}", breaks[i], breaks[i + 1]) : fmt::format("≥ {:g}", breaks[i]);
      c.label.ja = c.label.en;
      out.push_back(std::move(c));
    }
    return out;
  }
  std::map<std::string, std::size_t> tally;
  for (const auto& v : values) ++tally[v];
  std::vector<std::pair<std::size_t, std::string>> common;
  for (const auto& [word, n] : tally) common.emplace_back(n, word);
  std::stable_sort(common.begin(), common.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  if (common.size() > static_cast<std::size_t>(count)) common.resize(static_cast<std::size_t>(count));
  const bool words = std::string_view(ramp.word) == "ramp.words";
  for (std::size_t i = 0; i < common.size(); ++i) {
    scene::StyleClass c;
    c.value = common[i].second;
    c.colour = words ? ramp.stops[i % ramp.stops.size()]
                     : ramp_colour(ramp, common.size() == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(common.size() - 1));
    c.label.en = c.label.ja = c.value;
    out.push_back(std::move(c));
  }
  return out;
}

Status check_filter(const std::string& filter, const std::vector<std::string>& attributes) {
  if (trim(filter).empty()) return {};
  const auto at = filter.find_first_of("=!<>");
  const auto bad = [&](std::string message, std::string remedy) {
    return Error{ErrorCode::invalid_argument, std::move(message), {}, {}, std::move(remedy)};
  };
  if (at == std::string::npos) return bad("no comparison in the filter", "write it as: attribute >= 3");
  if (filter[at] == '!' && filter.substr(at, 2) != "!=") return bad("\"!\" stands alone in the filter", "did you mean \"!=\"?");
  const std::size_t length = filter.substr(at, 2) == "!=" || filter.substr(at, 2) == "<=" || filter.substr(at, 2) == ">=" ? 2 : 1;
  const std::string name = trim(std::string_view(filter).substr(0, at)), value = trim(std::string_view(filter).substr(at + length));
  if (name.empty() || value.empty()) return bad("a filter needs an attribute and a value", "write it as: attribute >= 3");
  if (std::find(attributes.begin(), attributes.end(), name) != attributes.end()) return {};
  const std::string near = nearest(name, attributes);
  return bad(fmt::format("the layer has no attribute \"{}\"", name), near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
}

}  // namespace tenbo::shell
