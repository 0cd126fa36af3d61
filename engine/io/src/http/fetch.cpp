#include "http/fetch.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "tenbo/base/text.h"
#include "tenbo/geo/instant.h"

namespace tenbo::io::http {
namespace {

constexpr std::int64_t day = 86400;

// "max-age=60, must-revalidate": the value of a directive; empty where it has none, nothing where it is not there.
std::optional<std::string> directive(std::string text, std::string_view name) {
  text = lower_case(text);
  for (std::size_t i = 0; i < text.size();) {
    const auto end = std::min(text.find(',', i), text.size());
    const auto first = text.find_first_not_of(' ', i);
    std::string one = first < end ? text.substr(first, end - first) : "";
    while (one.ends_with(' ')) one.pop_back();
    if (one == name) return "";
    if (one.starts_with(std::string(name) + "=")) return one.substr(name.size() + 1);
    i = end + 1;
  }
  return std::nullopt;
}

// Seconds since 1970 of an HTTP date; -1 where it is none.
std::int64_t date(const std::string& text) { return text.empty() ? -1 : static_cast<std::int64_t>(curl_getdate(text.c_str(), nullptr)); }

// How long it holds without asking (RFC 9111, 4.2): as it says, else a tenth of its age when it came, a day at most.
std::int64_t lifetime(const Answer& a, std::int64_t now) {
  if (directive(a.cache_control, "no-cache")) return 0;
  std::int64_t age = 0;
  std::from_chars(a.age.data(), a.age.data() + a.age.size(), age);
  if (const auto max_age = directive(a.cache_control, "max-age")) {
    std::int64_t seconds = 0;
    std::from_chars(max_age->data(), max_age->data() + max_age->size(), seconds);
    return std::clamp<std::int64_t>(seconds - std::max<std::int64_t>(age, 0), 0, 365 * day);
  }
  const std::int64_t sent = date(a.date) >= 0 ? date(a.date) : now;
  if (!a.expires.empty()) return std::clamp<std::int64_t>(date(a.expires) - sent, 0, 365 * day);
  const auto modified = date(a.last_modified);
  return modified >= 0 ? std::clamp<std::int64_t>((sent - modified) / 10, 0, day) : 0;
}

}  // namespace

void Fetcher::note_stale(const Kept& kept, const Error& why) const {
  const std::lock_guard lock(mutex_);
  if (stale_++ == 0) {
    oldest_ = kept.stored;
    why_ = why;
  }
  oldest_ = std::min(oldest_, kept.stored);
}

// `key`: what the cache knows it by.
Result<Kept> Fetcher::ask(const Url& key, Request request, const CancelToken& cancel) const {
  const std::int64_t now = std::time(nullptr);
  auto kept = cache_.find(key, std::min(request.limit, largest_));
  if (kept && now < kept->fresh_until && kept->stored <= now) return std::move(*kept);
  if (kept) {
    request.etag = kept->etag;
    request.last_modified = kept->last_modified;
  }
  auto answer = client_.get(request, cancel);
  if (!answer) {
    if (!kept || answer.error().code != ErrorCode::io) return answer.error();
    note_stale(*kept, answer.error());
    return std::move(*kept);
  }
  if (answer->status == 304 && kept) {
    kept->stored = now;
    if (answer->last_modified.empty()) answer->last_modified = kept->last_modified;
    kept->fresh_until = now + lifetime(*answer, now);
    cache_.keep(key, *kept);
    return std::move(*kept);
  }
  if (answer->status == (request.range ? 206 : 200)) {
    if (request.range && !answer->content_range.starts_with("bytes " + std::to_string(request.range->first) + "-"))
      return Error{ErrorCode::io, "another part came than was asked for: " + to_valid_utf8(answer->content_range.substr(0, 80)), request.url.label(), "", "the server is at fault"};
    Kept fresh{answer->etag, answer->last_modified, now, now + lifetime(*answer, now), 0, std::move(answer->body)};
    if (const auto slash = answer->content_range.rfind('/'); request.range && slash != std::string::npos) {
      const char* end = answer->content_range.data() + answer->content_range.size();
      std::from_chars(answer->content_range.data() + slash + 1, end, fresh.whole);
    }
    if (good_ && !good_(fresh.body)) return fresh;
    if (directive(answer->cache_control, "no-store")) cache_.forget(key);
    else cache_.keep(key, fresh);
    return fresh;
  }
  const Error error = request.range && answer->status == 200
                          ? Error{ErrorCode::unsupported, "the server gives the whole file alone, and no parts of it", request.url.label(), "", "download the file, and open that"}
                          : status_error(answer->status, request.url);
  if (kept && (answer->status >= 500 || answer->status == 429)) {
    note_stale(*kept, error);
    return std::move(*kept);
  }
  if (error.code == ErrorCode::not_found) cache_.forget(key);
  return error;
}

Result<std::vector<std::byte>> Fetcher::read(const Url& url, std::uint64_t limit, const CancelToken& cancel) const {
  Request request;
  request.url = url;
  request.limit = limit;
  auto kept = ask(url, std::move(request), cancel);
  if (!kept) return kept.error();
  return std::move(kept->body);
}

Result<Kept> Fetcher::read_range(const Url& url, std::uint64_t first, std::uint64_t length, const CancelToken& cancel) const {
  if (length == 0) return Kept();
  Request request;
  request.url = url;
  request.limit = length;
  request.range = {first, first + length - 1};
  Url key = url;
  key.path += "#" + std::to_string(first) + "+" + std::to_string(length);  // no path of an address has a '#'
  return ask(key, std::move(request), cancel);
}

Diagnostics Fetcher::notes() const {
  Diagnostics out;
  const std::lock_guard lock(mutex_);
  if (stale_ > 0)
    out.warn({ErrorCode::io, "the network fails, and " + std::to_string(stale_) + (stale_ == 1 ? " file is" : " files are") + " shown as kept, the oldest as of " +
                                 geo::format_utc(geo::Instant{oldest_ * 1000}) + ": " + why_.message,
              why_.file, "", why_.remedy});
  return out;
}

}  // namespace tenbo::io::http
