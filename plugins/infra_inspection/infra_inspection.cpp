// Inspection records of bridges and other structures: reads any vector file through the host, finds out which column is
// which, reads the grades as people write them, and follows the file. The engine draws the markers and ties them to bridges.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "columns.h"
#include "tenbo/plugin_api/plugin.hpp"
#include "words.h"

namespace {
using tenbo::plugin::text;
using tenbo::plugin::VectorFile;
using tenbo::plugin::view;

std::string as_text(const tenbo_value& v) {
  switch (v.type) {
    case TENBO_TEXT: return std::string(view(v.text));
    case TENBO_INTEGER: return std::to_string(v.integer);
    case TENBO_REAL: {
      if (v.real == std::floor(v.real) && std::abs(v.real) < 1e15) return std::to_string(static_cast<long long>(v.real));
      return std::to_string(v.real);
    }
    case TENBO_BOOLEAN: return v.boolean ? "true" : "false";
    default: return {};
  }
}

// A column's values, or nothing where the table has no such column.
struct Column {
  std::vector<tenbo_value> values;
  std::string name;
  std::string text_at(std::uint32_t row) const { return row < values.size() ? as_text(values[row]) : std::string(); }
  explicit operator bool() const { return !values.empty(); }
};

class InfraInspection final : public tenbo::plugin::Plugin {
 public:
  using Plugin::Plugin;

  void activate() override {
    watch({parameter("path")});
    read();
  }
  void apply() override {
    watch({parameter("path")});
    refresh("the changed parameters do not fit the data");
  }
  void file_changed(const std::string& path) override { refresh("the new " + path + " cannot be read"); }

 private:
  struct Row {
    std::string id, name, kind;
    tenbo_grade grade = TENBO_GRADE_NOT_INSPECTED;
    std::optional<int> year;
  };
  struct Columns {
    Column id, name, kind, grade, year, source;
    std::vector<Column> nbi;  // deck, superstructure, substructure, culvert
    bool nbi_condition = false;
  };

  // The last good records stay where the new ones are wrong.
  void refresh(const std::string& what_failed) {
    try {
      read();
    } catch (const tenbo::plugin::HostError& e) {
      if (e.code != TENBO_CLOSED) host().report(what_failed + "; what is shown are the records before it");
    } catch (const std::exception& e) {
      host().report(what_failed + " (" + e.what() + "); what is shown are the records before it");
    }
  }

  void read() {
    tenbo_vector_options o{};
    o.size = sizeof o;
    o.layer = text(parameter("layer"));
    o.encoding = text(parameter("encoding"));
    o.lon_column = text(parameter("lon_column"));
    o.lat_column = text(parameter("lat_column"));
    const VectorFile file(host(), parameter("path"), o);
    std::vector<std::string> warnings;
    const Columns columns = find_columns(file, warnings);
    std::vector<Row> rows;
    std::map<std::string, int> strange;  // words that are no grade, and how often
    for (std::uint32_t r = 0; r < file.rows(); ++r) rows.push_back(read_row(file, columns, r, strange));
    for (const auto& [word, count] : strange) {
      if (warnings.size() > 20) break;
      warnings.push_back("\"" + word + "\" in column " + columns.grade.name + " is no grade: " + std::to_string(count) + " structures are shown as not inspected");
    }
    publish(file, columns, rows, warnings);
  }

  Column column(const VectorFile& file, const char* role_parameter, infra::Role role, std::vector<std::string>& warnings) const {
    const auto& all = file.columns();
    std::optional<std::uint32_t> index;
    const std::string& wanted = parameter(role_parameter);
    if (!wanted.empty()) {
      for (std::uint32_t i = 0; i < all.size() && !index; ++i)
        if (all[i].name == wanted) index = i;
      if (!index) warnings.push_back("there is no column \"" + wanted + "\" (" + role_parameter + ")");
    } else {
      std::vector<std::string> names;
      for (const auto& c : all) names.push_back(c.name);
      index = infra::guess(role, names);
    }
    if (!index) return {};
    return {file.values(*index), all[*index].name};
  }

