#pragma once
// The register: structures with their inspections, defects and photographs, by column, so that a filter over all road bridges of a
// country is one pass over a few megabytes. Built once with RegisterBuilder; then read-only and safe to read from any thread.
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tenbo/inspection/defect.h"
#include "tenbo/inspection/grade.h"

namespace tenbo::inspection {

enum class Kind : std::uint8_t { unknown, bridge, footbridge, tunnel, culvert, gantry, retaining_wall, slope, other };  // gantry: signs over the road
const char* to_string(Kind kind);
Kind read_kind(std::string_view word);  // 橋梁, bridge, トンネル, 大型カルバート, 横断歩道橋, 門型標識等 ...; blank is unknown, any other word `other`

// Whether one may drive over it.
enum class Access : std::uint8_t { unknown, open, restricted, closed };
const char* to_string(Access access);

// One structure as a reader has it. Lengths in metres, NaN = not written; text empty = not written.
struct StructureRow {
  std::string_view id, name, kind_word, road, owner, prefecture, municipality, source;
  Kind kind = Kind::unknown;
  double lon = std::numeric_limits<double>::quiet_NaN(), lat = lon, height = lon;  // degrees; m in the scene's datum
  float length = unknown_length, width = unknown_length;
  std::int16_t spans = 0;                  // 0 = not written
  std::span<const float> span_lengths;     // from the start; empty = not written
  float heading = unknown_length;          // degrees clockwise from north, of its axis from start to end; NaN = not written
  std::int16_t built = 0;                  // year; 0 = not written
  Access access = Access::unknown;
  std::string_view restriction;            // as written: "14 t"
  float traffic = unknown_length;          // vehicles a day
  float importance = unknown_length;       // 0 to 1, of lists that rate it (emergency routes)
  std::span<const Inspection> inspections; // in any order
  std::uint64_t line = 0;                  // of the source, 1 for the first of the file; 0 = it has no lines
};

class Register {
 public:
  std::uint32_t size() const { return static_cast<std::uint32_t>(grades_.size()); }
  std::string_view word(Word w) const { return words_[w]; }
  std::size_t words() const { return words_.size(); }

  // --- a structure
  std::string_view id(std::uint32_t s) const { return word(ids_[s]); }
  std::string_view name(std::uint32_t s) const { return word(names_[s]); }
  Kind kind(std::uint32_t s) const { return kinds_[s]; }
  std::string_view kind_word(std::uint32_t s) const { return word(kind_words_[s]); }
  Word road(std::uint32_t s) const { return roads_[s]; }
  Word owner(std::uint32_t s) const { return owners_[s]; }
  Word prefecture(std::uint32_t s) const { return prefectures_[s]; }
  Word municipality(std::uint32_t s) const { return municipalities_[s]; }
  Word source(std::uint32_t s) const { return sources_[s]; }
  Word restriction(std::uint32_t s) const { return restrictions_[s]; }
  double lon(std::uint32_t s) const { return lons_[s]; }  // NaN: it has no place
  double lat(std::uint32_t s) const { return lats_[s]; }
  float height(std::uint32_t s) const { return heights_[s]; }  // NaN: on the ground
  float length(std::uint32_t s) const { return lengths_[s]; }
  float width(std::uint32_t s) const { return widths_[s]; }
  float heading(std::uint32_t s) const { return headings_[s]; }
  int spans(std::uint32_t s) const { return spans_[s]; }
  std::span<const float> span_lengths(std::uint32_t s) const { return {span_lengths_.data() + first_span_[s], first_span_[s + 1] - first_span_[s]}; }
  int built(std::uint32_t s) const { return built_[s]; }  // 0 = not written
  Access access(std::uint32_t s) const { return access_[s]; }
  float traffic(std::uint32_t s) const { return traffic_[s]; }
  float importance(std::uint32_t s) const { return importance_[s]; }
  std::uint64_t line(std::uint32_t s) const { return lines_[s]; }
  Grade grade(std::uint32_t s) const { return grades_[s]; }  // of the last inspection
  int year(std::uint32_t s) const { return years_[s]; }      // of the last inspection; 0 = unknown
  std::span<const Inspection> inspections(std::uint32_t s) const {  // ascending by date; one without a year is what counts now, and stands last
    return {inspections_.data() + first_inspection_[s], first_inspection_[s + 1] - first_inspection_[s]};
  }
  // The last inspection not after `year`; null before the first.
  const Inspection* inspection_by(std::uint32_t s, int year) const;
  // Where the last inspection lies more than inspection_interval_years before `year`, or there was none. Exempt ones never are.
  bool overdue(std::uint32_t s, int year) const {
    return grades_[s] != Grade::exempt && (years_[s] == 0 || year - years_[s] > inspection_interval_years);
  }
  std::optional<std::uint32_t> find(std::string_view id) const;  // the first of that id

