#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <pugixml.hpp>

#include "tenbo/base/text.h"
#include "tenbo/geo/crs.h"
#include "tenbo/io/borehole.h"
#include "vector/csv.h"

namespace tenbo::io {

namespace {

constexpr std::size_t max_bytes = 64u << 20, max_rows = 20'000;
constexpr double deepest = 15'000;  // m; the deepest hole there is has 12,262 (Kola)

std::string trimmed(std::string_view s) {
  const auto blank = [&](std::string_view t) { return static_cast<unsigned char>(t.front()) <= ' '; };
  while (!s.empty() && blank(s)) s.remove_prefix(1);
  while (!s.empty() && static_cast<unsigned char>(s.back()) <= ' ') s.remove_suffix(1);
  return std::string(s.substr(0, 1024));
}
double number(std::string_view text) {
  const std::string t = trimmed(text);
  double v = 0;
  const char* begin = t.data() + (t.starts_with('+') ? 1 : 0);
  const auto [end, ec] = std::from_chars(begin, t.data() + t.size(), v);
  return ec == std::errc{} && end == t.data() + t.size() && std::isfinite(v) ? v : Borehole::unknown;
}

// Blows and cm of a penetration test as tables write it: "23" (for 30 cm), "50/12", "50 / 12 cm" (refusal), in full width too.
std::optional<std::pair<double, double>> blows_of(std::string_view text) {
  std::string t;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == U' ' || c == U'\u3000') continue;
    append_utf8(t, c > 0xFF00 && c < 0xFF5F ? c - 0xFEE0 : c);
  }
  const auto slash = t.find('/');
  if (slash != std::string::npos && lower_case(t).ends_with("cm")) t.resize(t.size() - 2);
  const double blows = number(t.substr(0, slash)), cm = slash == std::string::npos ? 30 : number(t.substr(slash + 1));
  if (!(blows >= 0) || !(cm > 0) || cm > 100) return std::nullopt;
  return std::pair(blows, cm);
}

// The bytes decide: a real file says shift_jis and is UTF-8.
std::string utf8_of(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (is_valid_utf8(bytes)) return std::string(bytes);
  const auto head = lower_case(bytes.substr(0, 200));
  return to_utf8(bytes, head.find("euc-jp") != std::string::npos ? "EUC-JP" : "CP932");
}

std::string text(pugi::xml_node node, const char* child) { return to_valid_utf8(trimmed(node.child(child).text().get())); }
double value(pugi::xml_node node, const char* child) { return number(node.child(child).text().get()); }

double degrees(pugi::xml_node place, const char* d, const char* m, const char* s) {
  const double deg = value(place, d), min = value(place, m), sec = value(place, s);
  if (!std::isfinite(deg)) return Borehole::unknown;
  const double minutes = std::isfinite(min) ? min : 0, seconds = std::isfinite(sec) ? sec : 0;
  if (deg < 0 || minutes < 0 || minutes >= 60 || seconds < 0 || seconds >= 60) return Borehole::unknown;  // Japan's are north and east
  return deg + minutes / 60 + seconds / 3600;
}

// From the old datum to the world's, by PROJ (Tokyo: EPSG:4301).
void settle(Borehole& b, Diagnostics& notes) {
  if (!std::isfinite(b.lon) || !std::isfinite(b.lat) || b.lon > 180 || b.lat > 90) {
    b.lon = b.lat = Borehole::unknown;
    return;
  }
  if (b.datum != "Tokyo") return;
  auto crs = geo::Crs::parse("EPSG:4301");
  auto transformer = crs ? geo::Transformer::to_geographic(*crs, geo::AxisOrder::xy) : Result<geo::Transformer>(crs.error());
  if (!transformer) {
    notes.warn(transformer.error());
    b.lon = b.lat = Borehole::unknown;
    return;
  }
  geo::GeoPoint p{b.lon, b.lat, 0};
  transformer->transform({&p, 1});
  b.lon = p.lon;
  b.lat = p.lat;
}

// Layers in order of depth, none of them upside down.
void add_layer(Borehole& b, double& from, Borehole::Layer layer, const std::string& place, Diagnostics& notes) {
  if (!std::isfinite(layer.to) || layer.to <= from || layer.to > deepest) {
    notes.fail({ErrorCode::malformed, "a layer has no lower end below the one before, and is left out", b.file, place, ""});
    return;
  }
  layer.from = from;
  from = layer.to;
  layer.soil = read_soil(layer.name);
  b.layers.push_back(std::move(layer));
}

}  // namespace

