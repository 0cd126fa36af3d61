#pragma once
// Boreholes in: Japanese borehole XML (BED0200 to BED0400, the electronic delivery form for ground investigations) and CSV.
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/io/city.h"

namespace tenbo::io {

// By the soil's main word; the number stands in the palette "soil" and in the attribute "soil".
enum class Soil : std::uint8_t { unknown = 0, fill = 1, topsoil = 2, peat = 3, clay = 4, silt = 5, sand = 6, gravel = 7, volcanic = 8, rock = 9 };
const char* to_string(Soil soil);  // "sand"
// As logs write it: what qualifies stands before, "砂質シルト" is silt, "シルト質砂" sand; brackets do not count.
Soil read_soil(std::string_view name);

struct Borehole {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  struct Layer {
    double from = 0, to = 0;        // m below the mouth
    std::string name, symbol, colour;  // as written; empty = not written
    Soil soil = Soil::unknown;
  };
  struct Blows {                    // standard penetration test
    double depth = 0;               // m, where it begins
    double blows = unknown, penetration = unknown;  // of the whole test; cm
    // Per 30 cm, as N is defined; NaN where one of the two is not written.
    double n() const;
  };
  struct Water {
    double depth = 0;               // m below the mouth
    std::string date;
  };
  std::string name, survey, address, period, datum;  // datum: "Tokyo", "JGD2000", "JGD2011", as the file says
  double lon = unknown, lat = unknown;  // degrees, in the world's system
  double ground = unknown;          // m above T.P., of the mouth
  double length = unknown;          // m drilled
  double inclination = unknown;     // degrees, as written
  std::vector<Layer> layers;
  std::vector<Blows> tests;
  std::vector<Water> water;
  std::string file;
};
// One borehole; of what is wrong in it, a layer, test or level costs itself (`notes`). The bytes decide the encoding, not the declaration.
Result<Borehole> parse_borehole_xml(std::string_view bytes, const std::string& file, Diagnostics& notes);
// Rows of layers, tests and levels, see docs/guide/ground.md. A wrong row costs itself, with its line.
Result<std::vector<Borehole>> parse_borehole_csv(std::string_view bytes, const std::string& file, Diagnostics& notes);
bool looks_like_borehole_xml(std::string_view head);

// Of the bars of N-values and of the ring at the water level, for legends.
inline constexpr Rgba8 borehole_bar_colour{58, 64, 72, 255}, borehole_water_colour{0, 104, 183, 255};

struct BoreholeOptions {
  geo::HeightPolicy heights;
  bool meshes = true;
};
// As columns: a feature for each hole ("borehole": its log as attributes), each layer ("soil-layer", with "soil" for the palette),
// for the N-values and the water level. Depths are to scale; columns are 1.2 to 2.4 m wide, by the grain. Holes without a place or
// height are features that are not drawn, and are named. [worker]
Result<CityModel> read_boreholes(const std::vector<std::filesystem::path>& paths, const BoreholeOptions& options, CancelToken cancel = {});

}  // namespace tenbo::io
