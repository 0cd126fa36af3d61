#include "tenbo/runtime/palette.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace {
using namespace tenbo;
using namespace tenbo::runtime;
namespace fs = std::filesystem;

const fs::path folder = fs::path(TENBO_SOURCE_DIR) / "assets/palettes";

Palette load(const std::string& name) {
  auto p = load_palette(folder / (name + ".json"));
  EXPECT_TRUE(p.ok()) << (p ? "" : p.error().text());
  return p ? *p : Palette{};
}

struct Expected { double from; std::uint32_t rgb; };
void expect_stops(const Palette& p, const std::vector<Expected>& expected) {
  ASSERT_EQ(p.stops.size(), expected.size()) << p.name;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_DOUBLE_EQ(p.stops[i].from, expected[i].from) << p.name << " " << i;
    const Rgba8 c = p.stops[i].colour;
    EXPECT_EQ(static_cast<std::uint32_t>(c.r << 16 | c.g << 8 | c.b), expected[i].rgb) << p.name << " " << i;
    EXPECT_EQ(c.a, 255);
  }
}
constexpr std::uint32_t rgb(int r, int g, int b) { return static_cast<std::uint32_t>(r << 16 | g << 8 | b); }

// The tables below are typed from the publishers' guides: MLIT, 水害ハザードマップ作成の手引き (depth); JMA, 気象情報の配色に
// 関する設定指針 (rain, intensity, alert levels); JMA's table of 計測震度 (intensity bounds). Zero itself is dry.
TEST(palettes, official_colours_are_exact) {
  expect_stops(load("flood-depth"), {{1e-6, rgb(247, 245, 169)}, {0.5, rgb(255, 216, 192)}, {3, rgb(255, 183, 183)},
                                     {5, rgb(255, 145, 145)}, {10, rgb(242, 133, 201)}, {20, rgb(220, 122, 220)}});
  expect_stops(load("rain"), {{1e-6, 0xf2f2ff}, {1, 0xa0d2ff}, {5, 0x218cff}, {10, 0x0041ff},
                              {20, 0xfaf500}, {30, 0xff9900}, {50, 0xff2800}, {80, 0xb40068}});
  expect_stops(load("seismic-intensity"), {{0.5, 0xf2f2ff}, {1.5, 0x00aaff}, {2.5, 0x0041ff}, {3.5, 0xfae696}, {4.5, 0xffe600},
                                           {5.0, 0xff9900}, {5.5, 0xff2800}, {6.0, 0xa50021}, {6.5, 0xb40068}});
  expect_stops(load("landslide-risk"), {{0, 0xf2f2ff}, {2, 0xf2e700}, {3, 0xff2800}, {4, 0xaa00aa}, {5, 0x0c000c}});
  expect_stops(load("alert-level"), {{0, 0xf2f2ff}, {1, 0xffffff}, {2, 0xf2e700}, {3, 0xff2800}, {4, 0xaa00aa}, {5, 0x0c000c}});
}

TEST(palettes, every_file_is_complete) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    ++files;
    const auto p = load_palette(entry.path());
    ASSERT_TRUE(p.ok()) << p.error().text();
    EXPECT_FALSE(p->source.empty());
    EXPECT_FALSE(p->version.empty());
    EXPECT_TRUE(p->official || p->source.find("Tenbo") != std::string::npos) << p->name << " must say whose choice it is";
    EXPECT_LE(p->stops.size(), p->name == "point-class" ? 256u : 16u) << p->name << ": the renderer's limit, of fields";
    EXPECT_FALSE(p->title.ja.empty());
    for (const auto& s : p->stops) EXPECT_FALSE(s.label.ja.empty() || s.label.en.empty()) << p->name;
  }
  EXPECT_GE(files, 6);
}

