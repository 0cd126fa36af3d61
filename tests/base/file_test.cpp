#include "tenbo/base/file.h"
#include "tenbo/base/inside.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/large_file.h"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace tenbo {
namespace {
namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(TENBO_BINARY_DIR) / ("files-" + std::to_string(::getpid()));
    fs::create_directories(dir_ / "data/sub");
    std::ofstream(dir_ / "data/inside.txt") << "inside";
    std::ofstream(dir_ / "secret.txt") << "secret";
  }
  void TearDown() override { fs::remove_all(dir_); }
  fs::path dir_;
};

TEST_F(Files, ReadsAndWritesWhole) {
  ASSERT_TRUE(write_file_atomic(dir_ / "a.txt", std::string_view("one")).ok());
  ASSERT_TRUE(write_file_atomic(dir_ / "a.txt", std::string_view("two")).ok());
  auto text = read_text_file(dir_ / "a.txt");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), fs::directory_iterator()), 3);  // no temporary left behind
}

TEST_F(Files, LargeFilesHaveAddressesAndAreReadInPieces) {
  std::string text;
  for (int i = 0; i < 2'000'000; ++i) text += static_cast<char>('a' + i % 23);
  ASSERT_TRUE(write_file_atomic(dir_ / "large", std::string_view(text)).ok());
  auto file = LargeFile::open(dir_ / "large", 64);
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->size(), text.size());
  EXPECT_EQ(file->begin()[1'000'000], '\0');
  std::string piece(300, ' ');
  ASSERT_TRUE(file->read(999'900, 1'000'200, piece.data()).ok());
  EXPECT_EQ(piece, text.substr(999'900, 300));
  ASSERT_TRUE(file->keep(999'900, 1'000'200).ok());
  EXPECT_EQ(std::string_view(file->begin() + 999'900, 300), piece);
  JobSystem jobs(3);
  ASSERT_TRUE(file->keep_all(jobs).ok());
  EXPECT_EQ(std::string_view(file->begin(), file->size()), text);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(file->begin()[text.size() + i], '\0');
}

TEST_F(Files, ALargeFileThatBecomesShorterIsAnError) {
  ASSERT_TRUE(write_file_atomic(dir_ / "large", std::string_view(std::string(100'000, 'x'))).ok());
  auto file = LargeFile::open(dir_ / "large", 0);
  ASSERT_TRUE(file.ok());
  fs::resize_file(dir_ / "large", 50'000);
  const auto status = file->keep(40'000, 60'000);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().text().find("shorter"), std::string::npos);
  JobSystem jobs(2);
  EXPECT_FALSE(file->keep_all(jobs).ok());
  EXPECT_FALSE(LargeFile::open(dir_, 0).ok());
  EXPECT_EQ(LargeFile::open(dir_ / "none", 0).error().code, ErrorCode::not_found);
  ASSERT_TRUE(write_file_atomic(dir_ / "empty", std::string_view()).ok());
  EXPECT_EQ(LargeFile::open(dir_ / "empty", 0)->size(), 0u);
}

TEST_F(Files, NamesWhatIsWrong) {
  auto missing = read_text_file(dir_ / "none");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_NE(missing.error().text().find("none"), std::string::npos);
  EXPECT_EQ(read_text_file(dir_).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(read_text_file(dir_ / "secret.txt", 3).error().code, ErrorCode::out_of_budget);
  EXPECT_FALSE(write_file_atomic(dir_ / "no/such/folder.txt", std::string_view("x")).ok());
}

TEST_F(Files, WhatIsNoPlainFileIsNeverReplaced) {
  const auto pipe = dir_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_TRUE(write_file_atomic(pipe, std::string_view("words")).ok());
  char got[8] = {};
  EXPECT_EQ(::read(reader, got, sizeof got), 5);
  EXPECT_STREQ(got, "words");
  ::close(reader);
  EXPECT_TRUE(fs::is_fifo(pipe));
  auto folder = write_file_atomic(dir_, std::string_view("words"));
  ASSERT_FALSE(folder.ok());
  EXPECT_NE(folder.error().text().find("folder"), std::string::npos);
  auto nowhere = write_file_atomic(dir_ / "none/a.txt", std::string_view("words"));
  ASSERT_FALSE(nowhere.ok());
  EXPECT_EQ(nowhere.error().file, (dir_ / "none/a.txt").string());  // not the temporary name
}

TEST_F(Files, ReferencesStayInside) {
  const auto data = dir_ / "data";
  EXPECT_TRUE(resolve_inside(data, data / "sub", "../inside.txt").ok());
  EXPECT_TRUE(resolve_inside(data, data, "sub\\..\\inside.txt").ok());
  EXPECT_TRUE(resolve_inside(data, data, "missing.png").ok());  // whether it exists is another question
  for (const char* bad : {"../secret.txt", "sub/../../secret.txt", "/etc/passwd", "http://example.org/a.png", "file:///etc/passwd", ""})
    EXPECT_FALSE(resolve_inside(data, data, bad).ok()) << bad;
  fs::create_symlink(dir_ / "secret.txt", data / "link.txt");
  EXPECT_FALSE(resolve_inside(data, data, "link.txt").ok());

  // What was asked before changes no later answer.
  InsideFolder folder(data);
  for (int again = 0; again < 2; ++again) {
    const auto inside = folder.resolve(data / "sub", "../inside.txt");
    ASSERT_TRUE(inside.ok());
    EXPECT_EQ(*inside, fs::canonical(data / "inside.txt"));
    EXPECT_FALSE(folder.resolve(data, "link.txt").ok());
    EXPECT_FALSE(folder.resolve(data, "sub/../../secret.txt").ok());
    EXPECT_FALSE(folder.resolve(data, "sub/../..").ok());
    EXPECT_TRUE(folder.resolve(data, "no/such/folder.png").ok());
  }
  fs::create_directory_symlink(dir_, data / "out");
  fs::create_symlink(data / "inside.txt", data / "within.txt");
  EXPECT_FALSE(folder.resolve(data, "out/secret.txt").ok());
  const auto within = folder.resolve(data, "within.txt");
  ASSERT_TRUE(within.ok());
  EXPECT_EQ(*within, fs::canonical(data / "inside.txt"));
}

TEST_F(Files, AFolderIsWrittenBack) {
  EXPECT_TRUE(write_back(dir_).ok());
  EXPECT_EQ(write_back(dir_ / "none").error().code, ErrorCode::not_found);
  EXPECT_FALSE(write_back(dir_ / "secret.txt").ok());  // no folder
}

TEST_F(Files, StampsTellAReplacement) {
  const auto before = file_stamp(dir_ / "secret.txt");
  EXPECT_TRUE(before.exists);
  EXPECT_EQ(before.size, 6u);
  ASSERT_TRUE(write_file_atomic(dir_ / "secret.txt", std::string_view("SECRET")).ok());
  EXPECT_FALSE(before == file_stamp(dir_ / "secret.txt"));  // same size, another file
  EXPECT_FALSE(file_stamp(dir_ / "none").exists);
}

}  // namespace
}  // namespace tenbo
