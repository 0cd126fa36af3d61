#include <ogrsf_frmts.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "gdal/gdal_support.h"
#include "gdal/inputs.h"
#include "gdal/module.h"
#include "tenbo/base/text.h"
#include "tenbo/io/vector.h"
#include "vector/builder.h"
#include "vector/csv.h"
#include "vector/feature_source.h"
#include "vector/plain_source.h"
#include "vector/read_csv.h"
#include "vector/read_rows.h"
#include "vector/text_encoding.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

// Shapefiles without a .cpg, and whose .dbf names no code page, give raw bytes: the guess is ours.
bool names_its_encoding(const fs::path& shapefile) {
  for (const char* extension : {".cpg", ".CPG"}) {
    std::error_code ec;
    if (fs::exists(fs::path(shapefile).replace_extension(extension), ec)) return true;
  }
  for (const char* extension : {".dbf", ".DBF"}) {
    std::ifstream dbf(fs::path(shapefile).replace_extension(extension), std::ios::binary);
    char header[32];
    if (dbf.read(header, sizeof header)) return header[29] != 0 && header[29] != 0x57;  // 0x57: "the current ANSI code page"
  }
  return false;
}

// All text of the first features, each value on a line of its own.
std::string sample_text(OGRLayer& layer) {
  std::string sample;
  for (int i = 0; i < layer.GetLayerDefn()->GetFieldCount(); ++i)
    sample += std::string(layer.GetLayerDefn()->GetFieldDefn(i)->GetNameRef()) + "\n";
  layer.ResetReading();
  for (int n = 0; n < 5000 && sample.size() < (1u << 20); ++n) {
    const OGRFeatureUniquePtr feature(layer.GetNextFeature());
    if (!feature) break;
    for (int i = 0; i < layer.GetLayerDefn()->GetFieldCount(); ++i)
      if (layer.GetLayerDefn()->GetFieldDefn(i)->GetType() == OFTString && feature->IsFieldSetAndNotNull(i)) {
        // Trailing halves of UTF-8 characters would spoil the guess; CP932 loses nothing that matters to it.
        sample += without_cut_tail(feature->GetFieldAsString(i));
        sample += '\n';
      }
  }
  layer.ResetReading();
  return sample;
}

}  // namespace

// Degrees without a word about them: all in range, and with decimals that a local grid would not have.
bool clearly_lon_lat(const VectorData& data) {
  bool telling = false;
  for (const auto& p : data.points) {
    if (std::abs(p.lon) > 180 || std::abs(p.lat) > 90) return false;
    telling = telling || ((std::abs(p.lon) > 5 || std::abs(p.lat) > 5) && p.lon != std::floor(p.lon));
  }
  return telling;
}

Status assume_crs(VectorData& data, const fs::path& path, const std::string& remedy) {
  if (data.points.empty()) return {};
  if (!clearly_lon_lat(data))
    return gdal::error_of(ErrorCode::invalid_argument, "the data does not say its coordinate system, and its coordinates are not longitude and latitude",
                          path, "", remedy);
  data.diagnostics.warn(gdal::error_of(ErrorCode::malformed, "the data does not say its coordinate system; the coordinates look like longitude and latitude (WGS 84)",
                                       path, "", remedy));
  auto crs = geo::Crs::parse("EPSG:4326");
  if (!crs) return crs.error();
  data.crs = std::move(*crs);
  return {};
}

