#pragma once
// What a plugin has published, checked and copied: fields, records, shapes, sensors. Immutable once it is out.
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/image.h"
#include "tenbo/geo/crs.h"
#include "tenbo/geo/features.h"
#include "tenbo/geo/forecast.h"
#include "tenbo/inspection/register.h"

namespace tenbo::runtime {

using inspection::Grade;
struct Structure {                 // one bridge, tunnel, ... of an inspection layer
  std::uint32_t feature = 0;       // row in PluginOutput::records
  std::string id, name, kind;
  double lon = 0, lat = 0;
  std::optional<double> height;    // scene's datum; absent = on the ground
  Grade grade = Grade::not_inspected;
  std::optional<int> year;         // of the last inspection
};

// Whether it is meant: of an exercise (訓練) or a test (試験) every view and file says so. The last two are of layers that hold what is real too.
enum class Actuality : std::uint8_t { actual, exercise, test, part_exercise, part_test };
inline const char* to_string(Actuality a) {
  constexpr std::array words{"actual", "exercise", "test", "actual and exercise", "actual and test"};
  return words[static_cast<std::size_t>(a)];
}
// The key of its words: "banner.exercise". Of `actual` empty.
inline const char* banner_key(Actuality a) {
  constexpr std::array keys{"", "banner.exercise", "banner.test", "banner.part_exercise", "banner.part_test"};
  return keys[static_cast<std::size_t>(a)];
}
// Both languages, for files and terminals: "訓練を含む / INCLUDES AN EXERCISE". Of `actual` empty.
inline const char* banner_words(Actuality a) {
  constexpr std::array words{"", "訓練 / EXERCISE", "試験 / TEST", "訓練を含む / INCLUDES AN EXERCISE", "試験を含む / INCLUDES A TEST"};
  return words[static_cast<std::size_t>(a)];
}

struct Words { std::string ja, en; };  // one of them may be empty, and then the other serves both

// --- shapes (plugin_api/shapes.h)
enum class PluginShapeKind : std::uint8_t { none, point, line, area, front, column };
struct ShapeClass {
  Rgba8 colour;
  bool hatched = false;
  int level = -1;                  // -1 unknown, 0 nothing, 1 to 5
  Words label;
};
struct Front {                     // a circle on the ground that grows
  double lon = 0, lat = 0;         // degrees
  geo::Instant start;
  std::vector<double> seconds, metres;  // the same number, at least 2; seconds ascending from 0 on
  std::optional<double> radius_at(geo::Instant t) const;  // m; absent before and after
};
struct PluginShape {
  PluginShapeKind kind = PluginShapeKind::none;
  std::uint32_t row = 0;           // in PluginOutput::records
  std::uint32_t shape_class = 0;
  std::optional<geo::Instant> from, until;
  std::optional<double> height;    // of a point: m, scene's datum; absent = on the ground. Of a column its top
  std::string label;
  std::uint32_t first_ring = 0, rings = 0;  // into PluginShapes::rings
  std::optional<Front> front;
  bool shown_at(std::optional<geo::Instant> t) const { return !t || ((!from || *from <= *t) && (!until || *t < *until)); }
};
struct PluginShapes {
  struct Ring {
    std::uint32_t first = 0, count = 0;  // into points
    bool hole = false;                   // of the ring before it that is none
  };
  std::string legend_title;
  std::vector<ShapeClass> classes;
  std::vector<PluginShape> shapes;
  std::vector<Ring> rings;
  std::vector<geo::GeoPoint> points;     // degrees; height m, scene's datum, where the geometry has one
  geo::Extent extent;
};

// --- sensors (plugin_api/series.h)
struct SensorThreshold {
  int level = 1;                   // 1 to 5
  double value = 0;
  Words label;
};
// Of a structure: which member, and where along it; lengths in metres as inspection::Defect has them, NaN = not known.
struct SensorPart {
  inspection::Member member = inspection::Member::unknown;
  std::string member_word;         // where `member` is other
  std::string element;             // "0102", "2"; empty = not known
  int span = 0;                    // 0 = not known
  double along = std::numeric_limits<double>::quiet_NaN(), across = along, up = along;
};
struct Sensor {
  std::string id, name, kind, quantity, unit, source;
  double lon = std::numeric_limits<double>::quiet_NaN(), lat = lon;  // degrees; NaN: it stands where its structure does
  std::string structure;           // id of a structure of an inspection layer; empty = on none
  SensorPart part;                 // of that structure
  std::optional<double> height;    // m, scene's datum; absent = on the ground
  bool falling = false;            // lower is worse
  std::vector<SensorThreshold> thresholds;  // from the least level to the worst
  double expected_interval = 0;    // s; 0 = nobody said
  std::vector<geo::Instant> times; // ascending
  std::vector<double> values;      // one a time; NaN = measured but missing
  bool placed() const { return lon == lon && lat == lat; }
};

// An immutable snapshot of what a plugin has published. `revision` grows with each publication; `warnings` may grow without
// (the plugin reports that a replaced file cannot be read, say): data of one revision never changes.
struct PluginOutput {
  std::uint64_t revision = 0;
  std::string title;
  std::string source;
  std::optional<geo::Instant> issue_time;
  geo::Certainty certainty = geo::Certainty::unknown;
  Actuality actuality = Actuality::actual;
  std::string headline;
  std::vector<std::string> notes;  // cancelled, corrected and how
  // field layers
  std::shared_ptr<const geo::Field> field;
  std::shared_ptr<const geo::Forecast> forecast;  // of several issues or members, that field is one of; else null
  std::string palette;             // name under assets/palettes
  bool is_water_depth = false;     // raise a water surface, classify buildings
  // feature layers
  std::shared_ptr<const geo::FeatureTable> records;
  std::vector<Structure> structures;
  std::shared_ptr<const inspection::Register> structure_register;  // of an inspection layer; its first rows are `structures`, those without a place follow; null: the plugin has only these
  std::string photos;              // folder of the defects' photographs; empty = none
  std::shared_ptr<const std::vector<std::string>> problems;  // of the lists: "line 12: ...", the first 1000; null = none
  std::uint64_t problem_count = 0;
  std::shared_ptr<const PluginShapes> shapes;              // of records
  std::shared_ptr<const std::vector<Sensor>> sensors;
  std::vector<std::string> warnings;  // rows left out and the like
};

}  // namespace tenbo::runtime
