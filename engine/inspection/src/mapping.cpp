#include "tenbo/inspection/mapping.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/inspection/list_words.h"

namespace tenbo::inspection {
namespace {
using json = nlohmann::json;

// Thrown inside this file alone.
struct Wrong {
  std::string place, message, remedy;
};
[[noreturn]] void wrong(const std::string& place, std::string message, std::string remedy = {}) { throw Wrong{place, std::move(message), std::move(remedy)}; }

void only(const json& j, const std::string& place, const std::vector<std::string>& keys) {
  if (!j.is_object()) wrong(place, std::string("found ") + j.type_name() + ", expected an object");
  for (const auto& [key, value] : j.items())
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      const auto near = nearest(key, keys);
      wrong(place + "." + key, "is not a word of mappings", near.empty() ? "" : "did you mean \"" + near + "\"?");
    }
}
std::string text_at(const json& j, const char* key, const std::string& place) {
  const auto it = j.find(key);
  if (it == j.end()) return {};
  if (!it->is_string()) wrong(place + "." + key, std::string("found ") + it->type_name() + ", expected a text");
  const auto& s = it->get_ref<const std::string&>();
  if (s.size() > 10'000) wrong(place + "." + key, "is longer than 10,000 bytes");
  return s;
}
// A text, or {"ja", "en"}, which become "ja / en" as texts of layers are written.
std::string local_at(const json& j, const char* key, const std::string& place) {
  const auto it = j.find(key);
  if (it == j.end() || !it->is_object()) return text_at(j, key, place);
  only(*it, place + "." + key, {"ja", "en"});
  const auto ja = text_at(*it, "ja", place + "." + key), en = text_at(*it, "en", place + "." + key);
  return ja.empty() ? en : en.empty() ? ja : ja + " / " + en;
}
Names names_at(const json& j, const char* key, const std::string& place) {
  const auto it = j.find(key);
  if (it == j.end()) return {};
  if (it->is_string()) return {text_at(j, key, place)};
  if (!it->is_array() || it->empty() || it->size() > 50) wrong(place + "." + key, "expected the name of a column, or a list of 1 to 50 names");
  Names out;
  for (const auto& n : *it) {
    if (!n.is_string() || n.get_ref<const std::string&>().empty()) wrong(place + "." + key, "expected names of columns");
    out.push_back(n.get<std::string>());
  }
  return out;
}
int whole_at(const json& j, const char* key, const std::string& place, int low, int high, int otherwise) {
  const auto it = j.find(key);
  if (it == j.end()) return otherwise;
  if (!it->is_number_integer() || it->get<std::int64_t>() < low || it->get<std::int64_t>() > high)
    wrong(place + "." + key, "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return it->get<int>();
}
template <class T, std::size_t N>
T choice_at(const json& j, const char* key, const std::string& place, const std::array<std::pair<const char*, T>, N>& choices, T otherwise) {
  const auto word = text_at(j, key, place);
  if (j.find(key) == j.end()) return otherwise;
  std::vector<std::string> all;
  for (const auto& [name, value] : choices) {
    if (word == name) return value;
    all.emplace_back(name);
  }
  const auto near = nearest(word, all);
  std::string list;
  for (const auto& a : all) list += (list.empty() ? "" : ", ") + a;
  wrong(place + "." + key, "found \"" + word.substr(0, 60) + "\", expected one of " + list, near.empty() ? "" : "did you mean \"" + near + "\"?");
}

constexpr std::array<std::pair<const char*, Grade>, 6> grade_names{{{"not_inspected", Grade::not_inspected}, {"I", Grade::I}, {"II", Grade::II}, {"III", Grade::III}, {"IV", Grade::IV}, {"exempt", Grade::exempt}}};
constexpr std::array<std::pair<const char*, Access>, 4> access_names{{{"unknown", Access::unknown}, {"open", Access::open}, {"restricted", Access::restricted}, {"closed", Access::closed}}};
constexpr std::array<std::pair<const char*, Kind>, 9> kind_names{{{"unknown", Kind::unknown}, {"bridge", Kind::bridge}, {"footbridge", Kind::footbridge}, {"tunnel", Kind::tunnel}, {"culvert", Kind::culvert},
                                                                  {"gantry", Kind::gantry}, {"retaining_wall", Kind::retaining_wall}, {"slope", Kind::slope}, {"other", Kind::other}}};
constexpr std::array<std::pair<const char*, RowKind>, 3> row_names{{{"structures", RowKind::structure}, {"inspections", RowKind::inspection}, {"defects", RowKind::defect}}};
constexpr std::array<std::pair<const char*, Scale>, 4> scale_names{{{"grade", Scale::grade}, {"nbi", Scale::nbi}, {"nbi_condition", Scale::nbi_condition}, {"none", Scale::none}}};

constexpr std::array<std::pair<const char*, PlaceFormat>, 2> place_formats{{{"degrees", PlaceFormat::degrees}, {"nbi", PlaceFormat::nbi}}};
constexpr std::array<std::pair<const char*, DateFormat>, 2> date_formats{{{"words", DateFormat::words}, {"nbi", DateFormat::nbi}}};

struct Field {
  const char* key;
  Names Mapping::* names;
};
constexpr std::array fields{
    Field{"id", &Mapping::id}, Field{"name", &Mapping::title_column}, Field{"kind", &Mapping::kind_column}, Field{"grade", &Mapping::grade}, Field{"condition", &Mapping::condition},
    Field{"year", &Mapping::year_column}, Field{"score", &Mapping::score}, Field{"lon", &Mapping::lon}, Field{"lat", &Mapping::lat}, Field{"place", &Mapping::place},
    Field{"height", &Mapping::height}, Field{"road", &Mapping::road}, Field{"owner", &Mapping::owner}, Field{"prefecture", &Mapping::prefecture},
    Field{"municipality", &Mapping::municipality}, Field{"source", &Mapping::source_column}, Field{"length", &Mapping::length}, Field{"width", &Mapping::width},
    Field{"spans", &Mapping::spans}, Field{"span_lengths", &Mapping::span_lengths}, Field{"heading", &Mapping::heading}, Field{"built", &Mapping::built},
    Field{"access", &Mapping::access_column}, Field{"restriction", &Mapping::restriction}, Field{"traffic", &Mapping::traffic}, Field{"importance", &Mapping::importance},
    Field{"structure", &Mapping::structure}, Field{"member", &Mapping::member}, Field{"element", &Mapping::element}, Field{"defect_kind", &Mapping::defect_kind},
    Field{"defect_grade", &Mapping::defect_grade}, Field{"response", &Mapping::response}, Field{"photo", &Mapping::photo}, Field{"note", &Mapping::note_column},
    Field{"span", &Mapping::span}, Field{"along", &Mapping::along}, Field{"across", &Mapping::across}, Field{"up", &Mapping::up},
    Field{"defect_length", &Mapping::defect_length}, Field{"defect_width", &Mapping::defect_width}};

void read_columns(const json& root, Mapping& m) {
  const auto it = root.find("columns");
  if (it == root.end()) wrong("$", "has no \"columns\"", "say at least which column is the id, or the place");
  std::vector<std::string> keys;
  for (const auto& f : fields) keys.emplace_back(f.key);
  only(*it, "$.columns", keys);
  for (const auto& f : fields) m.*f.names = names_at(*it, f.key, "$.columns");
}

void read_history(const json& root, Mapping& m) {
  if (const auto it = root.find("history"); it != root.end()) {
    if (!it->is_array() || it->size() > 200) wrong("$.history", "expected a list of at most 200 inspections");
    for (std::size_t i = 0; i < it->size(); ++i) {
      const std::string place = "$.history[" + std::to_string(i) + "]";
      const auto& h = (*it)[i];
      only(h, place, {"year", "grade", "score"});
      Mapping::Round r;
      if (h.contains("year") && h["year"].is_number()) r.year = whole_at(h, "year", place, 1868, 2200, 0);
      else r.year_column = names_at(h, "year", place);
      r.grade = names_at(h, "grade", place);
      r.score = names_at(h, "score", place);
      if (r.year == 0 && r.year_column.empty()) wrong(place, "has no year", "name its column, or write the year");
      if (r.grade.empty() && r.score.empty()) wrong(place, "has neither grade nor score");
      m.history.push_back(std::move(r));
    }
  }
  if (const auto it = root.find("history_list"); it != root.end()) {
    only(*it, "$.history_list", {"column", "year", "grade", "score"});
    Mapping::List l;
    l.column = names_at(*it, "column", "$.history_list");
    if (l.column.empty()) wrong("$.history_list", "has no column");
    if (it->contains("year")) l.year = text_at(*it, "year", "$.history_list");
    if (it->contains("grade")) l.grade = text_at(*it, "grade", "$.history_list");
    l.score = text_at(*it, "score", "$.history_list");
    m.history_list = std::move(l);
  }
}

void read_words(const json& root, Mapping& m) {
  const auto each = [&](const char* key, auto&& take) {
    const auto it = root.find(key);
    if (it == root.end()) return;
    const std::string place = std::string("$.") + key;
    if (!it->is_object() || it->size() > 1000) wrong(place, "expected an object of words, at most 1000");
    for (const auto& [word, value] : it->items()) take(plain(word), *it, word.c_str(), place);
  };
  each("grades", [&](std::string word, const json& j, const char* key, const std::string& place) { m.grades[std::move(word)] = choice_at(j, key, place, grade_names, Grade::not_inspected); });
  each("access", [&](std::string word, const json& j, const char* key, const std::string& place) { m.access[std::move(word)] = choice_at(j, key, place, access_names, Access::unknown); });
  if (const auto it = root.find("score_grades"); it != root.end()) {
    if (!it->is_array() || it->size() > 20) wrong("$.score_grades", "expected a list of at most 20 {\"from\", \"grade\"}, the highest first");
    for (std::size_t i = 0; i < it->size(); ++i) {
      const std::string place = "$.score_grades[" + std::to_string(i) + "]";
      const auto& s = (*it)[i];
      only(s, place, {"from", "grade"});
      if (!s.contains("from") || !s["from"].is_number() || !std::isfinite(s["from"].get<double>())) wrong(place + ".from", "expected a number");
      if (!s.contains("grade")) wrong(place, "has no grade");
      const double from = s["from"].get<double>();
      if (!m.score_grades.empty() && from >= m.score_grades.back().first) wrong(place + ".from", "is not below the one before it");
      m.score_grades.emplace_back(from, choice_at(s, "grade", place, grade_names, Grade::not_inspected));
    }
  }
}

Mapping take(const json& root) {
  only(root, "$", {"$schema", "title", "source", "note", "rows", "encoding", "delimiter", "quote", "header_rows", "items", "crs", "kind", "year", "scale", "columns", "history", "history_list", "grades",
                   "score_grades", "access", "guess", "place_format", "date_format"});
  Mapping m;
  m.title = local_at(root, "title", "$");
  m.source = local_at(root, "source", "$");
  m.note = local_at(root, "note", "$");
  m.rows = choice_at(root, "rows", "$", row_names, RowKind::structure);
  m.encoding = text_at(root, "encoding", "$");
  m.crs = text_at(root, "crs", "$");
  const auto delimiter = text_at(root, "delimiter", "$");
  if (delimiter.size() > 1 || delimiter == "\"" || delimiter == "\n") wrong("$.delimiter", "expected one character, such as \",\" or \"\\t\"");
  m.delimiter = delimiter.empty() ? '\0' : delimiter[0];
  const auto quote = text_at(root, "quote", "$");
  if (quote.size() > 1 || (!quote.empty() && quote != "\"" && quote != "'")) wrong("$.quote", "expected \" or '");
  m.quote = quote.empty() ? '"' : quote[0];
  m.header_rows = whole_at(root, "header_rows", "$", 1, 50, 1);
  m.items = names_at(root, "items", "$");
  m.kind = choice_at(root, "kind", "$", kind_names, Kind::unknown);
  m.year = whole_at(root, "year", "$", 1868, 2200, 0);
  m.scale = choice_at(root, "scale", "$", scale_names, Scale::grade);
  m.place_format = choice_at(root, "place_format", "$", place_formats, PlaceFormat::degrees);
  m.date_format = choice_at(root, "date_format", "$", date_formats, DateFormat::words);
  if (const auto it = root.find("guess"); it != root.end()) {
    if (!it->is_boolean()) wrong("$.guess", "expected true or false");
    m.guessed = it->get<bool>();
  }
  read_columns(root, m);
  read_history(root, m);
  read_words(root, m);
  if (m.rows != RowKind::structure && m.structure.empty()) wrong("$.columns", "has no \"structure\"", "name the column that says which structure a row is about");
  return m;
}
}  // namespace

Result<Mapping> Mapping::parse(std::string_view text, const std::string& name) {
  const auto error = [&](std::string place, std::string message, std::string remedy = {}) { return Error{ErrorCode::malformed, std::move(message), name, std::move(place), std::move(remedy)}; };
  if (text.size() > (std::size_t{1} << 22)) return error("", "is larger than 4 MiB, which no mapping is");
  int deepest = 0;
  const json root = json::parse(text.begin(), text.end(), [&](int depth, json::parse_event_t, json&) { return (deepest = std::max(deepest, depth)) < 32; }, false, true);
  if (deepest >= 32) return error("", "is nested too deep for a mapping");
  if (root.is_discarded()) return error("", "is not JSON", "compare it with assets/mappings");
  try {
    Mapping m = take(root);
    m.name = name;
    return m;
  } catch (const Wrong& w) {
    return error(w.place, w.message, w.remedy);
  } catch (const json::exception& e) {
    return error("$", e.what());
  }
}

Result<Mapping> Mapping::read(const std::filesystem::path& path) {
  auto text = read_text_file(path, std::uint64_t{1} << 22);
  if (!text) return text.error();
  return parse(*text, path.string());
}

Mapping Mapping::guess() {
  Mapping m;
  m.guessed = m.finds_nbi = true;
  return m;
}

}  // namespace tenbo::inspection
