#pragma once
// What arrived, as bytes: read as a layer without a file of its own, and what a message says of itself.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tenbo/geo/instant.h"

namespace tenbo::io {

// Of a message of the Japan Meteorological Agency or a CAP alert, whatever rows it has. Words as they were sent.
struct MessageHead {
  enum class Actuality : std::uint8_t { actual, exercise, test };
  enum class Info : std::uint8_t { issue, correction, cancel };
  Actuality actuality = Actuality::actual;
  Info info = Info::issue;
  std::string code;  // "VXSE53", empty of a telegram whose body is not read; "CAP"
  std::string title, publisher, headline;
  std::string event;  // what messages about the same have in common; may be empty
  geo::Instant report_time;
  std::optional<geo::Instant> valid_until;
  std::optional<int> serial;
  std::string references;  // CAP: "sender,identifier,sent", one a line
};

// When a message says that it is of, by a look at its text: for freshness, nothing else. [any]
std::optional<geo::Instant> report_time_of(std::span<const std::byte> bytes);

}  // namespace tenbo::io
