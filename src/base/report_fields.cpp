#include <simplicit/base/error.hpp>
#include <simplicit/base/report_fields.hpp>

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace simplicit {

ReportFields::ReportFields(const nlohmann::json& object, std::string source, std::string path)
    : object_(object), source_(std::move(source)), path_(std::move(path)) {
  if (!object_.is_object()) refuse(path_.empty() ? "it" : "'" + path_ + "'", "is not a JSON object");
}

ReportFields ReportFields::within(const std::string& name) const {
  return {at(name), source_, way_to(name)};
}

double ReportFields::number(const std::string& name, double most) const {
  const nlohmann::json& value = at(name);
  const double number = value.is_number() ? value.get<double>() : -1;
  if (!(number >= 0 && number <= most)) {
    refuse("'" + way_to(name) + "'", fmt::format("is not a number from 0 to {:g}", most));
  }
  return number;
}

Index ReportFields::count(const std::string& name, Index least, Index most) const {
  const nlohmann::json& value = at(name);
  const double number = value.is_number() ? value.get<double>() : -1;
  if (!(number >= 0)) refuse("'" + way_to(name) + "'", "is not a number of at least 0");
  if (number != std::floor(number) || number < static_cast<double>(least) ||
      number > static_cast<double>(most)) {
    refuse("'" + way_to(name) + "'", fmt::format("is not a whole number from {} to {}", least, most));
  }
  return static_cast<Index>(number);
}

std::string ReportFields::text(const std::string& name) const {
  const nlohmann::json& value = at(name);
  if (!value.is_string()) refuse("'" + way_to(name) + "'", "is not a text");
  return value.get<std::string>();
}

const nlohmann::json& ReportFields::at(const std::string& name) const {
  if (!object_.contains(name)) {
    refuse("'" + way_to(name) + "'", "is missing; a report of 'simplicit train --report' is expected");
  }
  return object_[name];
}

void ReportFields::refuse(const std::string& what, const std::string& fault) const {
  throw InputError(source_ + ": " + what + " " + fault);
}

std::string ReportFields::way_to(const std::string& name) const {
  return path_.empty() ? name : path_ + "." + name;
}

}  // namespace simplicit
