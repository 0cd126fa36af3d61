#include "http/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

#include "gzip/unpacker.h"
#include "tenbo/base/text.h"

namespace tenbo::io::http {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int most_faults = 4;
constexpr const char* check_network = "check the address and the network";

struct Transfer {
  Answer answer;
  std::string location, encoding;
  double retry_after = 0;  // s
  std::uint64_t limit = 0;
  std::unique_ptr<gzip::Unpacker> unpacker;  // of a packed body, from its first bytes on
  bool too_large = false, foreign = false;  // foreign: packed in a way that nobody asked for
  const CancelToken* cancel = nullptr;
};

std::size_t take_body(char* data, std::size_t one, std::size_t count, void* to) {
  auto& t = *static_cast<Transfer*>(to);
  const std::span bytes(reinterpret_cast<const std::byte*>(data), one * count);
  const bool packed = t.encoding == "gzip" || t.encoding == "x-gzip";
  try {
    if (packed) {
      if (!t.unpacker) t.unpacker = std::make_unique<gzip::Unpacker>();
      const auto state = t.unpacker->take(bytes, t.answer.body, t.limit);
      t.too_large = state == gzip::Unpacker::State::too_large;
      return t.too_large || state == gzip::Unpacker::State::damaged ? 0 : bytes.size();
    }
    t.foreign = !t.encoding.empty() && t.encoding != "identity";
    t.too_large = t.answer.body.size() + bytes.size() > t.limit;
    if (t.foreign || t.too_large) return 0;
    gzip::append(t.answer.body, bytes, t.limit);
  } catch (const std::bad_alloc&) {
    t.too_large = true;
    return 0;
  }
  return bytes.size();
}

std::size_t take_header(char* data, std::size_t one, std::size_t count, void* to) {
  auto& t = *static_cast<Transfer*>(to);
  const std::string_view line(data, one * count);
  if (line.starts_with("HTTP/")) {  // of the final answer, after a "100 Continue"
    t.answer = {};
    t.location.clear();
    t.encoding.clear();
    t.retry_after = 0;
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || line.size() > 8192) return line.size();
  std::string name(line.substr(0, colon));
  name = lower_case(name);
  const auto first = line.find_first_not_of(" \t", colon + 1), last = line.find_last_not_of(" \t\r\n");
  const std::string value(first == std::string_view::npos || last < first ? "" : line.substr(first, last - first + 1));
  auto& a = t.answer;
  for (const auto& [known, field] : {std::pair<const char*, std::string*>{"etag", &a.etag}, {"last-modified", &a.last_modified}, {"cache-control", &a.cache_control},
                                     {"expires", &a.expires}, {"date", &a.date}, {"age", &a.age}, {"content-range", &a.content_range}, {"location", &t.location}, {"content-encoding", &t.encoding}})
    if (name == known) *field = value;
  if (name == "content-encoding") t.encoding = lower_case(t.encoding);
  if (name == "retry-after") t.retry_after = std::clamp(std::atof(value.c_str()), 0.0, 5.0);
  return line.size();
}

int look_up(void* from, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return static_cast<Transfer*>(from)->cancel->cancelled() ? 1 : 0; }

bool may_pass(int status) { return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505); }

struct FreeHandle {
  void operator()(CURL* c) const { curl_easy_cleanup(c); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

}  // namespace

struct Client::Impl {
  explicit Impl(RemoteOptions o) : options(std::move(o)) {
    if (const char* file = std::getenv("TENBO_CA_FILE"); file && *file && options.ca_file.empty()) options.ca_file = file;
    static std::once_flag once;  // as libcurl asks: once in a program, before any thread uses it
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  }

  // --- connections: each handle keeps its own open

  struct Host {
    int busy = 0;
    std::vector<Handle> idle;
    Clock::time_point rests_until{};
    std::string fault, remedy;  // why it rests
    std::atomic<int> faults{0};  // answers in a row that were given up as cut off, damaged or 5xx
  };

