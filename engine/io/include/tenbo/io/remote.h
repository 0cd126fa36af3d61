#pragma once
// Reading from the network: what the readers of 3D Tiles, imagery and terrain tiles take where the path is an address.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tenbo::io {

struct RemoteOptions {
  // Hosts ("tiles.example.org", "localhost:8080") that data may refer to beyond its own folder. Its own host, named here,
  // is open as a whole. Never from https down to http.
  std::vector<std::string> allow_hosts;

  // Where answers are kept. Empty: $TENBO_HTTP_CACHE ("off" keeps nothing), else http/ in cache_root() (io/cache.h).
  std::filesystem::path cache;
  std::uint64_t cache_bytes = std::uint64_t{4} << 30;  // on disk; the longest unused go first; 0 keeps nothing

  // A file of certificates (PEM) that are trusted beside the system's. Empty: $TENBO_CA_FILE, else none.
  std::filesystem::path ca_file;

  std::uint64_t largest_answer = UINT64_MAX;  // bytes, unpacked, below the limit of what is asked for: what the program's memory has room for. So
                                              // large at most is a tileset on the disk, too

  double connect_seconds = 10;  // until there is a connection
  double stall_seconds = 15;    // at less than 64 bytes/s
  double total_seconds = 300;   // for one answer
  double retry_seconds = 0.25;  // before the second attempt; doubled for each further one
  double rest_seconds = 20;     // a host that cannot be reached is not tried again for so long
  int attempts = 3;             // at faults that may pass: no connection, cut off, 429, 5xx
  int redirects = 5;
  int connections = 6;          // to one host at a time
};

}  // namespace tenbo::io
