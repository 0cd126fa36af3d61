// Feeds over HTTP whose server gives a collection page by page, as OGC 18-088 (SensorThings 1.1) has it: "@iot.nextLink". The servers are
// the test's own, on 127.0.0.1.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <mutex>
#include <set>

#include "feeds_support.h"
#include "http_server.h"
#include "tenbo/live/replay.h"

using namespace tenbo;
using namespace tenbo::test;
using namespace tenbo::live;
using namespace std::chrono_literals;

namespace {

FeedSpec things_feed(const std::string& url) {
  FeedSpec s;
  s.name = "things";
  s.kind = FeedKind::http;
  s.address = url;
  s.poll_seconds = s.retry_seconds = 0.05;
  s.most_retry_seconds = 0.1;
  s.connect_seconds = s.total_seconds = 10;
  return s;
}
std::string page_text(const std::string& what, const std::string& next) {
  return "{\"value\": [\"" + what + "\"]" + (next.empty() ? "" : ", \"@iot.nextLink\": \"" + next + "\"") + "}";
}
// As FROST and others write it: "/v1.1/Things?$top=1&$skip=2". The page that is asked for, from 0 on.
std::size_t skipped(const std::string& target) {
  const auto at = target.find("$skip=");
  return at == std::string::npos ? 0 : std::stoul(target.substr(at + 6));
}
std::set<std::string> sources(const std::vector<Entry>& entries) {
  std::set<std::string> out;
  for (const auto& e : entries) out.insert(e.source);
  return out;
}

}  // namespace

TEST(FeedPages, EachIsAMessageAndOnlyWhatHasChangedComesAgain) {
  const Scratch s;
  std::string address;  // set before anybody asks
  std::array<std::atomic<int>, 3> version{};
  std::array<std::atomic<int>, 3> unchanged{};
  HttpServer server([&](const HttpRequest& r) {
    const auto n = skipped(r.target);
    if (!r.target.starts_with("/v1.1/Things?$top=1") || n > 2) return answer("", 404);
    const std::string tag = "\"" + std::to_string(n) + "-" + std::to_string(version[n]) + "\"";
    if (r.has("If-None-Match: " + tag)) {
      ++unchanged[n];
      return HttpAnswer{"HTTP/1.1 304 Not Modified\r\n\r\n", true, 0};
    }
    EXPECT_FALSE(version[n] == 0 && r.has("If-None-Match")) << "the tag of another page: " << r.headers;
    const std::string next = n == 2 ? "" : address + "?$top=1&$skip=" + std::to_string(n + 1);
    return answer(page_text("page " + std::to_string(n + 1) + " of version " + std::to_string(version[n]), next), 200, "ETag: " + tag + "\r\n");
  });
  address = server.url("/v1.1/Things");
  const std::string asked = address + "?$top=1";
  {
    Running run(s.path / "j", {things_feed(asked)});
    const auto got = run.messages(3);
    ASSERT_EQ(got.size(), 3u) << run.reason();
    EXPECT_EQ(got[0].source, address);
    EXPECT_EQ(got[1].source, address + "#page=2");
    EXPECT_EQ(got[2].source, address + "#page=3");
    EXPECT_NE(text(got[2].body).find("page 3 of version 0"), std::string::npos);
    EXPECT_TRUE(run.becomes(FeedState::live));
    EXPECT_TRUE(eventually([&] { return unchanged[0] > 1 && unchanged[1] > 1 && unchanged[2] > 1; }, 60)) << "every page is asked for with its own tag";
    version[2] = 1;  // the first page has not changed, a later one has
    const auto later = run.messages(1);
    ASSERT_EQ(later.size(), 1u);
    EXPECT_EQ(later[0].source, address + "#page=3");
    EXPECT_NE(text(later[0].body).find("of version 1"), std::string::npos);
    EXPECT_EQ(run.status().messages, 4u);
    EXPECT_TRUE(run.gaps.empty());
  }
  {
    Running again(s.path / "j", {things_feed(asked)});
    EXPECT_TRUE(again.becomes(FeedState::live));
    version[1] = 1;
    const auto got = again.messages(1);
    ASSERT_EQ(got.size(), 1u) << "what the journal has is no news, of any page";
    EXPECT_EQ(got[0].source, address + "#page=2");
  }
  // And the journal alone gives the same again.
  auto replay = Replay::open(s.path / "j");
  ASSERT_TRUE(replay.ok());
  const auto latest = replay->latest(Moment{INT64_MAX - 1});
  ASSERT_EQ(latest.size(), 3u);
  EXPECT_EQ(sources(latest), (std::set<std::string>{address, address + "#page=2", address + "#page=3"}));
  for (const auto& e : latest) EXPECT_NE(text(e.body).find(e.source == address ? "page 1 of version 0" : "of version 1"), std::string::npos) << e.source;
}

