#include "finish.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"

namespace tenbo::io::bake {
namespace {
namespace fs = std::filesystem;

// Where a block's features are, in their order.
struct BlockWork {
  Cell cell;
  std::vector<std::pair<std::size_t, Run>> runs;  // source, run
  std::uint64_t key = 0, weight = 0, features = 0;
  std::ptrdiff_t only_folder = -1;  // that all of it is in; -1 = several
};

std::vector<BlockWork> blocks_of(const std::vector<Source>& sources) {
  std::map<Cell, BlockWork> blocks;
  for (std::size_t s = 0; s < sources.size(); ++s)
    for (const Run& run : sources[s].segment.runs) {
      BlockWork& b = blocks[run.cell];
      const auto folder = static_cast<std::ptrdiff_t>(sources[s].folder);
      b.only_folder = b.runs.empty() || b.only_folder == folder ? folder : -1;
      b.cell = run.cell;
      b.runs.emplace_back(s, run);
      b.key = mix(b.key ^ run.hash);
      b.weight += run.size;
      b.features += run.features;
    }
  std::vector<BlockWork> out;
  for (auto& [cell, block] : blocks) out.push_back(std::move(block));
  return out;
}

Status cancelled() { return Error{ErrorCode::cancelled, "the bake was cancelled", "", "", ""}; }

class Finisher {
 public:
  Finisher(const std::vector<Source>& sources, std::span<const WorkFolder> folders, const WorkFolder& work,
           bool share, unsigned webp, JobSystem& jobs, BakeProgress& progress, const CancelToken& cancel)
      : sources_(sources),
        folders_(folders),
        work_(work),
        share_(share),
        sink_(work.out(), webp),
        jobs_(jobs),
        progress_(progress),
        cancel_(cancel) {}

  Status blocks(std::vector<Child>& out);
  Result<Tile> above(std::vector<Child> children);
  std::uint64_t tiles = 0, bytes = 0;

 private:
  Result<BlockResult> block(const BlockWork& b);
  void count(const BlockResult& r) {
    for (const auto& f : r.files) {
      ++tiles;
      bytes += f.size;
    }
  }

  const std::vector<Source>& sources_;
  std::span<const WorkFolder> folders_;
  const WorkFolder& work_;
  bool share_;
  std::atomic<bool> lost_{false};  // something that was read is not there any more: the rest goes on
  TileSink sink_;
  ColourCache colours_;
  JobSystem& jobs_;
  BakeProgress& progress_;
  const CancelToken& cancel_;
};

Result<BlockResult> Finisher::block(const BlockWork& b) {
  if (auto done = work_.finished_block(b.cell, b.key)) return std::move(*done);
  if (b.only_folder >= 0 && folders_[static_cast<std::size_t>(b.only_folder)].root() != work_.root()) {
    const WorkFolder& from = folders_[static_cast<std::size_t>(b.only_folder)];
    if (auto done = from.finished_block(b.cell, b.key)) {
      for (const auto& f : done->files) {
        const auto tile = read_text_file(from.out() / f.uri, std::uint64_t{1} << 33);
        if (!tile) return tile.error();
        const auto path = work_.out() / f.uri;
        std::error_code ec;
        fs::create_directories(path.parent_path(), ec);
        if (auto status = write_file_atomic(path, *tile); !status) return status.error();
      }
      if (auto status = write_file_atomic(work_.block(b.cell), pack_block(*done, b.key)); !status)
        return status.error();
      return std::move(*done);
    }
  }
  FeatureSet set;
  Status lost;  // all runs are looked at, so that all files that are damaged go
  for (const auto& [source, run] : b.runs)
    if (auto status = read_run(sources_[source].segment, run, set); !status) {
      lost_ = true;
      if (lost) lost = status;
    }
  if (!lost) return lost.error();
  auto result = bake_block(b.cell, set, sink_, colours_);
  if (!result) return result;
  if (auto status = write_file_atomic(work_.block(b.cell), pack_block(*result, b.key)); !status) return status.error();
  for (const auto& [source, run] : b.runs)  // a share's are for the merge
    if (!share_ && folders_[sources_[source].folder].root() == work_.root()) forget_run(sources_[source].segment, run);
  return result;
}

Status Finisher::blocks(std::vector<Child>& out) {
  const auto blocks = blocks_of(sources_);
  std::set<fs::path> made;
  std::error_code ec;
  std::uint64_t weight = 0;
  for (const auto& b : blocks) {
    if (made.insert(work_.block(b.cell).parent_path()).second)
      fs::create_directories(work_.block(b.cell).parent_path(), ec);
    weight += b.weight;
  }
  // the largest first, so that no long one is left for the end
  std::vector<std::size_t> order(blocks.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return blocks[a].weight > blocks[b].weight; });
  const std::uint64_t before = progress_.work.done, rest = std::max(before, progress_.work.total.load()) - before;
  std::vector<BlockResult> results(blocks.size());
  std::mutex mutex;
  Status failed;
  std::uint64_t done = 0;
  jobs_.parallel_for(order.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const BlockWork& b = blocks[order[i]];
      {
        std::lock_guard lock(mutex);
        if (!failed && !lost_) return;
        if (cancel_.cancelled()) {
          failed = cancelled();
          return;
        }
      }
      auto result = block(b);
      progress_.features += b.features;
      std::lock_guard lock(mutex);
      done += b.weight;
      if (weight)
        progress_.work.done =
            before + static_cast<std::uint64_t>(static_cast<double>(rest) * static_cast<double>(done) /
                                                static_cast<double>(weight));
      if (!result) {
        if (failed) failed = result.error();
        return;
      }
      results[order[i]] = std::move(*result);
    }
  });
  if (!failed) return failed;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    count(results[i]);
    out.push_back({std::move(results[i].tile), std::move(results[i].far), blocks[i].cell});
  }
  return {};
}

