#include "drape.h"
#include "layer_loader.h"

namespace tenbo::runtime {

Meshed mesh_layer(const scene::LayerSpec& spec, std::shared_ptr<io::VectorData> vectors, std::shared_ptr<io::CityModel> flat_city,
                  std::shared_ptr<const geo::Field> field, const FieldMeshOptions& surface, const io::GroundSource& source, JobSystem& jobs) {
  Meshed out;
  const auto ground = source();
  if (flat_city) {
    for (auto& b : flat_city->batches) drape(b.mesh, b.frame, ground, 25.f, 0.3f, b.min, b.max);
    out.city_draped = true;
  }
  if (vectors) {
    io::VectorMeshOptions options;
    options.drape = spec.style.drape && !(vectors->has_z && !spec.style.drape);
    options.extrude_attribute = spec.style.extrude_attribute;
    options.extrude_scale = spec.style.extrude_scale;
    out.vectors = std::make_shared<io::VectorMeshes>(io::build_vector_meshes(*vectors, source, options, out.diagnostics, jobs));
  }
  if (field) out.field = build_field_mesh(field->info(), ground, surface);
  return out;
}

}  // namespace tenbo::runtime
