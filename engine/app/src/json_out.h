#pragma once
// The shapes of `--json`. Keys are only ever added.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "tenbo/geo/features.h"
#include "tenbo/geo/instant.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::app {

using Json = nlohmann::ordered_json;

Json to_json(const geo::AttributeValue& value);
Json to_json(const std::optional<geo::Instant>& t);
Json to_json(const Result<runtime::LayerChanges>& changes);  // {"none": why} where there is nothing to compare
Json to_json(const runtime::LayerStatus& layer);
Json to_json(const runtime::StructureCard& card);  // of a picked structure: structure_json.cpp
// One object, where Options::out leads; text that is not UTF-8 is replaced, never an exception.
void print(std::FILE* out, const Json& json);
void print_csv(std::FILE* out, const std::string& table, bool byte_order_mark);

}  // namespace tenbo::app
