#include "tenbo/io/remote_vector.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "http/fetch.h"
#include "tenbo/base/hash.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"
#include "tenbo/io/arrived.h"
#include "tenbo/io/jma.h"

namespace tenbo::io {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 30;  // of all pages
constexpr std::size_t most_pages = 10'000;
constexpr int asked_for = 1000;  // features a page, where the address does not say: servers give 10 by themselves

// What a page says beside its features.
struct PageHead {
  std::string next;  // as it stands there; empty = the last
  std::string stamp;
};

PageHead head_of(std::string_view text) {
  PageHead out;
  const nlohmann::json::parser_callback_t all_but_features = [](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    return !(depth == 1 && event == nlohmann::json::parse_event_t::key && parsed == "features");
  };
  const auto page = nlohmann::json::parse(text, all_but_features, false);
  if (!page.is_object()) return out;  // the reader of the features says what is wrong with it
  if (const auto s = page.find("timeStamp"); s != page.end() && s->is_string()) out.stamp = s->get<std::string>();
  const auto links = page.find("links");
  if (links == page.end() || !links->is_array()) return out;
  for (const auto& link : *links) {
    if (!link.is_object() || link.value("rel", nlohmann::json()) != "next") continue;
    const auto type = link.find("type");
    const bool json = type == link.end() || !type->is_string() || type->get<std::string>().find("json") != std::string::npos;
    const auto href = link.find("href");
    if (json && href != link.end() && href->is_string()) out.next = href->get<std::string>();
  }
  return out;
}

void append(VectorData& to, VectorData&& page) {
  const auto first = to.features.append(std::move(page.features));
  const auto point = static_cast<std::uint32_t>(to.points.size());
  to.points.insert(to.points.end(), page.points.begin(), page.points.end());
  for (ShapePart p : page.parts) {
    p.feature += first;
    p.first += point;
    to.parts.push_back(p);
  }
  to.has_z = to.has_z || page.has_z;
  to.extent.add(page.extent);
  to.diagnostics.merge(std::move(page.diagnostics));
}

// The digest leaves the stamp out: servers write the moment of the answer there.
std::uint64_t digest_of(std::string_view text, const std::string& stamp, std::uint64_t seed) {
  const auto at = stamp.empty() ? std::string_view::npos : text.find(stamp);
  if (at == std::string_view::npos) return hash_bytes(text, seed);
  seed = hash_bytes(text.substr(0, at), seed);
  return hash_bytes(text.substr(at + stamp.size()), seed);
}

bool is_items(const Url& url) { return url.path.ends_with("/items"); }

}  // namespace

bool is_remote_vector(const std::filesystem::path& path) {
  if (!is_url(path)) return false;
  const auto url = parse_url(path.native());
  return url && (is_items(*url) || lower_case(url->path).ends_with(".geojson"));
}

Result<RemoteVector> read_remote_vector(const std::filesystem::path& path, const VectorOptions& options, const RemoteOptions& remote,
                                        Progress& progress, const CancelToken& cancel) {
  auto url = parse_url(path.native());
  if (!url) return url.error();
  const Url begin = *url;
  if (is_items(begin)) url->query = merge_queries(url->query, "f=json&limit=" + std::to_string(asked_for));
  const http::Fetcher fetcher(remote);
  RemoteVector out;
  std::uint64_t bytes = 0;
  std::set<std::string> seen;
  for (std::size_t page = 0;; ++page) {
    const std::string name = url->label() + (page > 0 ? " (page " + std::to_string(page + 1) + ")" : "");
    if (!seen.insert(url->text()).second) return Error{ErrorCode::malformed, "its pages lead round in a circle", name, "links", "tell whoever runs the server"};
    auto body = fetcher.read(*url, max_message_bytes, cancel);
    if (!body) return body.error();
    bytes += body->size();
    const std::string_view text(reinterpret_cast<const char*>(body->data()), body->size());
    const auto head = head_of(text);
    out.digest = digest_of(text, head.stamp, out.digest);
    if (page == 0 && !head.stamp.empty())
      if (const auto t = geo::parse_instant(head.stamp)) out.stamped = *t;
    auto data = read_vector_bytes(*body, name, options, progress, cancel);
    if (!data) return data.error();
    if (page == 0) out.data = std::move(*data);
    else append(out.data, std::move(*data));
    if (head.next.empty()) break;
    const auto left_out = [&](const std::string& why) {
      out.data.diagnostics.warn({ErrorCode::out_of_budget, why + ": the rest is left out", begin.label(), "", "ask for less: ?bbox=west,south,east,north"});
    };
    if (out.data.features.size() >= options.max_features) { left_out("more than " + std::to_string(options.max_features) + " features"); break; }
    if (bytes >= most_bytes || page + 1 >= most_pages) { left_out("more than 1 GiB, or " + std::to_string(most_pages) + " pages"); break; }
    auto next = resolve_url(*url, head.next);
    if (!next) return next.error();
    if (next->origin() != begin.origin() && (!names_host(remote.allow_hosts, *next) || (begin.scheme == "https" && next->scheme != "https")))
      return Error{ErrorCode::invalid_argument, "its next page is on another host, " + next->origin(), name, "links", "name it in the layer's \"allow_hosts\" if you trust it"};
    if (next->origin() == begin.origin()) next->user = begin.user;
    *url = std::move(*next);
  }
  out.data.name = stem_of(is_items(begin) ? std::filesystem::path(begin.label()).parent_path() : path);
  auto notes = fetcher.notes();
  for (const auto* list : {&notes.errors, &notes.warnings})
    if (!list->empty()) out.offline = list->front().text();
  out.data.diagnostics.merge(std::move(notes));
  return out;
}

}  // namespace tenbo::io
