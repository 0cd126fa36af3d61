// Shows the number that the last message is, as sixteen points of two colours, the lowest bit first; its title is how many messages
// there were. For tests/bench/bench_feed.
#include <cstdlib>

#include "tenbo/plugin_api/publication.hpp"

namespace {
using namespace tenbo::plugin;

class Stamper : public Plugin {
 public:
  using Plugin::Plugin;
  void activate() override {
    subscribe();
    show();
  }
  void messages(const tenbo_message* messages, std::uint32_t count) override {
    count_ += count;
    const auto& m = messages[count - 1];
    number_ = std::strtoul(std::string(static_cast<const char*>(m.bytes), m.byte_count).c_str(), nullptr, 10);
    show();
  }
  void start_over() override {
    count_ = number_ = 0;
    show();
  }

 private:
  void show() {
    Publication out;
    const std::uint32_t off = out.add_class(0, {0, 0, 220}, "0", "0"), on = out.add_class(0, {220, 0, 0}, "1", "1");
    for (std::uint32_t bit = 0; bit < 16; ++bit) {
      const auto row = out.add_row(std::to_string(bit));
      out.point(row, number_ >> bit & 1 ? on : off, {}, number("lon", 0) + number("step", 0.003) * (bit % 4), number("lat", 0) + number("step", 0.003) * (bit / 4));
    }
    out.title = out.source = std::to_string(count_);
    out.row_type = "bit";
    host().publish(out.finish());
  }
  unsigned long count_ = 0, number_ = 0;
};
}  // namespace

TENBO_PLUGIN("stamper", Stamper)
