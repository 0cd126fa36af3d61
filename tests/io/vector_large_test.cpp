// Layers of so many features that they are read ahead on another thread: none is lost, none comes twice, and what goes wrong there is
// told here. Expected values: closed formulas of what is written here, and ogr2ogr's own count.
#include <gtest/gtest.h>

#include "gdal_tools.h"
#include "tenbo/io/vector.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

constexpr std::uint32_t many = 30'000;

fs::path large_layer(const fs::path& dir) {
  std::string text;
  for (std::uint32_t i = 0; i < many; ++i) {
    const std::string n = std::to_string(i);
    text += R"({"type":"Feature","properties":{"name":"house )" + n + R"(","kind":"k)" + std::to_string(i % 3) + R"("},"geometry":{"type":"Point","coordinates":[)" +
            std::to_string(130 + i * 1e-4) + ",35.5]}}\n";
  }
  test::write(dir / "large.geojsonl", text);
  test::run("ogr2ogr -f FlatGeobuf -lco SPATIAL_INDEX=NO " + quoted(dir / "large.fgb") + " " + quoted(dir / "large.geojsonl"));
  return dir / "large.fgb";
}

std::string text(const io::VectorData& d, std::uint32_t f, const char* name) { return geo::to_text(d.features.value(f, name)); }

TEST(VectorLarge, EveryFeatureOnceAndInOrder) {
  const auto path = large_layer(test::scratch("vector_large"));
  Progress progress;
  const auto data = io::read_vector(path, {}, progress, CancelToken());
  ASSERT_TRUE(data) << data.error().text();
  ASSERT_EQ(data->features.size(), many);
  ASSERT_EQ(data->parts.size(), many);
  for (std::uint32_t i = 0; i < many; ++i) {
    ASSERT_EQ(text(*data, i, "name"), "house " + std::to_string(i));
    ASSERT_EQ(text(*data, i, "kind"), "k" + std::to_string(i % 3));
    ASSERT_NEAR(data->points[data->parts[i].first].lon, 130 + i * 1e-4, 1e-9);
  }
  EXPECT_EQ(progress.done.load(), many);
  EXPECT_TRUE(data->diagnostics.warnings.empty() && data->diagnostics.errors.empty());
}

TEST(VectorLarge, ChunksMakeTheWhole) {
  const auto path = large_layer(test::scratch("vector_large"));
  Progress progress;
  std::uint32_t next = 0;
  const auto status = io::read_vector_chunks(path, {}, 7000, progress, CancelToken(), [&](io::VectorData&& d) -> Status {
    for (std::uint32_t i = 0; i < d.features.size(); ++i, ++next)
      if (text(d, i, "name") != "house " + std::to_string(next)) return Error{ErrorCode::malformed, "lost " + std::to_string(next), "", "", ""};
    return {};
  });
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_EQ(next, many);
}

TEST(VectorLarge, ReadingCanEndEarly) {
  const auto path = large_layer(test::scratch("vector_large"));
  Progress progress;
  io::VectorOptions options;
  options.max_features = 5000;
  const auto data = io::read_vector(path, options, progress, CancelToken());
  ASSERT_TRUE(data) << data.error().text();
  EXPECT_EQ(data->features.size(), 5000U);
  const auto status = io::read_vector_chunks(path, {}, 4000, progress, CancelToken(),
                                             [](io::VectorData&&) -> Status { return Error{ErrorCode::cancelled, "enough", "", "", ""}; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "enough");
}

TEST(VectorLarge, AFileCutShortKeepsWhatCameBefore) {
  const auto dir = test::scratch("vector_large_cut");
  const auto path = large_layer(dir);
  fs::resize_file(path, fs::file_size(path) * 3 / 5);
  Progress progress;
  const auto data = io::read_vector(path, {}, progress, CancelToken());
  ASSERT_TRUE(data) << data.error().text();
  EXPECT_GT(data->features.size(), many / 2);
  EXPECT_LT(data->features.size(), many * 7 / 10);
  EXPECT_EQ(text(*data, data->features.size() - 1, "name"), "house " + std::to_string(data->features.size() - 1));
  bool failed = false;
  for (const auto& e : data->diagnostics.errors) failed = failed || e.message.find("reading stopped early") != std::string::npos;
  EXPECT_TRUE(failed) << "nothing says that features are missing";
}
}  // namespace
