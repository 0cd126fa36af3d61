#include "tenbo/inspection/register.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tenbo::inspection {
namespace {
std::uint32_t date_of(const Inspection& i) {
  return (static_cast<std::uint32_t>(i.year) << 16U) | (static_cast<std::uint32_t>(i.month) << 8U) | i.day;
}
std::uint32_t date_of(const Defect& d) {
  return (static_cast<std::uint32_t>(d.year) << 16U) | (static_cast<std::uint32_t>(d.month) << 8U) | d.day;
}
template <class T>
std::uint64_t bytes_of(const std::vector<T>& v) { return v.capacity() * sizeof(T); }
}  // namespace

const char* to_string(Grade grade) {
  switch (grade) {
    case Grade::I: return "I";
    case Grade::II: return "II";
    case Grade::III: return "III";
    case Grade::IV: return "IV";
    case Grade::exempt: return "exempt";
    case Grade::not_inspected: break;
  }
  return "not_inspected";
}

const char* to_string(Access access) {
  switch (access) {
    case Access::open: return "open";
    case Access::restricted: return "restricted";
    case Access::closed: return "closed";
    case Access::unknown: break;
  }
  return "unknown";
}

const Inspection* Register::inspection_by(std::uint32_t s, int year) const {
  const Inspection* last = nullptr;
  for (const auto& i : inspections(s))
    if (i.year != 0 && i.year <= year) last = &i;
  return last;
}

std::optional<std::uint32_t> Register::find(std::string_view id) const {
  std::optional<std::uint32_t> first;
  const auto [from, to] = by_id_.equal_range(id);
  for (auto it = from; it != to; ++it)
    if (!first || it->second < *first) first = it->second;
  return first;
}

std::uint64_t Register::memory_bytes() const {
  std::uint64_t n = bytes_of(words_) + bytes_of(lons_) + bytes_of(lats_) + bytes_of(lines_) + bytes_of(inspections_) + bytes_of(defects_);
  for (const auto* v : {&ids_, &names_, &kind_words_, &roads_, &owners_, &prefectures_, &municipalities_, &sources_, &restrictions_,
                        &first_span_, &first_inspection_, &first_defect_})
    n += bytes_of(*v);
  for (const auto* v : {&heights_, &lengths_, &widths_, &headings_, &traffic_, &importance_, &span_lengths_}) n += bytes_of(*v);
  for (const auto* v : {&spans_, &built_, &years_}) n += bytes_of(*v);
  for (const auto& t : text_) n += sizeof t + (t.capacity() > 15 ? t.capacity() : 0);
  return n + 3 * size() + by_id_.size() * 48;
}

Word RegisterBuilder::intern(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto it = interned_.find(text); it != interned_.end()) return it->second;
  const std::string_view kept = out_->text_.emplace_back(text);
  const Word w = static_cast<Word>(out_->words_.size());
  out_->words_.push_back(kept);
  interned_.emplace(kept, w);
  return w;
}

std::uint32_t RegisterBuilder::add(const StructureRow& row) {
  Register& r = *out_;
  const std::uint32_t s = r.size();
  r.ids_.push_back(intern(row.id));
  r.names_.push_back(intern(row.name));
  r.kind_words_.push_back(intern(row.kind_word));
  r.roads_.push_back(intern(row.road));
  r.owners_.push_back(intern(row.owner));
  r.prefectures_.push_back(intern(row.prefecture));
  r.municipalities_.push_back(intern(row.municipality));
  r.sources_.push_back(intern(row.source));
  r.restrictions_.push_back(intern(row.restriction));
  r.kinds_.push_back(row.kind);
  r.lons_.push_back(row.lon);
  r.lats_.push_back(row.lat);
  r.heights_.push_back(static_cast<float>(row.height));
  r.lengths_.push_back(row.length);
  r.widths_.push_back(row.width);
  r.headings_.push_back(row.heading);
  r.traffic_.push_back(row.traffic);
  r.importance_.push_back(row.importance);
  r.spans_.push_back(row.spans);
  r.built_.push_back(row.built);
  r.access_.push_back(row.access);
  r.lines_.push_back(row.line);
  r.span_lengths_.insert(r.span_lengths_.end(), row.span_lengths.begin(), row.span_lengths.end());
  r.first_span_.push_back(static_cast<std::uint32_t>(r.span_lengths_.size()));
  const auto first = r.inspections_.size();
  r.inspections_.insert(r.inspections_.end(), row.inspections.begin(), row.inspections.end());
  std::stable_sort(r.inspections_.begin() + static_cast<std::ptrdiff_t>(first), r.inspections_.end(),
                   [](const Inspection& a, const Inspection& b) { return date_of(a) < date_of(b); });
  r.first_inspection_.push_back(static_cast<std::uint32_t>(r.inspections_.size()));
  const bool any = r.inspections_.size() > first;
  r.grades_.push_back(any ? r.inspections_.back().grade : Grade::not_inspected);
  r.years_.push_back(any ? r.inspections_.back().year : std::int16_t{0});
  if (r.ids_[s] != 0) r.by_id_.emplace(r.words_[r.ids_[s]], s);
  return s;
}

void RegisterBuilder::add(const Defect& defect) {
  assert(defect.structure < out_->size());
  out_->defects_.push_back(defect);
}

std::optional<std::uint32_t> RegisterBuilder::find(std::string_view id) const { return out_->find(id); }

std::shared_ptr<const Register> RegisterBuilder::finish() {
  Register& r = *out_;
  std::stable_sort(r.defects_.begin(), r.defects_.end(), [](const Defect& a, const Defect& b) {
    return a.structure != b.structure ? a.structure < b.structure : date_of(a) < date_of(b);
  });
  r.first_defect_.assign(r.size() + 1, 0);
  for (const auto& d : r.defects_) ++r.first_defect_[d.structure + 1];
  for (std::size_t s = 1; s < r.first_defect_.size(); ++s) r.first_defect_[s] += r.first_defect_[s - 1];
  interned_.clear();
  return std::exchange(out_, nullptr);
}

}  // namespace tenbo::inspection
