# tenbo_room(NAME PUBLIC rooms-and-libraries... PRIVATE ...): one engine room as a static library tenbo_NAME.
# Sources are every src/**/*.cpp; public headers live in include/tenbo/NAME.
function(tenbo_room name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp)
  add_library(tenbo_${name} STATIC ${sources})
  target_include_directories(tenbo_${name} PUBLIC include PRIVATE src)
  target_link_libraries(tenbo_${name} PUBLIC ${ARG_PUBLIC} PRIVATE tenbo_options ${ARG_PRIVATE})
  target_compile_definitions(tenbo_${name} PUBLIC
    GLM_FORCE_DEPTH_ZERO_TO_ONE GLM_FORCE_RADIANS GLM_FORCE_XYZW_ONLY GLM_ENABLE_EXPERIMENTAL)
endfunction()

# tenbo_test(ROOM libraries...): tests/ROOM/*_test.cpp as one GoogleTest program tests_ROOM; labels: ROOM.
# Tests may read TENBO_SOURCE_DIR, TENBO_BINARY_DIR and TENBO_SHARED_DATA (real data; skip where absent).
function(tenbo_test room)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(tests_${room} ${sources})
  target_include_directories(tests_${room} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support)
  target_link_libraries(tests_${room} PRIVATE tenbo_options ${ARGN} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(tests_${room} PRIVATE
    TENBO_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TENBO_BINARY_DIR="${CMAKE_BINARY_DIR}"
    TENBO_SHARED_DATA="${CMAKE_SOURCE_DIR}/../shared/data")
  gtest_discover_tests(tests_${room} TEST_PREFIX ${room}. DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${room} TIMEOUT 300 RESOURCE_LOCK tests_${room})  # tests of one room share its scratch folders
endfunction()
