// GeoJSON and the OGC API Features over HTTP. The server is the test's own, on 127.0.0.1; what is expected is what it was
// told to send, by RFC 7946 (GeoJSON) and OGC 17-069r4 (links "next", timeStamp, limit).
#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "http_server.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/remote_vector.h"

using namespace tenbo;
using namespace tenbo::test;

namespace {

std::string feature(int number, double lon, double lat) {
  return R"({"type":"Feature","id":")" + std::to_string(number) + R"(","properties":{"number":)" + std::to_string(number) +
         R"(},"geometry":{"type":"Point","coordinates":[)" + std::to_string(lon) + "," + std::to_string(lat) + "]}}";
}
// `extra`: further members of the collection, each with a comma before it.
std::string collection(const std::vector<std::string>& features, const std::string& extra = {}) {
  std::string all;
  for (const auto& f : features) all += (all.empty() ? "" : ",") + f;
  return R"({"type":"FeatureCollection","features":[)" + all + "]" + extra + "}";
}
std::string next(const std::string& href) { return R"(,"links":[{"rel":"self","href":"x"},{"rel":"next","type":"application/geo+json","href":")" + href + R"("}])"; }

io::RemoteOptions quick() {
  io::RemoteOptions o;
  o.cache_bytes = 0;
  o.connect_seconds = 2;
  o.stall_seconds = 1;
  o.total_seconds = 5;
  o.retry_seconds = 0.01;
  o.rest_seconds = 0;
  return o;
}
Result<io::RemoteVector> read(const std::string& url, io::VectorOptions options = {}, const io::RemoteOptions& remote = quick()) {
  Progress progress;
  return io::read_remote_vector(url, options, remote, progress, {});
}
std::vector<std::int64_t> numbers(const io::VectorData& d) {
  std::vector<std::int64_t> out;
  for (std::uint32_t i = 0; i < d.features.size(); ++i)
    for (const auto& [name, value] : d.features.attributes(i))
      if (name == "number") out.push_back(std::get<std::int64_t>(value));
  return out;
}

TEST(RemoteVector, AFileIsReadAndIdentified) {
  HttpServer server([](const HttpRequest&) { return answer(collection({feature(7, 139.75, 35.5)})); });
  EXPECT_TRUE(io::is_remote_vector(server.url("/a/b.geojson?key=1")));
  EXPECT_TRUE(io::is_remote_vector(server.url("/collections/shelters/items")));
  EXPECT_FALSE(io::is_remote_vector(server.url("/tileset.json")));
  EXPECT_FALSE(io::is_remote_vector("b.geojson"));
  const auto found = io::identify(server.url("/a/b.geojson"));
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->front().kind, io::DataKind::vector);
  EXPECT_TRUE(server.asked().empty()) << "nothing is asked before a layer opens";

  const auto r = read(server.url("/a/b.geojson"));
  ASSERT_TRUE(r) << r.error().text();
  EXPECT_EQ(numbers(r->data), std::vector<std::int64_t>{7});
  ASSERT_EQ(r->data.points.size(), 1u);
  EXPECT_DOUBLE_EQ(r->data.points[0].lon, 139.75);
  EXPECT_DOUBLE_EQ(r->data.points[0].lat, 35.5);
  EXPECT_EQ(r->data.name, "b");
  EXPECT_FALSE(r->stamped);
  EXPECT_EQ(server.asked(), std::vector<std::string>{"/a/b.geojson"}) << "a file's address is asked as it stands";
}

