#pragma once
// What a reader has to say about its input besides the result. Bounded: a hostile file cannot fill memory with
// warnings. Not thread-safe: each worker fills its own and the owner merges in a fixed order.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo {

struct Diagnostics {
  static constexpr std::size_t max_kept = 200;  // of each list; the rest is only counted
  std::vector<Error> warnings;  // the data is usable, something in it was left out or guessed
  std::vector<Error> errors;    // a part (a feature, a texture, a band) was lost
  std::uint64_t warnings_dropped = 0;
  std::uint64_t errors_dropped = 0;

  void warn(Error e);
  void fail(Error e);
  void merge(Diagnostics&& other);
};

}  // namespace tenbo
