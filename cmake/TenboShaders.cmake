# tenbo_shaders(TARGET files...): GLSL under shaders/ to SPIR-V, embedded as constexpr arrays in generated headers
# <tenbo_shaders/NAME_STAGE.h> with `inline constexpr std::uint32_t NAME_STAGE[]` in namespace tenbo::shaders.
find_program(TENBO_GLSLC glslc REQUIRED)
function(tenbo_shaders target)
  set(out_dir ${CMAKE_BINARY_DIR}/generated/tenbo_shaders)
  file(MAKE_DIRECTORY ${out_dir})
  set(headers "")
  foreach(file ${ARGN})
    get_filename_component(leaf ${file} NAME)
    string(REPLACE "." "_" plain ${leaf})
    set(variants ${plain})
    file(STRINGS ${file} cuts REGEX "section.glsl")
    if(cuts)  # once more with the section plane, as NAME_STAGE_section
      list(APPEND variants ${plain}_section)
    endif()
    foreach(symbol ${variants})
      set(header ${out_dir}/${symbol}.h)
      set(defines "")
      if(symbol MATCHES "_section$")
        set(defines -DSECTION)
      endif()
      add_custom_command(OUTPUT ${header}
        COMMAND ${TENBO_GLSLC} --target-env=vulkan1.3 -O -mfmt=num -MD -MF ${header}.d -MT ${header} ${defines}
                -I ${CMAKE_SOURCE_DIR}/shaders -o ${header}.inc ${file}
        COMMAND ${CMAKE_COMMAND} -DSYMBOL=${symbol} -DHEADER=${header} -P ${CMAKE_SOURCE_DIR}/cmake/embed_shader.cmake
        DEPENDS ${file} ${CMAKE_SOURCE_DIR}/cmake/embed_shader.cmake
        DEPFILE ${header}.d
        COMMENT "Compiling shader ${symbol}" VERBATIM)
      list(APPEND headers ${header})
    endforeach()
  endforeach()
  add_custom_target(${target}_shaders DEPENDS ${headers})
  add_dependencies(${target} ${target}_shaders)
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
