#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <span>

#include "tenbo/base/file.h"
#include "tenbo/io/image.h"

namespace tenbo::io {

namespace {

struct Sink {
  std::vector<std::byte> bytes;
  std::string error;
};

void append(png_structp png, png_bytep data, png_size_t size) {
  auto* sink = static_cast<Sink*>(png_get_io_ptr(png));
  const auto* p = reinterpret_cast<const std::byte*>(data);
  sink->bytes.insert(sink->bytes.end(), p, p + size);
}
void fail(png_structp png, png_const_charp text) {
  static_cast<Sink*>(png_get_error_ptr(png))->error = text;
  png_longjmp(png, 1);
}
void ignore(png_structp, png_const_charp) {}

// Everything with a destructor lives outside of the function that libpng jumps in.
bool encode(Sink& sink, const Image& image, std::vector<std::uint8_t>& row, bool opaque) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &sink, fail, ignore);
  if (!png) return false;
  png_infop info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, &sink, append, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(image.width), static_cast<png_uint_32>(image.height), 8,
               opaque ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  png_set_compression_level(png, 6);
  png_write_info(png, info);
  const std::size_t width = static_cast<std::size_t>(image.width), channels = opaque ? 3 : 4;
  for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y) {
    const std::uint8_t* from = &image.rgba[y * width * 4];
    for (std::size_t x = 0; x < width; ++x) std::copy_n(from + x * 4, channels, &row[x * channels]);
    png_write_row(png, row.data());
  }
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return true;
}

}  // namespace

Status write_png(const std::filesystem::path& path, const Image& image) {
  const auto refuse = [&](ErrorCode code, std::string text) { return Error{code, std::move(text), path.string(), "", ""}; };
  if (image.width < 1 || image.height < 1 ||
      image.rgba.size() != static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 4)
    return refuse(ErrorCode::invalid_argument, "the picture has no pixels, or not as many as its size says");
  bool opaque = true;
  for (std::size_t i = 3; i < image.rgba.size() && opaque; i += 4) opaque = image.rgba[i] == 255;
  std::vector<std::uint8_t> row(static_cast<std::size_t>(image.width) * 4);  // a picture of 8K is large enough once
  Sink sink;
  if (!encode(sink, image, row, opaque))
    return refuse(ErrorCode::internal, "the PNG encoder failed: " + sink.error);
  return write_file_atomic(path, std::span<const std::byte>(sink.bytes));
}

}  // namespace tenbo::io
