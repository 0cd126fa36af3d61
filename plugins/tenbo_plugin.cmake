# tenbo_plugin(ID sources...): the shared object ID.so with plugin.json beside it, in the folder ID of this directory's
# build folder: build/PRESET/plugins/ID for those of plugins/, where the program looks. Links nothing but the interface.
function(tenbo_plugin id)
  set(out ${CMAKE_CURRENT_BINARY_DIR})
  if(NOT out MATCHES "/${id}$")
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${id})
  endif()
  add_library(plugin_${id} MODULE ${ARGN})
  target_link_libraries(plugin_${id} PRIVATE tenbo_options tenbo_plugin_api)
  # One symbol leaves the library, whatever templates it was built from.
  target_link_options(plugin_${id} PRIVATE -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  set_target_properties(plugin_${id} PROPERTIES PREFIX "" OUTPUT_NAME ${id} LIBRARY_OUTPUT_DIRECTORY ${out}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/plugin.json)
    set(manifest ${CMAKE_CURRENT_SOURCE_DIR}/plugin.json)
  else()
    set(manifest ${CMAKE_CURRENT_SOURCE_DIR}/${id}.json)
  endif()
  configure_file(${manifest} ${out}/plugin.json COPYONLY)
endfunction()
