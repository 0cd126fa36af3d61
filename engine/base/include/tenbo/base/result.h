#pragma once
// Expected failures are values. An Error says what went wrong, where (file and place in it) and what to do about it.
#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tenbo {

enum class ErrorCode {
  invalid_argument,  // the caller's or the user's input is wrong
  not_found,         // a file, a layer, a name
  unsupported,       // understood, but not something we read or do
  malformed,         // the data breaks its own format
  mismatch,          // parts that do not fit together (datums, sizes, ABI)
  io,                // the operating system said no
  out_of_budget,     // a limit on size, memory or time was reached
  gpu,               // the graphics device or driver failed
  cancelled,
  internal,
};

const char* to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  // what was found and what was expected, one sentence
  std::string file;     // path as the user gave it; empty where there is none
  std::string place;    // "line 12", "$.layers[2].path", "band 3"; empty where there is none
  std::string remedy;   // what the user can do; may be empty

  // "file:place: message (remedy)"
  std::string text() const;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { assert(ok()); return *std::get_if<0>(&state_); }
  const T& value() const& { assert(ok()); return *std::get_if<0>(&state_); }
  T&& value() && { assert(ok()); return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const& { assert(!ok()); return *std::get_if<1>(&state_); }
  Error& error() & { assert(!ok()); return *std::get_if<1>(&state_); }
  Error&& error() && { assert(!ok()); return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { assert(!ok()); return *error_; }

 private:
  std::optional<Error> error_;
};
using Status = Result<void>;

}  // namespace tenbo
