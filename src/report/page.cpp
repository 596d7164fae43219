#include "report/page.hpp"

#include <simplicit/base/printable.hpp>
#include <simplicit/base/provenance.hpp>

#include <fmt/format.h>

namespace simplicit::report {
namespace {

constexpr const char* page_style = R"(
  * { box-sizing: border-box; }
  body { font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #222; background: #fff;
         max-width: 1040px; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
  h1 { font-size: 1.7rem; margin-bottom: 0.2rem; }
  h2 { font-size: 1.3rem; margin: 2.5rem 0 0.3rem; border-bottom: 1px solid #ccc; }
  h3 { font-size: 1.05rem; margin: 1.6rem 0 0.4rem; }
  .headline { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: 0.8rem; margin: 0.6rem 0 1.2rem; }
  .headline div { border: 1px solid #ccc; border-radius: 6px; padding: 0.6rem 0.9rem; }
  .headline b { display: block; font-size: 1.35rem; line-height: 1.3; color: #08306B; }
  .headline small { color: #555; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: 0.25rem 0.8rem 0.25rem 0; border-bottom: 1px solid #eee; vertical-align: top; }
  td.value { font-variant-numeric: tabular-nums; font-weight: 600; }
  td.meaning, figcaption, caption, .introduction { color: #555; }
  caption { text-align: left; caption-side: bottom; padding-top: 0.3rem; }
  .wide { overflow-x: auto; margin: 0.8rem 0; }
  .grid td, .grid th { white-space: nowrap; font-variant-numeric: tabular-nums; }
  .grid caption { white-space: normal; }
  .grid td:first-child, .grid th:first-child { position: sticky; left: 0; background: #fff; font-weight: 600; }
  figure { margin: 0 0 1.2rem; }
  img { max-width: 100%; height: auto; }
  pre { background: #f6f6f6; padding: 0.8rem; overflow-x: auto; font-size: 0.85rem; }
  .notice { border-left: 4px solid #E69F00; padding: 0.3rem 0.9rem; background: #fdf6e7; }
  @media (max-width: 640px) {
    body { margin: 1rem auto; padding: 0 0.7rem; }
    .headline { grid-template-columns: repeat(2, 1fr); gap: 0.5rem; }
    .headline div { padding: 0.4rem 0.6rem; }
    .headline b { font-size: 1.1rem; }
    .scores tr { display: flex; flex-wrap: wrap; justify-content: space-between; border-bottom: 1px solid #eee; }
    .scores tr:first-child { display: none; }
    .scores td { border: 0; padding: 0.15rem 0; }
    .scores td.meaning { flex-basis: 100%; font-size: 0.85rem; }
    .grid td:first-child, .grid th:first-child { white-space: normal; max-width: 8rem; }
  }
)";

constexpr const char* about_implicit_models =
    "x = phi(A x + B u), y = C x + D u: a sparse implicit network trained to match the states of a baseline "
    "network.";
constexpr const char* about_shared_rows =
    "A trained network with sparse weights: layer after layer, one convex problem per channel, shared by all "
    "positions.";

std::string headline_html(const Headline& headline) {
  if (headline.cards.empty()) return "";
  std::string text = headline.model.empty() ? "" : "<h2>" + html_escaped(headline.model) + "</h2>\n";
  text += "<div class=\"headline\">\n";
  for (const Score& score : headline.cards) {
    text += fmt::format("<div><b>{}</b>{}<br><small>{}</small></div>\n", html_escaped(score.value),
                        html_escaped(score.name), html_escaped(score.meaning));
  }
  return text + "</div>\n";
}

std::string grid_html(const Grid& grid) {
  std::string text = "<div class=\"wide\"><table class=\"grid\">\n<caption>" + html_escaped(grid.caption) +
                     "</caption>\n<tr>";
  for (const std::string& name : grid.head) text += "<th>" + html_escaped(name) + "</th>";
  text += "</tr>\n";
  for (const std::vector<std::string>& row : grid.rows) {
    text += "<tr>";
    for (const std::string& value : row) text += "<td>" + html_escaped(value) + "</td>";
    text += "</tr>\n";
  }
  return text + "</table></div>\n";
}

std::string table_html(const ScoreTable& table) {
  if (table.empty()) return "";
  std::string text =
      "<table class=\"scores\">\n<tr><th>Score</th><th>Value</th><th>What it means</th></tr>\n";
  for (const Score& score : table) {
    text += fmt::format("<tr><td>{}</td><td class=\"value\">{}</td><td class=\"meaning\">{}</td></tr>\n",
                        html_escaped(score.name), html_escaped(score.value), html_escaped(score.meaning));
  }
  return text + "</table>\n";
}

std::string picture_html(const Picture& picture) {
  return fmt::format(
      "<figure>\n<h3>{0}</h3>\n<a href=\"{1}\"><img src=\"{1}\" alt=\"{0}: {2}\"></a>\n"
      "<figcaption>{2}</figcaption>\n</figure>\n",
      html_escaped(picture.title), html_escaped(picture.file), html_escaped(picture.caption));
}

std::string section_html(const Section& section) {
  std::string text = fmt::format("<h2>{}</h2>\n<p class=\"introduction\">{}</p>\n",
                                 html_escaped(section.heading), html_escaped(section.introduction));
  for (const Grid& grid : section.grids) text += grid_html(grid);
  for (const Picture& picture : section.pictures) text += picture_html(picture);
  text += table_html(section.table);
  if (!section.provenance.empty()) {
    text += fmt::format("<details><summary>Where it comes from</summary><pre>{}</pre></details>\n",
                        html_escaped(section.provenance));
  }
  return text;
}

}  // namespace

std::string html_escaped(const std::string& text) {
  std::string escaped;
  for (const char c : printable_lines(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string page(const Headline& headline, const std::vector<Section>& sections, const std::string& notice) {
  std::string text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>simplicit report</title>\n<style>{}</style>\n</head>\n<body>\n<h1>Implicit model report</h1>\n"
      "<p class=\"introduction\">{}</p>\n",
      page_style, headline.shared ? about_shared_rows : about_implicit_models);
  text += headline_html(headline);
  if (!notice.empty()) text += fmt::format("<p class=\"notice\">{}</p>\n", html_escaped(notice));
  for (const Section& section : sections) text += section_html(section);
  text += fmt::format("<p class=\"introduction\">Made by simplicit {} ({}) at {}.</p>\n</body>\n</html>\n",
                      html_escaped(version()), html_escaped(git_hash()), utc_now());
  return text;
}

}  // namespace simplicit::report
