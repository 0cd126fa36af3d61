#pragma once
// The city as a PLATEAU package: udx/{bldg,brid,tran,veg,wtr}/*.gml and codelists/*.xml.
#include <map>
#include <string>
#include <vector>

#include "buildings.h"
#include "flood.h"

namespace tenbo::io::make_city_detail {

struct TextFile {
  std::string path;  // below the city's folder
  std::string text;
};

// Buildings by third-level mesh code of their centre.
std::map<std::string, std::vector<std::uint32_t>> buildings_by_mesh(const Plan& plan, const std::vector<Building>& buildings);
// One file; marks the textures it uses.
TextFile bldg_gml(const Plan& plan, const std::vector<Building>& buildings, const std::string& mesh,
                  const std::vector<std::uint32_t>& members, std::vector<bool>& textures);
TextFile brid_gml(const Plan& plan, const Layout& layout);
TextFile tran_gml(const Plan& plan, const Layout& layout);
TextFile veg_gml(const Plan& plan, const Layout& layout, const std::vector<Building>& buildings);
TextFile wtr_gml(const Plan& plan);
std::vector<TextFile> code_lists();
std::string city_mesh_name(const Plan& plan);  // second-level mesh of the centre, for themes in one file

}  // namespace tenbo::io::make_city_detail
