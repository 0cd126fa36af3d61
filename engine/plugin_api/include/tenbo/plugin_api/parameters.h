/* Plugin extension "tenbo.parameters/1": receives the values of the parameters that plugin.json declares (names, types,
 * ranges, units, labels; the host draws the panel from them and checks every value before it hands it over).
 */
#pragma once
#include "tenbo/plugin_api/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_EXT_PARAMETERS "tenbo.parameters/1"

typedef struct tenbo_parameters {
  uint32_t size;
  uint32_t reserved;
  /* [worker] Between init and activate once for each parameter that the scene sets or that has a default; later when the
   * user changes one. Numbers as "0.5", booleans as "true" or "false", several paths one a line. */
  tenbo_result (*set)(const tenbo_plugin *plugin, tenbo_text name, tenbo_text value);
  /* [worker] After a change in an active instance: publish anew. Not called before activate. */
  tenbo_result (*apply)(const tenbo_plugin *plugin);
} tenbo_parameters;

#ifdef __cplusplus
}
#endif
