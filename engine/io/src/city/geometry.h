#pragma once
// The geometry of one city object as its file has it: rings of points in file order, polygons made of rings, and
// references to polygons elsewhere.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crs_table.h"
#include "elements.h"
#include "notes.h"
#include "tenbo/geo/extent.h"
#include "tenbo/io/city_element.h"
#include "xml.h"

namespace tenbo::io::city {

struct Ring {
  std::uint32_t first = 0, count = 0;  // points; closing points are kept here
  std::string_view id;
  const char* at = nullptr;
  bool bad = false;  // a coordinate that is no number, or too few of them
};

struct Polygon {
  std::uint32_t first_ring = 0, ring_count = 0;  // the first ring is the outer one
  std::string_view id;
  const char* at = nullptr;
  std::int8_t lod = 1;
  std::uint16_t unit = 0;      // which part of the object it belongs to (Member::units)
  bool interior = false;       // of a room, not of the outside
  bool flip = false;           // OrientableSurface with orientation "-"
  bool solid = false;          // of a solid's shell
  std::int32_t implicit = -1;  // into Geometry::implicits: its points are relative
  std::uint32_t element = no_element;  // of the parser's list, of bridges and tunnels
};

struct Reference {
  std::string_view target;  // without '#'
  const char* at = nullptr;
  std::int8_t lod = 1;
  std::uint16_t unit = 0;
  bool interior = false, flip = false, solid = false;
  std::int32_t implicit = -1;
  std::uint32_t element = no_element;
};

// Everything below the geometry element that carries this gml:id.
struct GeometryId {
  std::string_view id;
  std::uint32_t polygon_begin, polygon_end, reference_begin, reference_end;
};

// ImplicitGeometry: a shape in metres of its own, placed at a point.
struct Implicit {
  std::array<double, 16> matrix{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};  // row by row
  geo::GeoPoint anchor;  // file's axis order
  const CrsEntry* crs = nullptr;
  bool has_anchor = false;
};

// Points from `first` on are in this CRS (null: none is known); `relative` ones are an implicit geometry's own.
struct CrsRun {
  std::uint32_t first;
  const CrsEntry* crs;
  std::int32_t implicit = -1;
};

struct Geometry {
  std::vector<geo::GeoPoint> points;  // lon, lat, height hold first, second, third axis until they are transformed
  std::vector<Ring> rings;
  std::vector<Polygon> polygons;
  std::vector<Reference> references;
  std::vector<GeometryId> ids;
  std::vector<Implicit> implicits;
  std::vector<CrsRun> runs;
  std::vector<Ring> loose;  // points and curves: nothing to draw, but part of the extent
  std::uint32_t lod_mask = 0;

  void clear();
};

// How the surroundings of a geometry element are set.
struct GeometryContext {
  const CrsEntry* crs = nullptr;
  int dimension = 0;  // 0: nobody said
  std::int8_t lod = 1;
  std::uint16_t unit = 0;
  bool interior = false;
  std::uint32_t element = no_element;
};

class GeometryParser {
 public:
  GeometryParser(ElementTable& elements, CrsTable& table, Notes& notes) : elements_(elements), table_(table), notes_(notes) {}
  // Call after `start` of a geometry element; returns after its end. false: the XML is broken.
  bool parse(XmlCursor& xml, const GeometryContext& context, Geometry& out);

 private:
  enum class Scope : std::uint8_t { polygon, ring, curve, orientable, solid, implicit, relative, identified, crs, hole };
  struct Open {
    Scope scope;
    std::size_t depth;
    std::uint32_t polygon_begin = 0, reference_begin = 0;
    std::string_view id;
    const CrsEntry* crs = nullptr;
    int dimension = 0;
    bool flag = false;
  };
  void start(XmlCursor& xml, Geometry& out);
  void close(const Open& scope, Geometry& out);
  void reference(const XmlTag& tag, std::string_view href, Geometry& out);
  void numbers(std::string_view text, Geometry& out);
  void matrix(std::string_view text, Geometry& out);
  void close_beyond(std::size_t depth, Geometry& out);
  void begin_points(Geometry& out);
  const CrsEntry* crs_of(std::string_view srs_name);

  ElementTable& elements_;
  CrsTable& table_;
  Notes& notes_;
  std::vector<Open> open_;
  GeometryContext context_;
  std::string last_srs_;
  const CrsEntry* last_crs_ = nullptr;
  bool in_polygon_ = false, in_ring_ = false, in_solid_ = false, flip_ = false;
  std::int32_t implicit_ = -1;
  bool relative_ = false;
  enum class Want : std::uint8_t { nothing, list, coordinates, matrix } want_ = Want::nothing;
  const char* want_at_ = nullptr;
};

}  // namespace tenbo::io::city
