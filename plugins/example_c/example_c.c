/* The smallest useful plugin: the distance from a place in metres, as a field of 200 x 200 cells over about 4 x 4 km.
 * Read it from the end to the beginning: the library's entry, its factory, the plugin, its parameters, its one publication.
 * Build it alone with
 *   cc -std=c11 -shared -fPIC -I engine/plugin_api/include -o example_c.so example_c.c -lm
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tenbo/plugin_api/all.h"

enum { side = 200 }; /* cells each way */

typedef struct example { /* one for each layer that asks for this plugin */
  tenbo_plugin plugin;   /* what the host holds; plugin_data points back here */
  const tenbo_host *host;
  double lon, lat; /* degrees */
} example;

static tenbo_text text(const char *s) { return (tenbo_text){s, strlen(s)}; }

/* ---- computing and publishing: the host copies everything before publish_field returns, so all may live here */
static tenbo_result publish(example *self) {
  const tenbo_layer_source *source = self->host->get_extension(self->host, TENBO_EXT_LAYER_SOURCE);
  if (!source) return TENBO_UNSUPPORTED;
  const double cell = 0.0002; /* degrees of latitude, about 22 m */
  const double squeeze = cos(self->lat * 3.14159265358979 / 180), wide = cell / squeeze;
  float *metres = malloc(sizeof(float) * side * side);
  if (!metres) return TENBO_TOO_LARGE;
  for (int row = 0; row < side; ++row)
    for (int column = 0; column < side; ++column)
      metres[row * side + column] = (float)(111320.0 * cell * hypot(column + 0.5 - side / 2.0, row + 0.5 - side / 2.0));
  const float *slices[1] = {metres};

  tenbo_about about = {.size = sizeof about, .certainty = TENBO_ESTIMATED};
  about.title = text("Distance");
  about.source = text("example_c, computed on a sphere");

  tenbo_field field = {.size = sizeof field, .about = &about, .width = side, .height = side, .step_count = 1, .slices = slices};
  field.quantity = text("distance");
  field.unit = text("m");
  field.crs = text("EPSG:4326");
  field.geotransform[0] = self->lon - wide * side / 2; /* west edge */
  field.geotransform[1] = wide;
  field.geotransform[3] = self->lat + cell * side / 2; /* north edge: rows run from the top */
  field.geotransform[5] = -cell;
  const tenbo_result result = source->publish_field(self->host, &field);
  free(metres);
  return result;
}

/* ---- parameters: the host has checked them against plugin.json */
static tenbo_result set(const tenbo_plugin *plugin, tenbo_text name, tenbo_text value) {
  example *self = plugin->plugin_data;
  char number[64] = {0}; /* a tenbo_text need not end with a zero */
  if (value.size >= sizeof number) return TENBO_INVALID;
  if (value.size) memcpy(number, value.data, value.size);
  if (name.size == 3 && memcmp(name.data, "lon", 3) == 0) self->lon = strtod(number, NULL);
  if (name.size == 3 && memcmp(name.data, "lat", 3) == 0) self->lat = strtod(number, NULL);
  return TENBO_OK;
}
static tenbo_result apply(const tenbo_plugin *plugin) { return publish(plugin->plugin_data); }
static const tenbo_parameters parameters = {sizeof(tenbo_parameters), 0, set, apply};

/* ---- the plugin: all on the worker thread that the host runs for it */
static tenbo_result init(const tenbo_plugin *plugin) { return (void)plugin, TENBO_OK; }
static tenbo_result activate(const tenbo_plugin *plugin) { return publish(plugin->plugin_data); }
static void deactivate(const tenbo_plugin *plugin) { (void)plugin; }
static void destroy(const tenbo_plugin *plugin) { free(plugin->plugin_data); }
static const void *get_extension(const tenbo_plugin *plugin, const char *id) {
  (void)plugin;
  return strcmp(id, TENBO_EXT_PARAMETERS) == 0 ? &parameters : NULL;
}

/* ---- the factory: makes instances */
static uint32_t count(const tenbo_factory *factory) { return (void)factory, 1; }
static const char *get_id(const tenbo_factory *factory, uint32_t index) {
  return (void)factory, index == 0 ? "example_c" : NULL; /* the id of plugin.json */
}
static const tenbo_plugin *create(const tenbo_factory *factory, const tenbo_host *host, const char *id) {
  (void)factory;
  example *self = strcmp(id, "example_c") == 0 ? calloc(1, sizeof *self) : NULL;
  if (!self) return NULL;
  self->host = host;
  self->plugin = (tenbo_plugin){sizeof(tenbo_plugin), 0, self, init, activate, deactivate, NULL, destroy, get_extension};
  return &self->plugin;
}
static const tenbo_factory factory_of_one = {sizeof(tenbo_factory), 0, count, get_id, create};

/* ---- the entry: the one symbol that the library exports */
static tenbo_result entry_init(tenbo_text folder) { return (void)folder, TENBO_OK; }
static void entry_deinit(void) {}
static const void *get_factory(const char *id) { return strcmp(id, TENBO_PLUGIN_FACTORY) == 0 ? &factory_of_one : NULL; }

TENBO_EXPORT const tenbo_entry tenbo_plugin_entry = {
    sizeof(tenbo_entry), TENBO_ABI_MAJOR, TENBO_ABI_MINOR, 0, entry_init, entry_deinit, get_factory};
