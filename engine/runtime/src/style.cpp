#include "style.h"

#include <algorithm>
#include <charconv>

namespace tenbo::runtime {
namespace {
std::string trimmed(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return std::string(s);
}
}  // namespace

Result<Filter> parse_filter(const std::string& text) {
  for (const char* op : {"!=", "<=", ">=", "=", "<", ">"}) {
    const auto at = text.find(op);
    if (at == std::string::npos || at == 0) continue;
    Filter f{trimmed(std::string_view(text).substr(0, at)), op, trimmed(std::string_view(text).substr(at + std::string_view(op).size())), {}};
    double number = 0;
    const auto [end, ec] = std::from_chars(f.value.data(), f.value.data() + f.value.size(), number);
    if (ec == std::errc{} && end == f.value.data() + f.value.size()) f.number = number;
    return f;
  }
  return Error{ErrorCode::invalid_argument, "\"" + text + "\" is not a filter", "", "style.filter", "write ATTRIBUTE = VALUE, or one of != < <= > >="};
}

bool Filter::passes(const geo::AttributeValue& v) const {
  if (std::holds_alternative<std::monostate>(v)) return op == "!=";
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

void colour_flood_ranks(const geo::FeatureTable& table, const Palette& depth, std::vector<render::FeatureStyle>& styles) {
  for (std::uint32_t i = 0; i < table.size() && i < styles.size(); ++i) {
    if (table.type(i).find("WaterBody") == std::string_view::npos) continue;
    std::optional<std::size_t> rank;
    for (const auto& [name, value] : table.attributes(i)) {
      if (!name.ends_with("rank_code") && !name.ends_with("rank")) continue;
      if (const auto n = geo::to_number(value); n && *n >= 1 && *n <= static_cast<double>(depth.stops.size()))
        rank = std::max(rank.value_or(0), static_cast<std::size_t>(*n) - 1);  // the worst it says
    }
    if (rank) styles[i].colour = depth.stops[*rank].colour;
  }
}

}  // namespace tenbo::runtime