  // --- columns, for filters: one entry a structure
  std::span<const Grade> grades() const { return grades_; }
  std::span<const std::int16_t> years() const { return years_; }
  std::span<const Kind> kinds() const { return kinds_; }
  std::span<const std::int16_t> built_years() const { return built_; }
  std::span<const Word> municipalities() const { return municipalities_; }
  std::span<const Word> prefectures() const { return prefectures_; }
  std::span<const Word> sources() const { return sources_; }
  std::span<const Access> accesses() const { return access_; }
  std::span<const double> lons() const { return lons_; }
  std::span<const double> lats() const { return lats_; }

  // --- defects, of one structure together, the oldest first
  std::span<const Defect> defects() const { return defects_; }
  std::span<const Defect> defects(std::uint32_t s) const {
    return defects_.empty() ? std::span<const Defect>() : std::span(defects_).subspan(first_defect_[s], first_defect_[s + 1] - first_defect_[s]);
  }
  std::uint64_t memory_bytes() const;  // about what it takes

 private:
  friend class RegisterBuilder;
  std::vector<std::unique_ptr<char[]>> text_;  // blocks; words_ view them
  std::uint64_t text_bytes_ = 0;
  std::vector<std::string_view> words_{""};
  std::vector<Word> ids_, names_, kind_words_, roads_, owners_, prefectures_, municipalities_, sources_, restrictions_;
  std::vector<Kind> kinds_;
  std::vector<double> lons_, lats_;
  std::vector<float> heights_, lengths_, widths_, headings_, traffic_, importance_, span_lengths_;
  std::vector<std::int16_t> spans_, built_, years_;
  std::vector<Access> access_;
  std::vector<Grade> grades_;
  std::vector<std::uint64_t> lines_;
  std::vector<std::uint32_t> first_span_{0}, first_inspection_{0}, first_defect_{0};
  std::vector<Inspection> inspections_;
  std::vector<Defect> defects_;
  std::unordered_multimap<std::string_view, std::uint32_t> by_id_;
};

class RegisterBuilder {
 public:
  Word intern(std::string_view text);
  void reserve(std::uint32_t structures);
  std::uint32_t add(const StructureRow& row);  // its index
  void add(const Defect& defect);              // words by intern(); of a structure that is there
  bool add_inspections(std::string_view id, std::span<const Inspection> more);  // of a structure that is there; of one date the first counts
  std::optional<std::uint32_t> find(std::string_view id) const;
  std::shared_ptr<const Register> finish();    // the builder is spent

 private:
  Word keep(std::string_view text);  // a word of its own, which no other shares: ids
  std::string_view store(std::string_view text);
  std::shared_ptr<Register> out_ = std::make_shared<Register>();
  void merge_inspections();
  std::map<std::uint32_t, std::vector<Inspection>> more_;
  std::size_t block_left_ = 0;
  char* block_at_ = nullptr;
  std::unordered_map<std::string_view, Word> interned_;
};

}  // namespace tenbo::inspection
