#include "tenbo/base/library.h"

#include <dlfcn.h>
#include <link.h>

#include <string>
#include <vector>

namespace tenbo {

Result<void*> load_symbol(const std::filesystem::path& library, const char* name) {
  const auto fail = [&](const char* what) {
    const char* said = ::dlerror();
    std::string why = said ? said : "no reason is given";
    if (why.starts_with(library.string() + ": ")) why.erase(0, library.string().size() + 2);
    return Error{ErrorCode::io, std::string(what) + ": " + why, library.string(), "", "build or install the whole of Tenbo again"};
  };
  void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) return fail("cannot be loaded");
  void* const symbol = ::dlsym(handle, name);
  if (!symbol) return fail("is not what it should be");
  return symbol;
}

void keep_loaded(std::string_view part) {
  struct Search { std::string_view part; std::vector<std::string> found; } search{part, {}};
  ::dl_iterate_phdr([](dl_phdr_info* info, std::size_t, void* data) {
    auto& s = *static_cast<Search*>(data);
    const std::string_view name(info->dlpi_name ? info->dlpi_name : "");
    if (name.find(s.part) != std::string_view::npos) s.found.emplace_back(name);
    return 0;
  }, &search);
  for (const auto& path : search.found) (void)::dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

}  // namespace tenbo
