#pragma once
// The fonts of the system, as FreeType faces: Noto Sans CJK JP first, then for a character that it lacks the best of
// all installed scalable fonts, in an order that depends on nothing but what is installed. Faces are mapped, not read.
#include <ft2build.h>
#include FT_FREETYPE_H
#include <fontconfig/fontconfig.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo::render {

struct FaceGlyph {
  FT_Face face = nullptr;  // null: no font has the character
  FT_UInt index = 0;
};

class Fonts {
 public:
  static Result<std::unique_ptr<Fonts>> open();
  ~Fonts();
  Fonts(const Fonts&) = delete;
  Fonts& operator=(const Fonts&) = delete;

  FT_Library library() const { return library_; }
  FT_Face main(bool bold) const { return main_[bold]; }
  FaceGlyph find(char32_t code_point, bool bold);

 private:
  Fonts() = default;
  FT_Face face(const std::string& file, int index);  // opened once; null where FreeType cannot
  FT_Face match(bool bold);
  void list_installed();

  struct Installed {
    std::string file;
    int index = 0;
    int weight = 0;       // fontconfig's scale: 80 regular, 200 bold
    int strangeness = 0;  // higher = less like plain upright sans-serif text
    FcCharSet* characters = nullptr;  // owned
  };
  FT_Library library_ = nullptr;
  FcConfig* config_ = nullptr;
  FT_Face main_[2] = {nullptr, nullptr};
  std::map<std::pair<std::string, int>, FT_Face> faces_;
  std::vector<Installed> installed_;  // filled when the first character is missing
  bool listed_ = false;
};

}  // namespace tenbo::render
