/* Plugin extension "tenbo.state/1": what an instance would lose by being made anew (a running simulation, say; parameters
 * are kept by the host). The bytes are the plugin's own business; begin them with a version.
 */
#pragma once
#include "tenbo/plugin_api/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_EXT_STATE "tenbo.state/1"

/* Takes bytes from the plugin while save runs. */
typedef struct tenbo_sink {
  uint32_t size;
  uint32_t reserved;
  void *sink_data;
  tenbo_result (*write)(const struct tenbo_sink *sink, const void *bytes, uint64_t count);
} tenbo_sink;

typedef struct tenbo_state {
  uint32_t size;
  uint32_t reserved;
  tenbo_result (*save)(const tenbo_plugin *plugin, const tenbo_sink *sink); /* [worker] */
  /* [worker] Between init and activate. Bytes it does not understand: log a warning and return TENBO_OK. */
  tenbo_result (*load)(const tenbo_plugin *plugin, const void *bytes, uint64_t count);
} tenbo_state;

#ifdef __cplusplus
}
#endif
