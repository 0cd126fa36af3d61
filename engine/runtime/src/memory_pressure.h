#pragma once
// What a CPU device's program holds when --ram and --vram are small: one pool, the process's resident memory.
#include <cstdint>

#include "tenbo/base/pages.h"

namespace tenbo::runtime {

constexpr std::uint64_t small_memory = 2 * small_ram;  // bytes, --ram and --vram together: freed memory goes back at once

// Bytes over --ram and --vram that the process may hold for a moment, for what its readers and the driver work with; half of what
// docs/guide/3d-tiles.md promises. Above it nothing more is read until what is under way is done and counted.
constexpr std::uint64_t working_memory = std::uint64_t{100} << 20;

}  // namespace tenbo::runtime
