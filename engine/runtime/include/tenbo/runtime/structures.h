#pragma once
// What the window asks of structures and their defects: cards, bindings to be reviewed, years, photographs.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/image.h"
#include "tenbo/geo/crs.h"
#include "tenbo/inspection/binding.h"
#include "tenbo/inspection/filter.h"
#include "tenbo/inspection/history.h"
#include "tenbo/inspection/register.h"
#include "tenbo/runtime/hud.h"
#include "tenbo/runtime/sensor_state.h"

namespace tenbo::runtime {

// Of what was picked: a structure's record, and the part of it or the defect on it.
struct StructurePick {
  std::uint32_t layer = 0;           // LayerStatus::id of the inspection layer
  std::uint32_t structure = 0;       // of its register
  inspection::Member member = inspection::Member::unknown;
  int span = 0;                      // 0 = not known
  std::string element;               // "0102"; empty = not known
  double along = std::numeric_limits<double>::quiet_NaN();  // m from the structure's start; NaN = not known
  bool estimated = false;            // by shape alone
  std::optional<std::uint32_t> defect;  // among Register::defects(structure)
  std::string part_id{}, part_type{}, part_name{};  // of the 3D model's own part: gml:id or GlobalId, "brid:OuterFloorSurface"; empty = it names none
};

struct ModelChoice {
  std::string id, name;              // of the 3D model
  std::string layer;                 // name of its layer
  geo::GeoPoint place;               // its middle
  float score = 0, distance = 0;     // m; NaN = not known
  std::vector<inspection::Reason> reasons;
};

// One record and what may be its model.
struct BindingCard {
  std::uint32_t layer = 0, structure = 0;
  std::string layer_name, key, name; // key: inspection::record_key
  geo::GeoPoint place;               // of the record
  inspection::Surety surety = inspection::Surety::none;
  bool reviewed = false;
  std::string by, at;                // who reviewed it, and when; empty = nobody
  std::vector<ModelChoice> choices;  // the best first; of a sure one the first is tied
};

struct DefectCard {
  std::uint32_t defect = 0;          // among Register::defects(structure)
  inspection::Change change = inspection::Change::unknown;
  bool placed = false;               // it is on the surface, or can be; else it is in the card alone
  std::uint32_t guesses = 0;         // inspection::Guess, of one that is drawn
};

// A sensor on a structure, as of the time that is shown.
struct StructureSensor {
  std::uint32_t layer = 0, row = 0;    // LayerStatus::id of the sensors' layer; of its sensors
  std::string id;
  SensorPart part;
  std::uint32_t guesses = 0;           // inspection::Guess, of one that is drawn
  bool here = false;                   // on the very part that was picked
  SensorCondition condition = SensorCondition::no_value;
  int level = -1;                      // the highest threshold reached, 0 = none; -1 where not current
  bool overdue = false;
  double value = 0;                    // NaN: there is none
  std::string unit, source, where;     // where: the part in words
  std::optional<geo::Instant> time;    // of the reading
  SensorCard card;
};

struct StructureCard {
  StructurePick pick;
  std::shared_ptr<const inspection::Register> records;
  std::string id;                      // of the record; may be empty
  std::string name;                    // in the language of the glass; may be empty
  std::optional<BindingCard> binding;  // absent: no 3D model is near
  bool generated = false;              // the model that stands there is made from the record
  std::uint32_t assumed = 0;           // inspection::Assumed, of that model
  inspection::StateByYear state;       // as of `year`, or the latest
  std::optional<int> year;             // that is shown; absent: the latest
  std::vector<int> years;              // of this structure
  std::vector<DefectCard> defects;     // as of then
  std::vector<StructureSensor> sensors;  // those on the picked part first, of them the highest level; at most 200
};

// Colours of grades a to e of defects, told apart by every kind of colour vision together with their letters; 0: not graded.
Rgba8 defect_colour(char grade);

// Of an inspection layer: its records, and how many of them have a 3D model.
struct StructureCounts {
  std::uint64_t structures = 0, defects = 0;
  std::uint64_t sure = 0, doubtful = 0;  // models; the rest has none
};

// A photograph on its way, there, or refused.
struct Photograph {
  std::shared_ptr<const Image> picture;  // null: not yet, or not at all
  std::string error;                     // why not; empty: on its way or there
};

}  // namespace tenbo::runtime
