#pragma once
// What publications of records and of shapes have in common: rows, columns, and the text of the data itself.
#include <memory>

#include "plugins/intake.h"
#include "tenbo/base/text.h"
#include "tenbo/geo/features.h"

namespace tenbo::runtime {

// Text of the data itself: broken bytes are mended and counted, a text that points nowhere is the plugin's fault.
struct DataText {
  std::uint64_t mended = 0;
  Result<std::string> take(tenbo_text text, const std::string& place);
  void tell(PluginOutput& output) const;  // as a warning
};

// Element i of an array of structs whose stride is the first element's own size; `first` is not null. `least`: of take_struct.
template <class T>
Result<T> element(const T* first, std::uint32_t i, const std::string& what, std::size_t least = sizeof(T)) {
  std::uint32_t stride = 0;
  std::memcpy(&stride, static_cast<const void*>(first), sizeof stride);
  const auto* at = reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(first) + std::size_t{stride} * i);
  auto e = take_struct(at, what + "[" + std::to_string(i) + "]", least);
  if (e && e->size != stride) return bad(what + "[" + std::to_string(i) + "].size", "differs from the first element's");
  return e;
}

// The rows of `records` alone: its own, or those of what the reader has open.
Result<std::shared_ptr<const geo::FeatureTable>> take_rows(const tenbo_records& records, const ReaderHandles& handles, DataText& texts, PluginOutput& output);

}  // namespace tenbo::runtime
