// `tenbo structures`: totals of the lists of a scene's inspection layer. Neither device nor engine is needed for it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "json_out.h"
#include "options.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/inspection/totals.h"
#include "tenbo/runtime/csv_cell.h"
#include "tenbo/runtime/inspection_day.h"
#include "tenbo/runtime/plugin_parameters.h"
#include "tenbo/runtime/structure_lists.h"
#include "tenbo/scene/scene_file.h"

namespace tenbo::app {
namespace {
using namespace inspection;

Error wrong(const std::string& where, std::string what) {
  return {ErrorCode::invalid_argument, std::move(what), "", "--where " + where, "grade=III,IV  kind=bridge  access=closed  municipality=NAME  year=2014..2019  built<1970  overdue  text=WORDS"};
}
std::vector<std::string> parts(std::string_view s) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= s.size();) {
    const auto end = std::min(s.find(',', at), s.size());
    out.emplace_back(s.substr(at, end - at));
    at = end + 1;
  }
  return out;
}
// A bit for each of the words that `name_of` gives to 0..count-1.
template <class T, class F>
std::optional<T> bits(std::string_view words, std::size_t count, F&& name_of) {
  T out = 0;
  for (const auto& w : parts(words)) {
    std::size_t i = 0;
    while (i < count && w != name_of(i)) ++i;
    if (i == count) return std::nullopt;
    out = static_cast<T>(out | (1U << i));
  }
  return out;
}

Status add_condition(const std::string& where, Filter& f) {
  if (where == "overdue") {
    f.overdue = true;
    return {};
  }
  const auto at = where.find_first_of("=<");
  if (at == std::string::npos) return wrong(where, "found no = in it");
  const std::string key = where.substr(0, at), value = where.substr(at + 1);
  const auto year = [](const std::string& s) { return s.size() == 4 && s.find_first_not_of("0123456789") == std::string::npos ? std::atoi(s.c_str()) : 0; };
  if (where[at] == '<') {
    f.built_before = year(value);
    return key == "built" && f.built_before ? Status() : wrong(where, "expected built< and a year of four digits");
  }
  if (key == "grade") {
    const auto b = bits<std::uint8_t>(value, grade_count, [](std::size_t i) { return to_string(static_cast<Grade>(i)); });
    if (!b) return wrong(where, "expected grades: I, II, III, IV, not_inspected, exempt");
    f.grades = *b;
  } else if (key == "kind") {
    const auto b = bits<std::uint16_t>(value, 9, [](std::size_t i) { return to_string(static_cast<Kind>(i)); });
    if (!b) return wrong(where, "expected kinds: bridge, footbridge, tunnel, culvert, gantry, retaining_wall, slope, other, unknown");
    f.kinds = *b;
  } else if (key == "access") {
    const auto b = bits<std::uint8_t>(value, 4, [](std::size_t i) { return to_string(static_cast<Access>(i)); });
    if (!b) return wrong(where, "expected open, restricted, closed or unknown");
    f.accesses = *b;
  } else if (key == "municipality") {
    for (auto& m : parts(value)) f.municipalities.push_back(std::move(m));
  } else if (key == "year") {
    const auto dots = value.find("..");
    const std::string from = value.substr(0, dots), to = dots == std::string::npos ? from : value.substr(dots + 2);
    f.year_from = year(from), f.year_to = year(to);
    if ((!from.empty() && !f.year_from) || (!to.empty() && !f.year_to) || (from.empty() && to.empty())) return wrong(where, "expected a year of four digits, or two with .. between them");
  } else if (key == "text") {
    f.text = value;
  } else {
    return wrong(where, "\"" + key + "\" is nothing to ask for");
  }
  return {};
}

