#include <simplicit/cli/application.hpp>

int main(int argc, char** argv) {
  return simplicit::cli::run(argc, argv);
}
