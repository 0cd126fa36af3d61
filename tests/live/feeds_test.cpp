// Feeds from folders and over HTTP, and what is common to all. The servers are the test's own, on 127.0.0.1.
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "feeds_support.h"
#include "http_server.h"
#include "tenbo/base/file.h"
#include "tenbo/base/folder_events.h"

using namespace tenbo;
using namespace tenbo::test;
using namespace tenbo::live;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

FeedSpec folder_feed(const fs::path& path, const std::string& name = "folder") {
  FeedSpec s;
  s.name = name;
  s.kind = FeedKind::folder;
  s.address = path.string();
  s.retry_seconds = 0.05;
  return s;
}
FeedSpec http_feed(const std::string& url) {
  FeedSpec s;
  s.name = "web";
  s.kind = FeedKind::http;
  s.address = url;
  s.poll_seconds = 0.05;
  s.retry_seconds = 0.05;
  s.most_retry_seconds = 0.1;
  s.connect_seconds = 2;
  s.total_seconds = 2;
  return s;
}
std::set<std::string> bodies(const std::vector<Entry>& entries) {
  std::set<std::string> out;
  for (const auto& e : entries) out.insert(text(e.body));
  return out;
}

}  // namespace

TEST(FolderEvents, TellsOfFilesThatAreComplete) {
  const Scratch s;
  auto events = FolderEvents::watch(s.path);
  ASSERT_TRUE(events.ok());
  EXPECT_TRUE(events->wait(10ms).names.empty());
  put(s.path / "a", "1");
  ASSERT_TRUE(write_file_atomic(s.path / "b", std::string_view("2")));
  std::set<std::string> names;
  eventually([&] {
    for (auto& n : events->wait(50ms).names) names.insert(n);
    return names.contains("a") && names.contains("b");
  });
  EXPECT_TRUE(names.contains("a") && names.contains("b"));
  fs::remove_all(s.path);
  EXPECT_TRUE(eventually([&] { return events->wait(50ms).gone; }));
  EXPECT_FALSE(FolderEvents::watch(s.path / "nowhere").ok());
}

TEST(Feeds, AFolderBringsItsFiles) {
  const Scratch s;
  fs::create_directories(s.path / "in");
  put(s.path / "in/old.json", "old");
  put(s.path / "secret", "secret");
  {
    auto spec = folder_feed(s.path / "in");
    spec.most_bytes = 1000;
    Running run(s.path / "j", {spec});
    auto first = run.messages(1);
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first[0].source, "old.json");
    ASSERT_TRUE(write_file_atomic(s.path / "in/new.json", std::string_view("new")));
    EXPECT_EQ(text(run.messages(1).at(0).body), "new");
    ASSERT_TRUE(write_file_atomic(s.path / "in/new.json", std::string_view("newer")));
    EXPECT_EQ(text(run.messages(1).at(0).body), "newer");
    // what is none: not finished, a link, a folder, too large
    put(s.path / "in/half.part", "x");
    fs::create_symlink(s.path / "secret", s.path / "in/link.json");
    fs::create_directories(s.path / "in/folder");
    put(s.path / "in/large", std::string(1001, 'x'));
    put(s.path / "in/last", "last");
    EXPECT_EQ(bodies(run.messages(1)), std::set<std::string>{"last"});
    EXPECT_TRUE(eventually([&] { return run.status().refused == 1; }));
    EXPECT_NE(run.refusal().find("1001 bytes"), std::string::npos) << run.refusal();
    EXPECT_EQ(run.status().state, FeedState::live);
  }
  put(s.path / "in/meanwhile", "meanwhile");
  Running again(s.path / "j", {folder_feed(s.path / "in")});  // the large one may be read now
  EXPECT_EQ(bodies(again.messages(2)), (std::set<std::string>{"meanwhile", std::string(1001, 'x')}));
  EXPECT_EQ(all(s.path / "j").size(), 6u);
}

