// Entry of the unit test programs; no MPI is initialised here.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
