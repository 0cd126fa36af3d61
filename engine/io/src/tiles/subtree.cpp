#include "tiles/subtree.h"

#include <cstring>
#include <map>

#include "gltf/references.h"

namespace tenbo::io::tiles {

using json::Node;

std::uint64_t tiles_at(const Implicit& implicit, int level) {
  return std::uint64_t{1} << (level * (implicit.octree ? 3 : 2));
}
std::uint64_t tiles_above(const Implicit& implicit, int level) {
  return (tiles_at(implicit, level) - 1) / (implicit.octree ? 7 : 3);
}

namespace {

constexpr std::uint64_t largest_buffer = std::uint64_t{256} << 20;

class Reader {
 public:
  Reader(const Node& root, std::span<const std::byte> chunk, const FetchResource& fetch)
      : root_(root), chunk_(chunk), fetch_(fetch), budget_(std::uint64_t{512} << 20) {}

  Budget& budget() { return budget_; }

  std::span<const std::byte> view(const Node& reference) {
    const auto views = root_.find("bufferViews");
    const std::size_t index = reference.index_in(views ? views->size() : 0, "buffer view");
    const Node view = views->at(index);
    const Node buffer_reference = view("buffer");
    const auto buffers = root_.find("buffers");
    const std::size_t buffer_index = buffer_reference.index_in(buffers ? buffers->size() : 0, "buffer");
    const Node buffer = buffers->at(buffer_index);
    const auto bytes = load(buffer, buffer_index);
    const std::uint64_t offset = view.size_value("byteOffset"), length = view.size_value("byteLength");
    if (offset > bytes.size() || length > bytes.size() - offset)
      view.bad("bytes " + std::to_string(offset) + " to " + std::to_string(offset + length) + " of a buffer that has " +
               std::to_string(bytes.size()));
    return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
  }

  Availability availability(const Node& node, std::uint64_t count) {
    Availability out;
    if (const auto constant = node.find("constant")) {
      out.value = constant->integer(0, 1) == 1;
      return out;
    }
    const bool early = !node.has("bitstream") && node.has("bufferView");
    const Node reference = node(early ? "bufferView" : "bitstream");
    const auto bytes = view(reference);
    if (bytes.size() < (count + 7) / 8)
      reference.bad("the availability has " + std::to_string(bytes.size()) + " bytes, expected " +
                    std::to_string((count + 7) / 8) + " for " + std::to_string(count) + " tiles");
    budget_.spend(bytes.size(), 1, root_.file(), "availability");
    out.constant = false;
    out.bits.assign(bytes.begin(), bytes.end());
    return out;
  }

 private:
  std::span<const std::byte> load(const Node& buffer, std::size_t index) {
    const std::uint64_t length = buffer.size_value("byteLength");
    const auto uri = buffer.find("uri");
    std::span<const std::byte> bytes;
    if (!uri) {
      if (index != 0) buffer.bad("only the first buffer may be the subtree's own");
      bytes = chunk_;
    } else {
      auto it = buffers_.find(index);
      if (it == buffers_.end()) {
        std::vector<std::byte> data;
        if (is_data_uri(uri->text())) {
          auto decoded = decode_data_uri(uri->text(), largest_buffer);
          if (!decoded) uri->bad("the data URI is not valid base64");
          data = std::move(*decoded);
        } else {
          auto read = fetch_(uri->text(), largest_buffer);
          if (!read) {
            Error e = read.error();
            e.place = uri->path();
            throw json::Bad{std::move(e)};
          }
          data = std::move(*read);
        }
        budget_.spend(data.size(), 1, root_.file(), "a buffer");
        it = buffers_.emplace(index, std::move(data)).first;
      }
      bytes = it->second;
    }
    if (length > bytes.size())
      buffer.bad("says " + std::to_string(length) + " bytes, and there are " + std::to_string(bytes.size()));
    return bytes.first(static_cast<std::size_t>(length));
  }

