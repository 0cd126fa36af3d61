// Shapes with one thing wrong each: an area with a hole, a line, a point in depth, a front, a record without a place.
#include <cmath>
#include <limits>
#include <string>

#include "publisher.h"

namespace {
// For pictures and counts, around lon and lat, `amount` doubling its size: three squares in a row from west to east, each in its
// class, the last one hatched and only in the first half hour; a coast to the south of them; a gauge; a hypocentre with two fronts.
// Later: the first square is in the worst class, the second is gone, and it says so.
tenbo_result publish_evening(Publisher& p, const tenbo_shape_source& source, bool later) {
  const double unit = 0.004 * std::pow(2.0, std::stod(p.parameters["amount"]) - 1), lon = std::stod(p.parameters["lon"]), lat = std::stod(p.parameters["lat"]);
  const tenbo_time start = 1'700'000'000'000;
  const tenbo_text notes[] = {text("取消: 中区の警報 / cancelled: the warning for the middle")};
  tenbo_about about{};
  about.size = sizeof about;
  about.title = text("警報");
  about.source = text("気象台 / Weather office");
  about.certainty = TENBO_CONFIRMED;
  about.has_issue_time = 1;
  about.issue_time = start;
  about.status = p.parameters["colour"] == "green" ? TENBO_STATUS_TEST : p.parameters["loud"] == "true" ? TENBO_STATUS_EXERCISE : TENBO_STATUS_ACTUAL;
  about.headline = text("ただちに高いところへ避難してください。");
  about.notes = notes;
  about.note_count = later ? 1 : 0;

  tenbo_shape_class classes[4]{};
  const std::uint8_t colours[4][4] = {{170, 0, 170, 255}, {255, 40, 0, 255}, {250, 230, 0, 255}, {120, 120, 130, 255}};
  const char* labels[4][2] = {{"特別警報", "Emergency warning"}, {"警報", "Warning"}, {"注意報", "Advisory"}, {"不明", "Unknown"}};
  for (int i = 0; i < 4; ++i) {
    classes[i].size = sizeof classes[i];
    classes[i].level = i == 3 ? TENBO_LEVEL_UNKNOWN : 5 - i;
    classes[i].pattern = i == 3 ? TENBO_PATTERN_HATCHED : TENBO_PATTERN_SOLID;
    classes[i].label_ja = text(labels[i][0]);
    classes[i].label_en = text(labels[i][1]);
    for (int k = 0; k < 4; ++k) classes[i].colour[k] = colours[i][k];
  }
  const tenbo_text names[7] = {text("西区"), text("中区"), text("東区"), text("湾岸"), text("水位計"), text("震源"), text("波")};
  tenbo_column column{};
  column.size = sizeof column;
  column.type = TENBO_TEXT;
  column.name = text("name");
  column.values = names;
  tenbo_records records{};
  records.size = sizeof records;
  records.row_count = 7;
  records.type = text("warning");
  records.columns = &column;
  records.column_count = 1;

  tenbo_shape shapes[8]{};
  for (auto& s : shapes) s.size = sizeof s;
  double squares[3][8];
  for (std::uint32_t i = 0; i < 3; ++i) {
    const double west = lon + (2.2 * i - 3.2) * unit;
    const double corners[8] = {west, lat, west + 2 * unit, lat, west + 2 * unit, lat + 2 * unit, west, lat + 2 * unit};
    for (int k = 0; k < 8; ++k) squares[i][k] = corners[k];
    shapes[i].kind = TENBO_SHAPE_AREA;
    shapes[i].row = i;
    shapes[i].shape_class = later && i == 0 ? 0 : i + 1;
    shapes[i].lon_lat = squares[i];
    shapes[i].point_count = 4;
    shapes[i].label = names[i];
  }
  shapes[2].has_from = shapes[2].has_until = 1;
  shapes[2].from = start;
  shapes[2].until = start + 1'800'000;
  if (later) shapes[1].kind = TENBO_SHAPE_NONE;
  const double coast[] = {lon - 4 * unit, lat - unit, lon - 2 * unit, lat - 1.4 * unit, lon + unit, lat - 1.1 * unit, lon + 3.5 * unit, lat - 1.6 * unit};
  shapes[3].kind = TENBO_SHAPE_LINE;
  shapes[3].row = 3;
  shapes[3].shape_class = 1;
  shapes[3].lon_lat = coast;
  shapes[3].point_count = 4;
  const double gauge[] = {lon, lat - 0.5 * unit}, source_at[] = {lon + 2 * unit, lat - 0.6 * unit};
  shapes[4].kind = TENBO_SHAPE_POINT;
  shapes[4].row = 4;
  shapes[4].shape_class = 2;
  shapes[4].lon_lat = gauge;
  shapes[4].point_count = 1;
  shapes[4].label = names[4];
  shapes[5].kind = TENBO_SHAPE_POINT;
  shapes[5].row = 5;
  shapes[5].lon_lat = source_at;
  shapes[5].point_count = 1;
  shapes[5].has_height = 1;
  shapes[5].height = -50'000 * unit;
  shapes[5].label = text("震源 M6.1");
  const double seconds[] = {0, 3600}, fast[] = {0, 800'000 * unit}, slow[] = {0, 450'000 * unit};
  tenbo_front fronts[2]{};
  for (int i = 0; i < 2; ++i) {
    fronts[i] = {sizeof(tenbo_front), 2, source_at[0], source_at[1], start, seconds, i ? slow : fast};
    shapes[6 + i].kind = TENBO_SHAPE_FRONT;
    shapes[6 + i].row = 6;
    shapes[6 + i].shape_class = i ? 1 : 2;
    shapes[6 + i].front = &fronts[i];
  }
  tenbo_shapes s{};
  s.size = sizeof s;
  s.class_count = 4;
  s.about = &about;
  s.legend_title = text("警報・注意報");
  s.classes = classes;
  s.records = &records;
  s.shapes = shapes;
  s.shape_count = 8;
  return source.publish(p.host, &s);
}
}  // namespace

