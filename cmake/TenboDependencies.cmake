# Every third-party library, found once. Rooms name what they link; see engine/*/CMakeLists.txt.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(glm REQUIRED)
if(NOT TARGET glm::glm)
  add_library(tenbo_glm INTERFACE)
  add_library(glm::glm ALIAS tenbo_glm)
endif()
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Vulkan REQUIRED)
find_package(glfw3 REQUIRED)
find_package(GDAL REQUIRED)
find_package(PNG REQUIRED)
find_package(Freetype REQUIRED)
find_package(Fontconfig REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(PROJ REQUIRED IMPORTED_TARGET proj)
pkg_check_modules(ASSIMP REQUIRED IMPORTED_TARGET assimp)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(MOSQUITTO REQUIRED IMPORTED_TARGET libmosquitto)
find_package(pugixml REQUIRED)
find_package(draco REQUIRED)
find_package(meshoptimizer REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)

find_path(IMGUI_INCLUDE_DIR imgui.h PATH_SUFFIXES imgui REQUIRED)
find_library(IMGUI_LIBRARY imgui REQUIRED)
find_library(STB_LIBRARY stb REQUIRED)  # comes with libimgui-dev, which calls it
find_library(STB_LIBRARY stb REQUIRED)  # which Debian's Dear ImGui is built upon
add_library(tenbo_imgui INTERFACE)
target_include_directories(tenbo_imgui SYSTEM INTERFACE ${IMGUI_INCLUDE_DIR})
target_link_libraries(tenbo_imgui INTERFACE ${IMGUI_LIBRARY} ${STB_LIBRARY})

# Vulkan Memory Allocator: header only; in Debian from 13 on. tools/setup puts Debian 13's package under
# build/deps where the system has none.
find_path(VMA_INCLUDE_DIR vk_mem_alloc.h
  PATHS ${CMAKE_SOURCE_DIR}/build/deps/vma/usr/include ${CMAKE_SOURCE_DIR}/build/deps/vma/usr/include/vma
  PATH_SUFFIXES vma)
if(NOT VMA_INCLUDE_DIR)
  message(FATAL_ERROR "vk_mem_alloc.h not found: run tools/setup, which fetches Debian's libvulkan-memory-allocator-dev into build/deps")
endif()
add_library(tenbo_vma INTERFACE)
target_include_directories(tenbo_vma SYSTEM INTERFACE ${VMA_INCLUDE_DIR})
