#include "gltf/references.h"

#include "tenbo/base/text.h"

namespace tenbo::io {
namespace {

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

}  // namespace

bool is_data_uri(std::string_view reference) { return reference.starts_with("data:"); }

std::optional<std::vector<std::byte>> decode_data_uri(std::string_view reference, std::uint64_t limit) {
  const auto comma = reference.find(',');
  if (!is_data_uri(reference) || comma == std::string_view::npos) return std::nullopt;
  const bool base64 = reference.substr(0, comma).ends_with(";base64");
  std::string_view text = reference.substr(comma + 1);
  std::vector<std::byte> out;
  if (!base64) {
    const std::string plain = percent_decode(text);
    if (plain.size() > limit) return std::nullopt;
    for (const char c : plain) out.push_back(static_cast<std::byte>(c));
    return out;
  }
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() / 4 * 3 > limit) return std::nullopt;
  out.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::byte>(bits >> held & 0xFF));
    }
  }
  return out;
}

Result<std::string> join_reference(std::string_view folder, std::string_view reference) {
  const auto refuse = [&](const char* why) {
    return Error{ErrorCode::invalid_argument, "\"" + std::string(reference.substr(0, 200)) + "\" " + why, "", "",
                 "keep referenced files inside the data's own folder"};
  };
  const auto end = reference.find_first_of("?#");
  std::string plain = percent_decode(reference.substr(0, end));
  for (char& c : plain)
    if (c == '\\') c = '/';
  if (plain.empty()) return refuse("is empty");
  if (plain.find('\0') != std::string::npos) return refuse("contains a NUL byte");
  if (plain.front() == '/') return refuse("is an absolute path");
  if (const auto colon = plain.find(':'); colon != std::string::npos && plain.find('/') > colon)
    return refuse("is a URL or names a drive, not a file of this data set");
  std::vector<std::string> parts;
  const std::string whole = std::string(folder) + plain;
  for (std::size_t i = 0; i <= whole.size();) {
    const auto slash = std::min(whole.find('/', i), whole.size());
    const std::string part = whole.substr(i, slash - i);
    if (part == "..") {
      if (parts.empty()) return refuse("leads outside the data's folder");
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    i = slash + 1;
  }
  if (parts.empty()) return refuse("names no file");
  std::string out;
  for (const auto& p : parts) out += (out.empty() ? "" : "/") + p;
  return out;
}

}  // namespace tenbo::io