TEST(Feeds, AFolderThatIsNotThereIsWaitedFor) {
  const Scratch s;
  Running run(s.path / "j", {folder_feed(s.path / "later/in.json")});
  EXPECT_TRUE(run.becomes(FeedState::offline));
  EXPECT_NE(run.reason().find("not there"), std::string::npos);
  fs::create_directories(s.path / "later");
  put(s.path / "later/other", "other");
  put(s.path / "later/in.json", "in");
  EXPECT_EQ(bodies(run.messages(1)), std::set<std::string>{"in"});
  fs::remove_all(s.path / "later");
  EXPECT_TRUE(run.becomes(FeedState::offline));
  fs::create_directories(s.path / "later");
  put(s.path / "later/in.json", "again");
  EXPECT_EQ(bodies(run.messages(1)), std::set<std::string>{"again"});
}

TEST(Feeds, HttpAsksForWhatHasChanged) {
  const Scratch s;
  std::atomic<int> version{1}, not_modified{0};
  HttpServer server([&](const HttpRequest& r) {
    const std::string tag = "\"v" + std::to_string(version) + "\"";
    EXPECT_TRUE(r.has("User-Agent: tenbo/"));
    if (r.target == "/plain") return answer("always");
    if (r.has("If-None-Match: " + tag)) {
      ++not_modified;
      EXPECT_TRUE(r.has("If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT"));
      return HttpAnswer{"HTTP/1.1 304 Not Modified\r\n\r\n", true, 0};
    }
    return answer("body " + std::to_string(version), 200, "ETag: " + tag + "\r\nLast-Modified: Sat, 01 Jan 2000 00:00:00 GMT\r\nContent-Type: text/plain\r\n");
  });
  auto plain = http_feed(server.url("/plain"));
  plain.name = "plain";
  {
    Running run(s.path / "j", {http_feed(server.url("/a?key=SECRET")), plain});
    auto got = run.messages(2);
    ASSERT_EQ(got.size(), 2u);
    const Entry& e = got[0].feed == "web" ? got[0] : got[1];
    EXPECT_EQ(text(e.body), "body 1");
    EXPECT_EQ(e.type, "text/plain");
    EXPECT_EQ(e.source, server.url("/a"));  // no key
    EXPECT_TRUE(eventually([&] { return not_modified >= 2; }));
    version = 2;
    EXPECT_EQ(bodies(run.messages(1)), std::set<std::string>{"body 2"});
    EXPECT_EQ(run.status().state, FeedState::live);
    EXPECT_EQ(run.status(1).messages, 1u);  // the same again is no news
    EXPECT_LE(server.connections(), 3);     // kept
  }
  Running again(s.path / "j", {http_feed(server.url("/a?key=SECRET"))});
  EXPECT_TRUE(again.becomes(FeedState::live));
  version = 3;
  EXPECT_EQ(bodies(again.messages(1)), std::set<std::string>{"body 3"});  // and not 2, which the journal has
}

