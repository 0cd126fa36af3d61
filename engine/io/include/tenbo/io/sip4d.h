#pragma once
// SIP4D-ZIP: an archive in which Japan's disaster agencies share layers (NIED). sip4d_zip_meta.json names them, and says whose they
// are, what they are of, and whether they are meant; beside each lies NAME_style.json with its legend, if it has one.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/image.h"
#include "tenbo/geo/instant.h"

namespace tenbo::io {

struct Sip4dClass {
  std::string value, title;  // value empty: of everything
  Rgba8 colour;
};
struct Sip4dEntry {
  std::string type, title, file;          // "GeoJSON", "GeoTIFF"; file within the archive
  std::optional<geo::Instant> time;       // what it is of, else when it was last changed
  std::string style_column;
  std::vector<Sip4dClass> classes;        // of its legend, where it is one of words or of one colour
};
struct Sip4d {
  std::string title, author, disaster, category, sharing, licence, note;
  std::string status;                     // 通常, 訓練 (exercise), 試験 (test)
  std::optional<geo::Instant> time;
  std::vector<Sip4dEntry> entries;        // at least one
  Diagnostics diagnostics;
  std::filesystem::path folder;           // where it is unpacked

  // By its file or title; empty: the first. Null where there is none such.
  const Sip4dEntry* entry(std::string_view name) const;
  std::filesystem::path path(const Sip4dEntry& e) const { return folder / e.file; }
};

// Times without a zone are Japan's. Entries whose file would lie outside of the archive are refused.
Result<Sip4d> parse_sip4d(std::string_view meta, const std::string& label);
// The legend of an entry; what is not understood is left out, and said.
void parse_sip4d_style(std::string_view json, const std::string& label, Sip4dEntry& entry, Diagnostics& diagnostics);

// An archive, or a folder that one was unpacked to; nothing where it is none such. [worker]
Result<std::optional<Sip4d>> read_sip4d(const std::filesystem::path& path);

}  // namespace tenbo::io
