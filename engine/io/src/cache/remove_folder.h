#pragma once
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

namespace tenbo::io::cache {

// Out of the way in one step, whoever is killed afterwards; then gone.
inline void remove_folder(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code ec;
  if (!fs::exists(path, ec)) return;
  const auto stamp = std::chrono::steady_clock::now().time_since_epoch().count();
  const fs::path trash = path.parent_path() / fmt::format("trash-{:x}-{}", stamp, path.filename().string());
  fs::rename(path, trash, ec);
  fs::remove_all(ec ? path : trash, ec);
}

// A bake that has lost its manifest, for nobody may use it: where nobody does. Not one that was made anew meanwhile.
void remove_if_given_up(const std::filesystem::path& folder);

}  // namespace tenbo::io::cache
