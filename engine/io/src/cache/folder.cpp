// Where caches lie, and the part of the HTTP cache.
#include <cstdlib>
#include <cstring>

#include "tenbo/io/cache.h"

namespace tenbo::io {
namespace fs = std::filesystem;

fs::path cache_root(const std::string& asked) {
  if (!asked.empty()) return asked == "off" ? fs::path() : fs::path(asked);
  if (const char* chosen = std::getenv("TENBO_CACHE"); chosen && *chosen) return std::strcmp(chosen, "off") == 0 ? fs::path() : fs::path(chosen);
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache == '/') return fs::path(cache) / "tenbo";
  if (const char* home = std::getenv("HOME"); home && *home == '/') return fs::path(home) / ".cache/tenbo";
  return {};
}

namespace {
template <class F>
HttpCacheSize each_answer(const fs::path& root, F&& act) {
  HttpCacheSize out;
  if (root.empty()) return out;
  std::vector<fs::path> files;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(root / "http", ec), end; !ec && it != end; it.increment(ec))
    if (std::error_code gone; it->is_regular_file(gone)) files.push_back(it->path());
  for (const auto& f : files) {
    const auto size = fs::file_size(f, ec);
    if (ec || !act(f)) continue;
    ++out.files;
    out.bytes += size;
  }
  return out;
}
}  // namespace

HttpCacheSize http_cache_size(const fs::path& root) {
  return each_answer(root, [](const fs::path&) { return true; });
}
HttpCacheSize clear_http_cache(const fs::path& root) {
  return each_answer(root, [](const fs::path& f) {
    std::error_code ec;
    return fs::remove(f, ec);
  });
}

}  // namespace tenbo::io
