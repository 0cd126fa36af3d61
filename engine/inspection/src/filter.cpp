#include "tenbo/inspection/filter.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "tenbo/base/text.h"

namespace tenbo::inspection {
namespace {
// Keeps the bits of those for which fits(s) holds; a block of 64 rows is one word.
template <class F>
void keep(Selection& selection, F&& fits) {
  auto& words = selection.words();
  const std::uint32_t size = selection.size();
  for (std::size_t w = 0; w < words.size(); ++w) {
    if (words[w] == 0) continue;
    const auto from = static_cast<std::uint32_t>(w * 64), to = std::min(from + 64, size);
    std::uint64_t bits = 0;
    for (std::uint32_t s = from; s < to; ++s) bits |= static_cast<std::uint64_t>(fits(s) ? 1 : 0) << (s - from);
    words[w] &= bits;
  }
}
}  // namespace

bool Filter::empty() const {
  return grades == 0 && kinds == 0 && accesses == 0 && municipalities.empty() && year_from == 0 && year_to == 0 && !overdue && built_before == 0 && text.empty();
}

Selection::Selection(std::uint32_t size, bool all) : size_(size), bits_((std::size_t{size} + 63) / 64, all ? ~std::uint64_t{0} : 0) {
  if (all && size % 64 != 0) bits_.back() = (std::uint64_t{1} << (size % 64)) - 1;
}
std::uint32_t Selection::count() const {
  std::uint32_t n = 0;
  for (const auto w : bits_) n += static_cast<std::uint32_t>(std::popcount(w));
  return n;
}
std::vector<std::uint32_t> Selection::indices(std::size_t most) const {
  std::vector<std::uint32_t> out;
  for (std::size_t w = 0; w < bits_.size(); ++w)
    for (std::uint64_t left = bits_[w]; left != 0 && out.size() < most; left &= left - 1) out.push_back(static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(left))));
  return out;
}

Finder::Finder(std::shared_ptr<const Register> records) : records_(std::move(records)) {
  const auto& r = *records_;
  for (const Word w : r.municipalities())
    if (w != 0) municipalities_.emplace(r.word(w), w);
  std::uint64_t bytes = 0;
  for (std::uint32_t s = 0; s < r.size(); ++s) bytes += r.id(s).size() + r.name(s).size() + 2;
  if (bytes > UINT32_MAX) return;
  text_.reserve(bytes);
  starts_.reserve(std::size_t{r.size()} + 1);
  const auto add = [&](std::string_view t) {
    for (const char c : t) text_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    text_ += '\n';
  };
  for (std::uint32_t s = 0; s < r.size(); ++s) {
    starts_.push_back(static_cast<std::uint32_t>(text_.size()));
    add(r.id(s));
    add(r.name(s));
  }
  starts_.push_back(static_cast<std::uint32_t>(text_.size()));
  for (const char c : text_) ++frequency_[static_cast<unsigned char>(c)];
}

Selection Finder::select(const Filter& f) const {
  const auto& r = *records_;
  Selection out(r.size(), true);
  if (f.grades) keep(out, [g = r.grades(), m = f.grades](std::uint32_t s) { return (m >> static_cast<unsigned>(g[s]) & 1) != 0; });
  if (f.kinds) keep(out, [k = r.kinds(), m = f.kinds](std::uint32_t s) { return (m >> static_cast<unsigned>(k[s]) & 1) != 0; });
  if (f.accesses) keep(out, [a = r.accesses(), m = f.accesses](std::uint32_t s) { return (m >> static_cast<unsigned>(a[s]) & 1) != 0; });
  if (f.year_from || f.year_to)
    keep(out, [y = r.years(), from = f.year_from, to = f.year_to ? f.year_to : INT16_MAX](std::uint32_t s) { return y[s] != 0 && y[s] >= from && y[s] <= to; });
  if (f.built_before) keep(out, [b = r.built_years(), before = f.built_before](std::uint32_t s) { return b[s] != 0 && b[s] < before; });
  if (f.overdue) keep(out, [&r, y = f.as_of](std::uint32_t s) { return r.overdue(s, y); });
  if (!f.municipalities.empty()) {
    std::vector<bool> wanted(r.words());
    for (const auto& m : f.municipalities) {
      if (m.empty()) wanted[0] = true;
      else if (const auto it = municipalities_.find(m); it != municipalities_.end()) wanted[it->second] = true;
    }
    keep(out, [m = r.municipalities(), &wanted](std::uint32_t s) { return wanted[m[s]]; });
  }
  if (!f.text.empty()) {
    const std::string wanted = lower_case(f.text);
    Selection found(r.size(), false);
    if (starts_.empty()) {
      for (std::uint32_t s = 0; s < r.size(); ++s)
        if (lower_case(r.id(s)).find(wanted) != std::string::npos || lower_case(r.name(s)).find(wanted) != std::string::npos) found.words()[s >> 6U] |= std::uint64_t{1} << (s & 63U);
    } else if (wanted.find('\n') == std::string::npos) {
      // By the rarest byte of the word, since all names of a list may begin alike. Hits come in order: the structure is stepped to where
      // they are frequent, looked up where they are rare.
      const auto count_of = [&](char c) { return frequency_[static_cast<unsigned char>(c)]; };
      const auto rare = static_cast<std::size_t>(std::min_element(wanted.begin(), wanted.end(), [&](char a, char b) { return count_of(a) < count_of(b); }) - wanted.begin());
      const auto next = [&](std::size_t from) {
        for (std::size_t at = from + rare; at < text_.size(); ++at) {
          const auto* hit = static_cast<const char*>(std::memchr(text_.data() + at, wanted[rare], text_.size() - at));
          if (!hit) break;
          at = static_cast<std::size_t>(hit - text_.data());
          if (std::string_view(text_).substr(at - rare, wanted.size()) == wanted) return at - rare;
        }
        return std::string::npos;
      };
      std::uint32_t s = 0;
      for (std::size_t at = next(0); at != std::string::npos; at = next(starts_[s + 1])) {
        for (int steps = 0; starts_[s + 1] <= at; ++s)
          if (++steps == 16) {
            s = static_cast<std::uint32_t>(std::upper_bound(starts_.begin() + s, starts_.end(), static_cast<std::uint32_t>(at)) - starts_.begin() - 1);
            break;
          }
        found.words()[s >> 6U] |= std::uint64_t{1} << (s & 63U);
      }
    }
    for (std::size_t w = 0; w < out.words().size(); ++w) out.words()[w] &= found.words()[w];
  }
  return out;
}

}  // namespace tenbo::inspection
