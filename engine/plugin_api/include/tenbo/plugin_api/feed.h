/* Host extension "tenbo.feed/1": the messages of the feeds that the layer names in its scene, as they arrived. They stand in
 * the journal before a plugin sees them, and come again, in the same order, when a journal is replayed or the time that is
 * shown goes back: so what a plugin publishes may depend on the messages it was given and on nothing else, no clock, no file
 * that changes.
 */
#pragma once
#include "tenbo/plugin_api/reader.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENBO_EXT_FEED "tenbo.feed/1"

typedef struct tenbo_message {
  uint32_t size;
  uint32_t retained;   /* 1: MQTT, what the broker had kept; no news */
  uint64_t number;     /* of the journal; ascending */
  tenbo_time arrival;
  tenbo_text feed;     /* the feed's name in the scene */
  tenbo_text source;   /* topic, address or file name */
  tenbo_text type;     /* media type, where the source gives one */
  const void *bytes;   /* as received */
  uint64_t byte_count;
} tenbo_message;

typedef uint32_t tenbo_info_type;
enum { TENBO_INFO_ISSUE = 0, TENBO_INFO_CORRECTION = 1 /* 訂正, Update */, TENBO_INFO_CANCEL = 2 /* 取消, Cancel */ };

/* What a message says of itself, whatever rows it has. */
typedef struct tenbo_message_head {
  uint32_t size; /* set by the caller */
  uint32_t is_message; /* 0: data without a head; nothing below counts */
  tenbo_status status;
  tenbo_info_type info_type;
  tenbo_text code;      /* "VXSE53", "CAP": what kind of message it is */
  tenbo_text title, publisher, event, headline; /* event: what messages about the same have in common; may be empty */
  tenbo_time report_time, valid_until;
  uint32_t has_valid_until;
  int32_t serial;       /* 第N報; 0: none */
  tenbo_text references; /* CAP: the messages that it updates or cancels, "sender,identifier,sent", one a line */
} tenbo_message_head;

typedef struct tenbo_feed {
  uint32_t size;
  uint32_t reserved;
  /* [worker] During activate, once. `arrived` is called on [worker] with `count` messages at a time, in the order of the
   * journal; publish once after a call, not for each message. `messages` NULL (count 0): forget all messages before; what
   * follows is the state of another time. Elements have the same `size`. */
  tenbo_result (*subscribe)(const tenbo_host *host,
                            tenbo_result (*arrived)(const tenbo_plugin *plugin, const tenbo_message *messages, uint32_t count,
                                                    void *user),
                            void *user);
  /* [worker] Reads bytes as open_vector of tenbo.reader/1 reads a file: warnings of the Japan Meteorological Agency, CAP,
   * GeoJSON. `name` stands in messages, and its ending may say what it is. The bytes need not outlive the call. */
  tenbo_result (*open_message)(const tenbo_host *host, const void *bytes, uint64_t byte_count, tenbo_text name,
                               const tenbo_vector_options *options, const tenbo_reader_vector **vector);
  /* [worker] The same as open_field: ShakeMap's grid.xml, GRIB2. */
  tenbo_result (*open_message_field)(const tenbo_host *host, const void *bytes, uint64_t byte_count, tenbo_text name,
                                     const tenbo_field_options *options, const tenbo_reader_field **field);
  /* [any] Of anything that open_message, or open_vector of tenbo.reader/1, has opened. */
  tenbo_result (*message_head)(const tenbo_host *host, const tenbo_reader_vector *vector, tenbo_message_head *head);
} tenbo_feed;

#ifdef __cplusplus
}
#endif
