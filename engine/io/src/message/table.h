#pragma once
// A message as a vector layer: a row for what it says of each place, with the head's words in every row.
#include <filesystem>
#include <string_view>

#include "tenbo/io/vector.h"

namespace tenbo::io::message {

// By the first bytes: a message of the Agency or a CAP alert.
bool looks_like_message(std::string_view head);
// Types of rows: hypocentre, prefecture, area, city, station, early_warning, forecast, coast, volcano, ash. A place has a geometry where the message gives it one; areas by
// code alone have none. A cancellation has no rows; a drill or test is a warning. [worker]
Result<VectorData> read_message_table(const std::filesystem::path& path);
// Of text in memory. `other_telegrams`: a message whose body is not read has its head, no rows and a warning; else an error. [any]
Result<VectorData> message_table(std::string_view xml, const std::string& label, bool other_telegrams);

}  // namespace tenbo::io::message
