#pragma once
// Memory that a reader may still ask for: counted before it is allocated. One per file; one thread.
#include <cstdint>
#include <string>

#include "json/node.h"

namespace tenbo::io {

class Budget {
 public:
  explicit Budget(std::uint64_t bytes) : left_(bytes), whole_(bytes) {}
  void spend(std::uint64_t count, std::uint64_t size, const std::string& file, const char* what) {
    if (size != 0 && count > left_ / size)
      json::fail(ErrorCode::out_of_budget,
                 std::string(what) + " would take more than the " + std::to_string(whole_ >> 20) +
                     " MiB that one file may, decoded",
                 file, "", "cut the file into tiles");
    left_ -= count * size;
  }
  std::uint64_t left() const { return left_; }

 private:
  std::uint64_t left_, whole_;
};

}  // namespace tenbo::io
