// Tiles that each have an address: XYZ, TMS and WMTS by their templates.
#include <algorithm>

#include "gzip/gunzip.h"
#include "http/fetch.h"
#include "pyramid/tile_store.h"
#include "tenbo/base/url.h"

namespace tenbo::io::pyramid {
namespace {

const std::pair<const char*, const char*> wmts_names[] = {{"{TileMatrix}", "{z}"}, {"{TileCol}", "{x}"}, {"{TileRow}", "{y}"}};

std::string common_names(std::string text) {
  for (const auto& [wmts, usual] : wmts_names)
    for (auto at = text.find(wmts); at != std::string::npos; at = text.find(wmts, at)) text.replace(at, std::string_view(wmts).size(), usual);
  return text;
}

class TemplateStore final : public TileStore {
 public:
  TemplateStore(std::string text, const ImageryOptions& options) : text_(std::move(text)), options_(options), fetcher_(options.remote) {}
  int min_zoom() const override { return options_.min_zoom; }
  int max_zoom() const override { return options_.max_zoom; }
  geo::Extent extent() const override {
    geo::Extent e;
    e.add(-180, -mercator_limit);
    e.add(180, mercator_limit);
    return e;
  }
  Result<std::optional<std::vector<std::byte>>> read(int z, std::uint32_t x, std::uint32_t y) const override {
    const auto url = address(z, x, y);
    if (!url) return url.error();
    return fetcher_.read_if_there(*url, largest_tile);
  }
  Diagnostics notes() const override { return fetcher_.notes(); }
  std::string label(int z, std::uint32_t x, std::uint32_t y) const override {
    const auto url = address(z, x, y);
    return url ? url->label() : shown(text_);
  }

 private:
  Result<Url> address(int z, std::uint32_t x, std::uint32_t y) const {
    std::string text = text_;
    const std::uint32_t from_south = (std::uint32_t{1} << z) - 1 - y;
    for (const auto& [name, value] : {std::pair<const char*, std::uint32_t>{"{z}", static_cast<std::uint32_t>(z)}, {"{x}", x}, {"{y}", y}, {"{-y}", from_south}})
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) text.replace(at, std::string_view(name).size(), std::to_string(value));
    return parse_url(text);
  }

  std::string text_;
  ImageryOptions options_;
  http::Fetcher fetcher_;
};

}  // namespace

bool is_template(const std::filesystem::path& path) {
  if (!is_url(path)) {  // a file's name may have one such word in it
    const std::string text = path.string();
    return text.find("{z}") != std::string::npos && text.find("{x}") != std::string::npos && (text.find("{y}") != std::string::npos || text.find("{-y}") != std::string::npos);
  }
  const std::string text = common_names(path.string());
  return text.find("{z}") != std::string::npos || text.find("{x}") != std::string::npos || text.find("{y}") != std::string::npos || text.find("{-y}") != std::string::npos;
}

Result<std::shared_ptr<const TileStore>> open_template(const std::filesystem::path& path, const ImageryOptions& options) {
  const std::string text = common_names(path.string());
  const auto has = [&](const char* name) { return text.find(name) != std::string::npos; };
  const auto refuse = [&](std::string why, const char* remedy) { return Error{ErrorCode::invalid_argument, std::move(why), shown(path), "", remedy}; };
  if (!has("{z}") || !has("{x}") || has("{y}") == has("{-y}"))
    return refuse("is no whole template of tiles", "write {z}, {x} and {y}; {-y} instead of {y} where rows are counted from the south");
  std::string rest = text;
  for (const char* known : {"{z}", "{x}", "{y}", "{-y}"})
    for (auto at = rest.find(known); at != std::string::npos; at = rest.find(known)) rest.erase(at, std::string_view(known).size());
  if (const auto open = rest.find('{'); open != std::string::npos && rest.find('}', open) != std::string::npos)
    return refuse("has " + rest.substr(open, rest.find('}', open) - open + 1).substr(0, 40) + " in it, which is not known", "write its value in its place");
  if (!is_url(path)) return open_folder(path);
  if (text.find_first_of("{") < text.find('/', 8)) return refuse("has a part of its host left open", "name one host");
  if (options.min_zoom < 0 || options.max_zoom > deepest_zoom || options.min_zoom > options.max_zoom)
    return refuse("has zooms from " + std::to_string(options.min_zoom) + " to " + std::to_string(options.max_zoom) + "; 0 to " + std::to_string(deepest_zoom) + " can be", "");
  return std::shared_ptr<const TileStore>(std::make_shared<TemplateStore>(text, options));
}

}  // namespace tenbo::io::pyramid
