#include "tenbo/base/diagnostics.h"

namespace tenbo {
namespace {
void add(std::vector<Error>& list, std::uint64_t& dropped, Error&& e) {
  if (list.size() < Diagnostics::max_kept) list.push_back(std::move(e));
  else ++dropped;
}
}  // namespace

void Diagnostics::warn(Error e) { add(warnings, warnings_dropped, std::move(e)); }
void Diagnostics::fail(Error e) { add(errors, errors_dropped, std::move(e)); }

void Diagnostics::merge(Diagnostics&& other) {
  for (auto& e : other.warnings) warn(std::move(e));
  for (auto& e : other.errors) fail(std::move(e));
  warnings_dropped += other.warnings_dropped;
  errors_dropped += other.errors_dropped;
}

}  // namespace tenbo
