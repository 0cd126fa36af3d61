// An address that is asked again and again. What has not changed is no message: the server says so (304), or its bytes do. Redirects are
// followed here and not by libcurl, within the origin and up to https alone; a body is read to a limit. What comes in pages is asked for
// page by page, each a message of its own.
#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <set>

#include "feeds/declaration.h"
#include "feeds/link.h"
#include "feeds/pages.h"
#include "journal/journal_file.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace tenbo::live {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr int most_redirects = 5;
constexpr double longest_wait = 3600;  // s, that a server may ask for
constexpr std::size_t most_pages = 100;
constexpr int pages_bytes = 4, pages_seconds = 10;  // of all pages together: times what one answer may have

struct FreeEasy { void operator()(CURL* c) const { curl_easy_cleanup(c); } };
struct FreeMulti { void operator()(CURLM* m) const { curl_multi_cleanup(m); } };
struct FreeList { void operator()(curl_slist* l) const { curl_slist_free_all(l); } };

struct Answer {
  int status = 0;
  std::vector<std::byte> body;
  std::string etag, last_modified, type, location, encoding;
  double retry_after = 0;
  std::uint64_t limit = 0;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t one, std::size_t count, void* to) {
  auto& a = *static_cast<Answer*>(to);
  const std::size_t n = one * count;
  if (a.body.size() + n > a.limit) {
    a.too_large = true;
    return 0;
  }
  const auto* p = reinterpret_cast<const std::byte*>(data);
  a.body.insert(a.body.end(), p, p + n);
  return n;
}

std::size_t take_header(char* data, std::size_t one, std::size_t count, void* to) {
  auto& a = *static_cast<Answer*>(to);
  const std::string_view line(data, one * count);
  if (line.starts_with("HTTP/")) {
    a = Answer{.limit = a.limit};
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || line.size() > 8192) return line.size();
  const std::string name = lower_case(line.substr(0, colon));
  const auto first = line.find_first_not_of(" \t", colon + 1), last = line.find_last_not_of(" \t\r\n");
  const std::string value(first == std::string_view::npos || last < first ? "" : line.substr(first, last - first + 1));
  for (const auto& [known, field] : {std::pair<const char*, std::string*>{"etag", &a.etag}, {"last-modified", &a.last_modified}, {"content-type", &a.type},
                                     {"location", &a.location}, {"content-encoding", &a.encoding}})
    if (name == known) *field = value;
  if (name == "retry-after") {
    int seconds = 0;
    std::from_chars(value.data(), value.data() + value.size(), seconds);
    a.retry_after = std::clamp(static_cast<double>(seconds), 0.0, longest_wait);
  }
  return line.size();
}

class Poller {
 public:
  explicit Poller(FeedLink& link) : link_(link), multi_(curl_multi_init()) {}

  void run() {
    auto url = parse_url(link_.spec.address);
    if (!url) return link_.state(FeedState::refused, url.error());
    const FeedSpec& spec = link_.spec;
    const double every = spec.poll_seconds > 0 ? spec.poll_seconds : spec.expected_interval > 0 ? std::clamp(spec.expected_interval / 2, 1.0, 60.0) : 30.0;
    double retry = spec.retry_seconds;
    while (!link_.cancelled()) {
      double wait = every;
      if (auto problem = poll(*url, every)) {
        if (link_.cancelled()) return;
        link_.state(problem->refused ? FeedState::refused : FeedState::offline, problem->error);
        auto& lost = problem->later_page ? part_lost_since_ : lost_since_;
        if (const auto& had = problem->later_page ? whole_ : contact_; !lost && had) lost = had;
        wait = std::max(problem->wait, std::min(problem->refused ? std::max(retry, every) : retry, spec.most_retry_seconds));
        retry = std::min(retry * 2, spec.most_retry_seconds);
      } else {
        retry = spec.retry_seconds;
      }
      if (!link_.pause(wait)) return;
    }
  }

 private:
  struct Problem {
    Error error;
    bool refused = false;
    double wait = 0;
    bool later_page = false;  // of what follows the first one, which was read
  };
  // As it was last received.
  struct Page {
    std::string address;  // that was asked; another one is another page
    Url from;             // where it came from in the end
    std::string etag, last_modified;
    std::string next;     // its link; empty: the last
    std::uint64_t bytes = 0;
  };

