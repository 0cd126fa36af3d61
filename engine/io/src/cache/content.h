#pragma once
// What inputs hold, as one key.
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"

namespace tenbo::io::cache {

struct Content {
  std::string key;          // 32 hex digits
  std::uint64_t bytes = 0;  // of the city models, without code lists and pictures
};

// Bytes of the city models of the inputs, by their sizes alone.
Result<std::uint64_t> bytes_of(const std::vector<std::filesystem::path>& inputs);

// Reads every file that a bake would read: city models, and the code lists and pictures that they name. What `memo` (a folder;
// may be empty) remembers of files that are still in the same state is not read again. [worker]
Result<Content> content_of(const std::vector<std::filesystem::path>& inputs, const std::filesystem::path& memo, JobSystem& jobs,
                           const CancelToken& cancel);

}  // namespace tenbo::io::cache
