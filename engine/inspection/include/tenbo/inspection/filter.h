#pragma once
// Which structures of a register: by grade, kind, place, year, age, access and text, each one pass over a column.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tenbo/inspection/register.h"

namespace tenbo::inspection {

// All conditions hold together; what is left as it is asks for nothing.
struct Filter {
  std::uint8_t grades = 0;     // bit 1 << Grade; 0 = all
  std::uint16_t kinds = 0;     // bit 1 << Kind; 0 = all
  std::uint8_t accesses = 0;   // bit 1 << Access; 0 = all
  std::vector<std::string> municipalities;  // any of them, as written; "" is those without one
  int year_from = 0, year_to = 0;           // of the last inspection, both included; 0 = open. Unknown years fit none
  bool overdue = false;        // at as_of (Register::overdue)
  int as_of = 0;               // year
  int built_before = 0;        // built in an earlier year; 0 = any. Unknown years do not fit
  std::string text;            // in id or name, whatever the case of A to Z
  bool empty() const;
};

// A bit a structure.
class Selection {
 public:
  Selection() = default;
  Selection(std::uint32_t size, bool all);
  std::uint32_t size() const { return size_; }
  bool has(std::uint32_t s) const { return (bits_[s >> 6U] >> (s & 63U) & 1U) != 0; }
  std::uint32_t count() const;
  std::vector<std::uint32_t> indices(std::size_t most) const;  // the first ones
  std::vector<std::uint64_t>& words() { return bits_; }        // bits beyond size() are 0
  const std::vector<std::uint64_t>& words() const { return bits_; }

 private:
  std::uint32_t size_ = 0;
  std::vector<std::uint64_t> bits_;
};

// Filters over one register, with its ids and names laid out for searching (about as much memory as they take). Immutable. [any]
class Finder {
 public:
  explicit Finder(std::shared_ptr<const Register> records);
  const Register& records() const { return *records_; }
  Selection select(const Filter& filter) const;

 private:
  std::shared_ptr<const Register> records_;
  std::string text_;                    // lower case; "id\nname\n" of each
  std::array<std::uint64_t, 256> frequency_{};  // of each byte in text_
  std::unordered_map<std::string_view, Word> municipalities_;
  std::vector<std::uint32_t> starts_;   // of each structure, plus the end; empty where the text is over 4 GiB
};

}  // namespace tenbo::inspection
