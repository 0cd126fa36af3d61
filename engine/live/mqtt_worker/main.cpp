// MQTT by libmosquitto, alone in its process: what a hostile broker makes of it ends this and not the program. `tenbo_mqtt_worker` is
// started by a feed (src/feeds/mqtt.cpp), has its order from standard input, which is a socket, makes one connection and ends with it. The
// connection is driven here and not by libmosquitto's own thread, so that every end of it is known.
#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "feeds/mqtt_wire.h"
#include "tenbo/base/worker_process.h"

namespace {

using namespace tenbo;
using namespace tenbo::live;
using namespace std::chrono_literals;

constexpr int keep_alive = 20;                    // s
constexpr std::uint32_t session_expiry = 86'400;  // s that a broker keeps for us what comes meanwhile
constexpr std::uint32_t packet_overhead = 70'000;  // of a message beside its body, at most: the topic

class Session {
 public:
  Session(wire::Order order, Channel& program) : order_(std::move(order)), program_(program) {}

  void run() {
    mosquitto* m = mosquitto_new(order_.client_id.c_str(), false, this);
    if (!m) return fail(false, std::string("libmosquitto cannot be started: ") + std::strerror(errno), "");
    const bool v5 = order_.version == 5;
    mosquitto_int_option(m, MOSQ_OPT_PROTOCOL_VERSION, v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
    mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
    if (!order_.user.empty()) mosquitto_username_pw_set(m, order_.user.c_str(), order_.password.c_str());
    if (order_.tls) {
      int code = MOSQ_ERR_SUCCESS;
      if (order_.ca_file.empty()) code = mosquitto_int_option(m, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
      else code = mosquitto_tls_set(m, order_.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr);
      if (code == MOSQ_ERR_SUCCESS) code = mosquitto_tls_opts_set(m, 1, nullptr, nullptr);
      if (code != MOSQ_ERR_SUCCESS) return fail(true, std::string("TLS cannot be set up: ") + mosquitto_strerror(code), "check the feed's \"ca_file\"");
    }
    mosquitto_connect_v5_callback_set(m, [](mosquitto* c, void* self, int code, int flags, const mosquitto_property*) { static_cast<Session*>(self)->on_connect(c, code, flags); });
    mosquitto_subscribe_callback_set(m, [](mosquitto*, void* self, int, int count, const int* granted) { static_cast<Session*>(self)->on_subscribe(count, granted); });
    mosquitto_message_v5_callback_set(m, [](mosquitto*, void* self, const mosquitto_message* message, const mosquitto_property* properties) { static_cast<Session*>(self)->on_message(*message, properties); });
    mosquitto_log_callback_set(m, [](mosquitto*, void* self, int level, const char* text) { static_cast<Session*>(self)->on_log(level, text); });

    const int port = static_cast<int>(order_.port);
    int code = MOSQ_ERR_SUCCESS;
    if (v5) {
      mosquitto_property* properties = nullptr;
      mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, session_expiry);
      const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(order_.most_bytes + packet_overhead, 268'435'455));
      mosquitto_property_add_int32(&properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, most);  // an honest broker keeps larger ones to itself
      code = mosquitto_connect_bind_v5(m, order_.host.c_str(), port, keep_alive, nullptr, properties);
    } else {
      code = mosquitto_connect_async(m, order_.host.c_str(), port, keep_alive);
    }
    if (code != MOSQ_ERR_SUCCESS) return lost(code);
    auto said = std::chrono::steady_clock::now();
    while (!ended_) {
      code = mosquitto_loop(m, 50, 1);
      if (code != MOSQ_ERR_SUCCESS) return lost(code);
      Frame none;
      if (program_.receive(none, {}, 0ms) != Channel::Got::nothing) break;  // it wants no more, or says what it must not
      if (const auto now = std::chrono::steady_clock::now(); std::chrono::duration<double>(now - said).count() > wire::alive_seconds) {
        say(wire::alive, {});
        said = now;
      }
    }
    mosquitto_disconnect(m);
    mosquitto_loop_write(m, 1);
  }

 private:
  void say(wire::Kind kind, std::string_view head, std::span<const std::byte> body = {}) {
    if (!program_.send(kind, head, body)) ended_ = true;
  }
  void fail(bool refused, std::string message, std::string remedy) {
    if (!ended_) say(wire::problem, wire::write(wire::Problem{refused, std::move(message), std::move(remedy)}));
    ended_ = true;
  }

