#include "tables.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "gml_text.h"
#include "random.h"

namespace tenbo::io::make_city_detail {
namespace {

// GeoJSON, one feature a line. Numbers as GmlText prints them: fixed decimals, no locale.
class GeoJson {
 public:
  GeoJson(const Plan& plan, const char* name) : plan_(plan), out_(plan) {
    out_ << "{\"type\":\"FeatureCollection\",\"name\":\"" << name << "\",\"features\":[\n";
  }
  void begin() {
    out_ << (first_ ? "" : ",\n") << "{\"type\":\"Feature\",\"properties\":{";
    first_ = false;
    field_ = 0;
  }
  void text(const char* key, std::string_view value) { name(key); out_ << "\"" << value << "\""; }  // no quotes in our words
  void number(const char* key, double value, int decimals = 0) { name(key); out_.fixed(value, decimals); }
  void null(const char* key) { name(key); out_ << "null"; }
  void geometry(const char* type) { out_ << "},\"geometry\":{\"type\":\"" << type << "\",\"coordinates\":"; }
  void point(Vec2 world) {
    const geo::GeoPoint g = plan_.to_geo(world, 0);
    out_ << "[";
    out_.fixed(g.lon, 7);
    out_ << ",";
    out_.fixed(g.lat, 7);
    out_ << "]";
  }
  void line(const std::vector<Vec2>& world) {
    out_ << "[";
    for (std::size_t i = 0; i < world.size(); ++i) {
      if (i) out_ << ",";
      point(world[i]);
    }
    out_ << "]";
  }
  void ring(std::vector<Vec2> world) {
    world.push_back(world.front());
    out_ << "[";
    line(world);
    out_ << "]";
  }
  void end() { out_ << "}}"; }
  TextFile file(const char* path) {
    out_ << "\n]}\n";
    return {path, std::move(out_.text())};
  }

