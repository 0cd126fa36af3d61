/* What one publication may hold. More is TENBO_TOO_LARGE and fails the layer. */
#pragma once

#define TENBO_MAX_STRUCT_SIZE 4096u             /* bytes; a `size` above it is nonsense */
#define TENBO_MAX_GRID_SIDE 65536u              /* cells */
#define TENBO_MAX_STEPS 100000u                 /* of a field in time */
#define TENBO_MAX_FIELD_VALUES (1ull << 29)     /* cells x steps handed over in memory: 2 GiB */
#define TENBO_MAX_ROWS 5000000u
#define TENBO_MAX_COLUMNS 4096u
#define TENBO_MAX_VALUES (1ull << 28)           /* rows x columns */
#define TENBO_MAX_TEXT (1ull << 20)             /* bytes in one text */
#define TENBO_MAX_WARNINGS 200u
#define TENBO_MAX_CLASSES 1000u                 /* of shapes */
#define TENBO_MAX_POINTS (1ull << 26)           /* of all shapes of one publication together */
#define TENBO_MAX_FRONT 100000u                 /* radii of a wave front */
