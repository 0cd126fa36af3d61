#pragma once
// Journals in folders of their own, and messages for them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tenbo/live/journal.h"
#include "tenbo/live/journal_reader.h"

namespace tenbo::test {

// A folder of its own for each test, gone afterwards.
class Scratch {
 public:
  Scratch() {
    const auto* t = ::testing::UnitTest::GetInstance()->current_test_info();
    path = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / ("live_" + std::string(t->test_suite_name()) + "_" + t->name());
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Scratch() {
    std::error_code ec;
    std::filesystem::remove_all(path, ec);
  }
  std::filesystem::path path;
};

inline std::vector<std::byte> bytes(std::string_view text) {
  const auto* p = reinterpret_cast<const std::byte*>(text.data());
  return {p, p + text.size()};
}
inline std::string text(const std::vector<std::byte>& b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }

inline live::Entry message(const std::string& feed, std::string_view body, std::int64_t at_us, const std::string& source = "a/b") {
  live::Entry e;
  e.feed = feed;
  e.source = source;
  e.at = {at_us};
  e.body = bytes(body);
  return e;
}

// All that a journal has for a query, page by page.
inline std::vector<live::Entry> all(live::JournalReader& reader, live::JournalQuery q = {}) {
  std::vector<live::Entry> out;
  for (;;) {
    auto page = reader.read(q);
    for (auto& e : page.entries) out.push_back(std::move(e));
    if (page.end) return out;
    q.from_number = page.next_number;
  }
}
inline std::vector<live::Entry> all(const std::filesystem::path& folder, const live::JournalQuery& q = {}) {
  auto reader = live::JournalReader::open(folder);
  if (!reader) {
    ADD_FAILURE() << reader.error().text();
    return {};
  }
  auto out = all(*reader, q);
  EXPECT_TRUE(reader->notes().warnings.empty()) << reader->notes().warnings[0].text();
  return out;
}

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream f(path, std::ios::binary);
  std::stringstream s;
  s << f.rdbuf();
  return s.str();
}
inline void put(const std::filesystem::path& path, std::string_view data) {
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(data.data(), static_cast<std::streamsize>(data.size()));
}

}  // namespace tenbo::test
