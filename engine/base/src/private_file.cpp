#include "tenbo/base/private_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tenbo/base/file.h"

namespace tenbo {
namespace fs = std::filesystem;

Result<std::shared_ptr<const PrivateFile>> PrivateFile::make(std::span<const std::byte> bytes, std::string_view ending) {
  std::error_code ec;
  const fs::path base = fs::temp_directory_path(ec);
  std::string folder = ((ec ? fs::path("/tmp") : base) / "tenbo-XXXXXX").string();
  if (!::mkdtemp(folder.data()))
    return Error{ErrorCode::io, std::string("no folder for a temporary file can be made: ") + std::strerror(errno), folder, "", "set TMPDIR to a folder that can be written"};
  std::string name = "message";
  if (ending.starts_with('.')) {
    name += '.';
    for (const char c : ending.substr(1, 16))
      if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) name += c;
  }
  auto made = std::make_shared<const PrivateFile>(fs::path(folder) / name);
  if (auto s = write_file_atomic(made->path(), bytes); !s) return s.error();
  return made;
}

PrivateFile::~PrivateFile() {
  std::error_code ec;
  fs::remove_all(path_.parent_path(), ec);
}

}  // namespace tenbo
