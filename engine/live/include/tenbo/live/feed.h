#pragma once
// What a feed is declared by, and what is known of it while it runs.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/result.h"
#include "tenbo/live/freshness.h"

namespace tenbo::live {

enum class FeedKind { mqtt, http, folder };
const char* to_string(FeedKind kind);

struct FeedSpec {
  std::string name;                 // unique
  FeedKind kind = FeedKind::folder;
  std::string address;              // "mqtts://host:8883", "https://host/path?query"; of folders the path of a folder or of one file
  std::vector<std::string> topics;  // MQTT: what is subscribed to, with + and # as MQTT has them
  // 3 for 3.1.1, which every broker speaks and nothing is known to end, or 5 (ADR 48).
  int mqtt_version = 3;
  int qos = 1;                      // MQTT: 0 to 2
  double expected_interval = 0;     // s between two reports; 0 = silence is normal
  double poll_seconds = 0;          // HTTP: between two questions; 0 = half the expected interval, within 1 s to 60 s; 30 s without one
  std::filesystem::path credentials;  // a file with "user = ", "password = " or "token = "; never in the address
  std::filesystem::path ca_file;    // issuers of certificates (PEM) to be trusted instead of the system's
  std::string group;                // feeds of one group bring the same messages, which then count once
  std::uint64_t most_bytes = std::uint64_t{64} << 20;  // of one message; larger ones are refused

  double connect_seconds = 10;      // until a connection stands
  double total_seconds = 60;        // HTTP: for one answer
  double retry_seconds = 0.5;       // until the next attempt, doubled for each further one
  double most_retry_seconds = 30;
};

// What can be said of it without asking the network or the disk.
Status check_feed(const FeedSpec& spec);

enum class FeedState {
  connecting,
  live,     // connected, or answering
  stale,    // the same, but its latest report is older than twice the expected interval
  refused,  // the other side, or this one, will not: a certificate, a password, an address that is gone. It is tried again
  offline,  // cannot be reached. It is tried again
};
const char* to_string(FeedState state);

struct FeedStatus {
  std::string name;
  FeedState state = FeedState::connecting;
  std::optional<Error> reason;  // why it is refused or offline
  Moment since;                 // of the state, but for stale
  FeedTimes times;
  Age age;
  std::uint64_t messages = 0;   // accepted since the start, without repeats
  std::uint64_t repeats = 0;    // that another feed of the group had brought already
  std::uint64_t refused = 0;    // messages that were too large
  std::optional<Error> last_refused;
  std::uint64_t connections = 0;
};

}  // namespace tenbo::live
