// Feeds over MQTT, from Debian's mosquitto on 127.0.0.1; what is published is the test's own.
#include <gtest/gtest.h>
#include <mosquitto.h>

#include <algorithm>
#include <set>
#include <thread>

#include "mqtt_support.h"
#include "publisher.h"

using namespace tenbo;
using namespace tenbo::test;
using namespace tenbo::live;
using namespace std::chrono_literals;

namespace {

bool shell(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

}  // namespace

TEST(Mqtt, BringsWhatIsPublishedInEitherVersion) {
  NEEDS_BROKER();
  const Scratch s;
  Broker broker(s.path / "broker");
  {
    Publisher p(broker.port());
    p.say("river/chidori", "kept", 1, true);
  }
  for (const int version : {3, 5}) {
    auto spec = feed(broker.url(), version);
    spec.qos = version == 3 ? 1 : 2;
    Running run(s.path / ("j" + std::to_string(version)), {spec});
    ASSERT_TRUE(run.becomes(FeedState::live));
    auto kept = run.messages(1);
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_TRUE(kept[0].retained);
    EXPECT_EQ(kept[0].source, "river/chidori");
    Publisher p(broker.port());
    const std::string binary("\0\xff", 2);
    p.say("rain/kawaguchi/mm", binary, 2);
    p.say("rain/kawaguchi/inch", "not subscribed");
    p.say("river/2", "", 2);
    const auto got = run.messages(2);
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(text(got[0].body), binary);
    EXPECT_FALSE(got[0].retained);
    EXPECT_TRUE(got[1].body.empty());
    EXPECT_TRUE(run.gaps.empty());
  }
}

TEST(Mqtt, ABurstIsAbsorbed) {
  NEEDS_BROKER();
  const Scratch s;
  Broker broker(s.path / "broker");
  Running run(s.path / "j", {feed(broker.url())});
  ASSERT_TRUE(run.becomes(FeedState::live));
  constexpr int count = 20'000;
  {
    Publisher p(broker.port());
    for (int i = 0; i < count; ++i) p.say("river/" + std::to_string(i % 50), std::to_string(i) + std::string(200, '.'));
    EXPECT_TRUE(eventually([&] { return run.status().messages == count; }, 60));
  }
  const auto got = run.messages(count);
  ASSERT_EQ(got.size(), static_cast<std::size_t>(count));
  std::set<int> which;
  for (const auto& e : got) which.insert(std::stoi(text(e.body)));
  EXPECT_EQ(which.size(), static_cast<std::size_t>(count));
}

TEST(Mqtt, ABrokerThatComesBackIsFoundAndTheGapIsSaid) {
  NEEDS_BROKER();
  const Scratch s;
  Broker broker(s.path / "broker");  // it keeps nothing over its own restart
  Running run(s.path / "j", {feed(broker.url(), 3)});
  ASSERT_TRUE(run.becomes(FeedState::live));
  broker.stop();
  ASSERT_TRUE(run.becomes(FeedState::offline));
  broker.start();
  ASSERT_TRUE(run.becomes(FeedState::live));
  EXPECT_GE(run.status().connections, 2u);
  Publisher(broker.port()).say("river/1", "after");
  EXPECT_EQ(text(run.messages(1).at(0).body), "after");
  ASSERT_EQ(run.gaps.size(), 1u);
  EXPECT_LT(run.gaps[0].since->us, run.gaps[0].until->us);
}

TEST(Mqtt, WhatABrokerKeepsComesAfterARestart) {
  NEEDS_BROKER();
  for (const int version : {3, 5}) {
    const Scratch s;
    Broker broker(s.path / "broker");
    {
      Running run(s.path / "j", {feed(broker.url(), version)});
      ASSERT_TRUE(run.becomes(FeedState::live));
      Publisher(broker.port()).say("river/1", "before");
      EXPECT_EQ(run.messages(1).size(), 1u);
    }
    Publisher(broker.port()).say("river/1", "meanwhile");
    Running run(s.path / "j", {feed(broker.url(), version)});
    EXPECT_EQ(text(run.messages(1).at(0).body), "meanwhile");
    EXPECT_TRUE(run.gaps.empty());
  }
}

TEST(Mqtt, UserPasswordAndTopicsThatARefused) {
  NEEDS_BROKER();
  const Scratch s;
  put(s.path / "passwords", "duty:secret\n");
  ASSERT_TRUE(shell("mosquitto_passwd -U '" + (s.path / "passwords").string() + "'"));
  Broker broker(s.path / "broker", "allow_anonymous false\npassword_file " + (s.path / "passwords").string() + "\n");
  put(s.path / "right", "user = duty\npassword = secret\n");
  put(s.path / "wrong", "user = duty\npassword = guess\n");
  for (const int version : {3, 5}) {
    auto spec = feed(broker.url(), version);
    spec.credentials = s.path / "right";
    {
      Running run(s.path / ("j" + std::to_string(version)), {spec});
      ASSERT_TRUE(run.becomes(FeedState::live));
      Publisher(broker.port(), "duty", "secret").say("river/1", "in");
      EXPECT_EQ(run.messages(1).size(), 1u);
    }
    spec.credentials = s.path / "wrong";
    Running run(s.path / ("w" + std::to_string(version)), {spec});
    EXPECT_TRUE(run.becomes(FeedState::refused));
    EXPECT_NE(run.reason().find("credentials"), std::string::npos) << run.reason();
    EXPECT_EQ(run.reason().find("guess"), std::string::npos);
  }
}

TEST(Mqtt, TlsHoldsTheCertificateAgainstTheAddress) {
  NEEDS_BROKER();
  const Scratch s;
  const std::string at = s.path.string() + "/";
  const auto issuer = [&](const std::string& name) {
    return shell("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=" + name + "' -keyout " + at + name + ".key -out " + at + name + ".pem");
  };
  const auto certificate = [&](const std::string& name, const std::string& host) {
    put(s.path / (name + ".ext"), "subjectAltName=" + host + "\n");
    return shell("openssl req -newkey rsa:2048 -nodes -subj '/CN=x' -keyout " + at + name + ".key -out " + at + name + ".csr") &&
           shell("openssl x509 -req -in " + at + name + ".csr -CA " + at + "ca.pem -CAkey " + at + "ca.key -CAcreateserial -days 2 -extfile " + at + name + ".ext -out " + at + name + ".pem");
  };
  ASSERT_TRUE(issuer("ca") && issuer("stranger") && certificate("right", "IP:127.0.0.1") && certificate("wrong", "DNS:elsewhere.example"));
  const auto with = [&](const std::string& name) { return "allow_anonymous true\ncertfile " + at + name + ".pem\nkeyfile " + at + name + ".key\n"; };
  Broker broker(s.path / "broker", with("right")), elsewhere(s.path / "elsewhere", with("wrong"));
  for (const int version : {3, 5}) {
    const auto folder = [&](const char* name) { return s.path / (name + std::to_string(version)); };
    auto spec = feed(broker.url(true), version);
    spec.ca_file = s.path / "ca.pem";
    {
      Running run(folder("good"), {spec});
      EXPECT_TRUE(run.becomes(FeedState::live));
    }
    auto other = spec;
    other.ca_file = s.path / "stranger.pem";
    auto nobody = spec;
    nobody.ca_file.clear();  // the system's
    auto host = spec;
    host.address = elsewhere.url(true);
    auto plain = spec;
    plain.address = broker.url(false);
    int n = 0;
    for (const auto& bad : {other, nobody, host}) {
      Running run(folder(("bad" + std::to_string(n++)).c_str()), {bad});
      EXPECT_TRUE(run.becomes(FeedState::refused)) << n;
      EXPECT_NE(run.reason().find("TLS"), std::string::npos) << run.reason();
      EXPECT_NE(run.reason().find("ca_file"), std::string::npos) << run.reason();
    }
    Running run(folder("plain"), {plain});  // without TLS to a port that wants it
    EXPECT_TRUE(eventually([&] { const auto state = run.status().state; return state == FeedState::offline || state == FeedState::refused; }));
    EXPECT_FALSE(run.reason().empty());
  }
}

TEST(Mqtt, MessagesThatAreTooLargeAreRefused) {
  NEEDS_BROKER();
  const Scratch s;
  Broker broker(s.path / "broker");
  for (const int version : {3, 5}) {
    auto spec = feed(broker.url(), version);
    spec.most_bytes = 1'000'000;
    Running run(s.path / ("j" + std::to_string(version)), {spec});
    ASSERT_TRUE(run.becomes(FeedState::live));
    Publisher p(broker.port());
    p.say("river/large", std::string(100'000'000, 'x'));
    p.say("river/small", "small");
    const auto got = run.messages(1, 60);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(text(got[0].body), "small");
    EXPECT_TRUE(run.becomes(FeedState::live));
    if (version == 5) continue;  // the broker has kept it to itself
    EXPECT_EQ(run.status().refused, 1u);
    EXPECT_NE(run.refusal().find("100000000 bytes"), std::string::npos) << run.refusal();
  }
}

TEST(Mqtt, WhatIsNoBrokerDoesNotHoldAnybodyUp) {
  const Scratch s;
  // a port on which somebody listens and says nothing, one on which nobody listens
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
  ASSERT_EQ(::listen(fd, 8), 0);
  socklen_t size = sizeof at;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
  const std::string silent = "127.0.0.1:" + std::to_string(ntohs(at.sin_port)), nobody = "127.0.0.1:" + std::to_string(free_port());
  int n = 0;
  for (const int version : {3, 5})
    for (const char* scheme : {"mqtt://", "mqtts://"})
      for (const auto& host : {silent, nobody}) {
        auto spec = feed(scheme + host, version);
        spec.connect_seconds = 0.5;
        auto run = std::make_unique<Running>(s.path / std::to_string(n++), std::vector{spec});
        EXPECT_TRUE(eventually([&] { return run->status().state == FeedState::offline && !run->reason().empty(); })) << spec.address << to_string(run->status().state);
        const auto begun = std::chrono::steady_clock::now();
        run.reset();
        EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s) << spec.address;
      }
  ::close(fd);
}
