// Records and structures with one thing wrong each.
#include <limits>

#include "publisher.h"

tenbo_result publish_records(Publisher& p, const std::string& wrong) {
  const auto is = [&](const char* what) { return wrong == std::string("records_") + what; };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  tenbo_about about{};
  about.size = sizeof about;
  about.title = text("橋梁");
  about.source = text("City");

  const tenbo_text ids[3] = {text("b1"), text("b2"), text("b3")};
  tenbo_text names[3] = {text("日の出橋"), text("Second \xff bridge"), is("null_text") ? tenbo_text{nullptr, 9} : text("")};
  if (is("huge_text")) names[2].size = UINT64_MAX / 2;
  const std::int64_t spans[3] = {1, 2, 3};
  const double lengths[3] = {12.5, nan, 30};
  const std::uint8_t lit[3] = {1, 0, 1}, has_lit[3] = {1, 1, 0};
  tenbo_column columns[4]{};
  for (auto& c : columns) c.size = sizeof c;
  columns[0].type = TENBO_TEXT;
  columns[0].name = is("column_name_not_utf8") ? text("\xc0\xaf") : is("column_without_name") ? text("") : text("名称");
  columns[0].values = names;
  columns[1].type = is("wrong_type") ? 99 : TENBO_INTEGER;
  columns[1].name = text("spans");
  columns[1].values = is("null_values") ? nullptr : spans;
  columns[2].type = TENBO_REAL;
  columns[2].name = text("length");
  columns[2].values = lengths;
  columns[3].type = TENBO_BOOLEAN;
  columns[3].name = text("lit");
  columns[3].values = lit;
  columns[3].present = has_lit;
  if (is("uneven_sizes")) columns[2].size = sizeof(tenbo_column) + 8;
  if (is("odd_stride"))
    for (auto& c : columns) c.size = sizeof(tenbo_column) + 3;

  tenbo_structure structures[3]{};
  for (std::uint32_t i = 0; i < 3; ++i) {
    structures[i].size = is("structure_size_0") ? 0 : sizeof(tenbo_structure);
    structures[i].row = i;
    structures[i].id = ids[i];
    structures[i].name = names[i];
    structures[i].kind = text("bridge");
    structures[i].lon = 139 + i;
    structures[i].lat = 35;
    structures[i].grade = i + 1;
    structures[i].year = 2020 + static_cast<int>(i);
    structures[i].has_year = 1;
  }
  structures[0].has_height = 1;
  structures[0].height = 42;
  if (is("mended")) {
    structures[1].lat = nan;
    structures[2].year = 99999;
    structures[0].height = nan;
  }
  if (is("wrong_grade")) structures[1].grade = 6;
  if (is("wrong_row")) structures[1].row = 3;
  if (is("mad_flag")) structures[1].has_year = 0xCDCDCDCD;

  tenbo_records r{};
  r.size = is("size_0") ? 0 : sizeof r;
  r.row_count = is("rows_huge") ? 0xFFFFFFFFu : 3;
  r.about = &about;
  r.type = text("bridge");
  r.ids = ids;
  r.columns = is("null_columns") ? nullptr : columns;
  r.structures = is("null_structures") ? nullptr : structures;
  r.column_count = is("columns_huge") ? 0x7FFFFFFFu : 4;
  r.structure_count = is("structures_huge") ? 0xFFFFFFFFu : 3;
  if (is("stray_handle")) r.from_reader = reinterpret_cast<const tenbo_reader_vector*>(&about);
  return p.source->publish_records(p.host, is("null") ? nullptr : &r);
}
