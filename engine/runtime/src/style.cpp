#include "style.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "check_style.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {
std::string trimmed(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return std::string(s);
}
}  // namespace

Result<Filter> parse_filter(const std::string& text) {
  const auto wrong = [&](std::string what) { return Error{ErrorCode::invalid_argument, std::move(what), "", "style.filter", "write ATTRIBUTE = VALUE, or one of != < <= > >="}; };
  auto at = text.find_first_of("=<>!");
  while (at != std::string::npos && text[at] == '!' && text.compare(at, 2, "!=") != 0) at = text.find_first_of("=<>!", at + 1);  // of a name
  if (at == std::string::npos || at == 0) return wrong("\"" + text + "\" is not a filter");
  const std::string op = text.substr(at, std::min(text.find_first_not_of("=<>!", at), text.size()) - at);
  static constexpr std::array ops{"=", "!=", "<", "<=", ">", ">="};
  if (std::find(ops.begin(), ops.end(), op) == ops.end()) return wrong("\"" + text + "\" is not a filter: \"" + op + "\" compares nothing");
  Filter f{trimmed(std::string_view(text).substr(0, at)), op, trimmed(std::string_view(text).substr(at + op.size())), {}};
  double number = 0;
  const auto [end, ec] = std::from_chars(f.value.data(), f.value.data() + f.value.size(), number);
  if (ec == std::errc{} && end == f.value.data() + f.value.size()) f.number = number;
  return f;
}

void check_style(const scene::LayerStyle& style, const std::vector<std::string>& palettes, Diagnostics& out) {
  if (!style.palette.empty() && std::find(palettes.begin(), palettes.end(), style.palette) == palettes.end()) {
    const auto near = nearest(style.palette, palettes);
    std::string all;
    for (const auto& p : palettes) all += (all.empty() ? "" : ", ") + p;
    out.warn({ErrorCode::invalid_argument, "there is no palette \"" + style.palette + "\": the layer's own colours are shown; there are " + all, "", "style.palette", near.empty() ? "" : "did you mean \"" + near + "\"?"});
  }
  if (!style.filter.empty())
    if (auto f = parse_filter(style.filter); !f) {
      f.error().message += ": nothing is hidden";
      out.warn(f.error());
    }
}

bool Filter::passes(const geo::AttributeValue& v) const {
  const auto* text = std::get_if<std::string_view>(&v);
  if (std::holds_alternative<std::monostate>(v) || (text && text->empty()))  // neither more nor less than anything
    return value.empty() ? op == "=" : op == "!=";
  const auto n = number ? geo::to_number(v) : std::nullopt;
  const int order = n ? (*n < *number ? -1 : *n > *number ? 1 : 0) : geo::to_text(v).compare(value);
  if (op == "=") return order == 0;
  if (op == "!=") return order != 0;
  if (op == "<") return order < 0;
  if (op == "<=") return order <= 0;
  if (op == ">") return order > 0;
  return order >= 0;
}

std::vector<render::FeatureStyle> make_styles(const geo::FeatureTable& table, const scene::LayerStyle& style,
                                              const Palette* palette) {
  std::vector<render::FeatureStyle> out(table.size());
  std::optional<Filter> filter;
  if (!style.filter.empty())
    if (auto f = parse_filter(style.filter)) filter = *f;
  const bool classed = !style.attribute.empty() && (!style.classes.empty() || palette);
  if (!filter && !classed && !style.colour) return out;
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    auto& s = out[i];
    if (style.colour) s.colour = *style.colour;
    if (filter && !filter->passes(table.value(i, filter->attribute))) s.flags |= render::feature_hidden;
    if (!classed) continue;
    const auto value = table.value(i, style.attribute);
    if (std::holds_alternative<std::monostate>(value)) continue;
    const auto number = geo::to_number(value);
    if (!style.classes.empty()) {
      const std::string text = geo::to_text(value);
      for (const auto& c : style.classes)
        if (c.from ? number && *number >= *c.from : c.value == text) s.colour = c.colour;  // ascending: the last that fits
    } else if (number) {
      if (const auto* stop = palette->class_of(*number)) s.colour = stop->colour;
    }
  }
  return out;
}

namespace {

// The lower end of a range in words, m: "0.5m以上3m未満" 0.5, "0.5m未満" 0, "20m以上" 20; nullopt where no number stands.
std::optional<double> lower_end(const std::string& words) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < words.size();) {
    double v = 0;
    const auto [end, ec] = std::from_chars(words.data() + i, words.data() + words.size(), v);
    if (ec == std::errc{} && end != words.data() + i && v >= 0 && std::isfinite(v)) {
      numbers.push_back(v);
      i = static_cast<std::size_t>(end - words.data());
    } else {
      ++i;
    }
  }
  if (numbers.empty()) return std::nullopt;
  return numbers.size() == 1 && words.find("未満") != std::string::npos ? 0.0 : numbers.front();
}

}  // namespace

const PaletteStop* class_of_rank_words(const std::string& words, const Palette& depth) {
  if (words.find('m') == std::string::npos && words.find("ｍ") == std::string::npos && words.find("メートル") == std::string::npos) return nullptr;
  const auto from = lower_end(words);
  return from ? depth.class_of(std::max(*from, depth.stops.front().from)) : nullptr;
}

bool colour_flood_ranks(const geo::FeatureTable& table, const Palette& depth, std::vector<render::FeatureStyle>& styles) {
  bool any = false;
  for (std::uint32_t i = 0; i < table.size() && i < styles.size(); ++i) {
    if (table.type(i).find("WaterBody") == std::string_view::npos) continue;
    const PaletteStop* worst = nullptr;
    for (const auto& [name, value] : table.attributes(i)) {
      const PaletteStop* stop = nullptr;
      if (name.ends_with("/rank") || name.ends_with("/rank_code")) {
        if (const auto n = geo::to_number(value); n && *n >= 1 && *n <= static_cast<double>(depth.stops.size()))
          stop = &depth.stops[static_cast<std::size_t>(*n) - 1];
      } else if (name.ends_with("/rankOrg")) {
        stop = class_of_rank_words(geo::to_text(value), depth);
      } else if (name.ends_with("RiskAttribute/depth")) {
        if (const auto n = geo::to_number(value)) stop = depth.class_of(*n);
      }
      if (stop && (!worst || stop->from > worst->from)) worst = stop;  // the worst it says
    }
    if (!worst) continue;
    styles[i].colour = worst->colour;
    any = true;
  }
  return any;
}

}  // namespace tenbo::runtime
