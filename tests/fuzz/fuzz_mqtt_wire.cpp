// What a worker of MQTT says, whatever the bytes and the pieces in which they come: no frame is over its limits, and what is read as one
// is written as the same bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "feeds/mqtt_wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenbo;
  namespace wire = live::wire;
  constexpr FrameLimits limits{wire::from_worker_head, 3000};
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0];
  FrameReader reader;
  for (std::size_t at = 1; at < size;) {
    const auto space = reader.space();
    if (space.empty()) std::abort();
    const std::size_t n = std::min({space.size(), piece, size - at});
    std::memcpy(space.data(), data + at, n);
    reader.filled(n);
    at += n;
    while (const auto frame = reader.take(limits)) {
      if (frame->head.size() > limits.head_bytes || frame->body.size() > limits.body_bytes) std::abort();
      const auto& head = frame->head;
      if (const auto v = wire::read_order(head); v && wire::write(*v) != head) std::abort();
      if (const auto v = wire::read_connected(head); v && wire::write(*v) != head) std::abort();
      if (const auto v = wire::read_message(head); v && wire::write(*v) != head) std::abort();
      if (const auto v = wire::read_too_large(head); v && wire::write(*v) != head) std::abort();
      if (const auto v = wire::read_problem(head); v && wire::write(*v) != head) std::abort();
    }
    if (!reader.why().empty()) return 0;
  }
  return 0;
}
