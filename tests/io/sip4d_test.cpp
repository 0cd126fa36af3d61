// SIP4D-ZIP archives in memory: what is damaged, lies of its size or leads elsewhere is refused. Archives by Python's zipfile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip4d_writer.h"
#include "tenbo/io/sip4d.h"

namespace tenbo::io {
namespace {
using ::testing::HasSubstr;
using test::sip4d_entry;
using test::sip4d_meta;

struct Sip4dBytes : testing::Test {
  std::string archive(const std::vector<std::pair<std::string, std::string>>& files) {
    const auto dir = test::scratch("sip4d_bytes");
    test::write_zip(dir / "a.zip", files);
    return test::slurp(dir / "a.zip");
  }
  static std::span<const std::byte> of(const std::string& s) { return std::as_bytes(std::span(s)); }
  static std::string read(const std::string& bytes, const std::string& name = {}) {
    auto sip = read_sip4d_bytes(of(bytes), "a.zip");
    if (!sip) return sip.error().text();
    if (!*sip) return "none";
    const auto* entry = (*sip)->entry(name);
    if (!entry) return "no entry";
    Progress progress;
    auto data = read_sip4d_entry(of(bytes), "a.zip", *entry, {}, progress, {});
    return data ? std::to_string(data->features.size()) + " features" : data.error().text();
  }
};

TEST_F(Sip4dBytes, AnArchiveIsReadFromMemory) {
  const auto good = archive({{"sip4d_zip_meta.json", sip4d_meta(sip4d_entry("more/a.geojson", "a"))}, {"more/a.geojson", test::sip4d_points(3)}});
  EXPECT_EQ(read(good), "3 features");
  const auto stamp = sip4d_stamp(of(good));
  ASSERT_TRUE(stamp);
  ASSERT_TRUE(stamp->time);
  EXPECT_EQ(geo::format_utc(*stamp->time), "2026-11-21T00:00:00Z");
  EXPECT_EQ(read(archive({{"pack/sip4d_zip_meta.json", sip4d_meta(sip4d_entry("a.geojson", "a"))}, {"pack/a.geojson", test::sip4d_points(2)}})), "2 features") << "with the folder around it";
  EXPECT_EQ(read(archive({{"a.geojson", test::sip4d_points(2)}})), "none");
  EXPECT_EQ(read("no archive"), "none");
}

TEST_F(Sip4dBytes, NothingOpensAnotherFile) {
  const auto with = [&](const std::string& file, const std::string& text) { return read(archive({{"sip4d_zip_meta.json", sip4d_meta(sip4d_entry(file, "a"))}, {file, text}})); };
  EXPECT_THAT(with("a.geojson", "<OGRVRTDataSource><OGRVRTLayer name=\"a\"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"), HasSubstr("no GeoJSON"));
  EXPECT_THAT(with("a.geojson", R"({"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"http://127.0.0.1/x"}},"features":[]})"), HasSubstr("not followed"));
  EXPECT_THAT(read(archive({{"sip4d_zip_meta.json", sip4d_meta(sip4d_entry("b.geojson", "b"))}})), HasSubstr("is not in it"));
  const std::string tiff = R"({"type":"GeoTIFF","title":"t","file":"t.tif"})";
  EXPECT_THAT(read(archive({{"sip4d_zip_meta.json", sip4d_meta(tiff)}, {"t.tif", "II*"}})), HasSubstr("GeoJSON is read"));
}

TEST_F(Sip4dBytes, EveryTruncationAndBrokenByteIsAnErrorOrTheSame) {
  const auto good = archive({{"sip4d_zip_meta.json", sip4d_meta(sip4d_entry("a.geojson", "a"))}, {"a.geojson", test::sip4d_points(3)}});
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_NE(read(good.substr(0, n)), "3 features") << n;
  for (std::size_t n = 0; n < good.size(); n += 3) {
    auto bad = good;
    bad[n] = static_cast<char>(bad[n] ^ 0x55);
    const auto said = read(bad);
    EXPECT_FALSE(said.empty()) << n;  // no crash, no hang; what it says is its own affair
  }
}

TEST_F(Sip4dBytes, SizesThatLieAreRefusedBeforeMemoryIsTaken) {
  auto bad = archive({{"sip4d_zip_meta.json", sip4d_meta(sip4d_entry("a.geojson", "a"))}, {"a.geojson", test::sip4d_points(3)}});
  const auto directory = bad.rfind("PK\x01\x02");  // of a.geojson: size at 24
  bad[directory + 24 + 3] = '\x01';                // + 16 MiB
  EXPECT_THAT(read(bad), HasSubstr("another size than it can have"));
  auto locked = bad;
  locked[directory + 8] = 1;
  EXPECT_THAT(read(locked), HasSubstr("encrypted"));
}

}  // namespace
}  // namespace tenbo::io
