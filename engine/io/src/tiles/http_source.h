#pragma once
// Tilesets over HTTP.
#include <memory>
#include <string>
#include <string_view>

#include "tenbo/io/tiles.h"

namespace tenbo::io::tiles {

// `entry`: as open_tile_source. Nothing is asked of the network yet.
Result<std::shared_ptr<const TileSource>> open_http_source(std::string_view address, std::string& entry,
                                                           const RemoteOptions& options);

}  // namespace tenbo::io::tiles
