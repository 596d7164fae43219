#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// What the inputs of a network were normalised with: (value - mean) / deviation, one of each a channel. The
/// channels of a sample lie one after the other. States and model files keep both as `input_mean` and
/// `input_std`.
struct InputNormalization {
  std::vector<double> mean, deviation;  ///< (channels); empty where nothing is known of it

  [[nodiscard]] bool known() const { return !mean.empty(); }
};

/// Of a states file, a model or a file of inputs. Throws InputError naming file, dataset and fault.
[[nodiscard]] InputNormalization read_input_normalization(const hdf5::File& file);
[[nodiscard]] InputNormalization read_input_normalization(const std::string& path);
void write_input_normalization(hdf5::File& file, const InputNormalization& normalization);

/// Every rank gets root's (collective).
void broadcast(InputNormalization& normalization, const Communicator& ranks);

/// Throws InputError where both know theirs and they differ, by more than 1e-6.
void require_same_normalization(const InputNormalization& of_model, const std::string& model_path,
                                const InputNormalization& of_samples, const std::string& samples_path);

/// U (p x k), inputs as they come, becomes what the network expects. Throws InputError naming `model_path`
/// when p is not a multiple of the number of channels.
void normalize(const InputNormalization& normalization, const std::string& model_path, Matrix& U);

/// Writes a model and what its inputs are normalised with; throws as write_model(model, path).
void write_model(const ImplicitModel& model, const InputNormalization& normalization,
                 const std::string& path);

/// "(value - mean) / std with mean 0.286 and std 0.353"
[[nodiscard]] std::string text_of(const InputNormalization& normalization);

}  // namespace simplicit
