#include <simplicit/base/error.hpp>

#include <cstdio>
#include <cstdlib>

namespace simplicit {

void assertion_failed(const char* condition, const std::string& values, const char* file, int line) {
  std::fprintf(stderr, "simplicit: bug: %s does not hold (%s) at %s:%d\n", condition, values.c_str(), file,
               line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace simplicit
