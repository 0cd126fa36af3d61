#pragma once
// Which column of an unknown table is which.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tenbo::inspection {

enum class Role { id, name, kind, grade, year, source, road, owner, prefecture, municipality, built, length, width, traffic, importance, emergency, restriction, previous_grade, previous_year };

// The column that most likely plays the role, by its name; nullopt where none does. Columns about the inspection before
// the last (前回..., previous) play none but their own.
std::optional<std::uint32_t> guess(Role role, const std::vector<std::string>& columns);

}  // namespace tenbo::inspection
