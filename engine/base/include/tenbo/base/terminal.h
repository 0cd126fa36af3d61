#pragma once
#include <cstdio>

namespace tenbo {

// Is a person reading standard error? Progress bars show there and nowhere else.
bool stderr_is_terminal();

// Standard output for the program's own words alone: from now on, whatever a library prints to stdout (GDAL's GRIB reader
// does) goes to standard error. Returns the stream that still leads to the real one; once a process, before other threads.
std::FILE* reserve_stdout();

}  // namespace tenbo
