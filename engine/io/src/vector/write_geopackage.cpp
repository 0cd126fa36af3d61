// Of the module that holds GDAL (gdal/module.h).
#include <ogrsf_frmts.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "gdal/gdal_support.h"
#include "gdal/module.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::io {
namespace {

namespace fs = std::filesystem;

struct Column {
  std::string name;
  OGRFieldType type = OFTString;
  bool boolean = false;
};

// GeoPackage has its own words for these, and SQLite knows no case.
std::string free_name(const std::string& wanted, std::vector<Column>& columns) {
  const auto taken = [&](const std::string& name) {
    const std::string lower = lower_case(name);
    return lower == "fid" || lower == "geom" || std::any_of(columns.begin(), columns.end(), [&](const Column& c) { return lower_case(c.name) == lower; });
  };
  std::string name = wanted.empty() ? "column" : wanted;
  for (int n = 2; taken(name); ++n) name = wanted + "_" + std::to_string(n);
  return name;
}

// The columns, and where each attribute goes.
std::vector<Column> columns_of(const geo::FeatureTable& table, std::map<std::string, int, std::less<>>& place) {
  std::map<std::string, std::size_t, std::less<>> kinds;  // bit by AttributeValue::index()
  for (std::uint32_t f = 0; f < table.size(); ++f)
    for (const auto& [name, value] : table.attributes(f)) {
      const auto it = kinds.find(name);
      if (it == kinds.end()) kinds.emplace(name, std::size_t{1} << value.index());
      else it->second |= std::size_t{1} << value.index();
    }
  std::vector<Column> out{{"id", OFTString, false}};
  for (const auto& [name, bits] : kinds) {
    Column c;
    if (bits == 1u << 2) c.type = OFTInteger64;
    else if (bits == 1u << 3 || bits == (1u << 2 | 1u << 3)) c.type = OFTReal;
    else if (bits == 1u << 4) c.type = OFTInteger, c.boolean = true;
    c.name = free_name(name, out);
    place.emplace(name, static_cast<int>(out.size()));
    out.push_back(std::move(c));
  }
  return out;
}

void put(OGRFeature& feature, int column, const Column& c, const geo::AttributeValue& value) {
  if (c.type == OFTInteger64) feature.SetField(column, static_cast<GIntBig>(std::get<std::int64_t>(value)));
  else if (c.type == OFTInteger) feature.SetField(column, std::get<bool>(value) ? 1 : 0);
  else if (c.type == OFTReal) feature.SetField(column, geo::to_number(value).value_or(0));
  else feature.SetField(column, geo::to_text(value).c_str());
}

// The geometry of one feature: its parts of one kind; of several kinds a collection.
class Shapes {
 public:
  Shapes(const VectorData& data) : data_(data) {}
  void add(const ShapePart& part) {
    if (part.kind == ShapeKind::point) {
      for (std::uint32_t i = 0; i < part.count; ++i) {
        const auto& p = data_.points[part.first + i];
        auto* point = data_.has_z ? new OGRPoint(p.lon, p.lat, p.height) : new OGRPoint(p.lon, p.lat);
        points_.addGeometryDirectly(point);
      }
    } else if (part.kind == ShapeKind::line) {
      auto* line = new OGRLineString();
      fill(*line, part);
      lines_.addGeometryDirectly(line);
    } else {
      auto* ring = new OGRLinearRing();
      fill(*ring, part);
      ring->closeRings();
      if (!part.hole || polygons_.IsEmpty()) polygons_.addGeometryDirectly(new OGRPolygon());
      static_cast<OGRPolygon*>(polygons_.getGeometryRef(polygons_.getNumGeometries() - 1))->addRingDirectly(ring);
    }
  }
  OGRGeometryUniquePtr take() {
    std::vector<OGRGeometryCollection*> kinds;
    for (OGRGeometryCollection* c : {static_cast<OGRGeometryCollection*>(&points_), static_cast<OGRGeometryCollection*>(&lines_), static_cast<OGRGeometryCollection*>(&polygons_)})
      if (c->getNumGeometries() > 0) kinds.push_back(c);
    if (kinds.empty()) return nullptr;
    if (kinds.size() == 1) return OGRGeometryUniquePtr(kinds[0]->getNumGeometries() == 1 ? kinds[0]->getGeometryRef(0)->clone() : kinds[0]->clone());
    auto all = std::make_unique<OGRGeometryCollection>();
    for (auto* c : kinds) all->addGeometry(c);
    return OGRGeometryUniquePtr(all.release());
  }

