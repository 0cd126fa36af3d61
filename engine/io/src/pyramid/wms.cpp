// Pictures of a WMS, by its capabilities: the pyramid's tiles, asked for one by one.
#include <cmath>

#include "http/fetch.h"
#include "pyramid/tile_store.h"
#include "pyramid/wms_capabilities.h"
#include "pyramid/wmts_capabilities.h"
#include "tenbo/base/text.h"

namespace tenbo::io::pyramid {
namespace {

constexpr std::uint64_t largest_capabilities = 32 << 20;

// What a service says in place of a picture is no state of the picture: what the cache has of it stays.
bool is_no_exception(const std::vector<std::byte>& body) {
  const std::string_view head(reinterpret_cast<const char*>(body.data()), std::min<std::size_t>(body.size(), 2048));
  return head.find("ServiceException") == std::string_view::npos;
}

// What all moments of one service have together.
struct Service {
  WmsLayer layer;
  Url base;
  std::shared_ptr<const http::Fetcher> fetcher;
  int min_zoom = 0, max_zoom = 18;
  std::vector<geo::Instant> times;
};

class WmsStore final : public TileStore {
 public:
  WmsStore(std::shared_ptr<const Service> service, std::string time) : s_(std::move(service)), time_(std::move(time)) {}
  int min_zoom() const override { return s_->min_zoom; }
  int max_zoom() const override { return s_->max_zoom; }
  geo::Extent extent() const override { return s_->layer.extent; }
  bool geographic() const override { return s_->layer.geographic; }
  Result<std::optional<std::vector<std::byte>>> read(int z, std::uint32_t x, std::uint32_t y) const override {
    if (!touches(z, x, y)) return std::optional<std::vector<std::byte>>();
    const auto url = s_->layer.picture(s_->base, z, x, y, time_);
    if (!url) return url.error();
    auto body = s_->fetcher->read(*url, largest_tile);  // a WMS has a picture of every place: one that is missing is a fault
    if (!body) return body.error();
    if (auto words = wms_exception(*body)) return Error{ErrorCode::malformed, "the service says: " + *words, label(z, x, y), "", "the layer, style, time or size that is asked for may be none of its own"};
    return std::optional(std::move(*body));
  }
  Diagnostics notes() const override {
    Diagnostics out = s_->fetcher->notes();
    for (const auto& n : s_->layer.notes) out.warn({ErrorCode::unsupported, n, s_->base.label(), "Layer " + to_valid_utf8(s_->layer.layers.substr(0, 80)), ""});
    return out;
  }
  std::string label(int z, std::uint32_t x, std::uint32_t y) const override {
    return s_->base.label() + ": " + to_valid_utf8(s_->layer.layers.substr(0, 80)) + (time_.empty() ? "" : " " + time_) + " " + std::to_string(z) + "/" + std::to_string(x) + "/" + std::to_string(y);
  }
  const std::vector<geo::Instant>& times() const override { return s_->times; }
  std::shared_ptr<const TileStore> at_time(std::size_t index) const override {
    if (index >= s_->times.size()) return nullptr;
    return std::make_shared<WmsStore>(s_, s_->layer.times.times[index].word);
  }
  std::string attribution() const override { return s_->layer.attribution; }

 private:
  bool touches(int z, std::uint32_t x, std::uint32_t y) const {
    const double side = std::ldexp(360.0, -z), west = -180 + side * x;
    const auto& e = s_->layer.extent;
    const auto latitude = [&](double row) {
      return s_->layer.geographic ? 90 - 360 * row : std::atan(std::sinh(M_PI * (1 - 2 * row))) * 180 / M_PI;
    };
    const double north = latitude(std::ldexp(y, -z)), south = latitude(std::ldexp(y + 1.0, -z));
    return west < e.east && west + side > e.west && south < e.north && north > e.south;
  }
  std::shared_ptr<const Service> s_;
  std::string time_;
};

}  // namespace

bool is_wms(const std::filesystem::path& path) {
  if (!is_url(path)) return false;
  const auto url = parse_url(path.native());
  if (!url) return false;
  const auto query = query_of(*url);
  const auto is = [&](const char* key, const char* word) {
    const auto found = query.find(key);
    return found != query.end() && lower_case(found->second) == word;
  };
  return is("service", "wms") && !query.contains("bbox");
}

Result<std::shared_ptr<const TileStore>> open_wms(const std::filesystem::path& path, const ImageryOptions& options) {
  auto url = parse_url(path.native());
  if (!url) return url.error();
  Url ask = *url;
  std::string query;  // what is asked of the pictures is none of the capabilities' business: some services refuse it
  for (const auto& [name, v] : query_of(*url))
    if (name != "layers" && name != "layer" && name != "styles" && name != "style" && name != "format" && name != "crs" && name != "srs" && name != "time" && name != "request")
      query += (query.empty() ? "" : "&") + name + "=" + v;
  ask.query = merge_queries("REQUEST=GetCapabilities", query);
  auto service = std::make_shared<Service>();
  auto fetcher = std::make_shared<http::Fetcher>(options.remote);
  fetcher->keep_only(is_no_exception);
  const auto bytes = fetcher->read(ask, largest_capabilities);
  if (!bytes) return bytes.error();
  auto layer = read_wms_capabilities(*bytes, *url, options.remote.allow_hosts, options.exchange_axes);
  if (!layer) return layer.error();
  service->layer = std::move(*layer);
  service->base = std::move(*url);
  service->fetcher = std::move(fetcher);
  const auto& e = service->layer.extent;
  // The coarsest zoom is the one whose tiles are as large as what there is: coarser ones would be asked for in vain.
  const double wide = std::max(e.east - e.west, e.north - e.south);
  service->max_zoom = std::clamp(options.max_zoom, 0, deepest_zoom);
  service->min_zoom = std::clamp(static_cast<int>(std::floor(std::log2(360 / std::max(wide, 1e-6)))), std::min(options.min_zoom, service->max_zoom), service->max_zoom);
  for (const auto& t : service->layer.times.times) service->times.push_back(t.at);
  const std::string time = service->times.empty() ? service->layer.time_default : "";
  return std::shared_ptr<const TileStore>(std::make_shared<WmsStore>(std::move(service), time));
}

}  // namespace tenbo::io::pyramid
