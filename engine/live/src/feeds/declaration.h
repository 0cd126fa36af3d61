#pragma once
// What a feed's address and its credentials file say.
#include <filesystem>
#include <string>
#include <string_view>

#include "tenbo/base/result.h"

namespace tenbo::live {

struct BrokerAddress {
  std::string host;
  int port = 1883;
  bool tls = false;
};
// "mqtt://host[:port]" or "mqtts://host[:port]"
Result<BrokerAddress> parse_broker(std::string_view text);
bool is_topic_filter(std::string_view text);  // what can be subscribed to

struct Credentials {
  std::string user, password, token;
};
// Lines "user = NAME", "password = ...", "token = ...", empty ones and "# ..."; the value is all up to the end of the line, without
// spaces around it. An error names the line and never shows it.
Result<Credentials> parse_credentials(std::string_view text, const std::string& file);
Result<Credentials> read_credentials(const std::filesystem::path& path);  // an empty path: none

}  // namespace tenbo::live
