#include "tenbo/base/url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "tenbo/base/text.h"

namespace tenbo {
namespace {

bool begins_as_url(std::string_view text) {
  const std::string start = lower_case(text.substr(0, 8));
  return start.starts_with("http://") || start.starts_with("https://");
}

// What may not stand in an address is percent-encoded; what is encoded already stays.
std::string encoded(std::string_view s) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : s) {
    const auto b = static_cast<unsigned char>(c);
    if (b <= 0x20 || b >= 0x7F || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos) {
      out += '%';
      out += digits[b >> 4];
      out += digits[b & 15];
    } else {
      out += c;
    }
  }
  return out;
}

Error refuse(std::string_view text, const char* why, const char* remedy = "") {
  const auto query = std::min(text.find_first_of("?#"), text.size());
  return {ErrorCode::invalid_argument, "\"" + to_valid_utf8(text.substr(0, std::min<std::size_t>(query, 200))) + "\" " + why, "", "", remedy};
}

// Without "." and ".."; ".." at the top stays at the top, as in every browser. Each part is looked at decoded.
Result<std::string> clean_path(std::string_view path, std::string_view whole) {
  std::vector<std::string_view> parts;
  for (std::size_t i = 1; i <= path.size();) {
    const auto slash = std::min(path.find('/', i), path.size());
    const std::string_view part = path.substr(i, slash - i);
    const std::string plain = percent_decode(part);
    if (plain.find_first_of("/\\") != std::string::npos) return refuse(whole, "has an encoded slash in its path");
    if (std::any_of(plain.begin(), plain.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
      return refuse(whole, "has a control character in its path");
    const bool last = slash == path.size();
    if (plain == "..") {
      if (!parts.empty()) parts.pop_back();
      if (last) parts.emplace_back();
    } else if (plain == ".") {
      if (last) parts.emplace_back();
    } else {
      parts.push_back(part);
    }
    i = slash + 1;
  }
  std::string out;
  for (const auto part : parts) (out += '/') += part;
  return out.empty() ? "/" : out;
}

std::string_view name_of(std::string_view parameter) { return parameter.substr(0, parameter.find('=')); }

std::vector<std::string_view> parameters(std::string_view query) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < query.size();) {
    const auto end = std::min(query.find('&', i), query.size());
    if (end > i) out.push_back(query.substr(i, end - i));
    i = end + 1;
  }
  return out;
}

}  // namespace

std::string Url::origin() const {
  const bool usual = port == (scheme == "https" ? 443 : 80);
  return scheme + "://" + host + (usual ? "" : ":" + std::to_string(port));
}
std::string Url::label() const { return origin() + path; }
std::string Url::text() const {
  std::string out = label() + (query.empty() ? "" : "?" + query);
  if (!user.empty()) out.insert(scheme.size() + 3, user + "@");
  return out;
}

bool is_url(const std::filesystem::path& path) { return begins_as_url(path.native()); }

