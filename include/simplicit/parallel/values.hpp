#pragma once

#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/array_wrapper.hpp>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// The one way in which values that are more than plain numbers travel between ranks and into journals: as the
// bytes of a Boost binary archive, for one build on one type of processor. Large arrays travel by
// Communicator::broadcast, without a copy.
//
// A struct that travels has a serialize function, a member or one in boost::serialization, that passes each
// of its lists and strings to archive_list and all else to `archive &`.

namespace simplicit {

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <>
inline constexpr bool is_list<std::string> = true;

/// Writes or reads a vector or a string: its length, then its items. They are read a piece at a time, so that
/// a length that promises more than the bytes hold takes no memory.
template <class Archive, class List>
void archive_list(Archive& archive, List& list) {
  constexpr std::uint64_t piece = 65536;
  std::uint64_t count = list.size();
  archive& count;
  if constexpr (Archive::is_loading::value) list.clear();
  for (std::uint64_t first = 0; first < count; first += piece) {
    const std::uint64_t items = std::min(piece, count - first);
    if constexpr (Archive::is_loading::value) list.resize(first + items);
    if constexpr (std::is_arithmetic_v<typename List::value_type>) {
      auto numbers = boost::serialization::make_array(list.data() + first, items);
      archive& numbers;
    } else {
      for (std::uint64_t i = first; i < first + items; ++i) {
        if constexpr (is_list<typename List::value_type>) {
          archive_list(archive, list[i]);
        } else {
          archive& list[i];
        }
      }
    }
  }
}

/// A value as bytes: a struct with a serialize function, a number, or a list of such.
template <class T>
[[nodiscard]] std::string packed(const T& value) {
  std::ostringstream bytes;
  boost::archive::binary_oarchive archive(bytes);
  if constexpr (is_list<T>) {
    archive_list(archive, const_cast<T&>(value));  // which is written, as an archive takes no const reference
  } else {
    archive << value;
  }
  return std::move(bytes).str();
}

/// The value in the bytes; throws SystemError when they are not such an archive.
template <class T>
[[nodiscard]] T unpacked(const std::string& bytes) {
  T value{};
  try {
    std::istringstream stream(bytes);
    boost::archive::binary_iarchive archive(stream);
    if constexpr (is_list<T>) {
      archive_list(archive, value);
    } else {
      archive >> value;
    }
  } catch (const std::exception&) {  // whose words say nothing to a user
    throw SystemError("a message cannot be read");
  }
  return value;
}

/// Every rank gets root's value (collective).
template <class T>
void broadcast_value(const Communicator& ranks, T& value) {
  std::string bytes;
  if (ranks.is_root()) bytes = packed(value);
  ranks.broadcast(bytes);
  if (!ranks.is_root()) value = unpacked<T>(bytes);
}

/// The lists of all ranks one after the other, in rank order, on every rank (collective).
template <class T>
[[nodiscard]] std::vector<T> joined_on_all(const Communicator& ranks, const std::vector<T>& own) {
  const std::vector<std::string> parts = ranks.gather_strings(packed(own));
  std::vector<T> all;
  for (const std::string& part : parts) {
    std::vector<T> some = unpacked<std::vector<T>>(part);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  broadcast_value(ranks, all);
  return all;
}

}  // namespace simplicit

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, simplicit::Failure& failure, unsigned /*version*/) {
  archive& failure.code;
  simplicit::archive_list(archive, failure.message);
}

}  // namespace boost::serialization
