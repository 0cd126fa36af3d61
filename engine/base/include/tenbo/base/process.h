#pragma once
// A child process with its own memory and time limits, for what must not take the program down with it.
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"

namespace tenbo {

struct ChildOptions {
  std::chrono::milliseconds time_limit{60'000};
  std::uint64_t memory_limit_bytes = UINT64_C(4) << 30;  // address space; 0 = none
  std::uint64_t output_limit_bytes = UINT64_C(4) << 30;  // of standard output; a child that writes more is killed
  bool background = false;               // takes the processor and the disk only where nobody else wants them
  std::function<void(std::string_view)> on_output;  // told what comes on standard output, which is then not kept
  CancelToken cancel;                    // the child is killed soon after it is asked to
};
struct ChildResult {
  int exit_code = -1;      // of a normal exit
  int signal = 0;          // that ended it; 0 = none
  bool timed_out = false;
  bool cancelled = false;
  bool output_exceeded = false;
  std::vector<std::byte> output;  // standard output
  std::string error_tail;         // the last 4 KiB of standard error
};
// Runs program with args, no shell; waits for its end or kills it at the limit. [worker]
Result<ChildResult> run_child(const std::filesystem::path& program, const std::vector<std::string>& args,
                              const ChildOptions& options);

}  // namespace tenbo
