#include <cpl_vsi.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gdal/gdal_support.h"
#include "gdal/inputs.h"
#include "gdal/module.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t max_bytes = std::uint64_t{64} << 30;  // of all files together, as they unpack
constexpr std::uint64_t kept_free = std::uint64_t{1} << 30;   // of the disk
constexpr std::size_t piece = std::size_t{4} << 20;

fs::path cache_folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache == '/') return fs::path(cache) / "tenbo";
  if (const char* home = std::getenv("HOME"); home && *home == '/') return fs::path(home) / ".cache/tenbo";
  return fs::temp_directory_path() / "tenbo-cache";
}

// Another archive, or another state of it, another name (FNV-1a, 64 bits).
std::string key_of(const fs::path& archive, std::error_code& ec) {
  const auto text = fs::absolute(archive, ec).lexically_normal().string() + '\n' + std::to_string(fs::file_size(archive, ec)) + '\n' +
                    std::to_string(fs::last_write_time(archive, ec).time_since_epoch().count());
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3u;
  char name[17];
  std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(hash));
  return name;
}

// Inside of the folder, on every system: no root, no "..".
bool stays_inside(const fs::path& relative) {
  return !relative.empty() && relative.is_relative() && std::none_of(relative.begin(), relative.end(), [](const fs::path& p) { return p == ".."; });
}

struct CloseFile {
  void operator()(VSILFILE* f) const { VSIFCloseL(f); }
};

Status copy_out(const gdal::Input& member, const fs::path& to, std::uint64_t& left) {
  const auto fail = [&](ErrorCode code, const char* what, std::string remedy = {}) { return gdal::error_of(code, what, member.path, "", std::move(remedy)); };
  std::error_code ec;
  fs::create_directories(to.parent_path(), ec);
  std::unique_ptr<VSILFILE, CloseFile> in(VSIFOpenL(member.name.c_str(), "rb"));
  if (!in) return fail(ErrorCode::malformed, "cannot be unpacked: the archive is damaged, or wants a password");
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  std::vector<char> buffer(piece);
  for (;;) {
    const std::size_t got = VSIFReadL(buffer.data(), 1, buffer.size(), in.get());
    if (got > left) return fail(ErrorCode::out_of_budget, "the archive unpacks to more than the disk has room for", "unpack it elsewhere, and open the folder");
    left -= got;
    if (!out.write(buffer.data(), static_cast<std::streamsize>(got))) return fail(ErrorCode::io, "the cache cannot be written to", "set XDG_CACHE_HOME to a folder with room");
    if (got < buffer.size()) break;
  }
  out.close();
  VSIStatBufL stat;
  if (!out || (VSIStatL(member.name.c_str(), &stat) == 0 && fs::file_size(to, ec) != static_cast<std::uint64_t>(stat.st_size)))
    return fail(ErrorCode::malformed, "cannot be unpacked whole: the archive is damaged");
  return {};
}

// Down through folders that hold nothing but one folder.
fs::path only_folder(fs::path at) {
  for (int depth = 0; depth < 8; ++depth) {
    std::error_code ec;
    std::vector<fs::directory_entry> entries;
    for (const auto& e : fs::directory_iterator(at, ec)) entries.push_back(e);
    if (entries.size() != 1 || !entries.front().is_directory(ec) || entries.front().path().filename() == "udx") break;
    at = entries.front().path();
  }
  return at;
}

}  // namespace

Result<fs::path> gdal::unpack(const fs::path& archive) {
  gdal::Messages messages;
  std::error_code ec;
  const fs::path cache = cache_folder() / "unpacked", place = cache / key_of(archive, ec);
  if (ec) return gdal::error_of(ErrorCode::io, ec.message(), archive);
  const fs::path content = place / archive.stem();
  if (fs::is_directory(content, ec)) return only_folder(content);

  auto members = gdal::expand({archive}, [](const fs::path&) { return true; });
  if (!members) return members.error();
  fs::create_directories(cache, ec);
  const auto space = fs::space(cache, ec);
  if (ec) return gdal::error_of(ErrorCode::io, "the cache " + cache.string() + " cannot be made: " + ec.message(), archive, "", "set XDG_CACHE_HOME to a folder that can be written to");
  std::uint64_t left = std::min<std::uint64_t>(max_bytes, space.available > kept_free ? space.available - kept_free : 0);
  // Made under another name and renamed at the end: whoever sees the folder sees all of it.
  const fs::path unfinished = cache / (place.filename().string() + ".part" + std::to_string(std::random_device()()));
  const auto fail = [&](Error e) {
    std::error_code ignored;
    fs::remove_all(unfinished, ignored);
    return e;
  };
  for (const auto& member : *members) {
    const fs::path relative = member.path.lexically_relative(archive);
    if (!stays_inside(relative)) return fail(gdal::error_of(ErrorCode::malformed, "the archive names a file outside of its folder", member.path));
    if (auto status = copy_out(member, unfinished / archive.stem() / relative, left); !status) return fail(status.error());
  }
  fs::rename(unfinished, place, ec);
  if (ec) {
    fs::remove_all(unfinished, ec);  // another process was quicker
    if (!fs::is_directory(content, ec)) return gdal::error_of(ErrorCode::io, "the cache " + place.string() + " cannot be written to", archive);
  }
  return only_folder(content);
}

}  // namespace tenbo::io
