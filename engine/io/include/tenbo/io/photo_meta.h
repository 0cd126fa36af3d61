#pragma once
// What a photograph says of itself: where it was taken, when, with which lens, and how the camera was held. EXIF (JEITA CP-3451 / CIPA
// DC-008) and XMP of DJI ("drone-dji"), Parrot ("drone-parrot") and Pix4D ("Camera"). Files are strangers': offsets that lead out of
// the file, circles, counts without end and numbers that are none cost the value, never more.
#include <cstddef>
#include <cstdint>
#include <glm/mat3x3.hpp>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/result.h"

namespace tenbo::io {

// Which height a photograph's altitude is above.
enum class AltitudeKind : std::uint8_t { unknown, sea_level, ellipsoid };

struct PhotoMeta {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  std::uint32_t width = 0, height = 0;      // px, as stored
  int orientation = 1;                      // EXIF: 1 to 8, how the stored picture is turned to be looked at
  std::string make, model, date;            // date: "2026-04-01 09:30:00", with its offset where it is said
  bool date_offset = false;                 // the date says its offset from UTC
  double lon = unknown, lat = unknown;      // degrees, in the world's system
  double altitude = unknown;                // m
  AltitudeKind altitude_kind = AltitudeKind::unknown;
  bool rtk = false;                         // the drone says that its altitude is from RTK
  double relative_altitude = unknown;       // m above where it took off
  double focal_mm = unknown, focal_35mm = unknown;
  double sensor_width_mm = unknown;         // from the focal plane's resolution
  double focal_px = unknown;                // calibrated
  // How the camera was held. Degrees; heading clockwise from north, pitch 0 level and -90 straight down, roll clockwise as seen from behind.
  double heading = unknown, pitch = unknown, roll = 0;
  double image_direction = unknown;         // EXIF GPSImgDirection, from true north
  // Pix4D: yaw, pitch, roll of a body that looks straight down where all are 0, its picture's top to the north.
  std::optional<glm::dvec3> body;
};

// `bytes`: from the file's beginning, as much as there is. Fails where it is no JPEG with a size; else what cannot be read is left unknown
// and said in `notes`. [any]
Result<PhotoMeta> parse_photo_meta(std::span<const std::byte> bytes, const std::string& file, Diagnostics& notes);

// Columns right, up, backward of the camera in east, north, up; nothing where heading or pitch is unknown.
std::optional<glm::dmat3> camera_axes(const PhotoMeta& photo);
// Tangents of half the angles that the stored picture spans across and up; nothing where no focal length can be had. By the calibrated
// focal length, else the 35 mm equivalent (of diagonals, CIPA DCG-001), else the focal length on its sensor.
struct PhotoField { double x = 0, y = 0; };
std::optional<PhotoField> photo_field(const PhotoMeta& photo);

}  // namespace tenbo::io