  Result<Handle> borrow(const Url& url, const CancelToken& cancel) {
    std::unique_lock lock(mutex);
    Host& host = hosts[url.origin()];
    while (host.busy >= std::max(1, options.connections)) {
      freed.wait_for(lock, std::chrono::milliseconds(50));
      if (cancel.cancelled()) return Error{ErrorCode::cancelled, "was given up", url.label(), "", ""};
    }
    if (Clock::now() < host.rests_until)
      return Error{ErrorCode::io, host.fault + "; it is not tried again for a while", url.label(), "", host.remedy};
    ++host.busy;
    if (!host.idle.empty()) {
      Handle h = std::move(host.idle.back());
      host.idle.pop_back();
      return h;
    }
    Handle h(curl_easy_init());
    if (h) return h;
    --host.busy;
    return Error{ErrorCode::internal, "libcurl cannot be started", url.label(), "", ""};
  }
  void give_back(const Url& url, Handle handle) {
    {
      const std::lock_guard lock(mutex);
      Host& host = hosts[url.origin()];
      --host.busy;
      curl_easy_reset(handle.get());  // keeps connections and DNS answers
      host.idle.push_back(std::move(handle));
    }
    freed.notify_all();
  }
  std::atomic<int>& faults_of(const Url& url) {
    const std::lock_guard lock(mutex);
    return hosts[url.origin()].faults;
  }
  void rest(const Url& url, const std::string& fault, const std::string& remedy) {
    const std::lock_guard lock(mutex);
    Host& host = hosts[url.origin()];
    host.rests_until = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(options.rest_seconds * 1000));
    host.fault = fault;
    host.remedy = remedy;
  }

  // --- one attempt at one address

  Result<Transfer> once(const Request& request, const Url& url, const CancelToken& cancel, bool& lost) {
    lost = false;
    auto borrowed = borrow(url, cancel);
    if (!borrowed) return borrowed.error();
    CURL* c = borrowed->get();
    Transfer t;
    t.limit = std::min(request.limit, options.largest_answer);
    t.cancel = &cancel;
    const auto ms = [](double s) { return static_cast<long>(s * 1000); };
    char said[CURL_ERROR_SIZE] = "";
    curl_slist* headers = nullptr;
    const auto header = [&](const std::string& line) { headers = curl_slist_append(headers, line.c_str()); };
    if (!request.etag.empty()) header("If-None-Match: " + request.etag);
    if (!request.last_modified.empty()) header("If-Modified-Since: " + request.last_modified);
    const std::string text = url.text();
    curl_easy_setopt(c, CURLOPT_URL, text.c_str());
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    if (!options.ca_file.empty()) curl_easy_setopt(c, CURLOPT_CAINFO, options.ca_file.c_str());  // the system's folder of them stays
    curl_easy_setopt(c, CURLOPT_USERAGENT, "tenbo/" TENBO_VERSION);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, ms(options.connect_seconds));
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ms(options.total_seconds));
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 64L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(options.stall_seconds)));
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, said);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &t);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &t);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, look_up);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, &t);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    std::string range;
    if (request.range) {
      range = std::to_string(request.range->first) + "-" + std::to_string(request.range->second);
      curl_easy_setopt(c, CURLOPT_RANGE, range.c_str());
    } else {
      header("Accept-Encoding: gzip");  // unpacked here: libcurl takes a packed body that is cut off for a whole one
    }
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    const CURLcode code = curl_easy_perform(c);
    long status = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    give_back(url, std::move(*borrowed));
    t.answer.status = static_cast<int>(status);
    if (t.foreign)
      return Error{ErrorCode::unsupported, "is packed as \"" + to_valid_utf8(t.encoding.substr(0, 40)) + "\", which was not asked for", url.label(), "", "the server is at fault"};
    const bool whole = !t.unpacker || t.unpacker->state() == gzip::Unpacker::State::whole;
    if (code == CURLE_OK && whole) return t;
    if (t.unpacker && (code == CURLE_OK || t.unpacker->state() == gzip::Unpacker::State::damaged)) {
      lost = true;
      return Error{ErrorCode::io, "was cut off or is damaged: it cannot be unpacked", url.label(), "byte " + std::to_string(t.unpacker->taken()), "try again; where it stays so, the server is at fault"};
    }
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "was given up", url.label(), "", ""};
    if (t.too_large && request.range && status == 200) {  // all of it comes, whatever was asked for
      t.answer.body.clear();
      return t;
    }
    if (t.too_large)
      return Error{ErrorCode::out_of_budget, "has more than the " + std::to_string(t.limit) + " bytes that are read", url.label(), "",
                   t.limit < request.limit ? "a larger --ram lets larger answers in" : ""};
    std::string why = *said ? said : curl_easy_strerror(code);
    for (const auto& secret : {url.query, url.user})
      if (!secret.empty())
        for (auto at = why.find(secret); at != std::string::npos; at = why.find(secret)) why.replace(at, secret.size(), "...");
    why = to_valid_utf8(why);
    lost = true;
    if (code == CURLE_OPERATION_TIMEDOUT) return Error{ErrorCode::io, "took too long: " + why, url.label(), "", "try again later; a slow server may be busy"};
    if (code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING || code == CURLE_BAD_CONTENT_ENCODING)
      return Error{ErrorCode::io, "was cut off or is damaged: " + why, url.label(), "", "try again; where it stays so, the server is at fault"};
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
      return Error{ErrorCode::io, "has no certificate that can be trusted: " + why, url.label(), "", "check the address and the clock; where the server is your own, name its certificate's issuer: TENBO_CA_FILE=ca.pem"};
    return Error{ErrorCode::io, "cannot be reached: " + why, url.label(), "", check_network};
  }

  // Waits, and says whether nobody gave it up meanwhile.
  static bool pause(double seconds, const CancelToken& cancel) {
    const auto end = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    while (Clock::now() < end) {
      if (cancel.cancelled()) return false;
      std::this_thread::sleep_for(std::min<Clock::duration>(end - Clock::now(), std::chrono::milliseconds(20)));
    }
    return !cancel.cancelled();
  }

  Result<Transfer> attempts(const Request& request, const Url& url, const CancelToken& cancel) {
    double wait = options.retry_seconds;
    for (int n = 1;; ++n, wait *= 2) {
      bool lost = false;
      auto t = once(request, url, cancel, lost);
      const bool again = t ? may_pass(t->answer.status) : lost && !t.error().message.starts_with("took too long") && !t.error().message.starts_with("has no certificate");
      if (!again || n >= options.attempts) {
        // No connection is the host's fault; a broken body or a 500 may be the file's own, but not many in a row.
        const bool own = t ? may_pass(t->answer.status) : t.error().message.starts_with("was cut off");
        const std::string fault = t ? "answers " + std::to_string(t->answer.status) : t.error().message;
        if ((lost && !own) || (own && ++faults_of(url) >= most_faults)) rest(url, fault, t || own ? check_network : t.error().remedy);
        if (t && !own) faults_of(url) = 0;
        return t;
      }
      if (!pause(std::max(wait, t ? t->retry_after : 0.0), cancel)) return Error{ErrorCode::cancelled, "was given up", url.label(), "", ""};
    }
  }

  // Within the origin, up from http to https of the same host, or to a host that is allowed; never down to http.
  bool may_redirect(const Url& from, const Url& to) const {
    if (to.origin() == from.origin()) return true;
    if (from.scheme == "https" && to.scheme == "http") return false;
    if (to.host == from.host && from.port == 80 && to.port == 443) return true;
    return names_host(options.allow_hosts, to);
  }

  RemoteOptions options;
  std::mutex mutex;
  std::condition_variable freed;
  std::map<std::string, Host> hosts;  // by origin
};

