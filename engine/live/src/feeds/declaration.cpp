#include "feeds/declaration.h"

#include <algorithm>

#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"
#include "tenbo/live/feed.h"

namespace tenbo::live {

Result<BrokerAddress> parse_broker(std::string_view text) {
  BrokerAddress out;
  const std::string scheme = lower_case(text.substr(0, 8));
  if (scheme.starts_with("mqtts://")) out.tls = true;
  else if (!scheme.starts_with("mqtt://"))
    return Error{ErrorCode::invalid_argument, "the address is none of a broker", "", "", "write mqtt://HOST or mqtts://HOST, with :PORT where it is not 1883 or 8883"};
  const std::string rest(text.substr(out.tls ? 8 : 7));
  const auto url = parse_url("http://" + rest);  // the host is held to the same rules
  if (!url) return url.error();
  if (!url->user.empty())
    return Error{ErrorCode::invalid_argument, "the address of a broker holds a user or a password", "", "", "write them into a file and name it in \"credentials\""};
  if (url->path != "/" || !url->query.empty())
    return Error{ErrorCode::invalid_argument, "the address of a broker goes on after its port", "", "", "name topics in \"topics\""};
  const std::string_view authority = std::string_view(rest).substr(0, std::min(rest.find_first_of("/\\?#"), rest.size()));
  const auto bracket = authority.find(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const bool has_port = colon != std::string_view::npos && colon + 1 < authority.size();
  out.host = url->host;
  if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.size() - 2);
  out.port = has_port ? url->port : out.tls ? 8883 : 1883;
  return out;
}

Result<Credentials> parse_credentials(std::string_view text, const std::string& file) {
  Credentials out;
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    const auto trimmed = [](std::string_view s) {
      const auto first = s.find_first_not_of(" \t\r"), last = s.find_last_not_of(" \t\r");
      return first == std::string_view::npos ? std::string_view() : s.substr(first, last - first + 1);
    };
    const auto whole = trimmed(line);
    if (whole.empty() || whole.front() == '#') continue;
    const auto equals = whole.find('=');
    const auto fail = [&](const char* what) { return Error{ErrorCode::malformed, what, file, "line " + std::to_string(number), "lines are \"user = NAME\", \"password = ...\" or \"token = ...\""}; };
    if (equals == std::string_view::npos) return fail("has no '='");
    const auto key = trimmed(whole.substr(0, equals)), value = trimmed(whole.substr(equals + 1));
    if (std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) return fail("holds a control character");
    std::string* to = key == "user" ? &out.user : key == "password" ? &out.password : key == "token" ? &out.token : nullptr;
    if (!to) return fail("says something else than user, password or token");
    if (!to->empty()) return fail("says twice what can be said once");
    *to = value;
  }
  return out;
}

Result<Credentials> read_credentials(const std::filesystem::path& path) {
  if (path.empty()) return Credentials{};
  auto text = read_text_file(path, 65536);
  if (!text) return text.error();
  return parse_credentials(*text, path.string());
}

// MQTT 5, 4.7.1: + is a whole level, # a whole one and the last.
bool is_topic_filter(std::string_view t) {
  if (t.empty() || t.size() > 65'535 || t.find('\0') != std::string_view::npos || !is_valid_utf8(t)) return false;
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i] != '+' && t[i] != '#') continue;
    if (i > 0 && t[i - 1] != '/') return false;
    if (i + 1 < t.size() && (t[i] == '#' || t[i + 1] != '/')) return false;
  }
  return true;
}

Status check_feed(const FeedSpec& spec) {
  const auto wrong = [&](const std::string& what, const char* remedy) {
    return Error{ErrorCode::invalid_argument, "feed \"" + to_valid_utf8(spec.name) + "\": " + what, "", "", remedy};
  };
  if (spec.name.empty() || spec.name.size() > 200 || !is_valid_utf8(spec.name)) return wrong("has no name, or one that is none", "name it, in at most 200 bytes of UTF-8");
  if (spec.expected_interval < 0 || spec.poll_seconds < 0 || !(spec.expected_interval < 1e9) || !(spec.poll_seconds < 1e9)) return wrong("an interval is no length of time", "give seconds");
  if (spec.kind == FeedKind::folder) {
    if (spec.address.empty()) return wrong("names no folder", "give its path");
    return {};
  }
  if (spec.kind == FeedKind::http) {
    auto url = parse_url(spec.address);
    if (!url) return wrong(url.error().message, "give an http:// or https:// address");
    if (!url->user.empty()) return wrong("its address holds a user or a password", "write them into a file and name it in \"credentials\"");
    return {};
  }
  if (auto broker = parse_broker(spec.address); !broker) return wrong(broker.error().message, broker.error().remedy.c_str());
  if (spec.topics.empty()) return wrong("subscribes to no topic", "name one in \"topics\"; \"#\" is all of them");
  for (const auto& t : spec.topics)
    if (!is_topic_filter(t))
      return wrong("\"" + to_valid_utf8(t.substr(0, 200)) + "\" is no topic", "+ stands for one level, # for all further ones and only at the end");
  if (spec.mqtt_version != 3 && spec.mqtt_version != 5) return wrong("MQTT is spoken in version 3 (3.1.1) or 5", "");
  if (spec.qos < 0 || spec.qos > 2) return wrong("a quality of service is 0, 1 or 2", "");
  return {};
}

}  // namespace tenbo::live
