#pragma once
// JSON as RFC 8259 has it and nothing beside: no comments, no trailing commas, no key twice, no half surrogates. Depth and
// number of values are bounded, so that no text takes more memory than a small multiple of its length.
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sensors {

struct JsonError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Json {
  enum class Kind { null, boolean, number, text, list, object };
  Kind kind = Kind::null;
  bool truth = false;
  double number = 0;
  std::string text;  // of a number: as it is written, so that a long id stays what it is
  std::vector<Json> items;        // of a list; of an object the values, in the order of `keys`
  std::vector<std::string> keys;  // of an object

  bool is(Kind k) const { return kind == k; }
  const Json* find(std::string_view key) const;            // of an object; null where there is none
  std::string_view text_of(std::string_view key) const;    // a member that is text; else ""
  const Json* list_of(std::string_view key) const;         // a member that is a list; else null
};

inline constexpr std::size_t most_depth = 64, most_json_values = 8'000'000, most_bytes = std::size_t{64} << 20;

Json parse_json(std::string_view text);  // throws JsonError, which names the byte

}  // namespace sensors
