#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "exif.h"
#include "photo_frusta.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/io/list.h"
#include "tenbo/io/photo.h"
#include "tenbo/io/photos.h"

namespace tenbo::io {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t head_bytes = std::size_t{1} << 20;      // EXIF and the size stand before that; more is read where they do not
constexpr std::uint64_t picture_bytes = std::uint64_t{128} << 20;  // of all pictures on far planes, on the device
constexpr double usual_length = 8, longest = 60;              // m, of a frustum

bool is_jpeg_name(const fs::path& p) {
  const auto e = lower_case(p.extension().string());
  return e == ".jpg" || e == ".jpeg";
}

struct Wanted {
  fs::path folder;
  std::string name, source;
  // What a list says in place of the photograph; NaN = nothing.
  double lon = PhotoMeta::unknown, lat = lon, altitude = lon, heading = lon, pitch = lon, roll = lon, focal_35mm = lon;
  std::string date, camera;
  std::string place;  // in the list, for messages
};

double number(std::string_view s) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  if (s.starts_with('+')) s.remove_prefix(1);
  double v = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
  return error == std::errc{} && end == s.data() + s.size() && std::isfinite(v) ? v : PhotoMeta::unknown;
}

void from_folder(const fs::path& folder, std::vector<Wanted>& out) {
  std::error_code ec;
  std::vector<std::string> names;
  for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, ec), end; !ec && it != end; it.increment(ec)) {
    if (it.depth() > 6) it.disable_recursion_pending();
    std::error_code type;
    if (it->is_regular_file(type) && is_jpeg_name(it->path()) && !it->path().filename().string().starts_with('.')) names.push_back(it->path().lexically_relative(folder).generic_string());
    if (names.size() > 100'000) break;
  }
  std::sort(names.begin(), names.end());
  for (auto& n : names) {
    Wanted w;
    w.folder = folder;
    w.name = std::move(n);
    out.push_back(std::move(w));
  }
}

constexpr std::pair<const char*, int> headings[] = {
    {"file", 0}, {"photo", 0}, {"filename", 0}, {"name", 0}, {"写真", 0}, {"ファイル", 0}, {"ファイル名", 0}, {"lon", 1}, {"longitude", 1}, {"経度", 1}, {"lat", 2}, {"latitude", 2}, {"緯度", 2},
    {"altitude", 3}, {"height", 3}, {"標高", 3}, {"高度", 3}, {"heading", 4}, {"yaw", 4}, {"方位", 4}, {"方位角", 4}, {"pitch", 5}, {"俯仰角", 5}, {"roll", 6}, {"focal_35mm", 7},
    {"35mm換算焦点距離", 7}, {"date", 8}, {"撮影日時", 8}, {"撮影日", 8}, {"camera", 9}, {"カメラ", 9}, {"source", 10}, {"出典", 10}};
constexpr int columns = 11;

Status from_list(const fs::path& path, std::vector<Wanted>& out, Diagnostics& notes) {
  auto bytes = read_text_file(path, 64 << 20);
  if (!bytes) return bytes.error();
  const bool json = !bytes->empty() && (bytes->find_first_not_of(" \t\r\n\xEF\xBB\xBF") != std::string::npos) && std::string_view("[{").find((*bytes)[bytes->find_first_not_of(" \t\r\n\xEF\xBB\xBF")]) != std::string_view::npos;
  std::unique_ptr<List> list;
  if (json) {
    auto read = read_json_list(std::move(*bytes), path.string(), {});
    if (!read) return read.error();
    list = std::move(read->list);
  } else {
    auto read = read_csv_list(std::move(*bytes), path.string(), {});
    if (!read) return read.error();
    list = std::move(*read);
  }
  int column[columns];
  std::fill_n(column, columns, -1);
  for (std::size_t i = 0; i < list->columns().size(); ++i)
    for (const auto& [word, means] : headings)
      if (column[means] < 0 && lower_case(list->columns()[i]) == word) column[means] = static_cast<int>(i);
  if (column[0] < 0) return Error{ErrorCode::malformed, "the list has no column of photographs", path.string(), "line 1", "call it \"file\"; others are lon, lat, altitude, heading, pitch, roll, focal_35mm, date, camera, source"};
  list->refused = [&](std::uint64_t line, std::string what) { notes.fail({ErrorCode::malformed, std::move(what), path.string(), "line " + std::to_string(line), ""}); };
  ListRow row{};
  while (list->next(row) && out.size() < 100'000) {
    const auto cell = [&](int c) { return column[c] < 0 || static_cast<std::size_t>(column[c]) >= row.cells.size() ? std::string_view() : row.cells[static_cast<std::size_t>(column[c])]; };
    Wanted w;
    w.folder = path.parent_path();
    w.place = "line " + std::to_string(row.line);
    w.name = cell(0);
    if (w.name.empty()) {
      notes.fail({ErrorCode::malformed, "names no photograph, and is left out", path.string(), w.place, ""});
      continue;
    }
    double* const numbers[] = {&w.lon, &w.lat, &w.altitude, &w.heading, &w.pitch, &w.roll, &w.focal_35mm};
    for (int c = 1; c <= 7; ++c) {
      *numbers[c - 1] = number(cell(c));
      if (!cell(c).empty() && std::isnan(*numbers[c - 1]))
        notes.warn({ErrorCode::malformed, "\"" + to_valid_utf8(std::string(cell(c).substr(0, 40))) + "\" is no number, and the photograph's own value counts", path.string(), w.place, ""});
    }
    if (std::isnan(w.lon) && std::isnan(w.lat)) w.lon = row.lon, w.lat = row.lat;
    if (std::isnan(w.altitude)) w.altitude = row.height;
    w.date = cell(8);
    w.camera = cell(9);
    w.source = cell(10);
    out.push_back(std::move(w));
  }
  return {};
}

