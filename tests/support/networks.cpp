#include <support/networks.hpp>
#include <zlib.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace simplicit::test {

Mlp random_mlp(const std::vector<Index>& units, bool bias, Activation activation, unsigned seed,
               double gain) {
  RandomStream random(seed, 100);
  Mlp mlp;
  mlp.activation = activation;
  for (std::size_t k = 0; k + 1 < units.size(); ++k) {
    const double deviation = std::sqrt(gain / static_cast<double>(units[k]));
    mlp.weights.emplace_back(
        Matrix::NullaryExpr(units[k + 1], units[k], [&] { return deviation * random.normal(); }));
    if (bias)
      mlp.biases.emplace_back(Vector::NullaryExpr(units[k + 1], [&] { return 0.1 * random.normal(); }));
  }
  return mlp;
}

LabelledImages random_images(Index samples, Index features, Index classes, unsigned seed) {
  RandomStream random(seed, 200);
  LabelledImages data;
  data.images.samples = samples;
  data.images.features = features;
  for (Index sample = 0; sample < samples; ++sample) {
    int label = 0;
    for (Index i = 0; i < features; ++i) {
      data.images.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
      const std::uint8_t* image = data.images.pixels.data() + sample * features;
      if (i < classes && image[i] > image[label]) label = static_cast<int>(i);
    }
    data.labels.push_back(label);
  }
  data.images_path = "random-images";
  data.labels_path = "random-labels";
  return data;
}

std::string idx_bytes(const std::vector<std::uint32_t>& shape, const std::vector<std::uint8_t>& values) {
  std::string bytes{'\0', '\0', '\x08', static_cast<char>(shape.size())};
  for (const std::uint32_t length : shape) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((length >> shift) & 0xffU);
  }
  bytes.append(values.begin(), values.end());
  return bytes;
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string gzipped(const std::string& bytes) {
  constexpr int gzip_window = 15 + 16;  // the largest window, with gzip's header
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  std::string content = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(content.data());
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace simplicit::test
