#pragma once
// What host functions that read for a plugin have in common: nothing is thrown back, failures are logged, time does not count.
#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string_view>
#include <tuple>

#include "plugins/guard.h"
#include "plugins/instance.h"
#include "plugins/intake.h"

namespace tenbo::runtime {

inline tenbo_text view(std::string_view s) { return {s.data(), s.size()}; }

inline tenbo_result code_of(const Error& e) {
  switch (e.code) {
    case ErrorCode::not_found: return TENBO_NOT_FOUND;
    case ErrorCode::unsupported: return TENBO_UNSUPPORTED;
    case ErrorCode::invalid_argument: return TENBO_INVALID;
    case ErrorCode::out_of_budget: return TENBO_TOO_LARGE;
    case ErrorCode::cancelled: return TENBO_CLOSED;
    default: return TENBO_FAILED;
  }
}

template <class F>
tenbo_result answer(const tenbo_host* host, const char* what, F&& f) {
  Instance* instance = Instance::of(host);
  if (!instance) return TENBO_INVALID;
  Status status = bad(what, "did not end", ErrorCode::internal);
  const Instance::HostTime pause(*instance);
  if (const auto thrown = guarded([&] { status = f(*instance); })) status = bad(what, *thrown, ErrorCode::internal);
  if (status) return TENBO_OK;
  const auto& e = status.error();
  (void)guarded([&] { e.code == ErrorCode::unsupported ? instance->log_unread(e) : instance->log_failure(e); });
  return code_of(status.error());
}

// Takes several texts into strings; the first wrong one is the error.
inline Status take_texts(std::initializer_list<std::tuple<tenbo_text, std::string*, const char*>> all) {
  for (const auto& [from, to, name] : all) {
    auto t = take_text(from, name);
    if (!t) return t.error();
    *to = std::move(*t);
  }
  return {};
}

// Fills a struct whose size the caller has set, as far as the caller knows it.
template <class T>
Status give(const T& value, T* out, const char* what) {
  auto known = take_struct(out, what);
  if (!known) return known.error();
  const std::uint32_t size = known->size;
  std::memcpy(static_cast<void*>(out), &value, std::min<std::size_t>(size, sizeof(T)));
  out->size = size;
  return {};
}

}  // namespace tenbo::runtime
