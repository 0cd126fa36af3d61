#include "tenbo/inspection/register.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace tenbo::inspection {
namespace {
std::uint32_t date_of(const Inspection& i) {
  if (i.year == 0) return UINT32_MAX;  // of a list that gives one grade and no year: the grade that counts
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
  return n + text_bytes_ + 3 * size() + by_id_.size() * 48;
}

Word RegisterBuilder::intern(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto it = interned_.find(text); it != interned_.end()) return it->second;
  const Word w = keep(text);
  interned_.emplace(out_->words_[w], w);
  return w;
}

std::string_view RegisterBuilder::store(std::string_view text) {
  if (text.empty()) return {};
  constexpr std::size_t block = std::size_t{1} << 20;
  if (text.size() > block_left_) {
    const std::size_t size = std::max(block, text.size());
    out_->text_.push_back(std::make_unique<char[]>(size));
    out_->text_bytes_ += size;
    block_at_ = out_->text_.back().get();
    block_left_ = size;
  }
  std::memcpy(block_at_, text.data(), text.size());
  const std::string_view kept(block_at_, text.size());
  block_at_ += text.size();
  block_left_ -= text.size();
  return kept;
}

Word RegisterBuilder::keep(std::string_view text) {
  if (text.empty()) return 0;
  const Word w = static_cast<Word>(out_->words_.size());
  out_->words_.push_back(store(text));
  return w;
}

void RegisterBuilder::reserve(std::uint32_t n) {
  Register& r = *out_;
  for (auto* v : {&r.ids_, &r.names_, &r.kind_words_, &r.roads_, &r.owners_, &r.prefectures_, &r.municipalities_, &r.sources_, &r.restrictions_}) v->reserve(n);
  for (auto* v : {&r.heights_, &r.lengths_, &r.widths_, &r.headings_, &r.traffic_, &r.importance_}) v->reserve(n);
  for (auto* v : {&r.lons_, &r.lats_}) v->reserve(n);
  for (auto* v : {&r.first_span_, &r.first_inspection_}) v->reserve(std::size_t{n} + 1);
  r.by_id_.reserve(n);
}

std::uint32_t RegisterBuilder::add(const StructureRow& row) {
  Register& r = *out_;
  const std::uint32_t s = r.size();
  r.ids_.push_back(keep(row.id));
  r.names_.push_back(keep(row.name));  // most names are a structure's own
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

bool RegisterBuilder::add_inspections(std::string_view id, std::span<const Inspection> more) {
  const auto s = find(id);
  if (!s) return false;
  auto& all = more_[*s];
  all.insert(all.end(), more.begin(), more.end());
  return true;
}

void RegisterBuilder::merge_inspections() {
  if (more_.empty()) return;
  Register& r = *out_;
  std::vector<Inspection> all;
  std::vector<std::uint32_t> first{0};
  for (std::uint32_t s = 0; s < r.size(); ++s) {
    const auto own = r.inspections(s);
    std::vector<Inspection> here(own.begin(), own.end());
    if (const auto it = more_.find(s); it != more_.end())
      for (const auto& i : it->second)
        if (std::none_of(here.begin(), here.end(), [&](const Inspection& h) { return h.year == i.year && (h.month == i.month || h.month == 0 || i.month == 0); })) here.push_back(i);
    std::stable_sort(here.begin(), here.end(), [](const Inspection& a, const Inspection& b) { return date_of(a) < date_of(b); });
    if (!here.empty()) r.grades_[s] = here.back().grade, r.years_[s] = here.back().year;
    all.insert(all.end(), here.begin(), here.end());
    first.push_back(static_cast<std::uint32_t>(all.size()));
  }
  r.inspections_ = std::move(all);
  r.first_inspection_ = std::move(first);
  more_.clear();
}

std::shared_ptr<const Register> RegisterBuilder::finish() {
  Register& r = *out_;
  merge_inspections();
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