Result<Tile> Finisher::above(std::vector<Child> children) {
  struct Node {
    Cell cell;
    Child child;
  };
  std::vector<Node> level;
  for (Child& c : children) {
    const Cell cell = c.frame;
    level.push_back({cell, std::move(c)});
  }
  while (level.size() > 1 && level.front().cell.level > 0) {
    std::map<Cell, std::vector<Child>> groups;
    for (Node& n : level) groups[n.cell.parent()].push_back(std::move(n.child));
    level.clear();
    std::vector<std::pair<Cell, std::vector<Child>>> work;
    for (auto& [cell, list] : groups) work.emplace_back(cell, std::move(list));
    level.resize(work.size());
    std::mutex mutex;
    Status failed;
    std::vector<BlockResult> results(work.size());
    jobs_.parallel_for(work.size(), 1, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        auto& [cell, list] = work[i];
        level[i].cell = cell;
        if (list.size() == 1) {
          level[i].child = std::move(list.front());
          continue;
        }
        auto result = bake_parent(cell, std::move(list), sink_);
        if (!result) {
          std::lock_guard lock(mutex);
          if (failed) failed = result.error();
          continue;
        }
        results[i].files = result->files;
        level[i].child = {std::move(result->tile), std::move(result->far), cell};
      }
    });
    if (!failed) return failed.error();
    for (const auto& r : results) count(r);
  }
  if (level.size() == 1) return std::move(level.front().child.tile);
  Tile root;  // both halves of the Earth
  for (Node& n : level) {
    root.region.add(n.child.tile.region);
    root.error = std::max(root.error, n.child.tile.error * 2);
    root.children.push_back(std::move(n.child.tile));
  }
  return root;
}

