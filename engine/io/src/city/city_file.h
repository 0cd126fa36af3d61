#pragma once
// One CityGML file on its way in: opened, its parts parsed by many workers, then settled in the order of the file.
//
// A large file is read straight: each worker reads a stretch of it, a window at a time, and no more of it is in memory than that. Where its
// stretch begins it takes the first tag of a member for the beginning of one; that it was one is known when the stretch before has ended
// just there. A file that is not as plain as that (appearances, broken XML, no CRS in its envelope, ...) is read whole: all of it in
// memory, its members found by a scan.
#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cut_sizes.h"
#include "member.h"
#include "scan.h"
#include "tenbo/base/jobs.h"
#include "text.h"

namespace tenbo::io::city {

// What all files of a data set share. Thread-safe.
struct DataSet {
  DataSet(const CityOptions& options, const CutSizes& sizes, const std::filesystem::path& root)
      : cut(sizes), grid(options.tile_size), crs_table(options.heights, options.crs_cache), code_lists(root), textures(root), meshes(options.meshes), outlines(options.outlines), exchange_axes(options.exchange_axes) {}
  const CutSizes cut;
  TileGrid grid;
  CrsTable crs_table;
  CodeLists code_lists;
  TextureTable textures;
  bool meshes, outlines;
  std::optional<bool> exchange_axes;
};

class CityFile {
 public:
  CityFile(DataSet& set, std::string name, std::filesystem::path dir);

  // Takes the text up to its first member and its appearances, and finds where its members are. [worker]
  Status open(Text text, JobSystem& jobs);
  // Its parts, which can be parsed in any order by any worker, each once.
  std::size_t parts() const { return chunks_.size(); }
  std::uint64_t part_size(std::size_t part) const;
  void parse(std::size_t part, MemberParser& parser, TextWindow& window, const CancelToken& cancel);
  // When all have been parsed: mends what was cut in the wrong place and looks at what stands between the members. The parts may be
  // others afterwards.
  Status settle(JobSystem& jobs, const CancelToken& cancel);
  // From then on all of the text is in memory.
  Status make_whole(JobSystem& jobs);
  Harvest& harvest(std::size_t part) { return chunks_[part].harvest; }

  const FileContext& context() const { return context_; }
  std::uint64_t size() const { return text_size_; }
  Error error(ErrorCode code, std::string message, std::string place = {}, std::string remedy = {}) const {
    return {code, std::move(message), name_, std::move(place), std::move(remedy)};
  }
  void tell(Notes&& notes);  // adds a worker's
  // Says so where the file lies at a place that only exchanged axes lead to. `extent`: of all its objects.
  void check_place(const geo::Extent& extent);
  // All there is to say of the file, with line numbers, into `out`. `objects`: how many it holds.
  void report(Diagnostics& out, std::uint32_t objects);

  Diagnostics opened;  // what open() had to say, which comes first
  Notes notes;

 private:
  struct Chunk {
    // read straight: it holds the members that begin in [begin, end)
    const char* begin = nullptr;
    const char* end = nullptr;
    const char* started = nullptr;       // its first member
    const char* ended = nullptr;         // where the first one that is no more its own begins, or the root element ends
    bool failed = false;
    // read whole
    std::size_t first = 0, last = 0;     // member starts
    const char* parsed_to = nullptr;     // end of the last member read
    std::vector<std::pair<const char*, const char*>> gaps;  // between members, not blank
    Harvest harvest;
  };
  bool begin_straight(JobSystem& jobs);
  void parse_straight(Chunk& chunk, MemberParser& parser, TextWindow& window, const CancelToken& cancel);
  const char* parse_window(Chunk& chunk, const char* to, bool sure, MemberParser& parser, const TextWindow& window, bool& cut_off);
  bool went_straight() const;
  Status read_whole(JobSystem& jobs);
  void find_starts(JobSystem& jobs);
  Status read_prolog(XmlCursor& xml);
  void read_header(XmlCursor& xml, const char* first_member);
  void find_envelope(XmlCursor& xml);
  void guess_crs();
  bool find_axes();
  void read_appearances(JobSystem& jobs);
  void cut();
  void parse(Chunk& chunk, const char* from, MemberParser& parser, const CancelToken& cancel);
  void check_gaps(std::vector<std::pair<const char*, const char*>> gaps, const char* tail);

  DataSet& set_;
  std::string name_, root_name_;
  Text text_;
  std::uint64_t text_size_ = 0;  // as it came
  FileContext context_;
  bool straight_ = false;
  std::atomic<bool> given_up_{false};  // reading it straight
  const char* head_end_ = nullptr;    // what stands before it is in memory
  const char* root_ = nullptr;
  std::vector<MemberStart> starts_;
  const char* after_root_ = nullptr;  // null: the root element is empty
  const char* crs_at_ = nullptr;      // where the CRS is named; null: nowhere
  std::vector<Chunk> chunks_;
};

}  // namespace tenbo::io::city
