#pragma once
// IFC 2x3 to 4.3 in, through npm's web-ifc in a process of its own (Node.js): a crash or hang of the reader costs the file.
// Both are optional for the user; where one is missing, the error says which and the command that installs it.
#include <filesystem>
#include <optional>

#include "tenbo/base/jobs.h"
#include "tenbo/io/city.h"

namespace tenbo::io {

// By its first bytes ("ISO-10303-21"), or the name .ifc where it cannot be read.
bool is_ifc_file(const std::filesystem::path& path);

struct IfcOptions {
  geo::HeightPolicy heights;
  bool meshes = true;                        // false: features and counts alone
  std::optional<geo::GeoPoint> position;     // where the model's origin stands, whatever the file says, with
  double heading = 0;                        // degrees clockwise from north
  double scale = 1;
  double tile_size = 500;                    // m, edge of a spatial tile
  int time_limit_seconds = 300;
  std::filesystem::path node;                // empty: as PATH has it
  std::filesystem::path packages;            // a folder with node_modules/web-ifc; empty: $TENBO_IFC, then ifc and ../ifc beside the executable
  std::filesystem::path worker;              // read_ifc.mjs; empty: ifc_worker/read_ifc.mjs beside the executable
};

// One feature for each IfcProduct, openings aside: its id is the GlobalId, its type the class ("IfcBeam"). Attributes: Name,
// LongName, Description, ObjectType, Tag, PredefinedType, Type (the name of its type object), Material, "in" (what it is part
// of, the project aside: "Site / Bridge / Deck"), its properties and quantities as "Pset_BridgeCommon.X" (the element's own
// before its type's), with NAME_uom where the file gives a unit. A whole has the extent of its parts.
//
// Place on Earth: IfcMapConversion with the EPSG name of IfcProjectedCRS (in IFC2X3 the property sets ePset_MapConversion and
// ePset_ProjectedCRS); else latitude, longitude and elevation of IfcSite, turned by the context's true north; else none, and
// the model stands at `position`. What is not drawn is named in the diagnostics, by class and with counts. [worker]
Result<CityModel> read_ifc(const std::filesystem::path& path, const IfcOptions& options, CancelToken cancel = {});

}  // namespace tenbo::io
