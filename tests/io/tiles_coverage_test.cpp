// Every set of 3D Tiles and glTF in the shared data: which open with something to draw, and which are refused and why.
// The verdicts expected come from the data: the file names of the validator's cases say what is wrong with them, the
// samples are valid by their publishers. The table that comes out is docs/guide/3d-tiles-coverage.md; TENBO_ACCEPT=1
// writes it anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "gdal_tools.h"
#include "tenbo/io/tiles.h"

namespace fs = std::filesystem;
using namespace tenbo;

namespace {

const fs::path shared = TENBO_SHARED_DATA;
const fs::path table = fs::path(TENBO_SOURCE_DIR) / "docs/guide/3d-tiles-coverage.md";

struct Outcome {
  bool opened = false;
  std::uint64_t triangles = 0, points = 0, errors = 0;
  std::string said;  // why not, or the first thing to be said
};

// What is wrong, without the folder that the data happens to lie in.
std::string plain(const Error& e) {
  std::string text = (e.place.empty() ? "" : "`" + e.place + "`: ") + e.message;
  for (const auto& folder : {shared.string(), fs::weakly_canonical(shared).string()})
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
      text.erase(at, folder.size() + 1);
  std::replace(text.begin(), text.end(), '|', '/');
  return text;
}

Outcome open(const fs::path& path) {
  JobSystem jobs(2);
  Progress progress;
  const auto model = io::read_tiles(path, {}, jobs, progress, {});
  Outcome out;
  if (!model) {
    out.said = plain(model.error());
    EXPECT_NE(model.error().code, ErrorCode::internal) << model.error().text();
    return out;
  }
  out.opened = true;
  for (const auto& b : model->batches) out.triangles += b.mesh.indices.size() / 3;
  out.points = model->points;
  out.errors = model->diagnostics.errors.size() + model->diagnostics.errors_dropped;
  if (!model->diagnostics.errors.empty()) out.said = plain(model->diagnostics.errors.front());
  for (const auto& w : model->diagnostics.warnings)
    if (out.said.empty() && w.message.find("no place on Earth") == std::string::npos &&
        w.message.find("\"refine\"") == std::string::npos)
      out.said = plain(w);
  return out;
}

enum class Verdict { draws, draws_in_part, empty, refused };
const char* word(Verdict v) {
  switch (v) {
    case Verdict::draws: return "drawn";
    case Verdict::draws_in_part: return "drawn, with an error";
    case Verdict::empty: return "opens, nothing to draw";
    case Verdict::refused: return "refused";
  }
  return "";
}
Verdict verdict(const Outcome& o) {
  if (!o.opened) return Verdict::refused;
  if (o.triangles == 0) return Verdict::empty;
  return o.errors ? Verdict::draws_in_part : Verdict::draws;
}

// By what the data's README files and the names say.
Verdict expected(const std::string& name) {
  const auto in = [&](const char* part) { return name.find(part) != std::string::npos; };
  if (!in("3dtiles-validator-ext/extensions/")) {
    if (in("TilesetWithDiscreteLOD/tileset.json"))
      return Verdict::draws_in_part;                                 // dragon_high.b3dm is not in the data
    if (in("TilesetWithFullMetadata")) return Verdict::empty;        // has no content at all
    if (in("ext_mesh_features/test.gltf")) return Verdict::refused;  // its buffer names no file, and there is none
    return Verdict::draws;
  }
  // Their README: the file's name says the defect. Three say that there is none, and so do the notes inside of them.
  const bool valid = in("/valid") || in("nearMissTileset") || in("nearVertexOnOtherSideOkTileset") || in("overlappingRingsTileset");
  if (!valid || in("/contentGltf/"))  // the valid ones of contentGltf name content outside of the folder, not in the data
    return Verdict::refused;
  return in("/maxarContentGeojson/") ? Verdict::draws : Verdict::empty;  // the others have no content
}

std::vector<fs::path> sets() {
  std::vector<fs::path> out;
  for (const char* set : {"gltf-samples-a", "3dtiles-samples", "3dtiles-validator-ext"})
    for (const auto& e : fs::recursive_directory_iterator(shared / set)) {
      if (!e.is_regular_file()) continue;
      const auto extension = e.path().extension().string();
      const std::string name = e.path().string();
      if (extension == ".json") {
        const std::string text = test::slurp(e.path());
        if (text.find("\"geometricError\"") != std::string::npos && text.find("\"asset\"") != std::string::npos)
          out.push_back(e.path());
      } else if (extension == ".3tz" || extension == ".3dtiles" || extension == ".b3dm" || extension == ".i3dm" ||
                 extension == ".pnts" || extension == ".cmpt") {
        out.push_back(e.path());
      } else if ((extension == ".glb" || extension == ".gltf") && name.find("/content/") == std::string::npos) {
        out.push_back(e.path());
      }
    }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST(TilesCoverage, EverySetOpensOrIsRefusedWithAReason) {
  if (!fs::exists(shared / "3dtiles-samples") || !fs::exists(shared / "3dtiles-validator-ext") ||
      !fs::exists(shared / "gltf-samples-a"))
    GTEST_SKIP() << "the 3D Tiles and glTF sets are not here";
  // One row for the files of a folder that come out alike.
  std::map<std::string, std::vector<std::pair<std::string, std::vector<std::string>>>> rows;
  std::map<Verdict, int> counts;
  for (const auto& path : sets()) {
    const std::string name = path.lexically_relative(shared).string();
    const Outcome o = open(path);
    const Verdict v = verdict(o);
    ++counts[v];
    EXPECT_EQ(word(v), std::string(word(expected(name)))) << name << ": " << o.said;
    if (v == Verdict::refused) { EXPECT_FALSE(o.said.empty()) << name; }
    std::string what = o.points      ? std::to_string(o.points) + " points"
                       : o.triangles ? std::to_string(o.triangles) + " triangles"
                                     : "";
    const std::string row = std::string(word(v)) + " | " + what + " | " + o.said;
    auto& of_folder = rows[path.parent_path().lexically_relative(shared).string()];
    const auto it = std::find_if(of_folder.begin(), of_folder.end(), [&](const auto& r) { return r.first == row; });
    if (it == of_folder.end())
      of_folder.push_back({row, {path.filename().string()}});
    else
      it->second.push_back(path.filename().string());
  }
  std::string text =
      "# 3D Tiles and glTF: what opens\n\n"
      "Made by the test `TilesCoverage`, which opens every set and compares this table (`TENBO_ACCEPT=1` writes it "
      "anew). Read\n"
      "[3D Tiles](3d-tiles.md) first.\n\n"
      "- **drawn**: opens with exit status 0, and there are triangles or points to see.\n"
      "- **opens, nothing to draw**: a valid tileset without any content.\n"
      "- **drawn, with an error**: a part is missing from the data; a coarser tile stands in. Exit status 3.\n"
      "- **refused**: with the reason given here; every set whose name says a defect is. The valid sets of `contentGltf` are\n"
      "  among them because the data lacks their content, which they look for outside of their own folder.\n\n";
  for (const auto& [v, n] : counts) text += std::string("- ") + std::to_string(n) + " " + word(v) + "\n";
  for (const auto& [folder, list] : rows) {
    text += "\n## " + folder + "\n\n| files | result | shows | says |\n|---|---|---|---|\n";
    for (const auto& [row, files] : list) {
      std::string names;
      for (const auto& f : files) names += (names.empty() ? "" : ", ") + f;
      text += "| " + names + " | " + row + " |\n";
    }
  }
  if (const char* accept = std::getenv("TENBO_ACCEPT"); accept && *accept == '1') test::write(table, text);
  test::write(fs::path(TENBO_BINARY_DIR) / "3d-tiles-coverage.md", text);
  EXPECT_TRUE(test::slurp(table) == text) << "docs/guide/3d-tiles-coverage.md is not what comes out: compare it with "
                                          << TENBO_BINARY_DIR << "/3d-tiles-coverage.md";
}
