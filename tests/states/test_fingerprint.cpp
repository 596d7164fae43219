#include <simplicit/states/fingerprint.hpp>

#include <catch2/catch.hpp>

#include <set>

using namespace simplicit;

namespace {

std::string hash_of(const std::string& text) {
  Fingerprint fingerprint;
  fingerprint.add(text);
  return hex_text(fingerprint.value());
}

}  // namespace

TEST_CASE("the published hashes come out") {
  CHECK(hash_of("") == "ef46db3751d8e999");
  CHECK(hash_of("a") == "d24ec4f1a98c6e5b");
  CHECK(hash_of("abc") == "44bc2cf5ad770999");
  CHECK(hash_of("Nobody inspects the spammish repetition") == "fbcea83c8a378bf1");
}

TEST_CASE("the hash does not depend on how the bytes are handed over") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += static_cast<char>('a' + i % 26);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Fingerprint fingerprint;
    fingerprint.add(text.substr(0, cut));
    fingerprint.add(std::string());
    fingerprint.add(text.substr(cut));
    CHECK(hex_text(fingerprint.value()) == hash_of(text));
  }
}

TEST_CASE("lengths and single changed bytes give other hashes") {
  std::set<std::string> hashes;
  for (std::size_t length = 0; length <= 100; ++length) hashes.insert(hash_of(std::string(length, 'x')));
  CHECK(hashes.size() == 101);
  for (std::size_t changed = 0; changed < 100; ++changed) {
    std::string text(100, 'x');
    text[changed] = 'y';
    hashes.insert(hash_of(text));
  }
  CHECK(hashes.size() == 201);
}
