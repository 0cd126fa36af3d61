#include "gltf/document.h"

#include <meshoptimizer.h>

#include <cstring>

#include "gltf/references.h"

namespace tenbo::io::gltf {
namespace {

constexpr std::uint64_t largest_file = std::uint64_t{4} << 30;

}  // namespace

Document::Document(const Node& root, std::span<const std::byte> chunk, const std::string& name,
                   const FetchResource& fetch, const GltfOptions& options, Gltf& out)
    : root_(root), chunk_(chunk), name_(name), fetch_(fetch), options_(options), out_(out), budget_(options.memory) {}

void Document::warn(std::string message, const Node* at) {
  if (!warned_.emplace(message, true).second) return;
  out_.diagnostics.warn({ErrorCode::unsupported, std::move(message), name_, at ? at->path() : "", ""});
}

std::span<const std::byte> Document::buffer(std::size_t index, const Node& node) {
  const std::uint64_t length = node.size_value("byteLength");
  const auto uri = node.find("uri");
  if (!uri) {
    if (index != 0 || chunk_.data() == nullptr)
      node.bad("the buffer has neither a \"uri\" nor a binary chunk", "give the file with its .bin");
    if (length > chunk_.size())
      node.bad("says " + std::to_string(length) + " bytes, and the binary chunk has " + std::to_string(chunk_.size()));
    return chunk_.first(static_cast<std::size_t>(length));
  }
  auto it = buffers_.find(index);
  if (it == buffers_.end()) {
    std::vector<std::byte> bytes;
    const std::string& reference = uri->text();
    if (is_data_uri(reference)) {
      budget_.spend(reference.size(), 1, name_, "a buffer in the JSON");
      auto decoded = decode_data_uri(reference, std::min(largest_file, budget_.left()));
      if (!decoded) uri->bad("the data URI is not valid base64");
      bytes = std::move(*decoded);
    } else {
      auto read = fetch_(reference, std::min(largest_file, budget_.left()));
      if (!read) {
        Error e = read.error();
        e.place = uri->path() + (e.place.empty() ? "" : ", " + e.place);
        throw json::Bad{std::move(e)};
      }
      budget_.spend(read->size(), 1, name_, "a buffer");
      bytes = std::move(*read);
    }
    it = buffers_.emplace(index, std::move(bytes)).first;
  }
  if (length > it->second.size())
    node.bad("says " + std::to_string(length) + " bytes, and the buffer has " + std::to_string(it->second.size()),
             "the buffer is cut off");
  return std::span(it->second).first(static_cast<std::size_t>(length));
}

std::span<const std::byte> Document::slice(const Node& view) {
  const Node reference = view("buffer");
  const auto bytes =
      with("buffers", reference, "buffer", [&](const Node& node, std::size_t i) { return buffer(i, node); });
  const std::uint64_t offset = view.size_value("byteOffset", 0), length = view.size_value("byteLength");
  if (offset > bytes.size() || length > bytes.size() - offset)
    view.bad("bytes " + std::to_string(offset) + " to " + std::to_string(offset + length) + " of a buffer that has " +
             std::to_string(bytes.size()));
  return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

View Document::decompress(const Node& view, const Node& extension) {
  const auto source = slice(extension);
  const std::uint64_t count = extension.size_value("count"), stride = extension.size_value("byteStride");
  const std::string mode = extension.text("mode"), filter = extension.text("filter", "NONE");
  if (stride == 0 || stride > 256) extension.bad("\"byteStride\" is " + std::to_string(stride) + ", expected 1 to 256");
  budget_.spend(count, stride, name_, "a compressed buffer view");
  if (count * stride != view.size_value("byteLength"))
    extension.bad("count times byteStride is " + std::to_string(count * stride) + ", and the view's byteLength is " +
                  std::to_string(view.size_value("byteLength")));
  const auto rows = static_cast<std::size_t>(count), width = static_cast<std::size_t>(stride);
  std::vector<std::byte> out(rows * width);
  const auto* from = reinterpret_cast<const unsigned char*>(source.data());
  int failed = -1;
  if (mode == "ATTRIBUTES") {
    if (width % 4 != 0) extension.bad("\"byteStride\" is " + std::to_string(stride) + ", expected a multiple of 4");
    failed = rows == 0 ? 0 : meshopt_decodeVertexBuffer(out.data(), rows, width, from, source.size());
  } else if (mode == "TRIANGLES" || mode == "INDICES") {
    if (width != 2 && width != 4) extension.bad("\"byteStride\" is " + std::to_string(stride) + ", expected 2 or 4");
    if (mode == "TRIANGLES" && rows % 3 != 0) extension.bad("\"count\" is not a multiple of 3");
    if (rows == 0)
      failed = 0;
    else
      failed = mode == "TRIANGLES" ? meshopt_decodeIndexBuffer(out.data(), rows, width, from, source.size())
                                   : meshopt_decodeIndexSequence(out.data(), rows, width, from, source.size());
  } else {
    extension.bad("\"mode\" is \"" + mode + "\", expected ATTRIBUTES, TRIANGLES or INDICES");
  }
  if (failed != 0) extension.bad("the meshopt data is broken", "the file is damaged or cut off");
  if (filter == "OCTAHEDRAL") {
    if (width != 4 && width != 8) extension.bad("the octahedral filter needs a byteStride of 4 or 8");
    meshopt_decodeFilterOct(out.data(), rows, width);
  } else if (filter == "QUATERNION") {
    if (width != 8) extension.bad("the quaternion filter needs a byteStride of 8");
    meshopt_decodeFilterQuat(out.data(), rows, width);
  } else if (filter == "EXPONENTIAL") {
    if (width % 4 != 0) extension.bad("the exponential filter needs a byteStride that is a multiple of 4");
    meshopt_decodeFilterExp(out.data(), rows, width);
  } else if (filter != "NONE") {
    extension.bad("\"filter\" is \"" + filter + "\", expected NONE, OCTAHEDRAL, QUATERNION or EXPONENTIAL");
  }
  decompressed_.push_back(std::move(out));
  return {std::span(decompressed_.back()), width};
}

View Document::view(const Node& reference) {
  return with("bufferViews", reference, "buffer view", [&](const Node& node, std::size_t i) -> View {
    if (const auto extensions = node.find("extensions"))
      if (const auto meshopt = extensions->find("EXT_meshopt_compression")) {
        const auto known = views_.find(i);
        if (known != views_.end()) return known->second;
        return views_[i] = decompress(node, *meshopt);
      }
    const std::uint64_t stride = node.size_value("byteStride", 0);
    if (stride > 252) node.bad("\"byteStride\" is " + std::to_string(stride) + ", expected 4 to 252");
    return {slice(node), static_cast<std::size_t>(stride)};
  });
}

}  // namespace tenbo::io::gltf
