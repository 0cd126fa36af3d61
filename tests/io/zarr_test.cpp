// Fields from Zarr: stores written byte by byte as the specification has them (zarr-specs.readthedocs.io, versions 2 and 3), chunks uncompressed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tenbo/io/raster.h"

namespace tenbo::io {
namespace {
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class ZarrTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::temp_directory_path() / ("tenbo-zarr-test-" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }
  void put(const std::string& name, const std::string& bytes) const {
    fs::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name, std::ios::binary) << bytes;
  }
  template <class T>
  static std::string bytes(const std::vector<T>& values) {
    std::string out(values.size() * sizeof(T), '\0');
    std::memcpy(out.data(), values.data(), out.size());
    return out;
  }
  // Two steps of 2 rows (from the south) and 3 columns: 10 times the step, the row, a tenth of the column; the last cell is missing.
  static float cell(int step, int row, int column) { return row == 1 && column == 2 ? -9999.f : static_cast<float>(10 * step + row) + 0.1f * static_cast<float>(column); }
  static std::string step(int t) {
    std::vector<float> out;
    for (int r = 0; r < 2; ++r)
      for (int c = 0; c < 3; ++c) out.push_back(cell(t, r, c));
    return bytes(out);
  }
  void version_2(const std::string& name, const char* fill = "-9999.0") const {
    put(name + "/.zgroup", R"({"zarr_format": 2})");
    put(name + "/.zattrs", R"({"source": "River office"})");
    const auto array = [&](const std::string& a, const std::string& shape, const std::string& chunks, const std::string& type, const std::string& fills, const std::string& attributes) {
      put(name + "/" + a + "/.zarray", R"({"zarr_format": 2, "shape": )" + shape + R"(, "chunks": )" + chunks + R"(, "dtype": ")" + type + R"(", "compressor": null, "fill_value": )" + fills + R"(, "order": "C", "filters": null})");
      put(name + "/" + a + "/.zattrs", attributes);
    };
    array("depth", "[2, 2, 3]", "[1, 2, 3]", "<f4", fill, R"({"_ARRAY_DIMENSIONS": ["time", "lat", "lon"], "units": "m", "long_name": "water depth"})");
    put(name + "/depth/0.0.0", step(0));
    put(name + "/depth/1.0.0", step(1));
    array("time", "[2]", "[2]", "<i8", "null", R"({"_ARRAY_DIMENSIONS": ["time"], "units": "hours since 2026-11-23 00:00:00", "calendar": "proleptic_gregorian"})");
    put(name + "/time/0", bytes<std::int64_t>({0, 1}));
    array("lat", "[2]", "[2]", "<f8", "null", R"({"_ARRAY_DIMENSIONS": ["lat"], "units": "degrees_north"})");
    put(name + "/lat/0", bytes<double>({35.6, 35.61}));
    array("lon", "[3]", "[3]", "<f8", "null", R"({"_ARRAY_DIMENSIONS": ["lon"], "units": "degrees_east"})");
    put(name + "/lon/0", bytes<double>({139.7, 139.71, 139.72}));
  }
  void version_3(const std::string& name, const std::string& codecs = R"([{"name": "bytes", "configuration": {"endian": "little"}}])", const std::string& fill = R"(-9999.0)",
                 const std::string& more = R"(, "_FillValue": -9999.0)") const {
    put(name + "/zarr.json", R"({"zarr_format": 3, "node_type": "group", "attributes": {"source": "River office"}})");
    const auto array = [&](const std::string& a, const std::string& shape, const std::string& chunks, const std::string& type, const std::string& fills, const std::string& names, const std::string& attributes,
                           const std::string& keys = R"({"name": "default", "configuration": {"separator": "/"}})") {
      put(name + "/" + a + "/zarr.json", R"({"zarr_format": 3, "node_type": "array", "shape": )" + shape + R"(, "data_type": ")" + type + R"(", "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": )" + chunks +
                                             R"(}}, "chunk_key_encoding": )" + keys + R"(, "fill_value": )" + fills + R"(, "codecs": )" + codecs + R"(, "attributes": )" + attributes + R"(, "dimension_names": )" + names + "}");
    };
    array("depth", "[2, 2, 3]", "[1, 2, 3]", "float32", fill, R"(["time", "lat", "lon"])", R"({"units": "m", "long_name": "water depth")" + more + "}");
    put(name + "/depth/c/0/0/0", step(0));
    put(name + "/depth/c/1/0/0", step(1));
    array("time", "[2]", "[2]", "int64", "0", R"(["time"])", R"({"units": "hours since 2026-11-23 00:00:00"})", R"({"name": "default", "configuration": {"separator": "."}})");
    put(name + "/time/c.0", bytes<std::int64_t>({0, 1}));
    array("lat", "[2]", "[2]", "float64", "0.0", R"(["lat"])", R"({"units": "degrees_north"})", R"({"name": "v2", "configuration": {"separator": "."}})");
    put(name + "/lat/0", bytes<double>({35.6, 35.61}));
    array("lon", "[3]", "[3]", "float64", "0.0", R"(["lon"])", R"({"units": "degrees_east"})");
    put(name + "/lon/c/0", bytes<double>({139.7, 139.71, 139.72}));
  }
  void expect_as_written(const std::string& name) const {
    const auto opened = open_field({dir_ / name}, {});
    ASSERT_TRUE(opened) << opened.error().text();
    const auto& info = opened->field->info();
    EXPECT_EQ(info.unit, "m");
    EXPECT_EQ(info.source, "River office");
    ASSERT_EQ(info.valid_times.size(), 2u);
    EXPECT_EQ(geo::format_utc(info.valid_times[1]), "2026-11-23T01:00:00Z");
    for (int t = 0; t < 2; ++t)
      for (int r = 0; r < 2; ++r)
        for (int c = 0; c < 3; ++c) {
          const auto v = opened->field->value(static_cast<std::size_t>(t), 139.7 + 0.01 * c, 35.6 + 0.01 * r);
          if (r == 1 && c == 2) EXPECT_TRUE(std::isnan(v.value())) << "missing is unknown";
          else EXPECT_FLOAT_EQ(v.value(), cell(t, r, c)) << t << " " << r << " " << c;
        }
  }
  std::string refusal(const std::string& name) const {
    const auto opened = open_field({dir_ / name}, {});
    return opened ? "it opens" : opened.error().text();
  }
  fs::path dir_;
};

