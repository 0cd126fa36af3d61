// Forty bridges: every street over the river, the railway's, and the canals' crossings; with the records of their
// inspections.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "layout.h"
#include "random.h"

namespace tenbo::io::make_city_detail {
namespace {

constexpr std::size_t bridge_count = 40;

const Words river_names[] = {{"展望大橋", "Tenbo Ohashi"}, {"潮見橋", "Shiomi Bridge"}, {"千鳥橋", "Chidori Bridge"},
                             {"中央橋", "Chuo Bridge"}, {"大手橋", "Ote Bridge"}, {"城見橋", "Shiromi Bridge"},
                             {"桜橋", "Sakura Bridge"}, {"清流橋", "Seiryu Bridge"}, {"上流橋", "Joryu Bridge"},
                             {"水神橋", "Suijin Bridge"}};
const Words small_names[] = {
    {"柳橋", "Yanagi"}, {"松風橋", "Matsukaze"}, {"鶴橋", "Tsuru"}, {"亀井橋", "Kamei"}, {"藤橋", "Fuji"}, {"梅園橋", "Umezono"},
    {"葦橋", "Ashi"}, {"新橋", "Shin"}, {"蔵前橋", "Kuramae"}, {"魚河岸橋", "Uogashi"}, {"塩屋橋", "Shioya"}, {"紺屋橋", "Konya"},
    {"鍛冶橋", "Kaji"}, {"米屋橋", "Komeya"}, {"舟入橋", "Funairi"}, {"太鼓橋", "Taiko"}, {"渡瀬橋", "Watase"}, {"月見橋", "Tsukimi"},
    {"雪見橋", "Yukimi"}, {"花見橋", "Hanami"}, {"鷺橋", "Sagi"}, {"鴨橋", "Kamo"}, {"蛍橋", "Hotaru"}, {"東雲橋", "Shinonome"},
    {"朝日橋", "Asahi"}, {"夕凪橋", "Yunagi"}, {"堀端橋", "Horibata"}, {"西堀橋", "Nishibori"}, {"新田橋", "Shinden"},
    {"稲荷橋", "Inari"}, {"地蔵橋", "Jizo"}, {"八幡橋", "Hachiman"}, {"弁天橋", "Benten"}, {"宮前橋", "Miyamae"}, {"寺前橋", "Teramae"},
    {"学校橋", "Gakko"}, {"高台橋", "Takadai"}, {"茶屋橋", "Chaya"}, {"泉橋", "Izumi"}, {"港橋", "Minato"}};

struct Crossing {
  double rank;  // low first
  Bridge bridge;
};

void inspect(Bridge& b, Random& random) {
  const int age = 2025 - b.built;
  const double draw = random.uniform() + (age - 45) * 0.006;
  b.grade = draw < 0.38 ? 1 : draw < 0.82 ? 2 : draw < 1.04 ? 3 : 4;
  b.inspected = random.between(2020, 2025);
  static const Words remarks[] = {{"特記事項なし", "Nothing to report"},
                                  {"支承部に軽微な腐食", "Slight corrosion at the bearings"},
                                  {"床版下面にひびわれ、早期に補修", "Cracks under the deck slab: repair early"},
                                  {"橋脚の洗掘が進行、通行規制を検討", "Scour at a pier: consider closing"}};
  b.remark = remarks[b.grade - 1];
}

}  // namespace

void make_bridges(const Plan& plan, Layout& layout) {
  std::vector<Crossing> river, canals;
  const double reach = plan.levee_crest - 2;
  for (const double v : plan.bridge_lines) {
    Bridge b;
    b.a = {-reach, v};
    b.b = {reach, v};
    b.width = 15;
    b.end_height = plan.river_level(v) + 6.05;
    b.modelled = true;
    river.push_back({v, b});
  }
  Bridge rail;
  rail.a = {-reach - 14, plan.rail_v};
  rail.b = {reach + 14, plan.rail_v};
  rail.width = 9;
  rail.end_height = plan.river_level(plan.rail_v) + 7.2;
  rail.modelled = rail.rail = true;
  river.push_back({plan.rail_v, rail});
  std::sort(river.begin(), river.end(), [](const Crossing& x, const Crossing& y) { return x.rank < y.rank; });

  const auto add = [&](Vec2 a, Vec2 b, double width, bool arterial, bool built) {
    Bridge small;
    small.a = a;
    small.b = b;
    small.width = width;
    small.end_height = std::max({plan.ground_plan(a), plan.ground_plan(b), 0.9}) + 0.25;
    const Vec2 m{(a.x + b.x) / 2, (a.y + b.y) / 2};
    canals.push_back({(arterial ? 0 : built ? 1 : 2) + 0.1 * std::hypot(m.x, m.y) / plan.city_half, small});
  };
  for (std::size_t i = 0; i < layout.along_u.size(); ++i) {
    const Street& s = layout.along_u[i];
    const auto built_at = [&](double u) {
      for (int c = 0; c < layout.columns; ++c) {
        if (layout.along_v[c].at < u && layout.along_v[c + 1].at > u) return layout.paved_u(plan, static_cast<int>(i), c);
      }
      return false;
    };
    if (s.at < plan.canal_north_v - 12 && s.at - plan.coast_v(plan.canal_west_u) > 190) {
      add({plan.canal_west_u - plan.canal_half - 4, s.at}, {plan.canal_west_u + plan.canal_half + 4, s.at}, s.width, s.arterial,
          built_at(plan.canal_west_u));
    }
    if (s.at < plan.creek_north_v - 12 && s.at > -1150 * plan.stretch) {
      add({plan.creek_east_u - plan.creek_half - 4, s.at}, {plan.creek_east_u + plan.creek_half + 4, s.at}, s.width, s.arterial,
          built_at(plan.creek_east_u));
    }
  }
  for (const Street& s : layout.along_v) {
    if (s.at < plan.canal_west_u + 20 || s.at > -plan.levee_foot - 20) continue;
    add({s.at, plan.canal_cross_v - plan.cross_half - 4}, {s.at, plan.canal_cross_v + plan.cross_half + 4}, s.width, s.arterial, true);
  }
  std::sort(canals.begin(), canals.end(), [](const Crossing& x, const Crossing& y) { return x.rank < y.rank; });

  Random random(mix(plan.seed, 0xB21D6E));
  std::size_t named = 0;
  for (Crossing& c : river) {
    if (layout.bridges.size() >= bridge_count) break;
    Bridge& b = c.bridge;
    if (b.rail) {
      b.name = {"展望川橋梁", "Tenbogawa Railway Bridge"};
      b.form = BridgeForm::truss;
      b.built = 1934;
      b.road = {"展望鉄道", "Tenbo Railway"};
    } else {
      b.name = river_names[std::min(named, std::size(river_names) - 1)];
      static constexpr BridgeForm forms[] = {BridgeForm::cable_stayed, BridgeForm::girder, BridgeForm::arch, BridgeForm::girder,
                                             BridgeForm::truss, BridgeForm::arch, BridgeForm::girder, BridgeForm::arch};
      b.form = forms[named % std::size(forms)];
      b.built = named == 0 ? 2008 : random.between(1956, 1998);
      b.road = named % 2 ? Words{"市道", "City road"} : Words{"県道12号", "Prefectural Route 12"};
      ++named;
    }
    layout.bridges.push_back(b);
  }
  // A street may cross more canals than there are bridges: the rest end at the bank.
  for (std::size_t i = 0; i < canals.size() && layout.bridges.size() < bridge_count; ++i) {
    Bridge b = canals[i].bridge;
    const Words& word = small_names[i % std::size(small_names)];
    b.name = {word.ja, word.en + " Bridge"};
    if (i >= std::size(small_names)) b.name = {"新" + b.name.ja, "New " + b.name.en};
    b.form = random.chance(0.12) ? BridgeForm::arch : BridgeForm::slab;
    b.built = random.between(1948, 2016);
    b.road = {"市道", "City road"};
    b.modelled = i < 10;
    layout.bridges.push_back(b);
  }
  static const Words kinds[] = {{"桁橋", "girder"}, {"アーチ橋", "arch"}, {"トラス橋", "truss"}, {"斜張橋", "cable-stayed"}, {"床版橋", "slab"}};
  int number = 0;
  for (Bridge& b : layout.bridges) {
    const Vec2 a = plan.to_world(b.a), e = plan.to_world(b.b);
    b.length = std::round(std::hypot(e.x - a.x, e.y - a.y) * 10) / 10;
    b.kind = kinds[static_cast<int>(b.form)];
    char id[24];
    std::snprintf(id, sizeof id, "brid_99999-%04d", ++number);
    b.id = id;
    inspect(b, random);
    if (number % 9 == 0) {  // four are not inspected yet
      b.grade = b.inspected = 0;
      b.remark = {"点検未実施", "Not inspected yet"};
    }
  }
  // The story of the demo: one river bridge needs urgent action, one new one is sound.
  for (Bridge& b : layout.bridges) {
    if (b.name.ja == "中央橋") b.grade = 4, b.inspected = 2024, b.built = 1958, b.remark = {"橋脚の洗掘が進行、通行規制を検討", "Scour at a pier: consider closing"};
    if (b.name.ja == "展望大橋") b.grade = 1, b.inspected = 2023, b.remark = {"特記事項なし", "Nothing to report"};
    if (b.name.ja == "潮見橋") b.grade = 3, b.inspected = 2022, b.remark = {"床版下面にひびわれ、早期に補修", "Cracks under the deck slab: repair early"};
  }
}

}  // namespace tenbo::io::make_city_detail