const char* to_string(Soil soil) {
  switch (soil) {
    case Soil::unknown: return "unknown";
    case Soil::fill: return "fill";
    case Soil::topsoil: return "topsoil";
    case Soil::peat: return "peat";
    case Soil::clay: return "clay";
    case Soil::silt: return "silt";
    case Soil::sand: return "sand";
    case Soil::gravel: return "gravel";
    case Soil::volcanic: return "volcanic";
    case Soil::rock: break;
  }
  return "rock";
}

Soil read_soil(std::string_view written) {
  std::string name = lower_case(written);
  for (const auto& [open, close] : {std::pair("（", "）"), std::pair("(", ")")})  // what stands in brackets explains
    for (auto at = name.find(open); at != std::string::npos; at = name.find(open)) {
      const auto end = name.find(close, at);
      name.erase(at, end == std::string::npos ? std::string::npos : end + std::string_view(close).size() - at);
    }
  for (const char* word : {"盛土", "埋土", "盛り土", "埋立", "fill", "made ground"})
    if (name.find(word) != std::string::npos) return Soil::fill;
  // the word that stands last is the soil, those before qualify it
  static constexpr std::pair<const char*, Soil> words[] = {
      {"表土", Soil::topsoil}, {"耕土", Soil::topsoil}, {"topsoil", Soil::topsoil}, {"腐植土", Soil::peat}, {"泥炭", Soil::peat}, {"有機質土", Soil::peat}, {"peat", Soil::peat},
      {"粘土", Soil::clay}, {"粘性土", Soil::clay}, {"clay", Soil::clay}, {"シルト", Soil::silt}, {"silt", Soil::silt}, {"砂", Soil::sand}, {"sand", Soil::sand},
      {"礫", Soil::gravel}, {"玉石", Soil::gravel}, {"転石", Soil::gravel}, {"gravel", Soil::gravel}, {"cobble", Soil::gravel}, {"ローム", Soil::volcanic}, {"火山灰", Soil::volcanic},
      {"軽石", Soil::volcanic}, {"シラス", Soil::volcanic}, {"loam", Soil::volcanic}, {"tuff", Soil::rock}, {"岩", Soil::rock}, {"rock", Soil::rock}, {"stone", Soil::rock}};
  std::size_t best = 0;
  Soil soil = Soil::unknown;
  for (const auto& [word, s] : words) {
    const auto at = name.rfind(word);
    if (at == std::string::npos) continue;
    const auto end = at + std::string_view(word).size();
    if (end > best) { best = end; soil = s; }
  }
  return soil;
}

double Borehole::Blows::n() const {
  if (!std::isfinite(blows) || !std::isfinite(penetration) || blows < 0 || penetration <= 0) return unknown;
  return blows * 30 / penetration;
}

bool looks_like_borehole_xml(std::string_view head) {
  const auto at = head.substr(0, 4096);
  return at.find("<ボーリング情報") != std::string_view::npos || to_utf8(at, "CP932").find("<ボーリング情報") != std::string::npos ||
         to_utf8(at, "EUC-JP").find("<ボーリング情報") != std::string::npos;
}

