#pragma once
// Rasters through GDAL: elevation, imagery, and fields in time. GDAL's exceptions and global handlers stop here.
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/image.h"
#include "tenbo/base/jobs.h"
#include "tenbo/geo/field.h"
#include "tenbo/geo/forecast.h"
#include "tenbo/geo/raster.h"
#include "tenbo/io/remote.h"

namespace tenbo::io {

// Heights of one level of detail, for one thread.
class HeightSampler {
 public:
  virtual ~HeightSampler() = default;
  virtual double at(double lon, double lat) = 0;  // as Elevation::sample
  // s until what could not be read, and was stood in for, is worth asking for again; infinity where all is as it should be.
  virtual double retry_seconds() const { return std::numeric_limits<double>::infinity(); }
};

// Elevation, sampled by longitude and latitude. Immutable once open; sample() is thread-safe and fast: the raster is
// in memory, reduced to a pyramid where it is larger than `max_pixels`. Of terrain tiles (tenbo/io/terrain.h) heights are
// read when they are asked for: on workers alone.
class Elevation {
 public:
  virtual ~Elevation() = default;
  virtual const geo::GridGeometry& grid() const = 0;
  virtual const geo::Extent& extent() const = 0;            // lon/lat and heights (scene's datum)
  virtual geo::VerticalKind vertical() const = 0;           // as the file declares it
  virtual double resolution() const = 0;                    // m, of a pixel at the centre
  // Height (m, scene's datum), bilinear between pixel centres; NaN outside and where there is no data.
  virtual double sample(double lon, double lat) const = 0;
  // The same of the pixel that the place lies in, as the file has it (gdallocationinfo's answer).
  virtual double cell(double lon, double lat) const { return sample(lon, lat); }
  virtual const Diagnostics& diagnostics() const = 0;
  // Heights for a surface with a point every `spacing` m, of the level that is about as fine. No longer-lived than this. [worker]
  virtual std::unique_ptr<HeightSampler> sampler(double spacing) const;
  // As sample(), of what is in memory; coarser, or NaN, where that is not all. [any]
  virtual double known(double lon, double lat) const { return sample(lon, lat); }
  virtual bool tiled() const { return false; }  // read piece by piece: the extent's heights are a guess
  virtual std::string attribution() const { return {}; }
  virtual Diagnostics notes() const { return {}; }  // what came up since it was opened: tiles that could not be read
};
// GeoTIFF, HGT, ASC, GSI's FGD-GML DEM (our own small reader: GDAL has none), PLATEAU dem TINs are city models instead.
// A folder or several files (zipped or not) are joined as one mosaic; the finest comes first where they overlap.
// `declared` overrides what the files say of their heights. [worker]
Result<std::shared_ptr<const Elevation>> open_elevation(const std::vector<std::filesystem::path>& paths,
                                                        const geo::HeightPolicy& heights, Progress& progress,
                                                        geo::VerticalKind declared = geo::VerticalKind::unknown);

// A picture on the ground, read by tile. Thread-safe.
class Imagery {
 public:
  virtual ~Imagery() = default;
  virtual const geo::Extent& extent() const = 0;
  virtual const geo::GridGeometry& grid() const = 0;
  virtual double resolution() const = 0;  // m, of a pixel at the centre
  // The picture warped to a lon/lat box of `size` x `size` pixels; alpha 0 outside and where there is no data.
  virtual Result<Image> tile(const geo::Extent& box, int size) const = 0;
  virtual const Diagnostics& diagnostics() const = 0;
  virtual Diagnostics notes() const { return {}; }  // what came up since it was opened: tiles that could not be read
  // How many tiles could not be read when they were last asked for, and why the last could not; none of those in the box
  // (degrees)? Such a picture is worth asking for again. [any]
  virtual std::uint64_t missing(std::string& /*why*/) const { return 0; }
  virtual bool complete(const geo::Extent& /*box*/) const { return true; }
  // Of pictures in time: the moments that there are, ascending, and the pictures of one of them (null where there is none such). As
  // opened it shows what the service shows by itself. [any]
  virtual const std::vector<geo::Instant>& times() const {
    static const std::vector<geo::Instant> none;
    return none;
  }
  virtual std::shared_ptr<const Imagery> at_time(std::size_t /*index*/) const { return nullptr; }
  virtual std::string attribution() const { return {}; }
};
struct ImageryOptions {
  RemoteOptions remote;
  std::optional<bool> exchange_axes;  // of a WMS: true where it writes boxes in the other order than its version and CRS have them
  int min_zoom = 0, max_zoom = 18;  // of tiles by a template; archives say it themselves
};
// A file; a PMTiles archive, here or at an address; the address of a WMTS's capabilities, with &layer=NAME where it has
// several (EPSG:3857, or EPSG:4326 and CRS84); that of a WMS's (1.1.1, 1.3.0), with &layers=NAME; or a template of the addresses of Web Mercator tiles, with {z}, {x}
// and {y}, or {-y} where rows are counted from the south; {TileMatrix}, {TileCol}, {TileRow} mean the same. [worker]
Result<std::shared_ptr<const Imagery>> open_imagery(const std::filesystem::path& path, const ImageryOptions& options = {});

// A field in time: a multi-band GeoTIFF (band times from metadata), a NetCDF variable with a time axis, a folder or
// list of single-band files with times in their names. Times, unit, quantity, issue time and source come from the file's
// metadata where it has them (see the guide); options override.
struct FieldOptions {
  std::string variable;              // NetCDF variable; empty = the first 2D+time one
  std::string quantity, unit, source;
  std::string start;                 // ISO 8601: valid time of the first step, where the file does not say
  double step_seconds = 0;           // between steps, where the file does not say
  std::string issue_time;            // ISO 8601
  std::string certainty;             // confirmed, estimated, simulated
  bool nodata_is_dry = false;
  std::string crs;                   // where the file does not say (a .prj file beside it does as well)
  std::size_t cache_bytes = std::size_t{512} << 20;  // of slices that are kept; of a forecast, for all its fields together
};
struct OpenedField {
  std::shared_ptr<const geo::Field> field;
  Diagnostics diagnostics;
};
Result<OpenedField> open_field(const std::vector<std::filesystem::path>& paths, const FieldOptions& options);

// Forecasts of several members or issues. Files may hold them themselves: NetCDF with a dimension of the standard name realization (or called
// member, number, ensemble ...), or forecast_reference_time, and then time or forecast_period. Else they are named one by one.
struct OpenedForecast {
  std::shared_ptr<const geo::Forecast> forecast;
  Diagnostics diagnostics;
};
Result<OpenedForecast> open_forecast(const std::vector<std::filesystem::path>& paths, const FieldOptions& options);
struct ForecastPart {
  std::string issue_time;            // ISO 8601; empty: as the file says
  std::string member;                // empty: the file's own members
  std::vector<std::filesystem::path> paths;
  std::string variable;              // empty: as the options say
};
// Each part one member of one issue, or all members of one. [worker]
Result<OpenedForecast> open_forecast(const std::vector<ForecastPart>& parts, const FieldOptions& options);

}  // namespace tenbo::io
