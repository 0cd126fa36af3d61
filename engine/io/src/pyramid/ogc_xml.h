#pragma once
// Reading the capabilities of OGC services, and writing the addresses that follow from them.
#include <cctype>
#include <cstdlib>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tenbo::io::pyramid {

// Names without their prefix: servers call the same namespaces many names.
inline std::string_view local(pugi::xml_node n) {
  const std::string_view name = n.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}
inline pugi::xml_node child(pugi::xml_node n, std::string_view name) {
  for (const auto c : n.children())
    if (local(c) == name) return c;
  return {};
}
inline std::vector<pugi::xml_node> children(pugi::xml_node n, std::string_view name) {
  std::vector<pugi::xml_node> out;
  for (const auto c : n.children())
    if (local(c) == name) out.push_back(c);
  return out;
}
inline std::string value(pugi::xml_node n, std::string_view name) {
  std::string text = child(n, name).text().as_string();
  const auto first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
  return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}
inline std::vector<double> numbers(const std::string& text) {
  std::vector<double> out;
  const char* at = text.c_str();
  for (char* end = nullptr;; at = end) {
    const double v = std::strtod(at, &end);
    if (end == at || out.size() >= 16) return out;
    out.push_back(v);
  }
}
inline std::string encoded(const std::string& text) {
  static const char* digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == '~' || c == ':') out += c;
    else (out += '%') += {digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 15]};
  return out;
}
inline std::string plain(const std::string& text) {
  std::string out;
  const auto hex = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  return out;
}

}  // namespace tenbo::io::pyramid