  void lost(int code) {
    const int system = errno;
    if (code == MOSQ_ERR_TLS || !tls_said_.empty())
      return fail(true, "no trusted connection by TLS: " + (tls_said_.empty() ? std::string(mosquitto_strerror(code)) : tls_said_),
                  "check the address and the clock; where the broker is your own, name its certificate's issuer in \"ca_file\"");
    if (code == MOSQ_ERR_ERRNO) return fail(false, std::string("cannot be reached: ") + std::strerror(system), "check the address and the network; it is tried again");
    if (code == MOSQ_ERR_EAI) return fail(false, "no host has this name", "check the address and the network; it is tried again");
    if (code == MOSQ_ERR_PROTOCOL || code == MOSQ_ERR_MALFORMED_PACKET)
      return fail(true, "what answers there does not speak MQTT " + std::string(order_.version == 5 ? "5" : "3.1.1"), "check the address, its port and \"mqtt_version\"");
    fail(false, std::string("the connection was lost: ") + mosquitto_strerror(code), "it is tried again");
  }

  void on_connect(mosquitto* m, int code, int flags) {
    if (code != 0) {
      const bool v5 = order_.version == 5;
      const bool rights = v5 ? code == MQTT_RC_BAD_USERNAME_OR_PASSWORD || code == MQTT_RC_NOT_AUTHORIZED || code == MQTT_RC_BANNED : code == 4 || code == 5;
      return fail(true, std::string("the broker refuses: ") + (v5 ? mosquitto_reason_string(code) : mosquitto_connack_string(code)),
                  rights ? "check the feed's \"credentials\"" : "it is tried again");
    }
    say(wire::connected, wire::write(wire::Connected{(flags & 1) != 0}));
    std::vector<char*> raw;
    for (auto& t : order_.topics) raw.push_back(t.data());
    if (const int sent = mosquitto_subscribe_multiple(m, nullptr, static_cast<int>(raw.size()), raw.data(), static_cast<int>(order_.qos), 0, nullptr); sent != MOSQ_ERR_SUCCESS)
      fail(false, std::string("cannot subscribe: ") + mosquitto_strerror(sent), "it is tried again");
  }

  void on_subscribe(int count, const int* granted) {
    for (int i = 0; i < count; ++i)
      if (granted[i] >= 0x80) {
        const auto at = static_cast<std::size_t>(i);
        return fail(true, "the broker refuses the topic \"" + (at < order_.topics.size() ? order_.topics[at] : "") + "\"", "check \"topics\", and what the user may read there");
      }
    say(wire::subscribed, {});
  }

  void on_message(const mosquitto_message& message, const mosquitto_property* properties) {
    const auto size = static_cast<std::uint64_t>(std::max(0, message.payloadlen));
    const std::string topic = message.topic ? message.topic : "";
    if (size > order_.most_bytes) return say(wire::too_large, wire::write(wire::TooLarge{size, topic}));
    std::string type;
    char* said = nullptr;
    if (properties && mosquitto_property_read_string(properties, MQTT_PROP_CONTENT_TYPE, &said, false) && said) {
      type = said;
      ::free(said);
    }
    const auto* p = static_cast<const std::byte*>(message.payload);
    say(wire::message, wire::write(wire::Message{message.retain, topic, type}), size > 0 ? std::span(p, static_cast<std::size_t>(size)) : std::span<const std::byte>());
  }

  void on_log(int level, const char* text) {
    if (level != MOSQ_LOG_ERR || !text) return;
    const std::string_view line(text);
    if (line.find("OpenSSL") != std::string_view::npos || line.find("certificate") != std::string_view::npos || line.find("TLS") != std::string_view::npos)
      if (tls_said_.empty()) tls_said_ = std::string(line.substr(0, 300));
  }

  wire::Order order_;
  Channel& program_;
  bool ended_ = false;
  std::string tls_said_;
};

}  // namespace

int main() {
  confine_worker();
  Channel program(0);
  Frame frame;
  if (program.receive(frame, wire::to_worker, 10s) != Channel::Got::frame || frame.kind != wire::order) {
    std::fputs("tenbo_mqtt_worker is started by Tenbo, for a feed\n", stderr);
    return 2;
  }
  auto order = wire::read_order(frame.head);
  if (!order) return 2;
  limit_memory(order->memory_bytes);
  mosquitto_lib_init();
  Session(std::move(*order), program).run();
  std::_Exit(0);  // whatever libmosquitto still holds
}
