#pragma once
// From what the user names (files, folders, archives) to the single inputs that GDAL and our own readers open.
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gdal/names.h"
#include "tenbo/base/result.h"

namespace tenbo::io::gdal {

// Files as given; folders and .zip archives opened up (8 levels, 200,000 files at most; links that leave a folder are
// not followed), of these only what `wanted` says by name. Sorted by path.
Result<std::vector<Input>> expand(const std::vector<std::filesystem::path>& paths,
                                  const std::function<bool(const std::filesystem::path&)>& wanted);

// The first bytes of an input, or all of it.
Result<std::string> read_head(const Input& input, std::size_t bytes);
Result<std::string> read_all(const Input& input, std::size_t max_bytes);

}  // namespace tenbo::io::gdal
