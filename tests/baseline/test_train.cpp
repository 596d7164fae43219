#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp.hpp>
#include <simplicit/baseline/train.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>

#include <cmath>
#include <filesystem>
#include <limits>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

const std::string fashion_mnist = "/usr/share/datasets/fashion-mnist";

BaselineSettings small_settings() {
  BaselineSettings settings;
  settings.hidden = {16, 8};
  settings.epochs = 12;
  settings.batch = 32;
  return settings;
}

bool same_bits(const Mlp& a, const Mlp& b) {
  return a.weights == b.weights && a.biases == b.biases;
}

}  // namespace

TEST_CASE("training learns, with and without biases") {
  const LabelledImages train = random_images(2003, 12, 4, 1);  // the last batch is a short one
  const LabelledImages test = random_images(500, 12, 4, 2);
  for (const bool bias : {false, true}) {
    BaselineSettings settings = small_settings();
    settings.bias = bias;
    std::vector<EpochReport> reports;
    const Mlp mlp =
        train_baseline(train, 4, settings, {[&](const EpochReport& r) { reports.push_back(r); }, {}});
    CAPTURE(bias);
    CHECK(fault_of(mlp).empty());
    CHECK(mlp.bias() == bias);
    CHECK(mlp.states() == 24);
    REQUIRE(reports.size() == 12);
    CHECK(reports.front().epoch == 1);
    CHECK(reports.back().loss < 0.5 * reports.front().loss);
    CHECK(reports.back().accuracy > 0.85);
    CHECK(score_baseline(mlp, test).accuracy > 0.8);
  }
}

TEST_CASE("the trained network depends on seed and settings only") {
  const LabelledImages data = random_images(300, 12, 4, 1);
  BaselineSettings settings = small_settings();
  settings.epochs = 2;
  const Mlp first = train_baseline(data, 4, settings);
  CHECK(same_bits(first, train_baseline(data, 4, settings)));
  settings.seed = 2;
  CHECK_FALSE(same_bits(first, train_baseline(data, 4, settings)));
}

namespace {

// Accuracy on inputs moved by epsilon along the signs of the loss's gradient.
double accuracy_when_moved(const Mlp& mlp, const LabelledImages& data, double epsilon) {
  const Matrix U = inputs_of(data.images, 0, data.images.samples);
  const ForwardPass pass = forward(mlp, U);
  Matrix slopes = pass.Y;
  for (Index k = 0; k < slopes.cols(); ++k) {
    slopes.col(k) = (pass.Y.col(k).array() - pass.Y.col(k).maxCoeff()).exp();
    slopes.col(k) /= slopes.col(k).sum();
    slopes(data.labels[static_cast<std::size_t>(k)], k) -= 1;
  }
  const Matrix moved = U + epsilon * input_gradient(mlp, pass, slopes).cwiseSign();
  const std::vector<int> decided = predictions(forward(mlp, moved).Y);
  Index right = 0;
  for (std::size_t k = 0; k < decided.size(); ++k) right += decided[k] == data.labels[k] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(decided.size());
}

}  // namespace

TEST_CASE("training against moved inputs makes a network harder to mislead") {
  const LabelledImages train = random_images(2003, 12, 4, 1);
  const LabelledImages test = random_images(500, 12, 4, 2);
  BaselineSettings settings = small_settings();
  const Mlp plain = train_baseline(train, 4, settings);
  settings.adversarial = 0.05;
  const Mlp robust = train_baseline(train, 4, settings);
  CHECK(same_bits(robust, train_baseline(train, 4, settings)));
  CHECK(accuracy_when_moved(robust, test, 0.05) > accuracy_when_moved(plain, test, 0.05));
  CHECK(score_baseline(robust, test).accuracy > 0.7);
  for (const double wrong : {-0.1, 1.5, std::nan("")}) {
    settings.adversarial = wrong;
    CHECK_THROWS_WITH(require_valid(settings), Contains("--adversarial"));
  }
}

TEST_CASE("accuracy and dead states are counted over all blocks") {
  // Unit 0 passes pixel 0, unit 1 sees minus pixel 0 and is dead; the output tells pixel 0 from a constant
  // unit.
  Mlp mlp;
  mlp.weights = {Matrix(3, 2), Matrix(2, 3)};
  mlp.weights[0] << 1, 0, -1, 0, 0, 1;
  mlp.weights[1] << 0, 0, 1, 1, 0, 0;
  LabelledImages data;
  data.images.samples = 600;
  data.images.features = 2;
  for (int sample = 0; sample < 600; ++sample) {
    data.images.pixels.push_back(sample % 3 == 0 ? 255 : 0);
    data.images.pixels.push_back(100);
    data.labels.push_back(sample % 2);
  }
  // Predicted 1 at every third sample; right where that agrees with odd or even: 3 of 6.
  const BaselineScore score = score_baseline(mlp, data);
  CHECK(score.accuracy == 0.5);
  CHECK(score.dead_states == 1);
}

TEST_CASE("a stop request ends training as interrupted") {
  const LabelledImages data = random_images(300, 12, 4, 1);
  int asked = 0;
  try {
    (void)train_baseline(data, 4, small_settings(), {{}, [&] { return ++asked > 3; }});
    FAIL("training went on");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::interrupted);
  }
  CHECK(asked == 4);
}

TEST_CASE("a diverging training is an error, not a file of NaN") {
  const LabelledImages data = random_images(300, 12, 4, 1);
  BaselineSettings settings = small_settings();
  settings.activation = Activation::identity;
  settings.learning_rate = 1e38;
  CHECK_THROWS_WITH(train_baseline(data, 4, settings), Contains("finite"));
}

TEST_CASE("settings that make no sense are refused by the flag's name") {
  const auto said = [](auto change) {
    BaselineSettings settings = small_settings();
    change(settings);
    try {
      require_valid(settings);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(said([](BaselineSettings&) {}) == "accepted");
  CHECK_THAT(said([](BaselineSettings& s) { s.hidden.clear(); }), Contains("--hidden"));
  CHECK_THAT(said([](BaselineSettings& s) { s.hidden[1] = 0; }), Contains("--hidden"));
  CHECK_THAT(said([](BaselineSettings& s) { s.hidden[1] = Index{1} << 40; }), Contains("--hidden"));
  CHECK_THAT(said([](BaselineSettings& s) { s.epochs = 0; }), Contains("--epochs"));
  CHECK_THAT(said([](BaselineSettings& s) { s.batch = -1; }), Contains("--batch"));
  for (const double rate : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), HUGE_VAL}) {
    CHECK_THAT(said([&](BaselineSettings& s) { s.learning_rate = rate; }), Contains("--learning-rate"));
  }
}

TEST_CASE("a slice of FashionMNIST is learnt") {
  if (!std::filesystem::is_directory(fashion_mnist)) {
    WARN("SKIPPED: " << fashion_mnist << " is missing; install the package dataset-fashion-mnist");
    return;
  }
  const LabelledImages train = load_images(fashion_mnist, Split::train, 6000);
  const LabelledImages test = load_images(fashion_mnist, Split::test, 2000);
  BaselineSettings settings;
  settings.hidden = {64, 32, 16};
  settings.epochs = 4;
  const Mlp mlp = train_baseline(train, class_count(train.labels), settings);
  CHECK(mlp.parameter_count() == 52896);
  CHECK(score_baseline(mlp, test).accuracy > 0.78);
}
