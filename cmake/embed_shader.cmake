file(READ ${HEADER}.inc words)
file(WRITE ${HEADER} "#pragma once\n#include <cstdint>\nnamespace tenbo::shaders {\ninline constexpr std::uint32_t ${SYMBOL}[] = {\n${words}\n};\n}  // namespace tenbo::shaders\n")
