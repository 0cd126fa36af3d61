#include "tenbo/io/identify.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "gdal/module.h"
#include "identify/first_bytes.h"
#include "identify/kinds.h"
#include "message/table.h"
#include "pyramid/tile_store.h"
#include "raster/field_times.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"
#include "tenbo/io/borehole.h"
#include "tenbo/io/photos.h"
#include "tenbo/io/grib2.h"
#include "tenbo/io/points.h"
#include "tenbo/io/remote_vector.h"
#include "tenbo/io/sip4d.h"
#include "tenbo/io/terrain.h"
#include "vector/csv.h"
#include "vector/text_encoding.h"

namespace tenbo::io {

namespace fs = std::filesystem;

const char* to_string(DataKind kind) {
  switch (kind) {
    case DataKind::scene: return "scene";
    case DataKind::city: return "city";
    case DataKind::elevation: return "elevation";
    case DataKind::imagery: return "imagery";
    case DataKind::field: return "field";
    case DataKind::vector: return "vector";
    case DataKind::model: return "model";
    case DataKind::tiles: return "tiles";
    case DataKind::boreholes: return "boreholes";
    case DataKind::points: return "points";
    case DataKind::photos: return "photos";
  }
  return "unknown";
}

namespace {

constexpr std::size_t head_bytes = 65536;
constexpr std::size_t max_folder_files = 20'000;

bool contains(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

// GDAL is asked for what lies in an archive or is packed.
Result<std::string> first_bytes(const fs::path& path) {
  const std::string name = gdal::vsi_name(path);
  if (name.starts_with("/vsi")) {
    const auto gdal = gdal::functions();
    return gdal ? (*gdal)->read_head({path, name}, head_bytes) : gdal.error();
  }
  std::ifstream file(path, std::ios::binary);
  std::string head(head_bytes, '\0');
  if (!file || (file.read(head.data(), static_cast<std::streamsize>(head.size())), file.bad()))
    return gdal::error_of(ErrorCode::io, "cannot be opened", path, "", "may the file be read?");
  head.resize(static_cast<std::size_t>(file.gcount()));
  return head;
}

std::string_view after_blank(std::string_view s) {
  if (s.starts_with("\xEF\xBB\xBF")) s.remove_prefix(3);
  for (;;) {
    while (!s.empty() && static_cast<unsigned char>(s.front()) <= ' ') s.remove_prefix(1);
    if (s.starts_with("//")) s.remove_prefix(std::min(s.size(), s.find('\n')));
    else if (s.starts_with("/*")) s.remove_prefix(std::min(s.size(), s.find("*/", 2) == std::string_view::npos ? s.size() : s.find("*/", 2) + 2));
    else return s;
  }
}

// Local name of the first element of an XML text.
std::string root_element(std::string_view s) {
  for (std::size_t i = s.find('<'); i != std::string_view::npos; i = s.find('<', i + 1)) {
    if (i + 1 >= s.size() || s[i + 1] == '?' || s[i + 1] == '!') {
      if (s.substr(i).starts_with("<!--")) {
        const auto end = s.find("-->", i);
        if (end == std::string_view::npos) return {};
        i = end;
      }
      continue;
    }
    const auto end = s.find_first_of(" \t\r\n/>", i + 1);
    std::string name(s.substr(i + 1, end == std::string_view::npos ? end : end - i - 1));
    if (const auto colon = name.find(':'); colon != std::string::npos) name = name.substr(colon + 1);
    return name;
  }
  return {};
}

// The name of the UTF-16 that a text is in; nullptr where it is in none.
const char* utf16(std::string_view head) {
  if (head.starts_with("\xFF\xFE") || head.starts_with(std::string_view("<\0", 2))) return "UTF-16LE";
  if (head.starts_with("\xFE\xFF") || head.starts_with(std::string_view("\0<", 2))) return "UTF-16BE";
  return nullptr;
}

// --- text formats, by their first bytes

std::optional<Found> json_kind(const fs::path& path, std::string_view text) {
  if (!text.starts_with('{') && !text.starts_with('[')) return std::nullopt;
  const auto has = [&](const char* key) { return contains(text, "\"" + std::string(key) + "\""); };
  if (has("tiles") && (contains(text, "\"quantized-mesh-1.0\"") || contains(text, "\"heightmap-1.0\"") || path.filename() == "layer.json")) return one(DataKind::elevation, path);
  if (has("asset") && has("geometricError") && (has("root") || gdal::has_extension(path, {".json"}))) return one(DataKind::tiles, path);
  if (has("asset") && (has("root") || has("schema") || path.filename() == "tileset.json") && !has("meshes") && !has("nodes") && !has("buffers") && !has("layers"))
    return one(DataKind::tiles, path);
  if (has("layers") && !has("coordinates") && !has("features") && !has("arcs")) return one(DataKind::scene, path);
  if (has("CityJSON") || has("CityObjects")) return refuse(path, "CityJSON is not read", "convert it to CityGML: citygml-tools to-citygml");
  if (has("geometricError") && has("root")) return one(DataKind::tiles, path);
  if (has("tileAvailability")) return refuse(path, "this file belongs to a tileset", "open its tileset.json");
  if (has("asset") && (has("meshes") || has("scenes") || has("nodes") || has("buffers") || gdal::has_extension(path, {".gltf"}))) return one(DataKind::model, path);
  for (const char* type : {"FeatureCollection", "Feature", "Topology", "GeometryCollection", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})
    if (has("type") && has(type)) return one(DataKind::vector, path);
  if (has("geometryType") && has("features")) return one(DataKind::vector, path);  // Esri's JSON
  return std::nullopt;
}

std::optional<Found> xml_kind(const fs::path& path, std::string_view text) {
  if (!text.starts_with('<')) return std::nullopt;
  const std::string root = root_element(text);
  if (looks_like_borehole_xml(text)) return one(DataKind::boreholes, path);
  if (root == "CityModel") return one(DataKind::city, path);
  if (looks_like_fgd_dem(text)) return one(DataKind::elevation, path);
  if (root == "COLLADA" || root == "X3D" || root == "amf") return one(DataKind::model, path);
  if (root == "VRTDataset" || root == "OGRVRTDataSource") return refuse(path, "virtual datasets are not opened, because they may name any file", "write it out first: gdal_translate or ogr2ogr");
  if (message::looks_like_message(text)) return one(DataKind::vector, path);
  if (root == "shakemap_grid") return one(DataKind::field, path);
  return std::nullopt;
}

bool model_extension(const fs::path& path) {
  return gdal::has_extension(path, {".gltf", ".glb", ".obj", ".fbx", ".dae", ".stl", ".ply", ".3ds", ".blend", ".x3d", ".3mf", ".off", ".lwo", ".ac", ".ms3d", ".amf"});
}

// Tiles by their first bytes; "\x1F\x8B" is gzip, which servers' tiles are often stored in.
std::optional<Found> tiles_kind(const fs::path& path, std::string_view head) {
  for (const char* magic : {"b3dm", "i3dm", "pnts", "cmpt"})
    if (head.starts_with(magic)) return one(DataKind::tiles, path);
  if (head.starts_with("subt")) return refuse(path, "this file belongs to a tileset", "open its tileset.json");
  if (head.starts_with("vctr") || head.starts_with("geom")) return refuse(path, "tiles of the draft formats vctr and geom are not read: they never became part of 3D Tiles");
  if (gdal::has_extension(path, {".3dtiles"})) return one(DataKind::tiles, path);
  if (head.starts_with("\x1F\x8B") && gdal::has_extension(path, {".json", ".b3dm", ".i3dm", ".pnts", ".cmpt", ".glb", ".gltf"})) return one(DataKind::tiles, path);
  if (gdal::has_extension(path, {".b3dm", ".i3dm", ".pnts", ".cmpt"})) return one(DataKind::tiles, path);
  return std::nullopt;
}

// STEP's text form holds many things; the header says which.
Found step_kind(const fs::path& path, std::string_view head) {
  const auto schema = head.find("FILE_SCHEMA");
  if (schema != std::string_view::npos && !contains(head.substr(schema, 200), "IFC")) return refuse(path, "this STEP file is not IFC", "convert it to glTF");
  return one(DataKind::model, path);
}

std::optional<Found> model_kind(const fs::path& path, std::string_view head) {
  if (after_blank(head).starts_with("ISO-10303-21")) return step_kind(path, head);
  if (head.starts_with("glTF") || head.starts_with("Kaydara FBX Binary") || head.starts_with("BLENDER")) return one(DataKind::model, path);
  if (head.starts_with("ply\n") || head.starts_with("ply\r\n")) return one(DataKind::model, path);
  if (model_extension(path)) return one(DataKind::model, path);
  return std::nullopt;
}

// --- tables, archives

Found csv_kind(const fs::path& path, std::string_view head) {
  const TextDecoder decoder = TextDecoder::guess(head.substr(0, head.find_last_of('\n')));
  std::string text = decoder.decode(head);
  while (text.starts_with('#') && text.find('\n') != std::string::npos) text.erase(0, text.find('\n') + 1);  // remarks before the headings
  std::vector<std::string> header;
  CsvReader reader(text);
  if (!reader.next(header)) return refuse(path, "the table has no line of headings");
  if (is_series_header(header)) return one(DataKind::points, path);
  const auto c = find_place_columns(header, "", "");
  if ((c.lon < 0 || c.lat < 0) && c.both < 0 && c.wkt < 0)
    return refuse(path, "the table has no columns of longitude and latitude", "name them lon and lat (or 経度 and 緯度)");
  return one(DataKind::vector, path);
}

Found folder_kind(const fs::path& dir);

Found file_kind(const fs::path& path);

// The layers of a SIP4D-ZIP, each by its file; of what cannot be read the layer says why when it is loaded. Nothing where it is none.
Result<std::optional<std::vector<Identified>>> sip4d_kind(const fs::path& path) {
  const auto sip = read_sip4d(path);
  if (!sip) return sip.error();
  if (!*sip) return std::optional<std::vector<Identified>>();
  std::vector<Identified> out;
  for (const auto& e : (*sip)->entries) {
    std::error_code ec;
    const auto file = (*sip)->path(e);
    const auto kind = fs::is_regular_file(file, ec) ? file_kind(file) : Found(std::vector<Identified>());
    out.push_back({kind && !kind->empty() ? kind->front().kind : DataKind::vector, {path}, e.file});
  }
  return std::optional(std::move(out));
}

Found archive_kind(const fs::path& path) {
  auto sip = sip4d_kind(path);
  if (!sip) return sip.error();
  if (*sip) return **sip;
  const auto gdal = gdal::functions();
  if (!gdal) return gdal.error();
  auto members = (*gdal)->members(path);
  if (!members) return members.error();
  bool heights = false;
  for (const auto& m : *members)
    if (m.path.filename() == "tileset.json") return one(DataKind::tiles, path);
  for (const auto& m : *members) {
    // Heights are read from the archive as it is (a prefecture's DEM is thousands of files); what refers to other files
    // beside it (textures, code lists, buffers, .dbf) is read from a folder.
    if (gdal::has_extension(m.path, {".hgt", ".tif", ".tiff", ".asc"})) heights = true;
    else if (gdal::has_extension(m.path, {".xml"})) {
      if (auto head = (*gdal)->read_head(m, 8192); head && looks_like_fgd_dem(*head)) heights = true;
    } else if (gdal::has_extension(m.path, {".gml", ".shp", ".geojson", ".gpkg", ".fgb", ".kml", ".csv", ".json", ".nc", ".citygml"}) || model_extension(m.path)) {
      auto folder = (*gdal)->unpack(path);
      if (!folder) return folder.error();
      return folder_kind(*folder);
    }
  }
  if (heights) return one(DataKind::elevation, path);
  return refuse(path, "the archive holds nothing that can be read here", "unpack it, and open what is in it");
}

// Tiles of pictures are heights where their name says how they hold them.
DataKind picture_tiles_kind(const fs::path& path) {
  return height_encoding_by_name(path) == HeightEncoding::unknown ? DataKind::imagery : DataKind::elevation;
}

Found file_kind(const fs::path& path) {
  if (gdal::has_extension(path, {".3tz"})) return one(DataKind::tiles, path);
  if (gdal::has_extension(path, {".ifczip", ".ifcxml"})) return refuse(path, "of IFC the text form is read, .ifc", "unpack .ifczip, or write the model out as .ifc");
  if (gdal::is_archive(path)) return archive_kind(path);
  auto head = first_bytes(path);
  if (!head) return head.error();
  if (head->empty()) return gdal::error_of(ErrorCode::malformed, "the file is empty", path);
  if (head->starts_with("\xFD" "7zXZ")) return refuse(path, "the file is packed with xz", "unpack it first: xz -dk FILE");
  if (head->starts_with("PMTiles") || (gdal::has_extension(path, {".mbtiles"}) && picture_tiles_kind(path) == DataKind::elevation)) return one(picture_tiles_kind(path), path);
  if (head->starts_with("LASF")) return one(DataKind::points, path);
  if (head->starts_with("\xFF\xD8\xFF") && looks_like_placed_photo(std::as_bytes(std::span(*head)))) return one(DataKind::photos, path);
  std::string plain;  // UTF-16, told by its mark or its first signs, as UTF-8
  if (const char* from = utf16(*head)) plain = to_utf8(std::string_view(*head).substr(0, head->size() / 2 * 2), from);
  const std::string_view text = after_blank(plain.empty() ? *head : plain);
  if (auto k = tiles_kind(path, *head)) return *k;
  if (auto k = json_kind(path, text)) return *k;
  if (path.filename() == "tileset.json") return one(DataKind::tiles, path);  // whatever it holds: its reader says what is wrong with that
  if (auto k = xml_kind(path, text)) return *k;
  if (looks_like_netcdf(*head) || begins_with_grib2_runs(std::as_bytes(std::span(*head)))) return one(DataKind::field, path);
  if (head->starts_with("GRIB") && gdal::has_extension(path, {".bin"})) return one(DataKind::field, path);  // as the Agency names its files
  if (auto k = model_kind(path, *head)) return *k;
  if (gdal::has_extension(path, {".csv", ".tsv"})) return csv_kind(path, *head);
  if (gdal::has_extension(path, {".dbf", ".shx", ".prj", ".cpg", ".mtl", ".bin"})) return refuse(path, "this file belongs to another one", "open that one (.shp, .obj, .gltf)");

  const auto gdal = gdal::functions();
  return gdal ? (*gdal)->kind_of(path) : gdal.error();
}

// --- folders

bool side_file(const fs::path& path) {
  if (path.filename().string().ends_with("_grib2.bin")) return false;  // as the Japan Meteorological Agency names them
  return gdal::has_extension(path, {".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qml", ".sld", ".lic", ".keywords", ".mtl", ".bin", ".tfw", ".pgw", ".jgw", ".wld",
                                    ".md", ".txt", ".pdf", ".html", ".htm", ".log", ".py", ".gfs", ".xsd", ".qix", ".ovr", ".lock", ".dic"}) ||
         path.filename().string().starts_with('.') || path.string().ends_with(".aux.xml");
}

// Folders of a PLATEAU package that hold no layer of their own.
bool package_folder(const std::string& name) { return name == "udx" || name == "codelists" || name == "metadata" || name == "specification" || name == "schemas"; }

Found folder_kind(const fs::path& dir) {
  std::error_code ec;
  auto sip = sip4d_kind(dir);
  if (!sip) return sip.error();
  if (*sip) return **sip;
  std::vector<Identified> found;
  const bool package = fs::is_directory(dir / "udx", ec);
  if (package) found.push_back({DataKind::city, {dir}, ""});
  std::vector<fs::path> files;
  const auto walk = [&](const auto& self, const fs::path& at, int depth) -> void {
    if (depth > 6) return;
    std::error_code walk_error;
    if (fs::is_regular_file(at / "tileset.json", walk_error)) {  // the set is all of the folder
      found.push_back({DataKind::tiles, {at / "tileset.json"}, ""});
      if (fs::is_regular_file(at / "terrain/layer.json", walk_error)) found.push_back({DataKind::elevation, {at / "terrain/layer.json"}, ""});  // as bake writes it
      return;
    }
    if (gdal::is_zarr(at)) {  // the store is one field
      found.push_back({DataKind::field, {at}, ""});
      return;
    }
    if (fs::is_regular_file(at / "layer.json", walk_error)) {
      found.push_back({DataKind::elevation, {at / "layer.json"}, ""});
      return;
    }
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(at, fs::directory_options::skip_permission_denied, walk_error), end; !walk_error && it != end; it.increment(walk_error)) {
      std::error_code type_error;
      if (it->is_symlink(type_error)) continue;
      if (it->is_directory(type_error)) {
        const std::string name = it->path().filename().string();
        if (!(package && depth == 0 && package_folder(name)) && name != "codelists" && !name.starts_with('.') && !name.ends_with("_appearance")) entries.push_back(it->path());
      } else if (it->is_regular_file(type_error) && !side_file(it->path())) {
        entries.push_back(it->path());
      }
    }
    std::sort(entries.begin(), entries.end());
    for (const auto& e : entries) {
      if (files.size() >= max_folder_files) return;
      if (fs::is_directory(e, walk_error)) self(self, e, depth + 1);
      else files.push_back(e);
    }
  };
  walk(walk, dir, 0);

  std::vector<fs::path> city, heights, holes, photos, scenes;
  std::vector<Identified> others;
  std::optional<Error> miss;
  for (const auto& file : files) {
    auto k = file_kind(file);
    if (!k) {
      if (!miss || (miss->code == ErrorCode::unsupported && k.error().code != ErrorCode::unsupported)) miss = k.error();
      continue;
    }
    for (auto& i : *k) {
      if (i.kind == DataKind::scene) scenes.push_back(file);
      else if (i.kind == DataKind::city) city.push_back(file);
      else if (i.kind == DataKind::elevation) heights.push_back(file);
      else if (i.kind == DataKind::boreholes) holes.push_back(file);
      else if (i.kind == DataKind::photos) photos.push_back(file);
      else others.push_back(std::move(i));
    }
  }
  // A folder made around a scene is that scene; its data belongs to it.
  if (!scenes.empty()) {
    std::vector<Identified> out;
    for (auto& s : scenes) out.push_back({DataKind::scene, {s}, ""});
    return out;
  }
  if (!holes.empty()) found.push_back({DataKind::boreholes, holes, ""});
  if (!photos.empty()) found.push_back({DataKind::photos, photos, ""});
  if (!package && !city.empty()) found.push_back({DataKind::city, {city.size() == 1 ? city.front() : dir}, ""});

  // Rasters of one band with times in their names are the steps of a field; a name without its digits tells the series.
  std::map<std::string, std::vector<fs::path>> series;
  const auto series_name = [](const fs::path& p) {
    std::string name;
    for (char c : p.string()) if (c < '0' || c > '9') name += c;
    return name;
  };
  const auto timed = [](const fs::path& p) {
    const auto t = time_in_name(p.stem().string());
    return t.absolute || t.relative_seconds;
  };
  std::vector<fs::path> ground;
  for (const auto& h : heights) {
    if (timed(h) && gdal::has_extension(h, {".tif", ".tiff", ".asc", ".img", ".bil", ".flt"})) series[series_name(h)].push_back(h);
    else ground.push_back(h);
  }
  std::vector<Identified> rest;
  for (auto& i : others) {
    if (i.kind == DataKind::field && gdal::has_extension(i.paths.front(), {".tif", ".tiff", ".asc", ".nc"}) && timed(i.paths.front()))
      series[series_name(i.paths.front())].push_back(i.paths.front());
    else rest.push_back(std::move(i));
  }
  for (auto& [name, members] : series) {
    if (members.size() > 1) found.push_back({DataKind::field, members, ""});
    else if (std::find(heights.begin(), heights.end(), members.front()) != heights.end() && !names_a_depth(members.front())) ground.push_back(members.front());
    else found.push_back({DataKind::field, members, ""});
  }
  std::sort(ground.begin(), ground.end());
  if (!ground.empty()) found.push_back({DataKind::elevation, ground, ""});
  for (auto& i : rest) found.push_back(std::move(i));
  std::stable_sort(found.begin(), found.end(), [](const Identified& a, const Identified& b) { return a.kind < b.kind; });
  if (found.empty()) return miss ? *miss : refuse(dir, "nothing in the folder can be read");
  return found;
}

// What lies on the network is told by its name alone: nothing is asked of a server before a layer opens.
Found url_kind(const fs::path& path) {
  if (pyramid::is_wmts(path) || pyramid::is_wms(path)) return one(DataKind::imagery, path);
  if (pyramid::is_template(path) || pyramid::is_pmtiles(path)) return one(picture_tiles_kind(path), path);
  const auto url = parse_url(path.native());
  if (!url) return url.error();
  if (is_remote_vector(path)) return one(DataKind::vector, path);
  const fs::path name = url->path;
  const auto refuse_url = [&](const char* why, const char* remedy) { return gdal::error_of(ErrorCode::unsupported, why, url->label(), "", remedy); };
  if (name.filename() == "layer.json") return one(DataKind::elevation, path);
  if (!name.has_filename() || gdal::has_extension(name, {".json", ".b3dm", ".i3dm", ".pnts", ".cmpt", ".3tz", ".zip", ".3dtiles"})) return one(DataKind::tiles, path);
  if (gdal::has_extension(name, {".glb", ".gltf"})) return one(DataKind::model, path);
  if (gdal::has_extension(name, {".tif", ".tiff"})) return one(DataKind::imagery, path);
  return refuse_url("is not read over HTTP: 3D Tiles and their archives, glTF, terrain tiles, tiles of pictures, WMTS, WMS, PMTiles, GeoTIFF pictures, GeoJSON and the OGC API Features are", "name a tileset.json, a .geojson, .../collections/NAME/items, or {z}/{x}/{y} in an address of tiles, or download the file");
}

// A JSON object in a file named .json that is no known data: meant as a scene, whose parser says best what is wrong with it.
bool unfinished_scene(const fs::path& path) {
  if (!gdal::has_extension(path, {".json"})) return false;
  const auto head = first_bytes(path);
  if (!head) return false;
  const auto text = after_blank(*head);
  return text.starts_with('{') && !json_kind(path, text);
}

}  // namespace

Result<std::vector<Identified>> identify(const fs::path& path) {
  std::error_code ec;
  try {
    if (is_url(path)) return url_kind(path);
    if (pyramid::is_template(path)) return one(picture_tiles_kind(path), path);
    if (fs::is_directory(path, ec)) return folder_kind(path);
    if (!fs::exists(path, ec)) return gdal::error_of(ErrorCode::not_found, "no such file or folder", path);
    if (!fs::is_regular_file(path, ec)) return refuse(path, "neither a file nor a folder");
    auto found = file_kind(path);
    if (!found && unfinished_scene(path)) return one(DataKind::scene, path);
    return found;
  } catch (const std::exception& e) {
    return gdal::error_of(ErrorCode::internal, e.what(), path);
  }
}

}  // namespace tenbo::io
