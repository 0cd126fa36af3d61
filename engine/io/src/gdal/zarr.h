#pragma once
// Zarr stores (version 2 of the specification, and 3) in a folder, opened by GDAL's driver, which reads version 2.
#include <filesystem>
#include <memory>

#include "gdal/gdal_support.h"

namespace tenbo::io::gdal {

// `keep` lives as long as the dataset: of a store of version 3 it is a folder in the system's one for temporary files that says the
// same in version 2, and links to the chunks as they are. What has no counterpart there (shards, checksums, transposed chunks) is refused by
// name, and so are chunks of more than 1 GiB.
Result<DatasetPtr> open_zarr(const std::filesystem::path& path, std::shared_ptr<const void>& keep);

}  // namespace tenbo::io::gdal
