// Networks that fuzzing found worth keeping: each is read or refused, and never does harm.
#include <simplicit/base/error.hpp>
#include <simplicit/network/onnx_file.hpp>
#include <simplicit/network/state_norms.hpp>

#include <catch2/catch.hpp>

#include <filesystem>

using namespace simplicit;

TEST_CASE("every file of the corpus is read or refused") {
  int files = 0;
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SIMPLICIT_TEST_DATA "/network/corpus")) {
    CAPTURE(entry.path().string());
    ++files;
    try {
      const Network network = parse_onnx(read_onnx_bytes(entry.path()), "corpus");
      CHECK(scale_states(network, 0.9).scaled_norm_a_inf < 1e30);
      ++read;
    } catch (const InputError& refused) {
      CHECK_THAT(refused.what(),
                 Catch::StartsWith("corpus: ") || Catch::StartsWith(entry.path().string() + ": "));
    }
  }
  CHECK(files >= 18);
  CHECK(read >= 6);
}
