#pragma once
// What the Agency's messages are made of: areas, kinds, places.
#include <optional>
#include <string>
#include <vector>

#include "tenbo/geo/quantity.h"

namespace tenbo::io {

// Latitude and longitude in degrees; ISO 6709 in degrees or in degrees and minutes.
struct JmaPlace {
  double lon = 0, lat = 0;
  geo::Quantity height;     // m, above the sea; of a hypocentre below it, and so negative
  bool tokyo_datum = false;  // 日本測地系: some 450 m off
  std::string description;
};

struct JmaArea {
  std::string name, code;
  std::string code_table;  // "気象・地震・火山情報／市町村等": what the code is one of; may be empty
  std::optional<JmaPlace> place;
};

struct JmaKind {
  std::string name, code, condition;
};

struct JmaComment {
  std::string type;  // "ForecastComment", "WarningComment", "FreeFormComment"
  std::string text;
  std::vector<std::string> codes;
};

// Which table the codes at a path below an element are from, as the message says it.
struct JmaCodeTable {
  std::string path, table;
};

}  // namespace tenbo::io
