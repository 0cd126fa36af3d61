#pragma once
// The program's log: to standard error, one line an entry, never to standard output. Passed where it is needed.
#include <functional>
#include <memory>
#include <string_view>

namespace tenbo {

enum class LogLevel { debug, info, warning, error };

// Thread-safe.
class Log {
 public:
  explicit Log(LogLevel least = LogLevel::info);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  void write(LogLevel level, std::string_view text);
  void debug(std::string_view text) { write(LogLevel::debug, text); }
  void info(std::string_view text) { write(LogLevel::info, text); }
  void warning(std::string_view text) { write(LogLevel::warning, text); }
  void error(std::string_view text) { write(LogLevel::error, text); }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenbo
