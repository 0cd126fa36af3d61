#pragma once
// SIP4D-ZIP: an archive in which Japan's disaster agencies share layers (NIED). sip4d_zip_meta.json names them, and says whose they
// are, what they are of, and whether they are meant; beside each lies NAME_style.json with its legend, if it has one.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/image.h"
#include "tenbo/geo/instant.h"
#include "tenbo/io/remote.h"
#include "tenbo/io/vector.h"

namespace tenbo::io {

struct Sip4dClass {
  std::string value, title;  // value empty: of everything, or graded
  Rgba8 colour;
  // Of a graded legend: more than `above` (of the first class `above` itself too: it is the legend's "minvalue"), `to` at most. Beyond
  // the last is the last: "2.0m越え" has value 5 in the sample.
  std::optional<double> above, to;
};
struct Sip4dEntry {
  std::string type, title, file;          // "GeoJSON", "GeoTIFF"; file within the archive
  std::optional<geo::Instant> time;       // what it is of, else when it was last changed
  std::string style_column;
  std::vector<Sip4dClass> classes;        // of its legend: of words, of one colour, or graded in ascending order
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
// The legend of an entry; what is not understood is left out, and said. A graded one has "minvalue", and each class the greatest value
// that belongs to it: so the format's keys as NIED's SIP4D-ZIP_Checker has them (template/1.1/VECTOR/temp_style.json), and what they mean
// by the sample beside it ("0.5m以下" is value 0.5, "0.5～1.0m" 1, under minvalue 0).
void parse_sip4d_style(std::string_view json, const std::string& label, Sip4dEntry& entry, Diagnostics& diagnostics);

// An archive, or a folder that one was unpacked to; nothing where it is none such. [worker]
Result<std::optional<Sip4d>> read_sip4d(const std::filesystem::path& path);

// ---- An archive that came over a network: it stays in memory, and nothing of it is written anywhere.
// Nothing where the bytes are no archive with such a description. `label` stands in messages. [worker]
Result<std::optional<Sip4d>> read_sip4d_bytes(std::span<const std::byte> bytes, const std::string& label);
// A layer of it: GeoJSON alone, by the reader of what arrived (io/arrived.h), which opens no other file or address. [worker]
Result<VectorData> read_sip4d_entry(std::span<const std::byte> bytes, const std::string& label, const Sip4dEntry& entry, const VectorOptions& options,
                                    Progress& progress, const CancelToken& cancel);
// When the information of an archive is of, where it says that; nothing where the bytes are none that is whole. Quick, and free of
// exceptions. [any]
struct Sip4dStamp {
  std::optional<geo::Instant> time;
};
std::optional<Sip4dStamp> sip4d_stamp(std::span<const std::byte> bytes);

// An address that ends in .zip: such an archive, where the scene says that the layer is one of vectors.
bool is_remote_zip(const std::filesystem::path& path);
struct RemoteSip4d {
  Sip4d sip;
  std::vector<std::byte> bytes;
  std::uint64_t digest = 0;  // the same where nothing has changed
  std::string offline;       // not empty: the network failed and the cache stood in; since when, and why
};
constexpr std::uint64_t max_sip4d_bytes = std::uint64_t{64} << 20;
Result<RemoteSip4d> fetch_sip4d(const std::filesystem::path& path, const RemoteOptions& remote, const CancelToken& cancel);  // [worker]

}  // namespace tenbo::io
