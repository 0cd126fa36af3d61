#include "tenbo/io/arrived.h"

#include <nlohmann/json.hpp>

#include "message/table.h"
#include "tenbo/base/private_file.h"
#include "tenbo/base/text.h"
#include "tenbo/io/jma.h"

namespace tenbo::io {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// What the reader of a file said, told of the message.
Error renamed(Error e, const std::filesystem::path& file, const std::string& name) {
  if (e.file == file.string()) e.file = name;
  const std::string path = file.string();
  for (auto at = e.message.find(path); at != std::string::npos; at = e.message.find(path, at + name.size())) e.message.replace(at, path.size(), name);
  return e;
}
void rename(Diagnostics& d, const std::filesystem::path& file, const std::string& name) {
  for (auto* list : {&d.errors, &d.warnings})
    for (auto& e : *list) e = renamed(std::move(e), file, name);
}

// Looks for a coordinate system that is an address ("crs": {"type": "link"}), anywhere: GDAL's reader would fetch it.
class LinkedCrs : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool found = false;
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& text) override {
    if (in_crs() && key_ == "type") found = found || lower_case(text) == "link" || lower_case(text) == "url" || lower_case(text) == "ogc";
    return !found;
  }
  bool key(string_t& name) override {
    key_ = lower_case(name);
    return true;
  }
  bool start_object(std::size_t) override { return begin(); }
  bool start_array(std::size_t) override { return begin(); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }  // the reader says what

 private:
  bool in_crs() const { return !within_.empty() && within_.back(); }
  bool begin() {
    within_.push_back(key_ == "crs");
    key_.clear();
    return within_.size() < 512;
  }
  bool end() {
    within_.pop_back();
    key_.clear();
    return true;
  }
  std::string key_;
  std::vector<bool> within_;  // of each object or array we are in: it is the value of "crs"
};

}  // namespace

std::optional<geo::Instant> report_time_of(std::span<const std::byte> bytes) {
  const auto text = text_of(bytes);
  if (!message::looks_like_message(text.substr(0, 4096))) return std::nullopt;
  for (const std::string_view tag : {"ReportDateTime>", "sent>"}) {
    const auto at = text.find(tag);
    if (at == std::string_view::npos) continue;
    const auto from = at + tag.size(), end = text.find('<', from);
    if (end == std::string_view::npos || end - from > 64) return std::nullopt;
    auto t = geo::parse_instant(text.substr(from, end - from));
    return t ? std::optional(*t) : std::nullopt;
  }
  return std::nullopt;
}

Result<VectorData> read_vector_bytes(std::span<const std::byte> bytes, const std::string& name, const VectorOptions& options, Progress& progress,
                                     CancelToken cancel) {
  const auto text = text_of(bytes);
  if (bytes.size() > max_message_bytes)
    return Error{ErrorCode::out_of_budget, "a message of " + std::to_string(bytes.size()) + " bytes is not read", name, "", "at most 32 MiB are"};
  if (message::looks_like_message(text.substr(0, 4096))) return message::message_table(text, name, true);
  auto first = text.find_first_not_of(" \t\r\n");
  if (text.starts_with("\xEF\xBB\xBF")) first = text.find_first_not_of(" \t\r\n", 3);
  const std::string lower = lower_case(name);
  const bool csv = lower.ends_with(".csv"), tsv = lower.ends_with(".tsv"), json = first != std::string_view::npos && text[first] == '{';
  if (!csv && !tsv && !json)
    return Error{ErrorCode::unsupported, "is no message of the Japan Meteorological Agency, no CAP alert and no GeoJSON", name, "", "tables are read where the name ends in .csv"};
  if (LinkedCrs look; json && !nlohmann::json::sax_parse(text, &look))
    return look.found ? Error{ErrorCode::unsupported, "names its coordinate system by an address, which is not followed", name, "crs", "send longitude and latitude"}
                      : Error{ErrorCode::malformed, "is no whole JSON", name, "", ""};
  auto file = PrivateFile::make(bytes, csv ? ".csv" : tsv ? ".tsv" : ".geojson");
  if (!file) return file.error();
  auto data = read_vector((*file)->path(), options, progress, std::move(cancel));
  if (!data) return renamed(data.error(), (*file)->path(), name);
  rename(data->diagnostics, (*file)->path(), name);
  if (data->name == "message") data->name = name;
  return data;
}

Result<OpenedField> open_field_bytes(std::span<const std::byte> bytes, const std::string& name, const FieldOptions& options) {
  const auto text = text_of(bytes);
  const bool xml = text.substr(0, 4096).find("<shakemap_grid") != std::string_view::npos;
  const bool tiff = text.starts_with(std::string_view("II*\0", 4)) || text.starts_with(std::string_view("MM\0*", 4)) || text.starts_with(std::string_view("II+\0", 4));
  const char* ending = xml ? ".xml" : text.starts_with("GRIB") ? ".grib2" : tiff ? ".tif" : text.starts_with("CDF") ? ".nc" : nullptr;
  if (!ending)
    return Error{ErrorCode::unsupported, "is no field that is read from a message", name, "", "GRIB2, ShakeMap's grid.xml, GeoTIFF and classic NetCDF are; NetCDF-4 may name other files: nccopy -k classic"};
  auto file = PrivateFile::make(bytes, ending);
  if (!file) return file.error();
  auto opened = open_field({(*file)->path()}, options);
  if (!opened) return renamed(opened.error(), (*file)->path(), name);
  rename(opened->diagnostics, (*file)->path(), name);
  // A field reads its steps when they are asked for: the file stays as long as it does.
  const auto from = opened->field;
  opened->field = std::make_shared<geo::Field>(from->info(), [from, keep = *file](std::size_t step) { return from->slice(step); });
  return opened;
}

}  // namespace tenbo::io