  Columns find_columns(const VectorFile& file, std::vector<std::string>& warnings) const {
    Columns c;
    c.id = column(file, "id_column", infra::Role::id, warnings);
    c.name = column(file, "name_column", infra::Role::name, warnings);
    c.kind = column(file, "kind_column", infra::Role::kind, warnings);
    c.year = column(file, "year_column", infra::Role::year, warnings);
    c.source = column(file, "source_column", infra::Role::source, warnings);
    const std::string& scale = parameter("scale");
    if (scale != "grade") {
      for (std::uint32_t i = 0; i < file.columns().size(); ++i) {
        const std::string name = infra::plain(file.columns()[i].name);
        for (const char* item : {"deck_cond_058", "superstructure_cond_059", "substructure_cond_060", "culvert_cond_062"})
          if (name == item || (scale == "nbi" && name.find(std::string_view(item).substr(0, std::string_view(item).rfind('_'))) != std::string::npos))
            c.nbi.push_back({file.values(i), file.columns()[i].name});
      }
    }
    if (c.nbi.empty() || !parameter("grade_column").empty()) {
      c.nbi.clear();
      c.grade = column(file, "grade_column", infra::Role::grade, warnings);
      c.nbi_condition = infra::plain(c.grade.name) == "bridge_condition";
    }
    if (!c.grade && c.nbi.empty() && file.rows() > 0)
      warnings.push_back("no column of grades was found: all structures are shown as not inspected; name it with grade_column");
    return c;
  }

  Row read_row(const VectorFile& file, const Columns& c, std::uint32_t r, std::map<std::string, int>& strange) const {
    Row row;
    row.id = c.id.text_at(r);
    if (row.id.empty()) row.id = std::string(file.id(r));
    row.name = c.name.text_at(r);
    row.kind = c.kind.text_at(r);
    row.year = infra::read_year(c.year.text_at(r));
    if (!c.nbi.empty()) {
      std::optional<int> worst;
      for (const auto& item : c.nbi)
        if (const auto rating = infra::read_nbi_rating(item.text_at(r))) worst = worst ? std::min(*worst, *rating) : *rating;
      if (worst) row.grade = infra::grade_of_nbi(*worst);
      return row;
    }
    const std::string word = c.grade.text_at(r);
    if (c.nbi_condition || parameter("scale") == "nbi") {
      if (const auto g = infra::read_nbi_condition(word)) return row.grade = *g, row;
      if (const auto rating = infra::read_nbi_rating(word)) return row.grade = infra::grade_of_nbi(*rating), row;
    }
    const auto grade = infra::read_grade(word);
    row.grade = grade.grade;
    if (!grade.understood && strange.size() < 1000) ++strange[word.substr(0, 60)];
    return row;
  }

  void publish(const VectorFile& file, const Columns& columns, const std::vector<Row>& rows, std::vector<std::string>& warnings) const {
    const bool use_height = flag("use_height");
    const auto places = file.places();
    std::vector<tenbo_structure> structures;
    std::uint64_t nowhere = 0;
    for (std::uint32_t r = 0; r < rows.size(); ++r) {
      const auto& place = places[r];
      if (!std::isfinite(place.lon) || !std::isfinite(place.lat)) {
        ++nowhere;
        continue;
      }
      tenbo_structure s{};
      s.size = sizeof s;
      s.row = r;
      s.id = text(rows[r].id);
      s.name = text(rows[r].name);
      s.kind = text(rows[r].kind);
      s.lon = place.lon;
      s.lat = place.lat;
      s.has_height = use_height && std::isfinite(place.height) ? 1 : 0;
      s.height = s.has_height ? place.height : 0;
      s.grade = rows[r].grade;
      s.has_year = rows[r].year ? 1 : 0;
      s.year = rows[r].year.value_or(0);
      structures.push_back(s);
    }
    if (nowhere) warnings.push_back(std::to_string(nowhere) + " records have no place and are not drawn");
    const std::string source = source_of(columns);
    if (source.empty()) warnings.push_back("neither the file nor the layer says where the records come from");

    std::vector<tenbo_text> warning_texts;
    for (const auto& w : warnings) warning_texts.push_back(text(w));
    tenbo_about about{};
    about.size = sizeof about;
    about.title = parameter("title").empty() ? text("Inspection") : text(parameter("title"));
    about.source = text(source);
    about.certainty = TENBO_CERTAINTY_UNKNOWN;  // the file does not say; a grade is an inspector's word
    about.warnings = warning_texts.data();
    about.warning_count = static_cast<std::uint32_t>(warning_texts.size());
    tenbo_records records{};
    records.size = sizeof records;
    records.about = &about;
    records.structures = structures.data();
    records.structure_count = static_cast<std::uint32_t>(structures.size());
    records.from_reader = file.handle();
    host().publish(records);
  }

  // As the layer says; else what the records say, if they agree on a few.
  std::string source_of(const Columns& columns) const {
    if (!parameter("source").empty()) return parameter("source");
    std::vector<std::string> distinct;
    for (std::uint32_t r = 0; r < columns.source.values.size(); ++r) {
      const std::string s = columns.source.text_at(r);
      if (!s.empty() && std::find(distinct.begin(), distinct.end(), s) == distinct.end()) distinct.push_back(s);
      if (distinct.size() > 3) return {};
    }
    std::string out;
    for (const auto& s : distinct) out += (out.empty() ? "" : ", ") + s;
    return out;
  }
};
}  // namespace

TENBO_PLUGIN("infra_inspection", InfraInspection)
