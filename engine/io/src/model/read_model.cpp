#include <algorithm>
#include <cmath>
#include <cstring>
#include <glm/geometric.hpp>
#include <limits>
#include <span>

#include "image/image_memory.h"
#include "model/model_format.h"
#include "tenbo/base/file.h"
#include "tenbo/base/inside.h"
#include "tenbo/base/process.h"
#include "tenbo/base/text.h"
#include "tenbo/io/image.h"
#include "tenbo/io/model.h"
#include "worker_output.h"

namespace tenbo::io {

namespace fs = std::filesystem;
namespace format = model_format;

namespace {

bool finite(const format::Vertex& v) {
  constexpr float far = 1e7f;  // m
  return std::abs(v.position[0]) < far && std::abs(v.position[1]) < far && std::abs(v.position[2]) < far;  // false for NaN
}

Vertex vertex_of(const format::Vertex& v) {
  glm::vec3 n(v.normal[0], v.normal[1], v.normal[2]);
  const float l = glm::length(n);
  n = l > 0.01f && std::isfinite(l) ? n / l : glm::vec3(0, 0, 1);
  const auto uv = [](float x) { return std::isfinite(x) ? x : 0.0f; };
  return {v.position[0], v.position[1], v.position[2], encode_normal(n), uv(v.uv[0]), uv(v.uv[1]), no_feature};
}

// The picture a model names: beside it or below. A path of another machine is looked for by its last part.
Result<Image> read_texture(const fs::path& model, std::string reference) {
  std::replace(reference.begin(), reference.end(), '\\', '/');
  const fs::path dir = model.parent_path().empty() ? fs::path(".") : model.parent_path();
  Error last{ErrorCode::not_found, "the texture is not beside the model", model.string(), reference, ""};
  for (const auto& name : {reference, percent_decode(reference), fs::path(reference).filename().string(), "textures/" + fs::path(reference).filename().string()}) {
    auto found = resolve_inside(dir, dir, name);
    std::error_code ec;
    if (!found || !fs::is_regular_file(*found, ec)) continue;
    return read_image(*found);
  }
  return last;
}

Result<Model> parse(std::span<const std::byte> bytes, const fs::path& path) {
  const auto bad = [&](const char* what) {
    return Error{ErrorCode::malformed, std::string("the importer's answer makes no sense: ") + what, path.string(), "", ""};
  };
  WorkerOutput in(bytes);
  format::Header header;
  if (!in.take(header) || header.magic != format::magic) return bad("it does not begin as it should");
  if (header.version != format::version) return bad("its version is another; build both programs together");
  if (header.parts > format::max_parts || header.textures > format::max_textures || header.warnings > 1000) return bad("its counts are out of bounds");
  Model model;
  std::uint64_t vertices_total = 0, indices_total = 0, dropped = 0;
  glm::vec3 low(std::numeric_limits<float>::max()), high(-std::numeric_limits<float>::max());
  for (std::uint32_t p = 0; p < header.parts; ++p) {
    format::PartHeader part;
    std::vector<format::Vertex> vertices;
    std::vector<std::uint32_t> indices;
    if (!in.take(part)) return bad("it ends early");
    vertices_total += part.vertices;
    indices_total += part.indices;
    if (part.indices % 3 != 0 || vertices_total > format::max_vertices || indices_total > format::max_indices) return bad("a part's counts are out of bounds");
    if (part.texture < -1 || part.texture >= static_cast<std::int64_t>(header.textures)) return bad("a part names a texture that is not there");
    if (!in.take(vertices, part.vertices) || !in.take(indices, part.indices)) return bad("it ends early");
    ModelPart out;
    out.texture = part.texture;
    out.colour = {part.colour[0], part.colour[1], part.colour[2], part.colour[3]};
    out.mesh.vertices.reserve(vertices.size());
    for (const auto& v : vertices) {
      out.mesh.vertices.push_back(finite(v) ? vertex_of(v) : Vertex{0, 0, 0, encode_normal({0, 0, 1}), 0, 0, no_feature});
    }
    out.mesh.indices.reserve(indices.size());
    for (std::size_t i = 0; i < indices.size(); i += 3) {
      bool good = true;
      for (std::size_t k = 0; k < 3; ++k) {
        if (indices[i + k] >= vertices.size()) return bad("an index names a vertex that is not there");
        good = good && finite(vertices[indices[i + k]]);
      }
      if (!good) { ++dropped; continue; }
      for (std::size_t k = 0; k < 3; ++k) {
        const auto& v = vertices[indices[i + k]];
        low = glm::min(low, glm::vec3(v.position[0], v.position[1], v.position[2]));
        high = glm::max(high, glm::vec3(v.position[0], v.position[1], v.position[2]));
        out.mesh.indices.push_back(indices[i + k]);
      }
    }
    if (!out.mesh.indices.empty()) model.parts.push_back(std::move(out));
  }
  for (std::uint32_t t = 0; t < header.textures; ++t) {
    format::TextureHeader texture;
    std::vector<std::byte> data;
    if (!in.take(texture) || texture.bytes > format::max_texture_bytes || !in.take(data, texture.bytes)) return bad("a texture is cut off");
    Image image;
    const std::string place = "texture " + std::to_string(t + 1);
    if (texture.kind == format::TextureKind::pixels) {
      if (texture.width == 0 || texture.height == 0 || texture.width > 32768 || texture.height > 32768 ||
          static_cast<std::uint64_t>(texture.width) * texture.height * 4 != texture.bytes) return bad("a texture's size is wrong");
      image.width = static_cast<int>(texture.width);
      image.height = static_cast<int>(texture.height);
      image.rgba.resize(data.size());
      std::memcpy(image.rgba.data(), data.data(), data.size());
    } else if (texture.kind == format::TextureKind::packed || texture.kind == format::TextureKind::path) {
      auto read = texture.kind == format::TextureKind::packed
                      ? read_image_memory(data, path / place)
                      : read_texture(path, to_valid_utf8({reinterpret_cast<const char*>(data.data()), data.size()}));
      if (read) image = std::move(*read);
      else {  // a missing picture costs only itself
        Error e = read.error();
        if (e.place.empty()) e.place = place;
        model.diagnostics.warn(std::move(e));
      }
    } else {
      return bad("a texture is of an unknown kind");
    }
    model.textures.push_back(std::move(image));
  }
  for (std::uint32_t w = 0; w < header.warnings; ++w) {
    std::uint32_t length = 0;
    std::vector<char> text;
    if (!in.take(length) || length > 65536 || !in.take(text, length)) return bad("it ends early");
    model.diagnostics.warn({ErrorCode::unsupported, to_valid_utf8({text.data(), text.size()}), path.string(), "", ""});
  }
  std::uint32_t end = 0;
  if (!in.take(end) || end != format::end_mark || !in.empty()) return bad("it does not end as it should");
  // Textures that could not be read are none.
  std::vector<std::int32_t> renumbered;
  std::vector<Image> kept;
  for (auto& image : model.textures) {
    renumbered.push_back(image.width > 0 ? static_cast<std::int32_t>(kept.size()) : -1);
    if (image.width > 0) kept.push_back(std::move(image));
  }
  model.textures = std::move(kept);
  for (auto& part : model.parts)
    if (part.texture >= 0) part.texture = renumbered[static_cast<std::size_t>(part.texture)];
  if (dropped) model.diagnostics.fail({ErrorCode::malformed, std::to_string(dropped) + " triangles have no finite place and are left out", path.string(), "", ""});
  if (model.parts.empty()) return Error{ErrorCode::malformed, "there are no triangles in it", path.string(), "", ""};
  model.min = low;
  model.max = high;
  return model;
}

}  // namespace

Result<Model> read_model(const fs::path& path, const ModelOptions& options) {
  const auto error = [&](ErrorCode code, std::string text, std::string remedy = {}) { return Error{code, std::move(text), path.string(), "", std::move(remedy)}; };
  std::error_code ec;
  if (!fs::is_regular_file(path, ec)) return error(ErrorCode::not_found, "no such file");
  if (fs::file_size(path, ec) == 0) return error(ErrorCode::malformed, "the file is empty");
  const fs::path worker = options.worker.empty() ? executable_dir() / "tenbo_model_worker" : options.worker;
  if (!fs::exists(worker, ec))
    return error(ErrorCode::not_found, "the importer of models is not there: " + worker.string(), "build or install tenbo_model_worker beside tenbo");
  ChildOptions limits;
  limits.time_limit = std::chrono::seconds(std::max(1, options.time_limit_seconds));
  limits.output_limit_bytes = UINT64_C(2) << 30;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  limits.memory_limit_bytes = 0;  // sanitizers reserve terabytes of addresses
#endif
  auto child = run_child(worker, {fs::absolute(path, ec).string()}, limits);
  if (!child) return child.error();
  if (child->timed_out)
    return error(ErrorCode::out_of_budget, "the importer was stopped after " + std::to_string(std::max(1, options.time_limit_seconds)) + " s", "simplify the model, or convert it to glTF");
  if (child->output_exceeded) return error(ErrorCode::out_of_budget, "the model is larger than 2 GiB of triangles", "simplify the model");
  if (child->signal) return error(ErrorCode::malformed, "the importer crashed on it (signal " + std::to_string(child->signal) + ")", "convert the model to glTF");
  if (child->exit_code != 0) {
    std::string why = to_valid_utf8(child->error_tail);
    while (!why.empty() && why.back() == '\n') why.pop_back();
    const bool missing = why.find("could not open referenced") != std::string::npos;
    return error(missing ? ErrorCode::not_found : ErrorCode::malformed, why.empty() ? "the importer failed with status " + std::to_string(child->exit_code) : "cannot be read as a model: " + why.substr(0, 500),
                 missing ? "put the files that the model refers to beside it" : "");
  }
  return parse(child->output, path);
}

}  // namespace tenbo::io
