#include "tenbo/io/pdf.h"

#include <cairo-pdf.h>
#include <cairo.h>

#include <vector>

#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::io {
namespace {

constexpr double point = 72 / 25.4;  // points a millimetre
constexpr const char* family = "Noto Sans CJK JP";  // fontconfig takes the nearest that has the letters where it is missing

// Between which letters a line may end: after a blank, and on either side of what is no ASCII, but before closing signs.
bool may_break(char32_t before, char32_t after) {
  constexpr std::u32string_view closing = U"、。，．）」』】〕！？・ー：；%）,.)";
  constexpr std::u32string_view opening = U"（「『【〔(";
  if (closing.find(after) != closing.npos || opening.find(before) != opening.npos) return false;
  return before == U' ' || before > 0x2E7F || after > 0x2E7F || before == U'/' || before == U';';
}

}  // namespace

struct PdfPage::Impl {
  std::string bytes;
  cairo_surface_t* surface = nullptr;
  cairo_t* cr = nullptr;

  static cairo_status_t take(void* self, const unsigned char* data, unsigned int length) {
    static_cast<Impl*>(self)->bytes.append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  }
  void font(const Text& how) const {
    cairo_select_font_face(cr, family, CAIRO_FONT_SLANT_NORMAL, how.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, how.size);
  }
  void colour(Rgba8 c) const { cairo_set_source_rgba(cr, c.r / 255.0, c.g / 255.0, c.b / 255.0, c.a / 255.0); }
};

PdfPage::PdfPage(const std::string& title, const std::string& subject, const std::string& created) : impl_(std::make_unique<Impl>()) {
  impl_->surface = cairo_pdf_surface_create_for_stream(&Impl::take, impl_.get(), width * point, height * point);
  cairo_pdf_surface_set_metadata(impl_->surface, CAIRO_PDF_METADATA_TITLE, to_valid_utf8(title).c_str());
  cairo_pdf_surface_set_metadata(impl_->surface, CAIRO_PDF_METADATA_SUBJECT, to_valid_utf8(subject).c_str());
  cairo_pdf_surface_set_metadata(impl_->surface, CAIRO_PDF_METADATA_CREATOR, "Tenbo");
  cairo_pdf_surface_set_metadata(impl_->surface, CAIRO_PDF_METADATA_CREATE_DATE, created.c_str());
  impl_->cr = cairo_create(impl_->surface);
}

PdfPage::~PdfPage() {
  if (impl_->cr) cairo_destroy(impl_->cr);
  if (impl_->surface) {
    cairo_surface_finish(impl_->surface);
    cairo_surface_destroy(impl_->surface);
  }
}

double PdfPage::text_width(std::string_view text, const Text& how) const {
  impl_->font(how);
  cairo_text_extents_t e;
  cairo_text_extents(impl_->cr, to_valid_utf8(std::string(text)).c_str(), &e);
  return e.x_advance / point;
}

void PdfPage::text(double x, double baseline, std::string_view text, const Text& how) {
  impl_->font(how);
  impl_->colour(how.colour);
  cairo_move_to(impl_->cr, x * point, baseline * point);
  cairo_show_text(impl_->cr, to_valid_utf8(std::string(text)).c_str());
}

double PdfPage::line_height(const Text& how) { return how.size * 1.35 / point; }

