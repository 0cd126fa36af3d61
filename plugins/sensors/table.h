#pragma once
// Sensors from a table: a row is a sensor, or a reading, or both; which column is what is said or guessed from its name.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csv.h"
#include "store.h"

namespace sensors {

enum class Role { id, name, lon, lat, time, value, unit, quantity, kind, source, level1, level2, level3, level4, level5, structure, member, element, span, along, across, up };
inline constexpr int role_count = 22;

// The column of that role by its name, as lists of gauges call it in Japanese and English.
std::optional<std::size_t> guess(Role role, const std::vector<std::string>& header);

struct TableOptions {
  std::map<Role, std::string> columns;  // named ones; the others are guessed
  std::optional<int> offset_minutes;    // of times without one
};
struct TableRead {
  std::vector<std::string> warnings;
  std::uint64_t rows = 0;
};
// Throws std::runtime_error, where the table holds neither places nor structures nor readings.
TableRead read_table(const Csv& csv, const TableOptions& options, std::optional<std::int64_t> now, Store& store);
TableRead read_table(std::string_view bytes, const TableOptions& options, std::optional<std::int64_t> now, Store& store);

}  // namespace sensors
