#pragma once
// A program of ours that runs beside this one and talks to it by frames: for what must not take this one down with it, and lasts.
// (process.h is for one that works through its arguments and ends.)
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/channel.h"

namespace tenbo {

class WorkerProcess {
 public:
  // The worker has its end of the channel as its standard input (which is a socket, for both directions) and nothing else of ours that
  // is open. It dies with the thread that started it, where it begins with confine_worker(). About `buffer_bytes` wait in the channel.
  static Result<WorkerProcess> start(const std::filesystem::path& program, const std::vector<std::string>& args, std::size_t buffer_bytes);
  WorkerProcess(WorkerProcess&& other) noexcept : pid_(std::exchange(other.pid_, 0)), channel_(std::move(other.channel_)) {}
  WorkerProcess& operator=(WorkerProcess&&) = delete;
  ~WorkerProcess();  // kills what still runs

  Channel& channel() { return channel_; }
  int pid() const { return pid_; }

  struct End {
    int status = -1;      // of a normal exit
    int signal = 0;       // that ended it; 0 = none
    bool killed = false;  // here
  };
  // Waits so long for its own end, then kills it.
  End end(std::chrono::milliseconds patience);

 private:
  WorkerProcess(int pid, Channel channel) : pid_(pid), channel_(std::move(channel)) {}
  int pid_ = 0;
  Channel channel_;
};

// By the worker, first of all: it dies with who started it, gains no rights, writes no file, leaves no core, and is nobody's to look into.
void confine_worker();
// By the worker: so many bytes of addresses at most; 0 = no limit.
void limit_memory(std::uint64_t bytes);

}  // namespace tenbo
