#pragma once
// Archives whose files refer to each other (CityGML with textures and code lists, models with buffers) are unpacked once,
// into the user's cache, and read from there.
#include <filesystem>

#include "tenbo/base/result.h"

namespace tenbo::io {

// The folder that the archive's content lies in; the archive's only folder where it has but one. An archive that has not
// changed since is not unpacked again. Nothing is written outside of that folder, whatever the archive's names say. [worker]
Result<std::filesystem::path> unpack(const std::filesystem::path& archive);

}  // namespace tenbo::io
