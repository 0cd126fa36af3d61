// Which outlines belong to a code that a message names.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/plugin_api/reader.h"

namespace hazard {

// Codes of a layer's rows, as people write them: five digits of a municipality (JIS X 0402), six with the check digit, seven of
// the Agency, six of its districts; "0" lost at the front by a spreadsheet is put back.
class AreaIndex {
 public:
  AreaIndex() = default;
  AreaIndex(const std::vector<std::string>& code_of_row, const tenbo_reader_vector* geometry);

  struct Match {
    std::vector<std::uint32_t> rows;  // of the layer; empty: none
    bool wider = false;               // the outline is more than the area: "横浜市北部" on all of Yokohama
  };
  // `code` as the message has it: seven digits of a municipality or part of it, six of a district. In this order: the code
  // itself; the municipality that its first five digits are; the wards of that municipality, where it is a designated city.
  Match find(std::string_view code) const;
  // A region's six digits: its own outline, or of a whole prefecture ("120000") those of all its municipalities; empty: none.
  std::vector<std::uint32_t> region(std::string_view code) const;
  const tenbo_reader_vector* geometry() const { return geometry_; }
  bool empty() const { return rows_.empty(); }

 private:
  std::multimap<std::string, std::uint32_t, std::less<>> rows_;
  const tenbo_reader_vector* geometry_ = nullptr;
};

}  // namespace hazard
