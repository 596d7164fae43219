#include "report/certificates_picture.hpp"
#include "report/gnuplot.hpp"
#include "report/kept_picture.hpp"
#include "report/layers.hpp"
#include "report/page.hpp"
#include "report/robustness.hpp"
#include <simplicit/base/error.hpp>
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

Section model_section(const ModelSource& source, std::size_t number) {
  return {"Model: " + name_of_file(source.path),
          "The trained matrices and the proof that comes with every row.",
          model_table(source.model),
          {matrices_picture(source.model, picture_name("model", number, "matrices")),
           rows_picture(source.model, picture_name("model", number, "rows"))},
          source.model.provenance.is_null() ? "" : source.model.provenance.dump(2),
          {}};
}

Section shared_model_section(const SharedModelSource& source, std::size_t number) {
  return {"Model: " + name_of_file(source.path),
          "The network with its trained weights, one row per channel shared by all positions, and the proof "
          "that comes with every row.",
          model_table(source.model),
          {layers_picture(source.model, picture_name("model-shared", number, "layers")),
           rows_picture(source.model, picture_name("model-shared", number, "rows"))},
          source.model.provenance.is_null() ? "" : source.model.provenance.dump(2),
          {layers_grid(source.model)}};
}

Section training_section(const ScoreSource& source, std::size_t number) {
  Section section{"Training: " + name_of_file(source.path),
                  "What the training run found and how long its parts took.",
                  training_table(source.scores),
                  {},
                  "",
                  {}};
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
                  "",
                  {}};
  if (auto picture = attacks_picture(source.scores, picture_name("evaluation", number, "attacks"))) {
    section.pictures.push_back(std::move(*picture));
  }
  if (auto picture =
          certificates_picture(source.scores, picture_name("evaluation", number, "certificates"))) {
    section.pictures.push_back(std::move(*picture));
  }
  return section;
}

std::optional<Section> sparsity_section(const Sources& sources, const std::vector<Evaluation>& evaluations) {
  auto picture = kept_picture(sources.paths, evaluations, "accuracy-kept.png");
  if (!picture) return std::nullopt;
  Section section{picture->title, "What sparsity costs.", {}, {*picture}, "", {}};
  for (const PathSource& source : sources.paths)
    section.provenance += name_of_file(source.path) + "\n" + to_text(source.table) + "\n";
  return section;
}

// All evaluations in one table, and what only several together can show.
std::optional<Section> comparison_section(const std::vector<Evaluation>& evaluations) {
  if (evaluations.empty()) return std::nullopt;
  Section section;
  section.heading = evaluations.size() > 1 ? "Models side by side" : "The model and its baseline";
  section.introduction =
      evaluations.size() > 1 ? "The best model first." : "The same samples, the same attacks.";
  section.grids.push_back(comparison_grid(evaluations));
  if (auto classes = classes_grid(evaluations)) section.grids.push_back(std::move(*classes));
  for (auto picture : {attacks_compared_picture(evaluations, "robustness-attacks.png"),
                       robustness_picture(evaluations, "robustness-accuracy.png")}) {
    if (picture) section.pictures.push_back(std::move(*picture));
  }
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

}  // namespace

WrittenReport write_report(const std::vector<std::string>& paths, const std::string& directory) {
  const Sources sources = read_sources(paths);
  const std::vector<Evaluation> evaluations = evaluations_of(sources);
  std::vector<Section> sections;
  if (auto comparison = comparison_section(evaluations)) sections.push_back(std::move(*comparison));
  if (auto sparsity = sparsity_section(sources, evaluations)) sections.push_back(std::move(*sparsity));
  add_sections(sections, sources.evaluations, evaluation_section);
  add_sections(sections, sources.models, model_section);
  add_sections(sections, sources.shared_models, shared_model_section);
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
  write_text(written.page, page(headline_of(evaluations, sources), sections, notice));
  return written;
}

}  // namespace simplicit::report
