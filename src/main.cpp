#include <simplicit/cli/run.hpp>

int main(int argc, char** argv) {
  return simplicit::cli::run(argc, argv);
}
