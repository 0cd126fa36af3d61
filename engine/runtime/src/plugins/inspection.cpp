// Host extension tenbo.inspection/1: lists behind handles, and registers as publications.
#include "plugins/inspection.h"

#include "plugins/answer.h"
#include "plugins/intake_about.h"
#include "plugins/intake_table.h"
#include "tenbo/runtime/structure_lists.h"

namespace tenbo::runtime {
namespace {
constexpr std::size_t most_said = 20;  // of problems, as warnings of the layer; `tenbo structures --problems` has the rest

Result<StructureList> take_list(const tenbo_list& l) {
  StructureList out;
  if (auto s = take_texts({{l.path, &out.path, "path"}, {l.layer, &out.layer, "layer"}, {l.encoding, &out.encoding, "encoding"}, {l.mapping, &out.mapping, "mapping"},
                           {l.id_column, &out.id_column, "id_column"}, {l.name_column, &out.name_column, "name_column"}, {l.kind_column, &out.kind_column, "kind_column"},
                           {l.grade_column, &out.grade_column, "grade_column"}, {l.year_column, &out.year_column, "year_column"},
                           {l.source_column, &out.source_column, "source_column"}, {l.lon_column, &out.lon_column, "lon_column"}, {l.lat_column, &out.lat_column, "lat_column"},
                           {l.scale, &out.scale, "scale"}, {l.source, &out.source, "source"}}); !s)
    return s.error();
  if (out.path.empty()) return bad("tenbo_list.path", "is empty");
  return out;
}

tenbo_result read(const tenbo_host* host, const tenbo_list* lists, std::uint32_t count, const tenbo_register** out) {
  return answer(host, "tenbo.inspection/1 read", [&](Instance& i) -> Status {
    if (!out) return bad("tenbo.inspection/1 read", "has nowhere to put the handle");
    *out = nullptr;
    if (count == 0 || count > TENBO_MAX_LISTS || !lists) return bad("tenbo.inspection/1 read", "found " + std::to_string(count) + " lists, expected 1 to " + std::to_string(TENBO_MAX_LISTS));
    std::vector<StructureList> all;
    for (std::uint32_t n = 0; n < count; ++n) {
      auto l = element(lists, n, "tenbo_list");
      if (!l) return l.error();
      auto taken = take_list(*l);
      if (!taken) return taken.error();
      all.push_back(std::move(*taken));
    }
    auto read = read_structure_lists(all, i.assets(), i.cancel());
    if (!read) return read.error();
    *out = i.handles().add(std::make_shared<const StructureLists>(std::move(*read)));
    return {};
  });
}

tenbo_result info(const tenbo_host* host, const tenbo_register* handle, tenbo_register_info* out) {
  return answer(host, "tenbo.inspection/1 info", [&](Instance& i) -> Status {
    const auto r = i.handles().find(handle);
    if (!r) return bad("tenbo.inspection/1 info", "is not an open handle of this plugin");
    tenbo_register_info o{};
    o.structure_count = r->imported.records->size();
    o.placed_count = r->imported.placed;
    o.defect_count = static_cast<std::uint32_t>(r->imported.records->defects().size());
    o.problem_count = r->imported.problem_count;
    o.source = view(r->imported.source);
    return give(o, out, "tenbo_register_info");
  });
}

Result<PluginOutput> take_register(const tenbo_about* about, const std::shared_ptr<const StructureLists>& r, tenbo_text photos, std::uint32_t use_height) {
  auto output = take_about(about, "tenbo_about");
  if (!output) return output.error();
  auto& o = *output;
  if (auto f = check_flag(use_height, "use_height"); !f) return f.error();
  auto folder = take_text(photos, "photos");
  if (!folder) return folder.error();
  const auto& in = r->imported;
  for (const auto& w : in.warnings) add_warning(o, w);
  for (std::size_t n = 0; n < std::min(in.problems.size(), most_said); ++n) add_warning(o, in.problems[n].text());
  if (in.problem_count > most_said) add_warning(o, "and " + std::to_string(in.problem_count - most_said) + " more rows; tenbo structures --problems lists them");
  if (!r->note.empty()) o.notes.push_back(r->note);
  o.records = r->table;
  o.structures = structures_of(*in.records, in.placed, in.rows, use_height != 0);
  o.structure_register = in.records;
  if (std::error_code ec; !folder->empty() && !std::filesystem::is_directory(*folder, ec)) add_warning(o, "there is no folder " + *folder + ": no photograph is shown");
  o.photos = std::move(*folder);
  auto problems = std::make_shared<std::vector<std::string>>();
  for (const auto& p : in.problems) problems->push_back(p.text());
  o.problems = std::move(problems);
  o.problem_count = in.problem_count;
  return output;
}

tenbo_result publish(const tenbo_host* host, const tenbo_about* about, const tenbo_register* handle, tenbo_text photos, std::uint32_t use_height) {
  Instance* instance = Instance::of(host);
  if (!instance) return TENBO_INVALID;
  tenbo_result result = TENBO_FAILED;
  (void)guarded([&] {
    result = instance->publish([&]() -> Result<PluginOutput> {
      const auto r = instance->handles().find(handle);
      if (!r) return bad("tenbo.inspection/1 publish", "is not an open handle of this plugin");
      return take_register(about, r, photos, use_height);
    });
  });
  return result;
}

void close(const tenbo_host* host, const tenbo_register* handle) {
  if (auto* i = Instance::of(host)) (void)guarded([&] { i->handles().close(handle); });
}

const tenbo_inspection inspection_source{sizeof(tenbo_inspection), 0, read, info, publish, close};
}  // namespace

const void* inspection_extension() { return &inspection_source; }

}  // namespace tenbo::runtime
