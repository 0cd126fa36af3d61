#pragma once
// What the objects of a city model cover of the ground, as polygons: water bodies of PLATEAU's fld, tnm, htd, ifld, zones of its lsld and urf.
#include <filesystem>

#include "tenbo/io/city.h"
#include "tenbo/io/vector.h"

namespace tenbo::io {

// One feature an object, with the attributes that read_city gives it. A surface of many triangles becomes its outline: edges that two
// triangles share are gone, corners within 5 mm of each other are one, corners on a straight edge are left out. Longitude, latitude in
// degrees; heights are dropped (a level of water is an elevation, which says nothing of its depth). Walls cover nothing. An object without
// a surface has no parts. `options.meshes` is taken as set. [worker]
Result<VectorData> read_city_areas(const std::filesystem::path& path, CityOptions options, JobSystem& jobs, Progress& progress, CancelToken cancel);

// The same of a model that was read.
VectorData city_areas(CityModel&& city);

}  // namespace tenbo::io
