// Unpacks LAZ, alone in its process: a packed file is a program for an entropy decoder, and what breaks it must not take the viewer
// along. `tenbo_laz_worker FILE COUNT` writes COUNT points to standard output, 21 bytes each as points/laz_format.h has them.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "points/laz_format.h"

#ifdef TENBO_LASZIP
#include <laszip/laszip_api.h>
#endif

int main(int argc, char** argv) {
#ifdef TENBO_LASZIP
  if (argc != 3) return std::fprintf(stderr, "usage: tenbo_laz_worker FILE COUNT\n"), 2;
  const auto count = std::strtoull(argv[2], nullptr, 10);
  laszip_POINTER reader = nullptr;
  if (laszip_create(&reader)) return std::fprintf(stderr, "LASzip cannot be started\n"), 1;
  const auto failed = [&] {
    laszip_CHAR* why = nullptr;
    laszip_get_error(reader, &why);
    std::fprintf(stderr, "%s\n", why ? why : "LASzip failed");
    return 1;
  };
  laszip_BOOL packed = 0;
  laszip_header_struct* header = nullptr;
  laszip_point_struct* p = nullptr;
  if (laszip_open_reader(reader, argv[1], &packed) || laszip_get_header_pointer(reader, &header) || laszip_get_point_pointer(reader, &p)) return failed();
  const bool extended = (header->point_data_format & 63) >= 6;
  std::vector<char> out;
  out.reserve(1u << 16);
  const auto flush = [&] {
    const bool ok = std::fwrite(out.data(), 1, out.size(), stdout) == out.size();
    out.clear();
    return ok;
  };
  for (unsigned long long i = 0; i < count; ++i) {
    if (laszip_read_point(reader)) {
      flush();
      return failed();
    }
    char r[tenbo::io::points::laz_point_bytes];
    std::memcpy(r, &p->X, 4);
    std::memcpy(r + 4, &p->Y, 4);
    std::memcpy(r + 8, &p->Z, 4);
    std::memcpy(r + 12, &p->intensity, 2);
    r[14] = static_cast<char>(extended ? p->extended_classification : p->classification);
    std::memcpy(r + 15, p->rgb, 6);
    out.insert(out.end(), r, r + sizeof r);
    if (out.size() + sizeof r > out.capacity() && !flush()) return 1;
  }
  if (!flush() || std::fflush(stdout) != 0) return 1;
  return 0;
#else
  (void)argc;
  (void)argv;
  return tenbo::io::points::laz_not_built;
#endif
}
