#pragma once
// What an inspector found on a structure, and on which of its parts.
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace tenbo::inspection {

// Parts of a bridge, tunnel or other road structure, as lists name them; `other` keeps the list's own word.
enum class Member : std::uint8_t {
  unknown, main_girder, cross_beam, deck, abutment, pier, foundation, bearing, expansion_joint, railing, pavement, wing_wall, arch, truss, cable,
  lining, portal, wall, column, foundation_bolt, attachment, other,
};
const char* to_string(Member member);  // "main_girder"
// As Japanese and English lists write it (主桁, girder, 床版 ...); blank is unknown, any other word `other`.
Member read_member(std::string_view word);

enum class DefectKind : std::uint8_t {
  unknown, crack, spalling, exposed_rebar, corrosion, fatigue_crack, loose_bolt, break_off, leakage, free_lime, lifting, deformation, settlement,
  scour, abnormal_gap, unevenness, paint_loss, blocked_drain, bearing_failure, other,
};
const char* to_string(DefectKind kind);  // "crack"
DefectKind read_defect_kind(std::string_view word);  // ひびわれ, 腐食, crack ... ; blank is unknown, any other word `other`

inline constexpr float unknown_length = std::numeric_limits<float>::quiet_NaN();

using Word = std::uint32_t;  // of Register::word; 0 = empty

struct Defect {
  std::uint32_t structure = 0;         // of the register
  Word id = 0, kind_word = 0, member_word = 0, element = 0;  // element: the number of the part, "0101"
  Word response = 0;                   // 対策区分 as written: A, B, C1, C2, E1, E2, M, S1, S2
  Word photo = 0;                      // a path below the folder of photographs that the layer names; never to be opened unchecked
  Word note = 0;
  DefectKind kind = DefectKind::unknown;
  Member member = Member::unknown;
  char grade = 0;                      // 'a' (none) to 'e' (worst); 0 = not written
  std::int16_t year = 0;               // of the inspection that found it; 0 = unknown
  std::uint8_t month = 0, day = 0;     // 0 = unknown
  std::int16_t span = 0;               // 1 from the start of the structure; 0 = unknown
  // Where and how large, in metres, NaN where nobody wrote it: along the structure from its start (of its span, where one is
  // given), across to the left of its axis looking along it, up from the deck.
  float along = unknown_length, across = unknown_length, up = unknown_length;
  float length = unknown_length, width = unknown_length;  // of the defect; a crack's width is its opening
  // Where it lies on Earth, of lists that say so; NaN otherwise. Degrees; height m in the scene's datum.
  double lon = std::numeric_limits<double>::quiet_NaN(), lat = std::numeric_limits<double>::quiet_NaN(), height = std::numeric_limits<double>::quiet_NaN();
};

// How bad, for ordering alone: 'a' 0 to 'e' 4; not written -1.
inline int severity(char grade) { return grade >= 'a' && grade <= 'e' ? grade - 'a' : -1; }

}  // namespace tenbo::inspection
