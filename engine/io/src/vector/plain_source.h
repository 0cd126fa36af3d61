#pragma once
// Which layers are read without GDAL's features: it opens the file and says what is in it, and we read what it holds.
#include <ogrsf_frmts.h>

#include <filesystem>
#include <memory>

#include "vector/plain_feature.h"

namespace tenbo::io {

// Of the features that GDAL would give, in its order and with its numbers; null where it has to give them itself. While a source
// lives, nobody else reads the layer.
std::unique_ptr<PlainSource> plain_source(GDALDataset& dataset, OGRLayer& layer, const std::filesystem::path& path);

}  // namespace tenbo::io
