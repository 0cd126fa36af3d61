#pragma once
// Vectors over HTTP(S): a GeoJSON file, or the items of a collection of the OGC API Features, page by page.
#include <optional>

#include "tenbo/geo/instant.h"
#include "tenbo/io/remote.h"
#include "tenbo/io/vector.h"

namespace tenbo::io {

// Whether the address is read so: its path ends in .geojson, or in /items as the OGC API has it.
bool is_remote_vector(const std::filesystem::path& path);

struct RemoteVector {
  VectorData data;
  std::optional<geo::Instant> stamped;  // when the server says that the data is of (timeStamp); of pages the first
  std::uint64_t digest = 0;             // of all bytes, but for the time stamps: the same where nothing has changed
  std::string offline;                  // not empty: the network failed and the cache stood in; since when, and why
};
// Pages follow one another by their links "next", within the origin or `allow_hosts`; at most 32 MiB each, 1 GiB together and
// as many features as the options allow: then the rest is left out, with a warning. A page that cannot be had fails the whole,
// so that nobody takes a part for all. Where the network fails and the cache has it, that serves, with a warning that says
// how old it is. [worker]
Result<RemoteVector> read_remote_vector(const std::filesystem::path& path, const VectorOptions& options, const RemoteOptions& remote,
                                        Progress& progress, const CancelToken& cancel);

}  // namespace tenbo::io
