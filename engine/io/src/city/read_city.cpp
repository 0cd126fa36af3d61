#include "tenbo/io/city.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <span>

#include "city_file.h"
#include "deferred.h"
#include "merge.h"
#include "tenbo/base/file.h"

namespace tenbo::io {

const char* to_string(CityTheme theme) {
  switch (theme) {
    case CityTheme::building: return "building";
    case CityTheme::bridge: return "bridge";
    case CityTheme::road: return "road";
    case CityTheme::vegetation: return "vegetation";
    case CityTheme::furniture: return "furniture";
    case CityTheme::relief: return "relief";
    case CityTheme::water: return "water";
    case CityTheme::other: break;
  }
  return "other";
}

namespace {
using namespace city;
namespace fs = std::filesystem;

// The data set's folder: the one that holds udx/ where there is one.
fs::path package_root(const fs::path& file) {
  std::error_code error;
  const auto absolute = fs::absolute(file, error);
  if (error) return file.parent_path();
  int up = 0;
  for (auto p = absolute.parent_path(); p.has_relative_path() && up < 8; p = p.parent_path(), ++up)
    if (p.filename() == "udx") return p.parent_path();
  return absolute.parent_path();
}

// Files read side by side (see CutSizes::whole).
constexpr std::uint64_t most_at_once = std::uint64_t{64} << 20;  // bytes, but for a single larger file

class CityReader {
 public:
  CityReader(const CityOptions& options, const CutSizes& cut, JobSystem& jobs, Progress& progress, CancelToken cancel, const fs::path& root)
      : jobs_(jobs), progress_(progress), cancel_(std::move(cancel)), set_(options, cut, root), merger_(set_.grid) {}

  // One status a file, in their order.
  std::vector<Status> read(std::span<const fs::path> paths);
  Status read(Text text, const std::string& name, const fs::path& dir);
  CityModel finish(std::string name);

 private:
  // A file that was opened, or why it could not be; null where it could not even be read.
  struct Opened { std::unique_ptr<CityFile> file; Status status; };
  void parse(std::span<const Opened> files);
  Status add(Opened& opened);
  void add_crs(const CityFile& file);
  std::uint32_t keep_elements(std::vector<CityElement>&& elements, std::uint32_t first_feature);

  JobSystem& jobs_;
  Progress& progress_;
  CancelToken cancel_;
  FileMemory memory_{most_at_once};
  DataSet set_;
  BatchMerger merger_;
  CityModel model_;
  std::uint32_t lod_mask_ = 0;
};

std::vector<Status> CityReader::read(std::span<const fs::path> paths) {
  std::vector<Opened> files(paths.size());
  jobs_.parallel_for(paths.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && !cancel_.cancelled(); ++i) {
      auto bytes = LargeFile::open(paths[i], text_padding, &memory_);
      if (!bytes) {
        files[i].status = bytes.error();
        continue;
      }
      Text text(std::move(*bytes));
      if (text.view().size() < set_.cut.whole) files[i].status = text.keep_all(jobs_);
      if (!files[i].status) continue;
      files[i].file = std::make_unique<CityFile>(set_, paths[i].string(), paths[i].parent_path());
      files[i].status = files[i].file->open(std::move(text), jobs_);
    }
  });
  parse(files);
  std::vector<Status> out;
  for (Opened& opened : files) {
    out.push_back(add(opened));
    opened.file.reset();
  }
  merger_.flush(jobs_);
  return out;
}

Status CityReader::read(Text text, const std::string& name, const fs::path& dir) {
  Opened opened{std::make_unique<CityFile>(set_, name, dir), {}};
  opened.status = opened.file->open(std::move(text), jobs_);
  parse({&opened, 1});
  auto status = add(opened);
  merger_.flush(jobs_);
  return status;
}

// The parts of all files, each worker taking the next as it becomes free.
void CityReader::parse(std::span<const Opened> files) {
  struct Part { CityFile* file; std::size_t part; };
  std::vector<Part> parts;
  for (const Opened& opened : files)
    if (opened.file && opened.status)
      for (std::size_t part = 0; part < opened.file->parts(); ++part) parts.push_back({opened.file.get(), part});
  std::atomic<std::size_t> next{0};
  jobs_.parallel_for(std::min<std::size_t>(jobs_.threads(), parts.size()), 1, [&](std::size_t, std::size_t) {
    std::optional<MemberParser> parser;
    TextWindow window;
    const CityFile* of = nullptr;
    for (std::size_t i = next++; i < parts.size(); i = next++) {
      const auto [file, part] = parts[i];
      if (file != of) parser.emplace(file->context());
      of = file;
      file->parse(part, *parser, window, cancel_);
      progress_.done.fetch_add(file->part_size(part), std::memory_order_relaxed);
    }
  });
}

