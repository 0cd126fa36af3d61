#pragma once
// A quantity as a warning states it: a number, or a word in its place ("巨大", "不明"), or nothing. A word is never a number:
// whoever wants one must ask, and may be told that there is none.
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace tenbo::geo {

class Quantity {
 public:
  // What a number is of what is meant: itself, or a limit ("10 m and more").
  enum class Bound { exact, or_more, or_less };

  Quantity() = default;  // missing: nothing is said
  // A number that is not finite is none: it becomes `otherwise`.
  static Quantity number(double value, std::string unit, Bound bound = Bound::exact, const std::string& otherwise = {}) {
    if (!std::isfinite(value)) return word(otherwise, std::move(unit));
    Quantity q;
    q.value_ = value;
    q.unit_ = std::move(unit);
    q.bound_ = bound;
    return q;
  }
  static Quantity word(std::string text, std::string unit = {}) {
    Quantity q;
    q.word_ = std::move(text);
    q.unit_ = std::move(unit);
    return q;
  }

  bool missing() const { return !value_ && word_.empty(); }
  std::optional<double> value() const { return value_; }
  const std::string& word() const { return word_; }  // empty where there is a number
  const std::string& unit() const { return unit_; }
  Bound bound() const { return bound_; }
  friend bool operator==(const Quantity&, const Quantity&) = default;

 private:
  std::optional<double> value_;
  std::string word_, unit_;
  Bound bound_ = Bound::exact;
};

}  // namespace tenbo::geo
