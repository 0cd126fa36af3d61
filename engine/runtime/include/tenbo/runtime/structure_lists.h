#pragma once
// Lists of structures, read into a register: from CSV, JSON, CityGML, any vector file or a PostGIS database, by a mapping.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"
#include "tenbo/geo/features.h"
#include "tenbo/inspection/import.h"
#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

struct StructureList {
  std::string path;      // a file or folder, or "PG:..."
  std::string layer, encoding;
  std::string mapping;   // a file, or the name of one below assets/mappings; empty = guessed
  std::string id_column, name_column, kind_column, grade_column, year_column, source_column, lon_column, lat_column, scale, source;  // over the mapping's
};

struct StructureLists {
  inspection::Imported imported;
  // A row for each that was read. Of lists up to `most_rows_with_all` with all their columns, of larger ones with name, grade and
  // year alone: the register has the rest.
  std::shared_ptr<const geo::FeatureTable> table;
  std::string note;  // of the mapping
};
inline constexpr std::uint64_t most_rows_with_all = 200'000;

// The first list is the structures, the others inspections or defects of them. `assets`: the folder of shipped mappings. [worker]
Result<StructureLists> read_structure_lists(const std::vector<StructureList>& lists, const std::filesystem::path& assets, CancelToken cancel);

// What is drawn of a register: its structures with a place, in its order. `rows`: of the table.
std::vector<Structure> structures_of(const inspection::Register& records, std::uint32_t placed, const std::vector<std::uint32_t>& rows, bool use_height);

// The mapping by file or name.
Result<inspection::Mapping> find_mapping(const std::string& wanted, const std::filesystem::path& assets);

}  // namespace tenbo::runtime
