#pragma once
// The two files that describe a bake in the cache: what it is, and what the layer list says of it. Each is a line with a hash of
// the rest, then JSON.
#include <filesystem>
#include <optional>

#include "tenbo/io/cache.h"

namespace tenbo::io::cache {

inline constexpr const char* manifest_name = "entry.json";
inline constexpr const char* notes_name = "notes.json";

Status write_manifest(const std::filesystem::path& folder, const CachedBake::Info& info);
// Nothing where it is missing or damaged.
std::optional<CachedBake::Info> read_manifest(const std::filesystem::path& folder);
Status write_notes(const std::filesystem::path& folder, const BakeNotes& notes);
std::optional<BakeNotes> read_notes(const std::filesystem::path& folder);

}  // namespace tenbo::io::cache