// The one kind of heights that all units have; fails where they differ.
Status vertical_of(const std::vector<Source>& sources, bool ellipsoidal, TilesetNotes& notes,
                   Diagnostics& diagnostics) {
  const Segment* first = nullptr;
  for (const Source& s : sources) {
    if (s.segment.vertical == geo::VerticalKind::unknown) continue;
    if (first == nullptr) first = &s.segment;
    if (s.segment.vertical != first->vertical)
      return Error{ErrorCode::mismatch,
                   std::string("heights are ") + geo::to_string(s.segment.vertical) + ", those of " + first->source +
                       " are " + geo::to_string(first->vertical),
                   s.segment.source, "", "give a geoid grid with --geoid FILE, or bake them apart"};
  }
  if (ellipsoidal) {
    notes.vertical_datum = "ellipsoidal height, by a geoid grid where the source's heights were orthometric";
    return {};
  }
  if (first != nullptr && first->vertical == geo::VerticalKind::ellipsoidal) {
    notes.vertical_datum = "ellipsoidal height";
    return {};
  }
  if (first == nullptr) {
    notes.vertical_datum = "unknown";
    notes.note = "The source does not say what its heights refer to; 3D Tiles take them as ellipsoidal.";
  } else {
    notes.vertical_datum =
        "orthometric: " + (first->vertical_name.empty() ? std::string("height above the geoid") : first->vertical_name);
    notes.note =
        "Heights are those of the source, above the geoid, though 3D Tiles take them as ellipsoidal: everything lies "
        "too low or too high by the geoid's undulation.";
  }
  if (first == nullptr)
    diagnostics.warn({ErrorCode::mismatch,
                      "nothing says what the heights refer to; other programs take those of tiles as ellipsoidal", "",
                      "", ""});
  else
    diagnostics.warn(
        {ErrorCode::mismatch,
         "heights are " + notes.vertical_datum + " and stay so in the tiles, which other programs take as ellipsoidal",
         "", "", "give a geoid grid with --geoid FILE to convert them"});
  return {};
}

}  // namespace

void remove_temporaries(const fs::path& folder) {
  std::error_code ec;
  std::vector<fs::path> found;
  for (fs::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    if (it->path().filename().string().find(".tmp-") != std::string::npos) found.push_back(it->path());
  for (const auto& f : found) fs::remove(f, ec);
}

Result<BakeReport> finish_bake(const std::vector<Source>& sources, std::span<const WorkFolder> folders,
                               const WorkFolder& work, bool share, bool ellipsoidal, unsigned webp, JobSystem& jobs,
                               BakeProgress& progress, const CancelToken& cancel) {
  BakeReport report;
  std::size_t failed = 0;
  for (const Source& s : sources) {
    report.features += s.segment.features;
    report.triangles += s.segment.triangles;
    report.without_place += s.segment.nowhere;
    for (const auto& w : s.segment.warnings) report.diagnostics.warn({ErrorCode::malformed, w, "", "", ""});
    for (const auto& e : s.segment.errors) report.diagnostics.fail({ErrorCode::malformed, e, "", "", ""});
    failed += !s.segment.errors.empty() && s.segment.features == 0;
  }
  if (progress.work.total == 0) {
    for (const Source& s : sources)
      for (const Run& run : s.segment.runs) progress.work.total += run.size;
  }
  TilesetNotes notes;
  if (auto status = vertical_of(sources, ellipsoidal, notes, report.diagnostics); !status) return status.error();
  report.vertical_datum = notes.vertical_datum;
  for (const Source& s : sources) {
    if (report.vertical != geo::VerticalKind::unknown) break;
    report.vertical = s.segment.vertical;
    report.vertical_name = s.segment.vertical_name;
  }
  if (ellipsoidal) report.vertical = geo::VerticalKind::ellipsoidal;
  notes.features = report.features;
  notes.triangles = report.triangles;
  if (!share && report.features == 0) {
    if (failed > 0 && !report.diagnostics.errors.empty()) return report.diagnostics.errors.front();
    return Error{ErrorCode::not_found, "the inputs hold no object with a place",
                 sources.empty() ? "" : sources.front().segment.source, "", ""};
  }
  Finisher finisher(sources, folders, work, share, webp, jobs, progress, cancel);
  std::vector<Child> children;
  if (auto status = finisher.blocks(children); !status) return status.error();
  std::string tileset;
  if (!share) {
    auto root = finisher.above(std::move(children));
    if (!root) return root.error();
    tileset = tileset_json(*root, notes);
  }
  // What says that all is there (here, and where a share is marked as finished) reaches the disk after it.
  if (auto status = write_back(work.out()); !status) return status.error();
  if (!share) {
    if (auto status = write_file_atomic(work.out() / "tileset.json", tileset); !status) return status.error();
    if (auto status = write_back(work.out()); !status) return status.error();
  }
  report.tiles = finisher.tiles;
  report.bytes = finisher.bytes;
  return report;
}

}  // namespace tenbo::io::bake
