/* Host extension "tenbo.reader/1": the host reads files for the plugin, so that a plugin links no format library and every
 * format of Tenbo works in every plugin. Paths are as the host handed them to the plugin (absolute).
 *
 * Handles belong to the instance: closing them early saves memory, whatever is left is closed with the instance. The views
 * they give (texts, arrays) live until the handle is closed. Failures are logged by the host with file and place, as an
 * error: return TENBO_FAILED and it becomes the layer's message.
 */
#pragma once
#include "tenbo/plugin_api/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_EXT_READER "tenbo.reader/1"

typedef struct tenbo_reader_field tenbo_reader_field;
typedef struct tenbo_reader_vector tenbo_reader_vector;

/* All may be empty: then the file says it, or nobody. */
typedef struct tenbo_field_options {
  uint32_t size;
  uint32_t nodata_is_dry;
  tenbo_text variable;  /* of a NetCDF file; empty = the first in space and time */
  tenbo_text quantity, unit, source;
  tenbo_text start;     /* ISO 8601 with an offset: valid time of the first step, where the file does not say */
  tenbo_text issue_time; /* ISO 8601 with an offset */
  tenbo_text certainty; /* confirmed, estimated, simulated */
  double step_seconds;  /* between steps, where the file does not say; 0 = not given */
  tenbo_text crs;       /* "EPSG:32633", where the file does not say */
} tenbo_field_options;

typedef struct tenbo_field_info {
  uint32_t size; /* set by the caller */
  tenbo_certainty certainty;
  tenbo_text quantity, unit, source, crs;
  tenbo_time issue_time;
  uint32_t has_issue_time;
  uint32_t nodata_is_dry;
  uint32_t width, height, step_count;
  uint32_t has_valid_times;
  const tenbo_time *valid_times; /* step_count, or NULL */
  double geotransform[6];
  double west, south, east, north; /* degrees */
} tenbo_field_info;

typedef struct tenbo_vector_options {
  uint32_t size;
  uint32_t reserved;
  tenbo_text layer;    /* empty = the first */
  tenbo_text encoding; /* of text, where the file does not say; empty = guessed */
  tenbo_text lon_column, lat_column; /* of a table without geometry; empty = guessed */
} tenbo_vector_options;

typedef struct tenbo_vector_info {
  uint32_t size; /* set by the caller */
  uint32_t row_count;
  uint32_t column_count;
  uint32_t has_heights;
  tenbo_text name;
} tenbo_vector_info;

typedef struct tenbo_vector_column {
  uint32_t size; /* set by the caller */
  tenbo_value_type type;
  tenbo_text name;
  uint64_t count; /* rows that have it */
} tenbo_vector_column;

typedef struct tenbo_value {
  tenbo_value_type type; /* TENBO_MISSING: nothing below counts */
  uint32_t boolean;
  int64_t integer;
  double real;
  tenbo_text text;
} tenbo_value;

typedef struct tenbo_place {
  double lon, lat; /* degrees; NaN: the row has no geometry. Lines: half way; areas: the middle */
  double height;   /* m; NaN: none */
} tenbo_place;

typedef struct tenbo_reader {
  uint32_t size;
  uint32_t reserved;

  /* [worker] One file, several, or a folder. A field of up to 512 MiB is read whole, so that it stays what it was when the
   * file is replaced, and a broken file is known at once; a larger one is read as it is needed. */
  tenbo_result (*open_field)(const tenbo_host *host, const tenbo_text *paths, uint32_t path_count,
                             const tenbo_field_options *options, const tenbo_reader_field **field);
  /* [any] */
  tenbo_result (*field_info)(const tenbo_host *host, const tenbo_reader_field *field, tenbo_field_info *info);
  /* [worker] width * height values from the top, NaN = unknown. */
  tenbo_result (*field_slice)(const tenbo_host *host, const tenbo_reader_field *field, uint32_t step, const float **values,
                              uint64_t *count);
  void (*close_field)(const tenbo_host *host, const tenbo_reader_field *field); /* [any] */

  /* [worker] A vector file; or a city model, a file or a folder of them: its objects with their attributes, and what they cover of the
   * ground as areas. */
  tenbo_result (*open_vector)(const tenbo_host *host, tenbo_text path, const tenbo_vector_options *options,
                              const tenbo_reader_vector **vector);
  /* [any] */
  tenbo_result (*vector_info)(const tenbo_host *host, const tenbo_reader_vector *vector, tenbo_vector_info *info);
  tenbo_result (*vector_column)(const tenbo_host *host, const tenbo_reader_vector *vector, uint32_t index,
                                tenbo_vector_column *column);
  /* [any] Fills out[0..count) with a column's values of the rows from `first` on. */
  tenbo_result (*vector_values)(const tenbo_host *host, const tenbo_reader_vector *vector, uint32_t column, uint32_t first,
                                uint32_t count, tenbo_value *out);
  tenbo_result (*vector_places)(const tenbo_host *host, const tenbo_reader_vector *vector, uint32_t first, uint32_t count,
                                tenbo_place *out);
  tenbo_result (*vector_id)(const tenbo_host *host, const tenbo_reader_vector *vector, uint32_t row, tenbo_text *id);
  void (*close_vector)(const tenbo_host *host, const tenbo_reader_vector *vector); /* [any] */
} tenbo_reader;

#ifdef __cplusplus
}
#endif
