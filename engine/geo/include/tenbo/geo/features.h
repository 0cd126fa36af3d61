#pragma once
// Features and their attributes. Row-oriented and interned: city models have hundreds of sparse attributes.
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "tenbo/geo/extent.h"

namespace tenbo::geo {

enum class AttributeType : std::uint8_t { text, integer, real, boolean };
const char* to_string(AttributeType type);  // "string", "integer", "real", "boolean"

// monostate = missing. Text views live as long as the table.
using AttributeValue = std::variant<std::monostate, std::string_view, std::int64_t, double, bool>;
std::string to_text(const AttributeValue& value);  // for the screen; missing = ""
std::optional<double> to_number(const AttributeValue& value);  // text that is a finite number counts; NaN never

struct AttributeSummary {
  std::string name;
  AttributeType type = AttributeType::text;
  std::uint64_t count = 0;  // features that have it
};

// A table of features. Build with add_feature / add_*; then it is read-only and safe to read from any thread.
class FeatureTable {
 public:
  FeatureTable();
  FeatureTable(FeatureTable&&) noexcept;
  FeatureTable& operator=(FeatureTable&&) noexcept;
  ~FeatureTable();

  // --- building (one thread) ---
  std::uint32_t add_feature(std::string_view id, std::string_view type);  // gml:id or fid; "bldg:Building", layer name
  void add_text(std::uint32_t feature, std::string_view name, std::string_view value);
  void add_integer(std::uint32_t feature, std::string_view name, std::int64_t value);
  void add_real(std::uint32_t feature, std::string_view name, double value);  // NaN and infinite values are stored as missing
  void add_boolean(std::uint32_t feature, std::string_view name, bool value);
  // The same by a number for the name, for readers that meet the same names a million times: good for features of the
  // table that gave it, until that table is appended to another or another to it.
  enum class Name : std::uint32_t {};
  Name name(std::string_view name);
  void add_text(std::uint32_t feature, Name name, std::string_view value);
  void add_integer(std::uint32_t feature, Name name, std::int64_t value);
  void add_real(std::uint32_t feature, Name name, double value);
  void add_boolean(std::uint32_t feature, Name name, bool value);
  void set_extent(std::uint32_t feature, const Extent& extent);
  // Appends another table's features after this one's (parallel chunks); returns the index of its first feature.
  std::uint32_t append(FeatureTable&& other);

  // --- reading ---
  std::uint32_t size() const;
  std::string_view id(std::uint32_t feature) const;
  std::string_view type(std::uint32_t feature) const;
  const Extent& extent(std::uint32_t feature) const;
  // In order of appearance; a name may stand several times (repeated elements).
  std::vector<std::pair<std::string_view, AttributeValue>> attributes(std::uint32_t feature) const;
  AttributeValue value(std::uint32_t feature, std::string_view name) const;  // the first of that name
  std::vector<AttributeSummary> summary() const;  // by name, sorted; computed on the call
  std::optional<std::uint32_t> find(std::string_view id) const;
  std::uint64_t memory_bytes() const;  // about what it takes

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenbo::geo
