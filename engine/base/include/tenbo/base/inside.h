#pragma once
// References that a file makes to others, kept inside the data's own folder.
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "tenbo/base/result.h"

namespace tenbo {

// Resolves references as found in files, '/' or '\'-separated. A data set has thousands of them in few folders, and the
// system takes its time to say where a folder really is: each is asked once. Not thread-safe.
class InsideFolder {
 public:
  explicit InsideFolder(std::filesystem::path root) : root_(std::move(root)) {}
  const std::filesystem::path& root() const { return root_; }
  // `reference` against `base_dir`, whether it exists or not. Fails where the result leaves the root (.., absolute paths,
  // symbolic links out of it) or names a URL.
  Result<std::filesystem::path> resolve(const std::filesystem::path& base_dir, std::string_view reference);

 private:
  std::filesystem::path real_folder(const std::filesystem::path& folder, std::error_code& ec);
  std::filesystem::path root_;
  std::map<std::string, std::filesystem::path> real_;  // folder as written -> without links and dots
};

// The same for a single reference.
Result<std::filesystem::path> resolve_inside(const std::filesystem::path& root, const std::filesystem::path& base_dir,
                                             std::string_view reference);

}  // namespace tenbo
