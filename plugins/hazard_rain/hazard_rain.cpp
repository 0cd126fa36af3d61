// Rain: reads a field of rates or amounts through the host, brings it to mm/h or sums it up to mm, and follows the file. The
// engine draws it.
#include <cmath>
#include <string>
#include <vector>

#include "rain.h"
#include "tenbo/plugin_api/field_plugin.hpp"

namespace {
using tenbo::plugin::text;
using tenbo::plugin::view;

constexpr std::uint64_t most_values = std::uint64_t{1} << 28;  // 1 GiB, of what is computed here

class HazardRain final : public tenbo::plugin::FieldPlugin {
 public:
  using FieldPlugin::FieldPlugin;

 private:
  std::string quantity_to_read() const override { return {}; }  // what the file says decides whether it is rain
  void publish() override {
    const auto info = field().info();
    if (const auto other = rain::no_rain(info.quantity.size ? view(info.quantity) : std::string_view()); !other.empty())
      throw std::runtime_error("the file holds the GRIB2 parameter " + other + ", which is no rain: rain is of discipline 0, category 1 (0-1-8 say). Name one that it has as \"variable\", or show the file by a layer without this plugin");
    auto warnings = missing_words(info);
    const std::string unit(info.unit.size ? view(info.unit) : "mm/h");
    if (info.unit.size == 0) warnings.push_back("neither the file nor the layer says the unit: taken for mm/h");
    const auto known = rain::unit_of(unit);
    std::vector<std::int64_t> times;
    if (info.has_valid_times) times.assign(info.valid_times, info.valid_times + info.step_count);
    const auto hours = rain::hours_before(times);
    const bool sum = parameter("show") == "accumulation";
    if (sum && !known) throw std::runtime_error("the unit is " + unit + ", which is no rain: give \"unit\" (mm/h, mm, kg m-2 s-1) if the file is wrong");
    if (sum && known->rate && hours.empty()) throw std::runtime_error("rates are summed up over equal steps of time, two at least: the steps here are not");

    std::vector<std::vector<float>> made;
    std::string shown = unit;
    bool classes = false;
    if (!known) {
      warnings.push_back("the unit is " + unit + ", the classes of rain are in mm/h: drawn as a plain field; give \"unit\" if the file is wrong");
    } else if (sum) {
      made = accumulated(info, *known, hours);
      shown = "mm";
    } else if (known->rate || !hours.empty()) {
      shown = "mm/h";
      classes = true;
      if (!(known->rate && known->factor == 1)) made = rates(info, *known, hours);
    } else {
      warnings.push_back("amounts without equal steps of time are no rates: drawn as a plain field in " + unit);
    }

    const auto said = tenbo::plugin::texts(warnings);
    const std::string quantity = sum ? "accumulated rain" : classes ? "rain intensity" : !parameter("quantity").empty() ? parameter("quantity") : info.quantity.size ? std::string(view(info.quantity)) : "rain";
    const auto about = this->about(info, quantity, said);
    tenbo_field drawn{};
    drawn.size = sizeof drawn;
    drawn.about = &about;
    drawn.quantity = text(quantity);
    drawn.unit = text(shown);
    if (classes) drawn.palette = text("rain");
    if (sum) drawn.palette = text("rain-amount");
    std::vector<const float*> slices;
    if (made.empty()) {
      drawn.from_reader = field().handle();
    } else {
      for (const auto& m : made) slices.push_back(m.data());
      drawn.slices = slices.data();
      drawn.width = info.width;
      drawn.height = info.height;
      drawn.step_count = info.step_count;
      std::copy(std::begin(info.geotransform), std::end(info.geotransform), std::begin(drawn.geotransform));
      drawn.crs = info.crs;
      drawn.valid_times = times.empty() ? nullptr : times.data();
    }
    host().publish(drawn);
  }

  // values(step, cell of the file) -> value shown
  template <class F>
  std::vector<std::vector<float>> each(const tenbo_field_info& info, F&& value) const {
    const std::uint64_t cells = std::uint64_t{info.width} * info.height;
    if (cells * info.step_count > most_values) throw std::runtime_error("the field has more values than are computed at once; cut it out, or give fewer steps");
    std::vector<std::vector<float>> out;
    for (std::uint32_t s = 0; s < info.step_count; ++s) {
      const auto [values, count] = field().slice(s);
      std::vector<float> made(count);
      for (std::size_t i = 0; i < count; ++i) made[i] = value(s, i, values[i], out);
      out.push_back(std::move(made));
    }
    return out;
  }
  std::vector<std::vector<float>> rates(const tenbo_field_info& info, const rain::Unit& unit, const std::vector<double>& hours) const {
    return each(info, [&](std::uint32_t step, std::size_t, float v, const auto&) { return static_cast<float>(unit.rate ? v * unit.factor : v * unit.factor / hours[step]); });
  }
  // A sum that met an unknown value is unknown from there on.
  std::vector<std::vector<float>> accumulated(const tenbo_field_info& info, const rain::Unit& unit, const std::vector<double>& hours) const {
    return each(info, [&](std::uint32_t step, std::size_t cell, float v, const auto& before) {
      const double amount = unit.rate ? v * unit.factor * hours[step] : v * unit.factor;
      return static_cast<float>(amount + (step == 0 ? 0.0 : static_cast<double>(before[step - 1][cell])));
    });
  }
};
}  // namespace

TENBO_PLUGIN("hazard_rain", HazardRain)
