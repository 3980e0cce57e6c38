# Makes of what CPack has gathered for a Debian package what Debian expects in it: C modules and libraries in the folder of
# their architecture (where all of its Luas, its nginx and its pkg-config look), completions where its zsh looks, manual
# pages and changelogs packed. CPack runs it between installing and packing; with SOURCE_DATE_EPOCH in the environment the
# same sources give the same packages.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
file(GLOB roots "${CPACK_TEMPORARY_DIRECTORY}/*/usr" "${CPACK_TEMPORARY_DIRECTORY}/usr")

# Moves what is in the folder `from` of a package into `to`.
function(move_folder root from to)
  if(EXISTS "${root}/${from}")
    get_filename_component(parent "${root}/${to}" DIRECTORY)
    file(MAKE_DIRECTORY "${parent}")
    file(RENAME "${root}/${from}" "${root}/${to}")
  endif()
endfunction()

function(pack file)
  execute_process(COMMAND gzip -9nf "${file}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()

foreach(root IN LISTS roots)
  if(CPACK_ECS_ARCHITECTURE AND NOT EXISTS "${root}/lib/${CPACK_ECS_ARCHITECTURE}")
    move_folder("${root}" lib "lib.new/${CPACK_ECS_ARCHITECTURE}")
    move_folder("${root}" lib.new lib)
  endif()
  move_folder("${root}" share/zsh/site-functions share/zsh/vendor-completions)
  file(GLOB pages "${root}/share/man/man*/*.[1-9]")
  # Debian has a form of its own for changelogs; what is new stands beside it.
  file(GLOB logs "${root}/share/doc/*/CHANGELOG.md")
  set(made)
  foreach(file IN LISTS logs)
    get_filename_component(folder "${file}" DIRECTORY)
    string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
    file(WRITE "${folder}/changelog" "${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
      "  * Version ${CPACK_PACKAGE_VERSION}; what is new stands in CHANGELOG.md.gz.\n\n"
      " -- ${CPACK_PACKAGE_CONTACT}  ${now}\n")
    list(APPEND made "${folder}/changelog")
  endforeach()
  foreach(file IN LISTS pages logs made)
    pack("${file}")
  endforeach()
  # The command knows where its modules were installed.
  file(GLOB commands "${root}/bin/*")
  foreach(file IN LISTS commands)
    file(READ "${file}" text)
    string(REPLACE "\"lib/lua/" "\"lib/${CPACK_ECS_ARCHITECTURE}/lua/" text "${text}")
    file(WRITE "${file}" "${text}")
  endforeach()
  # It finds its prefix by where it lies itself: two folders deeper now.
  file(GLOB descriptions "${root}/lib/${CPACK_ECS_ARCHITECTURE}/pkgconfig/*.pc")
  foreach(file IN LISTS descriptions)
    file(READ "${file}" text)
    string(REGEX REPLACE "(^|\n)prefix=[^\n]*" "\\1prefix=/usr" text "${text}")
    string(REGEX REPLACE "(^|\n)libdir=[^\n]*" "\\1libdir=\${prefix}/lib/${CPACK_ECS_ARCHITECTURE}" text "${text}")
    file(WRITE "${file}" "${text}")
  endforeach()
  if(DEFINED ENV{SOURCE_DATE_EPOCH})
    execute_process(COMMAND find "${root}" -exec touch -h -d "@$ENV{SOURCE_DATE_EPOCH}" {} + COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
