/* Host extension "tenbo.shapes/1": a plugin publishes points, lines, areas and wave fronts, and the engine drapes them on the
 * ground, names their classes in the legend, lets people pick their records, and counts what they touch.
 *
 * A publication replaces the one before it as a whole. A shape without a time is there always; others only from `from` (and
 * before `until`) on the time that is shown, so that one publication holds a whole evening.
 */
#pragma once
#include "tenbo/plugin_api/layer_source.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_EXT_SHAPES "tenbo.shapes/1"

typedef uint32_t tenbo_shape_kind;
enum {
  TENBO_SHAPE_NONE = 0,  /* a record without a place: listed and counted, not drawn */
  TENBO_SHAPE_POINT = 1,
  TENBO_SHAPE_LINE = 2,
  TENBO_SHAPE_AREA = 3,
  TENBO_SHAPE_FRONT = 4, /* a circle on the ground that grows with time: see tenbo_front */
  /* Stands in the air, as a plume over a crater: two points of its own, its foot on the ground and the place that it drifts to (the
   * same: straight up), and `height`, that of its top. How wide it is says nothing. A host of 1.1 before this kind refuses it. */
  TENBO_SHAPE_COLUMN = 5
};

typedef uint32_t tenbo_pattern;
enum { TENBO_PATTERN_SOLID = 0, TENBO_PATTERN_HATCHED = 1 /* not known, or ended */ };

/* How bad it is, the same scale for every hazard: alarms and lists sort by it. 警戒レベル 1 to 5 where there is one. */
#define TENBO_LEVEL_UNKNOWN (-1)
#define TENBO_LEVEL_NONE 0
#define TENBO_LEVEL_MOST 5

/* A row of the legend, in its order there. */
typedef struct tenbo_shape_class {
  uint32_t size;
  tenbo_pattern pattern;
  int32_t level;           /* -1 to 5 */
  uint8_t colour[4];       /* sRGB, opacity last; areas are drawn more transparent than this, their edges not */
  tenbo_text label_ja, label_en; /* one of them may be empty */
} tenbo_shape_class;

/* Radius of a front by time since its start: between two entries straight, before the first and after the last nothing. */
typedef struct tenbo_front {
  uint32_t size;
  uint32_t count;          /* at least 2 */
  double lon, lat;         /* degrees: the centre, above the source */
  tenbo_time start;
  const double *seconds;   /* count, ascending from 0 on; s */
  const double *metres;    /* count; on the ground, 0 or more */
} tenbo_front;

typedef struct tenbo_shape {
  uint32_t size;
  tenbo_shape_kind kind;
  uint32_t row;            /* its record */
  uint32_t shape_class;    /* index into classes */
  uint32_t has_from, has_until;
  tenbo_time from, until;  /* shown from `from` on and before `until` */
  /* Where it is, one of three. Points of its own: lon, lat in degrees, pair by pair. Rings of an area begin at `ring_starts`
   * (the first at 0; NULL = one ring); a ring within the ring before it is a hole. */
  const double *lon_lat;
  const uint32_t *ring_starts;
  uint32_t point_count, ring_count;
  /* Or the geometry, whole, of a row of something that the reader has open. `kind` still says what to draw of it: the line of
   * an area is its edge, the point of anything its middle. */
  const struct tenbo_reader_vector *from_reader;
  uint32_t reader_row;
  uint32_t has_height;     /* of a point: height counts; else it lies on the ground. Of a column 1 */
  double height;           /* m, scene's datum; below the ground for a hypocentre */
  const tenbo_front *front; /* of a front */
  tenbo_text label;        /* beside it; empty = none */
} tenbo_shape;

typedef struct tenbo_shapes {
  uint32_t size;
  uint32_t class_count;
  const tenbo_about *about;
  tenbo_text legend_title; /* "Tsunami warnings"; empty = the layer's */
  const tenbo_shape_class *classes;
  /* What the shapes are about: rows, columns; its structures and about are not used. Where real rows stand beside those of an exercise or a
   * test, a text column "status" says it of each (通常, 訓練, 試験, or actual, exercise, test): alarms go by it, else by `about`. */
  const tenbo_records *records;
  const tenbo_shape *shapes;
  uint32_t shape_count;
  uint32_t reserved;
} tenbo_shapes;

typedef struct tenbo_shape_source {
  uint32_t size;
  uint32_t reserved;
  tenbo_result (*publish)(const tenbo_host *host, const tenbo_shapes *shapes); /* [any] as of tenbo.layer-source/1 */
} tenbo_shape_source;

#ifdef __cplusplus
}
#endif
