// plugin.json: whatever bytes stand in it, the reader answers with a manifest or an error that names the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tenbo/base/text.h"
#include "tenbo/runtime/plugin_host.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = tenbo::runtime::parse_plugin_manifest({reinterpret_cast<const char*>(data), size}, "/plugins/x/plugin.json");
  if (!manifest) {
    const auto text = manifest.error().text();
    if (text.find("plugin.json") == std::string::npos || !tenbo::is_valid_utf8(text)) std::abort();
    return 0;
  }
  // What was accepted keeps its promises: a library beside the manifest, words that are words.
  if (manifest->id.empty() || manifest->library.parent_path() != "/plugins/x" || manifest->abi_major < 0) std::abort();
  for (const auto& p : manifest->parameters)
    if (p.name.empty() || (p.type == "choice") == p.choices.empty()) std::abort();
  return 0;
}
