#include "keys.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace tenbo::shell {

std::span<const KeyName> key_names() {
  static constexpr KeyName names[] = {
      {"A", GLFW_KEY_A}, {"B", GLFW_KEY_B}, {"C", GLFW_KEY_C}, {"D", GLFW_KEY_D}, {"E", GLFW_KEY_E},
      {"F", GLFW_KEY_F}, {"G", GLFW_KEY_G}, {"H", GLFW_KEY_H}, {"I", GLFW_KEY_I}, {"J", GLFW_KEY_J},
      {"K", GLFW_KEY_K}, {"L", GLFW_KEY_L}, {"M", GLFW_KEY_M}, {"N", GLFW_KEY_N}, {"O", GLFW_KEY_O},
      {"P", GLFW_KEY_P}, {"Q", GLFW_KEY_Q}, {"R", GLFW_KEY_R}, {"S", GLFW_KEY_S}, {"T", GLFW_KEY_T},
      {"U", GLFW_KEY_U}, {"V", GLFW_KEY_V}, {"W", GLFW_KEY_W}, {"X", GLFW_KEY_X}, {"Y", GLFW_KEY_Y},
      {"Z", GLFW_KEY_Z}, {"0", GLFW_KEY_0}, {"1", GLFW_KEY_1}, {"2", GLFW_KEY_2}, {"3", GLFW_KEY_3},
      {"4", GLFW_KEY_4}, {"5", GLFW_KEY_5}, {"6", GLFW_KEY_6}, {"7", GLFW_KEY_7}, {"8", GLFW_KEY_8},
      {"9", GLFW_KEY_9}, {"F1", GLFW_KEY_F1}, {"F2", GLFW_KEY_F2}, {"F3", GLFW_KEY_F3}, {"F4", GLFW_KEY_F4},
      {"F5", GLFW_KEY_F5}, {"F6", GLFW_KEY_F6}, {"F7", GLFW_KEY_F7}, {"F8", GLFW_KEY_F8}, {"F9", GLFW_KEY_F9},
      {"F10", GLFW_KEY_F10}, {"F11", GLFW_KEY_F11}, {"F12", GLFW_KEY_F12}, {"Space", GLFW_KEY_SPACE},
      {"Escape", GLFW_KEY_ESCAPE}, {"Enter", GLFW_KEY_ENTER}, {"Tab", GLFW_KEY_TAB},
      {"Backspace", GLFW_KEY_BACKSPACE}, {"Insert", GLFW_KEY_INSERT}, {"Delete", GLFW_KEY_DELETE},
      {"Left", GLFW_KEY_LEFT}, {"Right", GLFW_KEY_RIGHT}, {"Up", GLFW_KEY_UP}, {"Down", GLFW_KEY_DOWN},
      {"PageUp", GLFW_KEY_PAGE_UP}, {"PageDown", GLFW_KEY_PAGE_DOWN}, {"Home", GLFW_KEY_HOME}, {"End", GLFW_KEY_END},
      {"LeftShift", GLFW_KEY_LEFT_SHIFT}, {"RightShift", GLFW_KEY_RIGHT_SHIFT},
      {"LeftControl", GLFW_KEY_LEFT_CONTROL}, {"RightControl", GLFW_KEY_RIGHT_CONTROL},
      {"LeftAlt", GLFW_KEY_LEFT_ALT}, {"RightAlt", GLFW_KEY_RIGHT_ALT}, {"Minus", GLFW_KEY_MINUS},
      {"Equal", GLFW_KEY_EQUAL}, {"Plus", GLFW_KEY_KP_ADD}, {"Comma", GLFW_KEY_COMMA}, {"Period", GLFW_KEY_PERIOD},
      {"Slash", GLFW_KEY_SLASH}, {"Semicolon", GLFW_KEY_SEMICOLON}, {"Apostrophe", GLFW_KEY_APOSTROPHE},
      {"LeftBracket", GLFW_KEY_LEFT_BRACKET}, {"RightBracket", GLFW_KEY_RIGHT_BRACKET},
      {"Backslash", GLFW_KEY_BACKSLASH}, {"Grave", GLFW_KEY_GRAVE_ACCENT},
  };
  return names;
}

}  // namespace tenbo::shell
