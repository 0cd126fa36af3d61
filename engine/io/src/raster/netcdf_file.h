#pragma once
// A NetCDF file through GDAL's multidimensional interface: its arrays by name, their attributes and numbers.
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gdal/gdal_support.h"
#include "tenbo/base/file.h"

namespace tenbo::io::netcdf {

using Array = std::shared_ptr<GDALMDArray>;

// An attribute's text or number; empty where it is missing or of another kind.
std::string text_attribute(const GDALIHasAttribute& of, const char* name);
std::optional<double> number_attribute(const GDALIHasAttribute& of, const char* name, std::size_t index = 0);

// Whether `word` is one of them.
bool any_of(const std::string& word, std::initializer_list<const char*> words);

// Which dimension of a variable is what, and the arrays that give its coordinates.
struct Layout {
  int x = -1, y = -1, t = -1;
  int member = -1, issue = -1;  // an ensemble's, and the forecast_reference_time's
  Array xs, ys, ts;
  Array members, issues;        // their coordinates, where there are some
  bool lead = false;            // ts counts from the issue (forecast_period)
};

// The file, open, with its arrays by name. HDF5 and NetCDF are not thread-safe: workers take turns. It stays open, so that
// a file renamed over still gives the steps it had.
struct File {
  std::mutex mutex;
  FileStamp stamp;  // when it was opened
  std::shared_ptr<const void> keep;  // what the dataset reads from; goes last
  gdal::DatasetPtr dataset;
  std::shared_ptr<GDALGroup> root;
  std::vector<Array> arrays;
  Array variable;   // the field's
  Layout layout;
  Array find(const std::string& name) const {
    for (const auto& a : arrays)
      if (a->GetName() == name || a->GetFullName() == name || a->GetFullName() == "/" + name) return a;
    return nullptr;
  }
  void close() {
    const std::lock_guard lock(mutex);
    variable.reset();
    layout = {};
    arrays.clear();
    root.reset();
    dataset.reset();
    keep.reset();
  }
};

// The root group's arrays and those of the groups in it, scalars too.
void collect(const std::shared_ptr<GDALGroup>& group, int depth, std::vector<Array>& out);

// All of an array, unpacked, NaN where it has no value; nullopt where it has none or more than `most`, or cannot be read.
std::optional<std::vector<double>> read_doubles(const GDALMDArray& a, std::size_t most);

// Closes what the file at this place was before it was rewritten, and remembers this one. HDF5 takes a file that is open
// already, by its inode, for what it knows of it: the newer content would be read by the older one's directory.
void close_rewritten(const FileStamp& now);
void remember_open(const std::shared_ptr<File>& file);

}  // namespace tenbo::io::netcdf
