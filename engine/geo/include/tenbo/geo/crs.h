#pragma once
// Coordinate reference systems and the way from them to longitude, latitude and height, through PROJ.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tenbo/base/result.h"
#include "tenbo/geo/extent.h"

namespace tenbo::geo {

enum class VerticalKind { unknown, ellipsoidal, orthometric };  // unknown: 2D data, or heights nobody explained
const char* to_string(VerticalKind kind);

// Immutable; copies share. Any horizontal, compound, 3D or vertical-with-horizontal CRS that PROJ knows.
class Crs {
 public:
  Crs();  // none: is_valid() false
  // "EPSG:6697", "http://www.opengis.net/def/crs/EPSG/0/6697", "urn:ogc:def:crs:EPSG::6697",
  // "urn:ogc:def:crs,crs:EPSG::25833,crs:EPSG::5783", WKT, PROJJSON, PROJ string.
  static Result<Crs> parse(std::string_view definition);

  bool is_valid() const;
  const std::string& name() const;        // "JGD2011 + JGD2011 (vertical) height"
  const std::string& id() const;          // "EPSG:6697"; the name where it has no code
  const std::string& definition() const;  // what PROJ can parse again (WKT2)
  bool is_geographic() const;
  bool is_geocentric() const;
  // true where the CRS's own first axis points north (latitude or northing): GML data is in this order.
  bool north_first() const;
  VerticalKind vertical() const;
  std::string vertical_name() const;  // "JGD2011 (vertical) height"; "ellipsoidal height"; empty for 2D
  double linear_unit() const;         // m per unit of the horizontal axes (1 for degrees)
  double vertical_unit() const;       // m per unit of the vertical axis

 private:
  friend class Transformer;
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

// Geoid undulation N (m): ellipsoidal = orthometric + N. A grid file that PROJ reads (GeoTIFF, gtx, ...).
class Geoid {
 public:
  static Result<Geoid> open(const std::string& path);
  const std::string& path() const;
  std::string name() const;  // file name, for the screen
  // NaN outside the grid. [any]
  double undulation(double lon, double lat) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

enum class AxisOrder {
  authority,  // as the CRS defines its axes (GML, and what `cs2cs` takes)
  xy,         // longitude or easting first, whatever the CRS says (GDAL's traditional GIS order, GeoJSON)
};

// From a CRS to longitude, latitude (degrees, JGD2011 = WGS 84 within the accuracy asked), height kept in its own
// vertical datum (m): turning heights into another datum is HeightPolicy's job and never happens unseen.
// Not thread-safe: clone() one a thread.
class Transformer {
 public:
  static Result<Transformer> to_geographic(const Crs& from, AxisOrder order);
  static Result<Transformer> from_geographic(const Crs& to, AxisOrder order);
  Transformer(Transformer&&) noexcept;
  Transformer& operator=(Transformer&&) noexcept;
  ~Transformer();
  Transformer clone() const;
  // Fast path known: already longitude/latitude (only axes swapped), so no PROJ call is made for each point.
  bool is_identity() const;
  // PROJ knows no shift between the CRS's datum and WGS 84 and takes them as equal: positions may be off by hundreds of
  // metres, which whoever shows them should say.
  bool is_ballpark() const;
  // In place. Points that cannot be transformed (outside the CRS's domain, NaN, infinite) become NaN; returns how
  // many. For to_geographic: in x,y,z per `order`; out lon,lat,height. For from_geographic the other way round.
  std::size_t transform(std::span<GeoPoint> points) const;  // members lon,lat,height hold first, second, third axis

 private:
  struct Impl;
  explicit Transformer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// What a scene does with heights. Without a geoid every layer must have the scene's kind; mixing is refused.
struct HeightPolicy {
  VerticalKind scene = VerticalKind::unknown;  // unknown until the first layer with heights sets it
  std::optional<Geoid> geoid;

  // Metres to add to a height of kind `from` at a place to get the scene's datum: 0, +N or -N. NaN outside the geoid.
  double offset(VerticalKind from, double lon, double lat) const;
  // Fails with ErrorCode::mismatch when `from` cannot be brought into the scene's datum (names both and the remedy
  // `--geoid FILE`). `unknown` is accepted as the scene's own.
  Status accepts(VerticalKind from) const;
};

}  // namespace tenbo::geo
