/* The words that every part of Tenbo's plugin interface uses. Pure C11; nothing but this folder is needed.
 *
 * Rules that hold everywhere
 * - Every struct that crosses begins with its own `size` in bytes (sizeof), set by whoever fills it. A later minor version
 *   only ever appends members, so an older and a newer side understand each other by size.
 * - Text is UTF-8, given as pointer and length, not necessarily ended by a zero. Ids are zero-ended ASCII.
 * - Each side frees its own memory. What is handed to a call is borrowed for the length of that call and copied by the
 *   callee where it wants to keep it, unless the function says otherwise.
 * - No exception may leave a function. The host catches one that does and fails the layer.
 * - Threads: [main] the program's main thread, between two frames: return within a millisecond. [worker] a thread that the
 *   host runs for this one plugin instance: calls never overlap one another, but may overlap a [main] call; a call may take
 *   a while, up to the host's limit (5 s, not counting time spent inside the host's reader). [any] any thread, any time.
 */
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_ABI_MAJOR 1u /* plugin and host must agree */
#define TENBO_ABI_MINOR 1u /* grows when something is added */

#if defined(_WIN32)
#define TENBO_EXPORT __declspec(dllexport)
#else
#define TENBO_EXPORT __attribute__((visibility("default")))
#endif

typedef struct tenbo_text {
  const char *data; /* may be NULL where size is 0 */
  uint64_t size;    /* bytes */
} tenbo_text;

typedef int32_t tenbo_result;
enum {
  TENBO_OK = 0,
  TENBO_FAILED = 1,      /* the reason was logged as an error just before: the host shows it */
  TENBO_INVALID = 2,     /* an argument breaks the rules; the host has said which */
  TENBO_NOT_FOUND = 3,   /* no such file, parameter, row */
  TENBO_UNSUPPORTED = 4,
  TENBO_TOO_LARGE = 5,   /* over a limit of limits.h */
  TENBO_CLOSED = 6       /* the layer has failed or is gone: stop */
};

typedef uint32_t tenbo_log_level;
enum { TENBO_LOG_DEBUG = 0, TENBO_LOG_INFO = 1, TENBO_LOG_WARNING = 2, TENBO_LOG_ERROR = 3 };

typedef uint32_t tenbo_certainty;
enum { TENBO_CERTAINTY_UNKNOWN = 0, TENBO_CONFIRMED = 1, TENBO_ESTIMATED = 2, TENBO_SIMULATED = 3 };

/* Whether it is meant: 訓練 and 試験 are not. */
typedef uint32_t tenbo_status;
enum { TENBO_STATUS_ACTUAL = 0, TENBO_STATUS_EXERCISE = 1, TENBO_STATUS_TEST = 2 };

/* Health of a structure after the Japanese road inspection guideline; see docs/guide/infra-inspection.md. */
typedef uint32_t tenbo_grade;
enum {
  TENBO_GRADE_NOT_INSPECTED = 0, /* or nobody knows */
  TENBO_GRADE_I = 1,             /* sound */
  TENBO_GRADE_II = 2,            /* preventive maintenance */
  TENBO_GRADE_III = 3,           /* early action */
  TENBO_GRADE_IV = 4,            /* urgent action */
  TENBO_GRADE_EXEMPT = 5         /* outside the duty to inspect */
};

typedef uint32_t tenbo_value_type;
enum { TENBO_MISSING = 0, TENBO_TEXT = 1, TENBO_INTEGER = 2, TENBO_REAL = 3, TENBO_BOOLEAN = 4 };

/* Seconds would do for most, but radar comes with milliseconds: ms since 1970-01-01T00:00:00Z. */
typedef int64_t tenbo_time;

#ifdef __cplusplus
}
#endif