  // The address and the pages that follow, all of them: one that cannot be had is a problem of the whole, though those before it have been
  // handed over.
  std::optional<Problem> poll(const Url& address, double every) {
    const FeedSpec& spec = link_.spec;
    const std::uint64_t most_bytes = pages_bytes * spec.most_bytes;
    const auto begun = SteadyClock::now();
    std::set<std::string> asked;
    std::uint64_t bytes = 0;
    Url url = address;
    for (std::size_t n = 0;; ++n) {
      const std::string text = url.text(), source = page_source(address.label(), n + 1);
      if (pages_.size() <= n) pages_.emplace_back();
      Page& page = pages_[n];
      if (page.address != text) page = Page{text, url, "", "", "", 0};
      asked.insert(text);
      if (auto p = read_page(url, source, std::min(spec.most_bytes, most_bytes - bytes), page)) {
        p->later_page = p->later_page || n > 0;
        return p;
      }
      if (page.next.empty()) {
        pages_.resize(n + 1);
        break;
      }
      // What is too much stays so: it is not asked for more often than the declaration says.
      const auto no = [&](std::string why, const char* remedy) { return Problem{{ErrorCode::out_of_budget, std::move(why), source, "", remedy}, true, every, true}; };
      auto next = page_address(pages_[0].from, page.from, page.next);
      if (!next) return Problem{{next.error().code, next.error().message, source, "", next.error().remedy}, true, every, true};
      if (asked.contains(next->text())) return no("leads back to a page before it: its pages go round in a circle", "the server is at fault");
      constexpr const char* less = "ask for less ($filter, $select), for larger pages ($top), or make several feeds of it";
      if (n + 1 >= most_pages) return no("is the last of the " + std::to_string(most_pages) + " pages that are read, and others follow", less);
      bytes += page.bytes;
      if (bytes >= most_bytes) return no("has with the pages before it more than the " + std::to_string(most_bytes) + " bytes that are read", less);
      const auto limit = std::chrono::duration<double>(pages_seconds * spec.total_seconds);
      if (SteadyClock::now() - begun > limit) return no("took with the pages before it longer than " + std::to_string(static_cast<int>(limit.count())) + " s", less);
      url = std::move(*next);
    }
    const Moment now = machine_now();
    if (part_lost_since_) link_.gap(*part_lost_since_, now, "not all pages could be read");
    part_lost_since_.reset();
    whole_ = now;
    return std::nullopt;
  }

  std::optional<Problem> read_page(Url url, const std::string& source, std::uint64_t limit, Page& page) {
    Answer a;
    for (int hops = 0;; ++hops) {
      a = Answer{.limit = limit};
      if (auto p = ask(url, page, source, a)) return p;
      if (a.status < 300 || a.status > 399 || a.status == 304) break;
      const auto no = [&](const std::string& why, const char* remedy) { return Problem{{ErrorCode::invalid_argument, why, source, "", remedy}, true}; };
      if (hops >= most_redirects) return no("is redirected more than 5 times", "the server's redirects go round in a circle, or are too many");
      auto next = resolve_url(url, a.location);
      if (!next) return no("is redirected (" + std::to_string(a.status) + ") to nowhere that can be followed", "");
      const bool up = url.scheme == "http" && next->scheme == "https" && next->host == url.host && url.port == 80 && next->port == 443;
      if (next->origin() != url.origin() && !up) return no("is redirected to another origin, " + next->origin(), "where that is right, declare that address");
      url = std::move(*next);
    }
    if (a.status == 401 || a.status == 403)
      return Problem{{ErrorCode::io, "the server answers " + std::to_string(a.status) + ": it may not be read", source, "", "check the feed's \"credentials\""}, true};
    if (a.status == 404 || a.status == 410)
      return Problem{{ErrorCode::not_found, "the server answers " + std::to_string(a.status) + ": there is no such file", source, "", "check the address"}, true};
    const bool unasked = a.status == 304 && page.etag.empty() && page.last_modified.empty();  // what has not changed, nobody knows
    if (unasked || (a.status != 304 && (a.status < 200 || a.status > 299)))
      return Problem{{ErrorCode::io, "the server answers " + std::to_string(a.status), source, "", "it is asked again"}, false, a.retry_after};
    if (!a.encoding.empty() && lower_case(a.encoding) != "identity")
      return Problem{{ErrorCode::unsupported, "is packed, which was not asked for", source, "", "the server is at fault"}, true};
    const bool first = &page == &pages_[0];
    if (first) {
      const Moment now = machine_now();
      if (lost_since_) link_.gap(*lost_since_, now, "the server could not be asked");
      lost_since_.reset();
      contact_ = now;
    }
    std::optional<Error> broken;
    if (a.status != 304) {
      page.etag = a.etag;
      page.last_modified = a.last_modified;
      page.from = url;
      page.bytes = a.body.size();
      auto next = next_page(a.body);
      if (next) page.next = std::move(*next);
      else broken = Error{next.error().code, next.error().message, source, "", next.error().remedy};
      if (broken) page = Page{page.address, url, "", "", "", 0};  // asked for anew
    }
    if (!broken && page.next.empty()) link_.state(FeedState::live);  // and no sooner: it is whole now
    if (a.status != 304) {
      const auto hash = content_hash(a.body);
      if (const auto known = link_.known.find(source); known == link_.known.end() || known->second != hash) {
        link_.known[source] = hash;
        (void)link_.message(source, a.type, false, std::move(a.body));
      }
    }
    if (broken) return Problem{*broken, false, 0, true};
    return std::nullopt;
  }

