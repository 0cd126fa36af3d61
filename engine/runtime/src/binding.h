#pragma once
// Records of a layer and the 3D bridges and tunnels of another (inspection/binding.h), and the corrections beside the scene.
#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include "tenbo/base/result.h"
#include "tenbo/geo/features.h"
#include "tenbo/inspection/binding.h"
#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

std::vector<inspection::Candidate> binding_candidates(const geo::FeatureTable& features);  // its bridges and tunnels; views the table
inspection::Record binding_record(const Structure& structure);                             // views the structure

std::vector<inspection::Binding> bind_records(std::span<const Structure> structures, const geo::FeatureTable& features,
                                              std::span<const inspection::Correction> corrections = {});
// Of those that are tied: index of the structure -> feature of the table, ascending by structure.
std::vector<std::pair<std::uint32_t, std::uint32_t>> tied(std::span<const inspection::Binding> bindings);
std::vector<std::pair<std::uint32_t, std::uint32_t>> bind_structures(std::span<const Structure> structures, const geo::FeatureTable& features);

// SCENE.bindings.json beside SCENE.json: what people said, in the order they said it. A file that is not there is empty.
struct SavedCorrection { std::string layer; inspection::Correction correction; };
std::filesystem::path corrections_file(const std::filesystem::path& scene);
Result<std::vector<SavedCorrection>> read_corrections(const std::filesystem::path& file);
Status write_corrections(const std::filesystem::path& file, std::span<const SavedCorrection> corrections);

}  // namespace tenbo::runtime
