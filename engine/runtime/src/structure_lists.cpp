#include "tenbo/runtime/structure_lists.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>

#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/io/city.h"
#include "tenbo/io/identify.h"
#include "tenbo/geo/place_text.h"
#include "tenbo/io/list.h"
#include "tenbo/io/vector.h"
#include "tenbo/inspection/list_words.h"
#include "plugins/reader.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
constexpr int most_header_rows = 6;
constexpr std::uint64_t largest_file = std::uint64_t{1} << 31;

// "0123" is a code, not a number; so is what has more digits than a number keeps.
bool as_integer(std::string_view s, std::int64_t& v) {
  const auto digits = s.starts_with('-') ? s.substr(1) : s;
  if (digits.empty() || digits.size() > 18 || (digits.size() > 1 && digits.front() == '0')) return false;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
  return r.ec == std::errc() && r.ptr == s.data() + s.size();
}
bool as_real(std::string_view s, double& v) {
  const auto digits = s.starts_with('-') ? s.substr(1) : s;
  if (digits.empty() || digits.size() > 40 || !((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.')) return false;  // no "nan", "inf"
  if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') return false;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
  return r.ec == std::errc() && r.ptr == s.data() + s.size() && std::isfinite(v);
}

enum class CellKind : std::uint8_t { none, integer, real, text };
std::vector<CellKind> kinds_of(io::List& list) {
  std::vector<CellKind> kinds(list.columns().size(), CellKind::none);
  io::ListRow row{};
  while (list.next(row))
    for (std::size_t c = 0; c < kinds.size(); ++c) {
      std::int64_t integer = 0;
      double real = 0;
      const auto cell = row.cells[c];
      if (cell.empty() || kinds[c] == CellKind::text) continue;
      if (as_integer(cell, integer)) kinds[c] = std::max(kinds[c], CellKind::integer);
      else kinds[c] = as_real(cell, real) ? std::max(kinds[c], CellKind::real) : CellKind::text;
    }
  list.rewind();
  return kinds;
}

std::string texts(const Diagnostics& d, std::vector<std::string>& out) {
  for (const auto& e : d.errors) out.push_back(e.text());
  for (const auto& w : d.warnings) out.push_back(w.text());
  return {};
}

class Reader {
 public:
  Reader(fs::path assets, CancelToken cancel) : assets_(std::move(assets)), cancel_(std::move(cancel)) {}

  Status read(const StructureList& l, bool first) {
    auto mapping = l.mapping.empty() ? Result<inspection::Mapping>(inspection::Mapping::guess()) : find_mapping(l.mapping, assets_);
    if (!mapping) return mapping.error();
    mapping_ = std::move(*mapping);
    override_by(l);
    first_ = first;
    if (!first && mapping_.rows == inspection::RowKind::structure)
      return Error{ErrorCode::invalid_argument, "the mapping of a further list says that its rows are structures", l.path, "", "use a mapping whose \"rows\" are \"inspections\" or \"defects\""};
    if (first && mapping_.rows != inspection::RowKind::structure)
      return Error{ErrorCode::invalid_argument, "the mapping says that the rows of the first list are no structures", l.path, "", "name this list as history or defects"};
    if (!l.scale.empty() && l.scale != "auto" && l.scale != "grade" && l.scale != "nbi")
      return Error{ErrorCode::invalid_argument, "found the scale \"" + l.scale + "\", expected auto, grade or nbi", l.path, "scale", ""};
    const fs::path path = l.path;
    const std::string extension = lower_case(path.extension().string());
    const bool database = l.path.starts_with("PG:");
    const bool whole = !database && (extension == ".csv" || extension == ".tsv" || extension == ".txt");
    if (whole && !l.layer.empty()) warn("there are no layers in " + path.filename().string() + ": \"" + l.layer + "\" is not looked for");
    if (whole) return read_csv(l, path);
    if (!database && (extension == ".json" || extension == ".geojson")) return read_json(l, path);
    if (!database && (extension == ".gml" || extension == ".xml" || fs::is_directory(path))) return read_city(l, path);
    return read_vector(l, path);
  }

  Result<StructureLists> finish() {
    StructureLists out;
    for (const auto& w : warnings_) warn(w);
    out.imported = importer_->finish();
    out.imported.warnings.insert(out.imported.warnings.begin(), file_warnings_.begin(), file_warnings_.end());
    out.note = note_;
    if (!table_) table_ = small_table(*out.imported.records, out.imported.rows);
    out.table = std::move(table_);
    return out;
  }

 private:
  void override_by(const StructureList& l) {
    const auto set = [](inspection::Names& names, const std::string& given) {
      if (!given.empty()) names = {given};
    };
    set(mapping_.id, l.id_column);
    set(mapping_.title_column, l.name_column);
    set(mapping_.kind_column, l.kind_column);
    set(mapping_.grade, l.grade_column);
    set(mapping_.year_column, l.year_column);
    set(mapping_.source_column, l.source_column);
    set(mapping_.lon, l.lon_column);
    set(mapping_.lat, l.lat_column);
    if (l.scale == "nbi") mapping_.scale = inspection::Scale::nbi;
    if (l.scale == "grade") mapping_.scale = inspection::Scale::grade, mapping_.finds_nbi = false;
    if (!l.source.empty()) mapping_.source = l.source;
    if (!l.encoding.empty()) mapping_.encoding = l.encoding;
  }
  void warn(std::string w) {
    if (std::find(file_warnings_.begin(), file_warnings_.end(), w) == file_warnings_.end()) file_warnings_.push_back(std::move(w));
  }

  // The importer, told of this list's columns.
  void begin(std::vector<std::string> columns, std::uint64_t rows, const fs::path& path) {
    if (first_) {
      note_ = mapping_.note;
      importer_.emplace(mapping_, std::move(columns), static_cast<std::uint32_t>(std::min<std::uint64_t>(rows, 5'000'000)));
    } else {
      importer_->begin(mapping_, std::move(columns), path.filename().string());
    }
  }

  io::ListOptions list_options() const {
    io::ListOptions o;
    o.encoding = mapping_.encoding;
    o.delimiter = mapping_.delimiter;
    o.quote = mapping_.quote;
    o.header_rows = mapping_.header_rows;
    o.items = mapping_.items;
    return o;
  }

  Result<std::string> bytes_of(const fs::path& path) const {
    if (!file_stamp(path).exists) return Error{ErrorCode::not_found, "no such file", path.string(), "", "check the path"};
    // What is no text is told by its beginning, before gigabytes of it are read.
    std::vector<char> head(std::size_t{1} << 20);
    if (const auto got = read_file_part(path, 0, head); got && *got == head.size() && std::count(head.begin(), head.end(), '\0') > static_cast<std::ptrdiff_t>(head.size() / 50) &&
                                                       !std::string_view(head.data(), 2).starts_with("\xFF\xFE") && !std::string_view(head.data(), 2).starts_with("\xFE\xFF"))
      return Error{ErrorCode::malformed, "not a table of text: there are zero bytes in it", path.string(), "", ""};
    return read_text_file(path, largest_file);
  }

  Status read_csv(const StructureList& l, const fs::path& path) {
    auto bytes = bytes_of(path);
    if (!bytes) return bytes.error();
    auto list = io::read_csv_list(std::move(*bytes), path.string(), list_options());
    if (!list) return list.error();
    auto columns = (*list)->columns();
    begin(columns, (*list)->about_rows(), path);
    if (first_ && mapping_.guessed && mapping_.header_rows == 1 && importer_->needs_place())  // a title, or headings in several rows
      for (int rows = 2; rows <= most_header_rows; ++rows) {
        auto again = bytes_of(path);
        if (!again) return again.error();
        auto o = list_options();
        o.header_rows = rows;
        auto other = io::read_csv_list(std::move(*again), path.string(), o);
        if (!other) break;
        auto more = (*other)->columns();
        if (const auto c = geo::find_place_columns(more, {}, {}); c.lon < 0 || c.lat < 0) continue;  // "位置" may stand above both
        list = std::move(other);
        columns = std::move(more);
        begin(columns, (*list)->about_rows(), path);
        warnings_.push_back(path.filename().string() + ": the headings are taken from its first " + std::to_string(rows) + " lines that are not blank");
        break;
      }
    if (first_ && importer_->needs_place()) {
      const bool wkt = std::any_of(columns.begin(), columns.end(), [](const auto& c) { const auto k = lower_case(c); return k == "wkt" || k == "geom" || k == "geometry" || k == "the_geom" || k == "_wkt"; });
      if (wkt && mapping_.header_rows == 1) return read_vector(l, path);
      return Error{ErrorCode::invalid_argument, "no columns of longitude and latitude are among the headings (lon, lat, longitude, latitude, 経度, 緯度 ...)", path.string(), "line " + std::to_string(mapping_.header_rows),
                   "rename the columns, or name them in the layer or its mapping"};
    }
    return read_rows(**list, path);
  }

  Status read_json(const StructureList& l, const fs::path& path) {
    auto bytes = bytes_of(path);
    if (!bytes) return bytes.error();
    auto read = io::read_json_list(std::move(*bytes), path.string(), list_options());
    if (!read) return read.error();
    if (read->is_geojson && (!read->all_points || read->has_crs)) return read_vector(l, path);
    begin(read->list->columns(), read->list->about_rows(), path);
    if (first_ && !read->is_geojson && importer_->needs_place() && mapping_.guessed) return read_vector(l, path);  // TopoJSON and its like
    return read_rows(*read->list, path);
  }

  Status read_rows(io::List& list, const fs::path& path) {
    const bool keep_all = first_ && list.about_rows() <= most_rows_with_all;
    std::shared_ptr<geo::FeatureTable> table;
    std::vector<CellKind> kinds;
    std::vector<geo::FeatureTable::Name> names;
    if (keep_all) {
      kinds = kinds_of(list);
      table = std::make_shared<geo::FeatureTable>();
      for (const auto& c : list.columns()) names.push_back(table->name(c));
    }
    list.refused = [&](std::uint64_t line, std::string what) {
      importer_->refuse(line, std::move(what));
      if (table) table->add_feature("", "");  // rows keep their numbers
    };
    const std::string type = path.stem().string();
    io::ListRow row{};
    std::uint64_t n = 0;
    while (list.next(row)) {
      if ((++n & 0xFFF) == 0 && cancel_.cancelled()) return Error{ErrorCode::cancelled, "cancelled", path.string(), "", ""};
      inspection::SourceRow s;
      s.cells = row.cells;
      s.lon = row.lon, s.lat = row.lat, s.height = row.height;
      s.line = row.line;
      importer_->add(s);
      if (!table) continue;
      const auto id = std::to_string(table->size() + 1);
      const auto at = table->add_feature(id, type);
      for (std::size_t c = 0; c < row.cells.size(); ++c) {
        auto cell = row.cells[c];
        while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
        while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t' || cell.back() == '\r')) cell.remove_suffix(1);
        if (cell.empty()) continue;
        std::int64_t integer = 0;
        double real = 0;
        if (kinds[c] == CellKind::integer && as_integer(cell, integer)) table->add_integer(at, names[c], integer);
        else if (kinds[c] == CellKind::real && as_real(cell, real)) table->add_real(at, names[c], real);
        else table->add_text(at, names[c], cell);
      }
    }
    for (const auto& w : list.warnings()) warnings_.push_back(path.filename().string() + ": " + w);
    if (first_) table_ = std::move(table);
    return {};
  }

  // Rows of a table of features; `place` gives degrees and a height, NaN where there is none.
  template <class F>
  Status read_features(const std::shared_ptr<geo::FeatureTable>& features, const std::vector<bool>& wanted, const fs::path& path, F&& place) {
    std::vector<std::string> columns;
    std::unordered_map<std::string_view, std::size_t> index;
    for (auto& c : features->summary()) columns.push_back(c.name);
    for (std::size_t c = 0; c < columns.size(); ++c) index.emplace(columns[c], c);
    begin(columns, features->size(), path);
    std::vector<std::string_view> cells(columns.size());
    std::deque<std::string> scratch;
    for (std::uint32_t r = 0; r < features->size(); ++r) {
      if ((r & 0xFFF) == 0 && cancel_.cancelled()) return Error{ErrorCode::cancelled, "cancelled", path.string(), "", ""};
      if (!wanted.empty() && !wanted[r]) {
        importer_->skip();
        continue;
      }
      std::fill(cells.begin(), cells.end(), std::string_view());
      scratch.clear();
      for (const auto& [name, value] : features->attributes(r)) {
        const auto it = index.find(name);
        if (it == index.end() || !cells[it->second].empty()) continue;
        if (const auto* t = std::get_if<std::string_view>(&value)) cells[it->second] = *t;
        else cells[it->second] = scratch.emplace_back(geo::to_text(value));
      }
      inspection::SourceRow s;
      s.cells = cells;
      s.id = features->id(r);
      place(r, s);
      importer_->add(s);
    }
    if (first_) table_ = features;
    return {};
  }

  // Degrees that are called metres all stand at the origin of their coordinate system.
  void tell_degrees(const io::VectorData& data) {
    if (data.points.size() < 2 || !data.crs.is_valid() || data.crs.is_geographic()) return;
    auto to = geo::Transformer::to_geographic(data.crs, geo::AxisOrder::xy);
    geo::GeoPoint origin{0, 0, 0};
    if (!to || to->transform({&origin, 1}) != 0) return;
    constexpr double reach = 0.0045;  // degrees: 400 m and some
    if (std::all_of(data.points.begin(), data.points.end(), [&](const geo::GeoPoint& p) { return std::abs(p.lat - origin.lat) < reach && std::abs(p.lon - origin.lon) < reach * 1.5; }))
      warnings_.push_back("all places are within 400 m of the origin of " + data.crs.id() + ": they may be degrees under a wrong coordinate system (ogr2ogr -a_srs EPSG:6668)");
  }

  Status read_vector(const StructureList& l, const fs::path& path) {
    io::VectorOptions o;
    o.layer = l.layer;
    o.encoding = mapping_.encoding;
    if (!mapping_.lon.empty()) o.lon_column = mapping_.lon.front();
    if (!mapping_.lat.empty()) o.lat_column = mapping_.lat.front();
    Progress progress;
    auto data = io::read_vector(path, o, progress, cancel_);
    if (!data) return data.error();
    tell_degrees(*data);
    const auto read = keep(std::move(*data));
    for (const auto& w : read->warnings) warnings_.push_back(w);
    auto features = std::const_pointer_cast<geo::FeatureTable>(read->features);
    return read_features(features, {}, path, [&](std::uint32_t r, inspection::SourceRow& s) {
      const auto& p = read->places[r];
      s.lon = p.lon, s.lat = p.lat, s.height = p.height;
    });
  }

  // A city model: its bridges, tunnels and other structures, with what uro says of them. What is no structure is passed over.
  Status read_city(const StructureList& l, const fs::path& path) {
    std::error_code ec;
    if (!fs::exists(path, ec)) return Error{ErrorCode::not_found, "no such file or folder", path.string(), "", "check the path"};
    auto what = io::identify(path);
    const bool city = what && std::any_of(what->begin(), what->end(), [](const auto& i) { return i.kind == io::DataKind::city; });
    if (!city) return read_vector(l, path);
    JobSystem jobs(1);
    io::CityOptions o;
    o.meshes = false;
    Progress progress;
    auto model = io::read_city(path, o, jobs, progress, cancel_);
    if (!model) return model.error();
    texts(model->diagnostics, warnings_);
    auto features = std::make_shared<geo::FeatureTable>(std::move(model->features));
    std::vector<bool> wanted(features->size());
    for (std::uint32_t r = 0; r < features->size(); ++r) {
      const auto type = features->type(r);
      wanted[r] = type.find("Bridge") != std::string_view::npos || type.find("Tunnel") != std::string_view::npos || type.find("OtherConstruction") != std::string_view::npos;
    }
    if (std::none_of(wanted.begin(), wanted.end(), [](bool b) { return b; })) wanted.clear();
    return read_features(features, wanted, path, [&](std::uint32_t r, inspection::SourceRow& s) {
      const auto& e = features->extent(r);
      if (e.empty()) return;
      s.lon = (e.west + e.east) / 2;
      s.lat = (e.south + e.north) / 2;
    });
  }

  static std::shared_ptr<const geo::FeatureTable> small_table(const inspection::Register& r, std::vector<std::uint32_t>& rows) {
    auto table = std::make_shared<geo::FeatureTable>();
    const auto name = table->name("name"), grade = table->name("grade"), year = table->name("year");
    for (std::uint32_t s = 0; s < r.size(); ++s) {
      const auto at = table->add_feature(r.id(s), "structure");
      if (!r.name(s).empty()) table->add_text(at, name, r.name(s));
      table->add_text(at, grade, inspection::to_string(r.grade(s)));
      if (r.year(s)) table->add_integer(at, year, r.year(s));
      rows[s] = at;
    }
    return table;
  }

  fs::path assets_;
  CancelToken cancel_;
  inspection::Mapping mapping_;
  std::optional<inspection::Importer> importer_;
  std::shared_ptr<const geo::FeatureTable> table_;
  std::vector<std::string> warnings_, file_warnings_;
  std::string note_;
  bool first_ = true;
};
}  // namespace

Result<inspection::Mapping> find_mapping(const std::string& wanted, const fs::path& assets) {
  if (file_stamp(wanted).exists) return inspection::Mapping::read(wanted);
  std::vector<std::string> names;
  std::error_code ec;
  for (const auto& e : fs::directory_iterator(assets / "mappings", ec))
    if (e.path().extension() == ".json") names.push_back(e.path().stem().string());
  std::sort(names.begin(), names.end());
  const std::string name = fs::path(wanted).filename() == fs::path(wanted) || fs::path(wanted).extension().empty() ? fs::path(wanted).filename().string() : std::string();
  if (std::find(names.begin(), names.end(), name) != names.end()) return inspection::Mapping::read(assets / "mappings" / (name + ".json"));
  std::string all;
  for (const auto& n : names) all += (all.empty() ? "" : ", ") + n;
  const auto near = nearest(name, names);
  return Error{ErrorCode::not_found, "there is no such mapping; shipped are " + all, wanted, "", near.empty() ? "check the path" : "did you mean " + near + "?"};
}

Result<StructureLists> read_structure_lists(const std::vector<StructureList>& lists, const fs::path& assets, CancelToken cancel) {
  if (lists.empty()) return Error{ErrorCode::invalid_argument, "there is no list to read", "", "", ""};
  Reader reader(assets, std::move(cancel));
  for (std::size_t i = 0; i < lists.size(); ++i)
    if (auto s = reader.read(lists[i], i == 0); !s) return s.error();
  return reader.finish();
}

std::vector<Structure> structures_of(const inspection::Register& r, std::uint32_t placed, const std::vector<std::uint32_t>& rows, bool use_height) {
  std::vector<Structure> out(placed);
  for (std::uint32_t s = 0; s < placed; ++s) {
    auto& o = out[s];
    o.feature = rows[s];
    o.id = r.id(s);
    o.name = r.name(s);
    o.kind = r.kind_word(s);
    o.lon = r.lon(s);
    o.lat = r.lat(s);
    if (use_height && std::isfinite(r.height(s))) o.height = static_cast<double>(r.height(s));
    o.grade = r.grade(s);
    if (r.year(s)) o.year = r.year(s);
  }
  return out;
}

}  // namespace tenbo::runtime
