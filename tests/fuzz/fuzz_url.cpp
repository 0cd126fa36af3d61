// Addresses and references, whatever the bytes: what is parsed is written and parsed again to the same, holds no sign that
// another program would read in another way, and no reference leads to a path with ".." in it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace {

void check(const tenbo::Url& url) {
  const std::string text = url.text();
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '\\' || c == '"' || c == '#') std::abort();
  if (url.host.empty() || url.host.find_first_of("/@?#%") != std::string::npos || url.port < 1 || url.port > 65535 || !url.path.starts_with('/')) std::abort();
  if (url.scheme != "http" && url.scheme != "https") std::abort();
  const std::string plain = tenbo::percent_decode(url.path);
  if (plain.find("/../") != std::string::npos || plain.ends_with("/..")) std::abort();
  const auto again = tenbo::parse_url(text);
  if (!again || again->text() != text) std::abort();
  if (!url.query.empty() && url.label().find('?') != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto base = *tenbo::parse_url("https://host/a/b/tileset.json?key=K");
  if (const auto url = tenbo::parse_url(text)) check(*url);
  else (void)url.error().text();
  if (const auto to = tenbo::resolve_url(base, text)) check(*to);
  (void)tenbo::shown(text);
  (void)tenbo::stem_of(text);
  (void)tenbo::merge_queries(text, "key=K");
  return 0;
}