TEST(RemoteVector, PagesFollowOneAnother) {
  const std::map<std::string, std::string> pages = {
      {"/collections/s/items?f=json&limit=1000", collection({feature(1, 139, 35), feature(2, 140, 36)}, R"(,"timeStamp":"2026-11-21T00:00:00Z")" + next("items?page=2"))},
      {"/collections/s/items?page=2", collection({feature(3, 141, 37)}, R"(,"timeStamp":"2026-11-21T00:00:01Z")" + next("/collections/s/items?page=3"))},
      {"/collections/s/items?page=3", collection({feature(4, 142, 38)})}};
  HttpServer server([&](const HttpRequest& r) {
    const auto it = pages.find(r.target);
    return it == pages.end() ? answer("", 404) : answer(it->second);
  });
  const auto r = read(server.url("/collections/s/items"));
  ASSERT_TRUE(r) << r.error().text();
  EXPECT_EQ(numbers(r->data), (std::vector<std::int64_t>{1, 2, 3, 4}));
  ASSERT_EQ(r->data.parts.size(), 4u);
  for (std::uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(r->data.parts[i].feature, i);
    EXPECT_DOUBLE_EQ(r->data.points[r->data.parts[i].first].lon, 139 + i);
  }
  EXPECT_DOUBLE_EQ(r->data.extent.west, 139);
  EXPECT_DOUBLE_EQ(r->data.extent.north, 38);
  ASSERT_TRUE(r->stamped);
  EXPECT_EQ(r->stamped->ms, geo::parse_instant("2026-11-21T00:00:00Z")->ms);
  EXPECT_EQ(r->data.name, "s");
}

TEST(RemoteVector, ANewStampAloneIsNothingNew) {
  std::atomic<int> asked{0};
  std::atomic<int> what{1};
  HttpServer server([&](const HttpRequest&) {
    return answer(collection({feature(what, 139, 35)}, R"(,"timeStamp":"2026-11-21T00:00:0)" + std::to_string(asked++) + R"(Z")"));
  });
  const auto first = read(server.url("/a.geojson")), again = read(server.url("/a.geojson"));
  what = 2;
  const auto other = read(server.url("/a.geojson"));
  ASSERT_TRUE(first && again && other);
  EXPECT_EQ(first->digest, again->digest);
  EXPECT_NE(first->digest, other->digest);
}

TEST(RemoteVector, APartIsNeverTakenForAll) {
  std::string second = "/gone";
  HttpServer server([&](const HttpRequest& r) {
    if (r.target == "/a.geojson") return answer(collection({feature(1, 139, 35)}, next(second)));
    if (r.target == "/round") return answer(collection({feature(2, 139, 35)}, next("/round")));
    if (r.target == "/half") return answer(R"({"type":"FeatureCollection","features":[{"type":"Fea)");
    return answer("", 404);
  });
  HttpServer other([](const HttpRequest&) { return answer(collection({feature(9, 1, 1)})); });
  for (const auto& [href, word] : std::map<std::string, std::string>{{"/gone", "404"}, {"/round", "circle"}, {"/half", "JSON"}, {other.url("/p2"), "another host"}, {"file:///etc/passwd", "scheme"}}) {
    second = href;
    const auto r = read(server.url("/a.geojson"));
    ASSERT_FALSE(r) << href;
    if (word != "scheme") {
      EXPECT_NE(r.error().text().find(word), std::string::npos) << r.error().text();
    }
  }
  EXPECT_TRUE(other.asked().empty());
  second = other.url("/p2");
  auto trusting = quick();
  trusting.allow_hosts = {other.host()};
  const auto r = read(server.url("/a.geojson"), {}, trusting);
  ASSERT_TRUE(r) << r.error().text();
  EXPECT_EQ(numbers(r->data), (std::vector<std::int64_t>{1, 9}));
}

TEST(RemoteVector, MoreThanOneMayWantIsLeftOutAndSaid) {
  HttpServer server([](const HttpRequest& r) { return answer(collection({feature(1, 139, 35), feature(2, 139, 35)}, next(r.target + "x"))); });
  io::VectorOptions options;
  options.max_features = 3;
  const auto r = read(server.url("/a.geojson"), options);
  ASSERT_TRUE(r) << r.error().text();
  EXPECT_EQ(r->data.features.size(), 4u);
  ASSERT_FALSE(r->data.diagnostics.warnings.empty());
  EXPECT_NE(r->data.diagnostics.warnings.back().text().find("left out"), std::string::npos);
}

}  // namespace
