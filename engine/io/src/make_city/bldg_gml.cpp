#include <algorithm>
#include <cmath>

#include "city_gml.h"
#include "gml_text.h"
#include "surfaces.h"
#include "textures.h"

namespace tenbo::io::make_city_detail {
namespace {

struct Mapped {  // a polygon with a picture, for the appearance at the file's end
  std::string id;
  int texture;
  std::vector<Vec2> uv;
};

class BuildingWriter {
 public:
  BuildingWriter(const Plan& plan, GmlText& out) : plan_(plan), out_(out) {}

  void write(const Building& b) {
    out_ << "<core:cityObjectMember>\n<bldg:Building gml:id=\"bldg_" << uuid_of(plan_.seed, b.number) << "\">\n";
    if (!b.name.ja.empty()) out_ << "<gml:name>" << b.name.ja << "</gml:name>\n";
    generic_attributes(b);
    out_.code("bldg:class", "Building_class", b.structure == 601 ? 3001 : 3002);
    out_.code("bldg:usage", "Building_usage", b.usage);
    out_ << "<bldg:yearOfConstruction>" << b.year << "</bldg:yearOfConstruction>\n";
    out_.quantity("bldg:measuredHeight", "m", b.height, 1);
    out_ << "<bldg:storeysAboveGround>" << b.storeys << "</bldg:storeysAboveGround>\n<bldg:storeysBelowGround>"
         << b.storeys_below << "</bldg:storeysBelowGround>\n";
    out_.surfaces_begin("bldg:lod0FootPrint");
    out_.polygon(lift(b, b.footprint, 0));
    out_.surfaces_end("bldg:lod0FootPrint");
    lod1(b);
    if (b.lod2) lod2(b);
    address(b);
    urban_attributes(b);
    out_ << "</bldg:Building>\n</core:cityObjectMember>\n";
  }
  const std::vector<Mapped>& mapped() const { return mapped_; }

 private:
  void generic_attributes(const Building& b) {
    out_ << "<gen:stringAttribute name=\"町丁目\"><gen:value>" << b.district << b.chome << "丁目</gen:value></gen:stringAttribute>\n"
         << "<gen:intAttribute name=\"番地\"><gen:value>" << b.banchi << "</gen:value></gen:intAttribute>\n"
         << "<gen:measureAttribute name=\"建築面積\"><gen:value uom=\"m2\">";
    out_.fixed(b.area(), 1);
    out_ << "</gen:value></gen:measureAttribute>\n";
    if (b.name.en.empty()) return;
    out_ << "<gen:stringAttribute name=\"英語名\"><gen:value>" << b.name.en << "</gen:value></gen:stringAttribute>\n";
  }

  void lod1(const Building& b) {
    double height = b.form == Form::gable ? (b.eaves + b.height) / 2 : b.height;
    if (b.form == Form::lofts) {  // the top of what is wide, without spires
      height = 0;
      for (const Loft& l : b.lofts) {
        if (l.p0 > b.half_p * 0.42 && l.q0 > b.half_q * 0.42) height = std::max(height, l.z1);
      }
      if (height == 0) height = b.lofts.front().z1;
    }
    const std::vector<Vec3> low = lift(b, b.footprint, 0), high = lift(b, b.footprint, height);
    out_.solid_begin("bldg:lod1Solid");
    out_.polygon(std::vector<Vec3>(low.rbegin(), low.rend()));
    for (std::size_t i = 0; i < low.size(); ++i) {
      const std::size_t n = (i + 1) % low.size();
      const Vec3 side[] = {low[i], low[n], high[n], high[i]};
      out_.polygon(side);
    }
    out_.polygon(high);
    out_.solid_end("bldg:lod1Solid");
  }

