/* Compiles only if the interface is pure C11. */
#include <stddef.h>

#include "tenbo/plugin_api/types.h"
#include "tenbo/plugin_api/limits.h"
#include "tenbo/plugin_api/plugin.h"
#include "tenbo/plugin_api/layer_source.h"
#include "tenbo/plugin_api/parameters.h"
#include "tenbo/plugin_api/state.h"
#include "tenbo/plugin_api/reader.h"
#include "tenbo/plugin_api/watch.h"
#include "tenbo/plugin_api/all.h"

/* The layout of version 1.0 on 64 bits: a change here breaks every plugin that was ever built. Append only. */
_Static_assert(sizeof(tenbo_text) == 16, "tenbo_text");
_Static_assert(sizeof(tenbo_entry) == 40, "tenbo_entry");
_Static_assert(sizeof(tenbo_factory) == 32, "tenbo_factory");
_Static_assert(sizeof(tenbo_plugin) == 64, "tenbo_plugin");
_Static_assert(sizeof(tenbo_host) == 48, "tenbo_host");
_Static_assert(sizeof(tenbo_about) == 96, "tenbo_about");
_Static_assert(sizeof(tenbo_field) == 168, "tenbo_field");
_Static_assert(sizeof(tenbo_column) == 40, "tenbo_column");
_Static_assert(sizeof(tenbo_structure) == 96, "tenbo_structure");
_Static_assert(sizeof(tenbo_records) == 72, "tenbo_records");
_Static_assert(sizeof(tenbo_field_options) == 144, "tenbo_field_options");
_Static_assert(sizeof(tenbo_field_info) == 192, "tenbo_field_info");
_Static_assert(sizeof(tenbo_vector_options) == 72, "tenbo_vector_options");
_Static_assert(sizeof(tenbo_value) == 40, "tenbo_value");
/* Of version 1.1. */
_Static_assert(sizeof(tenbo_shape_class) == 48, "tenbo_shape_class");
_Static_assert(sizeof(tenbo_front) == 48, "tenbo_front");
_Static_assert(sizeof(tenbo_shape) == 112, "tenbo_shape");
_Static_assert(sizeof(tenbo_shapes) == 64, "tenbo_shapes");
_Static_assert(sizeof(tenbo_threshold) == 48, "tenbo_threshold");
_Static_assert(offsetof(tenbo_sensor, structure) == 176 && sizeof(tenbo_sensor) == 256, "tenbo_sensor");
_Static_assert(sizeof(tenbo_message) == 88, "tenbo_message");
_Static_assert(sizeof(tenbo_message_head) == 136, "tenbo_message_head");