namespace {

// chunk and take: see read_vector_chunks(); null: all in one. columns: not null = what the layer's attributes are called, and nothing is read.
Result<VectorData> read_layer(const fs::path& path, const VectorOptions& options, Progress& progress, const CancelToken& cancel, std::uint32_t chunk,
                              const std::function<Status(VectorData&&)>* take, std::vector<std::string>* columns = nullptr) {
  gdal::set_up();
  if (gdal::has_extension(path, {".csv", ".tsv"})) {
    auto table = read_csv(path, options, progress, cancel);
    if (table && columns)
      for (const auto& a : table->features.summary()) columns->push_back(a.name);
    return table;
  }

  if (auto s = TextDecoder::check(options.encoding, path.string()); !s) return s.error();
  const bool shapefile = gdal::has_extension(path, {".shp", ".dbf"});
  const bool raw = shapefile && (!options.encoding.empty() || !names_its_encoding(path));
  std::vector<std::string> open_options;
  if (raw) open_options.push_back("ENCODING=");
  std::string name;
  if (gdal::is_archive(path)) {
    auto members = gdal::expand({path}, [](const fs::path& p) {
      return gdal::has_extension(p, {".shp", ".geojson", ".json", ".gpkg", ".fgb", ".kml", ".gml", ".csv"});
    });
    if (!members) return members.error();
    if (members->front().name.ends_with(".csv")) return read_csv(members->front().path, options, progress, cancel);
    name = members->front().name;
  }
  auto opened = gdal::open_vector(path, open_options, name);
  if (!opened) return opened.error();
  GDALDataset& dataset = **opened;
  gdal::Messages messages;
  const auto error = [&](ErrorCode code, std::string text, std::string place = {}, std::string remedy = {}) {
    return gdal::error_of(code, std::move(text), path, std::move(place), std::move(remedy));
  };
  if (dataset.GetLayerCount() == 0) return gdal::gdal_error(messages, ErrorCode::unsupported, "there is no layer in it", path);
  VectorData data;
  OGRLayer* layer = nullptr;
  std::vector<std::string> names;
  for (int i = 0; i < dataset.GetLayerCount(); ++i) {
    names.emplace_back(to_valid_utf8(dataset.GetLayer(i)->GetName()));
    if (!layer && (options.layer.empty() || names.back() == options.layer)) layer = dataset.GetLayer(i);
  }
  if (!layer) {
    const std::string near = nearest(options.layer, names);
    std::string all;
    for (std::size_t i = 0; i < names.size() && i < 20; ++i) all += (i ? ", " : "") + names[i];
    return error(ErrorCode::not_found, "there is no layer \"" + options.layer + "\"; there are " + all, "", near.empty() ? "" : "did you mean " + near + "?");
  }
  if (options.layer.empty() && names.size() > 1) {
    std::string others;
    for (std::size_t i = 0; i < names.size() && i < 20; ++i)
      if (dataset.GetLayer(static_cast<int>(i)) != layer) others += (others.empty() ? "" : ", ") + names[i];
    data.diagnostics.warn(error(ErrorCode::unsupported, "the first layer is read; there are also " + others, "", "name another as the layer's sublayer"));
  }
  data.name = to_valid_utf8(layer->GetName());

  TextDecoder decoder;
  if (!options.encoding.empty()) decoder = TextDecoder::named(options.encoding);
  else if (raw) decoder = TextDecoder::guess(sample_text(*layer));
  RowReader reader(data.features, decoder, raw);
  reader.columns(*layer->GetLayerDefn());
  std::vector<std::string> headings;
  for (const auto& c : reader.columns()) headings.push_back(c.name);
  if (columns) {
    *columns = std::move(headings);
    return data;
  }
  const bool tabular = layer->GetGeomType() == wkbNone;
  const PlaceColumns place = tabular ? find_place_columns(headings, options.lon_column, options.lat_column) : PlaceColumns{};
  if (const OGRSpatialReference* said = layer->GetSpatialRef()) {
    auto crs = gdal::crs_of(said);
    if (crs) data.crs = std::move(*crs);
    else data.diagnostics.warn(error(ErrorCode::malformed, "the coordinate system is not understood: " + crs.error().message, "CRS"));
  }
  const GIntBig announced = layer->GetFeatureCount(FALSE);
  if (announced > 0) progress.total = static_cast<std::uint64_t>(announced);

  const OGRSpatialReference* srs = layer->GetSpatialRef();
  const geo::AxisOrder order = srs && gdal::data_in_authority_order(*srs) ? geo::AxisOrder::authority : geo::AxisOrder::xy;
  const auto settle = [&](VectorBuilder& b) -> Status {
    if (!data.crs.is_valid())
      if (auto status = assume_crs(data, path, shapefile ? "add a .prj file beside it" : "add it: ogr2ogr -a_srs EPSG:CODE OUT IN"); !status) return status;
    return b.finish(order, options);
  };
  VectorBuilder builder(data, path.string());
  // KML's heights count where altitudeMode says "absolute"; otherwise its features lie on the ground.
  const bool kml = std::string_view(dataset.GetDriver()->GetDescription()).ends_with("KML");
  const int altitude_mode = kml ? layer->GetLayerDefn()->GetFieldIndex("altitudeMode") : -1;
  std::uint64_t above_ground = 0;
  const bool interleaved = std::string_view(dataset.GetDriver()->GetDescription()) == "OSM";
  const std::string type = data.name;
  std::uint64_t read = 0;
  std::unique_ptr<PlainSource> plain;
  if (!tabular && name.empty() && reader.takes_plain()) plain = plain_source(dataset, *layer, path);
  PlainFeature plain_feature;
  FeatureSource source(dataset, *layer, interleaved);
  for (;;) {
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "cancelled", path.string(), "", ""};
    OGRFeature* feature = nullptr;
    if (plain) {
      const auto got = plain->next(plain_feature);
      if (got == PlainSource::Got::end) break;
      if (got == PlainSource::Got::unknown) {  // GDAL goes on from there, and says what is wrong where something is
        plain.reset();
        source.skip(read);
      }
    }
    if (!plain && (feature = source.next()) == nullptr) break;
    if (read >= options.max_features || builder.full()) {
      data.diagnostics.warn(error(ErrorCode::out_of_budget, "more than " + std::to_string(read) + " features, or 100 million points: the rest is left out", "",
                                  "cut out what you need: ogr2ogr -spat"));
      break;
    }
    const std::uint32_t row = plain ? reader.add(plain_feature, type) : reader.add(*feature, type);
    const std::string where = plain ? std::string() : "feature " + std::to_string(feature->GetFID());
    double lon = 0, lat = 0;
    if (kml && feature != nullptr && feature->GetGeometryRef() != nullptr) {
      const std::string_view mode = altitude_mode >= 0 && feature->IsFieldSetAndNotNull(altitude_mode) ? feature->GetFieldAsString(altitude_mode) : "clampToGround";
      if (mode.starts_with("relativeTo")) ++above_ground;
      if (mode != "absolute") feature->GetGeometryRef()->flattenTo2D();
    }
    if (plain) {
      builder.add_plain(row, plain_feature);
    } else if (!tabular) {
      builder.add_geometry(row, feature->GetGeometryRef(), where);
    } else if (place.lon >= 0 && place.lat >= 0 && parse_degrees(feature->GetFieldAsString(place.lon), lon) && parse_degrees(feature->GetFieldAsString(place.lat), lat)) {
      const OGRPoint point(lon, lat);
      builder.add_geometry(row, &point, where);
    } else if (place.both >= 0 && parse_lat_lon(feature->GetFieldAsString(place.both), lat, lon)) {
      const OGRPoint point(lon, lat);
      builder.add_geometry(row, &point, where);
    } else {
      builder.add_geometry(row, nullptr, where);
    }
    ++progress.done;
    ++read;
    if (take == nullptr || data.features.size() < chunk) continue;
    if (auto status = settle(builder); !status) return status.error();
    VectorData next;
    next.name = data.name;
    next.crs = data.crs;
    std::swap(next, data);
    reader.begin_table();
    if (auto status = (*take)(std::move(next)); !status) return status.error();
  }
  source.stop(messages);
  if (messages.any_error() && read == 0)
    return gdal::gdal_error(messages, ErrorCode::malformed, "no feature can be read", path);
  if (messages.any_error()) data.diagnostics.fail(gdal::gdal_error(messages, ErrorCode::malformed, "reading stopped early or lost something", path));
  messages.report(data.diagnostics, path);
  if (reader.binary()) data.diagnostics.warn(error(ErrorCode::unsupported, std::to_string(reader.binary()) + " binary values are left out"));
  if (above_ground) data.diagnostics.warn(error(ErrorCode::unsupported, std::to_string(above_ground) + " features have heights above the ground, which are not used: they lie on it"));
  if (read == 0) data.diagnostics.warn(error(ErrorCode::malformed, "the layer has no features"));
  if (auto status = settle(builder); !status) return status.error();
  return data;
}

}  // namespace

