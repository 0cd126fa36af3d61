#include "tenbo/base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace tenbo {

struct Log::Impl {
  spdlog::logger logger{"tenbo", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()};
};

namespace {
spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}
}  // namespace

Log::Log(LogLevel least) : impl_(std::make_unique<Impl>()) {
  impl_->logger.set_pattern("tenbo: %l: %v");
  impl_->logger.set_level(level_of(least));
}
Log::~Log() = default;
void Log::write(LogLevel level, std::string_view text) {
  impl_->logger.log(level_of(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace tenbo
