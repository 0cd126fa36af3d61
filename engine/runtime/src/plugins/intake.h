#pragma once
// What plugins hand over, checked and copied before anything else sees it. An error's place is the member at fault.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "tenbo/base/result.h"
#include "tenbo/plugin_api/layer_source.h"
#include "tenbo/plugin_api/shapes.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {

class ReaderHandles;

inline Error bad(std::string place, std::string message, ErrorCode code = ErrorCode::invalid_argument) {
  return {code, std::move(message), "", std::move(place), ""};
}

// A struct that begins with its size, copied as far as both sides know it; what the plugin does not know yet is zero.
// `least`: its size in minor version 0.
template <class T>
Result<T> take_struct(const T* from, const std::string& place, std::size_t least = sizeof(T)) {
  if (!from) return bad(place, "is NULL");
  if (reinterpret_cast<std::uintptr_t>(from) % alignof(T) != 0) return bad(place, "is not aligned");
  std::uint32_t size = 0;
  std::memcpy(&size, static_cast<const void*>(from), sizeof size);
  if (size < least || size > TENBO_MAX_STRUCT_SIZE)
    return bad(place + ".size", "says " + std::to_string(size) + " bytes, expected " + std::to_string(least));
  T out{};
  std::memcpy(&out, static_cast<const void*>(from), size < sizeof(T) ? size : sizeof(T));
  return out;
}

// Words of the plugin itself (titles, units): malformed text is an error.
Result<std::string> take_text(tenbo_text text, const std::string& place, std::uint64_t most = 65536);

// Publications, ready but for their revision. The handles tell which `from_reader` pointers are ours.
Result<PluginOutput> take_field(const tenbo_field* field, const ReaderHandles& handles);
Result<PluginOutput> take_records(const tenbo_records* records, const ReaderHandles& handles);
Result<PluginOutput> take_shapes(const tenbo_shapes* shapes, const ReaderHandles& handles);

}  // namespace tenbo::runtime
