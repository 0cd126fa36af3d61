#pragma once
// What can be said of a path by its name alone, without GDAL.
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tenbo/base/result.h"

namespace tenbo::io::gdal {

struct Input {
  std::filesystem::path path;  // for messages: "dir/archive.zip/member.xml"
  std::string name;            // what GDAL's file layer opens: a plain path, /vsizip/..., /vsigzip/...
};

std::string lower_extension(const std::filesystem::path& path);  // ".tif", ".hgt" (of "x.hgt.gz": ".hgt")
bool has_extension(const std::filesystem::path& path, std::initializer_list<std::string_view> extensions);
bool is_database(const std::filesystem::path& path);  // "PG:dbname=... host=..."
bool is_archive(const std::filesystem::path& path);
bool is_zarr(const std::filesystem::path& folder);  // a store of version 2 or 3; asks the file system

// What GDAL calls a local path: .gz is opened through /vsigzip, a member "archive.zip/member" through /vsizip.
std::string vsi_name(const std::filesystem::path& path);

Error error_of(ErrorCode code, std::string message, const std::filesystem::path& file, std::string place = {},
               std::string remedy = {});

}  // namespace tenbo::io::gdal
