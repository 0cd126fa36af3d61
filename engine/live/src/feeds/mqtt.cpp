// MQTT by libmosquitto. Its connection is driven here and not by its own thread, so that every end of it is known and a shutdown waits
// for nobody. The session is kept by the broker where it does that: what was published meanwhile then comes after all, and where it does
// not, a gap is written.
#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <random>

#include "feeds/declaration.h"
#include "feeds/link.h"
#include "tenbo/base/text.h"

namespace tenbo::live {
namespace {

constexpr int keep_alive = 20;               // s
constexpr std::uint32_t session_expiry = 86'400;  // s that a broker keeps for us what comes meanwhile
constexpr std::uint32_t packet_overhead = 70'000;  // of a message beside its body, at most: the topic

struct FreeClient { void operator()(mosquitto* m) const { mosquitto_destroy(m); } };
using Client = std::unique_ptr<mosquitto, FreeClient>;

class Session {
 public:
  explicit Session(FeedLink& link) : link_(link) {}

  void run() {
    const FeedSpec& spec = link_.spec;
    lost_since_ = link_.last_arrival;
    double retry = spec.retry_seconds;
    std::minstd_rand random{std::random_device{}()};
    while (!link_.cancelled()) {
      began_ = std::chrono::steady_clock::now();
      subscribed_ = false;
      problem_.reset();
      tls_said_.clear();
      if (!last_reason_) link_.state(FeedState::connecting);  // else it stays what it is until it is better
      connect_and_read();
      if (link_.cancelled()) return;
      if (subscribed_) {
        retry = spec.retry_seconds;
        if (!lost_since_) lost_since_ = machine_now();
      }
      if (!problem_) problem_ = Problem{{ErrorCode::io, "the connection was lost", spec.address, "", "it is tried again"}, false};
      last_reason_ = problem_->error;
      link_.state(problem_->refused ? FeedState::refused : FeedState::offline, problem_->error);
      // not all at once after a broker's restart
      const double spread = 0.8 + 0.4 * static_cast<double>(random() % 1000) / 1000;
      if (!link_.pause(retry * spread)) return;
      retry = std::min(retry * 2, spec.most_retry_seconds);
    }
  }

 private:
  struct Problem {
    Error error;
    bool refused;
  };
  void fail(bool refused, std::string message, std::string remedy) {
    if (!problem_) problem_ = Problem{{ErrorCode::io, to_valid_utf8(message), link_.spec.address, "", std::move(remedy)}, refused};
  }

  void connect_and_read() {
    const FeedSpec& spec = link_.spec;
    auto broker = parse_broker(spec.address);
    auto credentials = read_credentials(spec.credentials);
    if (!broker || !credentials) {
      problem_ = Problem{!broker ? broker.error() : credentials.error(), true};
      return;
    }
    Client client(mosquitto_new(link_.client_id.c_str(), false, this));
    mosquitto* m = client.get();
    if (!m) return fail(false, std::string("libmosquitto cannot be started: ") + std::strerror(errno), "");
    mosquitto_int_option(m, MOSQ_OPT_PROTOCOL_VERSION, spec.mqtt_version == 5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
    mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
    if (!credentials->user.empty()) mosquitto_username_pw_set(m, credentials->user.c_str(), credentials->password.c_str());
    if (broker->tls) {
      int code = MOSQ_ERR_SUCCESS;
      if (spec.ca_file.empty()) code = mosquitto_int_option(m, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
      else code = mosquitto_tls_set(m, spec.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr);
      if (code == MOSQ_ERR_SUCCESS) code = mosquitto_tls_opts_set(m, 1, nullptr, nullptr);
      if (code != MOSQ_ERR_SUCCESS) return fail(true, std::string("TLS cannot be set up: ") + mosquitto_strerror(code), "check the feed's \"ca_file\"");
    }
    mosquitto_connect_v5_callback_set(m, [](mosquitto* c, void* self, int code, int flags, const mosquitto_property*) { static_cast<Session*>(self)->on_connect(c, code, flags); });
    mosquitto_subscribe_callback_set(m, [](mosquitto*, void* self, int, int count, const int* granted) { static_cast<Session*>(self)->on_subscribe(count, granted); });
    mosquitto_message_v5_callback_set(m, [](mosquitto*, void* self, const mosquitto_message* message, const mosquitto_property* properties) { static_cast<Session*>(self)->on_message(*message, properties); });
    mosquitto_log_callback_set(m, [](mosquitto*, void* self, int level, const char* text) { static_cast<Session*>(self)->on_log(level, text); });

    int code = MOSQ_ERR_SUCCESS;
    if (spec.mqtt_version == 5) {
      mosquitto_property* properties = nullptr;
      mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, session_expiry);
      const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(spec.most_bytes + packet_overhead, 268'435'455));
      mosquitto_property_add_int32(&properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, most);  // an honest broker keeps larger ones to itself
      code = mosquitto_connect_bind_v5(m, broker->host.c_str(), broker->port, keep_alive, nullptr, properties);
      mosquitto_property_free_all(&properties);
    } else {
      code = mosquitto_connect_async(m, broker->host.c_str(), broker->port, keep_alive);
    }
    if (code != MOSQ_ERR_SUCCESS) return lost(code);
    while (!link_.cancelled() && !problem_) {
      code = mosquitto_loop(m, 50, 1);
      if (code != MOSQ_ERR_SUCCESS) return lost(code);
      const double waited = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
      if (!subscribed_ && waited > link_.spec.connect_seconds) fail(false, "does not answer", "check the address and the network; it is tried again");
    }
    mosquitto_disconnect(m);
    mosquitto_loop_write(m, 1);
  }

