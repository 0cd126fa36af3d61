#include "gdal/gdal_support.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

#include "gdal/classic_netcdf.h"
#include "gdal/module.h"
#include "gdal/remote_vsi.h"
#include "gdal/sqlite_file.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/io/raster_cache.h"

namespace tenbo::io::gdal {

namespace fs = std::filesystem;

namespace {

// Only formats that live in local files. What can name other files or hosts (VRT, WMS, HTTP, databases ...) is left out,
// so that a data file cannot make us read elsewhere.
constexpr const char* raster_drivers[] = {
    "GTiff", "AAIGrid", "GRASSASCIIGrid", "SRTMHGT", "PNG", "JPEG", "WEBP", "GIF", "BIGGIF", "BMP", "TGA", "HEIF",
    "netCDF", "GRIB", "HFA", "ENVI", "EHdr", "USGSDEM", "DTED", "JP2OpenJPEG", "XYZ", "GSAG", "GSBG", "GS7BG", "AIG",
    "SAGA", "BT", "PCRaster", "ILWIS", "RST", "ERS", "GTX", "ISG", "SGI", "PNM", "ROI_PAC", "MBTiles", "GPKG", "LCP",
    "BYN", "NWT_GRD", "NWT_GRC", "ZMap", "GXF", "Terragen", "Leveller", "ACE2", "JDEM", "HF2", nullptr};
constexpr const char* vector_drivers[] = {
    "GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON", "GPKG", "ESRI Shapefile", "FlatGeobuf", "CSV", "LIBKML", "KML",
    "GML", "OSM", "GPX", "DXF", "MapInfo File", "SQLite", "OpenFileGDB", "JML", "XLSX", "ODS", "OGR_GMT", "MVT",
    "GeoRSS", "S57", "DGN", nullptr};

std::uint64_t bytes_on_disk(const fs::path& path) {
  std::error_code ec;
  if (fs::is_regular_file(path, ec)) return static_cast<std::uint64_t>(fs::file_size(path, ec));
  return 0;
}

// A database that is not whole is neither a raster nor a vector, to whoever reads the message.
std::optional<Error> refused_database(const fs::path& path, const std::string& why, bool known) {
  const auto file = sqlite_file(path);
  if (!file || (!file->cut() && !known)) return std::nullopt;
  const std::string again = "copy or download it again";
  if (file->cut())
    return error_of(ErrorCode::malformed, "is cut off: a database (" + file->what + ") of " + (file->bytes < 100 ? "more than " : "") + std::to_string(file->expected) + " bytes, of which " + std::to_string(file->bytes) + " are there", path, "", again);
  return error_of(ErrorCode::malformed, "is a damaged database (" + file->what + "): " + why, path, "", again + "; sqlite3 FILE .recover shows what is left of it");
}

Result<DatasetPtr> open(const fs::path& path, const std::string& name, unsigned flags, const char* const* drivers,
                        const std::vector<std::string>& open_options, const char* what) {
  set_up();
  const std::string file = name.empty() ? vsi_name(path) : name;
  std::error_code ec;
  if (!fs::exists(path, ec) && name.empty() && file.rfind("/vsizip/", 0) != 0)
    return error_of(ErrorCode::not_found, "no such file", path);
  if (bytes_on_disk(path) == 0 && fs::is_regular_file(path, ec))
    return error_of(ErrorCode::malformed, "the file is empty", path);
  Messages messages;
  CPLStringList options;
  for (const auto& o : open_options) options.AddString(o.c_str());
  GDALDataset* opened = nullptr;
  try {
    opened = GDALDataset::Open(file.c_str(), flags | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, drivers, options.List());
  } catch (const std::exception& e) {
    return error_of(ErrorCode::malformed, std::string("the reader failed: ") + e.what(), path);
  }
  if (!opened) {
    const bool known = messages.first_error().find("not recognized as a supported file format") == std::string::npos;
    if (auto database = refused_database(path, messages.first_error(), known)) return *database;
    return gdal_error(messages, known ? ErrorCode::malformed : ErrorCode::unsupported,
                      std::string("cannot be read as ") + what, path);
  }
  return DatasetPtr(opened);
}

}  // namespace

void set_up() {
  static std::once_flag once;
  std::call_once(once, [] {
    CPLSetConfigOption("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", "{none}");  // /vsicurl and its like open nothing
    CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "NO");          // world files and .aux.xml lie beside
    CPLSetConfigOption("OGR_GEOJSON_MAX_OBJ_SIZE", "1000");            // MB; a huge feature is an error, not a swap storm
    CPLSetConfigOption("OSM_USE_CUSTOM_INDEXING", "NO");                // negative and unsorted ids, as editors write them
    CPLSetConfigOption("OGR_SQLITE_LOAD_EXTENSIONS", nullptr);
    CPLSetConfigOption("GDAL_VRT_ENABLE_PYTHON", "NO");
    GDALSetCacheMax64(static_cast<GIntBig>(most_raster_cache));  // whatever the environment says: see set_raster_cache
    CPLSetConfigOption("CPL_DEBUG", "OFF");
    GDALAllRegister();
  });
}

