#include "tenbo/base/inside.h"

#include <algorithm>

namespace tenbo {
namespace fs = std::filesystem;

fs::path InsideFolder::real_folder(const fs::path& folder, std::error_code& ec) {
  if (const auto found = real_.find(folder.string()); found != real_.end()) return found->second;
  auto real = fs::weakly_canonical(folder, ec);
  constexpr std::size_t most = 10'000;  // folders; a hostile file names no end of them
  if (!ec && real_.size() < most) real_.emplace(folder.string(), real);
  return real;
}

Result<fs::path> InsideFolder::resolve(const fs::path& base_dir, std::string_view reference) {
  const auto refuse = [&](const char* why) {
    return Error{ErrorCode::invalid_argument, "\"" + std::string(reference) + "\" " + why, base_dir.string(), "", "keep referenced files inside the data's own folder"};
  };
  if (reference.empty()) return refuse("is empty");
  if (reference.find('\0') != std::string_view::npos) return refuse("contains a NUL byte");
  if (reference.find("://") != std::string_view::npos) return refuse("is a URL, not a file of this data set");
  std::string normal(reference);
  std::replace(normal.begin(), normal.end(), '\\', '/');
  const fs::path written(normal);
  if (written.is_absolute()) return refuse("is an absolute path");

  std::error_code ec;
  const auto root = real_folder(root_, ec);
  if (ec) return refuse("cannot be resolved");
  const auto whole = base_dir / written;
  const auto name = whole.filename();
  fs::path real;
  if (!name.empty() && name != "." && name != "..") {
    real = real_folder(whole.parent_path(), ec) / name;
    std::error_code absent;
    if (!ec && fs::is_symlink(fs::symlink_status(real, absent))) real = fs::weakly_canonical(real, ec);
  } else {
    real = fs::weakly_canonical(whole, ec);
  }
  if (ec) return refuse("cannot be resolved");
  const auto relative = real.lexically_relative(root);
  if (relative.empty() || *relative.begin() == "..") return refuse("leads outside the data's folder");
  return real;
}

Result<fs::path> resolve_inside(const fs::path& root, const fs::path& base_dir, std::string_view reference) {
  return InsideFolder(root).resolve(base_dir, reference);
}

}  // namespace tenbo
