# tenbo_shaders(TARGET files...): GLSL under shaders/ to SPIR-V, embedded as constexpr arrays in generated headers
# <tenbo_shaders/NAME_STAGE.h> with `inline constexpr std::uint32_t NAME_STAGE[]` in namespace tenbo::shaders.
find_program(TENBO_GLSLC glslc REQUIRED)
function(tenbo_shaders target)
  set(out_dir ${CMAKE_BINARY_DIR}/generated/tenbo_shaders)
  file(MAKE_DIRECTORY ${out_dir})
  set(headers "")
  foreach(file ${ARGN})
    get_filename_component(leaf ${file} NAME)
    string(REPLACE "." "_" symbol ${leaf})
    set(header ${out_dir}/${symbol}.h)
    add_custom_command(OUTPUT ${header}
      COMMAND ${TENBO_GLSLC} --target-env=vulkan1.3 -O -mfmt=num -MD -MF ${header}.d -MT ${header}
              -I ${CMAKE_SOURCE_DIR}/shaders -o ${header}.inc ${file}
      COMMAND ${CMAKE_COMMAND} -DSYMBOL=${symbol} -DHEADER=${header} -P ${CMAKE_SOURCE_DIR}/cmake/embed_shader.cmake
      DEPENDS ${file} ${CMAKE_SOURCE_DIR}/cmake/embed_shader.cmake
      DEPFILE ${header}.d
      COMMENT "Compiling shader ${leaf}" VERBATIM)
    list(APPEND headers ${header})
  endforeach()
  add_custom_target(${target}_shaders DEPENDS ${headers})
  add_dependencies(${target} ${target}_shaders)
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
