#include "shared/shared_journal.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/schedule/messages.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <filesystem>

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

}  // namespace

SharedJournal::SharedJournal(const Communicator& ranks, const TrainSettings& settings,
                             const StatesHeader& header, std::size_t layers)
    : ranks_(ranks), path_(settings.checkpoint), layers_(layers), rows_(layers) {
  if (path_.empty()) return;
  const std::string digest = states_digest(header, ranks);
  std::string records;
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
    records = packed(content.records);
  });
  ranks.broadcast(records);
  agree(ranks, [&] {
    const auto all = unpacked<std::vector<std::string>>(records);
    const std::size_t first_rows = settings.keep || !settings.pattern.empty() ? 1 : 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i < first_rows) {
        shares_ = unpacked<std::vector<Index>>(all[i]);
        if (shares_.size() != layers)
          throw InputError(path_ + ": the journal has the shares of another network");
        continue;
      }
      auto layer = unpacked<FinishedBlock>(all[i]);
      if (layer.block < 0 || layer.block >= static_cast<Index>(layers)) {
        throw InputError(path_ + ": the journal has a layer that is none");
      }
      rows_[static_cast<std::size_t>(layer.block)] = std::move(layer.rows);
    }
  });
}

std::vector<RowResult> SharedJournal::rows(std::size_t layer) const {
  return rows_[layer];
}

void SharedJournal::save_shares(const std::vector<Index>& shares) {
  append(packed(shares));
}

void SharedJournal::save_rows(std::size_t layer, const std::vector<RowResult>& rows) {
  FinishedBlock done;
  done.block = static_cast<Index>(layer);
  done.rows = rows;
  append(packed(done));
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