  void lod2(const Building& b) {
    face_ = 0;
    if (b.form != Form::lofts) {
      shell(b, b.form == Form::gable ? gable_surfaces(b) : prism_surfaces(b));
      return;
    }
    shell(b, loft_surfaces(b, b.lofts.front()));
    for (std::size_t i = 1; i < b.lofts.size(); ++i) {
      if (static_cast<int>(i) != b.installation) continue;
      out_ << "<bldg:outerBuildingInstallation><bldg:BuildingInstallation gml:id=\"inst_" << uuid_of(plan_.seed + 77, b.number)
           << "\">\n";
      out_.code("bldg:function", "BuildingInstallation_function", 1000);
      out_.surfaces_begin("bldg:lod2Geometry");
      for (const Surface& s : loft_surfaces(b, b.lofts[i])) face(b, s);
      out_.surfaces_end("bldg:lod2Geometry");
      out_ << "</bldg:BuildingInstallation></bldg:outerBuildingInstallation>\n";
    }
    for (std::size_t i = 1; i < b.lofts.size(); ++i) {
      if (static_cast<int>(i) == b.installation) continue;
      out_ << "<bldg:consistsOfBuildingPart><bldg:BuildingPart gml:id=\"part_" << uuid_of(plan_.seed + 100 + i, b.number) << "\">\n";
      shell(b, loft_surfaces(b, b.lofts[i]));
      out_ << "</bldg:BuildingPart></bldg:consistsOfBuildingPart>\n";
    }
  }

  // A solid that refers to its boundary surfaces, as PLATEAU writes them.
  void shell(const Building& b, const std::vector<Surface>& surfaces) {
    const int first = face_;
    out_.solid_begin("bldg:lod2Solid");
    for (std::size_t i = 0; i < surfaces.size(); ++i) {
      out_ << "<gml:surfaceMember xlink:href=\"#poly_" << b.number << "_" << first + static_cast<int>(i) << "\"/>\n";
    }
    out_.solid_end("bldg:lod2Solid");
    static constexpr const char* names[] = {"GroundSurface", "WallSurface", "RoofSurface", "OuterCeilingSurface"};
    for (const Surface& s : surfaces) {
      const char* name = names[static_cast<int>(s.face)];
      out_ << "<bldg:boundedBy><bldg:" << name << ">\n";
      out_.surfaces_begin("bldg:lod2MultiSurface");
      face(b, s);
      out_.surfaces_end("bldg:lod2MultiSurface");
      out_ << "</bldg:" << name << "></bldg:boundedBy>\n";
    }
  }

  void face(const Building& b, const Surface& s) {
    std::string id = std::to_string(b.number) + "_" + std::to_string(face_++);
    out_.polygon(s.points, id);
    if (s.texture != texture_none) mapped_.push_back({std::move(id), s.texture, s.uv});
  }

  void address(const Building& b) {
    out_ << "<bldg:address><core:Address><core:xalAddress><xAL:AddressDetails><xAL:Country><xAL:CountryName>日本</xAL:CountryName>"
            "<xAL:Locality><xAL:LocalityName>展望市"
         << b.district << b.chome << "丁目" << b.banchi
         << "</xAL:LocalityName></xAL:Locality></xAL:Country></xAL:AddressDetails></core:xalAddress></core:Address></bldg:address>\n";
  }

