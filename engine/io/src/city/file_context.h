#pragma once
// What all parts of one file share while its objects are parsed, and what a worker hands back of a part.
#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "appearance.h"
#include "code_lists.h"
#include "geometry.h"
#include "mesher.h"
#include "names.h"
#include "notes.h"
#include "tenbo/geo/features.h"

namespace tenbo::io::city {

// Whose two horizontal axes a file writes in the other order.
enum class AxesExchanged : std::uint8_t { no, latitude_first, all };

// Read-only while members are parsed, except the tables that lock for themselves.
struct FileContext {
  const char* begin = nullptr;
  const char* end = nullptr;
  std::filesystem::path dir;  // code lists and pictures are looked for from here
  Namespaces names;
  const CrsEntry* crs = nullptr;  // of the file's envelope
  int dimension = 0;
  AxesExchanged exchanged = AxesExchanged::no;
  bool exchanges(const CrsEntry& entry) const {
    return exchanged == AxesExchanged::all || (exchanged == AxesExchanged::latitude_first && entry.geographic && entry.north_first);
  }
  Appearance appearance;          // of the whole model
  CrsTable* crs_table = nullptr;
  CodeLists* code_lists = nullptr;
  TextureTable* textures = nullptr;
  const TileGrid* grid = nullptr;
  bool meshes = true;
  bool outlines = false;  // objects at LOD 0 where they have one
  mutable std::atomic<std::int64_t> copies_left{20'000'000};  // points that references between objects may still multiply
};

// Geometry that other objects refer to, by gml:id, as the file has it.
using ExternalGeometry = std::unordered_map<std::string_view, Geometry>;

// A city object whose geometry refers to something outside it: its mesh is made once that is found.
struct Deferred {
  const char* at;         // its start tag
  std::uint32_t feature;
};

// The objects of a part of a file, ready to be joined to the rest; feature numbers count from the part's first.
struct Harvest {
  geo::FeatureTable features;
  std::vector<CityElement> elements;
  std::vector<PartBatch> parts;
  std::uint64_t triangles = 0;
  Notes notes;
  geo::Extent extent;
  std::uint32_t lod_mask = 0;
  std::vector<Deferred> deferred;
  std::unordered_set<std::string> wanted;       // ids that deferred objects refer to
  std::vector<const CrsEntry*> failed_crs;      // met, but nothing can be placed in them
  bool met_no_crs = false;
};

}  // namespace tenbo::io::city
