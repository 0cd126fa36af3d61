// City models in files of which no more is in memory than what is being read: the same as from a text that is in memory as a whole,
// whatever stands where the file is cut into pieces. The text in memory is what all other tests of city models hold.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "city_same.h"
#include "city_support.h"
#include "tenbo/base/file.h"

using namespace tenbo;
using namespace tenbo::test;
namespace fs = std::filesystem;

namespace {

constexpr int houses = 6000;  // about 8 MB, a piece is 256 KiB

std::string house(int i, const std::string& more = {}) {
  const std::string id = std::to_string(i);
  return building("<gml:name>n" + id + "</gml:name><bldg:measuredHeight uom=\"m\">" + id + ".5</bldg:measuredHeight><bldg:v" + std::to_string(i % 7) + ">" + id + "</bldg:v" +
                      std::to_string(i % 7) + ">" + more + "<bldg:lod1Solid>" + box(10, 5, (i * 137) % 2000, (i * 71) % 2000) + "</bldg:lod1Solid>",
                  "b" + id);
}

// Houses, with what `between` says before some of them.
template <class Between>
std::string town(Between between) {
  std::string out;
  for (int i = 0; i < houses; ++i) out += between(i) + house(i);
  return out;
}

class CityLarge : public ::testing::Test {
 protected:
  CityLarge() : path_(fs::path(TENBO_BINARY_DIR) / ("city-large-" + std::to_string(::getpid()) + ".gml")) {}
  ~CityLarge() override { fs::remove(path_); }

  Result<io::CityModel> from_file(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    JobSystem jobs(3);
    Progress progress;
    return io::read_city(path_, {}, jobs, progress, CancelToken());
  }
  Result<io::CityModel> from_memory(const std::string& text) {
    JobSystem jobs(3);
    return io::read_city_memory(text, path_.string(), path_.parent_path(), {}, jobs);
  }

  // What both give, which is the same.
  io::CityModel both(const std::string& text) {
    EXPECT_GT(text.size(), std::size_t{5} << 20) << "small files are in memory as a whole";
    auto file = from_file(text), memory = from_memory(text);
    EXPECT_EQ(file.ok(), memory.ok());
    if (!file || !memory) return {};
    EXPECT_EQ(difference(*file, *memory), "");
    return std::move(*file);
  }