TEST(palettes, bounds_are_inclusive_below) {
  const Palette p = load("flood-depth");
  EXPECT_EQ(p.class_of(0), nullptr);
  EXPECT_EQ(p.class_of(-1), nullptr);
  EXPECT_EQ(p.class_of(std::nan("")), nullptr);
  EXPECT_EQ(p.class_of(-HUGE_VAL), nullptr);
  const std::vector<std::pair<double, int>> cases{{0.01, 0}, {0.499, 0}, {0.5, 1}, {2.999, 1}, {3, 2}, {5, 3}, {9.99, 3},
                                                  {10, 4}, {20, 5}, {1e9, 5}, {HUGE_VAL, 5}};
  for (const auto& [value, index] : cases) {
    ASSERT_NE(p.class_of(value), nullptr) << value;
    EXPECT_EQ(p.class_of(value) - p.stops.data(), index) << value;
    EXPECT_EQ(p.colour_of(value), p.stops[static_cast<std::size_t>(index)].colour);
  }
  EXPECT_EQ(p.colour_of(std::nan("")).a, 0);
  EXPECT_EQ(p.colour_of(0).a, 0);
}

TEST(palettes, continuous_ones_mix_between_stops) {
  const auto p = parse_palette(R"({"name": "x", "title": "X", "version": "1", "source": "test", "kind": "continuous", "stops": [
    {"from": 0, "colour": "#000000", "label": "0"}, {"from": 10, "colour": "#64C832", "label": "10"}]})", "x.json", "x");
  ASSERT_TRUE(p.ok()) << p.error().text();
  EXPECT_EQ(p->colour_of(5), (Rgba8{50, 100, 25, 255}));
  EXPECT_EQ(p->colour_of(-3), (Rgba8{0, 0, 0, 255}));
  EXPECT_EQ(p->colour_of(99), (Rgba8{100, 200, 50, 255}));
  EXPECT_EQ(p->colour_of(std::nan("")).a, 0);
  EXPECT_TRUE(to_legend(*p, Language::en).continuous);
}

TEST(palettes, legend_says_what_the_palette_says) {
  const Palette p = load("flood-depth");
  const Legend ja = to_legend(p, Language::ja, "千鳥川事務所", "09:00", true), en = to_legend(p, Language::en);
  EXPECT_EQ(ja.title, "浸水深");
  EXPECT_EQ(en.title, "Flood depth");
  EXPECT_EQ(ja.unit, "m");
  EXPECT_EQ(ja.source, "千鳥川事務所");
  EXPECT_EQ(ja.time, "09:00");
  EXPECT_TRUE(ja.has_unknown);
  ASSERT_EQ(ja.classes.size(), 6u);
  EXPECT_EQ(ja.classes[5].label, "20 m 以上");
  EXPECT_EQ(en.classes[5].label, "≥ 20 m");
  EXPECT_EQ(ja.classes[1].colour, (Rgba8{255, 216, 192, 255}));
  const Palette grades = load("inspection-grade");
  EXPECT_FALSE(to_legend(grades, Language::en).note.empty()) << "our own choice, and said so";
  EXPECT_EQ(to_legend(grades, Language::en).classes[4].letter, "IV");
  EXPECT_TRUE(to_legend(grades, Language::en).classes[5].aside) << "exempt is not worse than IV";
  EXPECT_EQ(p.for_render().size(), 6u);
  EXPECT_EQ(p.for_render()[2].from, 3.f);
}

// Colour vision after Machado, Oliveira and Fernandes 2009 (severity 1.0), in linear RGB; distances in CIE L*a*b*.
using Matrix = std::array<double, 9>;
std::array<double, 3> lab_as_seen(Rgba8 c, const Matrix& m) {
  const auto linear = [](std::uint8_t v) { const double x = v / 255.0; return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4); };
  const std::array<double, 3> in{linear(c.r), linear(c.g), linear(c.b)};
  std::array<double, 3> l{};
  for (std::size_t i = 0; i < 3; ++i) l[i] = std::clamp(m[3 * i] * in[0] + m[3 * i + 1] * in[1] + m[3 * i + 2] * in[2], 0.0, 1.0);
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
  const double x = f((0.4124 * l[0] + 0.3576 * l[1] + 0.1805 * l[2]) / 0.95047), y = f(0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]);
  const double z = f((0.0193 * l[0] + 0.1192 * l[1] + 0.9505 * l[2]) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

TEST(palettes, grades_are_told_apart_with_any_colour_vision) {
  const Palette p = load("inspection-grade");
  expect_stops(p, {{0, 0x969ea6}, {1, 0x2c7bb6}, {2, 0xf2e64a}, {3, 0xe07800}, {4, 0xa50034}, {5, 0xe4e8ec}});
  const Matrix vision[] = {
      {1, 0, 0, 0, 1, 0, 0, 0, 1},
      {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},   // protanopia
      {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},    // deuteranopia
      {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900}};  // tritanopia
  for (const auto& m : vision)
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t k = i + 1; k < 5; ++k) {
        const auto a = lab_as_seen(p.stops[i].colour, m), b = lab_as_seen(p.stops[k].colour, m);
        EXPECT_GT(std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), 24) << i << " and " << k << " of vision " << &m - vision;
      }
  std::set<std::pair<int, std::string>> marks;  // and without colour: by shape and letter
  for (const auto& s : p.stops) {
    ASSERT_TRUE(s.shape.has_value());
    marks.insert({static_cast<int>(*s.shape), s.letter});
  }
  EXPECT_EQ(marks.size(), p.stops.size());
}

