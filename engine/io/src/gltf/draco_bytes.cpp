#include "gltf/draco_bytes.h"

#include <draco/compression/decode.h>
#include <draco/mesh/mesh.h>
#include <draco/point_cloud/point_cloud.h>

#include <exception>
#include <memory>

namespace tenbo::io {

DracoData decode_draco_bytes(std::span<const std::byte> bytes, const std::vector<std::uint32_t>& ids, bool mesh,
                             Budget& budget, const std::string& file, const std::string& place) {
  const auto bad = [&](const std::string& why) {
    json::fail(ErrorCode::malformed, "the Draco data is broken: " + why, file, place, "the file is damaged or cut off");
  };
  DracoData out;
  std::unique_ptr<draco::PointCloud> cloud;
  const draco::Mesh* triangles = nullptr;
  std::string why;
  try {
    draco::DecoderBuffer buffer;
    buffer.Init(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    draco::Decoder decoder;
    if (mesh) {
      auto decoded = decoder.DecodeMeshFromBuffer(&buffer);
      if (!decoded.ok())
        why = decoded.status().error_msg_string();
      else {
        auto owned = std::move(decoded).value();
        triangles = owned.get();
        cloud = std::move(owned);
      }
    } else {
      auto decoded = decoder.DecodePointCloudFromBuffer(&buffer);
      if (!decoded.ok())
        why = decoded.status().error_msg_string();
      else
        cloud = std::move(decoded).value();
    }
  } catch (const std::exception& e) { why = e.what(); }
  if (!cloud) bad(why.empty() ? "nothing was decoded" : why);
  out.points = cloud->num_points();
  if (triangles) {
    budget.spend(triangles->num_faces(), 12, file, "a Draco mesh");
    out.indices.reserve(std::size_t{triangles->num_faces()} * 3);
    for (draco::FaceIndex f(0); f < triangles->num_faces(); ++f)
      for (const auto& p : triangles->face(f)) {
        if (p.value() >= out.points) bad("a face names a point that is not there");
        out.indices.push_back(p.value());
      }
  }
  for (const auto id : ids) {
    const draco::PointAttribute* attribute = cloud->GetAttributeByUniqueId(id);
    if (!attribute) bad("attribute " + std::to_string(id) + " is not in it");
    DracoAttribute a;
    a.components = attribute->num_components();
    if (a.components < 1 || a.components > 16) bad("an attribute has " + std::to_string(a.components) + " components");
    budget.spend(out.points, static_cast<std::uint64_t>(a.components) * 4, file, "a Draco attribute");
    a.values.resize(out.points * static_cast<std::size_t>(a.components));
    for (draco::PointIndex p(0); p < out.points; ++p) {
      const auto at = attribute->mapped_index(p);
      if (at.value() >= attribute->size() ||
          !attribute->ConvertValue<float>(
              at, static_cast<std::int8_t>(a.components),
              a.values.data() + std::size_t{p.value()} * static_cast<std::size_t>(a.components)))
        bad("an attribute's value is not there");
    }
    out.attributes.emplace(id, std::move(a));
  }
  return out;
}

}  // namespace tenbo::io
