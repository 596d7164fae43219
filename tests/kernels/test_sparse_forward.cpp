#include <simplicit/kernels/sparse_forward.hpp>

#include <catch2/catch.hpp>
#include <support/random_programs.hpp>
#include <support/reference_forward.hpp>

#include <algorithm>
#include <cmath>

using namespace simplicit;
using namespace simplicit::test;
using kernels::available_instructions;
using kernels::Instructions;
using kernels::Program;
using kernels::SparseForward;

namespace {

std::vector<Program> programs() {
  return {mixed_program(1), mixed_program(2, {3, 16, 16}), mixed_program(3, {3, 5, 37}), dense_program(4)};
}

std::vector<double> random_inputs(const Program& program, Index samples) {
  RandomStream random(9, 700);
  std::vector<double> U;
  for (Index i = 0; i < samples * program.tensors[0].entries(); ++i) U.push_back(random.normal());
  return U;
}

template <class T>
std::vector<T> outputs(const Program& program, const std::vector<double>& U, Index samples,
                       Instructions instructions, typename SparseForward<T>::Form form) {
  SparseForward<T> network(program, instructions);
  const std::vector<T> inputs(U.begin(), U.end());
  std::vector<T> Y(static_cast<std::size_t>(samples * network.outputs()), T{-99});
  network.run(inputs.data(), samples, Y.data(), form);
  return Y;
}

/// The largest difference to the plain loops, as a part of the largest output.
template <class T>
double error(const Program& program, const std::vector<double>& U, const std::vector<T>& Y) {
  ReferenceForward reference(program);
  const Index p = program.tensors[0].entries();
  const auto q = static_cast<Index>(Y.size()) * p / static_cast<Index>(U.size());
  double difference = 0;
  double largest = 0;
  for (Index sample = 0; sample * p < static_cast<Index>(U.size()); ++sample) {
    const std::vector<double> right = reference({U.begin() + sample * p, U.begin() + (sample + 1) * p});
    for (Index i = 0; i < q; ++i) {
      const double expected = right[static_cast<std::size_t>(i)];
      difference = std::max(
          difference, std::abs(static_cast<double>(Y[static_cast<std::size_t>(sample * q + i)]) - expected));
      largest = std::max(largest, std::abs(expected));
    }
  }
  return difference / largest;
}

}  // namespace

TEST_CASE("both forms agree with plain loops on every instruction set") {
  for (const Program& program : programs()) {
    require_shapes(program);
    constexpr Index samples = 21;
    const std::vector<double> U = random_inputs(program, samples);
    for (const Instructions instructions : available_instructions()) {
      CAPTURE(name_of(instructions), program.tensors[0].width);
      using Double = SparseForward<double>;
      CHECK(error(program, U, outputs<double>(program, U, samples, instructions, Double::Form::together)) <
            1e-13);
      CHECK(error(program, U, outputs<double>(program, U, samples, instructions, Double::Form::single)) <
            1e-13);
      using Float = SparseForward<float>;
      CHECK(error(program, U, outputs<float>(program, U, samples, instructions, Float::Form::together)) <
            1e-4);
    }
  }
}

TEST_CASE("a sample's bits do not depend on what is computed with it") {
  using Float = SparseForward<float>;
  for (const Program& program : programs()) {
    const Index samples = SparseForward<float>(program).block() * 2 + 3;
    const std::vector<double> U = random_inputs(program, samples);
    const Instructions fastest = available_instructions().front();
    const std::vector<float> single = outputs<float>(program, U, samples, fastest, Float::Form::single);
    for (const Instructions instructions : available_instructions()) {
      if (fastest != Instructions::portable && instructions == Instructions::portable) continue;
      CHECK(outputs<float>(program, U, samples, instructions, Float::Form::together) == single);
      CHECK(outputs<float>(program, U, samples, instructions, Float::Form::single) == single);
    }
    CHECK(outputs<float>(program, U, samples, fastest, Float::Form::automatic) == single);
    const std::vector<double> last(U.end() - program.tensors[0].entries(), U.end());
    const std::vector<float> alone = outputs<float>(program, last, 1, fastest, Float::Form::automatic);
    CHECK(std::equal(alone.rbegin(), alone.rend(), single.rbegin()));
  }
}

TEST_CASE("a network may be run again, and moved") {
  const Program program = mixed_program(1);
  const std::vector<double> U = random_inputs(program, 5);
  const std::vector<float> inputs(U.begin(), U.end());
  SparseForward<float> made(program);
  std::vector<float> first(25), again(25);
  made.run(inputs.data(), 5, first.data());
  SparseForward<float> moved = std::move(made);
  moved.run(inputs.data(), 5, again.data());
  CHECK(first == again);
  CHECK(moved.inputs() == 297);
  CHECK(moved.outputs() == 5);
}

TEST_CASE("nonzeros are counted with biases") {
  ProgramBuilder b({4, 1, 1}, 1);
  Program program = b.build(b.convolution(0, 3, square(1), 1, 1.0));
  CHECK(nonzeros(program) == 15);
  std::get<kernels::SparseConvolution>(program.steps[0].operation).bias[1] = 0;
  CHECK(nonzeros(program) == 14);
}

TEST_CASE("programs that do not fit together are refused") {
  const Program right = mixed_program(1);
  CHECK_NOTHROW(require_shapes(right));
  const auto broken = [&](const auto& change) {
    Program program = right;
    change(program);
    CHECK_THROWS_AS(require_shapes(program), std::invalid_argument);
  };
  broken([](Program& program) { program.tensors[1].channels = 7; });
  broken([](Program& program) { program.tensors[1].height = 13; });
  broken([](Program& program) { program.steps[3].inputs = {40}; });
  broken([](Program& program) { program.steps[3].inputs = {program.output}; });
  broken([](Program& program) { std::swap(program.steps[2], program.steps[3]); });
  broken([](Program& program) { program.output = 99; });
  broken(
      [](Program& program) { std::get<kernels::SparseConvolution>(program.steps[0].operation).groups = 5; });
  broken([](Program& program) {
    std::get<kernels::SparseConvolution>(program.steps[0].operation).bias.pop_back();
  });
}
