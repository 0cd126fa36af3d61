#include "vector/read_rows.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "tenbo/base/text.h"

namespace tenbo::io {
namespace {

std::string date_text(const OGRFeature& feature, int i, OGRFieldType type) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, zone = 0;
  float s = 0;
  if (!feature.GetFieldAsDateTime(i, &y, &mo, &d, &h, &mi, &s, &zone)) return {};
  char buffer[64];
  if (type == OFTDate) {
    std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", y, mo, d);
    return buffer;
  }
  std::string clock;
  const int whole = static_cast<int>(s), ms = static_cast<int>(std::lround((s - static_cast<float>(whole)) * 1000));
  std::snprintf(buffer, sizeof buffer, ms ? "%02d:%02d:%02d.%03d" : "%02d:%02d:%02d", h, mi, whole, ms);
  clock = buffer;
  if (type == OFTTime) return clock;
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT", y, mo, d);
  std::string text = buffer + clock;
  if (zone == 100) text += "Z";
  else if (zone > 1) {
    const int minutes = (zone - 100) * 15;
    std::snprintf(buffer, sizeof buffer, "%c%02d:%02d", minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
    text += buffer;
  }
  return text;
}

// A JSON array, as OGR writes it where a format has no lists (GeoPackage, FlatGeobuf): the same whatever the features were read from.
std::string list_text(const OGRFeature& feature, int i) {
  char* json = const_cast<OGRFeature&>(feature).GetFieldAsSerializedJSon(i);
  std::string out = to_valid_utf8(json ? json : "[]");
  CPLFree(json);
  return out;
}

std::string_view plain_text(std::string_view bytes, std::string& decoded) {
  if (is_valid_utf8(bytes)) return bytes;
  return decoded = TextDecoder::guess(bytes).decode(bytes);
}

}  // namespace

std::string RowReader::text(const char* bytes) const {
  const std::string_view view(bytes ? bytes : "");
  if (!raw_ && is_valid_utf8(view)) return std::string(view);
  if (!raw_) return TextDecoder::guess(view).decode(view);
  return decoder_.decode(view);
}

void RowReader::columns(OGRFeatureDefn& defn) {
  columns_.clear();
  names_.clear();
  id_column_ = -1;
  for (int i = 0; i < defn.GetFieldCount(); ++i) {
    const auto* f = defn.GetFieldDefn(i);
    columns_.push_back({text(f->GetNameRef()), f->GetType(), f->GetSubType()});
    if (columns_.back().name == "gml_id") id_column_ = i;
  }
}

void RowReader::name_columns() {
  if (names_.empty())
    for (const auto& column : columns_) names_.push_back(table_.name(column.name));
}

std::uint32_t RowReader::add(const OGRFeature& feature, const std::string& type) {
  const std::string id = id_column_ >= 0 && feature.IsFieldSetAndNotNull(id_column_) ? text(feature.GetFieldAsString(id_column_))
                         : feature.GetFID() != OGRNullFID ? std::to_string(feature.GetFID()) : std::string();
  const std::uint32_t row = table_.add_feature(id, type);
  name_columns();
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const int i = static_cast<int>(c);
    if (!feature.IsFieldSetAndNotNull(i)) continue;
    const Column& column = columns_[c];
    const auto name = names_[c];
    switch (column.type) {
      case OFTInteger:
      case OFTInteger64:
        if (column.subtype == OFSTBoolean) table_.add_boolean(row, name, feature.GetFieldAsInteger(i) != 0);
        else table_.add_integer(row, name, feature.GetFieldAsInteger64(i));
        break;
      case OFTReal: table_.add_real(row, name, feature.GetFieldAsDouble(i)); break;
      case OFTDate:
      case OFTTime:
      case OFTDateTime: table_.add_text(row, name, date_text(feature, i, column.type)); break;
      case OFTBinary: ++binary_; break;
      case OFTIntegerList:
      case OFTInteger64List:
      case OFTRealList:
      case OFTStringList: table_.add_text(row, name, list_text(feature, i)); break;
      default:
        table_.add_text(row, name, text(feature.GetFieldAsString(i)));  // "" is a value; null is none
    }
  }
  return row;
}

bool RowReader::takes_plain() const {
  return !raw_ && (id_column_ < 0 || columns_[static_cast<std::size_t>(id_column_)].type == OFTString);
}

std::uint32_t RowReader::add(const PlainFeature& feature, const std::string& type) {
  char number[24];
  std::string_view id(number, static_cast<std::size_t>(std::to_chars(number, number + sizeof number, feature.fid).ptr - number));
  std::string decoded;
  for (const PlainValue& v : feature.values)
    if (static_cast<int>(v.column) == id_column_) id = plain_text(v.text, decoded);
  const std::uint32_t row = table_.add_feature(id, type);
  name_columns();
  for (const PlainValue& v : feature.values) {
    const auto name = names_[v.column];
    switch (v.kind) {
      case PlainValue::Kind::integer: table_.add_integer(row, name, v.integer); break;
      case PlainValue::Kind::boolean: table_.add_boolean(row, name, v.integer != 0); break;
      case PlainValue::Kind::real: table_.add_real(row, name, v.real); break;
      case PlainValue::Kind::text: table_.add_text(row, name, plain_text(v.text, decoded)); break;
    }
  }
  return row;
}

}  // namespace tenbo::io
