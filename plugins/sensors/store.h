#pragma once
// Sensors as they become known, piece by piece and in any order: what they are, and what they measured. What comes twice counts
// once; of two values for one time the one that came later stands.
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sensors {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Threshold {
  int level = 1;  // 1 to 5
  double value = 0;
  std::string label_ja, label_en;
};

struct Reading {
  std::int64_t time = 0;  // ms since 1970, UTC
  double value = nan;     // NaN: measured but missing
};

// Where on a structure, as whoever set it up wrote it; m, NaN = nobody said (tenbo_sensor of series.h).
struct Part {
  std::string structure, member, element;
  int span = 0;  // 0 = nobody said
  double along = nan, across = nan, up = nan;
  void take(const Part& later);  // what the other knows
};

struct Station {
  std::string name, kind, quantity, unit, source;
  Part part;
  double lon = nan, lat = nan;
  std::optional<double> height;
  std::optional<bool> falling;
  std::optional<double> expected_interval;  // s
  std::vector<Threshold> thresholds;        // at most 16
  std::vector<Reading> readings;            // ascending, each time once

  bool placed() const { return lon == lon && lat == lat; }
  bool shown() const { return placed() || !part.structure.empty(); }
  void take(const Station& later);          // what the other knows, and its readings
};

// What was left out, for one warning each.
struct Left {
  std::uint64_t no_time = 0, no_number = 0, future = 0, no_id = 0, no_result = 0, too_many = 0;
  std::string word;  // the first that is no number
};

class Store {
 public:
  static constexpr std::size_t most_stations = 200'000, most_readings = 12'000'000, most_of_one = 300'000;
  static constexpr std::int64_t kept = std::int64_t{73} * 3600 * 1000;    // ms: three days and a bit
  static constexpr std::int64_t ahead = std::int64_t{10} * 60 * 1000;     // ms that a sensor's clock may be fast

  // Null where there are too many, or the id is empty or absurdly long.
  Station* station(std::string_view id);
  // `now`: when it arrived; a reading of the future is left out. Absent: of a file, which may hold what it likes.
  void add(std::string_view id, Reading reading, std::optional<std::int64_t> now);
  // Lets go of what is older than three days before `now`, but for the latest reading of each.
  void forget_before(std::int64_t now);
  void clear() { *this = {}; }

  const std::map<std::string, Station, std::less<>>& stations() const { return stations_; }
  Left& left() { return left_; }
  const Left& left() const { return left_; }

 private:
  std::map<std::string, Station, std::less<>> stations_;
  std::size_t readings_ = 0;
  Left left_;
};

// A cell or result as a number. Words for "missing" (欠測, -, NaN, null, ...) and empty text are NaN; anything else that is no
// finite number is NaN too, and counted.
double read_value(std::string_view text, Left& left);
// A length in metres or a span, of `part`; "" and words for "missing" change nothing. False where it is no number that can be one.
bool read_length(std::string_view text, double& out);
bool read_span(std::string_view text, int& out);
// "2=2.0 氾濫注意水位 / Caution; 3=3.0 ...": what cannot be read is told in `wrong`.
std::vector<Threshold> read_thresholds(std::string_view text, std::string& wrong);

}  // namespace sensors
