#include "glyphs_fonts.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <tuple>

namespace tenbo::render {
namespace {
const FcChar8* fc(const char* s) { return reinterpret_cast<const FcChar8*>(s); }

std::string string_of(FcPattern* pattern, const char* object) {
  FcChar8* s = nullptr;
  return FcPatternGetString(pattern, object, 0, &s) == FcResultMatch ? reinterpret_cast<const char*>(s) : "";
}
// `otherwise` also where the font gives a range, as variable fonts do.
int integer_of(FcPattern* pattern, const char* object, int otherwise) {
  int v = otherwise;
  return FcPatternGetInteger(pattern, object, 0, &v) == FcResultMatch ? v : otherwise;
}
bool flag_of(FcPattern* pattern, const char* object) {
  FcBool v = FcFalse;
  return FcPatternGetBool(pattern, object, 0, &v) == FcResultMatch && v == FcTrue;
}
}  // namespace

Result<std::unique_ptr<Fonts>> Fonts::open() {
  std::unique_ptr<Fonts> fonts(new Fonts);
  if (FT_Init_FreeType(&fonts->library_) != 0) {
    fonts->library_ = nullptr;
    return Error{ErrorCode::internal, "FreeType does not start", "", "", ""};
  }
  fonts->config_ = FcInitLoadConfigAndFonts();
  if (fonts->config_)
    for (const bool bold : {false, true}) fonts->main_[bold] = fonts->match(bold);
  for (const bool bold : {false, true})
    if (!fonts->main_[bold]) fonts->main_[bold] = fonts->main_[!bold];
  if (!fonts->main_[0])
    return Error{ErrorCode::not_found, "no scalable font is installed, expected Noto Sans CJK JP", "", "",
                 "apt-get install fonts-noto-cjk"};
  return fonts;
}

Fonts::~Fonts() {
  for (auto& [key, face] : faces_)
    if (face) FT_Done_Face(face);
  for (auto& font : installed_) FcCharSetDestroy(font.characters);
  if (config_) FcConfigDestroy(config_);
  if (library_) FT_Done_FreeType(library_);
}

FT_Face Fonts::face(const std::string& file, int index) {
  const auto [it, is_new] = faces_.try_emplace({file, index}, nullptr);
  if (!is_new) return it->second;
  FT_Face opened = nullptr;
  if (FT_New_Face(library_, file.c_str(), index, &opened) != 0) return nullptr;
  if (!FT_IS_SCALABLE(opened) || FT_Select_Charmap(opened, FT_ENCODING_UNICODE) != 0) {
    FT_Done_Face(opened);
    return nullptr;
  }
  return it->second = opened;
}

FT_Face Fonts::match(bool bold) {
  FcPattern* wanted = FcPatternCreate();
  FcPatternAddString(wanted, FC_FAMILY, fc("Noto Sans CJK JP"));
  FcPatternAddString(wanted, FC_FAMILY, fc("sans-serif"));
  FcPatternAddString(wanted, FC_LANG, fc("ja"));
  FcPatternAddInteger(wanted, FC_WEIGHT, bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
  FcPatternAddBool(wanted, FC_SCALABLE, FcTrue);
  FcConfigSubstitute(config_, wanted, FcMatchPattern);
  FcDefaultSubstitute(wanted);
  FcResult result = FcResultNoMatch;
  FcPattern* found = FcFontMatch(config_, wanted, &result);
  FcPatternDestroy(wanted);
  if (!found) return nullptr;
  FT_Face opened = face(string_of(found, FC_FILE), integer_of(found, FC_INDEX, 0));
  FcPatternDestroy(found);
  return opened;
}

void Fonts::list_installed() {
  listed_ = true;
  if (!config_) return;
  FcPattern* every = FcPatternCreate();
  FcPatternAddBool(every, FC_SCALABLE, FcTrue);
  FcObjectSet* objects = FcObjectSetBuild(FC_FILE, FC_INDEX, FC_FAMILY, FC_WEIGHT, FC_SLANT, FC_COLOR, FC_CHARSET,
                                          static_cast<char*>(nullptr));
  FcFontSet* set = FcFontList(config_, every, objects);
  FcPatternDestroy(every);
  FcObjectSetDestroy(objects);
  if (!set) return;
  for (int i = 0; i < set->nfont; ++i) {
    FcPattern* p = set->fonts[i];
    FcCharSet* characters = nullptr;
    if (FcPatternGetCharSet(p, FC_CHARSET, 0, &characters) != FcResultMatch) continue;
    const std::string family = string_of(p, FC_FAMILY);
    const auto has = [&](const char* part) { return family.find(part) != std::string::npos; };
    int strangeness = 0;
    if (flag_of(p, FC_COLOR)) strangeness += 8;  // an alpha atlas cannot hold colours
    if (integer_of(p, FC_SLANT, FC_SLANT_ROMAN) != FC_SLANT_ROMAN) strangeness += 4;
    if (has("Serif") || has("Mono")) strangeness += 2;
    if (!has("Sans") && !has("Gothic") && !has("Symbols")) strangeness += 1;
    installed_.push_back({string_of(p, FC_FILE), integer_of(p, FC_INDEX, 0), integer_of(p, FC_WEIGHT, FC_WEIGHT_REGULAR),
                          strangeness, FcCharSetCopy(characters)});
  }
  FcFontSetDestroy(set);
}

FaceGlyph Fonts::find(char32_t code_point, bool bold) {
  if (const FT_UInt i = FT_Get_Char_Index(main_[bold], code_point)) return {main_[bold], i};
  if (const FT_UInt i = FT_Get_Char_Index(main_[!bold], code_point)) return {main_[!bold], i};
  if (!listed_) list_installed();
  std::vector<const Installed*> able;
  for (const auto& font : installed_)
    if (FcCharSetHasChar(font.characters, code_point)) able.push_back(&font);
  const int weight = bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR;
  std::sort(able.begin(), able.end(), [&](const Installed* a, const Installed* b) {
    return std::tuple(a->strangeness, std::abs(a->weight - weight), std::string_view(a->file), a->index) <
           std::tuple(b->strangeness, std::abs(b->weight - weight), std::string_view(b->file), b->index);
  });
  for (const Installed* font : able)
    if (const FT_Face f = face(font->file, font->index))
      if (const FT_UInt i = FT_Get_Char_Index(f, code_point)) return {f, i};
  return {};
}

}  // namespace tenbo::render
