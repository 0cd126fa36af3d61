#include <string_view>

#include "vector/flatgeobuf.h"
#include "vector/geopackage.h"
#include "vector/plain_ahead.h"
#include "vector/plain_source.h"

namespace tenbo::io {
namespace {

std::optional<geopackage::ColumnType> type_of(const OGRFieldDefn& field) {
  using enum geopackage::ColumnType;
  switch (field.GetType()) {
    case OFTInteger: return field.GetSubType() == OFSTBoolean ? boolean : integer32;
    case OFTInteger64: return integer64;
    case OFTReal: return real;
    case OFTString: return text;
    case OFTDate: return date;
    default: return std::nullopt;
  }
}

std::unique_ptr<PlainSource> of_geopackage(OGRLayer& layer, const std::filesystem::path& path) {
  geopackage::Layer out{layer.GetName(), layer.GetFIDColumn(), layer.GetGeometryColumn(), {}};
  const OGRFeatureDefn& defn = *layer.GetLayerDefn();
  for (int i = 0; i < defn.GetFieldCount(); ++i) {
    const OGRFieldDefn& field = *defn.GetFieldDefn(i);
    const auto type = type_of(field);
    if (!type) return nullptr;
    out.columns.push_back({field.GetNameRef(), *type, field.GetWidth()});
  }
  auto rows = geopackage::open(path, std::move(out));
  if (!rows) return nullptr;
  return std::make_unique<PlainAhead>(std::move(rows));  // SQLite has work enough for a thread
}

}  // namespace

std::unique_ptr<PlainSource> plain_source(GDALDataset& dataset, OGRLayer& layer, const std::filesystem::path& path) {
  const std::string_view driver = dataset.GetDriver()->GetDescription();
  std::error_code ec;
  if (!std::filesystem::is_regular_file(path, ec)) return nullptr;
  if (driver == "GPKG") return of_geopackage(layer, path);
  const GIntBig features = layer.GetFeatureCount(FALSE);
  if (driver != "FlatGeobuf" || features <= 0) return nullptr;
  return flatgeobuf::open(path, static_cast<std::size_t>(layer.GetLayerDefn()->GetFieldCount()), static_cast<std::uint64_t>(features));
}

}  // namespace tenbo::io
