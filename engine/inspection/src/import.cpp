#include "tenbo/inspection/import.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "import_impl.h"
#include "tenbo/inspection/list_words.h"

namespace tenbo::inspection {
namespace {
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr std::array row_texts{&StructureRow::id, &StructureRow::name, &StructureRow::kind_word, &StructureRow::road, &StructureRow::owner, &StructureRow::prefecture, &StructureRow::municipality,
                               &StructureRow::source, &StructureRow::restriction};

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

int this_year() {
  const std::chrono::year_month_day now{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
  return std::max(static_cast<int>(now.year()), 2026);
}

std::optional<std::uint64_t> Importer::Impl::first_of(std::string_view id) const {
  if (const auto s = builder.find(id)) return lines[*s] ? lines[*s] : out.rows[*s] + std::uint64_t{1};
  if (const auto it = unplaced_ids.find(id); it != unplaced_ids.end()) return it->second;
  return std::nullopt;
}

bool Importer::Impl::is_total() const {
  for (const auto cell : row->cells) {
    if (trim(cell).empty()) continue;
    const auto word = trim(cell);
    return word == "合計" || word == "計" || word == "総計" || word == "小計" || word == "Total" || word == "TOTAL" || word == "total";
  }
  return false;
}

void Importer::Impl::add_structure() {
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

void Importer::Impl::add_inspection() {
  const auto id = at(c.structure);
  if (id.empty()) return ++out.left_out, problem("does not say which structure it is about");
  const auto i = latest();
  if (!i || i->year == 0) return ++out.left_out, problem("has no inspection with a year");
  if (later.size() > 5'000'000) return ++out.left_out, problem("is one structure too many");
  later[std::string(id)].push_back(*i);
}

void Importer::Impl::add_defect() {
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

void Importer::Impl::add_unplaced() {
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

void Importer::Impl::tell_columns() {
  for (const auto& w : c.missing) warn(w);
  for (const int role : {c.id, c.name, c.grade, c.year, c.lon, c.lat})
    if (role >= 0 && std::count(c.names.begin(), c.names.end(), name_of(role)) > 1) warn("several columns are headed " + shown(name_of(role)) + ": the first of them counts");
  if (mapping.rows == RowKind::structure && c.grade < 0 && c.ratings.empty() && c.score < 0 && c.history.empty() && c.history_list < 0 && mapping.scale != Scale::none)
    warn("no column of grades was found: all structures are shown as not inspected; name it with grade_column");
  else if (mapping.rows == RowKind::structure && mapping.guessed && c.grade >= 0 && c.year < 0 && c.history.empty() && c.history_list < 0)
    warn("no column of inspection years was found: all structures count as overdue; name it with year_column");
}

void Importer::Impl::tell_words() {
  for (const auto& [word, count] : strange) {
    if (out.warnings.size() > 20) break;
    warn(shown(word) + " in column " + name_of(c.grade) + " is no grade: " + std::to_string(count) + " structures are shown as not inspected");
  }
  strange.clear();
}

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
