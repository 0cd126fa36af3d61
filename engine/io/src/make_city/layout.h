#pragma once
// Streets, blocks, districts and bridges of the plan, before any house stands.
#include <cstdint>
#include <string>
#include <vector>

#include "plan.h"

namespace tenbo::io::make_city_detail {

struct Street {
  double at = 0;          // plan u of a street along v, or v of one along u
  double width = 6;       // m
  bool arterial = false;
};

enum class Zone : std::uint8_t { none, field, park, core, mixed, homes, industry, civic };

struct Block {
  int column = 0, row = 0;              // between streets column, column + 1 and row, row + 1
  double u0, u1, v0, v1;                // plan, without the streets' halves
  Zone zone = Zone::none;
  double score = 0;                     // how much of a town it is
  bool built = false;
  Vec2 centre() const { return {(u0 + u1) / 2, (v0 + v1) / 2}; }
};

struct Words { std::string ja, en; };

struct District {
  Words name;
  double u0, u1, v0, v1;  // plan; the most southern ones end at the coast
  bool coastal = false;
};

enum class BridgeForm : std::uint8_t { girder, arch, truss, cable_stayed, slab };

struct Bridge {
  std::string id;
  Words name, kind, road, remark;
  BridgeForm form = BridgeForm::slab;
  Vec2 a, b;                 // plan, ends of the deck's middle line
  double width = 8;          // m
  double end_height = 0;     // m, of the deck's surface at its ends
  double length = 0;         // m
  int built = 1970, inspected = 0, grade = 0;  // grade 1..4; 0 = not inspected
  bool modelled = false;     // stands in udx/brid
  bool rail = false;
};

struct Layout {
  std::vector<Street> along_v;  // ascending u
  std::vector<Street> along_u;  // ascending v
  std::vector<Block> blocks;    // row by row
  std::vector<District> districts;
  std::vector<Bridge> bridges;  // 40
  int columns = 0, rows = 0;

  const Block& block(int column, int row) const { return blocks[static_cast<std::size_t>(row) * columns + column]; }
  const District* district_at(const Plan& plan, Vec2 p) const;
  // Whether the piece of street `i` along v between rows `row` and `row + 1` is paved (and the same along u).
  bool paved_v(const Plan& plan, int i, int row) const;
  bool paved_u(const Plan& plan, int i, int column) const;
};

Layout make_layout(Plan& plan);       // sets plan.bridge_lines
void make_bridges(const Plan& plan, Layout& layout);

}  // namespace tenbo::io::make_city_detail
