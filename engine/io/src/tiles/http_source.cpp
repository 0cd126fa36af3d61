#include "tiles/http_source.h"

#include <algorithm>

#include "gzip/gunzip.h"
#include "http/fetch.h"
#include "json/node.h"
#include "tenbo/base/url.h"

namespace tenbo::io::tiles {
namespace {

// Names are percent-encoded paths from the tileset's folder, with their own query, and with that of the tileset that
// named them; or whole addresses outside of the folder, where a host is allowed. The query of the address that was opened
// (a key, mostly) goes with every request to its origin, and to no other.
class HttpSource final : public TileSource {
 public:
  HttpSource(Url root, const RemoteOptions& options) : root_(std::move(root)), hosts_(options.allow_hosts), largest_(options.largest_answer), fetcher_(options) {
    // A page that asks for a login is no tile, and would be shown from the cache after one has logged in.
    fetcher_.keep_only([](const std::vector<std::byte>& body) {
      return !json::page_instead({reinterpret_cast<const char*>(body.data()), std::min<std::size_t>(body.size(), 2000)}, "", "");
    });
  }

  Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) const override {
    return read_until(name, limit, CancelToken());
  }
  Result<std::vector<std::byte>> read_until(const std::string& name, std::uint64_t limit,
                                            const CancelToken& cancel) const override {
    auto url = address(name);
    if (!url) return url.error();
    auto bytes = fetcher_.read(*url, limit, cancel);
    if (!bytes) return bytes;
    return gunzip_if_needed(std::move(*bytes), url->label(), std::min(limit, largest_));
  }
  std::uint64_t size(const std::string& name) const override {
    const auto url = address(name);
    return url ? fetcher_.kept_size(*url) : 0;
  }
  std::string label(const std::string& name) const override {
    const auto url = address(name);
    return url ? url->label() : root_.label();
  }
  Result<std::string> resolve(const std::string& from, const std::string& reference) const override {
    auto base = address(from);
    if (!base) return base.error();
    auto to = resolve_url(*base, reference);
    if (!to) {
      auto e = to.error();
      e.remedy = "keep referenced files inside the data's own folder";
      return e;
    }
    // A tileset's query goes on to what it names, as in other readers: services hand out sessions in that way.
    if (to->origin() == base->origin()) to->query = merge_queries(to->query, base->query);
    if (to->origin() == root_.origin() && to->path.starts_with(root_.path)) {
      if (to->path.size() == root_.path.size()) return refuse(reference, "names no file");
      return to->path.substr(root_.path.size()) + (to->query.empty() ? "" : "?" + to->query);
    }
    if (root_.scheme == "https" && to->scheme == "http") return refuse(reference, "leads from https down to http");
    if (!names_host(hosts_, *to))
      return refuse(reference, to->origin() == root_.origin() ? "leads outside the tileset's folder" : "leads to another host");
    to->user.clear();
    if (to->origin() == root_.origin()) to->user = root_.user;
    return to->text();
  }
  Diagnostics notes() const override { return fetcher_.notes(); }

 private:
  Result<Url> address(const std::string& name) const {
    auto url = is_url(name) ? parse_url(name) : parse_url(root_.origin() + root_.path + name);
    if (!url) return url;
    if (url->origin() == root_.origin()) {
      url->user = root_.user;
      url->query = merge_queries(url->query, root_.query);
    }
    return url;
  }
  Error refuse(const std::string& reference, const char* why) const {
    return {ErrorCode::invalid_argument, "\"" + reference.substr(0, std::min<std::size_t>(reference.find('?'), 200)) + "\" " + why, "", "",
            "where that is right, name the host in \"allow_hosts\" or with --allow-host"};
  }

  Url root_;  // of the folder
  std::vector<std::string> hosts_;
  std::uint64_t largest_;  // bytes of an answer
  http::Fetcher fetcher_;
};

}  // namespace

Result<std::shared_ptr<const TileSource>> open_http_source(std::string_view address, std::string& entry,
                                                           const RemoteOptions& options) {
  auto url = parse_url(address);
  if (!url) return url.error();
  const auto slash = url->path.rfind('/');
  entry = url->path.substr(slash + 1);
  if (entry.empty()) entry = "tileset.json";
  url->path.resize(slash + 1);
  return std::shared_ptr<const TileSource>(std::make_shared<HttpSource>(std::move(*url), options));
}

}  // namespace tenbo::io::tiles
