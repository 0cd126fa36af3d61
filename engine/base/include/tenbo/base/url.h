#pragma once
// Web addresses, http and https alone. A path on the command line or in a scene may be one; it is kept as it was written,
// because making a path "normal" turns "https://" into "https:/".
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string user;    // "name:password", percent-encoded; mostly empty
  std::string host;    // lower case; IPv6 in brackets
  int port = 0;        // never 0 once parsed
  std::string path;    // begins with '/', percent-encoded, without "." and ".."
  std::string query;   // without '?', percent-encoded

  std::string text() const;    // the whole of it
  std::string label() const;   // for messages: without user and query, where keys stand
  std::string origin() const;  // "https://host" or "https://host:8443"
};

bool is_url(const std::filesystem::path& path);
// Fails for what is no http(s) address, and for signs in the host that programs read in different ways.
Result<Url> parse_url(std::string_view text);
// A reference as a document at `base` makes it (RFC 3986, 5.2). '\' counts as '/'. Fails for other schemes, and for a
// path whose parts, decoded, would be "..", or hold a slash or a control character: servers decode.
Result<Url> resolve_url(const Url& base, std::string_view reference);
// "a=1&b=2" and "b=3&c=4" to "a=1&b=2&c=4": what the first has, it keeps.
std::string merge_queries(std::string_view first, std::string_view second);
// Whether one of `hosts` ("tiles.example.org", "localhost:8080") names where the address leads. A name without a port is
// that of the scheme's own port.
bool names_host(const std::vector<std::string>& hosts, const Url& url);

// A path for messages: a URL without its secrets, else as it is.
std::string shown(const std::filesystem::path& path);
// The last part of a path or URL, without extension and query: "https://h/city/tileset.json?key=K" gives "tileset".
std::string stem_of(const std::filesystem::path& path);

}  // namespace tenbo