  fs::path path_;
};

TEST_F(CityLarge, HousesAreTheSame) {
  const auto model = both(city(town([](int) { return std::string(); })));
  EXPECT_EQ(model.features.size(), static_cast<std::uint32_t>(houses));
  EXPECT_EQ(model.triangles, 12u * houses);
  EXPECT_TRUE(model.diagnostics.warnings.empty());
}

TEST_F(CityLarge, WhatHidesMembersHidesThem) {
  const auto model = both(city(town([](int i) {
    if (i % 500 == 100) return "<!-- " + house(1'000'000 + i) + "-->";
    if (i % 500 == 200) return "<?" + house(2'000'000 + i) + "?>";
    if (i == 300) return "<!-- " + std::string(3'000'000, '-').append(" ") + house(3'000'000) + "-->";  // longer than pieces are
    return std::string();
  })));
  EXPECT_EQ(model.features.size(), static_cast<std::uint32_t>(houses));
}

TEST_F(CityLarge, MembersWithinMembersAreTheSame) {
  const auto model = both(city(town([](int i) {
    if (i != 1234) return std::string();
    std::string inside;  // a member that reaches over several pieces, with members in it
    for (int n = 0; n < 1500; ++n) inside += house(7'000'000 + n);
    return member("<bldg:Building gml:id=\"around\"><gml:name>around</gml:name>" + inside + "</bldg:Building>");
  })));
  EXPECT_EQ(model.features.size(), houses + 1u);
}

TEST_F(CityLarge, LargeMembersAreTheSame) {
  const auto model = both(city(town([](int i) {
    if (i % 300 != 150) return std::string();
    std::string text;  // 20 KB to 5 MB: more than a window takes with it
    for (int n = 0; n < (i == 4650 ? 500'000 : 2000 * (i / 300)); ++n) text += "long text ";
    return building("<gml:description>" + text + "</gml:description><bldg:lod1Solid>" + box(20, 9) + "</bldg:lod1Solid>", "large" + std::to_string(i));
  })));
  EXPECT_EQ(model.features.size(), houses + 20u);
  EXPECT_TRUE(model.diagnostics.warnings.empty());
}

TEST_F(CityLarge, WarningsHaveTheirLines) {
  std::string text = city(town([](int i) {
    if (i % 900 != 450) return std::string();
    return building("<bldg:lod1Solid>" + box(20, 9) + "</bldg:lod1Solid><bldg:lod2MultiSurface><gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing>"
                    "<gml:posList>1 2 three</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></bldg:lod2MultiSurface>"
                    "<gml:name>&what;</gml:name>", "odd" + std::to_string(i));
  }));
  const auto model = both(text);
  std::size_t seen = 0;
  for (const Error& e : model.diagnostics.warnings) {
    if (e.message.find("three") == std::string::npos) continue;
    std::size_t at = 0;
    for (std::size_t n = 0; n <= seen; ++n) at = text.find("three", at + 1);
    EXPECT_EQ(e.place, "line " + std::to_string(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1));
    ++seen;
  }
  EXPECT_EQ(seen, 7u);
}

TEST_F(CityLarge, GapsBetweenMembersAreReadOver) {
  const auto model = both(city(town([](int i) {
    if (i % 700 == 350) return std::string(200'000, '\n');
    if (i % 700 == 351) return "<gml:description>" + std::string(150'000, 'x') + "</gml:description>";
    if (i % 700 == 352) return "<!--" + std::string(100'000, ' ') + "-->";
    return std::string();
  })));
  EXPECT_EQ(model.features.size(), static_cast<std::uint32_t>(houses));
}

TEST_F(CityLarge, NamespacesOfAMemberThatAWindowCutsEndWithIt) {
  const std::string text(70'000, 'x');
  const auto model = both(city(town([&](int i) {
    if (i % 40 != 20) return std::string();
    return member("<bldg:Building xmlns:bldg=\"http://www.opengis.net/citygml/bridge/2.0\" gml:id=\"other" + std::to_string(i) + "\"><gml:description>" + text +
                  "</gml:description></bldg:Building>");
  })));
  std::uint32_t bridges = 0;
  for (std::uint32_t f = 0; f < model.features.size(); ++f) bridges += model.features.type(f).starts_with("brid:");
  EXPECT_EQ(bridges, houses / 40u);
}

TEST_F(CityLarge, AxesAreFoundWhereverTheySay) {
  const std::string text = "<gml:description>" + std::string(1'200'000, 'x') + "</gml:description>";
  const auto with = [](std::string corners) {
    std::string bounds = envelope();
    bounds.replace(bounds.find("35 139 0"), 8, corners);
    bounds.replace(bounds.find("36 140 9"), 8, corners);
    return bounds;
  };
  const auto exchanged = [](std::string all) {  // "35.68 139.70 h" to "139.70 35.68 h"
    std::string out;
    for (std::size_t at = 0; at < all.size();) {
      if (all.compare(at, 4, "35.6") != 0) {
        out += all[at++];
        continue;
      }
      const auto space = all.find(' ', at), end = all.find(' ', space + 1);
      out += all.substr(space + 1, end - space - 1) + " " + all.substr(at, space - at);
      at = end;
    }
    return out;
  };
  const std::string members = building(text, "first") + town([](int) { return std::string(); });
  EXPECT_EQ(both(city(exchanged(members), with("0 0 0"))).triangles, 12u * houses);
  EXPECT_EQ(both(city(members, with("139 35 0"))).triangles, 12u * houses);
}

TEST_F(CityLarge, WhatStandsAroundMembersIsRead) {
  const auto plain = [](int) { return std::string(); };
  EXPECT_EQ(both(city("<gml:name>x</gml:nam>" + town(plain))).diagnostics.errors.size(), 1u);
  EXPECT_FALSE(both(city(town(plain)) + house(9'000'000)).diagnostics.errors.empty());
  EXPECT_EQ(both(city(town([](int i) {
              return i == 3000 ? "<gml:metaDataProperty><x>" + house(9'000'000) + "</x></gml:metaDataProperty>" : std::string();
            }))).features.size(), houses + 1u);
}

TEST_F(CityLarge, AppearancesWithinObjectsAreTheModels) {
  const std::string look = "<app:appearanceMember><app:Appearance><app:surfaceDataMember><app:X3DMaterial><app:diffuseColor>1 0 0</app:diffuseColor>"
                           "<app:target>#red</app:target></app:X3DMaterial></app:surfaceDataMember></app:Appearance></app:appearanceMember>";
  const auto model = both(city(town([&](int i) {
    if (i == 10) return building(look, "looks");
    if (i == 2000) return building("<bldg:lod2MultiSurface>" + surfaces({polygon(square(20), {}, "red")}) + "</bldg:lod2MultiSurface>", "red_one");
    return std::string();
  })));
  EXPECT_EQ(std::count_if(model.batches.begin(), model.batches.end(), [](const io::MeshBatch& b) { return b.colour.a != 0; }), 1);
}

TEST_F(CityLarge, WhatIsBrokenIsTold) {
  const auto model = both(city(town([](int i) {
    if (i % 2000 == 777) return member("<bldg:Building gml:id=\"broken\"><gml:name>x</gml:nam></bldg:Building>");
    if (i == 3210) return std::string("<oops></ooops>\n");
    if (i == 4321) return std::string("nothing but text\n");
    return std::string();
  })));
  EXPECT_EQ(model.features.size(), static_cast<std::uint32_t>(houses));
  EXPECT_GE(model.diagnostics.errors.size(), 4u);
}

TEST_F(CityLarge, AFileThatIsCutOffKeepsWhatCameBefore) {
  std::string text = city(town([](int) { return std::string(); }));
  text.resize(text.size() * 3 / 4);
  const auto model = both(text);
  EXPECT_GT(model.features.size(), houses * 2u / 3);
  EXPECT_FALSE(model.diagnostics.errors.empty());
}

TEST_F(CityLarge, WhatOtherObjectsHoldIsFound) {
  const auto model = both(city(town([](int i) {
    const std::string id = std::to_string(i);
    if (i % 1000 == 10) return building("<bldg:lod2MultiSurface>" + surfaces({"#p" + id}) + "</bldg:lod2MultiSurface>", "late" + id);
    if (i % 1000 == 900)
      return building("<bldg:lod2MultiSurface>" + surfaces({polygon(square(20), {}, "p" + std::to_string(i - 890))}) + "</bldg:lod2MultiSurface>", "holds" + id);
    return std::string();
  })));
  EXPECT_EQ(model.features.size(), houses + 12u);
  EXPECT_EQ(model.triangles, 12u * houses + 24u);
  EXPECT_TRUE(model.diagnostics.warnings.empty());
}

TEST_F(CityLarge, AppearancesAtTheEndAreFound) {
  const auto members = town([](int) { return std::string(); });
  both(city(members + "<app:appearanceMember><app:Appearance><app:surfaceDataMember><app:X3DMaterial><app:diffuseColor>1 0 0</app:diffuseColor>"
                      "<app:target>#none</app:target></app:X3DMaterial></app:surfaceDataMember></app:Appearance></app:appearanceMember>"));
}

TEST_F(CityLarge, NoCoordinateSystemIsTold) {
  const auto model = both(city(town([](int) { return std::string(); }), ""));
  EXPECT_FALSE(model.diagnostics.warnings.empty());
}

TEST_F(CityLarge, OtherEncodingsAreRead) {
  std::string text = "\xEF\xBB\xBF" + city(town([](int) { return std::string(); }));
  both(text);
  text = city(town([](int i) { return i == 5000 ? building("<gml:name>caf\xE9</gml:name>", "latin") : std::string(); }));
  text.replace(text.find("UTF-8"), 5, "ISO-8859-1");
  const auto model = both(text);
  EXPECT_EQ(geo::to_text(model.features.value(5000, "gml:name")), "caf\xC3\xA9");
}

}  // namespace
