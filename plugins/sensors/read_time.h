#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace sensors {

// Milliseconds since 1970 (UTC), the years 1 to 9999. ISO 8601 with an offset; "2026/09/13 9:00" and ISO 8601 without one count
// from `offset_minutes`, and are nothing where that is absent: nine hours off is worse than none. Of an interval "a/b" the end.
std::optional<std::int64_t> read_time(std::string_view text, std::optional<int> offset_minutes);
std::optional<int> read_offset(std::string_view text);  // "+09:00", "Z", "JST"; minutes east

}  // namespace sensors
