#pragma once
// GRIB2 (WMO FM 92, edition 2) by our own reader: what the Japan Meteorological Agency sends as run lengths of levels
// (template 5.200), which GDAL does not know, and simple packing. Grids in longitude and latitude (3.0).
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/instant.h"

namespace tenbo::io {

// A part of the file's bytes.
struct Grib2Part {
  std::uint64_t offset = 0, size = 0;
};

// Template 3.0. Values are given from the north-west corner, row by row, however the file scans its grid.
struct Grib2Grid {
  int width = 0, height = 0;
  std::array<double, 6> geotransform{};  // cell corner to degrees, as geo::GridGeometry; west is at least -180
  std::uint8_t earth_shape = 0;          // code table 3.2
  std::uint8_t scan = 0;                 // flag table 3.4, as in the file
  int roll = 0;                          // columns that a whole circle was turned by, so that it begins at 180 west
};

// A level ("1.5 m above ground"): code table 4.5 and its value; no value where the file gives none ("surface").
struct Grib2Surface {
  std::uint8_t type = 255;  // 255: there is none
  std::optional<double> value;
};

// Templates 4.0, 4.1, 4.8, 4.11, and the Agency's 4.50008, 4.50009, 4.50011, which are 4.8 with remarks after it.
struct Grib2Product {
  std::uint16_t form = 0;  // the template's number
  std::uint8_t category = 0, number = 0;  // of the parameter, in the message's discipline
  std::uint8_t process = 0;               // code table 4.3: 0 analysis, 2 forecast, 4 ensemble forecast
  geo::Instant valid_time;                // of an interval: its end
  std::optional<geo::Instant> interval_start;
  std::uint8_t statistic = 255;           // code table 4.10, of an interval: 0 mean, 1 accumulation; 255: none
  Grib2Surface first, second;
  std::optional<int> member;              // perturbation number
  std::vector<std::byte> remarks;         // of the Agency: state of radars and gauges, octets 59 on
};

struct Grib2Packing {
  std::uint16_t form = 0;   // the template's number
  std::uint32_t count = 0;  // values in the data section
  std::uint8_t bits = 0;    // of one packed value
  // 5.0: (reference + packed 2^binary) / 10^decimal
  float reference = 0;
  int binary = 0, decimal = 0;
  // 5.200: what each level means; [0] is NaN, missing. Levels above `most` are not in this field.
  std::uint16_t most = 0;
  std::vector<float> levels;
};

struct Grib2Field {
  std::size_t message = 0;  // 0 = the file's first
  std::uint8_t discipline = 0;
  std::uint16_t centre = 0, subcentre = 0;  // 34: Tokyo
  std::uint8_t status = 0;     // code table 1.3: 0 operational, 1 test
  std::uint8_t kind = 0;       // code table 1.4: 0 analysis, 1 forecast
  geo::Instant issue_time;     // the reference time
  Grib2Grid grid;
  Grib2Product product;
  Grib2Packing packing;
  std::optional<Grib2Part> bitmap;  // one bit a point, in the file's order
  Grib2Part data;

  // "0-1-8": discipline, category, number.
  std::string parameter() const;
};

struct Grib2File {
  std::vector<Grib2Field> fields;  // in the file's order
  Diagnostics diagnostics;         // fields that use a template that is not read; what follows a broken section
};

// Walks the sections; nothing is unpacked. Fails where not one field can be read. `label` stands in messages. [any]
Result<Grib2File> read_grib2(std::span<const std::byte> bytes, const std::string& label);
// The values of a field of the same bytes: width * height, from the north-west, NaN = missing. [any]
Result<std::vector<float>> grib2_values(std::span<const std::byte> bytes, const Grib2Field& field, const std::string& label);
// The same into memory of the caller's, which must have width * height places.
Status grib2_values_into(std::span<const std::byte> bytes, const Grib2Field& field, std::span<float> out, const std::string& label);

// True where the first field of a GRIB2 file that begins so is packed by template 5.200 (4 KiB are enough).
bool begins_with_grib2_runs(std::span<const std::byte> head);

inline constexpr std::uint64_t max_grib2_points = 128'000'000;  // of one field

}  // namespace tenbo::io
