#pragma once
// What an import is made of: the rows' values, the places, the records, each in a file of its own.
#include <deque>
#include <map>
#include <optional>

#include "columns_of.h"
#include "row_values.h"
#include "tenbo/base/text.h"
#include "tenbo/inspection/import.h"

namespace tenbo::inspection {

// A word's meaning, worked out once: lists have few of them.
template <class T>
class Known {
 public:
  template <class F>
  const T& of(std::string_view word, F&& work_out) {
    if (const auto it = known_.find(word); it != known_.end()) return it->second;
    if (known_.size() > 100'000) known_.clear(), kept_.clear();
    kept_.emplace_back(word);
    return known_.emplace(kept_.back(), work_out(word)).first->second;
  }

 private:
  std::deque<std::string> kept_;
  std::unordered_map<std::string_view, T> known_;
};

struct Unplaced {  // rows without a place follow all others
  std::vector<std::string> texts;
  std::vector<Inspection> inspections;
  std::vector<float> span_lengths;
  StructureRow row;
  std::uint64_t from = 0;
};

// No inspection is of a year after this one. A clock that stands before this was written is not believed.
int this_year();

struct Importer::Impl {
  static constexpr std::size_t most_problems = 1000, most_words = 1000;
  const int last_year = this_year();
  Mapping mapping;
  ColumnsOf c;
  std::string first_source;
  std::string list;  // of a list beside the first; before its problems
  RegisterBuilder builder;
  Imported out;
  std::vector<Unplaced> unplaced;
  std::map<std::string, std::uint64_t, std::less<>> unplaced_ids;  // of those that the builder does not have yet: their lines
  std::map<std::string, std::uint64_t, std::less<>> strange;  // words that are no grade, and how often
  std::map<std::string, std::uint64_t, std::less<>> sources;
  std::vector<std::uint64_t> lines;  // of the structures in the builder
  std::optional<geo::Transformer> transformer;
  bool in_degrees = false, no_crs = false;  // of mapping.crs: its coordinates are degrees; it cannot be used
  std::uint64_t repeated = 0;               // ids of a list without a mapping
  std::string first_repeated;
  std::uint64_t disagreeing = 0;            // places that geometry and columns say more than about 1 km apart
  std::uint64_t off_earth = 0, near_origin = 0, transformed = 0;  // places that are no degrees; of mapping.crs those within 400 m of its origin
  std::uint64_t exchanged = 0;              // places that only are on Earth with longitude and latitude exchanged
  Known<GradeWord> grade_words;
  Known<std::optional<Date>> dates;
  Known<Kind> kind_words;
  Known<Access> access_words;
  std::vector<Inspection> inspections;
  std::vector<float> span_lengths;
  std::uint64_t rows = 0;
  const SourceRow* row = nullptr;
  std::map<std::string, std::vector<Inspection>, std::less<>> later;  // of a list of inspections, by structure

  void warn(std::string what) {
    if (out.warnings.size() < 100) out.warnings.push_back((list.empty() ? "" : list + ": ") + std::move(what));
  }
  void problem(std::string what) {
    ++out.problem_count;
    if (out.problems.size() < most_problems) out.problems.push_back({row ? row->line : 0, rows, (list.empty() ? "" : list + ": ") + std::move(what)});
  }
  std::string_view at(int column) const {
    if (column < 0 || static_cast<std::size_t>(column) >= row->cells.size()) return {};
    return trim(row->cells[static_cast<std::size_t>(column)]);
  }
  std::string name_of(int column) const { return column >= 0 ? c.names[static_cast<std::size_t>(column)] : std::string(); }
  Grade grade_of_score(double score) const {
    for (const auto& [from, g] : mapping.score_grades)
      if (score >= from) return g;
    return Grade::not_inspected;
  }

  // import_values.cpp: what columns say
  std::optional<Date> date(int column, int fixed);
  float number(int column, double low, double high, const char* what);
  Grade grade_word(std::string_view word, int column);
  // The inspection that the row's own columns are about.
  std::optional<Inspection> latest();
  void gather_inspections();
  void gather_spans(StructureRow& s);
  Access access(std::string_view word, std::string_view restriction);

  // import_place.cpp
  // Degrees; NaN where nothing usable is written.
  void place(StructureRow& s);
  void set_up_crs();

  // The line (else the row) of the structure that has this id already.
  std::optional<std::uint64_t> first_of(std::string_view id) const;
  // A line below the rows that sums them up.
  bool is_total() const;
  void add_structure();
  void add_inspection();
  void add_defect();
  // Structures without a place follow those with one.
  void add_unplaced();
  void tell_columns();
  void tell_words();
};

}  // namespace tenbo::inspection
