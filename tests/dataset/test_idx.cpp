#include "dataset/idx.hpp"
#include <simplicit/base/error.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>
#include <support/temporary_directory.hpp>

#include <filesystem>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

const std::vector<std::uint8_t> twelve{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 254, 255};

const std::vector<std::uint8_t>& bytes_of(const IdxArray& array) {
  return std::get<std::vector<std::uint8_t>>(array.values);
}

std::string message_of(const std::string& path, std::uint64_t max_bytes = max_idx_bytes) {
  try {
    (void)read_idx(path, max_bytes);
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("an IDX file is read plain and gzipped, whatever its name") {
  const TemporaryDirectory directory;
  const std::string bytes = idx_bytes({2, 3, 2}, twelve);
  for (const std::string& content : {bytes, gzipped(bytes)}) {
    write_bytes(directory / "file", content);
    const IdxArray array = read_idx(directory / "file");
    CHECK(array.shape == std::vector<Index>{2, 3, 2});
    CHECK(bytes_of(array) == twelve);
  }
}

TEST_CASE("the first entries are read without the others") {
  const TemporaryDirectory directory;
  const std::string bytes = idx_bytes({2, 3, 2}, twelve);
  const std::string cut = bytes.substr(0, bytes.size() - 1);  // nobody looks at what comes after
  for (const std::string& content : {bytes, gzipped(bytes), gzipped(cut)}) {
    write_bytes(directory / "file", content);
    const IdxArray array = read_idx(directory / "file", max_idx_bytes, 1);
    CHECK(array.shape == std::vector<Index>{2, 3, 2});
    CHECK(bytes_of(array) == std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5});
  }
  write_bytes(directory / "file", gzipped(bytes));
  CHECK(bytes_of(read_idx(directory / "file", max_idx_bytes, 2)) == twelve);
  CHECK(bytes_of(read_idx(directory / "file", max_idx_bytes, 3)) == twelve);
}

TEST_CASE("every cut of an IDX file is refused") {
  const TemporaryDirectory directory;
  const std::string bytes = idx_bytes({2, 3, 2}, twelve);
  for (const std::string& content : {bytes, gzipped(bytes)}) {
    for (std::size_t length = 0; length < content.size(); ++length) {
      write_bytes(directory / "cut", content.substr(0, length));
      CAPTURE(length, content.size());
      CHECK_THAT(message_of(directory / "cut"), Contains(directory / "cut") && Contains("truncated"));
    }
  }
}

TEST_CASE("a damaged gzip stream is refused") {
  const TemporaryDirectory directory;
  const std::string good = gzipped(idx_bytes({200, 60}, std::vector<std::uint8_t>(12000, 7)));
  for (const std::size_t place : {good.size() / 2, good.size() - 8}) {  // data, checksum
    std::string bad = good;
    bad[place] = static_cast<char>(bad[place] ^ 0x55);
    write_bytes(directory / "bad", bad);
    CAPTURE(place, good.size());
    CHECK_THAT(message_of(directory / "bad"), Contains("truncated or damaged") || Contains("is longer"));
  }
}

TEST_CASE("data after the end are refused") {
  const TemporaryDirectory directory;
  const std::string longer = idx_bytes({2, 3, 2}, twelve) + "x";
  for (const std::string& content : {longer, gzipped(longer)}) {
    write_bytes(directory / "long", content);
    CHECK_THAT(message_of(directory / "long"), Contains("longer than its header says (12 values)"));
  }
}

TEST_CASE("what is not an IDX file of bytes is refused") {
  const TemporaryDirectory directory;
  const auto said = [&](std::string bytes) {
    write_bytes(directory / "other", bytes);
    return message_of(directory / "other");
  };
  std::string bytes = idx_bytes({2, 6}, twelve);
  CHECK_THAT(said("P5 28 28 255 and so on"), Contains("is not an IDX file"));
  bytes[2] = '\x0a';
  CHECK_THAT(said(bytes), Contains("type 10, which IDX does not know"));
  bytes[2] = '\x08';
  bytes[3] = '\0';
  CHECK_THAT(said(bytes), Contains("0 axes"));
  CHECK_THAT(said(idx_bytes({1, 1, 1, 1, 1, 1, 1, 1, 1}, {3})), Contains("9 axes"));
  CHECK_THAT(said(idx_bytes({0, 28, 28}, {})), Contains("no data"));
  CHECK_THAT(message_of(directory / "missing"), Contains("does not exist"));
  CHECK_THAT(message_of(directory.path()), Contains("is not a file"));
}

TEST_CASE("sizes are checked before anything is allocated") {
  const TemporaryDirectory directory;
  const std::string liar = idx_bytes({0xffffffffU, 0xffffffffU, 0xffffffffU}, twelve);
  write_bytes(directory / "liar", liar);
  CHECK_THAT(message_of(directory / "liar"), Contains("declares more than"));
  // Within the limit, but impossible for a file of this size, even a gzipped one.
  const std::string large = idx_bytes({0x7fffffffU}, twelve);
  for (const std::string& content : {large, gzipped(large)}) {
    write_bytes(directory / "large", content);
    CHECK_THAT(message_of(directory / "large"), Contains("its header declares 2147483647 values"));
  }
  // A megabyte of zeros packed into a kilobyte is fine when it is declared and below the limit.
  const std::string zeros = idx_bytes({1U << 20U}, std::vector<std::uint8_t>(1U << 20U));
  write_bytes(directory / "zeros", gzipped(zeros));
  CHECK(std::filesystem::file_size(directory / "zeros") < 2000);
  CHECK(bytes_of(read_idx(directory / "zeros")).size() == 1U << 20U);
  CHECK_THAT(message_of(directory / "zeros", (1U << 20U) - 1), Contains("declares more than 1048575 bytes"));
}

TEST_CASE("every type of number is read, big end first") {
  const TemporaryDirectory directory;
  const auto read = [&](char type, const std::vector<std::uint8_t>& content, std::uint32_t values) {
    std::string bytes = idx_bytes({values}, content);
    bytes[2] = type;
    write_bytes(directory / "file", bytes);
    return read_idx(directory / "file").values;
  };
  using Integers = std::vector<std::int32_t>;
  using Floats = std::vector<float>;
  CHECK(std::get<Integers>(read('\x09', {0x80, 0x7f}, 2)) == Integers{-128, 127});
  CHECK(std::get<Integers>(read('\x0b', {0xff, 0xfe, 0x01, 0x02}, 2)) == Integers{-2, 258});
  CHECK(std::get<Integers>(read('\x0c', {0x80, 0, 0, 0, 0, 1, 0, 0}, 2)) == Integers{-2147483647 - 1, 65536});
  CHECK(std::get<Floats>(read('\x0d', {0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0}, 2)) == Floats{1.0F, -2.5F});
  CHECK(std::get<Floats>(read('\x0e', {0x3f, 0xe0, 0, 0, 0, 0, 0, 0}, 1)) == Floats{0.5F});
  CHECK_THROWS_WITH(read('\x0e', {0x3f, 0xe0, 0, 0, 0, 0, 0}, 1), Contains("truncated"));
}

TEST_CASE("what stands behind a gzip stream is ignored, a second stream is not") {
  const TemporaryDirectory directory;
  const std::string bytes = idx_bytes({2, 3, 2}, twelve);
  const std::string packed = gzipped(bytes);
  for (const std::string& behind : {std::string(512, '\0'), std::string("GARBAGE"), std::string("x")}) {
    write_bytes(directory / "file", packed + behind);
    CHECK(bytes_of(read_idx(directory / "file")) == twelve);
  }
  write_bytes(directory / "file", gzipped(bytes.substr(0, 20)) + gzipped(bytes.substr(20)));
  CHECK(bytes_of(read_idx(directory / "file")) == twelve);
  write_bytes(directory / "file", packed + gzipped("more"));
  CHECK_THAT(message_of(directory / "file"), Contains("longer than its header says"));
}
