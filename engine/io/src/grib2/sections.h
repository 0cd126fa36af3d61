#pragma once
// The sections of a GRIB2 message that describe a field. Each function takes a section with its five octets of length and
// number, and throws a Bad.
#include "grib2/octets.h"
#include "tenbo/io/grib2.h"

namespace tenbo::io::grib2 {

Grib2Grid grid_of(const Octets& section);        // 3
Grib2Product product_of(const Octets& section, geo::Instant issue_time);  // 4
Grib2Packing packing_of(const Octets& section);  // 5

// The data section's octets as `packing.count` values, in the file's order.
Status unpack_runs(std::span<const std::byte> data, const Grib2Packing& packing, std::span<float> out);
Status unpack_simple(std::span<const std::byte> data, const Grib2Packing& packing, std::span<float> out);

}  // namespace tenbo::io::grib2