TEST(Feeds, HttpSaysWhatIsWrong) {
  HttpServer other([](const HttpRequest&) { return answer("other"); });
  HttpServer server([&](const HttpRequest& r) {
    if (r.target == "/gone") return answer("", 404);
    if (r.target == "/key") return answer("", 401);
    if (r.target == "/broken") return answer("", 500);
    if (r.target == "/loop") return answer("", 302, "Location: /loop\r\n");
    if (r.target == "/away") return answer("", 302, "Location: " + other.url("/x") + "\r\n");
    if (r.target == "/file") return answer("", 302, "Location: file:///etc/passwd\r\n");
    if (r.target == "/large") return answer(std::string(100'000, 'x'));
    if (r.target == "/noise") return HttpAnswer{"\x16\x03\x01 what\r\n\r\n", false, 0};
    auto a = answer(std::string(1000, 'x'), 200, "", false);
    a.drip_ms = 50;
    return a;
  });
  const Scratch s;
  int n = 0;
  const auto expect = [&](const std::string& url, FeedState state, const std::string& words) {
    auto spec = http_feed(url);
    spec.most_bytes = 50'000;
    spec.total_seconds = 0.7;
    Running run(s.path / std::to_string(n++), {spec});
    EXPECT_TRUE(eventually([&] { return run.status().state == state && run.reason().find(words) != std::string::npos; }))
        << url << " is " << to_string(run.status().state) << ": " << run.reason();
    EXPECT_TRUE(run.feeds->take().empty());
  };
  expect(server.url("/gone"), FeedState::refused, "404");
  expect(server.url("/key"), FeedState::refused, "credentials");
  expect(server.url("/broken"), FeedState::offline, "500");
  expect(server.url("/loop"), FeedState::refused, "redirected more than 5 times");
  expect(server.url("/away"), FeedState::refused, "another origin");
  expect(server.url("/file"), FeedState::refused, "nowhere that can be followed");
  expect(server.url("/large"), FeedState::refused, "more than the 50000 bytes");
  expect(server.url("/noise"), FeedState::offline, "cannot be reached");
  expect(server.url("/drip"), FeedState::offline, "took too long");
  EXPECT_TRUE(other.asked().empty());
  std::string gone;
  { gone = HttpServer([](const HttpRequest&) { return answer(""); }).url(); }
  expect(gone, FeedState::offline, "cannot be reached");
}

TEST(Feeds, CredentialsComeFromAFile) {
  const Scratch s;
  put(s.path / "user", "# the duty room\nuser = duty\npassword = s3 cret\n");
  put(s.path / "token", "token = abc\n");
  put(s.path / "wrong", "user = duty\npasword = hidden\n");
  HttpServer server([](const HttpRequest& r) {
    if (r.target == "/user") return r.has("Authorization: Basic ZHV0eTpzMyBjcmV0\r\n") ? answer("in") : answer("", 401);  // base64 of "duty:s3 cret", by hand
    return r.has("Authorization: Bearer abc\r\n") ? answer("in") : answer("", 401);
  });
  for (const char* which : {"user", "token"}) {
    auto spec = http_feed(server.url(std::string("/") + which));
    spec.credentials = s.path / which;
    Running run(s.path / (std::string("j") + which), {spec});
    EXPECT_EQ(run.messages(1).size(), 1u) << run.reason();
  }
  auto spec = http_feed(server.url("/user"));
  spec.credentials = s.path / "wrong";
  Running run(s.path / "jw", {spec});
  EXPECT_TRUE(run.becomes(FeedState::refused));
  EXPECT_NE(run.reason().find("line 2"), std::string::npos) << run.reason();
  EXPECT_EQ(run.reason().find("hidden"), std::string::npos);
}

TEST(Feeds, NobodyWaitsForASlowServer) {
  HttpServer server([](const HttpRequest&) {
    auto a = answer(std::string(100, 'x'));
    a.drip_ms = 100;
    return a;
  });
  const Scratch s;
  auto spec = http_feed(server.url());
  spec.total_seconds = 60;
  auto run = std::make_unique<Running>(s.path / "j", std::vector{spec});
  EXPECT_TRUE(eventually([&] { return !server.asked().empty(); }));
  const auto begun = std::chrono::steady_clock::now();
  run.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 1500ms);
}

TEST(Feeds, WhatIsNotTakenIsReadFromTheJournal) {
  const Scratch s;
  fs::create_directories(s.path / "in");
  FeedsOptions o;
  o.inbox_entries = 10;
  o.journal.file_bytes = 100'000;
  Running run(s.path / "j", {folder_feed(s.path / "in")}, o);
  std::set<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    const std::string body = std::to_string(i) + std::string(1000, '.');
    ASSERT_TRUE(write_file_atomic(s.path / "in" / std::to_string(i), body));
    expected.insert(body);
  }
  ASSERT_TRUE(eventually([&] { return run.status().messages == 300; }));
  std::vector<Entry> got;
  EXPECT_TRUE(eventually([&] {
    for (auto& e : run.feeds->take(7)) got.push_back(std::move(e));
    return got.size() >= 300;
  }));
  EXPECT_EQ(bodies(got), expected);
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i].number, i + 1);
  // and it keeps up again
  put(s.path / "in/x", "x");
  EXPECT_EQ(bodies(run.messages(1)), std::set<std::string>{"x"});
}

TEST(Feeds, TwoFoldersOfOneGroupCountOnce) {
  const Scratch s;
  fs::create_directories(s.path / "a");
  fs::create_directories(s.path / "b");
  auto a = folder_feed(s.path / "a", "a"), b = folder_feed(s.path / "b", "b");
  a.group = b.group = "same";
  Running run(s.path / "j", {a, b});
  put(s.path / "a/1", "one");
  EXPECT_EQ(run.messages(1).size(), 1u);
  put(s.path / "b/1", "one");
  EXPECT_TRUE(eventually([&] { return run.status(1).repeats == 1; }));
  put(s.path / "b/2", "two");
  EXPECT_EQ(bodies(run.messages(1)), std::set<std::string>{"two"});
}

