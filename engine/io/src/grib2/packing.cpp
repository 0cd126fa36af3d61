#include <cmath>
#include <limits>

#include "grib2/sections.h"

namespace tenbo::io::grib2 {

namespace {

const char* packing_name(std::uint16_t form) {
  switch (form) {
    case 1: return "a matrix at each point";
    case 2: return "complex packing";
    case 3: return "complex packing with differences";
    case 4: return "IEEE numbers";
    case 40: return "JPEG 2000";
    case 41: return "PNG";
    case 42: return "CCSDS compression";
    case 50: case 51: return "spherical harmonics";
    case 61: return "simple packing of logarithms";
    default: return "a packing of another kind";
  }
}

}  // namespace

Grib2Packing packing_of(const Octets& s) {
  s.needs(11);
  Grib2Packing p;
  p.count = s.u32(6);
  p.form = s.u16(10);
  if (p.count > max_grib2_points) fail(ErrorCode::out_of_budget, std::to_string(p.count) + " values are more than memory is kept for");
  if (p.form == 0) {
    s.needs(21);
    p.reference = s.f32(12);
    p.binary = s.s16(16);
    p.decimal = s.s16(18);
    p.bits = s.u8(20);
    if (p.bits > 32) fail(ErrorCode::malformed, "values of " + std::to_string(p.bits) + " bits");
    if (!std::isfinite(p.reference)) fail(ErrorCode::malformed, "the reference value is no number");
    return p;
  }
  if (p.form == 200) {
    s.needs(17);
    p.bits = s.u8(12);
    p.most = s.u16(13);
    const std::uint16_t levels = s.u16(15);
    p.decimal = s.s8(17);
    s.needs(17 + std::size_t{2} * levels);
    if (p.bits < 1 || p.bits > 16) fail(ErrorCode::malformed, "run lengths of " + std::to_string(p.bits) + " bits");
    if (p.most > levels) fail(ErrorCode::malformed, "the field has level " + std::to_string(p.most) + ", and there are " + std::to_string(levels));
    if (p.most > (1u << p.bits) - 1) fail(ErrorCode::malformed, "level " + std::to_string(p.most) + " does not fit into " + std::to_string(p.bits) + " bits");
    p.levels.reserve(std::size_t{1} + levels);
    p.levels.push_back(std::numeric_limits<float>::quiet_NaN());
    const double scale = std::pow(10.0, -p.decimal);
    for (std::size_t i = 0; i < levels; ++i) p.levels.push_back(static_cast<float>(s.u16(18 + 2 * i) * scale));
    return p;
  }
  fail(ErrorCode::unsupported, "data template 5." + std::to_string(p.form) + " (" + packing_name(p.form) + ") is not read by this reader; 5.0 and 5.200 are",
       "pack it simply: wgrib2 -set_grib_type simple");
}

}  // namespace tenbo::io::grib2
