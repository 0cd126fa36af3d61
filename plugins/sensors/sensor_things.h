#pragma once
// OGC SensorThings 1.1 (OGC 18-088): Things, Datastreams, Locations and Observations, alone, as a collection or expanded into one
// another; from MQTT the body of one Observation, whose Datastream the topic names. No link is followed here: a feed over HTTP asks for the
// pages that follow, and each is a message.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json.h"
#include "store.h"

namespace sensors {

// "…/Datastreams(7)/Observations", "…/Datastreams('a b')": what stands in the brackets of the last Datastreams; empty = none.
std::string datastream_of(std::string_view topic);

// What the message with the page after this one is called: "https://host/Things#page=2", "...#page=3".
std::string page_after(std::string_view source);

struct ThingsRead {
  std::uint64_t entities = 0;  // that were understood
  bool more = false;           // the document is one page of several
};
// A sensor is a Datastream; its id is the Datastream's. `now` as Store::add has it. Throws JsonError.
ThingsRead read_things(const Json& root, std::string_view topic, std::optional<std::int64_t> now, Store& store);
ThingsRead read_things(std::string_view json, std::string_view topic, std::optional<std::int64_t> now, Store& store);

}  // namespace sensors
