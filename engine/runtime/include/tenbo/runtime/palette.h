#pragma once
// Palettes are data: assets/palettes/*.json, each with its source and version. Official colours are used as published;
// where there is no official scale, "official" is false and the source says that the choice is ours.
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/image.h"
#include "tenbo/base/result.h"
#include "tenbo/render/frame_view.h"
#include "tenbo/runtime/hud.h"
#include "tenbo/scene/scene_file.h"

namespace tenbo::runtime {

struct PaletteStop {
  double from = 0;                   // inclusive; the class reaches to the next stop's, the last one without end
  Rgba8 colour;                      // alpha 0 ("none" in the file): the class is named, and not drawn
  scene::LocalText label;            // "0.5–3 m"
  std::optional<MarkerShape> shape;  // of markers of this class
  std::string letter;                // in the marker
  bool aside = false;                // not a step of the scale ("exempt"): the legend lists it below
};

enum class PaletteKind { classes, continuous };

struct Palette {
  std::string name;                  // the file's, without .json
  scene::LocalText title;
  std::string version;               // of the palette as published, or our own
  std::string source;                // who publishes the colours
  bool official = false;
  std::string unit;                  // may be empty
  PaletteKind kind = PaletteKind::classes;
  std::vector<PaletteStop> stops;    // ascending, at least one
  Rgba8 unknown{104, 112, 120, 255};  // of no data; drawn hatched
  bool hatch_unknown = false;        // cells of a field without a value are hatched on the ground too: else nothing is drawn there
  scene::LocalText note;             // for the reader of the legend; may be empty

  // The class of a value; null below the first stop (nothing there: dry, no rain) and for NaN (unknown).
  const PaletteStop* class_of(double value) const;
  // classes: the class's colour; continuous: between the stops, clamped at the ends. Alpha 0 where class_of is null,
  // except that a continuous scale has no "below".
  Rgba8 colour_of(double value) const;
  // For render::FieldDraw.
  std::vector<render::PaletteStop> for_render() const;
};

// Strict: an unknown key, a wrong type, a colour that is none or stops out of order are errors that name the JSON path.
Result<Palette> load_palette(const std::filesystem::path& path);
Result<Palette> parse_palette(const std::string& json, const std::string& file, const std::string& name);

// `source` is the data's (who says that it is 3 m deep), not the palette's. `time`: ready for the screen.
Legend to_legend(const Palette& palette, Language language, std::string source = {}, std::string time = {},
                 bool has_unknown = false);

}  // namespace tenbo::runtime
