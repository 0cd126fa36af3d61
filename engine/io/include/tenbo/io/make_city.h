#pragma once
// The demo's generator: a small river city by the sea, deterministic for N and S.
#include <cstdint>
#include <filesystem>

#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"

namespace tenbo::io {

struct MakeCityOptions {
  std::uint32_t buildings = 6000;
  std::uint64_t seed = 1;
};
// Writes DIR/demo.json (the scene) and what it needs. Same options, same bytes.
Status make_city(const std::filesystem::path& dir, const MakeCityOptions& options, JobSystem& jobs, Progress& progress);

}  // namespace tenbo::io
