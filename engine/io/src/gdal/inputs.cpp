#include "gdal/inputs.h"

#include <cpl_string.h>
#include <cpl_vsi.h>

#include <algorithm>
#include <memory>

#include "gdal/gdal_support.h"

namespace tenbo::io::gdal {

namespace fs = std::filesystem;

namespace {

constexpr int max_depth = 8;
constexpr std::size_t max_files = 200'000;

struct Walk {
  const std::function<bool(const fs::path&)>& wanted;
  std::vector<Input> found;

  void folder(const fs::path& dir, int depth) {
    std::error_code ec;
    if (depth > max_depth) return;
    if (is_zarr(dir)) {  // one input, where it is of use
      if (wanted(dir)) found.push_back({dir, dir.string()});
      return;
    }
    for (fs::directory_iterator it(dir, fs::directory_options::skip_permission_denied, ec), end; !ec && it != end; it.increment(ec)) {
      if (found.size() >= max_files) return;
      std::error_code type_error;
      if (it->is_symlink(type_error)) continue;
      if (it->is_directory(type_error)) folder(it->path(), depth + 1);
      else if (it->is_regular_file(type_error)) file(it->path(), depth);
    }
  }
  void file(const fs::path& path, int depth) {
    if (is_archive(path)) archive(path, fs::absolute(path).string(), depth + 1);
    else if (wanted(path)) found.push_back({path, vsi_name(path)});
  }
  // `name` is how GDAL's file layer opens the archive itself.
  void archive(const fs::path& path, const std::string& name, int depth) {
    if (depth > max_depth) return;
    Messages messages;
    const std::string root = "/vsizip/{" + name + "}";
    VSIDIR* dir = VSIOpenDir(root.c_str(), -1, nullptr);
    if (!dir) return;
    std::vector<std::string> members;
    while (const VSIDIREntry* entry = VSIGetNextDirEntry(dir)) {
      if (members.size() >= max_files) break;
      if (!VSI_ISDIR(entry->nMode)) members.emplace_back(entry->pszName);
    }
    VSICloseDir(dir);
    std::sort(members.begin(), members.end());
    for (const auto& m : members) {
      if (found.size() >= max_files) return;
      if (is_archive(m)) archive(path / m, root + "/" + m, depth + 3);  // one archive in another, no deeper
      else if (wanted(m)) found.push_back({path / m, root + "/" + m});
    }
  }
};

struct CloseFile {
  void operator()(VSILFILE* f) const { VSIFCloseL(f); }
};

}  // namespace

Result<std::vector<Input>> expand(const std::vector<fs::path>& paths, const std::function<bool(const fs::path&)>& wanted) {
  set_up();
  std::vector<Input> inputs;
  for (const auto& path : paths) {
    std::error_code ec;
    const std::string name = vsi_name(path);
    if (fs::is_directory(path, ec)) {
      Walk walk{wanted, {}};
      walk.folder(path, 0);
      std::sort(walk.found.begin(), walk.found.end(), [](const Input& a, const Input& b) { return a.path < b.path; });
      inputs.insert(inputs.end(), walk.found.begin(), walk.found.end());
    } else if (fs::is_regular_file(path, ec) && is_archive(path)) {
      Walk walk{wanted, {}};
      walk.archive(path, fs::absolute(path).string(), 0);
      if (walk.found.empty())
        return error_of(ErrorCode::unsupported, "the archive cannot be opened, or holds nothing that can be read here", path, "",
                        "download it again if it may be cut off");
      inputs.insert(inputs.end(), walk.found.begin(), walk.found.end());
    } else if (fs::exists(path, ec) || name.rfind("/vsizip/", 0) == 0) {
      inputs.push_back({path, name});
    } else {
      return error_of(ErrorCode::not_found, "no such file or folder", path);
    }
  }
  return inputs;
}

Result<std::string> read_head(const Input& input, std::size_t bytes) {
  Messages messages;
  std::unique_ptr<VSILFILE, CloseFile> file(VSIFOpenL(input.name.c_str(), "rb"));
  if (!file) return gdal_error(messages, ErrorCode::io, "cannot be opened", input.path);
  std::string text;
  // In pieces: the size asked for is a limit, and must not be allocated for a small file.
  while (text.size() < bytes) {
    const std::size_t piece = std::min<std::size_t>(bytes - text.size(), std::size_t{1} << 20), before = text.size();
    text.resize(before + piece);
    const std::size_t got = VSIFReadL(text.data() + before, 1, piece, file.get());
    text.resize(before + got);
    if (got < piece) break;
  }
  return text;
}

Result<std::string> read_all(const Input& input, std::size_t max_bytes) {
  auto text = read_head(input, max_bytes + 1);
  if (text && text->size() > max_bytes)
    return error_of(ErrorCode::out_of_budget, "the file is larger than " + std::to_string(max_bytes >> 20) + " MiB", input.path);
  return text;
}

}  // namespace tenbo::io::gdal