// The photograph's own words, then the list's in their place.
Result<PhotoMeta> meta_of(const Wanted& w, Diagnostics& notes) {
  auto file = photo_file(w.folder, w.name);
  if (!file) return file.error();
  auto read = [&](std::size_t most) -> Result<PhotoMeta> {
    std::error_code ec;
    const auto size = fs::file_size(*file, ec);
    std::vector<char> bytes(std::min<std::uint64_t>(ec ? 0 : size, most));
    auto got = bytes.empty() ? Result<std::size_t>(std::size_t{0}) : read_file_part(*file, 0, bytes);
    if (!got) return got.error();
    Diagnostics said;
    auto meta = parse_photo_meta(std::as_bytes(std::span(bytes).first(std::min(*got, bytes.size()))), file->string(), said);
    if (!meta && !ec && size > bytes.size()) return meta;  // read on
    notes.merge(std::move(said));
    constexpr std::uint64_t tail_bytes = 65536;
    const std::uint64_t tail_at = size > tail_bytes ? size - tail_bytes : 0;
    std::vector<char> tail(static_cast<std::size_t>(std::min<std::uint64_t>(ec ? 0 : size, tail_bytes)));
    if (const auto ended = tail.empty() ? Result<std::size_t>(std::size_t{0}) : read_file_part(*file, tail_at, tail);
        meta && ended && !jpeg_has_end(std::as_bytes(std::span(bytes)), std::as_bytes(std::span(tail)), tail_at))
      notes.fail({ErrorCode::malformed, "the photograph is cut off: a part of its picture is missing", file->string(), w.place, "was it copied to its end?"});
    return meta;
  };
  auto meta = read(head_bytes);
  if (!meta) {
    std::error_code ec;
    if (const auto size = fs::file_size(*file, ec); !ec && size > head_bytes && size <= PhotoLimits{}.bytes) meta = read(PhotoLimits{}.bytes);
  }
  if (!meta) return meta;
  PhotoMeta& m = *meta;
  if (std::uint64_t{m.width} * m.height > PhotoLimits{}.pixels)
    return Error{ErrorCode::out_of_budget, fmt::format("the photograph says that it has {} x {} pixels, more than {} million", m.width, m.height, PhotoLimits{}.pixels / 1'000'000), file->string(), "", "make it smaller"};
  if (std::abs(w.lat) <= 90 && std::abs(w.lon) <= 180) m.lon = w.lon, m.lat = w.lat;
  else if (!std::isnan(w.lat) || !std::isnan(w.lon)) notes.warn({ErrorCode::malformed, "its longitude and latitude are none, and the photograph's own count", file->string(), w.place, ""});
  if (std::abs(w.altitude) < 100'000) m.altitude = w.altitude, m.altitude_kind = AltitudeKind::sea_level;
  if (std::abs(w.heading) <= 360) m.heading = std::fmod(w.heading + 720, 360);
  if (std::abs(w.pitch) <= 180) m.pitch = w.pitch;
  if (std::abs(w.roll) <= 180) m.roll = w.roll;
  if (w.focal_35mm > 0 && w.focal_35mm < 10'000) m.focal_35mm = w.focal_35mm, m.focal_px = PhotoMeta::unknown;
  if (!w.date.empty()) m.date = to_valid_utf8(w.date.substr(0, 60)), m.date_offset = true;
  if (!w.camera.empty()) m.make.clear(), m.model = to_valid_utf8(w.camera.substr(0, 120));
  if (std::isnan(m.heading) && std::isfinite(m.image_direction)) m.heading = m.image_direction;
  return meta;
}

geo::VerticalKind kind_of(const PhotoMeta& m, const PhotosOptions& options) {
  if (options.vertical != geo::VerticalKind::unknown) return options.vertical;
  return m.altitude_kind == AltitudeKind::ellipsoid ? geo::VerticalKind::ellipsoidal : geo::VerticalKind::orthometric;
}

void describe(geo::FeatureTable& f, std::uint32_t row, const PhotoCamera& p, geo::VerticalKind kind) {
  const auto& m = p.meta;
  const auto real = [&](const char* name, double v, const char* unit) {
    f.add_real(row, name, v);
    if (std::isfinite(v)) f.add_text(row, std::string(name) + "_uom", unit);
  };
  f.add_text(row, "name", p.name);
  if (!m.date.empty()) f.add_text(row, "date", m.date + (m.date_offset ? "" : " (no offset said)"));
  if (const auto camera = m.make.empty() || m.model.starts_with(m.make) ? m.model : m.make + " " + m.model; !camera.empty()) f.add_text(row, "camera", camera);
  real("longitude", m.lon, "degree");
  real("latitude", m.lat, "degree");
  real("altitude", m.altitude, kind == geo::VerticalKind::ellipsoidal ? "m above the ellipsoid" : "m above sea level");
  real("relative altitude", m.relative_altitude, "m above take-off");
  real("heading", m.heading, "degree");
  real("pitch", m.pitch, "degree");
  if (p.axes) real("roll", m.roll, "degree");
  real("focal length", m.focal_mm, "mm");
  real("35 mm equivalent", m.focal_35mm, "mm");
  if (p.field) {
    real("field of view across", 2 * std::atan(p.field->x) * 180 / M_PI, "degree");
    real("field of view up", 2 * std::atan(p.field->y) * 180 / M_PI, "degree");
  }
  f.add_text(row, "size", fmt::format("{} x {} px", m.width, m.height));
  if (!p.source.empty()) f.add_text(row, "source", p.source);
}

// Down to where it took off and to the corners of its picture: the ground that stands in for missing terrain lies below both.
void add_reach(const PhotoCamera& p, geo::Extent& e) {
  const double above = p.meta.relative_altitude;
  if (above > 0 && above < 10'000) e.min_height = std::min(e.min_height, p.place.height - above);
  if (!p.axes || !p.field) return;
  const auto& a = *p.axes;
  for (const double x : {-p.field->x, p.field->x})
    for (const double y : {-p.field->y, p.field->y}) {
      const double h = p.place.height + p.length * (x * a[0].z + y * a[1].z - a[2].z);
      e.min_height = std::min(e.min_height, h);
      e.max_height = std::max(e.max_height, h);
    }
}

}  // namespace

bool looks_like_placed_photo(std::span<const std::byte> head) {
  if (head.size() < 12 || head[0] != std::byte{0xFF} || head[1] != std::byte{0xD8}) return false;
  Diagnostics ignored;
  PhotoMeta m;
  parse_photo_parts(head, "", m, ignored);
  return std::isfinite(m.lon) && std::isfinite(m.lat);
}

Result<PhotoSet> read_photos(const std::vector<fs::path>& paths, const PhotosOptions& options, Progress& progress, CancelToken cancel) {
  PhotoSet out;
  auto& notes = out.model.diagnostics;
  std::vector<Wanted> wanted;
  for (const auto& path : paths) {
    std::error_code ec;
    if (fs::is_directory(path, ec)) {
      from_folder(path, wanted);
    } else if (is_jpeg_name(path)) {
      Wanted w;
      w.folder = path.parent_path();
      w.name = path.filename().string();
      wanted.push_back(std::move(w));
    } else if (auto listed = from_list(path, wanted, notes); !listed) {
      if (paths.size() == 1) return listed.error();
      notes.fail(listed.error());
    }
  }
  const std::string first = paths.empty() ? std::string() : paths.front().string();
  if (wanted.empty()) return Error{ErrorCode::not_found, "there are no photographs in it", first, "", "name a folder of JPEG files, or a list with a column \"file\""};
  if (wanted.size() > options.most) {
    notes.fail({ErrorCode::out_of_budget, fmt::format("there are {} photographs, and the first {} are shown", wanted.size(), options.most), first, "", "make several layers of them"});
    wanted.resize(options.most);
  }

  CityModel& model = out.model;
  model.name = paths.front().stem().string();
  model.own_look = true;
  if (auto crs = geo::Crs::parse("EPSG:4326")) model.crs = *crs;
  geo::HeightPolicy heights = options.heights;
  std::uint64_t n = 0;
  progress.total = wanted.size();
  const auto lost = [&](const Wanted& w, const char* what, const char* remedy) { notes.fail({ErrorCode::malformed, what, (w.folder / w.name).string(), w.place, remedy}); };
  for (const auto& w : wanted) {
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "stopped", first, "", ""};
    progress.done = n++;
    auto meta = meta_of(w, notes);
    if (!meta) {
      Error e = meta.error();
      if (!w.place.empty()) e.place = w.place + (e.place.empty() ? "" : ": " + e.place);
      notes.fail(std::move(e));
      continue;
    }
    PhotoCamera p;
    p.name = to_valid_utf8(w.name);
    p.folder = w.folder;
    p.meta = *meta;
    p.source = to_valid_utf8(w.source.substr(0, 200));
    p.axes = camera_axes(p.meta);
    p.field = photo_field(p.meta);
    // Gimbals turn the picture themselves where they are rolled; else the camera was held so, and its picture is looked at turned.
    if (std::abs(p.meta.roll) < 45) p.turned = p.meta.orientation;
    if (p.field && p.turned >= 5) std::swap(p.field->x, p.field->y);
    p.length = std::clamp(std::isfinite(p.meta.relative_altitude) && p.meta.relative_altitude > 0 ? p.meta.relative_altitude / 4 : usual_length, 2.0, longest) * options.scale;
    const auto kind = kind_of(p.meta, options);
    if (!std::isfinite(p.meta.lon) || !std::isfinite(p.meta.lat)) lost(w, "the photograph does not say where it was taken, and is not drawn", "give lon and lat in a list of photographs");
    else if (!std::isfinite(p.meta.altitude)) lost(w, "the photograph does not say how high it was taken, and is not drawn", "give altitude in a list of photographs");
    else if (const auto fits = heights.accepts(kind); !fits) notes.fail({fits.error().code, fits.error().message, (w.folder / w.name).string(), w.place, fits.error().remedy});
    else if (const double lift = heights.offset(kind, p.meta.lon, p.meta.lat); !std::isfinite(lift)) lost(w, "the photograph lies outside of the geoid model, and is not drawn", "use a geoid that covers the place");
    else {
      if (heights.scene == geo::VerticalKind::unknown) heights.scene = kind;  // none of the others is mixed in unseen
      if (model.vertical == geo::VerticalKind::unknown) model.vertical = kind;
      p.placed = true;
      p.place = {p.meta.lon, p.meta.lat, p.meta.altitude + lift};
      if (!p.axes || !p.field) notes.warn({ErrorCode::malformed, p.field ? "the photograph does not say where its camera looked: it is drawn as a place alone" : "the photograph does not say its angle of view: it is drawn as a place alone",
                                           (w.folder / w.name).string(), w.place, p.field ? "give heading and pitch in a list of photographs" : "give focal_35mm in a list of photographs"});
    }
    const auto row = model.features.add_feature(p.name, "photo");
    describe(model.features, row, p, kind);
    if (p.placed) {
      geo::Extent e;
      e.add(p.place.lon, p.place.lat);
      e.min_height = e.max_height = p.place.height;
      model.features.set_extent(row, e);
      add_reach(p, e);
      model.extent.add(e);
    }
    out.photos.push_back(std::move(p));
  }
  if (out.photos.empty()) return notes.errors.empty() ? Error{ErrorCode::malformed, "none of the photographs can be read", first, "", ""} : notes.errors.front();
  if (!options.meshes) return out;
  const auto shown = static_cast<double>(std::count_if(out.photos.begin(), out.photos.end(), [](const auto& p) { return p.placed && p.axes && p.field; }));
  const int edge = static_cast<int>(std::clamp(std::sqrt(static_cast<double>(picture_bytes) / 4 / std::max(1.0, shown)), 64.0, 1024.0));  // px; 4 bytes each
  for (std::uint32_t i = 0; i < out.photos.size(); ++i) {
    const auto& p = out.photos[i];
    if (!p.placed) continue;
    std::int32_t texture = -1;
    if (p.axes && p.field)
      if (auto file = photo_file(p.folder, p.name)) {
        CityTexture t;
        t.path = *file;
        t.opaque = true;
        t.edge = edge;
        texture = static_cast<std::int32_t>(model.textures.size());
        model.textures.push_back(std::move(t));
      }
    add_frustum(model, p, i, texture);
  }
  return out;
}

}  // namespace tenbo::io
