// What becomes of the process that speaks MQTT costs a reconnection, and says so.
#include <gtest/gtest.h>
#include <mosquitto.h>

#include <csignal>
#include <cstring>
#include <set>

#include "feeds/declaration.h"
#include "feeds/link.h"
#include "mqtt_support.h"
#include "publisher.h"
#include "tenbo/live/journal_reader.h"

using namespace tenbo;
using namespace tenbo::test;
using namespace tenbo::live;
using namespace std::chrono_literals;

namespace {

constexpr const char* worker_name = "tenbo_mqtt_work";  // as proc(5) cuts it off

// As tenbo/base/channel.h has them.
std::string frame(std::uint32_t kind, const std::string& head, std::uint64_t body = 0) {
  std::string out(16, '\0');
  const auto size = static_cast<std::uint32_t>(head.size());
  std::memcpy(out.data(), &kind, 4);
  std::memcpy(out.data() + 4, &size, 4);
  std::memcpy(out.data() + 8, &body, 8);
  return out + head;
}

// A worker that says these bytes and then stays.
std::filesystem::path worker_that_says(const std::filesystem::path& folder, const std::string& bytes, const std::string& then = "exec sleep 1000") {
  std::filesystem::create_directories(folder);
  put(folder / "bytes", bytes);
  put(folder / "worker", "#!/bin/sh\ncat '" + (folder / "bytes").string() + "' >&0\n" + then + "\n");
  std::filesystem::permissions(folder / "worker", std::filesystem::perms::owner_all);
  return folder / "worker";
}

// A feed whose worker is another program.
class WithWorker {
 public:
  WithWorker(const std::filesystem::path& folder, FeedSpec spec, std::filesystem::path worker) : link_(std::move(spec), nullptr) {
    JournalOptions options;
    options.accepted = [this](std::span<Entry> entries) { accepted_ += entries.size(); };
    auto journal = Journal::open(folder, options);
    EXPECT_TRUE(journal.ok());
    journal_ = std::move(*journal);
    link_.mqtt_worker = std::move(worker);
    link_.join(journal_.get());
    thread_ = std::thread([this] { run_mqtt(link_); });
  }
  ~WithWorker() {
    link_.stop();
    thread_.join();
  }
  // Why it is not live, as soon as that is said.
  std::string reason() const {
    std::string out;
    EXPECT_TRUE(eventually([&] {
      const auto status = link_.status(machine_now());
      if (status.reason) out = status.reason->text();
      return !out.empty();
    }, 60));
    return out;
  }
  FeedState state() const { return link_.status(machine_now()).state; }
  std::size_t accepted() const { return accepted_; }

 private:
  std::atomic<std::size_t> accepted_ = 0;
  FeedLink link_;
  std::unique_ptr<Journal> journal_;
  std::thread thread_;
};

}  // namespace

