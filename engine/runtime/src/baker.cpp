#include "baker.h"

#include <charconv>

#include "tenbo/base/process.h"

namespace tenbo::runtime {

Baker::Baker(Order order) : order_(std::move(order)) {
  thread_ = std::thread([this] {
    run();
    done_.store(true, std::memory_order_release);
  });
}

Baker::~Baker() {
  cancel_.cancel();
  thread_.join();
}

// Lines "progress 0.25" and, at its end, "key KEY".
void Baker::heard(std::string_view text) {
  line_ += text;
  for (std::size_t end; (end = line_.find('\n')) != std::string::npos; line_.erase(0, end + 1)) {
    const std::string_view line(line_.data(), end);
    constexpr std::string_view progress = "progress ", key = "key ";
    double part = 0;
    if (line.starts_with(progress) && std::from_chars(line.data() + progress.size(), line.data() + line.size(), part).ec == std::errc{})
      progress_.store(part, std::memory_order_relaxed);
    else if (line.starts_with(key))
      key_ = line.substr(key.size());
  }
}

void Baker::run() {
  std::vector<std::string> arguments{"cache", "add", "--steps", "--cache", order_.cache.string(), "--cache-limit", std::to_string(order_.max_bytes)};
  for (const auto& i : order_.inputs) arguments.push_back(std::filesystem::absolute(i).string());
  ChildOptions options;
  options.time_limit = std::chrono::hours(24 * 7);
  options.memory_limit_bytes = 0;  // address space; it maps more than it takes
  options.background = order_.idle;
  options.cancel = cancel_;
  options.on_output = [this](std::string_view text) { heard(text); };
  const auto child = run_child(order_.program, arguments, options);
  if (!child) {
    error_ = child.error().text();
  } else if (key_.empty() || child->signal != 0) {
    key_.clear();
    error_ = child->signal ? "the process that bakes ended by signal " + std::to_string(child->signal) : child->error_tail;
    while (!error_.empty() && error_.back() == '\n') error_.pop_back();
    if (const auto last = error_.rfind("tenbo: "); last != std::string::npos) error_.erase(0, last + 7);
  }
}

}  // namespace tenbo::runtime
