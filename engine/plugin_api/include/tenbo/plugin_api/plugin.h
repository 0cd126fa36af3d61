/* A plugin: one exported constant, a factory, and instances. Start here; plugins/example_c is the smallest whole one.
 *
 * Life of an instance, one for each layer that asks for it:
 *   entry.init -> factory.create -> plugin.init -> parameters.set ... -> plugin.activate
 *     -> (watch callbacks, parameters.set + apply, plugin.tick) ... -> plugin.deactivate -> plugin.destroy -> entry.deinit
 * entry.init and deinit run once a library, around its first and last instance. destroy follows every create that gave an
 * instance, deactivate every activate that succeeded.
 */
#pragma once
#include "tenbo/plugin_api/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tenbo_host {
  uint32_t size;
  uint32_t abi_major, abi_minor; /* of the host */
  uint32_t reserved;             /* 0 */
  void *host_data;               /* the host's own */

  /* [any] One line for the log. Where a call to the plugin then returns something else than TENBO_OK, the last error logged
   * during it becomes the layer's message: say what was found, in which file, and what to do. */
  void (*log)(const struct tenbo_host *host, tenbo_log_level level, tenbo_text text);
  /* [any] The struct of a host extension ("tenbo.layer-source/1"), or NULL. Lives as long as the host. */
  const void *(*get_extension)(const struct tenbo_host *host, const char *id);
  /* [any] Asks for one call of plugin.tick on the main thread, in the next frame that has time for it. */
  void (*request_main_thread)(const struct tenbo_host *host);
} tenbo_host;

typedef struct tenbo_plugin {
  uint32_t size;
  uint32_t reserved; /* 0 */
  void *plugin_data; /* the plugin's own */

  tenbo_result (*init)(const struct tenbo_plugin *plugin);     /* [worker] host extensions are there from here on */
  tenbo_result (*activate)(const struct tenbo_plugin *plugin); /* [worker] parameters are set: read, compute, publish */
  void (*deactivate)(const struct tenbo_plugin *plugin);       /* [worker] stop own threads; nothing is published after */
  tenbo_result (*tick)(const struct tenbo_plugin *plugin);     /* [main] after request_main_thread; may be NULL */
  void (*destroy)(const struct tenbo_plugin *plugin);          /* [worker] frees the instance */
  /* [worker] A plugin extension ("tenbo.parameters/1"), or NULL where the plugin has none of that id. */
  const void *(*get_extension)(const struct tenbo_plugin *plugin, const char *id);
} tenbo_plugin;

typedef struct tenbo_factory {
  uint32_t size;
  uint32_t reserved; /* 0 */
  uint32_t (*count)(const struct tenbo_factory *factory);                          /* [worker] */
  const char *(*get_id)(const struct tenbo_factory *factory, uint32_t index);      /* [worker] the id of plugin.json */
  const tenbo_plugin *(*create)(const struct tenbo_factory *factory, const tenbo_host *host, const char *id); /* [worker] */
} tenbo_factory;

#define TENBO_PLUGIN_FACTORY "tenbo.plugin-factory/1"

typedef struct tenbo_entry {
  uint32_t size;
  uint32_t abi_major, abi_minor; /* TENBO_ABI_MAJOR, TENBO_ABI_MINOR of the headers it was built with */
  uint32_t reserved;             /* 0 */
  tenbo_result (*init)(tenbo_text folder); /* [worker] the plugin's own folder, for what it ships beside the library */
  void (*deinit)(void);                    /* [worker] */
  const void *(*get_factory)(const char *id); /* [worker] TENBO_PLUGIN_FACTORY -> const tenbo_factory* */
} tenbo_entry;

/* The one symbol that the library exports. */
TENBO_EXPORT extern const tenbo_entry tenbo_plugin_entry;

#ifdef __cplusplus
}
#endif
