#pragma once
// References in glTF and 3D Tiles: data URIs, and the way to files that never leaves their folder.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo::io {

bool is_data_uri(std::string_view reference);
// The bytes of "data:...;base64,..." (or percent-encoded text); nothing where it is broken or longer than `limit`
// bytes.
std::optional<std::vector<std::byte>> decode_data_uri(std::string_view reference, std::uint64_t limit);
// "folder/" and "../a/b.glb?x#y" to "a/b.glb": without query and fragment, percent-decoded, "." and ".." taken out.
// Fails for what is absolute, has a scheme, or leads above the root.
Result<std::string> join_reference(std::string_view folder, std::string_view reference);

}  // namespace tenbo::io
