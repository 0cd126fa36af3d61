#pragma once
// What the program and tenbo_mqtt_worker tell each other, as heads of frames (tenbo/base/channel.h). Neither takes the other's lengths for
// granted; strings are bytes.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/channel.h"

namespace tenbo::live::wire {

enum Kind : std::uint32_t {
  order = 1,   // to the worker, once: connect to a broker. All others are from it
  alive,       // every few seconds
  connected,   // Connected; the broker has let it in
  subscribed,  // to all topics
  message,     // Message; the body is what was published
  too_large,   // TooLarge: a message that was not sent on
  problem,     // Problem: why it ends
};

// To the worker: what is asked for is what this program declares, and may be long. From it: the longest topic and content type that
// MQTT has (65,535 bytes each), and numbers.
inline constexpr FrameLimits to_worker{std::uint32_t{16} << 20, 0};
inline constexpr std::uint32_t from_worker_head = 131'100;
inline constexpr double alive_seconds = 5;

struct Order {
  std::string host;
  std::uint32_t port = 0;
  bool tls = false;
  std::string ca_file, user, password, client_id;
  std::vector<std::string> topics;
  std::uint32_t version = 3, qos = 1;
  std::uint64_t most_bytes = 0;    // of a message's body
  std::uint64_t memory_bytes = 0;  // of addresses that the worker may use; 0 = no limit
};
struct Connected { bool session_kept = false; };
struct Message {
  bool retained = false;
  std::string topic, type;
};
struct TooLarge {
  std::uint64_t bytes = 0;
  std::string topic;
};
struct Problem {
  bool refused = false;  // by the other side, or by us; else it could not be reached
  std::string message, remedy;
};

std::string write(const Order& order);
std::string write(const Connected& connected);
std::string write(const Message& message);
std::string write(const TooLarge& too_large);
std::string write(const Problem& problem);
// Nothing where the bytes are not exactly one.
std::optional<Order> read_order(std::string_view head);
std::optional<Connected> read_connected(std::string_view head);
std::optional<Message> read_message(std::string_view head);
std::optional<TooLarge> read_too_large(std::string_view head);
std::optional<Problem> read_problem(std::string_view head);

}  // namespace tenbo::live::wire
