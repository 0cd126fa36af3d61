// Lists of structures as CSV, whatever the bytes: through the reader, the importer with the columns guessed and with a mapping, and the
// filters. What is kept lies on Earth or nowhere, has its inspections in order, and every row is either kept or told.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tenbo/inspection/filter.h"
#include "tenbo/inspection/import.h"
#include "tenbo/inspection/totals.h"
#include "tenbo/io/list.h"

namespace {
using namespace tenbo;
using namespace tenbo::inspection;

constexpr const char* mapping_json = R"({"columns": {"id": ["id", "ID"], "lat": ["lat", "y"], "lon": ["lon", "x"], "grade": "grade", "year": "year", "score": "score",
  "span_lengths": "spans", "built": "built", "restriction": "limit"}, "history": [{"year": "y2", "grade": "g2"}, {"year": 2010, "score": "s2"}],
  "history_list": {"column": "history"}, "score_grades": [{"from": 70, "grade": "I"}, {"from": 0, "grade": "III"}]})";

void check(const Imported& in) {
  const auto& r = *in.records;
  if (in.placed > r.size() || in.rows.size() != r.size() || in.problems.size() > 1000 || in.problems.size() > in.problem_count) std::abort();
  for (std::uint32_t s = 0; s < r.size(); ++s) {
    if (std::isfinite(r.lon(s)) != (s < in.placed)) std::abort();
    if (s < in.placed && !(std::abs(r.lon(s)) <= 360 && std::abs(r.lat(s)) <= 90)) std::abort();
    int last = 0;
    for (const auto& i : r.inspections(s)) {
      if (i.year != 0 && i.year < last) std::abort();
      if (i.year != 0) last = i.year;
      if (std::isinf(i.score)) std::abort();
    }
    if (std::isinf(r.length(s)) || r.length(s) < 0) std::abort();
  }
  Filter f;
  f.text = "1";
  f.overdue = true;
  f.as_of = 2026;
  const Finder finder(in.records);
  const auto chosen = finder.select(f);
  if (totals(r, &chosen, By::municipality, 2026).all.total() != chosen.count()) std::abort();
  (void)grades_by_year(r, nullptr);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const auto mapping = Mapping::parse(mapping_json, "mapping");
  if (!mapping) std::abort();
  (void)Mapping::parse(text, "mapping");
  for (const bool guessed : {true, false}) {
    io::ListOptions options;
    options.header_rows = guessed ? 1 : 2;
    auto list = io::read_csv_list(text, "list", options);
    if (!list) continue;
    Importer importer(guessed ? Mapping::guess() : *mapping, (*list)->columns(), static_cast<std::uint32_t>(std::min<std::uint64_t>((*list)->about_rows(), 1000)));
    std::uint64_t rows = 0, last = 0;
    (*list)->refused = [&](std::uint64_t line, std::string what) { importer.refuse(line, std::move(what)); };
    io::ListRow row{};
    while ((*list)->next(row)) {
      if (row.line <= last || row.cells.size() != (*list)->columns().size()) std::abort();
      last = row.line;
      SourceRow s;
      s.cells = row.cells;
      s.line = row.line;
      importer.add(s);
      ++rows;
    }
    const auto in = importer.finish();
    if (in.records->size() > rows) std::abort();
    check(in);
  }
  return 0;
}
