"""export_onnx.py GRAPH STATES OUTPUTS BATCH: runs the graph in OpenCV's dnn, BATCH inputs at a time, and compares it
with what `simplicit predict` wrote; the difference must lie within the errors the file says are proven."""
import sys

import cv2
import h5py
import numpy as np
import onnx

path, states, outputs, batch = sys.argv[1], h5py.File(sys.argv[2]), h5py.File(sys.argv[3]), int(sys.argv[4])
graph = onnx.load(path)
onnx.checker.check_model(graph)
said = {entry.key: entry.value for entry in graph.metadata_props}
proven = float(said["output_error"]) + float(said["float32_output_error"])

inputs = states["U"][:].astype(np.float32)[: 20 * batch]
assert np.abs(inputs).max() <= float(said["input_bound"])
net = cv2.dnn.readNetFromONNX(path)
computed = []
for first in range(0, len(inputs), batch):
    net.setInput(inputs[first : first + batch], "u")
    computed.append(net.forward().copy())
computed = np.vstack(computed)
expected = outputs["Y"][: len(computed)]
assert computed.shape == expected.shape, (computed.shape, expected.shape)
error = np.abs(computed - expected).max()
scale = np.abs(expected).max()
print(f"{path}, {batch} at a time: error {error:.2e}, proven {proven:.2e}, largest output {scale:.2e}")
assert error <= proven, "the proven error is exceeded"
assert error <= 1e-5 * scale, "far more error than single precision explains"