Result<Borehole> parse_borehole_xml(std::string_view bytes, const std::string& file, Diagnostics& notes) {
  const auto bad = [&](std::string what) { return Error{ErrorCode::malformed, std::move(what), file, "", ""}; };
  if (bytes.size() > max_bytes) return Error{ErrorCode::out_of_budget, "a log of more than 64 MiB is none", file, "", ""};
  const std::string all = utf8_of(bytes);
  pugi::xml_document document;
  // entities and the document type are left alone: nothing outside of the file is read, and nothing in it multiplies
  const auto read = document.load_buffer(all.data(), all.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!read) return Error{ErrorCode::malformed, std::string("is no XML: ") + read.description(), file, "byte " + std::to_string(read.offset), ""};
  const auto root = document.child("ボーリング情報");
  if (!root) return bad("it has no element ボーリング情報");
  Borehole b;
  b.file = file;
  const auto title = root.child("標題情報");
  const auto basic = title.child("調査基本情報");
  b.name = text(basic, "ボーリング名");
  if (b.name.empty()) b.name = text(title, "ボーリング名");
  b.survey = text(basic, "調査名");
  b.address = text(title.child("調査位置"), "調査位置住所");
  const auto period = title.child("調査期間");
  b.period = text(period, "調査期間_開始年月日");
  if (const auto end = text(period, "調査期間_終了年月日"); !end.empty()) b.period += " – " + end;
  const auto hole = title.child("ボーリング基本情報");
  b.ground = value(hole, "孔口標高");
  b.length = value(hole, "総掘進長");
  if (!std::isfinite(b.length)) b.length = value(hole, "総削孔長");  // 4.00's name
  b.inclination = value(hole, "掘進角度");
  const auto place = title.child("経度緯度情報");
  b.lon = degrees(place, "経度_度", "経度_分", "経度_秒");
  b.lat = degrees(place, "緯度_度", "緯度_分", "緯度_秒");
  const std::string version = trimmed(root.attribute("DTD_version").as_string());
  const std::string datum = text(place, "測地系");
  const double code = number(datum);
  if (code == 0) b.datum = "Tokyo";
  else if (code == 1) b.datum = "JGD2000";
  else if (code == 2) b.datum = "JGD2011";
  else if (datum.empty() && version.starts_with("2.0")) b.datum = "Tokyo";  // before 2.10 there was no other
  else notes.warn({ErrorCode::unsupported, datum.empty() ? "it does not say its datum, which is taken as JGD2011: it may be 450 m off" : "its datum \"" + datum + "\" is not known, and taken as JGD2011", file, "測地系", ""});
  settle(b, notes);
  const auto core = root.child("コア情報");
  // the name of a layer's element and of its name changed with the edition
  static constexpr struct { const char *element, *to, *name, *symbol; } editions[] = {
      {"工学的地質区分名現場土質名", "工学的地質区分名現場土質名_下端深度", "工学的地質区分名現場土質名_工学的地質区分名現場土質名", "工学的地質区分名現場土質名_工学的地質区分名現場土質名記号"},
      {"岩石土区分", "岩石土区分_下端深度", "岩石土区分_岩石土名", "岩石土区分_岩石土記号"},
      {"土質岩種区分", "土質岩種区分_下端深度", "土質岩種区分_土質岩種区分1", "土質岩種区分_土質岩種記号1"}};
  for (const auto& e : editions) {
    if (!core.child(e.element)) continue;
    double from = 0;
    std::size_t n = 0;
    for (const auto& l : core.children(e.element)) {
      if (++n > max_rows) break;
      add_layer(b, from, {0, value(l, e.to), text(l, e.name), text(l, e.symbol), {}, Soil::unknown}, std::string(e.element) + " " + std::to_string(n), notes);
    }
    break;
  }
  double from = 0;
  std::size_t n = 0;
  for (const auto& c : core.children("色調")) {  // of its own depths: the layer has that of its middle
    const double to = value(c, "色調_下端深度");
    if (!std::isfinite(to) || to <= from || ++n > max_rows) continue;
    for (auto& l : b.layers)
      if (const double middle = (l.from + l.to) / 2; middle >= from && middle < to) l.colour = text(c, "色調_色調名");
    from = to;
  }
  for (const auto& t : core.children("標準貫入試験")) {
    if (b.tests.size() >= max_rows) break;
    Borehole::Blows s{value(t, "標準貫入試験_開始深度"), value(t, "標準貫入試験_合計打撃回数"), value(t, "標準貫入試験_合計貫入量")};
    if (!std::isfinite(s.depth) || s.depth < 0 || s.depth > deepest) {
      notes.fail({ErrorCode::malformed, "a penetration test has no depth, and is left out", file, "標準貫入試験 " + std::to_string(b.tests.size() + 1), ""});
      continue;
    }
    b.tests.push_back(s);
  }
  for (const auto& w : core.children("孔内水位"))
    if (const double d = value(w, "孔内水位_孔内水位"); std::isfinite(d) && d > -1000 && d < deepest && b.water.size() < max_rows) b.water.push_back({d, text(w, "孔内水位_測定年月日")});
  return b;
}