Client::Client(RemoteOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Client::~Client() = default;

Result<Answer> Client::get(const Request& request, const CancelToken& cancel) const {
  Url url = request.url;
  for (int hops = 0;; ++hops) {
    auto t = impl_->attempts(request, url, cancel);
    if (!t) return t.error();
    auto& answer = t->answer;
    if (answer.status < 300 || answer.status > 399 || answer.status == 304) {
      if (answer.status < 200 || answer.status > 299) answer.body.clear();
      return std::move(answer);
    }
    const auto refuse = [&](const std::string& why, const char* remedy) { return Error{ErrorCode::invalid_argument, why, request.url.label(), "", remedy}; };
    if (hops >= impl_->options.redirects)
      return refuse("is redirected more than " + std::to_string(impl_->options.redirects) + " times", "the server's redirects go round in a circle, or are too many");
    auto next = resolve_url(url, t->location);
    if (!next) return refuse("is redirected (" + std::to_string(answer.status) + ") to nowhere that can be followed", "");
    if (next->origin() == url.origin()) next->user = url.user;
    else if (!impl_->may_redirect(url, *next))
      return refuse("is redirected to another origin, " + next->origin(), "where that is right, name its host in \"allow_hosts\" or with --allow-host, or use that address");
    url = std::move(*next);
  }
}

Error status_error(int status, const Url& url) {
  const std::string said = "the server answers " + std::to_string(status);
  if (status == 404 || status == 410) return {ErrorCode::not_found, said + ": there is no such file", url.label(), "", "check the address"};
  if (status == 401 || status == 403) return {ErrorCode::io, said + ": it may not be read", url.label(), "", "the address may need a key, as ?key=... at its end"};
  if (status == 429) return {ErrorCode::io, said + ": too many requests", url.label(), "", "try again later"};
  if (status >= 500) return {ErrorCode::io, said + ": it has a fault of its own", url.label(), "", "try again later"};
  return {ErrorCode::io, said, url.label(), "", "check the address"};
}

}  // namespace tenbo::io::http