Result<Url> parse_url(std::string_view text) {
  if (!begins_as_url(text)) return refuse(text, "is no http or https address");
  if (text.size() > 16384) return refuse(text, "is longer than 16,384 characters");
  Url out;
  out.scheme = lower_case(text.substr(0, text.find(':')));
  text = text.substr(0, text.find('#'));
  const std::string_view whole = text;
  text.remove_prefix(out.scheme.size() + 3);
  const auto end = std::min(text.find_first_of("/\\?"), text.size());
  std::string_view authority = text.substr(0, end);
  text.remove_prefix(end);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    out.user = encoded(authority.substr(0, at));
    authority.remove_prefix(at + 1);
    // from here on nothing may show what stands before the '@'
    if (out.user.find('@') != std::string::npos) return refuse(authority, "has two '@' before it", "write %40 in a name or password");
  }
  const auto bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  out.host = lower_case(authority.substr(0, colon));
  out.port = out.scheme == "https" ? 443 : 80;
  if (colon != std::string_view::npos && colon + 1 < authority.size()) {
    const char* last = authority.data() + authority.size();
    const auto [stopped, error] = std::from_chars(authority.data() + colon + 1, last, out.port);
    if (error != std::errc{} || stopped != last || out.port < 1 || out.port > 65535) return refuse(authority, "has a port that is none");
  }
  if (out.host.empty()) return refuse(out.scheme + "://", "names no host");
  const bool six = bracket != std::string_view::npos;
  const std::string_view inner = six ? std::string_view(out.host).substr(1, out.host.size() - 2) : std::string_view(out.host);
  const bool good = std::all_of(inner.begin(), inner.end(), [six](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || (six ? c == ':' : c == '-' || c == '_');
  });
  if (!good || (six && out.host.back() != ']') || inner.empty())
    return refuse(authority, "is no name of a host", "write international names as xn--...");
  const auto question = text.find('?');
  std::string path = encoded(text.substr(0, question).empty() ? "/" : [&] {
    std::string p(text.substr(0, question));
    std::replace(p.begin(), p.end(), '\\', '/');
    return p;
  }());
  auto clean = clean_path(path, whole.substr(0, out.user.empty() ? whole.size() : 0));
  if (!clean) return clean.error();
  out.path = std::move(*clean);
  if (question != std::string_view::npos) out.query = encoded(text.substr(question + 1));
  return out;
}

Result<Url> resolve_url(const Url& base, std::string_view reference) {
  std::string plain(reference.substr(0, reference.find('#')));
  const auto question = std::min(plain.find('?'), plain.size());
  std::replace(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(question), '\\', '/');
  if (plain.empty()) return refuse(reference, "is empty");
  if (begins_as_url(plain)) return parse_url(plain);
  if (plain.starts_with("//")) return parse_url(base.scheme + ":" + plain);
  const auto colon = plain.find(':');
  if (colon != std::string::npos && colon < std::min(plain.find('/'), question)) return refuse(reference, "is neither http nor https");
  Url out = base;
  std::string path = encoded(std::string_view(plain).substr(0, question));
  if (path.empty()) path = base.path;
  else if (path.front() != '/') path = base.path.substr(0, base.path.rfind('/') + 1) + path;
  auto clean = clean_path(path, reference);
  if (!clean) return clean.error();
  out.path = std::move(*clean);
  out.query = question < plain.size() ? encoded(std::string_view(plain).substr(question + 1)) : "";
  return out;
}

std::string merge_queries(std::string_view first, std::string_view second) {
  std::string out(first);
  const auto had = parameters(first);
  for (const auto p : parameters(second)) {
    if (std::any_of(had.begin(), had.end(), [&](std::string_view h) { return name_of(h) == name_of(p); })) continue;
    (out += out.empty() ? "" : "&") += p;
  }
  return out;
}

bool names_host(const std::vector<std::string>& hosts, const Url& url) {
  const bool usual = url.port == (url.scheme == "https" ? 443 : 80);
  const std::string with_port = url.host + ":" + std::to_string(url.port);
  return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& h) {
    const std::string name = lower_case(h);
    return name == with_port || (usual && name == url.host);
  });
}

std::string shown(const std::filesystem::path& path) {
  if (!is_url(path)) return path.string();
  const auto url = parse_url(path.native());
  if (!url) return "(an address that cannot be understood)";
  std::string out = url->label();  // of templates, "{z}/{x}/{y}", as they are written
  for (const auto& [code, sign] : {std::pair<const char*, const char*>{"%7B", "{"}, {"%7D", "}"}})
    for (auto at = out.find(code); at != std::string::npos; at = out.find(code, at)) out.replace(at, 3, sign);
  return out;
}

std::string stem_of(const std::filesystem::path& path) {
  std::filesystem::path clean;
  if (is_url(path)) {
    const auto url = parse_url(path.native());
    if (!url) return "layer";
    clean = to_valid_utf8(percent_decode(url->path));
    if (clean == "/") return url->host;
  } else {
    clean = path.lexically_normal();
  }
  if (clean.filename().empty()) clean = clean.parent_path();
  auto stem = clean.stem().string();
  return stem.empty() ? clean.string() : stem;
}

}  // namespace tenbo
