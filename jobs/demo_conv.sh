#!/usr/bin/env bash
# A convolutional network from PyTorch, smaller than it came: a small residual network for FashionMNIST
# (jobs/networks, 9,930 parameters, 90.97 %) with 50, 25, 10 and 5 % of its parameters, beside pruning by magnitude.
# Leaves everything in demo_conv/. KEEP="0.5 0.1" chooses other shares, SAMPLES=4000 the training images.
set -euo pipefail
# shellcheck source=jobs/setup.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

install_missing_packages
build_quietly release simplicit
started=$SECONDS
# The images are normalised as the network was trained.
bash "$repository/jobs/shrink.sh" "$repository/jobs/networks/fashion_resnet.onnx" \
  "${DATASET:-/usr/share/datasets/fashion-mnist}" "$repository/demo_conv" --mean 0.286 --std 0.353
printf '  seconds  %s\n' "$((SECONDS - started))"