double PdfPage::paragraph(double x, double y, double room, std::string_view raw, const Text& how, int most) {
  const std::string text = to_valid_utf8(std::string(raw));
  struct Letter { std::size_t at; char32_t code; };
  std::vector<Letter> letters;
  for (std::size_t pos = 0; pos < text.size();) {
    const auto at = pos;
    letters.push_back({at, next_code_point(text, pos)});
  }
  const double step = line_height(how);
  std::size_t begin = 0;
  for (int line = 0; begin < letters.size() && line < most; ++line) {
    const auto part = [&](std::size_t end) { return text.substr(letters[begin].at, (end < letters.size() ? letters[end].at : text.size()) - letters[begin].at); };
    std::size_t end = begin, fits = begin;
    for (std::size_t i = begin + 1; i <= letters.size(); ++i) {
      if (letters[i - 1].code == U'\n') { fits = end = i; break; }
      if (i < letters.size() && !may_break(letters[i - 1].code, letters[i].code) && letters[i].code != U'\n') continue;
      if (text_width(part(i), how) > room) break;
      fits = end = i;
    }
    if (fits == begin) {  // one long word
      for (end = begin + 1; end < letters.size() && text_width(part(end + 1), how) <= room; ++end) {}
    }
    std::string said = part(end);
    while (!said.empty() && (said.back() == '\n' || said.back() == ' ')) said.pop_back();
    if (line + 1 == most && end < letters.size()) {
      while (!said.empty() && text_width(said + "…", how) > room) {
        do said.pop_back();
        while (!said.empty() && (static_cast<unsigned char>(said.back()) & 0xC0) == 0x80);
        if (!said.empty() && static_cast<unsigned char>(said.back()) >= 0xC0) said.pop_back();
      }
      said += "…";
    }
    this->text(x, y + step * 0.78, said, how);
    y += step;
    begin = end;
  }
  return y;
}

void PdfPage::line(double x0, double y0, double x1, double y1, double thick, Rgba8 colour) {
  impl_->colour(colour);
  cairo_set_line_width(impl_->cr, thick * point);
  cairo_move_to(impl_->cr, x0 * point, y0 * point);
  cairo_line_to(impl_->cr, x1 * point, y1 * point);
  cairo_stroke(impl_->cr);
}

void PdfPage::rect(double x, double y, double w, double h, Rgba8 colour) {
  impl_->colour(colour);
  cairo_rectangle(impl_->cr, x * point, y * point, w * point, h * point);
  cairo_fill(impl_->cr);
}

void PdfPage::image(const Image& picture, double x, double y, double w, double h) {
  if (picture.width <= 0 || picture.height <= 0) return;
  cairo_surface_t* s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, picture.width, picture.height);
  if (cairo_surface_status(s) == CAIRO_STATUS_SUCCESS) {
    cairo_surface_flush(s);
    unsigned char* out = cairo_image_surface_get_data(s);
    const int stride = cairo_image_surface_get_stride(s);
    for (int row = 0; row < picture.height; ++row)
      for (int column = 0; column < picture.width; ++column) {
        const auto* p = picture.pixel(column, row);
        const std::uint32_t word = (std::uint32_t{p[0]} << 16) | (std::uint32_t{p[1]} << 8) | p[2];
        *reinterpret_cast<std::uint32_t*>(out + static_cast<std::ptrdiff_t>(row) * stride + static_cast<std::ptrdiff_t>(column) * 4) = word;
      }
    cairo_surface_mark_dirty(s);
    cairo_save(impl_->cr);
    cairo_translate(impl_->cr, x * point, y * point);
    cairo_scale(impl_->cr, w * point / picture.width, h * point / picture.height);
    cairo_set_source_surface(impl_->cr, s, 0, 0);
    cairo_paint(impl_->cr);
    cairo_restore(impl_->cr);
  }
  cairo_surface_destroy(s);
}

Status PdfPage::write(const std::filesystem::path& path) {
  cairo_show_page(impl_->cr);
  const auto status = cairo_status(impl_->cr);
  cairo_destroy(impl_->cr);
  impl_->cr = nullptr;
  cairo_surface_finish(impl_->surface);
  const auto ended = cairo_surface_status(impl_->surface);
  cairo_surface_destroy(impl_->surface);
  impl_->surface = nullptr;
  if (status != CAIRO_STATUS_SUCCESS || ended != CAIRO_STATUS_SUCCESS)
    return Error{ErrorCode::internal, std::string("the page could not be drawn: ") + cairo_status_to_string(status != CAIRO_STATUS_SUCCESS ? status : ended), path.string(), "", ""};
  return write_file_atomic(path, impl_->bytes);
}

}  // namespace tenbo::io
