#pragma once
// Feeds that run in a folder of the test's, and waiting for what they bring.
#include <chrono>
#include <functional>
#include <thread>

#include "journal_support.h"
#include "tenbo/live/feeds.h"

namespace tenbo::test {

inline bool eventually(const std::function<bool()>& what, int seconds = 20) {
  for (int i = 0; i < seconds * 100; ++i) {
    if (what()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return what();
}

struct Running {
  Running(const std::filesystem::path& folder, std::vector<live::FeedSpec> specs, live::FeedsOptions options = {}) {
    auto started = live::Feeds::start(folder, std::move(specs), std::move(options));
    EXPECT_TRUE(started.ok()) << started.error().text();
    if (started) feeds = std::move(*started);
  }
  // What came in, waiting until it is so many messages.
  std::vector<live::Entry> messages(std::size_t least, int seconds = 20) {
    eventually([&] {
      for (auto& e : feeds->take(100'000)) (e.kind == live::EntryKind::message ? got : gaps).push_back(std::move(e));
      return got.size() >= least;
    }, seconds);
    return std::exchange(got, {});
  }
  live::FeedStatus status(std::size_t i = 0) const { return feeds->status(live::machine_now())[i]; }
  bool becomes(live::FeedState state, std::size_t i = 0, int seconds = 20) const {
    const bool did = eventually([&] { return status(i).state == state; }, seconds);
    EXPECT_TRUE(did) << "is " << to_string(status(i).state) << ": " << reason(i);
    return did;
  }
  std::string reason(std::size_t i = 0) const {
    const auto s = status(i);
    return s.reason ? s.reason->text() : "";
  }
  std::string refusal(std::size_t i = 0) const {
    const auto s = status(i);
    return s.last_refused ? s.last_refused->text() : "";
  }
  std::unique_ptr<live::Feeds> feeds;
  std::vector<live::Entry> got, gaps;
};

}  // namespace tenbo::test