Result<std::vector<runtime::StructureList>> lists_of(const scene::LayerSpec& layer) {
  runtime::StructureList first;
  std::vector<runtime::StructureList> others;
  std::string history = "history", defects = "defects";
  for (const auto& [name, value] : layer.parameters) {
    if (name == "history_mapping") history = value;
    if (name == "defects_mapping") defects = value;
  }
  first.layer = layer.sublayer;
  first.source = layer.source;
  for (const auto& [name, value] : layer.parameters) {
    for (const auto& [key, to] : {std::pair{"path", &first.path}, {"layer", &first.layer}, {"encoding", &first.encoding}, {"mapping", &first.mapping}, {"id_column", &first.id_column},
                                  {"name_column", &first.name_column}, {"kind_column", &first.kind_column}, {"grade_column", &first.grade_column}, {"year_column", &first.year_column},
                                  {"source_column", &first.source_column}, {"lon_column", &first.lon_column}, {"lat_column", &first.lat_column}, {"scale", &first.scale}, {"source", &first.source}})
      if (name == key) *to = value;
    if (name == "history" || name == "defects") {
      runtime::StructureList l;
      l.path = value;
      l.mapping = name == "history" ? history : defects;
      others.push_back(std::move(l));
    }
  }
  if (first.path.empty() && !layer.paths.empty()) first.path = layer.paths.front().string();
  if (first.path.empty()) return Error{ErrorCode::invalid_argument, "the layer \"" + layer.name + "\" names no list", "", "parameters.path", "name it"};
  std::vector<runtime::StructureList> out{std::move(first)};
  for (auto& l : others) out.push_back(std::move(l));
  return out;
}

std::filesystem::path assets() {
  std::error_code ec;
  const auto exe = executable_dir();
  for (const auto& candidate : {exe / "assets", exe / "../share/tenbo/assets", exe / "../../assets"})
    if (std::filesystem::is_directory(candidate / "mappings", ec)) return candidate;
  return exe / "assets";
}

Json to_json(const Count& c) {
  Json j;
  j["total"] = c.total();
  for (std::size_t g = 0; g < grade_count; ++g) j[to_string(static_cast<Grade>(g))] = c.grades[g];
  j["overdue"] = c.overdue;
  j["restricted"] = c.restricted;
  j["closed"] = c.closed;
  return j;
}
}  // namespace

