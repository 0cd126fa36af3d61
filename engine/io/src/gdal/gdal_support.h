#pragma once
// GDAL, tamed: set up once, its messages caught per call, its drivers an explicit list of those that read local files.
#include <gdal_priv.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gdal/names.h"
#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/crs.h"

namespace tenbo::io::gdal {

// Registers the drivers and closes the ways to the network. Any thread, as often as one likes.
void set_up();

// While it lives, GDAL's messages of this thread come here and nowhere else.
class Messages {
 public:
  Messages();
  ~Messages();
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;
  bool any() const { return !texts_.empty(); }
  bool any_error() const { return error_; }
  std::string last() const { return texts_.empty() ? std::string() : texts_.back(); }
  std::string first_error() const { return first_error_; }
  // GDAL's complaints become warnings about `file`.
  void report(Diagnostics& to, const std::filesystem::path& file);
  // A copy, to be handed to another thread, and what was heard on another.
  struct Heard {
    std::vector<std::string> texts;
    bool error = false;
    std::string first_error;
  };
  Heard heard() const { return {texts_, error_, first_error_}; }
  void add(const Heard& other);
  void clear() { texts_.clear(); error_ = false; first_error_.clear(); }

 private:
  static void CPL_STDCALL handle(CPLErr level, CPLErrorNum number, const char* text);
  std::vector<std::string> texts_;  // each once, at most 50
  bool error_ = false;
  std::string first_error_;
};

struct CloseDataset {
  void operator()(GDALDataset* d) const { GDALClose(GDALDataset::ToHandle(d)); }
};
using DatasetPtr = std::unique_ptr<GDALDataset, CloseDataset>;

// Opens a local file with the raster (or vector) drivers of the list; the header is checked to be plausible for the
// file's size before anything is read. `name` may be a subdataset or /vsizip name; `path` stands in messages.
Result<DatasetPtr> open_raster(const std::filesystem::path& path, const std::string& name = {});
Result<DatasetPtr> open_vector(const std::filesystem::path& path, const std::vector<std::string>& open_options = {},
                               const std::string& name = {});
Result<DatasetPtr> open_multidim(const std::filesystem::path& path);
// Of the store `folder`; `path` stands in messages. See zarr.h.
Result<DatasetPtr> open_zarr_v2(const std::filesystem::path& path, const std::filesystem::path& folder);

// Refuses what no honest file has: no pixels, absurd sizes or blocks, far more pixels than the file can hold.
Status check_raster(GDALDataset& dataset, const std::filesystem::path& path);

// The CRS as PROJ takes it; not valid where there is none. `authority_order` tells how coordinates of vector data come.
Result<geo::Crs> crs_of(const OGRSpatialReference* srs);
bool data_in_authority_order(const OGRSpatialReference& srs);

// Metadata item or "".
std::string metadata(const GDALMajorObject& object, const char* key, const char* domain = "");

// error_of, with GDAL's own words at the end.
Error gdal_error(const Messages& messages, ErrorCode code, std::string message, const std::filesystem::path& file,
                 std::string place = {}, std::string remedy = {});

}  // namespace tenbo::io::gdal
