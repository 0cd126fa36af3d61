/* Host extension "tenbo.layer-source/1": a plugin says what its data is, and the engine draws it, with time, legend,
 * picking and search. A publication replaces the one before it as a whole; readers see the old or the new, never a part.
 *
 * The host checks everything before it shows anything. What breaks a rule fails the layer with a message that names the
 * plugin and the member; the few things that are mended instead are said to be.
 */
#pragma once
#include "tenbo/plugin_api/limits.h"
#include "tenbo/plugin_api/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_EXT_LAYER_SOURCE "tenbo.layer-source/1"

struct tenbo_reader_field;  /* see reader.h */
struct tenbo_reader_vector;

/* Where numbers come from; shown wherever they are. */
typedef struct tenbo_about {
  uint32_t size;
  tenbo_certainty certainty;
  tenbo_text title;
  tenbo_text source;     /* who says so; empty = not stated */
  tenbo_time issue_time; /* when the forecast was made */
  uint32_t has_issue_time;
  uint32_t warning_count;
  const tenbo_text *warnings; /* what was left out or guessed: shown with the layer */
  /* --- since 1.1 */
  tenbo_status status;        /* not actual: a banner on every view and file */
  uint32_t note_count;
  tenbo_text headline;        /* what the message says in a sentence */
  const tenbo_text *notes;    /* what people must know of it: cancelled, corrected and how; shown with the layer */
} tenbo_about;

/* A quantity over a grid and time. Either the grid and `slices` are given, or `from_reader`. */
typedef struct tenbo_field {
  uint32_t size;
  uint32_t is_water_depth; /* 1: draw as water, and tell each building its depth */
  const tenbo_about *about;
  tenbo_text quantity; /* "water depth" */
  tenbo_text unit;     /* "m" */
  tenbo_text palette;  /* a name under assets/palettes ("flood-depth"); empty = a continuous default */
  uint32_t nodata_is_dry; /* 1: NaN means "no water here" by declaration of the source; 0: unknown */

  uint32_t width, height;  /* cells */
  uint32_t step_count;     /* at least 1 */
  double geotransform[6];  /* cell corner (column, row) to CRS: x = g0 + c g1 + r g2, y = g3 + c g4 + r g5 */
  tenbo_text crs;          /* "EPSG:6668", WKT ...; x is longitude or easting whatever the CRS's own axis order */
  const tenbo_time *valid_times; /* step_count, ascending; NULL = one step without time */
  /* step_count pointers to width * height values, row by row from the top. NaN = unknown; an infinite value is mended to
   * unknown, with a warning. */
  const float *const *slices;

  /* Or: what the reader opened, shown as it is (no copy). step_count and above are then ignored; quantity, unit,
   * source, certainty and issue time say what the file does not. The plugin may close the handle after the call. */
  const struct tenbo_reader_field *from_reader;
} tenbo_field;

typedef struct tenbo_column {
  uint32_t size;
  tenbo_value_type type;
  tenbo_text name;
  const void *values;     /* row_count of tenbo_text, int64_t, double or uint8_t by type; NaN = missing */
  const uint8_t *present; /* row_count; 0 = missing. NULL = all are there */
} tenbo_column;

/* A bridge, tunnel, gauge: something that stands at a place and has a grade. */
typedef struct tenbo_structure {
  uint32_t size;
  uint32_t row; /* its record */
  tenbo_text id, name, kind;
  double lon, lat; /* degrees; a structure without a place on Earth is left out, with a warning */
  double height;   /* m, scene's datum */
  uint32_t has_height; /* 0: on the ground */
  tenbo_grade grade;
  int32_t year; /* of the last inspection */
  uint32_t has_year;
} tenbo_structure;

/* Records, with the structures they are about. All elements of an array have the same `size`. */
typedef struct tenbo_records {
  uint32_t size;
  uint32_t row_count;
  const tenbo_about *about;
  tenbo_text type;          /* what a row is: "bridge" */
  const tenbo_text *ids;    /* row_count; NULL = "1", "2", ... */
  const tenbo_column *columns;
  const tenbo_structure *structures;
  uint32_t column_count;
  uint32_t structure_count;
  const struct tenbo_reader_vector *from_reader; /* instead of row_count, type, ids, columns: every attribute of the file */
} tenbo_records;

typedef struct tenbo_layer_source {
  uint32_t size;
  uint32_t reserved;
  /* [any] Copies what it needs before it returns. TENBO_CLOSED after the instance was deactivated or has failed. */
  tenbo_result (*publish_field)(const tenbo_host *host, const tenbo_field *field);
  tenbo_result (*publish_records)(const tenbo_host *host, const tenbo_records *records);
  /* [any] Adds a warning to what is on screen ("the new file cannot be read; showing the one of 09:00"), on [worker] with
   * the last error logged in the running call as its reason. The next publication clears it. */
  tenbo_result (*report)(const tenbo_host *host, tenbo_text warning);
} tenbo_layer_source;

#ifdef __cplusplus
}
#endif
