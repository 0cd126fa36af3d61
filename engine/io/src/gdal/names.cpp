#include "gdal/names.h"

#include <algorithm>

#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace tenbo::io::gdal {

namespace fs = std::filesystem;

std::string lower_extension(const fs::path& path) {
  fs::path p = path;
  std::string e = lower_case(p.extension().string());
  if (e == ".gz") e = lower_case(p.stem().extension().string());
  return e;
}

bool has_extension(const fs::path& path, std::initializer_list<std::string_view> extensions) {
  const std::string e = lower_extension(path);
  return std::find(extensions.begin(), extensions.end(), e) != extensions.end();
}

bool is_database(const fs::path& path) { return path.native().starts_with("PG:"); }

// A connection as messages show it: never with its password.
static std::string shown_input(const fs::path& path) {
  if (!is_database(path)) return shown(path);
  std::string s = path.string();
  for (std::size_t at = s.find("password="); at != std::string::npos; at = s.find("password=", at + 9)) {
    std::size_t end = at + 9;
    const bool quoted = end < s.size() && s[end] == '\'';
    for (++end; end < s.size() && s[end - (quoted ? 1 : 0)] != (quoted ? '\'' : ' ') ; ++end) {}
    s.replace(at + 9, std::min(end, s.size()) - at - 9, "…");
  }
  return s;
}

bool is_zarr(const fs::path& folder) {
  std::error_code ec;
  for (const char* name : {".zgroup", ".zmetadata", ".zarray", "zarr.json"})
    if (fs::is_regular_file(folder / name, ec)) return true;
  return false;
}

bool is_archive(const fs::path& path) { return lower_case(path.extension().string()) == ".zip"; }

std::string vsi_name(const fs::path& path) {
  std::error_code ec;
  fs::path absolute = fs::absolute(path, ec);
  if (ec) absolute = path;
  // "dir/archive.zip/member": the longest prefix that is a file is the archive.
  if (!fs::exists(absolute, ec)) {
    fs::path prefix;
    for (auto it = absolute.begin(); it != absolute.end(); ++it) {
      prefix /= *it;
      if (fs::is_regular_file(prefix, ec)) {
        fs::path rest;
        for (++it; it != absolute.end(); ++it) rest /= *it;
        return "/vsizip/{" + prefix.string() + "}/" + rest.string();
      }
    }
    return absolute.string();
  }
  if (lower_case(absolute.filename().string()).ends_with(".gz")) return "/vsigzip/" + absolute.string();
  return absolute.string();
}

Error error_of(ErrorCode code, std::string message, const fs::path& file, std::string place, std::string remedy) {
  return {code, std::move(message), shown_input(file), std::move(place), std::move(remedy)};
}

}  // namespace tenbo::io::gdal