TEST(FeedPages, NoLinkLeadsAwayFromTheFeedsAddress) {
  HttpServer other([](const HttpRequest&) { return answer("other"); });
  std::mutex mutex;
  std::string link;
  HttpServer server([&](const HttpRequest& r) {
    if (r.target != "/v1.1/Things") return answer(page_text("secret", ""));
    const std::lock_guard lock(mutex);
    return answer(page_text("first", link));
  });
  const Scratch s;
  int n = 0;
  const auto refused = [&](const std::string& to, const std::string& words) {
    {
      const std::lock_guard lock(mutex);
      link = to;
    }
    Running run(s.path / std::to_string(n++), {things_feed(server.url("/v1.1/Things"))});
    EXPECT_TRUE(eventually([&] { return run.status().state == FeedState::refused && run.reason().find(words) != std::string::npos; }, 60))
        << to << " is " << to_string(run.status().state) << ": " << run.reason();
    const auto got = run.messages(1);
    EXPECT_EQ(got.size(), 1u) << "the page itself was received";
  };
  refused(other.url("/v1.1/Things?$skip=1"), "another origin");
  refused("https://" + server.host() + "/v1.1/Things?$skip=1", "another origin");
  refused("//" + other.host() + "/v1.1/Things", "another origin");
  refused("http://user:pw@" + other.host() + "/v1.1/Things", "another origin");
  refused("file:///etc/passwd", "no address to be followed");
  refused("ftp://" + server.host() + "/v1.1/Things", "no address to be followed");
  refused("/v1.1/Users", "elsewhere on the server");
  refused("/v1.1/ThingsElse?$skip=1", "elsewhere on the server");
  refused("/v1.1/Things/../Users", "elsewhere on the server");
  refused("/v1.1/Things/%2e%2e/Users", "elsewhere on the server");
  refused(server.url("/v1.1/Things"), "in a circle");
  refused("?", "in a circle");
  EXPECT_TRUE(other.asked().empty());
  for (const auto& target : server.asked()) EXPECT_EQ(target, "/v1.1/Things");
}

TEST(FeedPages, LinksInsideOfEntitiesAreNoPages) {
  HttpServer server([](const HttpRequest&) {
    return answer(R"({"value": [{"@iot.nextLink": "/v1.1/Things/a", "Observations@iot.nextLink": "/v1.1/Things/b", "text": "@iot.nextLink"}], "@iot.count": 1})");
  });
  const Scratch s;
  Running run(s.path / "j", {things_feed(server.url("/v1.1/Things"))});
  EXPECT_EQ(run.messages(1).size(), 1u);
  EXPECT_TRUE(run.becomes(FeedState::live));
  EXPECT_TRUE(eventually([&] { return server.asked().size() > 2; }));
  for (const auto& target : server.asked()) EXPECT_EQ(target, "/v1.1/Things");
}

TEST(FeedPages, APageThatCannotBeHadIsSaidAndIsAGap) {
  const Scratch s;
  std::atomic<int> status{500}, version{0};
  HttpServer server([&](const HttpRequest& r) {
    const auto n = skipped(r.target);
    if (n == 1 && status == 0) return answer(R"({"value": [1, 2, "cut @iot.nextLink )");
    if (n == 1 && status != 200) return answer("", status);
    return answer(page_text(std::to_string(n) + "/" + std::to_string(version), n == 2 ? "" : "/Things?$skip=" + std::to_string(n + 1)));
  });
  Running run(s.path / "j", {things_feed(server.url("/Things"))});
  EXPECT_TRUE(run.becomes(FeedState::offline, 0, 60));
  EXPECT_NE(run.reason().find("/Things#page=2"), std::string::npos) << run.reason();
  EXPECT_NE(run.reason().find("500"), std::string::npos) << run.reason();
  EXPECT_EQ(sources(run.messages(1)), std::set<std::string>{server.url("/Things")}) << "what was received stays";
  status = 200;
  EXPECT_TRUE(run.becomes(FeedState::live, 0, 60));
  EXPECT_EQ(run.messages(2).size(), 2u);
  EXPECT_TRUE(run.gaps.empty()) << "before it was whole for the first time nothing is known to be missing";
  status = 404;
  version = 1;
  EXPECT_TRUE(run.becomes(FeedState::refused, 0, 60));
  EXPECT_EQ(run.messages(1).size(), 1u) << "the first page has changed";
  status = 0;
  EXPECT_TRUE(run.becomes(FeedState::offline, 0, 60));
  EXPECT_TRUE(eventually([&] { return run.reason().find("broken JSON") != std::string::npos; }, 60)) << run.reason();
  status = 200;
  EXPECT_TRUE(run.becomes(FeedState::live, 0, 60));
  EXPECT_TRUE(eventually([&] { (void)run.messages(0); return run.gaps.size() == 1; }, 60));
  ASSERT_EQ(run.gaps.size(), 1u);
  EXPECT_NE(text(run.gaps[0].body).find("pages"), std::string::npos) << text(run.gaps[0].body);
}

TEST(FeedPages, ThereIsAnEndToThem) {
  std::atomic<std::size_t> most{0}, size{10};
  std::atomic<int> slow_ms{0};
  HttpServer server([&](const HttpRequest& r) {
    const auto n = skipped(r.target);
    if (n > most) most = n;
    if (slow_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(slow_ms));
    return answer(page_text(std::string(size, 'x'), "/Things?$skip=" + std::to_string(n + 1)));
  });
  const Scratch s;
  const auto refused = [&](const char* journal, FeedSpec spec, const std::string& words) {
    most = 0;
    Running run(s.path / journal, {std::move(spec)});
    EXPECT_TRUE(eventually([&] { return run.status().state == FeedState::refused && run.reason().find(words) != std::string::npos; }, 90))
        << words << ": is " << to_string(run.status().state) << ": " << run.reason();
  };
  refused("pages", things_feed(server.url("/Things")), "the last of the 100 pages");
  EXPECT_EQ(most, 99u) << "counted from 0";
  size = 5000;
  auto large = things_feed(server.url("/Things"));
  large.most_bytes = 20'000;  // 80,000 of all
  refused("bytes", large, "bytes that are read");
  EXPECT_LE(most, 16u);
  EXPECT_GE(most, 14u);
  size = 10;
  slow_ms = 100;
  auto slow = things_feed(server.url("/Things"));
  slow.total_seconds = 0.5;  // 5 s of all
  refused("seconds", slow, "longer than 5 s");
  EXPECT_LT(most, 99u);
}
