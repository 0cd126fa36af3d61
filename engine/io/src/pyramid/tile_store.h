#pragma once
// Pictures of a square, cut in four from zoom to zoom: where their bytes come from. The square is that of Web Mercator, or
// 360 by 360 degrees below the north pole, of whose rows only the upper half are there. x counts from the west, y from the
// north. Thread-safe.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/extent.h"
#include "tenbo/geo/instant.h"
#include "tenbo/io/raster.h"

namespace tenbo::io::pyramid {

inline constexpr int deepest_zoom = 22;
inline constexpr double mercator_limit = 85.0511287798066;  // degrees: where the square ends
inline constexpr std::uint64_t largest_tile = 32 << 20;     // bytes

class TileStore {
 public:
  virtual ~TileStore() = default;
  virtual int min_zoom() const = 0;
  virtual int max_zoom() const = 0;
  virtual geo::Extent extent() const = 0;  // degrees
  virtual bool geographic() const { return false; }  // the square is of degrees
  virtual bool asks_are_cheap() const { return false; }  // whether a tile is there: no request goes over a network
  // The bytes of a picture; nothing where there is none. Errors where it cannot be told. [worker]
  virtual Result<std::optional<std::vector<std::byte>>> read(int z, std::uint32_t x, std::uint32_t y) const = 0;
  virtual Diagnostics notes() const = 0;  // as TileSource::notes
  virtual std::string label(int z, std::uint32_t x, std::uint32_t y) const = 0;
  // As Imagery::times, at_time and attribution.
  virtual const std::vector<geo::Instant>& times() const {
    static const std::vector<geo::Instant> none;
    return none;
  }
  virtual std::shared_ptr<const TileStore> at_time(std::size_t /*index*/) const { return nullptr; }
  virtual std::string attribution() const { return {}; }
};

// By a template of addresses, or of files: of these the zooms are those that lie there.
Result<std::shared_ptr<const TileStore>> open_template(const std::filesystem::path& path, const ImageryOptions& options);
// A file, or an address that is read in parts. Version 3 with pictures in it.
Result<std::shared_ptr<const TileStore>> open_pmtiles(const std::filesystem::path& path, const ImageryOptions& options);

// The address of a WMTS's capabilities, with &layer=, &style= and &tilematrixset= where there is a choice.
Result<std::shared_ptr<const TileStore>> open_wmts(const std::filesystem::path& path, const ImageryOptions& options);

// The address of a WMS's capabilities, with &layers=, &styles=, &format=, &crs= and &time= where there is a choice.
Result<std::shared_ptr<const TileStore>> open_wms(const std::filesystem::path& path, const ImageryOptions& options);

// The same of files alone; tiles of MBTiles, by a reader of ours: heights need their bytes as they are.
Result<std::shared_ptr<const TileStore>> open_folder(const std::filesystem::path& path);
Result<std::shared_ptr<const TileStore>> open_mbtiles(const std::filesystem::path& path);

bool is_mbtiles(const std::filesystem::path& path);
bool is_template(const std::filesystem::path& path);
bool is_wmts(const std::filesystem::path& path);
bool is_wms(const std::filesystem::path& path);
// By its name where it lies on the network, else by its first bytes.
bool is_pmtiles(const std::filesystem::path& path);

}  // namespace tenbo::io::pyramid
