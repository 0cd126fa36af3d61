#pragma once
// One A4 page as PDF: text with embedded fonts (real text, in Japanese too), lines, pictures. Millimetres from the top left. One thread.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tenbo/base/image.h"
#include "tenbo/base/result.h"

namespace tenbo::io {

class PdfPage {
 public:
  static constexpr double width = 210, height = 297;  // mm, ISO 216 A4
  struct Text { double size = 9; bool bold = false; Rgba8 colour{20, 24, 30, 255}; };  // size in points

  // `created`: ISO 8601, of the file's own properties.
  PdfPage(const std::string& title, const std::string& subject, const std::string& created);
  ~PdfPage();
  PdfPage(const PdfPage&) = delete;
  PdfPage& operator=(const PdfPage&) = delete;

  double text_width(std::string_view text, const Text& how) const;               // mm
  void text(double x, double baseline, std::string_view text, const Text& how);
  // Lines of at most `room` mm, broken at blanks and between ideographs; no more than `most` lines, the last then ending with "…".
  // Returns the y below them; `y` is the top.
  double paragraph(double x, double y, double room, std::string_view text, const Text& how, int most = 100);
  static double line_height(const Text& how);                                      // mm
  void line(double x0, double y0, double x1, double y1, double thick, Rgba8 colour);
  void rect(double x, double y, double w, double h, Rgba8 colour);
  void image(const Image& picture, double x, double y, double w, double h);

  // Ends the page and writes the file; not both twice.
  Status write(const std::filesystem::path& path);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenbo::io
