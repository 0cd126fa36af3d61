#pragma once
// One A4 page of one structure: what is on record of it, what threatens it, and how it is gone round, with a map and with who says so.
#include <filesystem>

#include "tenbo/base/image.h"
#include "tenbo/runtime/engine.h"
#include "tenbo/runtime/priority_as_of.h"

namespace tenbo::runtime {

struct SheetPicture {
  Image map;               // empty: no graphics, and the page says so
  geo::GeoPoint centre;
};
// Seen from straight above, about `across` metres wide, the way round drawn on it, with the glass's scale bar, attribution and banners.
// Sets the camera and the scale of the HUD, and leaves them so. `wait`: until all that the view needs is there; a window does not. [main]
Result<SheetPicture> sheet_picture(Engine& engine, const PriorityReport& report, const PriorityRow& row, bool wait, double across = 1200);
// `day`: that inspections and defects are shown as of, as the report is; `made`: the time of making; both stand on the page. [any]
Status write_sheet(const std::filesystem::path& path, const PriorityReport& report, const PriorityRow& row, std::size_t rank, const SheetPicture& picture, const inspection::Day& day,
                   geo::Instant made, bool japanese);

// The way round on the map, as line and ends. `unit`: px of the HUD's unit.
void draw_route(const Engine& engine, render::GlyphCache& glyphs, const inspection::Detour& detour, glm::uvec2 size, float unit, Rgba8 ink, render::OverlayList& out);

}  // namespace tenbo::runtime
