// Pictures of a WMTS, by its capabilities.
#include "http/fetch.h"
#include "pyramid/tile_store.h"
#include "pyramid/wmts_capabilities.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace tenbo::io::pyramid {
namespace {

constexpr std::uint64_t largest_capabilities = 32 << 20;

class WmtsStore final : public TileStore {
 public:
  WmtsStore(WmtsLayer chosen, Url base, const ImageryOptions& options) : c_(std::move(chosen)), base_(std::move(base)), fetcher_(options.remote) {}
  int min_zoom() const override { return c_.levels.begin()->first; }
  int max_zoom() const override { return c_.levels.rbegin()->first; }
  geo::Extent extent() const override { return c_.extent; }
  bool geographic() const override { return c_.geographic; }
  Result<std::optional<std::vector<std::byte>>> read(int z, std::uint32_t x, std::uint32_t y) const override {
    const auto level = c_.levels.find(z);
    if (level == c_.levels.end()) return std::optional<std::vector<std::byte>>();
    const WmtsMatrix& m = level->second;
    if (x < m.first_column || x > m.last_column || y < m.first_row || y > m.last_row) return std::optional<std::vector<std::byte>>();
    const auto url = c_.tile(base_, m, x, y);
    if (!url) return url.error();
    return fetcher_.read_if_there(*url, largest_tile);
  }
  Diagnostics notes() const override { return fetcher_.notes(); }
  std::string label(int z, std::uint32_t x, std::uint32_t y) const override {
    const auto level = c_.levels.find(z);
    return base_.label() + ": " + c_.layer + " " + (level == c_.levels.end() ? std::to_string(z) : level->second.id) + "/" + std::to_string(x) + "/" + std::to_string(y);
  }

 private:
  WmtsLayer c_;
  Url base_;
  http::Fetcher fetcher_;
};

}  // namespace

bool is_wmts(const std::filesystem::path& path) {
  if (!is_url(path)) return false;
  const auto url = parse_url(path.native());
  if (!url) return false;
  if (lower_case(url->path).ends_with("wmtscapabilities.xml")) return true;
  const auto query = query_of(*url);
  const auto is = [&](const char* key, const char* word) {
    const auto found = query.find(key);
    return found != query.end() && lower_case(found->second) == word;
  };
  return is("service", "wmts") && !query.contains("tilerow");
}

Result<std::shared_ptr<const TileStore>> open_wmts(const std::filesystem::path& path, const ImageryOptions& options) {
  auto url = parse_url(path.native());
  if (!url) return url.error();
  const auto wanted = query_of(*url);
  Url ask = *url;
  if (wanted.contains("service") && !wanted.contains("request")) ask.query = merge_queries(ask.query, "REQUEST=GetCapabilities");
  const http::Fetcher fetcher(options.remote);
  const auto bytes = fetcher.read(ask, largest_capabilities);
  if (!bytes) return bytes.error();
  auto layer = read_wmts_capabilities(*bytes, *url, options.remote.allow_hosts);
  if (!layer) return layer.error();
  return std::shared_ptr<const TileStore>(std::make_shared<WmtsStore>(std::move(*layer), std::move(*url), options));
}

}  // namespace tenbo::io::pyramid