// Bytes by MQTT 3.1.1 (OASIS, 2014) and 5 (2019): answers and messages that no honest broker sends. libmosquitto 2.0.11 aborts over some.
TEST(MqttWorker, AHostileBrokerEndsInAStateAndAnHonestOneIsFoundAgain) {
  NEEDS_BROKER();
  const Scratch s;
  const std::string four("\x20\x02\x00\x00", 4), five("\x20\x03\x00\x00\x00", 5);   // welcomes
  const std::string properties("\x20\x05\x00\x00\x02\x41\x41", 7);                   // of an answer, unknown to MQTT 5
  const std::string message("\x30\x09\x00\x04jma/\x02\x41\x41", 11);                 // the same of a message
  const std::string no_type("\xf0\x00", 2), long_length("\x30\xff\xff\xff\xff\x7f", 6), cut_topic("\x30\x09\x00\xc8jma/\x02\x41\x41", 11);
  int n = 0;
  for (const int version : {3, 5}) {
    const std::string& welcome = version == 3 ? four : five;
    for (const auto& said : {properties, four + message, five + message, welcome + no_type, welcome + long_length, welcome + cut_topic, std::string(70'000, '\xff')}) {
      const auto folder = s.path / std::to_string(++n);
      auto hostile = std::make_unique<HostileBroker>(said);
      const int port = hostile->port();
      const auto spec = feed(hostile->url(), version);
      Running run(folder / "j", {spec});
      EXPECT_TRUE(eventually([&] { return hostile->served() >= 1 && !run.reason().empty(); }, 60)) << n << " " << to_string(run.status().state);
      const auto state = run.status().state;
      EXPECT_TRUE(state == FeedState::offline || state == FeedState::refused) << n << " " << to_string(state);
      RecordProperty("answer" + std::to_string(n), run.reason());
      hostile.reset();
      Broker broker(folder / "broker", "allow_anonymous true\n", port);
      EXPECT_TRUE(run.becomes(FeedState::live, 0, 60)) << n;
      Publisher(port).say("river/1", "honest");
      EXPECT_TRUE(eventually([&] {  // after what the other one has sent
        const auto got = run.messages(1);
        return !got.empty() && text(got.back().body) == "honest";
      })) << n;
    }
  }
  EXPECT_TRUE(children(worker_name).empty());
}

TEST(MqttWorker, OneThatIsKilledIsStartedAgainAndItIsSaid) {
  NEEDS_BROKER();
  const Scratch s;
  Broker broker(s.path / "broker");
  for (const int version : {3, 5}) {
    auto spec = feed(broker.url(), version);
    spec.retry_seconds = 0.5;  // long enough that it is seen
    spec.most_retry_seconds = 1;
    Running run(s.path / ("j" + std::to_string(version)), {spec});
    ASSERT_TRUE(run.becomes(FeedState::live));
    std::atomic<bool> stop = false;
    std::thread stream([&] {
      Publisher p(broker.port());
      for (int i = 0; !stop; ++i) {
        p.say("river/1", std::to_string(i));
        std::this_thread::sleep_for(1ms);
      }
    });
    EXPECT_GE(run.messages(100).size(), 100u);
    const auto pids = children(worker_name);
    ASSERT_EQ(pids.size(), 1u);
    ASSERT_EQ(::kill(pids[0], SIGKILL), 0);
    std::string why;
    EXPECT_TRUE(eventually([&] { return !(why = run.reason()).empty(); }, 60));
    EXPECT_NE(why.find("the MQTT worker was ended by signal 9"), std::string::npos) << why;
    EXPECT_NE(why.find("tried again"), std::string::npos) << why;
    EXPECT_TRUE(run.becomes(FeedState::live, 0, 60));
    EXPECT_GE(run.messages(100).size(), 100u);
    stop = true;
    stream.join();
    EXPECT_TRUE(eventually([&] { return (void)run.messages(0), !run.gaps.empty(); }));
    ASSERT_EQ(run.gaps.size(), 1u);  // the broker kept the session, but what was acknowledged may have ended with the worker
    EXPECT_NE(text(run.gaps[0].body).find("may be missing"), std::string::npos) << text(run.gaps[0].body);
    EXPECT_GE(run.status().connections, 2u);
  }
}

TEST(MqttWorker, WhatItMustNotSayIsRefusedAndEndsIt) {
  const Scratch s;
  const std::string yes("\1\0\0\0\0\0\0\0", 8), welcome = frame(3, yes);
  const std::string message_head = std::string(8, '\0') + std::string("\x04\0\0\0\0\0\0\0topi", 12) + std::string(8, '\0');
  auto spec = feed("mqtt://127.0.0.1:" + std::to_string(free_port()));
  spec.most_bytes = 1000;
  const struct {
    std::string bytes, says;
  } cases[] = {
      {frame(5, message_head, 1001), "a body of 1001 bytes, over the limit of 1000"},
      {frame(5, message_head, UINT64_MAX), "over the limit"},
      {frame(5, std::string(200'000, 'x')), "a head of 200000 bytes"},
      {frame(5, message_head), "not in its turn"},                         // before it is connected
      {welcome + welcome, "not in its turn"},
      {frame(4, ""), "not in its turn"},
      {welcome + frame(5, message_head.substr(0, 12)), "kind 5"},          // cut off
      {welcome + frame(5, message_head + "x"), "kind 5"},                  // goes on
      {welcome + frame(4, "", 10) + "0123456789", "kind 4"},               // a body of what has none
      {frame(1, ""), "kind 1"},
      {frame(77, ""), "kind 77"},
      {std::string(100, '\xff'), "over the limit"},
      {welcome + frame(6, std::string(16, '\0')), "kind 6"},               // too large, and is not
  };
  int n = 0;
  for (const auto& c : cases) {
    const WithWorker run(s.path / ("j" + std::to_string(n)), spec, worker_that_says(s.path / std::to_string(n), c.bytes));
    const std::string why = run.reason();
    EXPECT_NE(why.find("the MQTT worker sends what it must not"), std::string::npos) << n << " " << why;
    EXPECT_NE(why.find(c.says), std::string::npos) << n << " " << why;
    EXPECT_EQ(run.state(), FeedState::offline);
    EXPECT_EQ(run.accepted(), 0u);
    ++n;
  }
  EXPECT_TRUE(children("sleep").empty());
}

TEST(MqttWorker, ItsEndAndItsAbsenceAreSaid) {
  const Scratch s;
  const auto spec = feed("mqtt://127.0.0.1:" + std::to_string(free_port()));
  const auto says = [&](const std::filesystem::path& worker) { return WithWorker(s.path / "j", spec, worker).reason(); };
  EXPECT_NE(says(worker_that_says(s.path / "abort", "", "kill -ABRT $$")).find("was ended by signal 6"), std::string::npos);
  EXPECT_NE(says(worker_that_says(s.path / "exit", "", "exit 7")).find("ended with status 7"), std::string::npos);
  const auto absent = says(s.path / "no_worker");
  EXPECT_NE(absent.find("cannot be run"), std::string::npos) << absent;
  EXPECT_NE(absent.find("tenbo_mqtt_worker"), std::string::npos) << absent;
  // words of its own are shown on one line, as UTF-8, and not for ever
  const std::string long_words = "no\nroute\xff" + std::string(5000, 'x');
  std::string problem(8, '\0');
  for (const auto& words : {long_words, std::string("remedy")}) {
    const std::uint64_t size = words.size();
    problem.append(reinterpret_cast<const char*>(&size), 8) += words;
  }
  const auto words = says(worker_that_says(s.path / "words", frame(7, problem)));
  EXPECT_NE(words.find("no route"), std::string::npos) << words;
  EXPECT_EQ(words.find('\xff'), std::string::npos);
  EXPECT_LT(words.size(), 1000u);
}

// QoS 1 in a session that the broker keeps: what was acknowledged is in the journal, what was not comes again.
TEST(MqttWorker, AnEndInTheMiddleOfAStreamLosesNothing) {
  NEEDS_BROKER();
  const Scratch s;
  Broker broker(s.path / "broker");
  constexpr int count = 20'000;
  for (const int version : {3, 5}) {
    const auto journal = s.path / ("j" + std::to_string(version));
    {
      Running run(journal, {feed(broker.url(), version)});
      ASSERT_TRUE(run.becomes(FeedState::live));
    }
    std::atomic<bool> arrived = false;
    std::thread stream([&] {
      Publisher p(broker.port());
      for (int i = 0; i < count; ++i) p.say("river/1", std::to_string(i) + std::string(100, '.'));
      while (!arrived) std::this_thread::sleep_for(10ms);
    });
    for (int i = 0; i < 5; ++i) {
      Running run(journal, {feed(broker.url(), version)});
      EXPECT_GE(run.messages(500, 60).size(), 500u);
      EXPECT_TRUE(run.gaps.empty());
    }
    Running run(journal, {feed(broker.url(), version)});
    std::set<int> which;
    JournalQuery next;
    EXPECT_TRUE(eventually([&] {
      auto reader = JournalReader::open(journal);
      for (bool more = reader.ok(); more;) {
        const auto page = reader->read(next);
        for (const auto& e : page.entries)
          if (e.kind == EntryKind::message) which.insert(std::stoi(text(e.body)));
        next.from_number = page.next_number;
        more = !page.entries.empty();
      }
      return which.size() == static_cast<std::size_t>(count);
    }, 60)) << which.size() << " of " << count << " in version " << version;
    arrived = true;
    stream.join();
  }
}

// What a program that is killed had not written yet cannot be known: the gap is said, once, though the broker kept the session.
TEST(MqttWorker, AfterAKillOfTheProgramAGapIsSaid) {
  NEEDS_BROKER();
  const Scratch s;
  Broker broker(s.path / "broker");
  const auto journal = s.path / "j", killed = s.path / "killed";
  {
    Running run(journal, {feed(broker.url())});
    ASSERT_TRUE(run.becomes(FeedState::live));
    Publisher(broker.port()).say("river/1", "before");
    EXPECT_EQ(run.messages(1).size(), 1u);
    std::filesystem::copy(journal, killed);  // as a kill would leave it
  }
  for (const int gaps : {1, 0}) {
    Running run(killed, {feed(broker.url())});
    ASSERT_TRUE(run.becomes(FeedState::live));
    Publisher(broker.port()).say("river/1", "after");
    EXPECT_EQ(run.messages(1).size(), 1u);
    EXPECT_TRUE(eventually([&] { return (void)run.messages(0), run.gaps.size() >= static_cast<std::size_t>(gaps); }));
    EXPECT_EQ(run.gaps.size(), static_cast<std::size_t>(gaps));
  }
}

TEST(MqttWorker, NothingIsLeftBehind) {
  NEEDS_BROKER();
  const Scratch s;
  Broker broker(s.path / "broker");
  { Running run(s.path / "j", {feed(broker.url())}); }  // what is opened once
  const auto files = open_files();
  for (int i = 0; i < 10; ++i) {
    Running run(s.path / "j", {feed(broker.url(), i % 2 ? 3 : 5)});
    if (i % 3 != 0) {
      ASSERT_TRUE(run.becomes(FeedState::live));
    }
  }
  EXPECT_EQ(open_files(), files);
  EXPECT_TRUE(children(worker_name).empty());
}

// libmosquitto's own check is the other source.
TEST(MqttWorker, TopicsAreThoseThatLibmosquittoTakes) {
  std::vector<std::string> topics{"#", "+", "/", "a", "+/+", "a/#", "a/+/b", "#/a", "a#", "a/#b", "+a", "a+", "a/+b", "a/b+/c", "//", "+/#", "a/#/", "a//b", "a/##", "+/++", std::string(65'535, 'x'), std::string(65'536, 'x')};
  for (const auto& t : topics)
    EXPECT_EQ(is_topic_filter(t), mosquitto_sub_topic_check2(t.data(), t.size()) == MOSQ_ERR_SUCCESS) << t.substr(0, 50) << " " << t.size();
}
