// What a feed is declared by, whatever the bytes: an address of a broker is a host that other programs read in the same way, credentials
// hold no control character, and no error shows a value of them.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "feeds/declaration.h"
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
