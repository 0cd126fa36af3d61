#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gltf/budget.h"
#include "tenbo/io/tiles.h"

namespace tenbo::io {

inline void add_attribute(geo::FeatureTable& to, std::uint32_t row, std::string_view name, const PropertyValue& value) {
  if (const auto* s = std::get_if<std::string>(&value))
    to.add_text(row, name, *s);
  else if (const auto* i = std::get_if<std::int64_t>(&value))
    to.add_integer(row, name, *i);
  else if (const auto* d = std::get_if<double>(&value))
    to.add_real(row, name, *d);
  else if (const auto* b = std::get_if<bool>(&value))
    to.add_boolean(row, name, *b);
}

// Rows of the result's table for the features that are met; each is made once, with its attributes.
class TileFeatures {
 public:
  TileFeatures(CityModel& out, Budget& budget, const std::string& name,
           const std::vector<std::shared_ptr<const TileAttributes>>& attributes)
      : out_(out), budget_(budget), name_(name), attributes_(attributes) {
    const auto slash = name.rfind('/');
    short_name_ = slash == std::string::npos ? name : name.substr(slash + 1);
  }

  void begin_model(const Gltf* model) {
    model_ = model;
    rows_.clear();
    last_key_ = UINT64_MAX;
  }
  // The row of a feature; of the content as a whole for no_feature.
  std::uint32_t row(std::int32_t properties, std::uint32_t feature) {
    if (feature == no_feature) return whole();
    const std::uint64_t key = static_cast<std::uint64_t>(static_cast<std::uint32_t>(properties)) << 32 | feature;
    if (key == last_key_) return last_row_;
    auto [it, fresh] = rows_.try_emplace(key, 0);
    if (fresh) it->second = make(properties, feature);
    last_key_ = key;
    return last_row_ = it->second;
  }

 private:
  std::uint32_t whole() {
    if (whole_ == no_feature) {
      whole_ = out_.features.add_feature(short_name_, "");
      common(whole_);
    }
    return whole_;
  }

  void common(std::uint32_t row) {
    for (const auto& list : attributes_)
      if (list)
        for (const auto& [name, value] : *list) add(row, name, value);
  }

  void add(std::uint32_t row, std::string_view name, const PropertyValue& value) { add_attribute(out_.features, row, name, value); }

  std::uint32_t make(std::int32_t properties, std::uint32_t feature) {
    budget_.spend(1, 200, name_, "its features");
    const PropertyRows* table = properties >= 0 && static_cast<std::size_t>(properties) < model_->properties.size()
                                    ? model_->properties[static_cast<std::size_t>(properties)].get()
                                    : nullptr;
    std::string id;
    std::string type;
    values_.clear();
    if (table && feature < table->rows()) {
      type = table->type_of(feature);
      int best = 100;
      table->visit(feature, [&](std::string_view name, const PropertyValue& value) {
        values_.emplace_back(name, value);
        // The name that an object goes by, in the spellings that are met.
        static constexpr std::string_view ids[] = {"gml_id", "gml:id", "gmlid", "GMLID", "_gml_id",
                                                   "gmlID",  "id",     "ID",    "uuid",  "Id"};
        for (int k = 0; k < static_cast<int>(std::size(ids)); ++k)
          if (name == ids[k] && k < best) {
            if (const auto* s = std::get_if<std::string>(&value); s && !s->empty())
              id = *s, best = k;
            else if (const auto* i = std::get_if<std::int64_t>(&value))
              id = std::to_string(*i), best = k;
          }
      });
    }
    if (table && type != table->name()) forget_added(id, type);
    if (id.empty()) id = short_name_ + "#" + std::to_string(feature);
    const auto row = out_.features.add_feature(id, type);
    for (const auto& [name, value] : values_) add(row, name, value);
    common(row);
    return row;
  }

  // A bake of ours says of each row its id and what it is, first of their names (bake/properties.cpp). They are no attributes of
  // the source: those of the same names come later.
  void forget_added(std::string_view id, std::string_view type) {
    const auto first = [&](std::string_view name, std::string_view value) {
      const auto it = std::find_if(values_.begin(), values_.end(), [&](const auto& v) { return v.first == name; });
      const auto* text = it == values_.end() ? nullptr : std::get_if<std::string>(&it->second);
      return text && *text == value ? it : values_.end();
    };
    if (first("id", id) == values_.end() || first("class", type) == values_.end()) return;
    values_.erase(first("id", id));
    values_.erase(first("class", type));
  }

  CityModel& out_;
  Budget& budget_;
  const std::string& name_;
  std::string short_name_;
  const std::vector<std::shared_ptr<const TileAttributes>>& attributes_;
  const Gltf* model_ = nullptr;
  std::unordered_map<std::uint64_t, std::uint32_t> rows_;
  std::uint64_t last_key_ = UINT64_MAX;
  std::uint32_t last_row_ = 0, whole_ = no_feature;
  std::vector<std::pair<std::string, PropertyValue>> values_;
};

}  // namespace tenbo::io
