#pragma once
// Attributes of a layer's features into the table: from OGR's, or plain ones.
#include <ogrsf_frmts.h>

#include <string>
#include <string_view>
#include <vector>

#include "tenbo/io/vector.h"
#include "vector/plain_feature.h"
#include "vector/text_encoding.h"

namespace tenbo::io {

class RowReader {
 public:
  // raw: texts are bytes of an encoding that `decoder` knows; else they should be UTF-8.
  RowReader(geo::FeatureTable& table, TextDecoder decoder, bool raw) : table_(table), decoder_(std::move(decoder)), raw_(raw) {}

  // The name, type and decoded heading of each column.
  struct Column {
    std::string name;
    OGRFieldType type = OFTString;
    OGRFieldSubType subtype = OFSTNone;
  };
  void columns(OGRFeatureDefn& defn);
  const std::vector<Column>& columns() const { return columns_; }

  // Their rows; `type`: of all features.
  std::uint32_t add(const OGRFeature& feature, const std::string& type);
  std::uint32_t add(const PlainFeature& feature, const std::string& type);
  // Whether plain values, each of its column's type, become what OGR's would: an id is a text, and nothing is decoded.
  bool takes_plain() const;
  void begin_table() { names_.clear(); }  // the data's table is a new one
  std::uint64_t binary() const { return binary_; }  // values left out

 private:
  std::string text(const char* bytes) const;
  void name_columns();

  geo::FeatureTable& table_;
  TextDecoder decoder_;
  bool raw_;
  std::vector<Column> columns_;
  std::vector<geo::FeatureTable::Name> names_;  // of the columns, in the table that is filled
  int id_column_ = -1;
  std::uint64_t binary_ = 0;
};

}  // namespace tenbo::io
