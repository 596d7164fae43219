#pragma once

#include <simplicit/problem/objective.hpp>
#include <simplicit/states/states_file.hpp>

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// Headings in the help of the flags that say how rows are solved, and how a run that was stopped goes on.
inline constexpr const char* solver_group = "Solver";
inline constexpr const char* interruption_group = "Interruption";

/// Which states a state may use: all, or only those of earlier layers (A strictly block upper triangular); or
/// rows shared by all positions of a layer, layer after layer.
enum class Structure { full, feedforward, shared };
/// Where correlations come from: G = Phi^T Phi, or Phi itself; automatic chooses from the sizes and --memory.
enum class Regime { automatic, gram, data };

/// Everything a user may say about training. What each setting is for, accepts and is called stands in
/// settings_of.
struct TrainSettings {
  std::string states;
  std::string out;
  std::string report;      ///< empty: none
  std::string checkpoint;  ///< journal of finished blocks; empty: none
  bool resume = false;     ///< go on where the journal ends
  ObjectiveSettings objective;
  double kappa = 0.95;
  double tolerance = 1e-6;
  std::optional<Structure>
      structure;  ///< full when not given; feed-forward when refining and layers are known
  Regime regime = Regime::automatic;
  std::optional<double> memory_gib;         ///< of a node, for G and the states
  std::vector<double> weights{1, 1, 1, 1};  ///< factors of the penalty on A, B, C, D
  std::optional<double> keep;               ///< share of the baseline's weights to keep at most
  std::string pattern;        ///< shared rows: "N:M", at most N of every M consecutive taps; empty: none
  std::optional<int> refine;  ///< rounds after the convex solve; with --keep some when not given, else none
  bool standardize = false;   ///< penalties weighted by the features' root mean squares
  std::vector<double> lambda_rel_path;  ///< penalties of a path, falling; empty when training one model
};

/// The rounds of refining that are asked for.
[[nodiscard]] inline int rounds_of_refining(const TrainSettings& settings) {
  return settings.refine.value_or(0);
}
/// What --keep refines by when nothing else is said.
inline constexpr int default_rounds = 3;
/// The settings with the rounds of refining and the structure decided. Refining works from the Gram matrix
/// and holds samples out, so nothing is refined unasked where `with_gram` is false or samples are few.
[[nodiscard]] TrainSettings settings_for(const TrainSettings& settings, const StatesHeader& header,
                                         bool with_gram);
/// Whether a run refines more than once from the same states, so that it keeps a copy of them.
[[nodiscard]] bool keeps_states(const TrainSettings& settings);
/// Throws InputError when the states file does not have what --keep or --refine need.
void check_against(const TrainSettings& settings, const StatesHeader& header);

/// The settings of `train`, described; `settings` must outlive them. Those with a key decide the model's
/// bits: they go into its provenance and into the header of a journal.
[[nodiscard]] std::vector<Setting> settings_of(TrainSettings& settings);

/// Throws InputError naming the flag and what is wrong with it.
void validate(const TrainSettings& settings);

[[nodiscard]] std::string name_of(Structure structure);
[[nodiscard]] std::string name_of(Regime regime);
/// The settings that decide the model, by their keys.
[[nodiscard]] nlohmann::json to_json(const TrainSettings& settings);

}  // namespace simplicit
