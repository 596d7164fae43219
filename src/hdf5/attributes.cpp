#include "hdf5/beside.hpp"
#include <simplicit/hdf5/calls.hpp>
#include <simplicit/hdf5/file.hpp>

namespace simplicit::hdf5 {
namespace {

constexpr std::int64_t largest_attribute_values = 1 << 20;

/// An open attribute with its type and number of values.
struct OpenAttribute {
  Handle handle;
  Handle type;
  Kind kind;
  std::int64_t count;
};

OpenAttribute open_attribute(const File& file, hid_t id, const std::string& object, const std::string& name,
                             const Place& place) {
  if (!file.has_attribute(object, name)) place.fail("is missing");
  Handle attribute =
      acquire(H5Aopen_by_name(id, object.c_str(), name.c_str(), H5P_DEFAULT, link_access()), H5Aclose, place);
  Handle type = acquire(H5Aget_type(attribute.get()), H5Tclose, place);
  const Handle space = acquire(H5Aget_space(attribute.get()), H5Sclose, place);
  std::int64_t count = 1;
  for (const Index extent : shape_of(space.get(), place)) {
    if (__builtin_mul_overflow(count, static_cast<std::int64_t>(extent), &count) ||
        count > largest_attribute_values) {
      place.fail("has too many values");
    }
  }
  const Kind kind = kind_of(type.get());
  return {std::move(attribute), std::move(type), kind, count};
}

void require_single(const OpenAttribute& attribute, const Place& place) {
  if (attribute.count != 1) {
    place.fail("holds " + std::to_string(attribute.count) + " values, one is expected");
  }
}

std::string read_variable_text(const OpenAttribute& attribute, const Place& place) {
  const Handle memory = acquire(H5Tcopy(attribute.type.get()), H5Tclose, place);
  char* raw = nullptr;
  require(H5Aread(attribute.handle.get(), memory.get(), &raw), place);
  std::string text = raw == nullptr ? "" : raw;
  if (raw != nullptr) H5free_memory(raw);
  return text;
}

std::string read_fixed_text(const OpenAttribute& attribute, const Place& place) {
  std::string text(H5Tget_size(attribute.type.get()), '\0');
  require(H5Aread(attribute.handle.get(), attribute.type.get(), text.data()), place);
  text.resize(std::min(text.size(), text.find('\0')));
  if (H5Tget_strpad(attribute.type.get()) == H5T_STR_SPACEPAD) text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

bool integral(Kind kind) {
  return kind == Kind::integer || kind == Kind::boolean;
}

std::vector<std::int64_t> read_attribute_integers(const OpenAttribute& attribute, const Place& place) {
  if (!integral(attribute.kind)) place.fail("is not an integer");
  std::vector<std::int64_t> values(static_cast<std::size_t>(attribute.count));
  if (values.empty()) return values;
  require(H5Aread(attribute.handle.get(), H5T_NATIVE_INT64, values.data()), place);
  return values;
}

Handle scalar_space(const Place& place) {
  return acquire(H5Screate(H5S_SCALAR), H5Sclose, place);
}

void write_attribute(hid_t file, const std::string& object, const std::string& name, hid_t type, hid_t space,
                     const void* value, const Place& place) {
  if (H5Aexists_by_name(file, object.c_str(), name.c_str(), H5P_DEFAULT) > 0) {
    require(H5Adelete_by_name(file, object.c_str(), name.c_str(), H5P_DEFAULT), place);
  }
  const Handle attribute = acquire(H5Acreate_by_name(file, object.c_str(), name.c_str(), type, space,
                                                     H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                                   H5Aclose, place);
  if (value != nullptr) require(H5Awrite(attribute.get(), type, value), place);
}

}  // namespace

bool File::has_attribute(const std::string& object, const std::string& name) const {
  return has(object) && H5Aexists_by_name(handle_.get(), object.c_str(), name.c_str(), link_access()) > 0;
}

std::string File::text_attribute(const std::string& object, const std::string& name) const {
  const Place place = attribute_place(path_, object, name, writing_);
  const OpenAttribute attribute = open_attribute(*this, handle_.get(), object, name, place);
  if (attribute.kind != Kind::text) place.fail("is not text");
  require_single(attribute, place);
  return H5Tis_variable_str(attribute.type.get()) > 0 ? read_variable_text(attribute, place)
                                                      : read_fixed_text(attribute, place);
}

std::int64_t File::integer_attribute(const std::string& object, const std::string& name) const {
  const Place place = attribute_place(path_, object, name, writing_);
  const OpenAttribute attribute = open_attribute(*this, handle_.get(), object, name, place);
  if (!integral(attribute.kind)) place.fail("is not an integer");
  require_single(attribute, place);
  return read_attribute_integers(attribute, place).front();
}

double File::real_attribute(const std::string& object, const std::string& name) const {
  const Place place = attribute_place(path_, object, name, writing_);
  const OpenAttribute attribute = open_attribute(*this, handle_.get(), object, name, place);
  if (attribute.kind != Kind::floating && attribute.kind != Kind::integer) place.fail("is not a number");
  require_single(attribute, place);
  double value = 0;
  require(H5Aread(attribute.handle.get(), H5T_NATIVE_DOUBLE, &value), place);
  return value;
}

std::vector<std::int64_t> File::integers_attribute(const std::string& object, const std::string& name) const {
  const Place place = attribute_place(path_, object, name, writing_);
  return read_attribute_integers(open_attribute(*this, handle_.get(), object, name, place), place);
}

void File::set_attribute(const std::string& object, const std::string& name, const std::string& text) {
  const Place place = attribute_place(path_, object, name, true);
  const Handle type = acquire(H5Tcopy(H5T_C_S1), H5Tclose, place);
  require(H5Tset_size(type.get(), H5T_VARIABLE), place);
  require(H5Tset_cset(type.get(), H5T_CSET_UTF8), place);
  const char* const raw = text.c_str();
  write_attribute(handle_.get(), object, name, type.get(), scalar_space(place).get(), &raw, place);
}

void File::set_attribute(const std::string& object, const std::string& name, std::int64_t value) {
  const Place place = attribute_place(path_, object, name, true);
  write_attribute(handle_.get(), object, name, H5T_NATIVE_INT64, scalar_space(place).get(), &value, place);
}

void File::set_attribute(const std::string& object, const std::string& name, double value) {
  const Place place = attribute_place(path_, object, name, true);
  write_attribute(handle_.get(), object, name, H5T_NATIVE_DOUBLE, scalar_space(place).get(), &value, place);
}

void File::set_attribute(const std::string& object, const std::string& name,
                         const std::vector<std::int64_t>& values) {
  const Place place = attribute_place(path_, object, name, true);
  const hsize_t extent = values.size();
  const Handle space = acquire(H5Screate_simple(1, &extent, nullptr), H5Sclose, place);
  write_attribute(handle_.get(), object, name, H5T_NATIVE_INT64, space.get(), values.data(), place);
}

}  // namespace simplicit::hdf5
