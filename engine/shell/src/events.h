#pragma once
// What the window reports, in one order, as plain data: the shell's core is tested with these and no window.
#include <filesystem>
#include <glm/vec2.hpp>
#include <variant>
#include <vector>

namespace tenbo::shell {

enum class MouseButton { left = 0, right = 1, middle = 2 };

struct KeyEvent { int key = 0; bool down = false, repeat = false, ctrl = false, shift = false, alt = false; };  // GLFW's codes
struct CharEvent { char32_t code_point = 0; };
struct MoveEvent { glm::vec2 pixel{0}; };            // framebuffer px
struct LeaveEvent {};                                // the cursor left the window, or the window lost its focus
// `time`: s on some steady clock when it was taken from the queue of the system; 0 = not known.
struct ButtonEvent { MouseButton button = MouseButton::left; bool down = false; glm::vec2 pixel{0}; bool shift = false; double time = 0; };
struct ScrollEvent { glm::vec2 amount{0}; glm::vec2 pixel{0}; bool ctrl = false, shift = false, alt = false; };  // wheel notches; touch-pads send fractions
struct DropEvent { std::vector<std::filesystem::path> paths; };

using InputEvent = std::variant<KeyEvent, CharEvent, MoveEvent, LeaveEvent, ButtonEvent, ScrollEvent, DropEvent>;

}  // namespace tenbo::shell
