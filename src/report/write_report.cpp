#include "report/certificates_picture.hpp"
#include "report/gnuplot.hpp"
#include "report/page.hpp"
#include "report/robustness.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/report/path_picture.hpp>
#include <simplicit/report/sources.hpp>
#include <simplicit/report/write_report.hpp>
#include <simplicit/system/text_file.hpp>

#include <filesystem>

namespace simplicit::report {
namespace {

using nlohmann::json;
constexpr const char* script_name = "pictures.gnuplot";

void make_directory(const std::string& directory) {
  std::error_code fault;
  std::filesystem::create_directory(directory, fault);
  if (!std::filesystem::is_directory(directory)) {
    throw InputError(directory + ": cannot be made a directory" +
                     (fault ? " (" + fault.message() + ")" : ""));
  }
}

// "model-2-rows.png": the kind of source, its number among its kind, the picture.
std::string picture_name(const char* kind, std::size_t number, const char* what) {
  return std::string(kind) + "-" + std::to_string(number + 1) + "-" + what + ".png";
}

std::string name_of_file(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

Section model_section(const ModelSource& source, std::size_t number) {
  return {"Model: " + name_of_file(source.path),
          "The trained matrices and the proof that comes with every row.",
          model_table(source.model),
          {matrices_picture(source.model, picture_name("model", number, "matrices")),
           rows_picture(source.model, picture_name("model", number, "rows"))},
          source.model.provenance.is_null() ? "" : source.model.provenance.dump(2)};
}

Section training_section(const ScoreSource& source, std::size_t number) {
  Section section{"Training: " + name_of_file(source.path),
                  "What the training run found and how long its parts took.",
                  training_table(source.scores),
                  {},
                  ""};
  if (auto picture = ranks_picture(source.scores, picture_name("training", number, "ranks"))) {
    section.pictures.push_back(std::move(*picture));
  }
  return section;
}

Section evaluation_section(const ScoreSource& source, std::size_t number) {
  Section section{"Evaluation: " + name_of_file(source.path),
                  "How the model answers, how close it stays to the baseline, and what is proven about it.",
                  evaluation_table(source.scores),
                  {},
                  ""};
  if (auto picture = attacks_picture(source.scores, picture_name("evaluation", number, "attacks"))) {
    section.pictures.push_back(std::move(*picture));
  }
  if (auto picture =
          certificates_picture(source.scores, picture_name("evaluation", number, "certificates"))) {
    section.pictures.push_back(std::move(*picture));
  }
  return section;
}

std::optional<Section> sparsity_section(const Sources& sources) {
  auto picture = kept_picture(sources.paths, sources.evaluations, "accuracy-kept.png");
  if (!picture) return std::nullopt;
  Section section{"Accuracy against weights kept", "What sparsity costs.", {}, {*picture}, ""};
  for (const PathSource& source : sources.paths)
    section.provenance += name_of_file(source.path) + "\n" + to_text(source.table) + "\n";
  return section;
}

// What only several evaluations together can show; nothing when they have no attacks.
std::optional<Section> comparison_section(const std::vector<ScoreSource>& evaluations) {
  Section section{"Robustness of all models", "The evaluations of this page side by side.", {}, {}, ""};
  for (auto picture : {attacks_compared_picture(evaluations, "robustness-attacks.png"),
                       robustness_picture(evaluations, "robustness-accuracy.png")}) {
    if (picture) section.pictures.push_back(std::move(*picture));
  }
  if (section.pictures.empty()) return std::nullopt;
  return section;
}

// Adds the section of every source; JSON of an unexpected shape is the file's fault.
template <class Source, class MakeSection>
void add_sections(std::vector<Section>& sections, const std::vector<Source>& sources,
                  MakeSection make_section) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    try {
      sections.push_back(make_section(sources[i], i));
    } catch (const json::exception&) {
      throw InputError(sources[i].path + ": is not a report as train or evaluate write it");
    }
  }
}

// The scores a reader looks for first, from the first evaluation and the first training.
Headline headline_of(const Sources& sources) {
  Headline headline;
  const auto pick = [&](const ScoreTable& table, std::initializer_list<const char*> names) {
    for (const char* name : names) {
      for (const Score& score : table) {
        if (score.name == name) headline.push_back(score);
      }
    }
  };
  if (!sources.evaluations.empty()) {
    pick(evaluation_table(sources.evaluations.front().scores),
         {"Accuracy", "Baseline accuracy", "Agreement", "Weights kept"});
  }
  if (!sources.trainings.empty()) {
    pick(training_table(sources.trainings.front().scores),
         {"Rows solved", "Worst relative gap", "Infinity norm of A", "Total time"});
  }
  return headline;
}

}  // namespace

WrittenReport write_report(const std::vector<std::string>& paths, const std::string& directory) {
  const Sources sources = read_sources(paths);
  std::vector<Section> sections;
  add_sections(sections, sources.evaluations, evaluation_section);
  if (auto comparison = comparison_section(sources.evaluations)) {
    sections.insert(sections.begin(), std::move(*comparison));
  }
  if (auto sparsity = sparsity_section(sources)) sections.insert(sections.begin(), std::move(*sparsity));
  add_sections(sections, sources.models, model_section);
  add_sections(sections, sources.trainings, training_section);

  make_directory(directory);
  const std::filesystem::path place(directory);
  std::string script;
  for (const Section& section : sections) {
    for (const Picture& picture : section.pictures) script += picture.commands;
  }
  write_text((place / script_name).string(), script);

  WrittenReport written{(place / "index.html").string(), std::nullopt};
  if (!script.empty()) written.missing_pictures = run_gnuplot(directory, script_name);
  std::string notice;
  if (written.missing_pictures) {
    notice = "The pictures are missing: " + *written.missing_pictures + ". To get them, run \"gnuplot " +
             std::string(script_name) +
             "\" in this folder on a machine that has gnuplot, and load this page again.";
  }
  write_text(written.page, page(headline_of(sources), sections, notice));
  return written;
}

}  // namespace simplicit::report
