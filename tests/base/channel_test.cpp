#include "tenbo/base/channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstring>
#include <thread>

namespace tenbo {
namespace {

using namespace std::chrono_literals;
constexpr FrameLimits limits{1000, 50'000'000};

std::vector<std::byte> bytes(std::size_t n, unsigned seed) {
  std::vector<std::byte> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::byte>(i * 31 + i / 251 + seed);
  return out;
}
// As the header of the file says.
std::string header(std::uint32_t kind, std::uint32_t head, std::uint64_t body) {
  std::string out(16, '\0');
  std::memcpy(out.data(), &kind, 4);
  std::memcpy(out.data() + 4, &head, 4);
  std::memcpy(out.data() + 8, &body, 8);
  return out;
}

TEST(Channel, FramesOfAllSizesArriveAsTheyWere) {
  auto ends = Channel::pair(128 << 10);
  ASSERT_TRUE(ends.ok());
  const std::size_t sizes[] = {0, 1, 100, 65'519, 65'520, 65'521, 65'536, 70'000, 131'072, 1'048'576, 1'048'577, 3'000'000, 40'000'000, 7, 0};
  std::thread sender([&] {
    unsigned n = 0;
    for (const auto size : sizes) {
      EXPECT_TRUE(ends->first.send(n, std::string(n * 60, static_cast<char>('a' + n)), bytes(size, n)));
      ++n;
    }
    ends->first.end_sending();
  });
  unsigned n = 0;
  for (const auto size : sizes) {
    Frame f;
    Channel::Got got;
    while ((got = ends->second.receive(f, limits, 1000ms)) == Channel::Got::nothing) {}
    ASSERT_EQ(got, Channel::Got::frame) << n;
    EXPECT_EQ(f.kind, n);
    EXPECT_EQ(f.head, std::string(n * 60, static_cast<char>('a' + n)));
    EXPECT_EQ(f.body, bytes(size, n)) << n;
    ++n;
  }
  sender.join();
  Frame f;
  EXPECT_EQ(ends->second.receive(f, limits, 1000ms), Channel::Got::end);
}

TEST(Channel, APieceIsWaitedFor) {
  auto ends = Channel::pair(128 << 10);
  ASSERT_TRUE(ends.ok());
  const std::string all = header(9, 3, 4) + "abcdefg";
  Frame f;
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(ends->second.receive(f, limits, 0ms), Channel::Got::nothing);
    ASSERT_EQ(::send(ends->first.socket(), all.data() + i, 1, 0), 1);
  }
  ASSERT_EQ(ends->second.receive(f, limits, 1000ms), Channel::Got::frame);
  EXPECT_EQ(f.head, "abc");
  ASSERT_EQ(f.body.size(), 4u);
  EXPECT_EQ(static_cast<char>(f.body[3]), 'g');
}

TEST(Channel, LengthsOverTheLimitAreRefused) {
  for (const auto& said : {header(1, 1001, 0), header(1, 0, limits.body_bytes + 1), header(1, UINT32_MAX, UINT64_MAX), std::string(16, '\xff')}) {
    auto ends = Channel::pair(128 << 10);
    ASSERT_TRUE(ends.ok());
    ASSERT_TRUE(ends->first.send(5, "fine"));
    ASSERT_EQ(::send(ends->first.socket(), said.data(), said.size(), 0), 16);
    Frame f;
    EXPECT_EQ(ends->second.receive(f, limits, 1000ms), Channel::Got::frame);
    EXPECT_EQ(ends->second.receive(f, limits, 1000ms), Channel::Got::refused);
    EXPECT_NE(ends->second.why().find("over the limit"), std::string::npos);
    EXPECT_EQ(ends->second.receive(f, limits, 0ms), Channel::Got::refused);
  }
}

// A sender whose reader does nothing waits, and what waits between them has a bound.
TEST(Channel, ASenderWaitsForItsReader) {
  auto ends = Channel::pair(128 << 10);
  ASSERT_TRUE(ends.ok());
  std::atomic<int> sent = 0;
  std::thread sender([&] {
    const auto body = bytes(1000, 1);
    while (ends->first.send(1, "", body)) ++sent;
  });
  int before = -1;
  for (int quiet = 0; quiet < 20;) {  // 0.2 s without another
    std::this_thread::sleep_for(10ms);
    quiet = sent == before ? quiet + 1 : 0;
    before = sent;
  }
  EXPECT_GT(sent, 10);
  EXPECT_LT(sent, 300);
  Frame f;
  for (int i = 0; i < 1000; ++i)
    while (ends->second.receive(f, limits, 1000ms) != Channel::Got::frame) {}
  EXPECT_GE(sent, 1000);
  ends->second.close();
  sender.join();  // which is told that nobody reads any more
}

}  // namespace
}  // namespace tenbo
