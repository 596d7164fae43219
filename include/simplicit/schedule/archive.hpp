#pragma once

#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include <sstream>
#include <string>
#include <utility>

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, simplicit::Failure& failure, unsigned /*version*/) {
  archive& failure.code& failure.message;
}

}  // namespace boost::serialization

namespace simplicit {

/// A value as the bytes of a Boost binary archive, for messages and journals of one build on one CPU type. To
/// be included where values of a kind that messages.hpp does not name are sent.
template <class T>
std::string packed(const T& value) {
  std::ostringstream bytes;
  boost::archive::binary_oarchive archive(bytes);
  archive << value;
  return std::move(bytes).str();
}

template <class T>
T unpacked(const std::string& bytes) {
  T value{};
  try {
    std::istringstream stream(bytes);
    boost::archive::binary_iarchive archive(stream);
    archive >> value;
  } catch (const std::exception&) {  // whose words say nothing to a user
    throw SystemError("a message cannot be read");
  }
  return value;
}

}  // namespace simplicit