  void lost(int code) {
    const int system = errno;
    if (code == MOSQ_ERR_TLS || !tls_said_.empty())
      return fail(true, "no trusted connection by TLS: " + (tls_said_.empty() ? std::string(mosquitto_strerror(code)) : tls_said_),
                  "check the address and the clock; where the broker is your own, name its certificate's issuer in \"ca_file\"");
    if (code == MOSQ_ERR_ERRNO) return fail(false, std::string("cannot be reached: ") + std::strerror(system), "check the address and the network; it is tried again");
    if (code == MOSQ_ERR_EAI) return fail(false, "no host has this name", "check the address and the network; it is tried again");
    if (code == MOSQ_ERR_PROTOCOL || code == MOSQ_ERR_MALFORMED_PACKET)
      return fail(true, "what answers there does not speak MQTT " + std::string(link_.spec.mqtt_version == 5 ? "5" : "3.1.1"), "check the address, its port and \"mqtt_version\"");
    fail(false, std::string("the connection was lost: ") + mosquitto_strerror(code), "it is tried again");
  }

  void on_connect(mosquitto* m, int code, int flags) {
    if (code != 0) {
      const bool v5 = link_.spec.mqtt_version == 5;
      const bool rights = v5 ? code == MQTT_RC_BAD_USERNAME_OR_PASSWORD || code == MQTT_RC_NOT_AUTHORIZED || code == MQTT_RC_BANNED : code == 4 || code == 5;
      return fail(true, std::string("the broker refuses: ") + (v5 ? mosquitto_reason_string(code) : mosquitto_connack_string(code)),
                  rights ? "check the feed's \"credentials\"" : "it is tried again");
    }
    session_kept_ = (flags & 1) != 0;
    link_.connected();
    std::vector<std::string> topics = link_.spec.topics;
    std::vector<char*> raw;
    for (auto& t : topics) raw.push_back(t.data());
    if (const int sent = mosquitto_subscribe_multiple(m, nullptr, static_cast<int>(raw.size()), raw.data(), link_.spec.qos, 0, nullptr); sent != MOSQ_ERR_SUCCESS)
      fail(false, std::string("cannot subscribe: ") + mosquitto_strerror(sent), "it is tried again");
  }

  void on_subscribe(int count, const int* granted) {
    for (int i = 0; i < count; ++i)
      if (granted[i] >= 0x80) {
        const auto at = static_cast<std::size_t>(i);
        return fail(true, "the broker refuses the topic \"" + (at < link_.spec.topics.size() ? link_.spec.topics[at] : "") + "\"", "check \"topics\", and what the user may read there");
      }
    subscribed_ = true;
    if (lost_since_ && !session_kept_) link_.gap(*lost_since_, machine_now(), "the broker did not keep what came meanwhile");
    lost_since_.reset();
    last_reason_.reset();
    link_.state(FeedState::live);
  }

  void on_message(const mosquitto_message& message, const mosquitto_property* properties) {
    const auto size = static_cast<std::uint64_t>(std::max(0, message.payloadlen));
    if (size > link_.spec.most_bytes) {
      link_.refused({ErrorCode::out_of_budget, "a message of " + std::to_string(size) + " bytes was refused, more than the limit of " + std::to_string(link_.spec.most_bytes),
                     link_.spec.address, to_valid_utf8(message.topic ? message.topic : ""), ""});
      return;
    }
    std::string type;
    char* said = nullptr;
    if (properties && mosquitto_property_read_string(properties, MQTT_PROP_CONTENT_TYPE, &said, false) && said) {
      type = said;
      ::free(said);
    }
    const auto* p = static_cast<const std::byte*>(message.payload);
    std::vector<std::byte> body;
    if (size > 0) body.assign(p, p + size);
    (void)link_.message(message.topic ? message.topic : "", type, message.retain, std::move(body));
  }

  void on_log(int level, const char* text) {
    if (level != MOSQ_LOG_ERR || !text) return;
    const std::string_view line(text);
    if (line.find("OpenSSL") != std::string_view::npos || line.find("certificate") != std::string_view::npos || line.find("TLS") != std::string_view::npos)
      if (tls_said_.empty()) tls_said_ = std::string(line.substr(0, 300));
  }

  FeedLink& link_;
  std::chrono::steady_clock::time_point began_;
  bool subscribed_ = false, session_kept_ = false;
  std::optional<Moment> lost_since_;
  std::optional<Problem> problem_;
  std::optional<Error> last_reason_;
  std::string tls_said_;
};

}  // namespace

void run_mqtt(FeedLink& link) {
  static std::once_flag once;  // as libmosquitto asks: once in a program
  std::call_once(once, [] { mosquitto_lib_init(); });
  Session(link).run();
}

}  // namespace tenbo::live
