// A page against poppler's programs: its size, its words in both scripts, its fonts, its picture.
#include "tenbo/io/pdf.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>

namespace tenbo::io {
namespace {

std::string said_by(const std::string& command) {
  std::string out;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    std::array<char, 4096> part{};
    for (std::size_t n = 0; (n = fread(part.data(), 1, part.size(), pipe)) > 0;) out.append(part.data(), n);
    pclose(pipe);
  }
  return out;
}

TEST(Pdf, IsOnePageOfA4WithRealTextAndEmbeddedFonts) {
  if (std::system("pdftotext -v >/dev/null 2>&1") != 0) GTEST_SKIP() << "poppler-utils is not installed: tools/setup installs it";
  const auto path = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / "page.pdf";
  std::filesystem::create_directories(path.parent_path());
  PdfPage page("𠮷野橋", "構造物個票", "2026-11-23T05:00:00Z");
  page.text(20, 30, "判定区分 III（早期措置段階）", {10});
  page.text(20, 40, "grade III (early action)", {10, true});
  const double below = page.paragraph(20, 50, 60, "床版下面にひびわれがあり、早期に補修する。迂回路なし。 Cracks under the deck slab: repair early, there is no way round.", {9});
  EXPECT_GT(below, 50 + 3 * PdfPage::line_height({9}) - 0.01) << "broken into lines";
  EXPECT_NEAR(page.paragraph(20, 120, 60, std::string(400, 'a') + "本文", {9}, 2) - 120, 2 * PdfPage::line_height({9}), 1e-9) << "no more than two";
  Image red{4, 4, std::vector<std::uint8_t>(64, 255)};
  for (std::size_t i = 0; i < 64; i += 4) red.rgba[i + 1] = red.rgba[i + 2] = 0;
  page.image(red, 100, 200, 50, 50);
  ASSERT_TRUE(page.write(path).ok());
  const auto info = said_by("pdfinfo " + path.string());
  EXPECT_NE(info.find("Pages:           1\n"), std::string::npos) << info;
  EXPECT_NE(info.find("(A4)"), std::string::npos) << info;
  EXPECT_NE(info.find("𠮷野橋"), std::string::npos) << info;
  const auto text = said_by("pdftotext -layout " + path.string() + " -");
  for (const char* word : {"判定区分 III（早期措置段階）", "grade III (early action)", "迂回路なし", "…"}) EXPECT_NE(text.find(word), std::string::npos) << word << "\n" << text;
  // columns of pdffonts: name, type, encoding, emb, sub, uni
  const auto fonts = said_by("pdffonts " + path.string() + " | tail -n +3 | awk '{print $(NF-4), $(NF-2)}' | sort -u");
  EXPECT_EQ(fonts, "yes yes\n") << "all embedded, all with their letters\n" << said_by("pdffonts " + path.string());
  const auto colour = said_by("pdftoppm -r 25.4 -x 125 -y 225 -W 1 -H 1 " + path.string() + " | tail -c 3 | od -An -tu1");
  EXPECT_EQ(colour, " 255   0   0\n");
}

TEST(Pdf, WhatIsNoUtf8AndNoFolderIsNoCrash) {
  PdfPage page("\xff\xfe", "", "");
  page.text(10, 10, "\xe3\x81", {10});
  EXPECT_EQ(page.paragraph(10, 10, 50, "", {9}), 10);
  page.paragraph(10, 10, 0.1, "狭い narrow", {9});
  page.image(Image{}, 0, 0, 10, 10);
  EXPECT_FALSE(page.write("/nowhere/at/all.pdf").ok());
}

}  // namespace
}  // namespace tenbo::io