// A parsed file into the model.
Status CityReader::add(Opened& opened) {
  if (!opened.file) return cancel_.cancelled() ? Status(Error{ErrorCode::cancelled, "reading was cancelled", "", "", ""}) : opened.status;
  CityFile& file = *opened.file;
  model_.bytes += file.size();
  model_.diagnostics.merge(std::move(file.opened));
  if (!opened.status) return opened.status;
  if (auto status = file.settle(jobs_, cancel_); !status) return status;
  if (cancel_.cancelled()) return file.error(ErrorCode::cancelled, "reading was cancelled");

  const std::uint32_t before = model_.features.size();
  std::vector<LateObject> late;
  std::unordered_set<std::string_view> wanted;
  std::vector<const CrsEntry*> failed;
  bool no_crs = false;
  geo::Extent extent;
  for (std::size_t part = 0; part < file.parts(); ++part) {
    Harvest& harvest = file.harvest(part);
    const std::uint32_t first = model_.features.append(std::move(harvest.features));
    merger_.add(std::move(harvest.parts), first, keep_elements(std::move(harvest.elements), first));
    model_.triangles += harvest.triangles;
    extent.add(harvest.extent);
    lod_mask_ |= harvest.lod_mask;
    file.tell(std::move(harvest.notes));
    for (const Deferred& d : harvest.deferred) late.push_back({d.at, first + d.feature, {}});
    wanted.insert(harvest.wanted.begin(), harvest.wanted.end());
    no_crs = no_crs || harvest.met_no_crs;
    for (const CrsEntry* entry : harvest.failed_crs)
      if (std::find(failed.begin(), failed.end(), entry) == failed.end()) failed.push_back(entry);
  }
  if (!late.empty())
    if (auto status = file.make_whole(jobs_); !status) return status;
  for (Harvest& harvest : read_deferred(file.context(), late, std::move(wanted), jobs_, cancel_)) {
    model_.triangles += harvest.triangles;
    file.tell(std::move(harvest.notes));
    merger_.add(std::move(harvest.parts), 0, keep_elements(std::move(harvest.elements), 0));
  }
  for (const LateObject& object : late) {
    if (object.extent.empty()) continue;
    model_.features.set_extent(object.feature, object.extent);
    extent.add(object.extent);
  }
  model_.extent.add(extent);
  file.check_place(extent);

  add_crs(file);
  const std::uint32_t count = model_.features.size() - before;
  if (no_crs)
    file.notes.fail(nullptr, "no coordinate reference system is named (srsName): its " + std::to_string(count) + " objects are counted but cannot be placed",
                    "give the gml:Envelope a srsName, for example srsName=\"EPSG:6697\"");
  for (const CrsEntry* entry : failed)
    file.notes.fail(nullptr, "coordinates in \"" + entry->srs_name.substr(0, 200) + "\" cannot be placed: " + entry->error->message,
                    entry->error->remedy.empty() ? "name a coordinate reference system that PROJ knows" : entry->error->remedy, entry->error->code);
  file.report(model_.diagnostics, count);
  return {};
}

// Returns what their numbers count from.
std::uint32_t CityReader::keep_elements(std::vector<CityElement>&& elements, std::uint32_t first_feature) {
  const auto first = static_cast<std::uint32_t>(model_.elements.size());
  for (CityElement& e : elements) {
    e.whole += first_feature;
    if (e.parent != no_element) e.parent += first;
    model_.elements.push_back(std::move(e));
  }
  return first;
}

void CityReader::add_crs(const CityFile& file) {
  const CrsEntry* entry = file.context().crs;
  if (entry == nullptr || entry->error) return;
  if (!model_.crs.is_valid()) {
    model_.crs = entry->crs;
    model_.vertical = entry->vertical;
  } else if (model_.crs.id() != entry->crs.id()) {
    model_.diagnostics.warn(file.error(ErrorCode::mismatch, "is in " + entry->crs.id() + ", other files of this folder in " + model_.crs.id()));
  }
}

