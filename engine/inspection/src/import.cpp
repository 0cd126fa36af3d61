#include "tenbo/inspection/import.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <map>

#include "columns_of.h"
#include "row_values.h"
#include "tenbo/base/text.h"
#include "tenbo/geo/place_text.h"
#include "tenbo/inspection/list_words.h"

namespace tenbo::inspection {
namespace {
constexpr std::size_t most_problems = 1000, most_words = 1000;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

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
constexpr std::array row_texts{&StructureRow::id, &StructureRow::name, &StructureRow::kind_word, &StructureRow::road, &StructureRow::owner, &StructureRow::prefecture, &StructureRow::municipality,
                               &StructureRow::source, &StructureRow::restriction};
}  // namespace

namespace {
// Several that are "日本語 / English" each stay two halves: "甲, 乙 / A, B".
std::string joined(const std::map<std::string, std::uint64_t, std::less<>>& sources) {
  std::string whole, ja, en;
  bool halves = true;
  for (const auto& [s, n] : sources) {
    const auto slash = s.find(" / ");
    halves &= slash != std::string::npos && s.find(" / ", slash + 3) == std::string::npos;
    whole += (whole.empty() ? "" : ", ") + s;
    if (!halves) continue;
    ja += (ja.empty() ? "" : ", ") + s.substr(0, slash);
    en += (en.empty() ? "" : ", ") + s.substr(slash + 3);
  }
  return halves && !ja.empty() ? ja + " / " + en : whole;
}
}  // namespace

std::string Problem::text() const { return (line ? "line " + std::to_string(line) : "row " + std::to_string(row)) + ": " + what; }

// No inspection is of a year after this one. A clock that stands before this was written is not believed.
int this_year() {
  const std::chrono::year_month_day now{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
  return std::max(static_cast<int>(now.year()), 2026);
}

struct Importer::Impl {
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

  std::optional<Date> date(int column, int fixed) {
    const auto text = at(column);
    if (text.empty()) return fixed ? std::optional(Date{fixed, 0, 0}) : std::nullopt;
    const auto& d = dates.of(text, [&](std::string_view t) { return mapping.date_format == DateFormat::nbi && t.size() <= 4 ? nbi_date(t) : read_date(t); });
    if (!d && !mapping.guessed) problem(shown(text) + " in column " + name_of(column) + " is no year");
    if (d && d->year > last_year) {
      problem(shown(text) + " in column " + name_of(column) + " is a year to come: it counts as none");
      return std::nullopt;
    }
    return d;
  }
  float number(int column, double low, double high, const char* what) {
    const auto text = at(column);
    if (text.empty()) return unknown_length;
    const auto v = read_number(text);
    if (!v || *v < low || *v > high) {
      if (!mapping.guessed) problem(shown(text) + " in column " + name_of(column) + " is no " + what);
      return unknown_length;
    }
    return static_cast<float>(*v);
  }
  Grade grade_of_score(double score) const {
    for (const auto& [from, g] : mapping.score_grades)
      if (score >= from) return g;
    return Grade::not_inspected;
  }
  Grade grade_word(std::string_view word, int column) {
    if (mapping.scale == Scale::none) return Grade::not_inspected;
    const auto& g = grade_words.of(word, [&](std::string_view w) -> GradeWord {
      if (!mapping.grades.empty())
        if (const auto it = mapping.grades.find(plain(w)); it != mapping.grades.end()) return {it->second, true};
      if (mapping.scale == Scale::nbi || mapping.scale == Scale::nbi_condition || c.condition_in_grade) {
        if (const auto k = read_nbi_condition(w)) return {*k, true};
        if (const auto rating = read_nbi_rating(w)) return {grade_of_nbi(*rating), true};
      }
      return read_grade(w);
    });
    if (!g.understood) {
      if (const auto it = strange.find(word.substr(0, 60)); it != strange.end()) ++it->second;
      else if (strange.size() < most_words) strange.emplace(word.substr(0, 60), 1);
      problem(shown(word) + " in column " + name_of(column) + " is no grade: shown as not inspected");
    }
    return g.grade;
  }

  // The inspection that the row's own columns are about.
  std::optional<Inspection> latest() {
    Inspection i;
    i.score = unknown_length;
    bool any = false;
    if (const auto d = date(c.year, mapping.year)) {
      i.year = static_cast<std::int16_t>(d->year);
      i.month = static_cast<std::uint8_t>(d->month);
      i.day = static_cast<std::uint8_t>(d->day);
      any = at(c.year).size() > 0;
    }
    if (!c.ratings.empty()) {
      std::optional<int> worst;
      for (const int r : c.ratings)
        if (const auto rating = read_nbi_rating(at(r))) worst = worst ? std::min(*worst, *rating) : *rating;
      if (worst) i.grade = grade_of_nbi(*worst), i.score = static_cast<float>(*worst), any = true;
    } else if (c.grade >= 0) {
      i.grade = grade_word(at(c.grade), c.grade);
      any = any || !at(c.grade).empty();
    }
    if (c.score >= 0) {
      i.score = number(c.score, -1e6, 1e6, "number");
      if (std::isfinite(i.score)) {
        any = true;
        if (c.grade < 0 && c.ratings.empty()) i.grade = grade_of_score(i.score);
      }
    }
    if (!any) return std::nullopt;
    if (i.grade == Grade::not_inspected && !std::isfinite(i.score)) i.score = unknown_length;
    return i;
  }

  void gather_inspections() {
    inspections.clear();
    const auto now = latest();
    const auto push = [&](const Inspection& i) {
      if (now && now->year != 0 && i.year == now->year) return;  // the row's own says it better
      inspections.push_back(i);
    };
    for (const auto& h : c.history) {
      const auto word = at(h.grade), score = at(h.score);
      if (word.empty() && score.empty()) continue;
      Inspection i;
      i.score = unknown_length;
      const auto d = date(h.year_column, h.year);
      if (!d) continue;  // without a year nobody knows what was before what
      i.year = static_cast<std::int16_t>(d->year);
      i.month = static_cast<std::uint8_t>(d->month);
      i.day = static_cast<std::uint8_t>(d->day);
      if (!word.empty()) i.grade = grade_word(word, h.grade);
      if (!score.empty()) {
        i.score = number(h.score, -1e6, 1e6, "number");
        if (word.empty() && std::isfinite(i.score)) i.grade = grade_of_score(i.score);
        else if (word.empty()) continue;
      }
      push(i);
    }
    if (c.history_list >= 0 && !at(c.history_list).empty()) {
      std::uint64_t wrong = 0;
      for (const auto& i : read_history_cell(at(c.history_list), mapping, wrong)) push(i);
      if (wrong) problem(std::to_string(wrong) + " inspections in column " + name_of(c.history_list) + " cannot be read");
    }
    if (now) inspections.push_back(*now);
  }

  // Degrees; NaN where nothing usable is written.
  void place(StructureRow& s) {
    s.lon = row->lon;
    s.lat = row->lat;
    s.height = row->height;
    if (!std::isnan(s.lon) && !mapping.lon.empty() && c.lon >= 0 && c.lat >= 0 && !transformer && mapping.place_format == PlaceFormat::degrees) {  // said twice: the geometry counts
      double lon = nan, lat = nan;
      if (geo::parse_degrees(at(c.lon), lon) && geo::parse_degrees(at(c.lat), lat) && std::abs(lon) <= 360 && std::abs(lat) <= 90 && std::max(std::abs(lon - s.lon), std::abs(lat - s.lat)) > 0.01) ++disagreeing;
    }
    if (std::isnan(s.lon) && (c.lon >= 0 || c.both >= 0)) {
      double lon = nan, lat = nan;
      bool read = false;
      int wrong = c.lon >= 0 ? c.lon : c.both;  // the column whose value is none
      if (c.lon >= 0) {
        const auto a = at(c.lon), b = at(c.lat);
        if (a.empty() && b.empty()) return;
        if (mapping.place_format == PlaceFormat::nbi) {
          const bool degrees = a.find('.') != std::string_view::npos || b.find('.') != std::string_view::npos;  // newer files
          const auto west = packed_degrees(a), north = packed_degrees(b);
          const bool lon_read = degrees ? geo::parse_degrees(a, lon) && lon != 0 : west.has_value(), lat_read = degrees ? geo::parse_degrees(b, lat) && lat != 0 : north.has_value();
          if (!degrees && west && north) lon = -*west, lat = *north;
          read = lon_read && lat_read;
          if (lon_read) wrong = c.lat;
        } else if (no_crs) {
          return;
        } else if (transformer && in_degrees) {
          geo::GeoPoint p{nan, nan, 0};
          if (geo::parse_degrees(a, p.lon)) wrong = c.lat;
          read = wrong == c.lat && geo::parse_degrees(b, p.lat) && transformer->transform({&p, 1}) == 0;
          lon = p.lon, lat = p.lat;
        } else if (transformer) {
          const auto x = read_number(a), y = read_number(b);
          geo::GeoPoint p{x.value_or(nan), y.value_or(nan), 0};
          if (x) wrong = c.lat;
          read = x && y && transformer->transform({&p, 1}) == 0;
          ++transformed;
          if (x && y && std::abs(*x) < 400 && std::abs(*y) < 400) ++near_origin;
          lon = p.lon, lat = p.lat;
        } else {
          if (geo::parse_degrees(a, lon)) wrong = c.lat;
          read = wrong == c.lat && geo::parse_degrees(b, lat);
        }
      } else {
        if (at(c.both).empty()) return;
        read = geo::parse_lat_lon(at(c.both), lat, lon);
      }
      if (!read) {
        const auto said = at(wrong);
        if (const auto v = read_number(said); v && !transformer && std::abs(*v) > 360) ++off_earth;
        return problem((said.empty() ? "nothing" : shown(said)) + " in column " + name_of(wrong) + " is no place: the structure is not drawn");
      }
      s.lon = lon;
      s.lat = lat;
    }
    if (std::isnan(s.lon) || std::isnan(s.lat)) return;
    if (!(std::abs(s.lon) <= 360 && std::abs(s.lat) <= 90)) {
      if (std::abs(s.lon) > 360 || std::abs(s.lat) > 360) ++off_earth;
      if (std::abs(s.lon) <= 90 && std::abs(s.lat) <= 180) ++exchanged;
      std::string what = "longitude " + std::to_string(s.lon) + ", latitude " + std::to_string(s.lat) + " is not on Earth: the structure is not drawn";
      s.lon = s.lat = nan;
      return problem(std::move(what));
    }
    if (c.height >= 0 && std::isnan(s.height)) s.height = static_cast<double>(number(c.height, -12'000, 100'000, "height"));
  }

  void gather_spans(StructureRow& s) {
    span_lengths.clear();
    const auto text = at(c.span_lengths);
    if (text.empty()) return;
    read_spans(text, span_lengths);
    s.span_lengths = span_lengths;
  }

  // The line (else the row) of the structure that has this id already.
  std::optional<std::uint64_t> first_of(std::string_view id) const {
    if (const auto s = builder.find(id)) return lines[*s] ? lines[*s] : out.rows[*s] + std::uint64_t{1};
    if (const auto it = unplaced_ids.find(id); it != unplaced_ids.end()) return it->second;
    return std::nullopt;
  }

  // A line below the rows that sums them up.
  bool is_total() const {
    for (const auto cell : row->cells) {
      if (trim(cell).empty()) continue;
      const auto word = trim(cell);
      return word == "合計" || word == "計" || word == "総計" || word == "小計" || word == "Total" || word == "TOTAL" || word == "total";
    }
    return false;
  }

  void add_structure() {
    StructureRow s;
    if (is_total()) return ++out.left_out, problem("sums up others: it is no structure");
    s.id = at(c.id);
    if (s.id.empty()) s.id = row->id;
    if (c.id >= 0 && !mapping.guessed && at(c.id).empty()) problem("has no id in column " + name_of(c.id));
    if (c.id >= 0 && !s.id.empty()) {
      if (const auto first = first_of(s.id); first && mapping.guessed) {  // it may be no id at all
        if (repeated++ == 0) first_repeated = shown(s.id) + " in lines " + std::to_string(*first) + " and " + std::to_string(row->line ? row->line : rows);
      } else if (first) {
        ++out.left_out;
        return problem("the id " + shown(s.id) + " is that of line " + std::to_string(*first) + " too: the row is left out");
      }
    }
    place(s);
    s.name = at(c.name);
    s.kind_word = at(c.kind);
    s.kind = s.kind_word.empty() ? mapping.kind : kind_words.of(s.kind_word, [](std::string_view w) { return read_kind(w); });
    s.road = at(c.road);
    s.owner = at(c.owner);
    s.prefecture = at(c.prefecture);
    s.municipality = at(c.municipality);
    s.source = at(c.source);
    if (s.source.empty()) s.source = mapping.source;
    else if (const auto it = sources.find(s.source); it != sources.end()) ++it->second;
    else if (sources.size() < 10) sources.emplace(s.source, 1);
    s.length = number(c.length, 0, 100'000, "length");
    s.width = number(c.width, 0, 1000, "width");
    s.heading = number(c.heading, -360, 360, "direction");
    s.traffic = number(c.traffic, 0, 1e7, "count");
    s.importance = number(c.importance, 0, 1, "importance from 0 to 1");
    if (!says_none(at(c.emergency))) s.importance = 1;
    if (const float n = number(c.spans, 0, 30'000, "number of spans"); std::isfinite(n)) s.spans = static_cast<std::int16_t>(n);
    gather_spans(s);
    if (const auto text = at(c.built); !text.empty()) {
      const auto& d = dates.of(text, [](std::string_view t) { return read_date(t); });
      if (d) s.built = static_cast<std::int16_t>(d->year);
      else if (!mapping.guessed) problem(shown(text) + " in column " + name_of(c.built) + " is no year");
    }
    s.restriction = at(c.restriction);
    if (says_none(s.restriction)) s.restriction = {};
    s.access = access(at(c.access), s.restriction);
    gather_inspections();
    s.inspections = inspections;
    s.line = row->line;
    if (std::isfinite(s.lon)) {
      builder.add(s);
      out.rows.push_back(static_cast<std::uint32_t>(rows - 1));
      lines.push_back(row->line);
      ++out.placed;
      return;
    }
    Unplaced u;
    u.row = s;
    u.inspections = inspections;
    u.span_lengths = span_lengths;
    for (const auto text : row_texts) u.texts.emplace_back(s.*text);
    u.from = rows - 1;
    if (!s.id.empty()) unplaced_ids.try_emplace(std::string(s.id), row->line ? row->line : rows);
    unplaced.push_back(std::move(u));
  }

  Access access(std::string_view word, std::string_view restriction) {
    const auto read = [&](std::string_view w) {
      const auto it = mapping.access.find(plain(w));
      return it != mapping.access.end() ? it->second : read_access(w);
    };
    if (!word.empty()) return access_words.of(word, read);
    if (restriction.empty()) return Access::unknown;
    const Access said = access_words.of(restriction, read);  // "14 t" is a restriction, "全面通行止め" is none
    return said == Access::unknown ? Access::restricted : said;
  }

  void add_inspection() {
    const auto id = at(c.structure);
    if (id.empty()) return ++out.left_out, problem("does not say which structure it is about");
    const auto i = latest();
    if (!i || i->year == 0) return ++out.left_out, problem("has no inspection with a year");
    if (later.size() > 5'000'000) return ++out.left_out, problem("is one structure too many");
    later[std::string(id)].push_back(*i);
  }

  void add_defect() {
    const auto id = at(c.structure);
    const auto structure = id.empty() ? std::nullopt : builder.find(id);
    if (!structure) return ++out.left_out, problem(id.empty() ? "does not say which structure it is about" : "there is no structure " + shown(id));
    Defect d;
    d.structure = *structure;
    d.id = builder.intern(at(c.id));
    d.member_word = builder.intern(at(c.member));
    d.member = read_member(at(c.member));
    d.element = builder.intern(at(c.element));
    d.kind_word = builder.intern(at(c.defect_kind));
    d.kind = read_defect_kind(at(c.defect_kind));
    d.response = builder.intern(at(c.response));
    d.photo = builder.intern(at(c.photo));
    d.note = builder.intern(at(c.note));
    if (const auto text = at(c.defect_grade); !text.empty()) {
      const std::string g = plain(text);
      if (g.size() == 1 && g[0] >= 'a' && g[0] <= 'e') d.grade = g[0];
      else problem(shown(text) + " in column " + name_of(c.defect_grade) + " is no grade from a to e");
    }
    if (const auto when = date(c.year, mapping.year)) {
      d.year = static_cast<std::int16_t>(when->year);
      d.month = static_cast<std::uint8_t>(when->month);
      d.day = static_cast<std::uint8_t>(when->day);
    }
    if (const float n = number(c.span, 0, 30'000, "number of a span"); std::isfinite(n)) d.span = static_cast<std::int16_t>(n);
    d.along = number(c.along, -100'000, 100'000, "distance");
    d.across = number(c.across, -1000, 1000, "distance");
    d.up = number(c.up, -1000, 1000, "distance");
    d.length = number(c.defect_length, 0, 100'000, "length");
    d.width = number(c.defect_width, 0, 100'000, "width");
    StructureRow at_place;
    place(at_place);
    d.lon = at_place.lon, d.lat = at_place.lat, d.height = at_place.height;
    builder.add(d);
  }

  // Structures without a place follow those with one.
  void add_unplaced() {
    for (auto& u : unplaced) {
      for (std::size_t t = 0; t < row_texts.size(); ++t) u.row.*row_texts[t] = u.texts[t];
      u.row.inspections = u.inspections;
      u.row.span_lengths = u.span_lengths;
      u.row.lon = u.row.lat = nan;
      builder.add(u.row);
      out.rows.push_back(static_cast<std::uint32_t>(u.from));
    }
    if (exchanged) warn(std::to_string(exchanged) + " places are on Earth only with longitude and latitude exchanged: if that is what they are, name the two the other way round (lon_column, lat_column, or in the mapping)");
    if (disagreeing) warn(std::to_string(disagreeing) + " structures stand where their geometry says, more than 1 km from columns " + name_of(c.lon) + ", " + name_of(c.lat) + ": one of the two is wrong");
    if (transformed >= 2 && near_origin == transformed) warn("all places are within 400 m of the origin of " + mapping.crs + ": they may be degrees; leave \"crs\" out of the mapping then");
    if (off_earth > out.placed && off_earth > exchanged) warn("most places are no degrees: they may be metres of a plane coordinate system; say which one as \"crs\" in the mapping (EPSG:6669 to 6687 in Japan)");
    if (repeated) warn(std::to_string(repeated) + " rows have an id that an earlier row has, the first " + first_repeated + ": all are kept; with a mapping the first of each would be");
    repeated = 0;
    disagreeing = transformed = near_origin = off_earth = 0;
    exchanged = 0;
    if (!unplaced.empty()) out.warnings.push_back(std::to_string(unplaced.size()) + " records have no place and are not drawn");
    unplaced.clear();
  }

  void tell_columns() {
    for (const auto& w : c.missing) warn(w);
    for (const int role : {c.id, c.name, c.grade, c.year, c.lon, c.lat})
      if (role >= 0 && std::count(c.names.begin(), c.names.end(), name_of(role)) > 1) warn("several columns are headed " + shown(name_of(role)) + ": the first of them counts");
    if (mapping.rows == RowKind::structure && c.grade < 0 && c.ratings.empty() && c.score < 0 && c.history.empty() && c.history_list < 0 && mapping.scale != Scale::none)
      warn("no column of grades was found: all structures are shown as not inspected; name it with grade_column");
    else if (mapping.rows == RowKind::structure && mapping.guessed && c.grade >= 0 && c.year < 0 && c.history.empty() && c.history_list < 0)
      warn("no column of inspection years was found: all structures count as overdue; name it with year_column");
  }
  void tell_words() {
    for (const auto& [word, count] : strange) {
      if (out.warnings.size() > 20) break;
      warn(shown(word) + " in column " + name_of(c.grade) + " is no grade: " + std::to_string(count) + " structures are shown as not inspected");
    }
    strange.clear();
  }
  void set_up_crs() {
    transformer.reset();
    in_degrees = no_crs = false;
    if (mapping.crs.empty()) return;
    auto crs = geo::Crs::parse(mapping.crs);
    if (!crs) {
      no_crs = true;  // numbers of an unknown system are no degrees
      return warn("the coordinate system " + mapping.crs + " of the mapping is not known, and nothing is placed: " + crs.error().message);
    }
    in_degrees = crs->is_geographic();
    const auto id = crs->id();
    if (in_degrees && (id == "EPSG:4326" || id == "EPSG:6668" || id == "EPSG:4612" || id == "OGC:CRS84")) return;  // one and the same to a metre or two; Tokyo Datum is 450 m off
    auto made = geo::Transformer::to_geographic(*crs, geo::AxisOrder::xy);
    if (!made) {
      no_crs = true;
      return warn("the coordinate system " + mapping.crs + " of the mapping cannot be used, and nothing is placed: " + made.error().message);
    }
    transformer.emplace(std::move(*made));
  }
};

Importer::Importer(const Mapping& mapping, std::vector<std::string> columns, std::uint32_t about_rows) : impl_(std::make_unique<Impl>()) {
  impl_->mapping = mapping;
  impl_->c = ColumnsOf(mapping, std::move(columns));
  impl_->tell_columns();
  impl_->set_up_crs();
  if (about_rows) {
    impl_->builder.reserve(about_rows);
    impl_->out.rows.reserve(about_rows);
  }
}
Importer::~Importer() = default;
Importer::Importer(Importer&&) noexcept = default;

bool Importer::needs_place() const { return (impl_->c.lon < 0 || impl_->c.lat < 0) && impl_->c.both < 0; }

void Importer::add(const SourceRow& row) {
  ++impl_->rows;
  impl_->row = &row;
  switch (impl_->mapping.rows) {
    case RowKind::structure: impl_->add_structure(); break;
    case RowKind::inspection: impl_->add_inspection(); break;
    case RowKind::defect: impl_->add_defect(); break;
  }
  impl_->row = nullptr;
}

void Importer::refuse(std::uint64_t line, std::string what) {
  SourceRow row;
  row.line = line;
  ++impl_->rows;
  ++impl_->out.left_out;
  impl_->row = &row;
  impl_->problem(std::move(what));
  impl_->row = nullptr;
}

void Importer::skip() { ++impl_->rows; }

void Importer::begin(const Mapping& mapping, std::vector<std::string> columns, const std::string& name) {
  impl_->tell_words();
  impl_->add_unplaced();
  if (impl_->list.empty()) impl_->first_source = impl_->mapping.source;
  impl_->mapping = mapping;
  impl_->list = name;
  impl_->c = ColumnsOf(mapping, std::move(columns));
  impl_->grade_words = {};
  impl_->dates = {};
  impl_->rows = 0;
  impl_->tell_columns();
  impl_->set_up_crs();
}

Imported Importer::finish() {
  Impl& i = *impl_;
  i.tell_words();
  i.add_unplaced();
  Imported out = std::move(i.out);
  if (!i.later.empty()) {
    std::uint64_t unknown = 0;
    for (auto& [id, all] : i.later)
      if (!i.builder.add_inspections(id, all)) ++unknown;
    if (unknown) out.warnings.push_back(std::to_string(unknown) + " structures of the history are not among the structures");
  }
  if (i.list.empty()) i.first_source = i.mapping.source;
  if (!i.first_source.empty()) out.source = i.first_source;
  else if (i.sources.size() <= 3)
    out.source = joined(i.sources);
  out.records = i.builder.finish();
  return out;
}

}  // namespace tenbo::inspection
