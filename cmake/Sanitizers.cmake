# -DSIMPLICIT_SANITIZE=address,undefined instruments every target.
if(SIMPLICIT_SANITIZE)
  add_compile_options(-fsanitize=${SIMPLICIT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SIMPLICIT_SANITIZE})
endif()
if(SIMPLICIT_ARCH)
  add_compile_options(-march=${SIMPLICIT_ARCH})
endif()
