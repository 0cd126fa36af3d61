#include "plugins/library.h"

#include <dlfcn.h>

#include "plugins/guard.h"
#include "plugins/intake.h"

namespace tenbo::runtime {
namespace {
Error broken(const PluginManifest& m, std::string message, std::string remedy = "") {
  return {ErrorCode::mismatch, std::move(message), m.library.string(), "", std::move(remedy)};
}

// The factory must exist and offer the id that plugin.json promises.
Result<const tenbo_factory*> check_factory(const PluginManifest& m, const void* raw) {
  auto f = take_struct(static_cast<const tenbo_factory*>(raw), "tenbo_factory");
  if (!f) return broken(m, f.error().place + " " + f.error().message);
  if (!f->count || !f->get_id || !f->create) return broken(m, "its tenbo_factory lacks a function (count, get_id or create is NULL)");
  const auto* factory = static_cast<const tenbo_factory*>(raw);
  const std::uint32_t count = factory->count(factory);
  if (count == 0 || count > 1000) return broken(m, "its factory says it makes " + std::to_string(count) + " plugins");
  std::string offered;
  for (std::uint32_t i = 0; i < count; ++i) {
    const char* id = factory->get_id(factory, i);
    if (!id) return broken(m, "its factory's get_id(" + std::to_string(i) + ") is NULL");
    if (m.id == id) return factory;
    if (offered.size() < 200) offered += (offered.empty() ? "" : ", ") + to_valid_utf8(id);
  }
  return broken(m, "it makes " + offered + ", but plugin.json says " + m.id, "give both the same id");
}
}  // namespace

Status Library::acquire(const PluginManifest& manifest) {
  std::lock_guard lock(mutex_);
  if (users_ == 0) {
    Status loaded;
    if (auto thrown = guarded([&] { loaded = load(manifest); })) loaded = broken(manifest, "loading it " + *thrown);
    if (!loaded) {
      if (handle_) ::dlclose(handle_);
      handle_ = nullptr;
      return loaded;
    }
  }
  ++users_;
  return {};
}

Status Library::load(const PluginManifest& m) {
  handle_ = ::dlopen(m.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle_) {
    const char* why = ::dlerror();
    return broken(m, "cannot be loaded: " + to_valid_utf8(why ? why : "no reason given"), "build it for this system, with every symbol it uses");
  }
  const void* symbol = ::dlsym(handle_, "tenbo_plugin_entry");
  if (!symbol) return broken(m, "exports no symbol tenbo_plugin_entry, so it is not a Tenbo plugin", "see docs/guide/plugins.md");
  // The ABI first: with another major version nothing else means what it seems to.
  const auto* entry = static_cast<const tenbo_entry*>(symbol);
  if (reinterpret_cast<std::uintptr_t>(symbol) % alignof(tenbo_entry) != 0) return broken(m, "its tenbo_plugin_entry is not aligned");
  if (entry->size >= 12 && entry->size <= TENBO_MAX_STRUCT_SIZE && entry->abi_major != TENBO_ABI_MAJOR)
    return broken(m, "was built for plugin ABI " + std::to_string(entry->abi_major) + "." + std::to_string(entry->abi_minor) + ", this Tenbo has " +
                         std::to_string(TENBO_ABI_MAJOR) + "." + std::to_string(TENBO_ABI_MINOR),
                  "rebuild it with this Tenbo's headers");
  auto checked = take_struct(entry, "tenbo_plugin_entry");
  if (!checked) return broken(m, checked.error().place + " " + checked.error().message);
  if (!entry->init || !entry->deinit || !entry->get_factory) return broken(m, "its tenbo_plugin_entry lacks a function (init, deinit or get_factory is NULL)");
  const std::string folder = m.library.parent_path().string();
  if (const auto r = entry->init({folder.data(), folder.size()}); r != TENBO_OK) return broken(m, "its entry.init failed with code " + std::to_string(r));
  auto factory = check_factory(m, entry->get_factory(TENBO_PLUGIN_FACTORY));
  if (!factory) {
    entry->deinit();
    return factory.error();
  }
  entry_ = entry;
  factory_ = *factory;
  return {};
}

void Library::release() {
  std::lock_guard lock(mutex_);
  if (users_ == 0 || --users_ > 0) return;
  (void)guarded([&] { entry_->deinit(); });
  entry_ = nullptr;
  factory_ = nullptr;
  ::dlclose(handle_);
  handle_ = nullptr;
}

std::shared_ptr<Library> Libraries::of(const std::filesystem::path& path) {
  std::lock_guard lock(mutex_);
  auto& library = all_[path];
  if (!library) library = std::make_shared<Library>();
  return library;
}

}  // namespace tenbo::runtime