TEST(Feeds, AFeedThatOnlyRepeatsIsKnownAfterARestart) {
  const Scratch s;
  fs::create_directories(s.path / "a");
  fs::create_directories(s.path / "b");
  auto a = folder_feed(s.path / "a", "a"), b = folder_feed(s.path / "b", "b");
  a.group = b.group = "same";
  {
    Running run(s.path / "j", {a, b});
    put(s.path / "a/1", "one");
    EXPECT_EQ(run.messages(1).size(), 1u);
    put(s.path / "b/1", "one");
    EXPECT_TRUE(eventually([&] { return run.status(1).repeats == 1; }));
  }
  FeedsOptions all;
  all.repeats = true;
  Running again(s.path / "j", {a, b}, all);
  EXPECT_TRUE(again.status(1).age.seconds) << "its age";
  put(s.path / "b/2", "two");
  EXPECT_EQ(bodies(again.messages(1)), std::set<std::string>{"two"}) << "and what it has brought: not once more";
  put(s.path / "a/2", "two");
  const auto repeated = again.messages(1);
  ASSERT_EQ(repeated.size(), 1u) << "handed out where that is asked for";
  EXPECT_EQ(repeated[0].feed, "a");
  EXPECT_NE(repeated[0].repeats, 0u);
}

TEST(Feeds, StaleByTheReportsOwnTime) {
  const Scratch s;
  fs::create_directories(s.path / "in");
  auto spec = folder_feed(s.path / "in");
  spec.expected_interval = 60;
  FeedsOptions o;
  o.report_time = [](const Entry& e) { return std::optional(Moment{std::stoll(text(e.body)) * second_us}); };
  const std::int64_t now = machine_now().us / second_us;
  {
    Running run(s.path / "j", {spec}, o);
    put(s.path / "in/a", std::to_string(now - 121));
    EXPECT_EQ(run.messages(1).size(), 1u);
    EXPECT_EQ(run.status().state, FeedState::stale);
    EXPECT_GE(*run.status().age.seconds, 121);
    put(s.path / "in/a", std::to_string(now));
    EXPECT_EQ(run.messages(1).size(), 1u);
    EXPECT_EQ(run.status().state, FeedState::live);
  }
  Running again(s.path / "j", {spec}, o);  // its age is known after a restart
  EXPECT_TRUE(again.status().age.seconds);
}

TEST(Feeds, DeclarationsAreChecked) {
  const auto wrong = [](FeedSpec s) { return !check_feed(s).ok(); };
  FeedSpec m;
  m.name = "m";
  m.kind = FeedKind::mqtt;
  m.address = "mqtts://broker.example:8883";
  m.topics = {"a/+/b", "c/#"};
  EXPECT_TRUE(check_feed(m).ok());
  for (const char* address : {"", "broker", "http://broker", "mqtt://", "mqtt://user:pw@broker", "mqtt://broker/topic", "mqtt://broker:0", "mqtt://bro ker", "mqtt://a/../b"}) {
    auto s = m;
    s.address = address;
    EXPECT_TRUE(wrong(s)) << address;
  }
  for (const char* topic : {"", "a/#/b", "a+", "\xff"}) {
    auto s = m;
    s.topics = {topic};
    EXPECT_TRUE(wrong(s)) << topic;
  }
  auto s = m;
  s.topics.clear();
  EXPECT_TRUE(wrong(s));
  EXPECT_TRUE(wrong(http_feed("ftp://host/")));
  EXPECT_TRUE(wrong(http_feed("file:///etc/passwd")));
  EXPECT_TRUE(wrong(http_feed("https://user:pw@host/")));
  EXPECT_EQ(check_feed(http_feed("https://user:pw@host/")).error().text().find("pw@"), std::string::npos);
  const Scratch scratch;
  EXPECT_FALSE(Feeds::start(scratch.path / "j", {folder_feed("x"), folder_feed("y")}).ok());
}
