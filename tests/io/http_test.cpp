// Files over HTTP: faults of servers, origins, the cache. The servers are the test's own, on 127.0.0.1; expected values
// are what they were told to send, and what RFC 9110 and 9111 say of it.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <thread>

#include "gdal_tools.h"
#include "gltf_support.h"
#include "gzip.h"
#include "http_server.h"
#include "tenbo/base/file.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/tiles.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::test;

namespace {

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

struct Opened {
  std::shared_ptr<const io::TileSource> source;
  std::string entry;
  Result<std::string> read(const std::string& name, std::uint64_t limit = 1 << 20) const {
    auto b = source->read(name, limit);
    if (!b) return b.error();
    return std::string(reinterpret_cast<const char*>(b->data()), b->size());
  }
  std::string text(const std::string& name) const {
    auto b = read(name);
    return b ? *b : "error: " + b.error().text();
  }
};
Opened open(const std::string& url, const io::RemoteOptions& options = quick()) {
  Opened o;
  auto s = io::open_tile_source(url, o.entry, options);
  EXPECT_TRUE(s.ok()) << s.error().text();
  if (s) o.source = *s;
  return o;
}


}  // namespace

TEST(Http, PlainGzippedAndCounted) {
  const std::string text(5000, 'x');
  HttpServer server([&](const HttpRequest& r) {
    if (r.target == "/a/gzip") return answer(gzipped(text), 200, "Content-Encoding: gzip\r\n");
    if (r.target == "/a/stored") return answer(gzipped(text));  // a gzipped file, as many tiles are
    if (r.target == "/a/chunked") return HttpAnswer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", true, 0};
    EXPECT_TRUE(r.has("User-Agent: tenbo/")) << r.headers;
    return answer(text);
  });
  const auto s = open(server.url("/a/"));
  EXPECT_EQ(s.entry, "tileset.json");
  for (const char* name : {"plain", "gzip", "stored"}) EXPECT_EQ(s.text(name), text) << name;
  EXPECT_EQ(s.text("chunked"), "abcde");
  EXPECT_EQ(server.connections(), 1);  // kept alive
  EXPECT_EQ(s.read("plain", 4999).error().code, ErrorCode::out_of_budget);
  EXPECT_EQ(s.read("gzip", 4999).error().code, ErrorCode::out_of_budget);
  EXPECT_EQ(s.source->label("plain"), server.url("/a/plain"));
}

TEST(Http, StatusesAreSaidWithAddressAndRemedy) {
  std::atomic<int> fails{2}, busy{0};
  HttpServer server([&](const HttpRequest& r) {
    if (r.target.starts_with("/gone")) return answer("no", 404);
    if (r.target == "/key") return answer("no", 403);
    if (r.target == "/broken") { ++busy; return answer("oops", 500); }
    if (r.target == "/later") return fails-- > 0 ? answer("oops", 503, "Retry-After: 0\r\n") : answer("here");
    return answer("");
  });
  const auto s = open(server.url("/?key=SECRET"));
  const auto gone = s.read("gone").error();
  EXPECT_EQ(gone.code, ErrorCode::not_found);
  EXPECT_NE(gone.text().find(server.url("/gone")), std::string::npos);
  EXPECT_NE(gone.text().find("404"), std::string::npos);
  for (const char* name : {"gone", "key", "broken"}) EXPECT_EQ(s.text(name).find("SECRET"), std::string::npos) << s.text(name);
  const auto t = open(server.url());
  EXPECT_NE(t.read("key").error().remedy.find("key"), std::string::npos);
  busy = 0;
  EXPECT_NE(t.read("broken").error().message.find("500"), std::string::npos);
  EXPECT_EQ(busy, 3);  // attempts
  EXPECT_EQ(t.text("later"), "here");
}