TEST_F(ZarrTest, Version2) {
  version_2("a.zarr");
  expect_as_written("a.zarr");
}

TEST_F(ZarrTest, Version3WithItsThreeWaysToNameChunks) {
  version_3("a.zarr");
  expect_as_written("a.zarr");
}

// Its fill value is there always, and says nothing about what is missing.
TEST_F(ZarrTest, AZeroOfVersion3IsAZero) {
  version_3("a.zarr", R"([{"name": "bytes", "configuration": {"endian": "little"}}])", "0.0", "");
  const auto opened = open_field({dir_ / "a.zarr"}, {});
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->field->value(0, 139.7, 35.6).value(), 0.0f) << "dry, not unknown";
}

TEST_F(ZarrTest, WhatCannotBeReadIsNamed) {
  version_3("shards.zarr", R"([{"name": "sharding_indexed", "configuration": {}}])");
  EXPECT_THAT(refusal("shards.zarr"), HasSubstr("\"sharding_indexed\" cannot be read"));
  version_2("huge.zarr");
  put("huge.zarr/depth/.zarray", R"({"zarr_format": 2, "shape": [2, 99999999, 99999999], "chunks": [2, 99999999, 99999999], "dtype": "<f4", "compressor": null, "fill_value": null, "order": "C", "filters": null})");
  EXPECT_THAT(refusal("huge.zarr"), HasSubstr("more than 1 GiB"));
  version_3("cut.zarr");
  put("cut.zarr/depth/zarr.json", R"({"zarr_format": 3, "node_type": "arr)");
  EXPECT_THAT(refusal("cut.zarr"), HasSubstr("is not JSON"));
  version_3("strange.zarr");
  put("strange.zarr/depth/zarr.json", R"({"zarr_format": 3, "node_type": "array", "shape": [2], "data_type": "float32", "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1, 2]}}})");
  EXPECT_THAT(refusal("strange.zarr"), HasSubstr("do not fit"));
  version_2("short.zarr");
  put("short.zarr/depth/1.0.0", step(1).substr(0, 5));  // a chunk that is cut off
  const auto opened = open_field({dir_ / "short.zarr"}, {});
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_TRUE(opened->field->slice(0));
  EXPECT_FALSE(opened->field->slice(1)) << "not zeros";
}

// A link in a store of version 3 may lead anywhere: it is not followed, and its chunk holds the fill value.
TEST_F(ZarrTest, LinksAreNotFollowed) {
  version_3("a.zarr");
  put("private", step(1));
  fs::remove_all(dir_ / "a.zarr/depth/c/1");
  fs::create_directories(dir_ / "elsewhere/0");
  fs::rename(dir_ / "private", dir_ / "elsewhere/0/0");
  fs::create_directory_symlink(dir_ / "elsewhere", dir_ / "a.zarr/depth/c/1");
  const auto opened = open_field({dir_ / "a.zarr"}, {});
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_TRUE(std::isnan(opened->field->value(1, 139.7, 35.6).value()));
}

}  // namespace
}  // namespace tenbo::io
