#pragma once
// For tests of plugins that show messages: delivering them as feeds do, and looking at the shapes that come out.
#include <algorithm>
#include <span>

#include "../runtime/plugin_test_support.h"

namespace tenbo::runtime {

class MessageTest : public ShippedPlugin {
 protected:
  void deliver(PluginLayer& l, const std::vector<std::string>& texts) {
    std::vector<PluginMessage> out;
    for (const auto& t : texts) {
      PluginMessage m;
      m.number = ++number_;
      m.arrival = {1'900'000'000'000 + static_cast<std::int64_t>(number_)};
      m.feed = "jma";
      m.source = "message-" + std::to_string(number_);
      auto body = std::make_shared<std::vector<std::byte>>(t.size());
      std::ranges::copy(std::as_bytes(std::span(t)), body->begin());
      m.body = std::move(body);
      out.push_back(std::move(m));
    }
    l.deliver(std::move(out));
    EXPECT_TRUE(frames_until([&] { return l.state() == PluginState::failed || !l.taking_messages(); }));
    EXPECT_EQ(l.state(), PluginState::ready) << l.error().text();
  }
  // Shapes of a kind; by the first of their records' value of `column`.
  static std::vector<const PluginShape*> of_kind(const PluginOutput& o, PluginShapeKind kind) {
    std::vector<const PluginShape*> out;
    for (const auto& s : o.shapes->shapes)
      if (s.kind == kind) out.push_back(&s);
    return out;
  }
  static std::string value(const PluginOutput& o, const PluginShape& s, const char* column) { return geo::to_text(o.records->value(s.row, column)); }
  static const ShapeClass& class_of(const PluginOutput& o, const PluginShape& s) { return o.shapes->classes.at(s.shape_class); }
  // Squares of a hundredth of a degree by code, beside one another from 138.4 E on.
  void squares(const std::string& file, const std::string& column, const std::vector<std::string>& codes, const char* type = "Polygon") {
    std::string out = R"({"type": "FeatureCollection", "features": [)";
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const double w = 138.4 + 0.01 * static_cast<double>(i), e = w + 0.01, s = 34.4, n = 34.41;
      const auto at = [](double x, double y) { return "[" + std::to_string(x) + ", " + std::to_string(y) + "]"; };
      std::string c = at(w, s) + ", " + at(e, s) + ", " + at(e, n) + ", " + at(w, n) + ", " + at(w, s);
      if (std::string_view(type) == "LineString") c = "[" + at(w, s) + ", " + at(e, s) + "]";
      else if (std::string_view(type) == "Point") c = at(w, s);
      else c = "[[" + c + "]]";
      out += std::string(i ? ", " : "") + R"({"type": "Feature", "properties": {")" + column + R"(": ")" + codes[i] + R"("}, "geometry": {"type": ")" + type + R"(", "coordinates": )" + c + "}}";
    }
    put(file, out + "]}");
  }
  std::uint64_t number_ = 0;
};

}  // namespace tenbo::runtime
