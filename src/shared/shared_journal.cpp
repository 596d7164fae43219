#include "shared/shared_journal.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/parallel/values.hpp>
#include <simplicit/run/stage_rows.hpp>
#include <simplicit/solve/row_result_archive.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <numeric>

namespace simplicit {
namespace {

nlohmann::json header_of(const TrainSettings& settings, const std::string& digest) {
  nlohmann::json header = to_json(settings);
  header["structure"] = "shared";
  header["states_digest"] = digest;
  header["cpu"] = cpu_type();
  header["git_hash"] = git_hash();
  return header;
}

void require_same_run(const std::string& path, const std::string& before, const nlohmann::json& now) {
  const nlohmann::json header = nlohmann::json::parse(before, nullptr, false);
  if (!header.is_object()) throw InputError(path + ": the header of the journal is not JSON");
  for (const auto& [key, value] : now.items()) {
    if (header.contains(key) && header[key] == value) continue;
    throw InputError(fmt::format("{}: cannot resume, the journal belongs to another run: {} was {}, now {}",
                                 path, key, header.contains(key) ? header[key].dump() : "not given",
                                 value.dump()));
  }
}

/// The rows of one layer in the journal.
struct SavedLayer {
  std::size_t layer = 0;
  std::vector<RowResult> rows;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& layer;
    archive_list(archive, rows);
  }
};

std::string fault_of(const SavedLayer& saved, const LayeredNetwork& network) {
  if (saved.layer >= network.layers.size()) return "a layer that the network does not have";
  const Layer& layer = network.layers[saved.layer];
  std::vector<Index> channels(static_cast<std::size_t>(network.channels(layer)));
  std::iota(channels.begin(), channels.end(), Index{0});
  const std::string of_layer = "layer " + std::to_string(saved.layer + 1) + " ";
  if (rows_in(saved.rows) != channels) return of_layer + "with other rows than its channels";
  const RowLimits limits{0, network.features(layer), {}};
  const std::string fault = simplicit::fault_of(saved.rows, limits);
  return fault.empty() ? "" : of_layer + "in which " + fault;
}

}  // namespace

SharedJournal::SharedJournal(const Communicator& ranks, const TrainSettings& settings,
                             const StatesHeader& header, const LayeredNetwork& network)
    : ranks_(ranks),
      path_(settings.checkpoint),
      layers_(network.layers.size()),
      rows_(network.layers.size()) {
  if (path_.empty()) return;
  const std::string digest = states_digest(header, ranks);
  std::vector<std::string> records;
  on_root(ranks, [&] {
    const nlohmann::json now = header_of(settings, digest);
    JournalContent content;
    if (settings.resume && std::filesystem::exists(path_)) {
      journal_.emplace(path_, content);
      require_same_run(path_, content.header, now);
    } else {
      if (settings.resume) spdlog::info("{}: there is no journal yet, starting afresh", path_);
      journal_.emplace(path_, now.dump());
    }
    records = std::move(content.records);
  });
  broadcast_value(ranks, records);
  agree(ranks, [&] {
    const bool with_shares = settings.keep || !settings.pattern.empty();
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (with_shares && i == 0) {
        take_shares(records[i], network);
      } else {
        take_layer(records[i], network);
      }
    }
  });
}

void SharedJournal::take_shares(const std::string& record, const LayeredNetwork& network) {
  if (failure_of([&] { shares_ = unpacked<std::vector<Index>>(record); }))
    refuse("its shares cannot be read");
  bool fit = shares_.size() == network.layers.size();
  for (std::size_t l = 0; fit && l < shares_.size(); ++l) {
    const Layer& layer = network.layers[l];
    fit = shares_[l] >= 0 && shares_[l] <= network.channels(layer) * (network.taps(layer) + 1);
  }
  if (!fit) refuse("it holds the shares of another network");
}

void SharedJournal::take_layer(const std::string& record, const LayeredNetwork& network) {
  SavedLayer saved;
  if (failure_of([&] { saved = unpacked<SavedLayer>(record); })) refuse("a record is no layer");
  const std::string fault = fault_of(saved, network);
  if (!fault.empty()) refuse("it holds " + fault);
  rows_[saved.layer] = std::move(saved.rows);
}

void SharedJournal::refuse(const std::string& fault) const {
  throw InputError(path_ + ": the journal is damaged: " + fault);
}

std::vector<RowResult> SharedJournal::rows(std::size_t layer) const {
  return rows_[layer];
}

void SharedJournal::save_shares(const std::vector<Index>& shares) {
  append(packed(shares));
}

void SharedJournal::save_rows(std::size_t layer, const std::vector<RowResult>& rows) {
  append(packed(SavedLayer{layer, rows}));
}

void SharedJournal::append(const std::string& record) {
  if (path_.empty()) return;
  on_root(ranks_, [&] {
    journal_->append(record);
    journal_->synchronise();
  });
}

void SharedJournal::leave(std::size_t layers_done) {
  const std::string saved =
      path_.empty()
          ? "nothing is saved (give --checkpoint FILE to be able to go on)"
          : fmt::format("{} of {} layers are saved in {}, go on with --resume", layers_done, layers_, path_);
  throw Error(ExitCode::interrupted, "interrupted: " + saved);
}

}  // namespace simplicit