void set_raster_cache(std::uint64_t bytes) {
  set_up();
  GDALSetCacheMax64(static_cast<GIntBig>(bytes));
}

Messages::Messages() { CPLPushErrorHandlerEx(&Messages::handle, this); }
Messages::~Messages() {
  CPLPopErrorHandler();
  CPLErrorReset();
}

void CPL_STDCALL Messages::handle(CPLErr level, CPLErrorNum, const char* text) {
  if (level < CE_Warning) return;
  auto* self = static_cast<Messages*>(CPLGetErrorHandlerUserData());
  std::string said = to_valid_utf8(text ? text : "");
  if (said.size() > 500) said = to_valid_utf8(said.substr(0, 500)) + "...";
  if (level >= CE_Failure && !self->error_) {
    self->error_ = true;
    self->first_error_ = said;
  }
  if (self->texts_.size() < 50 && std::find(self->texts_.begin(), self->texts_.end(), said) == self->texts_.end())
    self->texts_.push_back(std::move(said));
}

void Messages::add(const Heard& other) {
  if (other.error && !error_) {
    error_ = true;
    first_error_ = other.first_error;
  }
  for (const auto& t : other.texts)
    if (texts_.size() < 50 && std::find(texts_.begin(), texts_.end(), t) == texts_.end()) texts_.push_back(t);
}

void Messages::report(Diagnostics& to, const fs::path& file) {
  for (auto& t : texts_) to.warn(error_of(ErrorCode::malformed, t, file));
  clear();
}

namespace {
// The path as the user knows it: open_multidim() has a way of writing it of its own.
std::string with_plain_path(std::string said, const fs::path& file) {
  std::error_code ec;
  const std::string folder = fs::absolute(file, ec).parent_path().string(), name = file.filename().string();
  const auto at = folder.empty() || name.empty() ? std::string::npos : said.find(folder + "/");
  const auto end = at == std::string::npos ? at : said.find("/" + name, at + folder.size());
  if (end == std::string::npos) return said;
  const auto between = std::string_view(said).substr(at + folder.size(), end - at - folder.size());
  if (between.find_first_not_of("/.") == std::string_view::npos) said.replace(at, end + 1 + name.size() - at, file.string());
  return said;
}
}  // namespace

Error gdal_error(const Messages& messages, ErrorCode code, std::string message, const fs::path& file, std::string place,
                 std::string remedy) {
  const std::string said = with_plain_path(messages.first_error().empty() ? messages.last() : messages.first_error(), file);
  if (!said.empty()) message += ": " + said;
  return error_of(code, std::move(message), file, std::move(place), std::move(remedy));
}

Result<DatasetPtr> open_raster(const fs::path& path, const std::string& name) {
  static constexpr const char* remote_drivers[] = {"GTiff", nullptr};  // the one that names no other files and is read in parts
  const bool remote = name.starts_with(remote_prefix);
  auto opened = open(path, name, GDAL_OF_RASTER, remote ? remote_drivers : raster_drivers, {}, remote ? "a GeoTIFF" : "a raster");
  if (!opened) return opened;
  if ((*opened)->GetRasterCount() > 0)
    if (auto status = check_raster(**opened, path); !status) return status.error();
  return opened;
}

Result<DatasetPtr> open_vector(const fs::path& path, const std::vector<std::string>& open_options, const std::string& name) {
  auto options = open_options;
  if (is_database(path)) {  // of a database the connection, not a file: only where the user wrote one
    static constexpr const char* drivers[] = {"PostgreSQL", nullptr};
    return open(path, path.string(), GDAL_OF_VECTOR, drivers, options, "a PostGIS database");
  }
  if (path.extension() == ".gml") options.emplace_back("WRITE_GFS=NO");  // reading leaves nothing behind
  return open(path, name, GDAL_OF_VECTOR, vector_drivers, options, "vector data");
}

