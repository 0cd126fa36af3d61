#include "message/jma_parts.h"

#include <array>
#include <cmath>

namespace tenbo::io::message {

void JmaContext::warn(const Element& at, std::string text) const {
  diagnostics.warn({ErrorCode::malformed, std::move(text), label, "line " + std::to_string(at.line) + ", " + at.name, ""});
}

JmaKind jma_kind(const Element& e) { return {e.text_of("Name"), e.text_of("Code"), e.text_of("Condition")}; }

JmaArea jma_area(const Element& e, const JmaContext& c, std::string table) {
  JmaArea a{e.text_of("Name"), e.text_of("Code"), std::move(table), std::nullopt};
  if (a.code_table.empty()) {
    a.code_table = e.attribute("codeType");
    if (const Element* code = e.find("Code"); a.code_table.empty() && code) a.code_table = code->attribute("type");
  }
  if (const Element* place = e.find("Coordinate")) a.place = jma_place(*place, c);
  return a;
}

std::vector<JmaArea> jma_areas(const Element& parent, const JmaContext& c) {
  std::vector<JmaArea> out;
  for (const Element* areas : parent.all("Areas"))
    for (const Element* a : areas->all("Area")) out.push_back(jma_area(*a, c, areas->attribute("codeType")));
  for (const Element* a : parent.all("Area")) out.push_back(jma_area(*a, c));
  return out;
}

namespace {

struct Signed {
  double value = 0;
  std::size_t digits = 0;  // before the point
};
// A sign and a number from `at` on, which is moved past it.
std::optional<Signed> signed_number(std::string_view s, std::size_t& at) {
  if (at >= s.size() || (s[at] != '+' && s[at] != '-')) return std::nullopt;
  std::size_t end = at + 1;
  while (end < s.size() && ((s[end] >= '0' && s[end] <= '9') || s[end] == '.')) ++end;
  const auto number = s.substr(at + 1, end - at - 1);
  const auto v = number_of(number);
  if (!v || number.starts_with('.')) return std::nullopt;
  Signed out{s[at] == '-' ? -*v : *v, std::min(number.find('.'), number.size())};
  at = end;
  return out;
}
// Degrees of `whole` digits, or two more digits of minutes.
std::optional<double> degrees(const Signed& s, std::size_t whole) {
  if (s.digits <= whole) return s.value;
  if (s.digits != whole + 2) return std::nullopt;
  const double size = std::abs(s.value), d = std::floor(size / 100), minutes = size - 100 * d;
  if (minutes >= 60) return std::nullopt;
  return std::copysign(d + minutes / 60, s.value);
}

// The words after 深さ in a description: "不明", "ごく浅い".
std::string depth_word(const std::string& description) {
  const auto at = description.find("深さ");
  if (at == std::string::npos) return {};
  std::string word = description.substr(at + std::string("深さ").size());
  while (word.starts_with("　")) word.erase(0, std::string("　").size());
  while (word.starts_with(' ')) word.erase(0, 1);
  return word;
}

}  // namespace

std::optional<JmaPlace> jma_place(const Element& coordinate, const JmaContext& c) {
  JmaPlace p;
  p.description = coordinate.attribute("description");
  p.tokyo_datum = coordinate.attribute("datum") == "日本測地系";
  std::string_view s = coordinate.text;
  if (s.empty()) return std::nullopt;  // "震源要素不明": there is none, and the description says so
  std::size_t at = 0;
  const auto lat = signed_number(s, at), lon = lat ? signed_number(s, at) : std::nullopt;
  const auto y = lat ? degrees(*lat, 2) : std::nullopt, x = lon ? degrees(*lon, 3) : std::nullopt;
  std::optional<Signed> height;
  if (x && at < s.size() && s[at] != '/') height = signed_number(s, at);
  if (!x || !y || std::abs(*y) > 90 || std::abs(*x) > 360 || at >= s.size() || s[at] != '/') {
    c.warn(coordinate, "\"" + coordinate.text + "\" is not a place");
    return std::nullopt;
  }
  p.lat = *y;
  p.lon = *x > 180 ? *x - 360 : *x < -180 ? *x + 360 : *x;
  if (height) p.height = geo::Quantity::number(height->value, "m", p.description.find("以上") != std::string::npos ? geo::Quantity::Bound::or_more : geo::Quantity::Bound::exact);
  else if (const auto word = depth_word(p.description); !word.empty()) p.height = geo::Quantity::word(word, "m");
  return p;
}

geo::Quantity jma_quantity(const Element& e) {
  const std::string unit = e.attribute("unit"), description = e.attribute("description"), condition = e.attribute("condition");
  const auto has = [&](const char* word) { return description.find(word) != std::string::npos; };
  if (const auto v = number_of(e.text)) {
    auto bound = geo::Quantity::Bound::exact;
    if (has("超") || has("以上")) bound = geo::Quantity::Bound::or_more;
    else if (has("未満") || has("以下")) bound = geo::Quantity::Bound::or_less;
    return geo::Quantity::number(*v, unit, bound);
  }
  for (const auto& word : {description, condition})
    if (!word.empty()) return geo::Quantity::word(word, unit);
  return e.text.empty() ? geo::Quantity() : geo::Quantity::word(e.text == "NaN" ? "不明" : e.text, unit);
}

std::vector<JmaComment> jma_comments(const Element& body) {
  std::vector<JmaComment> out;
  const Element* comments = body.find("Comments");
  if (!comments) return out;
  for (const auto& e : comments->children) {
    JmaComment c{e.name, e.children.empty() ? e.text : e.text_of("Text"), {}};
    const std::string codes = e.text_of("Code");
    for (std::size_t at = 0; at < codes.size();) {
      const auto end = std::min(codes.find(' ', at), codes.size());
      if (end > at) c.codes.push_back(codes.substr(at, end - at));
      at = end + 1;
    }
    out.push_back(std::move(c));
  }
  return out;
}

std::vector<JmaCodeTable> jma_code_tables(const Element& e) {
  std::vector<JmaCodeTable> out;
  if (const Element* define = e.find("CodeDefine"))
    for (const Element* t : define->all("Type")) out.push_back({t->attribute("xpath"), t->text});
  return out;
}

std::optional<int> level_in(std::string_view name) {
  const std::string_view word = "レベル";
  const auto at = name.find(word);
  if (at == std::string_view::npos) return std::nullopt;
  const auto rest = name.substr(at + word.size());
  constexpr std::array<std::string_view, 6> wide{"０", "１", "２", "３", "４", "５"};
  for (int i = 1; i <= 5; ++i)
    if (rest.starts_with(wide[static_cast<std::size_t>(i)]) || rest.starts_with(static_cast<char>('0' + i))) return i;
  return std::nullopt;
}

}  // namespace tenbo::io::message
