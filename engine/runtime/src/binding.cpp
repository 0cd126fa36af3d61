#include "binding.h"

#include <string>

namespace tenbo::runtime {

std::vector<inspection::Candidate> binding_candidates(const geo::FeatureTable& features) {
  using inspection::Kind;
  std::vector<inspection::Candidate> out;
  for (std::uint32_t i = 0; i < features.size(); ++i) {
    const auto type = features.type(i);
    const Kind kind = type.find("Bridge") != std::string_view::npos ? Kind::bridge : type.find("Tunnel") != std::string_view::npos ? Kind::tunnel : Kind::unknown;
    if (kind == Kind::unknown) continue;
    inspection::Candidate c{i, features.id(i), {}, kind, features.extent(i)};
    const auto name = features.value(i, "gml:name");
    if (const auto* text = std::get_if<std::string_view>(&name)) c.name = *text;
    out.push_back(c);
  }
  return out;
}

inspection::Record binding_record(const Structure& s) { return {s.id, s.name, inspection::read_kind(s.kind), s.lon, s.lat}; }

std::vector<inspection::Binding> bind_records(std::span<const Structure> structures, const geo::FeatureTable& features,
                                              std::span<const inspection::Correction> corrections) {
  return inspection::bind(static_cast<std::uint32_t>(structures.size()), [&](std::uint32_t i) { return binding_record(structures[i]); },
                          binding_candidates(features), corrections);
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> tied(std::span<const inspection::Binding> bindings) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  for (const auto& b : bindings)
    if (const auto* m = b.tied()) out.emplace_back(b.record, m->feature);
  return out;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> bind_structures(std::span<const Structure> structures, const geo::FeatureTable& features) {
  return tied(bind_records(structures, features));
}

}  // namespace tenbo::runtime
