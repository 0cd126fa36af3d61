#pragma once
// The inputs of a bake, divided into what is read in one go.
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/file.h"
#include "tenbo/base/result.h"
#include "tenbo/io/bake.h"

namespace tenbo::io::bake {

struct Unit {
  std::filesystem::path path;
  std::filesystem::path root;         // what its code lists and pictures must lie in
  std::uint64_t size = 0;             // bytes: its share of the work
  std::string layer;                  // of a vector file
  std::size_t chunk = 0, chunks = 0;  // of a vector layer: which of how many; 0 chunks = a city model
  std::uint64_t key = 0;              // changes with the file's name, size or time
};

inline constexpr std::uint32_t chunk_features = 20'000;  // of a vector layer, in one unit

// Of work files and of the tiles' bytes: another version bakes other bytes.
std::uint64_t bake_version();

// In the order of the inputs, a folder's files by name. One that cannot be read is an error among the diagnostics, and the rest is there;
// fails where nothing is left, where one is not there at all, and where one is of a kind that is not baked.
Result<std::vector<Unit>> list_units(const std::vector<std::filesystem::path>& inputs, Diagnostics& diagnostics);

// Warns of files in a folder (not in those below) that are data, and that a bake of the folder leaves out: all but its city model or, where it
// has none, its heights.
void warn_of_left_out(const std::filesystem::path& folder, bool for_heights, Diagnostics& diagnostics);

// A key of all of it: units, options and the version of what is written.
std::uint64_t run_key(const std::vector<Unit>& units, const BakeOptions& options);

// The units of part k of n (from 1): neighbours in the list, about the same number of bytes each.
std::pair<std::size_t, std::size_t> share_of(const std::vector<Unit>& units, std::uint32_t part, std::uint32_t parts);

}  // namespace tenbo::io::bake
