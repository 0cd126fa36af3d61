/* Host extension "tenbo.inspection/1": the host reads lists of structures, of their inspections and of their defects by a mapping
 * (docs/guide/infra-inspection.md) into a register, and a plugin publishes it. The engine draws the markers, ties them to 3D
 * bridges, and answers filters, totals and histories from the register.
 */
#pragma once
#include "tenbo/plugin_api/layer_source.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_EXT_INSPECTION "tenbo.inspection/1"
#define TENBO_MAX_LISTS 64u /* of one register */

typedef struct tenbo_register tenbo_register;

/* One list. All texts may be empty but `path`. */
typedef struct tenbo_list {
  uint32_t size;
  uint32_t reserved;
  tenbo_text path;     /* CSV, JSON, GeoJSON, CityGML, any vector file, or "PG:..." of a PostGIS database */
  tenbo_text layer;    /* of a container; empty = the first */
  tenbo_text encoding; /* empty = guessed */
  tenbo_text mapping;  /* a JSON file, or the name of one that Tenbo ships; empty = the columns are guessed from their names */
  /* Over the mapping's: names of columns, and the scale of the grades (auto, grade, nbi). */
  tenbo_text id_column, name_column, kind_column, grade_column, year_column, source_column, lon_column, lat_column, scale;
  tenbo_text source;   /* who says so; empty = as the mapping or the rows say */
} tenbo_list;

typedef struct tenbo_register_info {
  uint32_t size; /* set by the caller */
  uint32_t structure_count;
  uint32_t placed_count; /* of them those with a place */
  uint32_t defect_count;
  uint64_t problem_count; /* rows that are wrong, or of which something is */
  tenbo_text source; /* of the whole: as given, else what the rows say where that is at most three; empty = nobody says */
} tenbo_register_info;

typedef struct tenbo_inspection {
  uint32_t size;
  uint32_t reserved;
  /* [worker] The first list is the structures; the others are inspections or defects of them, as their mappings say. All elements
   * have the same `size`. A failure is logged with file and place, and leaves what was published. */
  tenbo_result (*read)(const tenbo_host *host, const tenbo_list *lists, uint32_t list_count, const tenbo_register **made);
  tenbo_result (*info)(const tenbo_host *host, const tenbo_register *made, tenbo_register_info *info); /* [any] */
  /* [any] `about` as everywhere; what was wrong in the lists is added to its warnings. `photos`: the folder of the defects'
   * photographs, or empty. `use_height`: 1: markers stand at the list's heights. */
  tenbo_result (*publish)(const tenbo_host *host, const tenbo_about *about, const tenbo_register *made, tenbo_text photos, uint32_t use_height);
  void (*close)(const tenbo_host *host, const tenbo_register *made); /* [any] what was published stays */
} tenbo_inspection;

#ifdef __cplusplus
}
#endif