Result<DatasetPtr> open_multidim(const fs::path& path) {
  if (auto whole = check_classic_netcdf(path); !whole) return whole.error();
  static constexpr const char* drivers[] = {"netCDF", nullptr};
  // The NetCDF library takes a path that is open already for the file that it knows by it, even where another file has been
  // renamed over it since. So each opening has its own way of writing the path.
  static std::atomic<std::uint32_t> serial{0};
  std::error_code ec;
  std::string name = fs::absolute(path, ec).parent_path().string();
  for (std::uint32_t n = ++serial, bit = 0; bit < 20; ++bit) name += n >> bit & 1 ? "//" : "/.";
  return open(path, name + "/" + path.filename().string(), GDAL_OF_MULTIDIM_RASTER, drivers, {}, "NetCDF");
}

Result<DatasetPtr> open_zarr_v2(const fs::path& path, const fs::path& folder) {
  static constexpr const char* drivers[] = {"Zarr", nullptr};
  std::error_code ec;
  return open(path, fs::absolute(folder, ec).string(), GDAL_OF_MULTIDIM_RASTER, drivers, {}, "Zarr");
}

Status check_raster(GDALDataset& dataset, const fs::path& path) {
  const double width = dataset.GetRasterXSize(), height = dataset.GetRasterYSize();
  const auto refuse = [&](std::string why) {
    return error_of(ErrorCode::out_of_budget, std::move(why), path, "header",
                    "the file is damaged or not what it claims to be");
  };
  const std::string size = std::to_string(dataset.GetRasterXSize()) + " x " + std::to_string(dataset.GetRasterYSize());
  if (width < 1 || height < 1) return error_of(ErrorCode::malformed, "the raster has no pixels (" + size + ")", path, "header");
  if (dataset.GetRasterCount() > 65536) return refuse("the header claims " + std::to_string(dataset.GetRasterCount()) + " bands");
  if (width * height > 4e10) return refuse("the header claims " + size + " pixels");
  GDALRasterBand* band = dataset.GetRasterBand(1);
  if (!band) return {};
  int block_x = 0, block_y = 0;
  band->GetBlockSize(&block_x, &block_y);
  const double bytes = GDALGetDataTypeSizeBytes(band->GetRasterDataType());
  if (block_x < 1 || block_y < 1 || static_cast<double>(block_x) * block_y * bytes > 1.5e9)
    return refuse("the header claims blocks of " + std::to_string(block_x) + " x " + std::to_string(block_y) + " pixels");
  // No common compression packs more than about 1000:1 (10,000:1 for ZSTD and the like).
  const double on_disk = static_cast<double>(bytes_on_disk(path));
  if (on_disk > 0 && width * height * bytes > on_disk * 10'000 + 67'108'864.0)
    return refuse("the header claims " + size + " pixels, which a file of " +
                  std::to_string(static_cast<std::uint64_t>(on_disk)) + " bytes cannot hold");
  return {};
}

Result<geo::Crs> crs_of(const OGRSpatialReference* srs) {
  if (!srs || srs->IsEmpty() || srs->IsLocal()) return geo::Crs();
  // An EPSG code is parsed anew, so that the axes are the registry's; else the file's own definition.
  char* wkt = nullptr;
  const char* const options[] = {"FORMAT=WKT2_2019", nullptr};
  if (srs->exportToWkt(&wkt, options) != OGRERR_NONE || !wkt) {
    CPLFree(wkt);
    return Error{ErrorCode::malformed, "the coordinate system cannot be understood", "", "", ""};
  }
  std::string text = wkt;
  CPLFree(wkt);
  return geo::Crs::parse(text);
}

bool data_in_authority_order(const OGRSpatialReference& srs) {
  const auto& mapping = srs.GetDataAxisToSRSAxisMapping();
  return mapping.empty() || mapping[0] == 1;
}

std::string metadata(const GDALMajorObject& object, const char* key, const char* domain) {
  const char* text = const_cast<GDALMajorObject&>(object).GetMetadataItem(key, domain);
  return text ? to_valid_utf8(text) : std::string();
}

}  // namespace tenbo::io::gdal
