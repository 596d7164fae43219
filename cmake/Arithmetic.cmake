# What keeps results the same bits wherever a sum is written the same way.
# Contracted multiply-adds would make results depend on how the compiler groups expressions.
add_compile_options(-ffp-contract=off)