int run_structures(const Options& o) {
  const auto refuse = [&](int status, const Error& e) {
    if (o.json && status != exit_usage) print(o.out, {{"rows", Json::array()}, {"unknown", nullptr}, {"sources", Json::array()}, {"errors", Json::array({e.text()})}});
    return report({status, e});
  };
  const auto by = read_by(o.by.empty() ? "grade" : o.by);
  if (!by) return refuse(exit_usage, {ErrorCode::invalid_argument, "found \"" + o.by + "\", expected municipality, kind, age or grade", "", "--by", ""});
  Filter filter;
  for (const auto& w : o.where)
    if (auto s = add_condition(w, filter); !s) return refuse(exit_usage, s.error());
  auto scene = scene::read_scene(o.scene.front());
  if (!scene) return refuse(exit_nothing, scene.error());
  const auto is_ours = [&](const scene::LayerSpec& l) { return o.assets.empty() ? l.plugin == "infra_inspection" : l.name == o.assets; };
  const auto layer = std::find_if(scene->layers.begin(), scene->layers.end(), is_ours);
  if (layer == scene->layers.end()) return refuse(exit_nothing, {ErrorCode::not_found, o.assets.empty() ? "the scene has no layer of inspections" : "there is no layer \"" + o.assets + "\"", o.scene.front(), "layers", ""});
  if (layer->plugin != "infra_inspection") return refuse(exit_nothing, {ErrorCode::unsupported, "the layer \"" + layer->name + "\" is none of inspections", o.scene.front(), "layers", "name one of the plugin infra_inspection"});
  auto parameters = layer->parameters;
  if (std::none_of(parameters.begin(), parameters.end(), [](const auto& p) { return p.first == "path"; }))
    for (const auto& path : layer->paths) parameters.emplace_back("path", path.string());
  for (const auto& m : runtime::find_plugins({executable_dir() / "plugins"}))
    if (m.id == layer->plugin && m.error.empty())
      if (auto s = runtime::check_parameters(m, parameters); !s) return refuse(exit_nothing, {s.error().code, s.error().message, o.scene.front(), "layers: " + layer->name, s.error().remedy});
  auto lists = lists_of(*layer);
  if (!lists) return refuse(exit_nothing, lists.error());
  auto read = runtime::read_structure_lists(*lists, assets(), {});
  if (!read) return refuse(exit_nothing, read.error());
  const auto& in = read->imported;

  std::optional<geo::Instant> now = scene->time;
  if (!o.time.empty()) {
    auto t = geo::parse_instant(o.time);
    if (!t) return refuse(exit_usage, t.error());
    now = *t;
  }
  if (!now) now = geo::Instant{std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
  const auto day = runtime::inspection_day(std::nullopt, now);
  const auto date = runtime::day_text(day);
  filter.as_of = day.year;

  // Of a day that is past nobody had seen the inspections after it.
  const AsOf known(in.records, day);
  const auto later = known.later();
  const auto selection = select(Finder(in.records), filter, known);
  const auto all = totals(known, &selection, *by, filter.as_of);
  std::vector<std::string> warnings = in.warnings;
  if (later) warnings.push_back(std::to_string(later) + " structures were inspected after " + date + ": their grade is that of the last inspection until then, where the lists have one");
  if (in.problem_count) warnings.push_back(std::to_string(in.problem_count) + " rows have something wrong" + (o.problems ? "" : "; --problems lists them"));
  if (o.json) {
    Json rows = Json::array();
    Json unknown = nullptr;
    for (const auto& r : all.rows) {
      Json j;
      j["key"] = r.unknown ? Json(nullptr) : Json(r.key);
      j.update(to_json(r.count));
      if (r.unknown) unknown = std::move(j);
      else rows.push_back(std::move(j));
    }
    Json sources = Json::array();
    for (const auto& [name, count] : all.sources) sources.push_back({{"source", name.empty() ? (in.source.empty() ? Json(nullptr) : Json(in.source)) : Json(name)}, {"structures", count}});
    Json years = Json::array();
    for (const auto& y : grades_by_year(known, &selection)) {
      Json j;
      j["year"] = y.year;
      for (std::size_t g = 0; g < grade_count; ++g) j[to_string(static_cast<Grade>(g))] = y.grades[g];
      years.push_back(std::move(j));
    }
    Json j{{"layer", layer->name}, {"by", o.by.empty() ? "grade" : o.by}, {"as_of", filter.as_of}, {"as_of_date", date}, {"inspected_later", later}, {"structures", in.records->size()}, {"placed", in.placed}, {"selected", to_json(all.all)},
           {"rows", rows}, {"unknown", unknown}, {"by_year", years}, {"sources", sources}, {"left_out", in.left_out}, {"warnings", warnings}};
    if (!read->note.empty()) j["note"] = read->note;
    if (o.problems) {
      j["problems"] = Json::array();
      for (const auto& p : in.problems) j["problems"].push_back({{"line", p.line ? Json(p.line) : Json(nullptr)}, {"row", p.row}, {"what", p.what}});
      j["problem_count"] = in.problem_count;
    }
    print(o.out, j);
    return exit_done;
  }
  if (o.csv) {
    std::string table = "key,total,I,II,III,IV,not_inspected,exempt,overdue,restricted,closed\r\n";
    for (const auto& r : all.rows)
      table += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\r\n", runtime::csv_cell(r.unknown ? "(unknown)" : r.key), r.count.total(), r.count.grades[1], r.count.grades[2], r.count.grades[3], r.count.grades[4],
                           r.count.grades[0], r.count.grades[5], r.count.overdue, r.count.restricted, r.count.closed);
    print_csv(o.out, table, o.bom);
  } else {
    fmt::print(o.out, "{}: {} structures, {} selected; as of {}\n", layer->name, in.records->size(), all.all.total(), date);
    fmt::print(o.out, "{:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>8} {:>7} {:>7}\n", "total", "I", "II", "III", "IV", "none", "exempt", "overdue", "restr.", "closed");
    const auto line = [&](const Count& c, const std::string& key) {
      fmt::print(o.out, "{:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>8} {:>7} {:>7}  {}\n", c.total(), c.grades[1], c.grades[2], c.grades[3], c.grades[4], c.grades[0], c.grades[5], c.overdue, c.restricted, c.closed, key);
    };
    for (const auto& r : all.rows) line(r.count, r.unknown ? "(unknown)" : r.key);
    line(all.all, "all");
    for (const auto& [name, count] : all.sources) fmt::print(o.out, "source: {} ({})\n", name.empty() ? (in.source.empty() ? "not stated" : in.source) : name, count);
    if (!read->note.empty()) fmt::print(o.out, "{}\n", read->note);
    if (o.problems)
      for (const auto& p : in.problems) fmt::print(o.out, "{}\n", p.text());
  }
  for (const auto& w : warnings) fmt::print(stderr, "warning: {}\n", w);
  return exit_done;
}

}  // namespace tenbo::app