TEST(Http, CutBodiesAndWrongLengthsAreErrors) {
  std::atomic<int> cut{1};
  HttpServer server([&](const HttpRequest& r) {
    if (r.target == "/short") return HttpAnswer{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", false, 0};
    if (r.target == "/once") return cut-- > 0 ? HttpAnswer{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", false, 0} : answer("abcde");
    if (r.target == "/chunks") return HttpAnswer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc", false, 0};
    if (r.target == "/zip") return answer(gzipped("abcdefgh").substr(0, 15), 200, "Content-Encoding: gzip\r\n");
    if (r.target == "/nothing") return HttpAnswer{"", false, 0};
    if (r.target == "/noise") return HttpAnswer{"\x16\x03\x01 what\r\n\r\n", false, 0};
    return HttpAnswer{"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc", false, 0};
  });
  const auto s = open(server.url());
  for (const char* name : {"short", "chunks", "zip", "nothing", "noise"}) {
    const auto r = s.read(name);
    ASSERT_FALSE(r.ok()) << name;
    EXPECT_EQ(r.error().code, ErrorCode::io) << name;
  }
  EXPECT_EQ(s.text("once"), "abcde");  // the second attempt
}

// `size` bytes of zeros, packed, which never were in memory as they are.
std::string packed_zeros(std::size_t size) {
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string zeros(1 << 20, '\0'), out(size / 500, '\0');
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  for (std::size_t done = 0; done < size; done += zeros.size()) {
    z.next_in = reinterpret_cast<Bytef*>(zeros.data());
    z.avail_in = static_cast<uInt>(zeros.size());
    deflate(&z, done + zeros.size() < size ? Z_NO_FLUSH : Z_FINISH);
  }
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

TEST(Http, WhatUnpacksToTooMuchIsFoundOutBeforeItIsInMemory) {
  const std::string bomb = packed_zeros(256 << 20);
  HttpServer server([&](const HttpRequest& r) {
    if (r.target == "/damaged") return answer(gzipped("abcdefgh").substr(0, 12) + "no such thing", 200, "Content-Encoding: gzip\r\n");
    if (r.target == "/foreign") return answer("abc", 200, "Content-Encoding: br\r\n");
    if (r.target == "/stored") return answer(bomb);
    return answer(bomb, 200, "Content-Encoding: gzip\r\n");
  });
  auto options = quick();
  options.largest_answer = 4 << 20;
  const auto s = open(server.url(), options);
  const auto before = peak_memory_bytes();
  for (const char* name : {"bomb", "stored"}) {
    const auto r = s.read(name, std::uint64_t{1} << 30);
    ASSERT_FALSE(r.ok()) << name;
    EXPECT_EQ(r.error().code, ErrorCode::out_of_budget) << name;
    EXPECT_NE(r.error().text().find("4194304"), std::string::npos) << r.error().text();
  }
  EXPECT_LT(peak_memory_bytes() - before, std::uint64_t{64} << 20);
  EXPECT_NE(s.read("bomb", std::uint64_t{1} << 30).error().remedy.find("--ram"), std::string::npos);
  EXPECT_EQ(s.read("bomb", 1 << 20).error().remedy, "");  // the limit of what was asked for
  for (const char* name : {"damaged", "foreign"}) EXPECT_FALSE(s.read(name).ok()) << name;
  EXPECT_EQ(s.read("damaged").error().code, ErrorCode::io);
  EXPECT_NE(s.read("foreign").error().message.find("\"br\""), std::string::npos);
}

// A server that never stops sending.
TEST(Http, BodiesWithoutAnEndAreCutAtTheLimit) {
  HttpServer server([&](const HttpRequest&) { return HttpAnswer{"HTTP/1.1 200 OK\r\n\r\n" + std::string(64 << 20, 'x'), false, 0}; });
  auto options = quick();
  options.largest_answer = 1 << 20;
  const auto r = open(server.url(), options).read("endless", std::uint64_t{1} << 30);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().code, ErrorCode::out_of_budget);
  EXPECT_EQ(server.asked().size(), 1u);  // another attempt would not be shorter
}

TEST(HttpCache, KeptAnswersKeepToTheLimit) {
  HttpServer server([&](const HttpRequest&) { return answer(std::string(3 << 20, 'x'), 200, "Cache-Control: max-age=1000\r\n"); });
  auto options = quick();
  options.cache = scratch("http_cache_limit");
  options.cache_bytes = 1 << 30;
  EXPECT_TRUE(open(server.url(), options).read("a", 4 << 20).ok());
  EXPECT_TRUE(open(server.url(), options).read("a", 4 << 20).ok());
  EXPECT_EQ(server.asked().size(), 1u);
  options.largest_answer = 1 << 20;
  EXPECT_EQ(open(server.url(), options).read("a", 4 << 20).error().code, ErrorCode::out_of_budget);
}

TEST(Http, SlowServersAreGivenUp) {
  HttpServer server([&](const HttpRequest& r) {
    auto a = answer(std::string(1000, 'x'), 200, "", false);
    if (r.target == "/drip") a.drip_ms = 100;
    if (r.target == "/hang") std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    return a;
  });
  const auto s = open(server.url());
  for (const char* name : {"drip", "hang"}) {
    const auto begun = std::chrono::steady_clock::now();
    const auto r = s.read(name);
    ASSERT_FALSE(r.ok());
    EXPECT_NE(r.error().message.find("too long"), std::string::npos) << r.error().text();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(4));
  }
  CancelToken cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancel.cancel();
  });
  const auto r = s.source->read_until("drip", 10000, cancel);
  later.join();
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().code, ErrorCode::cancelled);
}

