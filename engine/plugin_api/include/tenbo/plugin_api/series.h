/* Host extension "tenbo.series/1": gauges and other sensors, each a place with values in time and thresholds. The engine draws
 * a mark in the colour of the highest threshold reached at the time that is shown, its value with unit and age, and on a pick
 * the last 24 hours with the thresholds. A publication replaces the one before it as a whole.
 */
#pragma once
#include "tenbo/plugin_api/layer_source.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_EXT_SERIES "tenbo.series/1"
#define TENBO_MAX_THRESHOLDS 16u
#define TENBO_ALONG 1u
#define TENBO_ACROSS 2u
#define TENBO_UP 4u
#define TENBO_MAX_SAMPLES (1u << 24) /* of all sensors of a publication */

/* Reached at `value` and above it; of a sensor whose danger lies below (`falling`), at `value` and below it. */
typedef struct tenbo_threshold {
  uint32_t size;
  int32_t level;                 /* 1 to 5, as in shapes.h */
  double value;
  tenbo_text label_ja, label_en; /* 氾濫危険水位 */
} tenbo_threshold;

typedef struct tenbo_sensor {
  uint32_t size;
  uint32_t falling;        /* 1: lower is worse */
  tenbo_text id, name, kind, quantity, unit; /* kind: "water level"; unit "m" */
  tenbo_text source;       /* who measures; empty = the layer's */
  double lon, lat;         /* degrees */
  double height;           /* m, scene's datum */
  uint32_t has_height;     /* 0: on the ground */
  uint32_t threshold_count;
  const tenbo_threshold *thresholds;
  double expected_interval; /* s between two readings; 0 = nobody said, and then it never goes stale */
  uint32_t sample_count;
  uint32_t reserved;
  const tenbo_time *times; /* sample_count, ascending: when it was measured */
  const double *values;    /* NaN: 欠測, measured but missing */
  /* --- appended: of a sensor on a structure. A plugin whose struct ends before has none of it; a host that ends before ignores it. */
  tenbo_text structure;        /* id of a structure of an inspection layer; empty = of none. With one, lon and lat may be NaN */
  tenbo_text member, element;  /* as inspectors write them: "main girder", 主桁; "0102" (span and part) or "2" */
  int32_t span;                /* 1 at the structure's start; 0 = not known */
  uint32_t has_position;       /* TENBO_ALONG | TENBO_ACROSS | TENBO_UP: which of the three are known */
  double along, across, up;    /* m: from the structure's start (its span's, where one is given), left of its axis, up from the deck */
} tenbo_sensor;

typedef struct tenbo_sensors {
  uint32_t size;
  uint32_t sensor_count;
  const tenbo_about *about;
  const tenbo_sensor *sensors;
} tenbo_sensors;

typedef struct tenbo_series_source {
  uint32_t size;
  uint32_t reserved;
  tenbo_result (*publish)(const tenbo_host *host, const tenbo_sensors *sensors); /* [any] as of tenbo.layer-source/1 */
} tenbo_series_source;

#ifdef __cplusplus
}
#endif
