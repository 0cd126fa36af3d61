#pragma once
// Disaster information in XML of the Japan Meteorological Agency (jmaxml1): what every message has in common, and the
// bodies of those that the hazards show. Words stay as they are sent; times are instants; places are degrees.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/instant.h"
#include "tenbo/io/jma_earthquake.h"
#include "tenbo/io/jma_tsunami.h"
#include "tenbo/io/jma_volcano.h"
#include "tenbo/io/jma_warning.h"

namespace tenbo::io {

enum class JmaStatus { unknown, normal, drill, test };          // 通常, 訓練, 試験
enum class JmaInfoType { unknown, issue, correction, cancel };  // 発表, 訂正, 取消

struct JmaHeadlineItem {
  std::vector<JmaKind> kinds, last_kinds;
  std::vector<JmaArea> areas;
};
struct JmaHeadlineInformation {
  std::string type;  // "気象警報・注意報（市町村等）"
  std::vector<JmaHeadlineItem> items;
};

struct JmaReport {
  // The telegram, by its title: "VXSE53". A message does not hold it; empty: not one of those whose body is read.
  std::string code;
  // Control
  std::string title;
  std::optional<geo::Instant> sent;  // by the Agency's system, UTC
  JmaStatus status = JmaStatus::unknown;
  std::string status_word;
  std::string editorial_office, publishing_office;
  // Head
  std::string head_title;
  geo::Instant report_time;  // what freshness is judged by
  std::optional<geo::Instant> target_time, valid_until;
  std::string target_doubt;  // "頃": about the target time
  std::string event_id;
  JmaInfoType info_type = JmaInfoType::unknown;
  std::string info_type_word;
  std::optional<int> serial;
  std::string info_kind, info_kind_version;
  std::string headline;
  std::vector<JmaHeadlineInformation> headline_information;
  // Body
  std::string text;  // of a cancellation, or beside what is below
  std::variant<std::monostate, JmaEarthquakeReport, JmaTsunamiReport, JmaWarningReport, JmaVolcanoReport> body;
  Diagnostics diagnostics;  // parts that could not be read, and are left out
};

// Fails where the text is no such message, or its status, kind of issue or report time cannot be told: without them nobody
// knows what it is. A message of another telegram has its heads, and no body. `label` stands in messages. [any]
Result<JmaReport> read_jma(std::string_view xml, const std::string& label);

inline constexpr std::uint64_t max_message_bytes = 32u << 20;

}  // namespace tenbo::io
