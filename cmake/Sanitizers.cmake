# -DSIMPLICIT_SANITIZE=address,undefined instruments every target.
if(SIMPLICIT_SANITIZE)
  add_compile_options(-fsanitize=${SIMPLICIT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SIMPLICIT_SANITIZE})
endif()
if(SIMPLICIT_ARCH)
  add_compile_options(-march=${SIMPLICIT_ARCH})
endif()
# Contracted multiply-adds would make results depend on how the compiler groups expressions.
add_compile_options(-ffp-contract=off)
