#pragma once
// What the specifications say of extensions that change no picture: a tileset that breaks their rules is refused, with the
// place. All throw json::Bad.
#include <cstddef>
#include <string>

#include "json/node.h"
#include "tenbo/io/tiles.h"

namespace tenbo::io::tiles {

// NGA_gpm: how exactly the positions are known. `root_contents`: of the root tile.
void check_gpm(const json::Node& gpm, std::size_t root_contents);

// MAXAR_grid (of old VRICON_grid): the grid that the tiles were cut by. The grid's type, for its tiles.
std::string check_grid(const json::Node& grid);
void check_grid_tile(const json::Node& tile, const std::string& grid_type);

// VRICON_class: numbers for what geometries and textures are.
void check_class(const json::Node& classes);

// MAXAR_extent: polygons in a GeoJSON file beside the tileset `name`, inside of the root's volume.
void check_extent(const json::Node& extent, const TileSource& source, const std::string& name, const TileVolume& root);

// MAXAR_content_geojson: a schema of the features' properties, in a file that a metadata entity's extension names.
void check_geojson_schema(const json::Node& entity, const TileSource& source, const std::string& name);

}  // namespace tenbo::io::tiles