 private:
  void fill(OGRLineString& line, const ShapePart& part) const {
    for (std::uint32_t i = 0; i < part.count; ++i) {
      const auto& p = data_.points[part.first + i];
      if (data_.has_z) line.addPoint(p.lon, p.lat, p.height);
      else line.addPoint(p.lon, p.lat);
    }
  }
  const VectorData& data_;
  OGRMultiPoint points_;
  OGRMultiLineString lines_;
  OGRMultiPolygon polygons_;
};

bool write_features(OGRLayer& layer, const VectorData& data, const std::vector<Column>& columns, const std::map<std::string, int, std::less<>>& place) {
  std::vector<std::vector<const ShapePart*>> parts(data.features.size());
  for (const auto& p : data.parts)
    if (p.feature < parts.size()) parts[p.feature].push_back(&p);
  for (std::uint32_t f = 0; f < data.features.size(); ++f) {
    const OGRFeatureUniquePtr feature(OGRFeature::CreateFeature(layer.GetLayerDefn()));
    feature->SetField(0, std::string(data.features.id(f)).c_str());
    for (const auto& [name, value] : data.features.attributes(f)) {
      const int column = place.find(name)->second;
      if (value.index() != 0 && !feature->IsFieldSet(column)) put(*feature, column, columns[static_cast<std::size_t>(column)], value);  // the first of a name
    }
    Shapes shapes(data);
    for (const auto* p : parts[f]) shapes.add(*p);
    if (auto geometry = shapes.take()) feature->SetGeometryDirectly(geometry.release());
    if (layer.CreateFeature(feature.get()) != OGRERR_NONE) return false;
  }
  return true;
}

}  // namespace

Status gdal::write_geopackage(const fs::path& path, const std::string& name, const VectorData& data) {
  gdal::set_up();
  gdal::Messages messages;
  fs::path whole = path, part = path;
  part += ".part.gpkg";
  std::error_code ec;
  fs::remove(part, ec);
  const auto fail = [&] {
    std::error_code ignored;
    fs::remove(part, ignored);
    return gdal::gdal_error(messages, ErrorCode::io, "cannot write", path, {}, "is the folder there, may it be written, is the disk full?");
  };
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GPKG");
  gdal::DatasetPtr dataset(driver ? driver->Create(part.c_str(), 0, 0, 0, GDT_Unknown, nullptr) : nullptr);
  if (!dataset) return fail();
  OGRSpatialReference srs;
  srs.importFromEPSG(4326);
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  OGRLayer* layer = dataset->CreateLayer(name.c_str(), &srs, wkbUnknown, nullptr);
  if (!layer) return fail();
  std::map<std::string, int, std::less<>> place;
  const auto columns = columns_of(data.features, place);
  for (const auto& c : columns) {
    OGRFieldDefn field(c.name.c_str(), c.type);
    if (c.boolean) field.SetSubType(OFSTBoolean);
    if (layer->CreateField(&field) != OGRERR_NONE) return fail();
  }
  bool written = dataset->StartTransaction() == OGRERR_NONE;
  written = written && write_features(*layer, data, columns, place);
  written = written && dataset->CommitTransaction() == OGRERR_NONE;
  dataset.reset();
  if (!written || messages.any_error()) return fail();
  fs::rename(part, whole, ec);
  if (ec) return fail();
  return {};
}

}  // namespace tenbo::io
