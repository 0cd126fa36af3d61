#include "raster/netcdf_file.h"

#include <algorithm>
#include <limits>

#include "tenbo/base/text.h"

namespace tenbo::io::netcdf {

std::string text_attribute(const GDALIHasAttribute& of, const char* name) {
  const auto a = of.GetAttribute(name);
  if (!a || a->GetDataType().GetClass() != GEDTC_STRING) return {};
  const char* s = a->ReadAsString();
  return s ? to_valid_utf8(s) : std::string();
}
std::optional<double> number_attribute(const GDALIHasAttribute& of, const char* name, std::size_t index) {
  const auto a = of.GetAttribute(name);
  if (!a || a->GetDataType().GetClass() != GEDTC_NUMERIC) return std::nullopt;
  const auto all = a->ReadAsDoubleArray();
  if (index >= all.size()) return std::nullopt;
  return all[index];
}

bool any_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* w) { return word == w; });
}

namespace {

// As wide as HDF5's own memory: the process.
class OpenFiles {
 public:
  void add(const std::shared_ptr<File>& file) {
    const std::lock_guard lock(mutex_);
    std::erase_if(files_, [](const auto& f) { return f.expired(); });
    files_.push_back(file);
  }
  void close_rewritten(const FileStamp& now) {
    const std::lock_guard lock(mutex_);
    for (const auto& known : files_)
      if (const auto file = known.lock(); file && file->stamp.inode == now.inode && !(file->stamp == now)) file->close();
  }

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<File>> files_;
};
OpenFiles& open_files() {
  static OpenFiles all;
  return all;
}

}  // namespace

void close_rewritten(const FileStamp& now) { open_files().close_rewritten(now); }
void remember_open(const std::shared_ptr<File>& file) { open_files().add(file); }

void collect(const std::shared_ptr<GDALGroup>& group, int depth, std::vector<Array>& out) {
  if (!group || depth > 4) return;
  // Scalars too: a grid mapping, a single valid time and the reference time usually are.
  const char* const everything[] = {"SHOW_ZERO_DIM=YES", nullptr};
  for (const auto& name : group->GetMDArrayNames(everything)) {
    if (out.size() >= 5000) return;
    if (auto a = group->OpenMDArray(name)) out.push_back(std::move(a));
  }
  for (const auto& name : group->GetGroupNames()) collect(group->OpenGroup(name), depth + 1, out);
}

std::optional<std::vector<double>> read_doubles(const GDALMDArray& a, std::size_t most) {
  if (a.GetTotalElementsCount() > most || a.GetTotalElementsCount() == 0) return std::nullopt;
  std::vector<GUInt64> start(a.GetDimensionCount(), 0);
  std::vector<std::size_t> count;
  for (const auto& d : a.GetDimensions()) count.push_back(static_cast<std::size_t>(d->GetSize()));
  std::vector<double> values(static_cast<std::size_t>(a.GetTotalElementsCount()));
  if (!a.Read(start.data(), count.data(), nullptr, nullptr, GDALExtendedDataType::Create(GDT_Float64), values.data())) return std::nullopt;
  bool has_offset = false, has_scale = false;
  const double offset = a.GetOffset(&has_offset), scale = a.GetScale(&has_scale);
  bool has_nodata = false;
  const double nodata = a.GetNoDataValueAsDouble(&has_nodata);
  for (double& v : values) {
    if (has_nodata && v == nodata) v = std::numeric_limits<double>::quiet_NaN();
    v = v * (has_scale ? scale : 1) + (has_offset ? offset : 0);
  }
  return values;
}

}  // namespace tenbo::io::netcdf
