// EXT_structural_metadata: the schema (inside or beside) and the property tables.
#include "gltf/document.h"
#include "gltf/references.h"
#include "metadata/schema.h"

namespace tenbo::io::gltf {

void read_structural_metadata(Document& d) {
  const auto extensions = d.root().find("extensions");
  const auto metadata = extensions ? extensions->find("EXT_structural_metadata") : std::nullopt;
  if (!metadata) return;
  std::shared_ptr<const MetadataSchema> schema;
  if (const auto inside = metadata->find("schema")) {
    schema = read_schema(*inside);
  } else if (const auto uri = metadata->find("schemaUri")) {
    auto bytes = is_data_uri(uri->text())
                     ? Result<std::vector<std::byte>>(
                           Error{ErrorCode::unsupported, "a schema in a data URI", d.name(), uri->path(), ""})
                     : d.fetch()(uri->text(), std::uint64_t{64} << 20);
    if (!bytes) throw json::Bad{bytes.error()};
    const json::Value value = json::parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, uri->text());
    const std::string name = uri->text();
    const Node node(value, name);
    schema = read_schema(node);
  }
  d.schema = schema;
  const auto tables = metadata->find("propertyTables");
  if (!tables) return;
  if (!schema) metadata->bad("there are property tables and no schema");
  for (std::size_t i = 0; i < tables->size(); ++i) {
    const Node table = tables->at(i);
    d.out().properties.push_back(read_property_table(
        table, schema, [&](const Node& reference) { return d.view(reference).bytes; }, d.budget()));
  }
}

}  // namespace tenbo::io::gltf
