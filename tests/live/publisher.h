#pragma once
// A client that publishes to a test's broker.
#include <mosquitto.h>

#include "broker.h"

namespace tenbo::test {

class Publisher {
 public:
  explicit Publisher(int port, const char* user = nullptr, const char* password = nullptr) {
    mosquitto_lib_init();
    m_ = mosquitto_new(nullptr, true, nullptr);
    if (user) mosquitto_username_pw_set(m_, user, password);
    mosquitto_max_inflight_messages_set(m_, 0);
    EXPECT_EQ(mosquitto_connect(m_, "127.0.0.1", port, 60), MOSQ_ERR_SUCCESS);
    mosquitto_loop_start(m_);
  }
  ~Publisher() {
    eventually([this] { return !mosquitto_want_write(m_); });
    mosquitto_disconnect(m_);
    mosquitto_loop_stop(m_, false);
    mosquitto_destroy(m_);
  }
  void say(const std::string& topic, const std::string& body, int qos = 1, bool retain = false) {
    EXPECT_EQ(mosquitto_publish(m_, nullptr, topic.c_str(), static_cast<int>(body.size()), body.data(), qos, retain), MOSQ_ERR_SUCCESS);
  }

 private:
  mosquitto* m_ = nullptr;
};

}  // namespace tenbo::test
