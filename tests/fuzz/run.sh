#!/usr/bin/env bash
# Fuzzes the reader of ONNX files for some seconds: bash tests/fuzz/run.sh 1200 [FOLDER]. Needs clang with its
# libFuzzer; starts from the networks in tests/network/corpus and keeps what it finds in FOLDER (fuzz-onnx).
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
seconds=${1:-1200}
work=${2:-fuzz-onnx}
mkdir -p "$work/corpus"
clang++ -std=c++20 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
  -DONNX_ML=1 -DONNX_NAMESPACE=onnx -I "$source/include" -I "$source/src" -I "$source/src/network" -isystem /usr/include/eigen3 -isystem /usr/include/opencv4 \
  "$source"/tests/fuzz/read_onnx.cpp "$source"/src/network/{network,prune,propagate,state_norms,as_mlp,batch_size}.cpp \
  "$source"/src/network/onnx_*.cpp "$source"/src/network/opencv_model.cpp "$source"/src/base/{error,activation}.cpp \
  -o "$work/read_onnx" -lonnx_proto -lprotobuf -lfmt
exec "$work/read_onnx" -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=3000 \
  -artifact_prefix="$work/" "$work/corpus" "$source/tests/network/corpus"
