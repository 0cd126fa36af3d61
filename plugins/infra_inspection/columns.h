// Which column of an unknown table is which.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace infra {

enum class Role { id, name, kind, grade, year, source };

// The column that most likely plays the role, by its name; nullopt where none does. Columns about the inspection before
// the last (前回..., previous) never do.
std::optional<std::uint32_t> guess(Role role, const std::vector<std::string>& columns);

}  // namespace infra
