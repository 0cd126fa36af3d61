// What a feed is declared by, whatever the bytes: an address of a broker is a host that other programs read in the same way, credentials
// hold no control character, and no error shows a value of them. And what a message names as its next page: nothing beyond the feed's address.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "feeds/declaration.h"
#include "feeds/pages.h"
#include "tenbo/base/text.h"
#include "tenbo/live/feed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo::live;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto broker = parse_broker(text)) {
    if (broker->host.empty() || broker->port < 1 || broker->port > 65535) std::abort();
    for (const char c : broker->host)
      if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '@' || c == '/') std::abort();
  }
  if (const auto c = parse_credentials(text, "file")) {
    for (const auto* value : {&c->user, &c->password, &c->token})
      for (const char sign : *value)
        if (static_cast<unsigned char>(sign) < 0x20) std::abort();
  } else if (c.error().message.size() > 60) {
    std::abort();  // a fixed text
  }
  const auto link = next_page(std::as_bytes(std::span(data, size)));
  const auto first = tenbo::parse_url("https://example.org/v1.1/Things?$top=1");
  for (const std::string& to : {link ? *link : std::string(), text})
    if (const auto next = page_address(*first, *first, to); next && (next->origin() != "https://example.org" || !next->user.empty() || !tenbo::percent_decode(next->path).starts_with("/v1.1/Things"))) std::abort();
  FeedSpec spec;
  spec.name = text.substr(0, 50);
  spec.address = text;
  for (const auto kind : {FeedKind::mqtt, FeedKind::http, FeedKind::folder}) {
    spec.kind = kind;
    spec.topics = {text};
    if (auto s = check_feed(spec); !s) (void)s.error().text();
    if (kind == FeedKind::mqtt) spec.address = "mqtt://host";
    if (auto s = check_feed(spec); !s) (void)s.error().text();
    spec.address = text;
  }
  return 0;
}