Result<std::vector<Borehole>> parse_borehole_csv(std::string_view bytes, const std::string& file, Diagnostics& notes) {
  if (bytes.size() > max_bytes) return Error{ErrorCode::out_of_budget, "a table of more than 64 MiB is not read", file, "", ""};
  const std::string all = utf8_of(bytes);
  CsvReader reader(all);
  std::vector<std::string> row;
  if (!reader.next(row)) return Error{ErrorCode::malformed, "the table has no line of headings", file, "", ""};
  std::map<std::string, std::size_t> columns;
  static constexpr std::pair<const char*, const char*> names[] = {
      {"name", "name"}, {"borehole", "name"}, {"孔名", "name"}, {"ボーリング名", "name"}, {"lon", "lon"}, {"経度", "lon"}, {"lat", "lat"}, {"緯度", "lat"}, {"ground", "ground"}, {"elevation", "ground"},
      {"孔口標高", "ground"}, {"from", "from"}, {"上端深度", "from"}, {"to", "to"}, {"下端深度", "to"}, {"soil", "soil"}, {"土質名", "soil"}, {"symbol", "symbol"}, {"記号", "symbol"},
      {"colour", "colour"}, {"色調", "colour"}, {"depth", "depth"}, {"深度", "depth"}, {"n", "n"}, {"n値", "n"}, {"water", "water"}, {"孔内水位", "water"}, {"date", "date"}, {"測定日", "date"},
      {"datum", "datum"}, {"測地系", "datum"}};
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string heading = lower_case(trimmed(row[i]));
    for (const auto& [word, means] : names) if (heading == word) columns.emplace(means, i);
  }
  for (const char* needed : {"name", "lon", "lat", "ground"})
    if (!columns.count(needed)) return Error{ErrorCode::malformed, std::string("the table has no column \"") + needed + "\"", file, "line 1", "columns: name, lon, lat, ground, from, to, soil, depth, n, water"};
  std::vector<Borehole> out;
  std::map<std::string, std::size_t, std::less<>> by_name;
  std::map<std::string, double> deepest_so_far;
  while (reader.next(row)) {
    const auto cell = [&](const char* what) {
      const auto it = columns.find(what);
      return it == columns.end() || it->second >= row.size() ? std::string() : to_valid_utf8(trimmed(row[it->second]));
    };
    const std::string place = "line " + std::to_string(reader.line()), name = cell("name");
    if (std::all_of(row.begin(), row.end(), [](const auto& c) { return c.empty(); })) continue;
    if (name.empty()) {
      notes.fail({ErrorCode::malformed, "the row names no borehole, and is left out", file, place, ""});
      continue;
    }
    auto found = by_name.find(name);
    if (found == by_name.end()) {
      if (out.size() >= 100'000) return Error{ErrorCode::out_of_budget, "the table has more than 100,000 boreholes", file, place, "split it"};
      Borehole b;
      b.name = name;
      b.file = file;
      b.lon = number(cell("lon"));
      b.lat = number(cell("lat"));
      b.ground = number(cell("ground"));
      const auto datum = lower_case(cell("datum"));
      b.datum = datum == "tokyo" || datum == "旧" || datum == "0" ? "Tokyo" : datum.empty() || datum == "2" ? "JGD2011" : cell("datum");
      settle(b, notes);
      found = by_name.emplace(name, out.size()).first;
      out.push_back(std::move(b));
    }
    Borehole& b = out[found->second];
    const double to = number(cell("to")), depth = number(cell("depth")), water = number(cell("water"));
    if (b.layers.size() + b.tests.size() + b.water.size() > max_rows) continue;
    if (!cell("to").empty() || !cell("soil").empty()) {
      double& from = deepest_so_far[name];
      if (const double written = number(cell("from")); std::isfinite(written) && written >= from && written < deepest) from = written;
      add_layer(b, from, {0, to, cell("soil"), cell("symbol"), cell("colour"), Soil::unknown}, place, notes);
    }
    if (!cell("n").empty()) {
      const auto test = blows_of(cell("n"));
      if (test && std::isfinite(depth) && depth >= 0 && depth < deepest) b.tests.push_back({depth, test->first, test->second});
      else notes.fail({ErrorCode::malformed, "an N-value needs \"depth\" and a number, and is left out", file, place, "write blows, or where it ended early blows / cm: 50/12"});
    }
    if (!cell("water").empty()) {
      if (std::isfinite(water) && std::abs(water) < deepest) b.water.push_back({water, cell("date")});
      else notes.fail({ErrorCode::malformed, "a water level is no number, and is left out", file, place, ""});
    }
  }
  for (auto& b : out) if (!b.layers.empty()) b.length = b.layers.back().to;
  if (out.empty()) return Error{ErrorCode::malformed, "the table has no boreholes", file, "", ""};
  return out;
}

}  // namespace tenbo::io