const std::string good = R"({"name": "p", "title": {"ja": "題", "en": "T"}, "version": "1", "source": "s", "unit": "m", "kind": "classes",
  "stops": [{"from": 0, "colour": "#010203", "label": "a"}, {"from": 1, "colour": "#0A0B0C", "label": {"ja": "い", "en": "b"}}]})";

TEST(palettes, errors_name_the_json_path) {
  ASSERT_TRUE(parse_palette(good, "p.json", "p").ok());
  const auto broken = [](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    text.replace(at, from.size(), to);
    const auto p = parse_palette(text, "p.json", "p");
    EXPECT_FALSE(p.ok()) << from << " -> " << to;
    if (p) return std::string();
    EXPECT_EQ(p.error().file, "p.json");
    return p.error().place;
  };
  EXPECT_EQ(broken("\"from\": 1", "\"from\": 0"), "$.stops[1].from");
  EXPECT_EQ(broken("\"from\": 1", "\"from\": -1"), "$.stops[1].from");
  EXPECT_EQ(broken("\"from\": 1", "\"from\": \"1\""), "$.stops[1].from");
  EXPECT_EQ(broken("\"from\": 1", "\"From\": 1"), "$.stops[1].From");
  EXPECT_EQ(broken("#010203", "#01020"), "$.stops[0].colour");
  EXPECT_EQ(broken("#010203", "red"), "$.stops[0].colour");
  EXPECT_EQ(broken("#0A0B0C", "#0A0B0G"), "$.stops[1].colour");
  EXPECT_EQ(broken("\"label\": \"a\"", "\"label\": 3"), "$.stops[0].label");
  EXPECT_EQ(broken("\"en\": \"b\"", "\"fr\": \"b\""), "$.stops[1].label.fr");
  EXPECT_EQ(broken("\"label\": \"a\"", "\"label\": \"a\", \"shape\": \"star\""), "$.stops[0].shape");
  EXPECT_EQ(broken("\"name\": \"p\"", "\"name\": \"q\""), "$.name");
  EXPECT_EQ(broken("\"classes\"", "\"steps\""), "$.kind");
  EXPECT_EQ(broken("\"source\": \"s\"", "\"source\": \"\""), "$.source");
  EXPECT_EQ(broken("\"unit\": \"m\"", "\"units\": \"m\""), "$.units");
  EXPECT_EQ(broken("\"unit\": \"m\"", "\"official\": 1"), "$.official");
  EXPECT_EQ(broken("\"version\": \"1\", ", ""), "$");
  EXPECT_EQ(parse_palette("[]", "p.json", "p").error().place, "$");
  EXPECT_EQ(parse_palette(R"({"name":"p","title":"t","version":"1","source":"s","kind":"classes","stops":[]})", "p.json", "p").error().place, "$.stops");
  EXPECT_NE(parse_palette(R"({"name":"p","unti":"m"})", "p.json", "p").error().remedy.find("unit"), std::string::npos);
  EXPECT_EQ(load_palette("/nonexistent/p.json").error().code, ErrorCode::not_found);
}

TEST(palettes, no_truncation_crashes) {
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(parse_palette(good.substr(0, n), "p.json", "p").ok()) << n;
  EXPECT_FALSE(parse_palette(std::string(5000, '['), "p.json", "p").ok());
  EXPECT_FALSE(parse_palette("{\"name\": \"\xFF\"}", "p.json", "p").ok());
  EXPECT_FALSE(parse_palette(R"({"name": 1e999})", "p.json", "p").ok());
}
}  // namespace
