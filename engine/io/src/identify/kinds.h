#pragma once
// What the parts of identify() share.
#include <filesystem>
#include <string>

#include "gdal/module.h"

namespace tenbo::io {

using gdal::Found;
Error refuse(const std::filesystem::path& path, std::string why, std::string remedy = {});
Found one(DataKind kind, const std::filesystem::path& path, std::string layer = {});
// By the file's name: a depth of water; a state at an hour, not a survey of the ground.
bool names_a_depth(const std::filesystem::path& path);
bool names_an_hour(const std::filesystem::path& path);

}  // namespace tenbo::io