CityModel CityReader::finish(std::string name) {
  model_.name = std::move(name);
  for (int lod = 0; lod <= 4; ++lod)
    if (lod_mask_ >> lod & 1) model_.lods.push_back(lod);
  model_.batches = merger_.take();
  // textures in the order of their first use
  std::map<std::int32_t, std::int32_t> indices;
  for (MeshBatch& batch : model_.batches) {
    if (batch.texture < 0) continue;
    const auto [at, added] = indices.try_emplace(batch.texture, static_cast<std::int32_t>(model_.textures.size()));
    if (added) model_.textures.push_back({set_.textures[batch.texture].path, set_.textures[batch.texture].repeat});
    batch.texture = at->second;
  }
  for (const auto* item : set_.textures.missing())
    model_.diagnostics.warn({ErrorCode::not_found, "picture \"" + item->uri + "\" is not used (" + item->missing + "); its surfaces keep their colour",
                             item->dir, "", "put the picture where the file refers to it"});
  set_.code_lists.report(model_.diagnostics);
  return std::move(model_);
}

// The files of a file or folder, and the folder that code lists and pictures must not lie outside of.
struct Input {
  std::vector<fs::path> files;
  fs::path root;
};

Result<Input> list_files(const fs::path& path) {
  std::error_code ec;
  if (!fs::is_directory(path, ec)) return Input{{path}, package_root(path)};
  Input input{{}, path};
  const fs::path udx = path / "udx";
  fs::recursive_directory_iterator it(fs::is_directory(udx, ec) ? udx : path, fs::directory_options::skip_permission_denied, ec), end;
  for (; !ec && it != end; it.increment(ec)) {
    std::string extension = it->path().extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    std::error_code ignored;
    if ((extension == ".gml" || extension == ".citygml") && it->is_regular_file(ignored)) input.files.push_back(it->path());
  }
  std::sort(input.files.begin(), input.files.end());
  if (input.files.empty())
    return Error{ErrorCode::not_found, "holds no .gml file", path.string(), "", "expected CityGML files, or a PLATEAU package with udx/"};
  // a folder inside a package still finds the package's code lists
  if (const fs::path package = package_root(input.files.front()); fs::is_directory(package / "udx", ec)) input.root = package;
  return input;
}

}  // namespace

Result<CityModel> read_city(const fs::path& path, const CityOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  return read_city_cut(path, options, {}, jobs, progress, std::move(cancel));
}

Result<CityModel> city::read_city_cut(const fs::path& path, const CityOptions& options, const CutSizes& cut, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  const auto input = list_files(path);
  if (!input) return input.error();
  const std::span<const fs::path> files(input->files);
  std::vector<std::uint64_t> sizes;
  std::uint64_t total = 0;
  for (const auto& f : files) total += sizes.emplace_back(file_stamp(f).size);
  progress.total = total;

  CityReader reader(options, cut, jobs, progress, cancel, options.root.empty() ? input->root : options.root);
  std::vector<Error> errors;
  for (std::size_t first = 0; first < files.size();) {
    std::uint64_t together = sizes[first];
    std::size_t last = first + 1;
    while (last < files.size() && together + sizes[last] <= most_at_once) together += sizes[last++];
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "reading was cancelled", path.string(), "", ""};
    const auto statuses = reader.read(files.subspan(first, last - first));
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      if (statuses[i]) continue;
      if (statuses[i].error().code == ErrorCode::cancelled) return statuses[i].error();
      errors.push_back(statuses[i].error());
      if (errors.back().file.empty()) errors.back().file = files[first + i].string();
    }
    first = last;
  }
  if (errors.size() == files.size()) return errors.front();
  fs::path shown = path;
  if (!shown.has_filename()) shown = shown.parent_path();
  CityModel model = reader.finish(shown.filename().string());
  for (auto& e : errors) model.diagnostics.fail(std::move(e));
  if (model.features.size() == 0 && !model.diagnostics.errors.empty()) return model.diagnostics.errors.front();
  progress.done = total;
  return model;
}

Result<CityModel> read_city_memory(std::string text, const std::string& name, const fs::path& dir, const CityOptions& options,
                                   JobSystem& jobs) {
  Progress progress;
  CityReader reader(options, {}, jobs, progress, {}, dir.empty() ? fs::path() : package_root(dir / "file"));
  if (auto status = reader.read(Text(std::move(text)), name, dir); !status) return status.error();
  CityModel model = reader.finish(name);
  if (model.features.size() == 0 && !model.diagnostics.errors.empty()) return model.diagnostics.errors.front();
  return model;
}

}  // namespace tenbo::io
