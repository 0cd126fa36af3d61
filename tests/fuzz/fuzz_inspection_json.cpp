// Lists of structures as JSON, whatever the bytes: through the reader and the importer. A row's cells are UTF-8 views of as many columns
// as there are, twice the same, and what is kept lies on Earth or nowhere.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tenbo/inspection/import.h"
#include "tenbo/io/list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  using namespace tenbo::inspection;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const auto mapping = Mapping::parse(R"({"columns": {"id": "id", "place": "place", "grade": "grade", "year": "year"}, "history_list": {"column": "history", "year": "nendo", "grade": "g"}})", "mapping");
  if (!mapping) std::abort();
  std::uint64_t wrong = 0;
  for (const auto& i : read_history_cell(text, *mapping, wrong))
    if (i.year == 0 || std::isinf(i.score)) std::abort();
  auto read = io::read_json_list(text, "list", {});
  if (!read) return 0;
  for (const bool guessed : {true, false}) {
    read->list->rewind();
    Importer importer(guessed ? Mapping::guess() : *mapping, read->list->columns());
    io::ListRow row{};
    std::uint64_t rows = 0, last = 0;
    while (read->list->next(row)) {
      if (row.line < last || row.line == 0 || row.cells.size() != read->list->columns().size()) std::abort();
      last = row.line;
      SourceRow s;
      s.cells = row.cells;
      s.lon = row.lon, s.lat = row.lat, s.height = row.height;
      s.line = row.line;
      importer.add(s);
      ++rows;
    }
    if (rows > read->list->about_rows()) std::abort();
    const auto in = importer.finish();
    for (std::uint32_t s = 0; s < in.records->size(); ++s)
      if (s < in.placed && !(std::abs(in.records->lon(s)) <= 360 && std::abs(in.records->lat(s)) <= 90)) std::abort();
  }
  return 0;
}
