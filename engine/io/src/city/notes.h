#pragma once
// What one worker has to say about its part of a file; places become line numbers when all parts are merged in order.
#include <cstdint>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"

namespace tenbo::io::city {

struct Note {
  const char* at;  // in the file's text; null = of the whole file
  bool is_error;
  ErrorCode code;
  std::string message, remedy;
};

struct Notes {
  std::vector<Note> kept;
  std::uint64_t warnings_dropped = 0, errors_dropped = 0;
  // counted, and told once a file
  std::uint64_t flat_polygons = 0;     // without area: nothing to draw
  std::uint64_t unknown_entities = 0;  // &name; that XML does not predefine
  std::uint64_t bad_utf8 = 0;          // texts that were not UTF-8

  void warn(const char* at, std::string message, std::string remedy = {}, ErrorCode code = ErrorCode::malformed) {
    add({at, false, code, std::move(message), std::move(remedy)}, warnings_dropped);
  }
  void fail(const char* at, std::string message, std::string remedy = {}, ErrorCode code = ErrorCode::malformed) {
    add({at, true, code, std::move(message), std::move(remedy)}, errors_dropped);
  }

  // A point to go back to where what was read since is to be read again.
  struct Mark { std::size_t kept; std::uint64_t counts[5]; };
  Mark mark() const { return {kept.size(), {warnings_dropped, errors_dropped, flat_polygons, unknown_entities, bad_utf8}}; }
  void back_to(const Mark& m) {
    kept.resize(m.kept);
    warnings_dropped = m.counts[0], errors_dropped = m.counts[1], flat_polygons = m.counts[2], unknown_entities = m.counts[3], bad_utf8 = m.counts[4];
  }

 private:
  void add(Note note, std::uint64_t& dropped) {
    if (kept.size() < 2 * Diagnostics::max_kept) kept.push_back(std::move(note));
    else ++dropped;
  }
};

}  // namespace tenbo::io::city
