// Journals that somebody or something broke: what can be read is, what cannot is said, and nothing is written over.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "journal_support.h"

using namespace tenbo;
using namespace tenbo::test;
using namespace tenbo::live;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr int count = 300;
std::string body_of(int i) { return "message " + std::to_string(i) + " " + std::string(1500, static_cast<char>('a' + i % 26)); }

// 300 messages in three or so files, closed in order.
void fill(const fs::path& folder) {
  JournalOptions o;
  o.file_bytes = 150'000;
  auto j = Journal::open(folder, o);
  ASSERT_TRUE(j.ok()) << j.error().text();
  for (int i = 0; i < count; ++i) {
    ASSERT_TRUE((*j)->append(message("f", body_of(i), 1000 * i)));
    if (i % 25 != 24) continue;
    ASSERT_TRUE((*j)->flush(5s));
  }
}
std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& f : fs::directory_iterator(folder))
    if (f.path().extension() == ".sqlite") out.push_back(f.path());
  std::sort(out.begin(), out.end());
  return out;
}

struct Salvaged {
  std::set<int> messages;
  std::string notes;
};
Salvaged salvage(const fs::path& folder) {
  Salvaged out;
  auto reader = JournalReader::open(folder);
  EXPECT_TRUE(reader.ok()) << reader.error().text();
  if (!reader) return out;
  JournalQuery q;
  q.most_entries = 13;
  for (const auto& e : all(*reader, q)) {
    if (e.kind != EntryKind::message) continue;
    const int i = std::stoi(text(e.body).substr(8));
    EXPECT_EQ(text(e.body), body_of(i));  // whatever comes is whole
    EXPECT_TRUE(out.messages.insert(i).second);
  }
  for (const auto& n : reader->notes().warnings) out.notes += n.text() + "\n";
  return out;
}

}  // namespace

TEST(JournalDamage, AFlippedBitCostsItsMessage) {
  const Scratch s;
  fill(s.path / "j");
  const auto file = files_of(s.path / "j")[0];
  std::string data = slurp(file);
  const auto at = data.find("message 17 ");
  ASSERT_NE(at, std::string::npos);
  data[at + 40] = static_cast<char>(data[at + 40] ^ 4);
  put(file, data);
  const auto got = salvage(s.path / "j");
  EXPECT_EQ(got.messages.size(), static_cast<std::size_t>(count - 1));
  EXPECT_FALSE(got.messages.contains(17));
  EXPECT_NE(got.notes.find("entry 18"), std::string::npos) << got.notes;
}

TEST(JournalDamage, APageOfNothingCostsItsMessages) {
  const Scratch s;
  fill(s.path / "j");
  const auto file = files_of(s.path / "j")[0];
  std::string data = slurp(file);
  ASSERT_NE(data.find("message 40 "), std::string::npos);
  const auto page = data.find("message 40 ") / 8192;
  std::fill_n(data.begin() + static_cast<std::ptrdiff_t>(page * 8192), 8192, '\0');
  put(file, data);
  const auto got = salvage(s.path / "j");
  EXPECT_GE(got.messages.size(), static_cast<std::size_t>(count - 8));  // a page holds five
  EXPECT_FALSE(got.messages.contains(40));
  EXPECT_NE(got.notes.find("cannot be read"), std::string::npos) << got.notes;
}

TEST(JournalDamage, AFileCutOffKeepsItsBeginning) {
  const Scratch s;
  fill(s.path / "j");
  const auto files = files_of(s.path / "j");
  const std::string data = slurp(files[0]);
  put(files[0], data.substr(0, data.size() / 2 / 8192 * 8192 + 100));
  const auto got = salvage(s.path / "j");
  EXPECT_TRUE(got.messages.contains(0));
  EXPECT_TRUE(got.messages.contains(count - 1));
  EXPECT_LT(got.messages.size(), static_cast<std::size_t>(count));
  EXPECT_GT(got.messages.size(), static_cast<std::size_t>(count) * 7 / 10);
  EXPECT_NE(got.notes.find(files[0].filename().string()), std::string::npos) << got.notes;
}

TEST(JournalDamage, AFileOfNoiseOrGoneCostsThatFile) {
  const Scratch s;
  fill(s.path / "j");
  const auto files = files_of(s.path / "j");
  ASSERT_GE(files.size(), 3u);
  put(files[0], std::string(20'000, 'z'));
  auto got = salvage(s.path / "j");
  EXPECT_FALSE(got.messages.contains(0));
  EXPECT_TRUE(got.messages.contains(count - 1));
  EXPECT_NE(got.notes.find("cannot be read"), std::string::npos) << got.notes;
  fill(s.path / "k");
  fs::remove(files_of(s.path / "k")[1]);
  got = salvage(s.path / "k");
  EXPECT_TRUE(got.messages.contains(0));
  EXPECT_TRUE(got.messages.contains(count - 1));
  EXPECT_NE(got.notes.find("are missing"), std::string::npos) << got.notes;
}

TEST(JournalDamage, ADamagedLastFileIsLeftAndANewOneBegun) {
  for (const bool noise : {false, true}) {
    const Scratch s;
    fill(s.path / "j");
    auto files = files_of(s.path / "j");
    if (slurp(files.back()).find("message 299 ") == std::string::npos) {  // it was just begun
      fs::remove(files.back());
      files.pop_back();
    }
    std::string data = slurp(files.back());
    ASSERT_NE(data.find("message 299 "), std::string::npos);
    if (noise) data.assign(30'000, 'z');
    else std::fill(data.begin() + static_cast<std::ptrdiff_t>(data.find("message 299 ") / 8192 * 8192), data.end(), '\x7f');
    put(files.back(), data);
    const std::size_t before = salvage(s.path / "j").messages.size();
    {
      auto j = Journal::open(s.path / "j", {});
      ASSERT_TRUE(j.ok()) << j.error().text();
      ASSERT_TRUE((*j)->append(message("f", body_of(1000), 5'000'000)));
      ASSERT_TRUE((*j)->flush(5s));
      EXPECT_GT((*j)->accepted(), 1'000'000'000u);  // no number twice
    }
    EXPECT_EQ(slurp(files.back()), data);
    const auto got = salvage(s.path / "j");
    EXPECT_EQ(got.messages.size(), before + 1);
    EXPECT_TRUE(got.messages.contains(1000));
    auto reader = JournalReader::open(s.path / "j");
    const auto entries = all(*reader);
    const auto gap = std::find_if(entries.begin(), entries.end(), [](const Entry& e) { return e.kind == EntryKind::gap; });
    ASSERT_NE(gap, entries.end());
    EXPECT_NE(text(gap->body).find("is damaged"), std::string::npos);
    EXPECT_NE(text(gap->body).find(files.back().filename().string()), std::string::npos);
  }
}

TEST(JournalDamage, WhatIsNoJournalIsSaid) {
  const Scratch s;
  EXPECT_EQ(JournalReader::open(s.path / "nowhere").error().code, ErrorCode::not_found);
  EXPECT_EQ(JournalReader::open(s.path).error().code, ErrorCode::not_found);
  put(s.path / "file", "x");
  EXPECT_FALSE(JournalReader::open(s.path / "file").ok());
  EXPECT_FALSE(Journal::open(s.path / "file", {}).ok());
}