TEST(Http, AHostThatCannotBeReachedIsNotTriedForEveryTile) {
  std::string url;
  {
    HttpServer gone([](const HttpRequest&) { return answer(""); });
    url = gone.url();
  }
  auto options = quick();
  options.rest_seconds = 60;
  options.retry_seconds = 0.2;
  const auto s = open(url, options);
  const auto first = s.read("a").error();
  EXPECT_EQ(first.code, ErrorCode::io);
  EXPECT_NE(first.message.find("cannot be reached"), std::string::npos);
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(s.read("b").ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(500));
}

TEST(Http, RedirectsStayWithTheOrigin) {
  HttpServer other([](const HttpRequest& r) { return answer("other " + r.target); });
  HttpServer server([&](const HttpRequest& r) {
    if (r.target == "/a/moved") return answer("", 302, "Location: /b/here?x=1\r\n");
    if (r.target == "/a/loop") return answer("", 301, "Location: loop\r\n");
    if (r.target == "/a/away") return answer("", 302, "Location: " + other.url("/x") + "\r\n");
    if (r.target == "/a/file") return answer("", 302, "Location: file:///etc/passwd\r\n");
    if (r.target == "/a/nowhere") return answer("", 302);
    return answer("at " + r.target);
  });
  const auto s = open(server.url("/a/"));
  EXPECT_EQ(s.text("moved"), "at /b/here?x=1");
  EXPECT_NE(s.read("loop").error().message.find("redirected more than 5 times"), std::string::npos);
  const auto away = s.read("away").error();
  EXPECT_NE(away.message.find("another origin, http://" + other.host()), std::string::npos);
  EXPECT_NE(away.remedy.find("allow_hosts"), std::string::npos);
  EXPECT_FALSE(s.read("file").ok());
  EXPECT_FALSE(s.read("nowhere").ok());
  EXPECT_TRUE(other.asked().empty());
  auto options = quick();
  options.allow_hosts = {other.host()};
  EXPECT_EQ(open(server.url("/a/"), options).text("away"), "other /x");
}

