#pragma once
// Photographs with their cameras: a folder of JPEGs or a list of them becomes frusta that stand where the pictures were taken, to scale,
// each with its picture on the far plane.
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/io/city.h"
#include "tenbo/io/photo_meta.h"

namespace tenbo::io {

struct PhotoCamera {
  std::string name;                 // below the folder, "/" between folders
  std::filesystem::path folder;     // that it may not leave
  PhotoMeta meta;                   // with what the list says in place of the photograph's own
  geo::GeoPoint place;              // height in the scene's datum; valid where placed
  bool placed = false;
  std::optional<glm::dmat3> axes;   // right, up, backward of the picture as it is looked at, in east, north, up; as one looks at it
  std::optional<PhotoField> field;  // of the picture as it is looked at
  double length = 0;                // m, from the camera to the far plane
  int turned = 1;                   // EXIF orientation that is to be applied when it is shown
  std::string source;               // the list's word for where it is from; may be empty
};

struct PhotoSet {
  CityModel model;                  // one feature ("photo") a photograph, in the order of `photos`
  std::vector<PhotoCamera> photos;
};

struct PhotosOptions {
  geo::HeightPolicy heights;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;  // what altitudes are above; unknown: as the photographs say
  double scale = 1;                 // times the usual length of a frustum
  bool meshes = true;
  std::size_t most = 5000;          // photographs; what is more is named and left out
};

// Folders (and those in them), JPEG files, and lists (CSV or JSON; docs/guide/photos.md). A photograph that cannot be read or placed costs
// itself and is named with its remedy; fails where not one is left. [worker]
Result<PhotoSet> read_photos(const std::vector<std::filesystem::path>& paths, const PhotosOptions& options, Progress& progress, CancelToken cancel = {});

// A JPEG that says where it was taken. `head`: its first bytes.
bool looks_like_placed_photo(std::span<const std::byte> head);

// The picture turned as its EXIF orientation says that it is looked at.
Image turn_picture(Image image, int orientation);

}  // namespace tenbo::io