 private:
  void name(const char* key) { out_ << (field_++ ? "," : "") << "\"" << key << "\":"; }
  const Plan& plan_;
  GmlText out_;
  bool first_ = true;
  int field_ = 0;
};

}  // namespace

TextFile bridges_geojson(const Plan& plan, const Layout& layout) {
  GeoJson json(plan, "bridges");
  static const char* grades[] = {"未点検", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"};
  for (const Bridge& b : layout.bridges) {
    json.begin();
    json.text("id", b.id);
    json.text("橋梁名", b.name.ja);
    json.text("name_en", b.name.en);
    json.text("路線名", b.road.ja);
    json.text("構造形式", b.kind.ja);
    json.text("kind_en", b.kind.en);
    json.number("橋長", b.length, 1);
    json.number("幅員", b.width, 1);
    json.number("架設年度", b.built);
    json.text("判定区分", grades[b.grade]);
    if (b.inspected) json.number("点検年度", b.inspected);
    else json.null("点検年度");
    json.text("出典", "展望市橋梁点検台帳（架空） / Tenbo City bridge inspection ledger (fictional)");
    json.text("所見", b.remark.ja);
    json.text("remarks_en", b.remark.en);
    json.geometry("Point");
    const Vec2 a = plan.to_world(b.a), e = plan.to_world(b.b);
    json.point({(a.x + e.x) / 2, (a.y + e.y) / 2});
    json.end();
  }
  return json.file("bridges.geojson");
}

TextFile shelters_geojson(const Plan& plan, const Layout&, const std::vector<Building>& buildings) {
  struct Shelter { Words name; double u, v; int capacity; };  // in a city of 4 km
  static const Shelter open_air[] = {
      {{"城山公園", "Shiroyama Park"}, 700, 800, 3000},      {{"緑ヶ丘公園", "Midorigaoka Park"}, 1060, 480, 1800},
      {{"南台運動公園", "Minamidai Sports Park"}, 920, -620, 4200}, {{"山手公民館", "Yamate Community Hall"}, -1560, 960, 240},
      {{"葦原集会所", "Ashihara Meeting House"}, -1480, 300, 120}, {{"茶畑公民館", "Chabatake Community Hall"}, 1500, 1060, 260},
      {{"上川西公民館", "Kami-Kawanishi Community Hall"}, -520, 1100, 220}, {{"松原命山", "Matsubara Refuge Mound"}, -900, -1120, 500},
      {{"岬駐車場", "Misaki Car Park"}, 1480, -960, 800},   {{"東谷緑地", "Higashitani Green"}, 1220, -120, 900},
      {{"城下広場", "Joka Square"}, 480, 560, 1200}};
  static const Words indoor[] = {{"川西小学校", ""}, {"東台小学校", ""}, {"浜中学校", ""}, {"展望高等学校", ""}, {"西町小学校", ""},
                                 {"市民体育館", ""}, {"展望市民会館", ""}, {"港小学校", ""}, {"松原公民館", ""}, {"緑ヶ丘小学校", ""},
                                 {"展望市中央図書館", ""}, {"展望市役所", ""}, {"展望市立病院", ""}, {"展望神社", ""}};
  GeoJson json(plan, "shelters");
  int id = 0;
  const auto add = [&](const Words& name, Vec2 world, int capacity, const char* kind) {
    json.begin();
    char text[16];
    std::snprintf(text, sizeof text, "sh-%03d", ++id);
    json.text("id", text);
    json.text("name", name.ja);
    json.text("name_en", name.en);
    json.text("kind", kind);
    json.number("capacity", capacity);
    json.number("elevation", plan.ground(world), 1);
    json.geometry("Point");
    json.point(world);
    json.end();
  };
  for (const Words& w : indoor) {
    for (const Building& b : buildings) {
      if (b.name.ja == w.ja) add(b.name, b.centre, static_cast<int>(b.area() * b.storeys / 8) * 2, "指定避難所");
    }
  }
  for (const Shelter& s : open_air) {
    add(s.name, plan.to_world({s.u * plan.stretch, s.v * plan.stretch}), s.capacity, "指定緊急避難場所");
  }
  return json.file("shelters.geojson");
}

TextFile districts_geojson(const Plan& plan, const Layout& layout) {
  GeoJson json(plan, "districts");
  int id = 0;
  for (const District& d : layout.districts) {
    std::vector<Vec2> ring;
    const auto side = [&](Vec2 a, Vec2 b) {
      for (int i = 0; i < 16; ++i) {
        Vec2 p = a + (b - a) * (i / 16.0);
        if (d.coastal) p.y = std::max(p.y, plan.coast_v(p.x) + 4);
        ring.push_back(plan.to_world(p));
      }
    };
    side({d.u0, d.v0}, {d.u1, d.v0});
    side({d.u1, d.v0}, {d.u1, d.v1});
    side({d.u1, d.v1}, {d.u0, d.v1});
    side({d.u0, d.v1}, {d.u0, d.v0});
    json.begin();
    json.number("id", ++id);
    json.text("name", d.name.ja);
    json.text("name_en", d.name.en);
    json.geometry("Polygon");
    // The coast repeats points where a side lies wholly in the sea.
    ring.erase(std::unique(ring.begin(), ring.end(), [](Vec2 a, Vec2 b) { return std::hypot(a.x - b.x, a.y - b.y) < 0.05; }), ring.end());
    json.ring(ring);
    json.end();
  }
  return json.file("districts.geojson");
}

TextFile river_geojson(const Plan& plan) {
  GeoJson json(plan, "rivers");
  const auto add = [&](const char* ja, const char* en, Vec2 from, Vec2 to) {
    json.begin();
    json.text("name", ja);
    json.text("name_en", en);
    json.geometry("LineString");
    const int pieces = std::max(2, static_cast<int>(std::hypot(to.x - from.x, to.y - from.y) / 30));
    std::vector<Vec2> line;
    for (int i = 0; i <= pieces; ++i) line.push_back(plan.to_world(from + (to - from) * (static_cast<double>(i) / pieces)));
    json.line(line);
    json.end();
  };
  add("展望川", "Tenbo River", {0, 3000 * plan.stretch}, {0, plan.coast_v(0)});
  add("西堀川", "Nishibori Canal", {plan.canal_west_u, plan.canal_north_v}, {plan.canal_west_u, plan.coast_v(plan.canal_west_u) + 130});
  add("堀端運河", "Horibata Canal", {-plan.levee_foot, plan.canal_cross_v}, {plan.canal_west_u, plan.canal_cross_v});
  add("東谷川", "Higashitani Creek", {plan.creek_east_u, plan.creek_north_v}, {plan.creek_east_u, -1235 * plan.stretch});
  return json.file("river.geojson");
}

}  // namespace tenbo::io::make_city_detail