  std::optional<Problem> ask(const Url& url, const Page& page, const std::string& place, Answer& a) {
    const FeedSpec& spec = link_.spec;
    auto credentials = read_credentials(spec.credentials);
    if (!credentials) return Problem{credentials.error(), true};
    if (!easy_) easy_.reset(curl_easy_init());
    CURL* c = easy_.get();
    if (!c || !multi_) return Problem{{ErrorCode::internal, "libcurl cannot be started", place, "", ""}};
    curl_easy_reset(c);
    std::unique_ptr<curl_slist, FreeList> headers;
    const auto header = [&](const std::string& line) { headers.reset(curl_slist_append(headers.release(), line.c_str())); };
    if (!page.etag.empty()) header("If-None-Match: " + page.etag);
    if (!page.last_modified.empty()) header("If-Modified-Since: " + page.last_modified);
    if (!credentials->token.empty()) header("Authorization: Bearer " + credentials->token);
    const std::string text = url.text();
    char said[CURL_ERROR_SIZE] = "";
    const auto ms = [](double s) { return static_cast<long>(s * 1000); };
    curl_easy_setopt(c, CURLOPT_URL, text.c_str());
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "tenbo/" TENBO_VERSION);
    if (!spec.ca_file.empty()) {
      curl_easy_setopt(c, CURLOPT_CAINFO, spec.ca_file.c_str());
      curl_easy_setopt(c, CURLOPT_CAPATH, nullptr);
    }
    if (!credentials->user.empty()) {
      curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
      curl_easy_setopt(c, CURLOPT_USERNAME, credentials->user.c_str());
      curl_easy_setopt(c, CURLOPT_PASSWORD, credentials->password.c_str());
    }
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, ms(spec.connect_seconds));
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ms(spec.total_seconds));
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, said);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &a);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &a);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
    curl_multi_add_handle(multi_.get(), c);
    CURLcode code = CURLE_OK;
    for (bool done = false; !done && !link_.cancelled();) {
      int running = 0;
      if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) break;
      int left = 0;
      while (const CURLMsg* m = curl_multi_info_read(multi_.get(), &left))
        if (m->msg == CURLMSG_DONE) {
          code = m->data.result;
          done = true;
        }
      if (!done) curl_multi_poll(multi_.get(), nullptr, 0, 50, nullptr);
    }
    long status = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    long connects = 0;
    curl_easy_getinfo(c, CURLINFO_NUM_CONNECTS, &connects);
    for (; connects > 0; --connects) link_.connected();
    curl_multi_remove_handle(multi_.get(), c);
    if (link_.cancelled()) return Problem{{ErrorCode::cancelled, "was given up", place, "", ""}};
    a.status = static_cast<int>(status);
    if (code == CURLE_OK) return std::nullopt;
    if (a.too_large) {
      const Error e{ErrorCode::out_of_budget, "has more than the " + std::to_string(a.limit) + " bytes that are read", place, "", "name another address, or a higher limit"};
      link_.refused(e);
      return Problem{e, true};
    }
    std::string why = *said ? said : curl_easy_strerror(code);
    if (!url.query.empty())
      for (auto at = why.find(url.query); at != std::string::npos; at = why.find(url.query)) why.replace(at, url.query.size(), "...");
    why = to_valid_utf8(why);
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
      return Problem{{ErrorCode::io, "has no certificate that can be trusted: " + why, place, "", "check the address and the clock; where the server is your own, name its certificate's issuer in \"ca_file\""}, true};
    if (code == CURLE_OPERATION_TIMEDOUT) return Problem{{ErrorCode::io, "took too long: " + why, place, "", "it is asked again"}};
    return Problem{{ErrorCode::io, "cannot be reached: " + why, place, "", "check the address and the network; it is asked again"}};
  }

  FeedLink& link_;
  std::unique_ptr<CURLM, FreeMulti> multi_;  // outlives its handle
  std::unique_ptr<CURL, FreeEasy> easy_;
  std::vector<Page> pages_;  // in their order, of the last time
  std::optional<Moment> contact_, lost_since_;     // of the first page
  std::optional<Moment> whole_, part_lost_since_;  // of all
};

}  // namespace

void run_http(FeedLink& link) {
  static std::once_flag once;  // as libcurl asks: once in a program, before any thread uses it
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  Poller(link).run();
}

}  // namespace tenbo::live
