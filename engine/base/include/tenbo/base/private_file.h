#pragma once
// Bytes for a reader that takes nothing but a path: a file in a folder that nobody else may enter, gone with the object.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "tenbo/base/result.h"

namespace tenbo {

class PrivateFile {
 public:
  // `ending` (".geojson") counts as far as it is letters and digits; what else stands in it is nobody's path.
  static Result<std::shared_ptr<const PrivateFile>> make(std::span<const std::byte> bytes, std::string_view ending);
  explicit PrivateFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tenbo
