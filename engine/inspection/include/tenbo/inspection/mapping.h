#pragma once
// A mapping: which column of a list means what, as a JSON file says it (assets/schema/inspection-mapping.schema.json).
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenbo/base/result.h"
#include "tenbo/inspection/grade.h"
#include "tenbo/inspection/register.h"

namespace tenbo::inspection {

// What a row of the list is. history: an earlier or later inspection of a structure that another list has.
enum class RowKind : std::uint8_t { structure, inspection, defect };

enum class Scale : std::uint8_t {
  grade,          // I to IV in their spellings
  nbi,            // 0 to 9; of several columns the worst counts
  nbi_condition,  // G, F, P
  none,           // the list has no grade that is one of ours: all are "not inspected", scores stay scores
};

// How latitude and longitude are written. nbi: of the US National Bridge Inventory, items 16 and 17: degrees, minutes, seconds and
// hundredths of a second together ("40303000"), longitude west of Greenwich without a sign.
enum class PlaceFormat : std::uint8_t { degrees, nbi };
// nbi: item 90, month and the last two digits of the year ("0322"); 50 and more are of the last century.
enum class DateFormat : std::uint8_t { words, nbi };

using Names = std::vector<std::string>;  // of a column: the first that is there counts; empty = the list has none

struct Mapping {
  std::string name;                 // of the file, for messages; empty = guessed from the headings
  std::string title, source, note;  // note: what people must know of the grades, shown with the layer
  RowKind rows = RowKind::structure;
  bool guessed = false;             // columns that are not named are looked for by their words; wrong rows stay
  bool finds_nbi = false;           // columns of the US inventory's ratings are told by their names
  // how the list is written
  std::string encoding, crs;        // empty = guessed; longitude and latitude
  char delimiter = 0;               // 0 = guessed
  char quote = '"';                 // around fields that have the delimiter in them
  int header_rows = 1;              // the last of them names the columns
  Names items;                      // of JSON: where the list is, "data.facilities"; empty = found
  // fixed values
  Kind kind = Kind::unknown;
  int year = 0;
  Scale scale = Scale::grade;
  PlaceFormat place_format = PlaceFormat::degrees;
  DateFormat date_format = DateFormat::words;
  std::map<std::string, Grade> grades;                  // the list's own words (after plain()), before those known
  std::vector<std::pair<double, Grade>> score_grades;   // from this score on, the highest first; empty = a score is no grade
  std::map<std::string, Access> access;                 // the list's own words (after plain())

  // columns of a structure
  Names id, title_column, kind_column, grade, condition, year_column, score, lon, lat, place, height, road, owner, prefecture, municipality, source_column,
      length, width, spans, span_lengths, heading, built, access_column, restriction, traffic, importance;
  struct Round {  // an inspection in columns of its own
    int year = 0;  // fixed; 0 = by the column
    Names year_column, grade, score;
  };
  std::vector<Round> history;
  struct List {  // a JSON array in one column, an object each
    Names column;
    std::string year = "year", grade = "grade", score;
  };
  std::optional<List> history_list;
  // columns of a defect; `id` is its own, `structure` that of what it is on. Of a history list `structure` too.
  Names structure, member, element, defect_kind, defect_grade, response, photo, note_column, span, along, across, up, defect_length, defect_width;

  // What is wrong is named with its place. [any]
  static Result<Mapping> parse(std::string_view json, const std::string& name);
  static Result<Mapping> read(const std::filesystem::path& path);
  // Nothing is said: everything is found by the words of the headings.
  static Mapping guess();
};

}  // namespace tenbo::inspection
