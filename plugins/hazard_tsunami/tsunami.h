#pragma once
// What a message of a tsunami says, from its rows; and what changed since the one before. Words stay words. Needs no host.
#include <optional>
#include <string>
#include <vector>

#include "../common/narrow.h"
#include "tenbo/plugin_api/rows.hpp"

namespace tsunami {

using tenbo::plugin::Row;

// From the least to the worst; unknown: a code that is not known.
enum class Warning { none, slight, advisory, warning, major, unknown };
Warning warning_of(const std::string& word);  // of the rows: "none", "slight", ...
const char* words(Warning w, bool ja = true);  // "大津波警報", "major warning"

struct Coast {
  std::string code, name;
  Warning warning = Warning::unknown;
  std::optional<Warning> before;  // as the message says it
  std::string arrival;            // "15:00", "津波到達中と推測"; empty: nobody says
  std::string height;             // "巨大", "10m超", "3m"; empty: nobody says
  const Row* row = nullptr;
};
struct Station {
  std::string code, name;
  bool offshore = false;  // or on the coast
  bool observed = false;  // or expected
  std::string arrival, height, condition;  // condition: "重要", "観測中", "上昇中"
  std::optional<double> height_m;  // of an observation, where it is a number
  const Row* row = nullptr;
};
// Views the rows.
struct Report {
  std::vector<Coast> forecast, estimation;
  std::vector<Station> stations;
};
Report read_report(const std::vector<Row>& rows);

using hazard::narrow;
// "15:00" of "2011-03-11T15:00:00+09:00"; another day than `day` (its first ten characters) stands before it: "12日 00:10".
std::string clock(const std::string& time, const std::string& day);

struct Change {
  std::string name;
  Warning before, now;
};
// What a coast had before: as its message says it itself, else as the message before it does; nullopt: nobody says.
std::optional<Warning> before_of(const Coast& coast, const Report* before);
// Coasts whose warning is another than before: as the message says it itself, else against the message before it.
std::vector<Change> changes(const Report& now, const Report* before);
// "引上げ・発表: A (津波注意報 → 津波警報), B (...)", "引下げ: ...", "解除: ...", or Raised, Lowered, Ended: a line for each that there is.
std::vector<std::string> notes(const std::vector<Change>& changes, bool ja);

}  // namespace tsunami