TEST(Http, NamesStayInTheFolderOfTheOrigin) {
  HttpServer other([](const HttpRequest& r) { return answer(r.target); });
  HttpServer server([](const HttpRequest& r) { return answer(r.target); });
  const auto s = open(server.url("/city/tileset.json?key=K"));
  EXPECT_EQ(s.entry, "tileset.json");
  const auto at = [](const Opened& o, const std::string& from, const std::string& reference) {
    auto name = o.source->resolve(from, reference);
    return name ? o.text(*name) : "refused: " + name.error().message;
  };
  EXPECT_EQ(at(s, "tileset.json", "a.glb"), "/city/a.glb?key=K");
  EXPECT_EQ(at(s, "tileset.json", "x/a.glb?v=2"), "/city/x/a.glb?v=2&key=K");
  EXPECT_EQ(at(s, "x/y.json?session=S", "../a%20b.glb"), "/city/a%20b.glb?session=S&key=K");
  EXPECT_EQ(at(s, "tileset.json", "a.glb?key=other"), "/city/a.glb?key=other");
  EXPECT_EQ(at(s, "tileset.json", "/city/x/a.glb"), "/city/x/a.glb?key=K");
  EXPECT_EQ(at(s, "tileset.json", server.url("/city/b.glb")), "/city/b.glb?key=K");
  for (const char* bad : {"../a.glb", "/a.glb", "x/../../a.glb", "..%2fa.glb", "%2e%2e/a.glb", "..\\a.glb", "/citydump/a.glb", "file:///etc/passwd", "", "/city/",
                          "gopher://x/", "%00"})
    EXPECT_EQ(at(s, "tileset.json", bad).substr(0, 7), "refused") << bad;
  EXPECT_NE(at(s, "tileset.json", other.url("/a.glb?token=T")).find("another host"), std::string::npos);
  EXPECT_EQ(at(s, "tileset.json", other.url("/a.glb?token=T")).find("token"), std::string::npos);
  auto options = quick();
  options.allow_hosts = {other.host()};
  const auto t = open(server.url("/city/tileset.json?key=K"), options);
  EXPECT_EQ(at(t, "tileset.json", other.url("/a.glb?v=1")), "/a.glb?v=1");  // the key stays at home
  EXPECT_EQ(at(t, other.url("/sub/tileset.json"), "b.glb"), "/sub/b.glb");
  EXPECT_EQ(at(t, "tileset.json", "../a.glb").substr(0, 7), "refused");
  options.allow_hosts = {server.host()};
  EXPECT_EQ(at(open(server.url("/city/tileset.json?key=K"), options), "tileset.json", "../a.glb"), "/a.glb?key=K");
}

TEST(Http, ManyThreadsShareAFewConnections) {
  HttpServer server([](const HttpRequest& r) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return answer(r.target);
  });
  auto options = quick();
  options.connections = 3;
  const auto s = open(server.url(), options);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const std::string name = std::to_string(t * 100 + i);
        if (s.text(name) != "/" + name) ++wrong;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(server.most_at_once(), 3);
  EXPECT_LE(server.connections(), 3);
}

TEST(HttpCache, FreshIsNotAskedForAndStaleIsConfirmed) {
  std::string body = "one";
  HttpServer server([&](const HttpRequest& r) {
    if (r.target == "/fresh") return answer(body, 200, "Cache-Control: public, max-age=1000\r\n");
    if (r.target == "/old") return answer(body, 200, "Cache-Control: max-age=1000\r\nAge: 2000\r\n");
    if (r.target == "/secret") return answer(body, 200, "Cache-Control: no-store, max-age=1000\r\n");
    if (r.target == "/dated") return r.has("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT") ? answer("", 304) : answer(body, 200, "Cache-Control: no-cache\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    return r.has("If-None-Match: \"" + body + "\"") ? answer("", 304) : answer(body, 200, "ETag: \"" + body + "\"\r\n");
  });
  auto options = quick();
  options.cache = scratch("http_cache");
  options.cache_bytes = 1 << 20;
  const auto times = [&](const std::string& target) {
    const auto all = server.asked();
    return std::count(all.begin(), all.end(), target);
  };
  for (int i = 0; i < 2; ++i) {
    const auto s = open(server.url(), options);  // as another program would
    for (const char* name : {"fresh", "old", "secret", "dated", "tagged"}) EXPECT_EQ(s.text(name), "one") << name;
  }
  EXPECT_EQ(times("/fresh"), 1);
  EXPECT_EQ(times("/old"), 2);
  EXPECT_EQ(times("/secret"), 2);
  EXPECT_EQ(times("/dated"), 2);
  EXPECT_EQ(times("/tagged"), 2);
  EXPECT_GT(open(server.url(), options).source->size("fresh"), 0u);
  EXPECT_EQ(open(server.url(), options).source->size("secret"), 0u);
  body = "two";
  const auto s = open(server.url(), options);
  EXPECT_EQ(s.text("fresh"), "one");
  EXPECT_EQ(s.text("tagged"), "two");
  EXPECT_TRUE(s.source->notes().warnings.empty());
}

