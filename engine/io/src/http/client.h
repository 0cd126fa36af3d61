#pragma once
// HTTP by libcurl: GET, within limits of time and size. Thread-safe; one client for one data set, whose threads share its
// connections. Redirects are followed here and not by libcurl, so that each hop is held against the same rules.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"
#include "tenbo/base/url.h"
#include "tenbo/io/remote.h"

namespace tenbo::io::http {

struct Request {
  Url url;
  std::uint64_t limit = 0;  // bytes of the answer, unpacked
  std::string etag, last_modified;  // of what one has already; a 304 answers that it still holds
  std::optional<std::pair<std::uint64_t, std::uint64_t>> range;  // first and last byte; never packed
};

struct Answer {
  int status = 0;
  std::vector<std::byte> body;  // empty but for 2xx
  std::string etag, last_modified, cache_control, expires, date, age, content_range;
};

class Client {
 public:
  explicit Client(RemoteOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Any answer that came whole, whatever its status. Errors: `io` where the network failed (after the attempts),
  // `out_of_budget` beyond the limit, `invalid_argument` for a redirect that is not allowed, `cancelled`. [any]
  Result<Answer> get(const Request& request, const CancelToken& cancel = {}) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What an answer other than 2xx and 304 means to the user.
Error status_error(int status, const Url& url);

}  // namespace tenbo::io::http
