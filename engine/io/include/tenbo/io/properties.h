#pragma once
// Attributes of features as 3D Tiles and glTF keep them (property tables, batch tables): rows that are read one by one.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tenbo::io {

// monostate = missing ("no data"). Arrays, vectors and matrices are texts as JSON writes them.
using PropertyValue = std::variant<std::monostate, std::string, std::int64_t, double, bool>;

// One table of features. Immutable; safe to read from any thread.
class PropertyRows {
 public:
  virtual ~PropertyRows() = default;
  virtual std::string name() const = 0;  // of the class or table; may be empty
  virtual std::uint64_t rows() const = 0;
  // Each property of a row below rows(), in the table's order; missing values are left out.
  using Visitor = std::function<void(std::string_view name, const PropertyValue& value)>;
  virtual void visit(std::uint64_t row, const Visitor& visitor) const = 0;
  // The word for what the row is, where the row says it (a batch table hierarchy's class); else name().
  virtual std::string type_of(std::uint64_t /*row*/) const { return name(); }
};

}  // namespace tenbo::io
