// What a SIP4D-ZIP says of itself, and archives in memory: no entry's file leaves the archive, and all text is UTF-8.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "tenbo/base/text.h"
#include "tenbo/io/sip4d.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with("PK")) {
    const auto bytes = std::as_bytes(std::span(data, size));
    (void)io::sip4d_stamp(bytes);
    const auto archive = io::read_sip4d_bytes(bytes, "a.zip");
    if (!archive && archive.error().message.empty()) std::abort();
    if (archive && *archive && (*archive)->entries.empty()) std::abort();
    return 0;
  }
  io::Sip4dEntry styled;
  Diagnostics said;
  io::parse_sip4d_style(text, "s", styled, said);
  for (const auto& c : styled.classes)
    if (!is_valid_utf8(c.value) || !is_valid_utf8(c.title)) std::abort();
  if (styled.classes.empty() && said.warnings.empty()) std::abort();
  const auto sip = io::parse_sip4d(text, "a.zip");
  if (!sip) {
    if (sip.error().message.empty()) std::abort();
    return 0;
  }
  if (sip->entries.empty()) std::abort();
  for (const auto& e : sip->entries) {
    const auto inside = (std::filesystem::path("/a") / e.file).lexically_normal();
    if (!inside.string().starts_with("/a/") || e.file.find('\\') != std::string::npos || !is_valid_utf8(e.title)) std::abort();
  }
  return 0;
}