  const Node& root_;
  std::span<const std::byte> chunk_;
  const FetchResource& fetch_;
  Budget budget_;
  std::map<std::size_t, std::vector<std::byte>> buffers_;
};

}  // namespace

Subtree read_subtree(std::span<const std::byte> bytes, const std::string& label, const FetchResource& fetch,
                     const Implicit& implicit, const std::shared_ptr<const MetadataSchema>& schema) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::span<const std::byte> chunk;
  if (text.starts_with("subt")) {
    if (bytes.size() < 24)
      json::fail(ErrorCode::malformed, "the subtree is cut off: it has " + std::to_string(bytes.size()) + " bytes",
                 label, "header");
    std::uint32_t version;
    std::uint64_t json_length, binary_length;
    std::memcpy(&version, bytes.data() + 4, 4);
    std::memcpy(&json_length, bytes.data() + 8, 8);
    std::memcpy(&binary_length, bytes.data() + 16, 8);
    if (version != 1)
      json::fail(ErrorCode::unsupported, "is version " + std::to_string(version) + " of a subtree, and 1 is read",
                 label, "byte 4");
    if (json_length > bytes.size() - 24 || binary_length > bytes.size() - 24 - json_length)
      json::fail(ErrorCode::malformed,
                 "says " + std::to_string(json_length) + " and " + std::to_string(binary_length) +
                     " bytes, and there are " + std::to_string(bytes.size() - 24),
                 label, "header");
    text = text.substr(24, static_cast<std::size_t>(json_length));
    chunk = bytes.subspan(24 + static_cast<std::size_t>(json_length), static_cast<std::size_t>(binary_length));
  }
  const json::Value value = json::parse(text, label);
  const Node root(value, label);
  root.object();
  Reader reader(root, chunk, fetch);
  Subtree out;
  const std::uint64_t tiles = tiles_above(implicit, implicit.subtree_levels);
  const Node tile_node = root("tileAvailability"), child_node = root("childSubtreeAvailability");
  out.tiles = reader.availability(tile_node, tiles);
  out.children = reader.availability(child_node, tiles_at(implicit, implicit.subtree_levels));
  if (const auto contents = root.find("contentAvailability")) {
    if (contents->is_array()) {
      for (std::size_t i = 0; i < contents->size(); ++i) {
        const Node one = contents->at(i);
        out.contents.push_back(reader.availability(one, tiles));
      }
    } else {
      out.contents.push_back(reader.availability(*contents, tiles));
    }
  }
  if (const auto extensions = root.find("extensions"))
    if (const auto several = extensions->find("3DTILES_multiple_contents"))
      if (const auto list = several->find("contentAvailability"))
        for (std::size_t i = 0; i < list->size(); ++i) {
          const Node one = list->at(i);
          out.contents.push_back(reader.availability(one, tiles));
        }
  if (!schema) return out;
  if (const auto metadata = root.find("subtreeMetadata"))
    for (auto& [name, what] : read_entity(*metadata, *schema)) out.attributes.emplace_back("subtree/" + name, std::move(what));
  const auto tables = root.find("propertyTables");
  if (!tables) return out;
  const auto table = [&](const Node& reference) {
    const Node one = tables->at(reference.index_in(tables->size(), "property table"));
    return read_property_table(
        one, schema, [&](const Node& r) { return reader.view(r); }, reader.budget());
  };
  if (const auto reference = root.find("tileMetadata")) {
    out.tile_properties = table(*reference);
    const Node one = tables->at(reference->index_in(tables->size(), "property table"));
    if (const auto of = schema->classes.find(one.text("class")); of != schema->classes.end()) out.tile_semantics = semantics_of(of->second);
  }
  if (const auto list = root.find("contentMetadata"))
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Node reference = list->at(i);
      out.content_properties.push_back(table(reference));
    }
  return out;
}

}  // namespace tenbo::io::tiles
