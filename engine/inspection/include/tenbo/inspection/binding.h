#pragma once
// Which 3D model of a bridge or tunnel an inspection record speaks of, how surely, and why. A record on the wrong bridge is worse than
// a marker beside it: in doubt nothing is tied, and a person is asked. Pure functions on places, names and kinds.
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/geo/extent.h"
#include "tenbo/inspection/register.h"

namespace tenbo::inspection {

// A 3D model that a record may speak of, and a record that looks for one. Text lives with whoever asks.
struct Candidate {
  std::uint32_t feature = 0;  // of the caller's table
  std::string_view id, name;
  Kind kind = Kind::unknown;
  geo::Extent extent;         // degrees; empty: only its identifier can tie it
  std::vector<std::string_view> also{};  // further identifiers; one that two candidates have ties neither
};
struct Record {
  std::string_view id, name;
  Kind kind = Kind::unknown;
  double lon = 0, lat = 0;    // degrees; NaN: it has no place
};

enum class Reason : std::uint8_t {
  person, identifier,                    // these alone tie whatever the rest says
  inside, near, far,                     // by place: within the model's extent; up to bind_reach; up to doubt_reach
  same_name, part_of_name, other_name, no_name,
  same_kind, other_kind,
  rival,                                 // another model fits as well
  taken,                                 // another record fits it better
};
const char* to_string(Reason reason);    // "same_name"

inline constexpr double bind_reach = 30;     // m from a model's extent: beyond, no place ties
inline constexpr double doubt_reach = 100;   // m: as far as a person is asked
inline constexpr double name_reach = 300;    // m: the same, for one of the very same name
inline constexpr float sure_score = 0.5f;    // from here on it is tied
inline constexpr float rival_margin = 0.03f; // of scores: two that are so near each other cannot be told apart

// Score, 0 to 1. Identifier or person 1. Else by place 0.75 within the extent, 0.5 at bind_reach, 0.2 at doubt_reach; the same name
// +0.2, one within the other +0.1, two that differ x 0.4; the same kind +0.04, another x 0.4. Never sure_score or more beyond
// bind_reach, nor where names or kinds differ.
struct Match {
  std::uint32_t feature = 0;
  float score = 0;
  float distance = 0;         // m from the extent; NaN: one of the two has no place
  std::vector<Reason> reasons;
};

enum class Surety : std::uint8_t { none, doubtful, sure };
const char* to_string(Surety surety);

struct Binding {
  std::uint32_t record = 0;
  Surety surety = Surety::none;
  bool reviewed = false;      // a person has said what is tied, or that nothing is
  std::vector<Match> matches; // the best first, at most 5; of a sure one the first is tied. Empty: only where a person said so
  const Match* tied() const { return surety == Surety::sure ? matches.data() : nullptr; }
};

// What a person said of a record and a model, by their identifiers; the last said of a pair holds.
struct Correction {
  std::string record;         // record_key()
  std::string model;          // its id; empty with `rejected`: none of them
  bool accepted = false;      // else rejected
  std::string by, at;         // name; time, ISO 8601 UTC
};
// A record's identifier, else its name and place to a metre: the same whenever the same list is read again.
std::string record_key(const Record& record);

// Of all records that a candidate, or a person, speaks for; ascending by record.
// 1. What a person accepted. 2. By identifier; several records may name one model. 3. By place, name and kind, the best first, one record
// a model, for what has no partner yet. 4. What is left is doubtful, where a model that nobody else has may be its own.
std::vector<Binding> bind(std::uint32_t count, const std::function<Record(std::uint32_t)>& record, std::span<const Candidate> candidates,
                          std::span<const Correction> corrections = {});

}  // namespace tenbo::inspection
