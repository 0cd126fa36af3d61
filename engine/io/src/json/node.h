#pragma once
// A JSON document read strictly: every access says what it expects, and what is not so is thrown as a Bad with the file
// and the path in it ("$.root.children[3].boundingVolume"). Bad ends at the room's own functions, which return it as an
// Error. A node refers to the one that it was taken from, which must live as long.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo::io::json {

using Value = nlohmann::json;

// Thrown inside the readers of glTF and 3D Tiles; never leaves the room.
struct Bad {
  Error error;
};
[[noreturn]] void fail(ErrorCode code, std::string message, const std::string& file, std::string place = {},
                       std::string remedy = {});

class Node {
 public:
  Node(const Value& value, const std::string& file) : value_(&value), file_(&file) {}

  const Value& value() const { return *value_; }
  const std::string& file() const { return *file_; }
  std::string path() const;
  [[noreturn]] void bad(std::string message, std::string remedy = {}) const;  // malformed, here
  [[noreturn]] void unsupported(std::string message, std::string remedy = {}) const;

  bool is_object() const { return value_->is_object(); }
  bool is_array() const { return value_->is_array(); }
  bool is_text() const { return value_->is_string(); }
  bool is_number() const { return value_->is_number(); }
  bool has(std::string_view key) const;

  // Members of an object, elements of an array. The array or object is checked to be one.
  Node operator()(std::string_view key) const&;
  Node operator()(std::string_view key) const&& = delete;
  std::optional<Node> find(std::string_view key) const&;
  std::optional<Node> find(std::string_view key) const&& = delete;
  Node at(std::size_t index) const&;
  Node at(std::size_t index) const&& = delete;
  std::size_t size() const;  // of an array
  const Node& object() const;
  const Node& array(std::size_t least = 0, std::size_t most = SIZE_MAX) const;

  // The value itself.
  double number() const;  // finite
  std::int64_t integer(std::int64_t low, std::int64_t high) const;
  std::uint64_t size_value(std::uint64_t most = std::uint64_t{1} << 53) const;
  const std::string& text() const;
  bool boolean() const;
  std::vector<double> numbers(std::size_t least, std::size_t most) const;
  std::size_t index_in(std::size_t count, const char* what) const;  // "names %s 7, and there are 3"

  // Members with their type; with a fallback they may be missing.
  double number(std::string_view key) const;
  double number(std::string_view key, double fallback) const;
  std::uint64_t size_value(std::string_view key) const;
  std::uint64_t size_value(std::string_view key, std::uint64_t fallback) const;
  std::string text(std::string_view key) const;
  std::string text(std::string_view key, std::string_view fallback) const;
  bool boolean(std::string_view key, bool fallback) const;
  // The elements of an array that may be missing.
  std::size_t count(std::string_view key) const;

 private:
  Node(const Value& value, const std::string& file, const Node* up, std::string_view key, std::size_t index)
      : value_(&value), file_(&file), up_(up), key_(key), index_(index) {}
  std::string_view type_name() const;

  const Value* value_;
  const std::string* file_;
  const Node* up_ = nullptr;
  std::string_view key_;
  std::size_t index_ = 0;
};

// Where `text` is a page (HTML) or XML: what to say, as servers answer with one to who is not logged in. `expected`: "a tileset".
std::optional<Error> page_instead(std::string_view text, const std::string& file, const char* expected);
// A text as JSON (UTF-8, a BOM is skipped). `file` stands in messages.
Value parse(std::string_view text, const std::string& file);

}  // namespace tenbo::io::json