Result<VectorData> gdal::read_vector(const fs::path& path, const VectorOptions& options, Progress& progress, CancelToken cancel) {
  return read_layer(path, options, progress, cancel, 0, nullptr);
}

Status gdal::read_vector_chunks(const fs::path& path, const VectorOptions& options, std::uint32_t chunk, Progress& progress, CancelToken cancel,
                          const std::function<Status(VectorData&&)>& take) {
  auto last = read_layer(path, options, progress, cancel, chunk, &take);
  if (!last) return last.error();
  return take(std::move(*last));
}

Result<std::vector<std::string>> gdal::attributes_of(const fs::path& path, const std::string& layer) {
  VectorOptions options;
  options.layer = layer;
  Progress progress;
  std::vector<std::string> columns;
  const auto read = read_layer(path, options, progress, CancelToken(), 0, nullptr, &columns);
  if (!read) return read.error();
  return columns;
}

Result<std::uint64_t> gdal::count_features(const fs::path& path, const std::string& layer) {
  gdal::set_up();
  auto opened = gdal::open_vector(path, {}, "");
  if (!opened) return opened.error();
  OGRLayer* found = layer.empty() ? (*opened)->GetLayer(0) : (*opened)->GetLayerByName(layer.c_str());
  const GIntBig count = found ? found->GetFeatureCount(TRUE) : 0;
  return static_cast<std::uint64_t>(std::max<GIntBig>(0, count));
}

}  // namespace tenbo::io