TEST(HttpCache, ServesWithoutANetworkAndSaysSo) {
  auto options = quick();
  options.cache = scratch("http_offline");
  options.cache_bytes = 1 << 20;
  std::string url;
  bool sick = false;
  {
    HttpServer server([&](const HttpRequest& r) { return sick ? answer("", 500) : answer(r.target); });
    url = server.url("/?key=SECRET");
    EXPECT_EQ(open(url, options).text("a"), "/a?key=SECRET");
    EXPECT_EQ(open(url, options).text("b"), "/b?key=SECRET");
    sick = true;
    const auto s = open(url, options);
    EXPECT_EQ(s.text("a"), "/a?key=SECRET");
    EXPECT_NE(s.source->notes().warnings.at(0).message.find("500"), std::string::npos);
  }
  const auto s = open(url, options);
  EXPECT_EQ(s.text("a"), "/a?key=SECRET");
  EXPECT_EQ(s.text("b"), "/b?key=SECRET");
  EXPECT_FALSE(s.read("c").ok());
  const auto notes = s.source->notes();
  ASSERT_EQ(notes.warnings.size(), 1u);
  EXPECT_NE(notes.warnings[0].message.find("2 files are shown as kept"), std::string::npos) << notes.warnings[0].text();
  EXPECT_NE(notes.warnings[0].message.find("cannot be reached"), std::string::npos);
  EXPECT_EQ(notes.warnings[0].text().find("SECRET"), std::string::npos);
  // Nor does the key stand in the cache's files.
  for (const auto& f : fs::recursive_directory_iterator(options.cache)) {
    if (!f.is_regular_file()) continue;
    const std::string file = slurp(f.path());
    EXPECT_EQ(file.substr(0, file.rfind('\n')).find("SECRET"), std::string::npos);  // the body is the server's
  }
  // Another key, another answer: nothing of the first one's is given to it.
  EXPECT_FALSE(open(url + "2", options).read("a").ok());
}

TEST(HttpCache, DamagedFilesCountAsMissing) {
  std::atomic<int> served{0};
  HttpServer server([&](const HttpRequest&) {
    ++served;
    return answer("the whole body", 200, "Cache-Control: max-age=1000\r\n");
  });
  auto options = quick();
  options.cache = scratch("http_damage");
  options.cache_bytes = 1 << 20;
  ASSERT_EQ(open(server.url(), options).text("a"), "the whole body");
  fs::path file;
  for (const auto& f : fs::recursive_directory_iterator(options.cache))
    if (f.is_regular_file()) file = f.path();
  const std::string good = slurp(file);
  for (std::size_t i = 0; i < good.size(); i += 7) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x20);
    write(file, bad);
    const int before = served;
    EXPECT_EQ(open(server.url(), options).text("a"), "the whole body") << i;
    EXPECT_EQ(served, before + 1) << i;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, good.size() / 2, good.size() - 1}) {
    write(file, good.substr(0, size));
    EXPECT_EQ(open(server.url(), options).text("a"), "the whole body") << size;
  }
  const int before = served;
  EXPECT_EQ(open(server.url(), options).text("a"), "the whole body");
  EXPECT_EQ(served, before);
}

