#pragma once
// Files on the network for GDAL, read in parts by our own client and not by /vsicurl/: within its limits, origins and cache.
#include <memory>
#include <string>

#include "http/remote_file.h"

namespace tenbo::io::gdal {

inline constexpr const char* remote_prefix = "/vsitenbo/";  // of such names

// While it lives, GDAL opens the file by `name()`; nothing beside it is there. Thread-safe.
class RemoteName {
 public:
  // `extension`: what the name ends in, for drivers that go by it.
  explicit RemoteName(std::shared_ptr<const http::RemoteFile> file, const char* extension = ".tif");
  ~RemoteName();
  RemoteName(const RemoteName&) = delete;
  RemoteName& operator=(const RemoteName&) = delete;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace tenbo::io::gdal