  void urban_attributes(const Building& b) {
    out_ << "<uro:buildingDetailAttribute><uro:BuildingDetailAttribute>\n";
    out_.quantity("uro:totalFloorArea", "m2", b.area() * b.storeys, 1);
    out_.quantity("uro:buildingFootprintArea", "m2", b.area(), 1);
    out_.code("uro:buildingStructureType", "BuildingDetailAttribute_buildingStructureType", b.structure);
    out_ << "<uro:surveyYear>2025</uro:surveyYear>\n</uro:BuildingDetailAttribute></uro:buildingDetailAttribute>\n";
    if (b.depth > 0) {
      const double d = b.depth;
      const int rank = d < 0.5 ? 1 : d < 3 ? 2 : d < 5 ? 3 : d < 10 ? 4 : d < 20 ? 5 : 6;
      out_ << "<uro:bldgDisasterRiskAttribute><uro:RiverFloodingRiskAttribute>\n";
      out_.code("uro:description", "RiverFloodingRiskAttribute_description", 1);
      out_.code("uro:rank", "RiverFloodingRiskAttribute_rank", rank);
      out_.quantity("uro:depth", "m", d, 2);
      out_.code("uro:adminType", "RiverFloodingRiskAttribute_adminType", 2);
      out_.code("uro:scale", "RiverFloodingRiskAttribute_scale", 2);
      out_ << "</uro:RiverFloodingRiskAttribute></uro:bldgDisasterRiskAttribute>\n";
    }
    out_ << "<uro:buildingIDAttribute><uro:BuildingIDAttribute>\n<uro:buildingID>99999-bldg-" << b.number
         << "</uro:buildingID>\n";
    out_.code("uro:city", "Common_localPublicAuthorities", 99999);
    out_ << "</uro:BuildingIDAttribute></uro:buildingIDAttribute>\n";
  }

  const Plan& plan_;
  GmlText& out_;
  std::vector<Mapped> mapped_;
  int face_ = 0;
};

std::string appearance(const Plan& plan, const std::vector<Mapped>& mapped, const std::string& folder, std::vector<bool>& used) {
  if (mapped.empty()) return {};
  GmlText out(plan);
  out << "<app:appearanceMember><app:Appearance><app:theme>rgbTexture</app:theme>\n";
  for (int t = 0; t < texture_count; ++t) {
    const auto shows = [t](const Mapped& m) { return m.texture == t; };
    if (std::none_of(mapped.begin(), mapped.end(), shows)) continue;
    used[t] = true;
    out << "<app:surfaceDataMember><app:ParameterizedTexture>\n<app:imageURI>" << folder << "/" << texture_name(t)
        << "</app:imageURI>\n<app:mimeType>image/png</app:mimeType>\n<app:wrapMode>wrap</app:wrapMode>\n";
    for (const Mapped& m : mapped) {
      if (m.texture != t) continue;
      out << "<app:target uri=\"#poly_" << m.id << "\"><app:TexCoordList><app:textureCoordinates ring=\"#line_" << m.id << "\">";
      for (std::size_t i = 0; i <= m.uv.size(); ++i) {
        const Vec2 c = m.uv[i % m.uv.size()];
        if (i) out << " ";
        out.fixed(c.x, 4);
        out << " ";
        out.fixed(c.y, 4);
      }
      out << "</app:textureCoordinates></app:TexCoordList></app:target>\n";
    }
    out << "</app:ParameterizedTexture></app:surfaceDataMember>\n";
  }
  out << "</app:Appearance></app:appearanceMember>\n";
  return std::move(out.text());
}

}  // namespace

std::map<std::string, std::vector<std::uint32_t>> buildings_by_mesh(const Plan& plan, const std::vector<Building>& buildings) {
  std::map<std::string, std::vector<std::uint32_t>> out;
  for (std::uint32_t i = 0; i < buildings.size(); ++i) {
    const geo::GeoPoint g = plan.to_geo(buildings[i].centre, 0);
    out[mesh_code(g.lon, g.lat)].push_back(i);
  }
  return out;
}

TextFile bldg_gml(const Plan& plan, const std::vector<Building>& buildings, const std::string& mesh,
                  const std::vector<std::uint32_t>& members, std::vector<bool>& textures) {
  GmlText out(plan);
  out.text().reserve(members.size() * 5200);
  BuildingWriter writer(plan, out);
  for (const std::uint32_t i : members) writer.write(buildings[i]);
  return {"udx/bldg/" + mesh + "_bldg_6697_op.gml",
          out.file(appearance(plan, writer.mapped(), mesh + "_bldg_6697_appearance", textures))};
}

}  // namespace tenbo::io::make_city_detail