TEST(HttpCache, TheLongestUnusedGoFirst) {
  std::atomic<int> served{0};
  HttpServer server([&](const HttpRequest& r) {
    ++served;
    return answer(r.target + std::string(10'000, 'x'), 200, "Cache-Control: max-age=1000\r\n");
  });
  auto options = quick();
  options.cache = scratch("http_evict");
  options.cache_bytes = 55'000;  // five of them and a bit
  const auto s = open(server.url(), options);
  const auto pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };  // file times
  for (const char* name : {"a", "b", "c", "d", "e"}) { EXPECT_TRUE(s.read(name).ok()); pause(); }
  EXPECT_TRUE(s.read("a").ok());  // used again: b is the longest unused now
  pause();
  EXPECT_EQ(served, 5);
  EXPECT_TRUE(s.read("f").ok());
  EXPECT_GT(s.source->size("a"), 0u);
  EXPECT_EQ(s.source->size("b"), 0u);
  EXPECT_GT(s.source->size("f"), 0u);
  std::uintmax_t held = 0;
  for (const auto& f : fs::recursive_directory_iterator(options.cache))
    if (f.is_regular_file()) held += f.file_size();
  EXPECT_LE(held, options.cache_bytes);
}

TEST(HttpCache, ManyReadersAndWritersAtOnce) {
  HttpServer server([&](const HttpRequest& r) { return answer(r.target + std::string(3000, 'y')); });
  auto options = quick();
  options.cache = scratch("http_race");
  options.cache_bytes = 20'000;  // evicts all the time
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      const auto s = open(server.url(), options);  // each its own, as programs would
      for (int i = 0; i < 60; ++i) {
        const std::string name = std::to_string(i % 12);
        if (s.text(name) != "/" + name + std::string(3000, 'y')) ++wrong;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
}

TEST(HttpTiles, ATilesetOverHttpIsTheOneFromTheFolder) {
  const auto dir = scratch("http_tiles");
  fs::create_directories(dir / "sub");
  const std::string box = R"("boundingVolume":{"box":[0,0,0, 1,0,0, 0,1,0, 0,0,1]},"geometricError":0)";
  write(dir / "tileset.json", R"({"asset":{"version":"1.1"},"geometricError":1,"root":{)" + box + R"(,"refine":"ADD","content":{"uri":"a%20b.glb"},"children":[{)" + box + R"(,"content":{"uri":"sub/tileset.json?session=1"}}]}})");
  write(dir / "sub/tileset.json", R"({"asset":{"version":"1.1"},"geometricError":1,"root":{)" + box + R"(,"refine":"ADD","content":{"uri":"../a b.glb"}}})");
  write(dir / "a b.glb", glb(triangle_json(), triangle_bin()));
  std::map<std::string, std::string> served;
  for (const char* name : {"tileset.json", "sub/tileset.json", "a b.glb"}) served[std::string("/set/") + name] = slurp(dir / name);
  HttpServer server([&](const HttpRequest& r) {
    std::string path = r.target.substr(0, r.target.find('?'));
    if (const auto at = path.find("%20"); at != std::string::npos) path.replace(at, 3, " ");
    const auto found = served.find(path);
    return found == served.end() ? answer("", 404) : answer(found->second);
  });
  const auto load = [](const fs::path& path) {
    JobSystem jobs(2);
    Progress progress;
    io::TilesOptions options;
    options.remote = quick();
    return io::read_tiles(path, options, jobs, progress, {});
  };
  const auto local = load(dir), remote = load(server.url("/set/"));
  ASSERT_TRUE(local.ok()) << local.error().text();
  ASSERT_TRUE(remote.ok()) << remote.error().text();
  EXPECT_EQ(remote->triangles, 2u);
  EXPECT_EQ(remote->triangles, local->triangles);
  EXPECT_EQ(remote->bytes, local->bytes);
  ASSERT_EQ(remote->features.size(), local->features.size());
  EXPECT_TRUE(remote->diagnostics.errors.empty());
  const auto asked = server.asked();
  EXPECT_EQ(std::count(asked.begin(), asked.end(), "/set/a%20b.glb?session=1"), 1);
  served.erase("/set/a b.glb");
  const auto broken = load(server.url("/set/tileset.json?key=SECRET"));
  ASSERT_FALSE(broken.ok());
  EXPECT_NE(broken.error().text().find("404"), std::string::npos);
  EXPECT_EQ(broken.error().text().find("SECRET"), std::string::npos);
}

TEST(HttpTiles, ArchivesAreReadInParts) {
  const auto dir = scratch("http_archives");
  fs::create_directories(dir / "in");
  const std::string box = R"("boundingVolume":{"box":[0,0,0, 1,0,0, 0,1,0, 0,0,1]},"geometricError":0)";
  write(dir / "in/a.glb", glb(triangle_json(), triangle_bin()));
  write(dir / "in/tileset.json", R"({"asset":{"version":"1.1"},"geometricError":1,"root":{)" + box + R"(,"refine":"ADD","content":{"uri":"a.glb"}}})");
  std::string much;  // that nobody needs, and that does not pack
  for (std::uint32_t i = 0, v = 1; i < 3'000'000; ++i) much += static_cast<char>((v = v * 1664525u + 1013904223u) >> 24);
  write(dir / "in/much.bin", much);
  int status = 1;
  run("cd " + quoted(dir / "in") + " && python3 -m zipfile -c ../set.3tz much.bin a.glb tileset.json && python3 -c \"import sqlite3; d = sqlite3.connect('../set.3dtiles'); "
      "d.execute('create table media(key text primary key, content blob)'); [d.execute('insert into media values(?, ?)', (n, open(n, 'rb').read())) for n in ('much.bin', 'a.glb', 'tileset.json')]; d.commit()\"", &status);
  ASSERT_EQ(status, 0);
  std::map<std::string, std::string> files{{"/set.3tz", slurp(dir / "set.3tz")}, {"/set.zip", slurp(dir / "set.3tz")}, {"/set.3dtiles", slurp(dir / "set.3dtiles")}};
  std::atomic<std::size_t> sent{0};
  std::atomic<bool> gone{false};
  HttpServer server([&](const HttpRequest& r) {
    const auto found = files.find(r.target.substr(0, r.target.find('?')));
    if (found == files.end()) return answer("", 404);
    if (gone) return answer("", 500);
    auto a = part_of(found->second, r);
    sent += a.bytes.size();
    return a;
  });
  const auto load = [](const fs::path& path) {
    JobSystem jobs(2);
    Progress progress;
    io::TilesOptions options;
    options.remote = quick();
    return io::read_tiles(path, options, jobs, progress, {});
  };
  for (const auto& [name, bytes] : files) {
    const fs::path path = server.url(name + "?key=SECRET");
    const auto kind = io::identify(path);
    ASSERT_TRUE(kind.ok()) << kind.error().text();
    EXPECT_EQ(kind->at(0).kind, io::DataKind::tiles);
    sent = 0;
    const auto model = load(path);
    ASSERT_TRUE(model.ok()) << name << ": " << model.error().text();
    EXPECT_EQ(model->triangles, 1u) << name;
    EXPECT_LT(sent, bytes.size() / 3) << name;  // the directory and what is needed
  }
  // Faults are said as such, without the key, and end.
  for (const char* name : {"/none.3tz", "/none.3dtiles"}) {
    const auto model = load(server.url(std::string(name) + "?key=SECRET"));
    ASSERT_FALSE(model.ok());
    EXPECT_NE(model.error().text().find("404"), std::string::npos) << model.error().text();
    EXPECT_EQ(model.error().text().find("SECRET"), std::string::npos);
  }
  gone = true;
  for (const char* name : {"/set.3tz", "/set.3dtiles"}) EXPECT_FALSE(load(server.url(name)).ok()) << name;
  gone = false;
  for (auto& [name, bytes] : files) bytes.resize(bytes.size() / 2);  // what is needed of the database may lie in its first half
  EXPECT_FALSE(load(server.url("/set.3tz")).ok());
  (void)load(server.url("/set.3dtiles"));
  for (auto& [name, bytes] : files)
    for (auto& c : bytes) c = static_cast<char>(c ^ 0x5A);
  for (const char* name : {"/set.3tz", "/set.3dtiles"}) EXPECT_FALSE(load(server.url(name)).ok()) << name;
}
