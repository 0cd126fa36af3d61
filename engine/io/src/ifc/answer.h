#pragma once
// The worker's answer, checked: every size against what is left, every index against what there is.
#include <cstddef>
#include <cstdint>
#include <glm/vec3.hpp>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ifc/ifc_format.h"
#include "tenbo/base/diagnostics.h"
#include "tenbo/base/result.h"

namespace tenbo::io::ifc {

using Value = std::variant<std::string, std::int64_t, double, bool>;
struct Row {
  std::string id, type, name;  // id: the GlobalId, or "#12" where it has none
  std::int64_t whole = -1;     // index of what it is part of
  std::vector<std::pair<std::string, Value>> values;
};
struct Part {
  std::uint32_t element;
  std::uint8_t colour[4];
  glm::dvec3 origin;           // m, model axes
  std::vector<ifc_format::Vertex> vertices;
  std::vector<std::uint32_t> indices;
};
struct Answer {
  std::vector<Row> rows;
  std::vector<Part> parts;
  nlohmann::json info;
};
Result<Answer> parse_answer(std::span<const std::byte> bytes, const std::string& file);

// Warnings: the classes without a mesh, with counts and why.
void tell_what_is_not_drawn(const nlohmann::json& info, const std::string& file, Diagnostics& out);

}  // namespace tenbo::io::ifc
