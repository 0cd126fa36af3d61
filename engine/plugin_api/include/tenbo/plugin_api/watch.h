/* Host extension "tenbo.watch/1": tells a plugin that a file was replaced or rewritten. */
#pragma once
#include "tenbo/plugin_api/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_EXT_WATCH "tenbo.watch/1"

typedef struct tenbo_watch {
  uint32_t size;
  uint32_t reserved;
  /* [any] `changed` is called on [worker] once the file (or folder) has come to rest after a change, within about 0.3 s;
   * several changes meanwhile are one call. A file that is gone is waited for. Ends with the instance. `id` may be NULL. */
  tenbo_result (*add)(const tenbo_host *host, tenbo_text path,
                      tenbo_result (*changed)(const tenbo_plugin *plugin, tenbo_text path, void *user), void *user,
                      uint32_t *id);
  /* [any] */
  tenbo_result (*remove)(const tenbo_host *host, uint32_t id);
} tenbo_watch;

#ifdef __cplusplus
}
#endif