tenbo_result publish_shapes(Publisher& p, const std::string& wrong) {
  const auto* source = static_cast<const tenbo_shape_source*>(p.host->get_extension(p.host, TENBO_EXT_SHAPES));
  if (!source) return TENBO_UNSUPPORTED;
  const auto is = [&](const char* what) { return wrong == std::string("shapes_") + what; };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  const tenbo_text notes[] = {text("訂正: 震度を改めた")};
  tenbo_about about{};
  about.size = sizeof about;
  about.title = text("警報");
  about.source = text("Office");
  about.status = is("wrong_status") ? 9 : is("exercise") ? TENBO_STATUS_EXERCISE : is("test") ? TENBO_STATUS_TEST : TENBO_STATUS_ACTUAL;
  about.headline = is("headline_not_utf8") ? text("\xff") : text("高いところへ");
  about.notes = is("null_notes") ? nullptr : notes;
  about.note_count = 1;

  tenbo_shape_class classes[3]{};
  for (auto& c : classes) c.size = sizeof c;
  classes[0].label_ja = text("注意");
  classes[0].label_en = text("Advisory");
  classes[0].level = 2;
  classes[1].label_ja = is("class_without_label") ? text("") : text("警報");
  classes[1].level = is("wrong_level") ? 6 : 4;
  classes[2].label_en = text("Ended");
  classes[2].pattern = is("wrong_pattern") ? 2 : TENBO_PATTERN_HATCHED;
  classes[2].level = TENBO_LEVEL_UNKNOWN;
  const std::uint8_t colours[3][4] = {{250, 230, 0, 200}, {255, 40, 0, 200}, {150, 150, 150, 200}};
  for (int i = 0; i < 3; ++i)
    for (int k = 0; k < 4; ++k) classes[i].colour[k] = colours[i][k];

  const tenbo_text names[5] = {text("area"), text("line"), text("depth"), text("front"), text("nowhere")};
  tenbo_column column{};
  column.size = sizeof column;
  column.type = TENBO_TEXT;
  column.name = text("name");
  column.values = names;
  tenbo_records records{};
  records.size = sizeof records;
  records.row_count = 5;
  records.type = text("warning");
  records.columns = &column;
  records.column_count = 1;

  // A square with a square hole, and an island beside it that is no hole.
  double rings[] = {139, 35, 140, 35, 140, 36, 139, 36, 139, 35,  139.25, 35.25, 139.75, 35.25, 139.75, 35.75, 139.25, 35.75,  141, 35, 141.5, 35, 141, 35.5};
  std::uint32_t starts[] = {0, 5, 9};
  if (is("nan_corner")) rings[3] = nan;
  if (is("first_ring_not_0")) starts[0] = 1;
  if (is("rings_not_ascending")) starts[2] = 5;
  if (is("ring_beyond_points")) starts[2] = 12;
  const double line[] = {139, 35, 139.5, 35.5, 140, 35};
  double point[] = {is("nan_point") ? nan : 139.5, 35.5};
  double seconds[] = {0, 10, 20}, metres[] = {0, 60'000, 90'000};
  if (is("front_not_ascending")) seconds[2] = 10;
  if (is("front_nan_radius")) metres[1] = nan;
  if (is("front_negative")) metres[0] = -1;
  tenbo_front front{};
  front.size = sizeof front;
  front.count = is("front_of_one") ? 1 : is("front_huge") ? 0xFFFFFFFFu : 3;
  front.lon = 139.5;
  front.lat = is("front_nowhere") ? 1000 : 35.5;
  front.start = is("front_mad_start") ? INT64_MAX : 1'700'000'000'000;
  front.seconds = seconds;
  front.metres = is("front_null_radii") ? nullptr : metres;

  tenbo_shape shapes[5]{};
  for (std::uint32_t i = 0; i < 5; ++i) {
    shapes[i].size = sizeof(tenbo_shape);
    shapes[i].row = i;
  }
  shapes[0].kind = is("wrong_kind") ? 6 : TENBO_SHAPE_AREA;
  shapes[0].shape_class = is("wrong_class") ? 3 : 1;
  shapes[0].lon_lat = is("without_place") ? nullptr : rings;
  shapes[0].point_count = is("no_points") ? 0 : is("points_huge") ? 0xFFFFFFFFu : 12;
  shapes[0].ring_starts = is("null_rings") ? nullptr : starts;
  shapes[0].ring_count = is("rings_huge") ? 0xFFFFFFFFu : 3;
  shapes[0].has_from = shapes[0].has_until = 1;
  shapes[0].from = is("mad_from") ? INT64_MIN : 1'700'000'000'000;
  shapes[0].until = is("never") ? shapes[0].from : 1'700'003'600'000;
  if (is("mad_flag")) shapes[0].has_until = 7;
  if (is("stray_handle")) shapes[0].from_reader = reinterpret_cast<const tenbo_reader_vector*>(&about), shapes[0].lon_lat = nullptr;
  if (is("two_places")) shapes[0].from_reader = reinterpret_cast<const tenbo_reader_vector*>(&about);
  shapes[1].kind = TENBO_SHAPE_LINE;
  shapes[1].lon_lat = line;
  shapes[1].point_count = is("line_of_one") ? 1 : 3;
  shapes[1].label = is("null_label") ? tenbo_text{nullptr, 3} : is("broken_label") ? text("coast \xff") : text("coast");
  shapes[2].kind = TENBO_SHAPE_POINT;
  shapes[2].lon_lat = point;
  shapes[2].point_count = is("point_of_two") ? 2 : 1;
  shapes[2].has_height = 1;
  shapes[2].height = is("nan_height") ? nan : -30'000;
  shapes[2].shape_class = 2;
  shapes[3].kind = TENBO_SHAPE_FRONT;
  shapes[3].front = is("null_front") ? nullptr : &front;
  shapes[4].row = is("wrong_row") ? 5 : 4;
  if (is("uneven_sizes")) shapes[3].size += 8;

  tenbo_shapes s{};
  s.size = is("size_0") ? 0 : sizeof s;
  s.class_count = is("classes_huge") ? 0xFFFFFFFFu : 3;
  s.about = is("null_about") ? nullptr : &about;
  s.legend_title = is("title_not_utf8") ? text("\xff") : text("Warnings");
  s.classes = is("null_classes") ? nullptr : classes;
  s.records = is("null_records") ? nullptr : &records;
  s.shapes = is("null_shapes") ? nullptr : shapes;
  s.shape_count = is("shapes_huge") ? 0xFFFFFFFFu : 5;

  const tenbo_reader_vector* file = nullptr;
  const tenbo_reader* reader = nullptr;
  if (is("from_reader") || is("row_beyond")) {  // records and geometry of a file: its row 0 three times, row 1 as an area
    reader = static_cast<const tenbo_reader*>(p.host->get_extension(p.host, TENBO_EXT_READER));
    const std::string& path = p.parameters["files"];
    if (const auto r = reader->open_vector(p.host, {path.data(), path.size()}, nullptr, &file); r != TENBO_OK) return r;
    records = {};
    records.size = sizeof records;
    records.from_reader = file;
    const tenbo_shape_kind kinds[4] = {TENBO_SHAPE_AREA, TENBO_SHAPE_LINE, TENBO_SHAPE_POINT, TENBO_SHAPE_AREA};
    for (std::uint32_t i = 0; i < 4; ++i) {
      shapes[i] = {};
      shapes[i].size = sizeof(tenbo_shape);
      shapes[i].kind = kinds[i];
      shapes[i].row = shapes[i].reader_row = i / 3;
      shapes[i].from_reader = file;
    }
    if (is("row_beyond")) shapes[3].reader_row = 2;
    s.shape_count = 4;
  }
  if (is("evening")) return publish_evening(p, *source, false);
  if (is("evening_later")) return publish_evening(p, *source, true);
  const auto result = source->publish(p.host, is("null") ? nullptr : &s);
  if (file) reader->close_vector(p.host, file);
  return result;
}
