# Warnings, sanitizers, the linker and the compiler cache, for every target of the project.
add_library(tenbo_options INTERFACE)
target_compile_options(tenbo_options INTERFACE
  -Wall -Wextra -Wpedantic -Wno-missing-field-initializers $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
target_compile_definitions(tenbo_options INTERFACE
  GLM_FORCE_DEPTH_ZERO_TO_ONE GLM_FORCE_RADIANS GLM_FORCE_XYZW_ONLY GLM_ENABLE_EXPERIMENTAL)

set(TENBO_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them: address,undefined or thread")
if(TENBO_SANITIZE)
  add_compile_options(-fsanitize=${TENBO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${TENBO_SANITIZE})
endif()

find_program(TENBO_LLD ld.lld)
if(TENBO_LLD)
  add_link_options(-fuse-ld=lld)
endif()

find_program(TENBO_CCACHE ccache)
if(TENBO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # sloppiness lets the cache work with precompiled headers
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${TENBO_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${TENBO_CCACHE})
endif()
