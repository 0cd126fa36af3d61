// What can be wrong with a library before its first parameter; BAD_CASE says which.
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

#ifdef BAD_NO_ENTRY
#define tenbo_plugin_entry some_other_symbol
#endif
#include "tenbo/plugin_api/all.h"

extern "C" void tenbo_test_function_that_nobody_has();

namespace {
bool is(const char* name) { return std::strcmp(BAD_CASE, name) == 0; }

tenbo_result set(const tenbo_plugin*, tenbo_text, tenbo_text) { return TENBO_OK; }
tenbo_result apply(const tenbo_plugin*) { return TENBO_OK; }
const tenbo_parameters parameters{sizeof(tenbo_parameters), 0, set, apply};

const tenbo_host* the_host = nullptr;
tenbo_result init(const tenbo_plugin*) {
#ifdef BAD_MISSING_SYMBOL
  tenbo_test_function_that_nobody_has();
#endif
  if (is("init_throws")) throw std::runtime_error("the plugin's own words");
  if (is("blocks_in_init")) std::this_thread::sleep_for(std::chrono::seconds(10));
  if (is("init_fails")) {
    const char words[] = "no licence on this machine";
    the_host->log(the_host, TENBO_LOG_ERROR, {words, sizeof words - 1});
    return TENBO_FAILED;
  }
  return TENBO_OK;
}
tenbo_result activate(const tenbo_plugin*) { return TENBO_OK; }
void deactivate(const tenbo_plugin*) {}
void destroy(const tenbo_plugin*) {}
const void* get_extension(const tenbo_plugin*, const char* id) {
  return !is("no_parameters") && std::strcmp(id, TENBO_EXT_PARAMETERS) == 0 ? &parameters : nullptr;
}
const tenbo_plugin plugin{is("small_plugin") ? 3u : static_cast<std::uint32_t>(sizeof(tenbo_plugin)), 0, nullptr, init,
                          is("null_plugin_function") ? nullptr : activate, deactivate, nullptr, destroy, get_extension};

std::uint32_t count(const tenbo_factory*) { return is("factory_of_none") ? 0 : 1; }
const char* get_id(const tenbo_factory*, std::uint32_t) { return is("wrong_id") ? "somebody_else" : BAD_ID; }
const tenbo_plugin* create(const tenbo_factory*, const tenbo_host* host, const char*) {
  the_host = host;
  if (is("create_throws")) throw 42;
  return is("create_gives_null") ? nullptr : &plugin;
}
const tenbo_factory factory{sizeof(tenbo_factory), 0, count, get_id, create};

tenbo_result entry_init(tenbo_text) {
  if (is("entry_throws")) throw std::runtime_error("not today");
  return is("entry_fails") ? TENBO_FAILED : TENBO_OK;
}
void entry_deinit(void) {}
const void* get_factory(const char*) { return is("null_factory") ? nullptr : &factory; }
}  // namespace

extern "C" const tenbo_entry tenbo_plugin_entry{
    is("small_entry") ? 7u : is("huge_entry") ? 0xFFFFFFF0u : static_cast<std::uint32_t>(sizeof(tenbo_entry)),
    is("wrong_abi") ? 99u : TENBO_ABI_MAJOR, TENBO_ABI_MINOR, 0, entry_init, is("null_entry_function") ? nullptr : entry_deinit, get_factory};
