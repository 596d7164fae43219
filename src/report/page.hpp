#pragma once

#include "report/comparison.hpp"
#include <simplicit/report/picture.hpp>

#include <string>
#include <vector>

namespace simplicit::report {

/// What one source file adds to the page: a heading, its scores, its pictures, and where it comes from.
struct Section {
  std::string heading;
  std::string introduction;
  ScoreTable table;
  std::vector<Picture> pictures;
  std::string provenance;   ///< text shown folded; may be empty
  std::vector<Grid> grids;  ///< before the pictures
};

/// The HTML page, readable from 400 pixels of width on; pictures are referred to by file name. `notice` says
/// how to get missing pictures.
[[nodiscard]] std::string page(const Headline& headline, const std::vector<Section>& sections,
                               const std::string& notice);

/// Text made safe to stand in HTML.
[[nodiscard]] std::string html_escaped(const std::string& text);

}  // namespace simplicit::report
