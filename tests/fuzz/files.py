#!/usr/bin/env python3
"""Feeds damaged and odd files and command lines to simplicit and counts what it does with them.

    python3 tests/fuzz/files.py build-asan/simplicit KIND SECONDS [SEED]

KIND is json, hdf5, journal, idx or arguments. Whatever it is given, the program must end in time and within
memory with exit code 0, 1, 2 or 3 and a message of its own: no signal, no report of a sanitizer, no words of a
library. Inputs that fail are kept in the working directory, which is printed. Best with a build under
AddressSanitizer and UBSan (cmake --preset asan). Needs h5py for hdf5.
"""
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

FORBIDDEN = re.compile(
    r"json\.exception|bad_alloc|_M_|basic_(filebuf|string|ios)|std::|bug:|terminate called|Sanitizer|runtime error|"
    r"vector::|map::at|invalid_argument|archive exception|input stream error|iostream error|what\(\)")
MOST_SECONDS = 60
MOST_KIB = 2 << 20
CODES = {0, 1, 2, 3}


def run(program, arguments, folder):
    """Exit code, output and peak memory in KiB of one run."""
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=0", OMPI_ALLOW_RUN_AS_ROOT="1",
                       OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, env=environment)
        deadline = time.time() + MOST_SECONDS
        while True:
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
            if done:
                break
            if time.time() > deadline:
                process.kill()
                os.wait4(process.pid, 0)
                return "hang", "", 0
            time.sleep(0.005)
        process.returncode = 0
        output.seek(0)
        return os.waitstatus_to_exitcode(status), output.read().decode(errors="replace"), usage.ru_maxrss


def write_idx(path, shape, values):
    with open(path, "wb") as file:
        file.write(bytes([0, 0, 8, len(shape)]) + b"".join(struct.pack(">I", length) for length in shape) + bytes(values))


def make_seeds(program, folder):
    """A small valid file of every kind."""
    rng = random.Random(1)
    for split, samples in (("train", 60), ("t10k", 20)):
        write_idx(f"{folder}/{split}-images-idx3-ubyte", (samples, 3, 3), [rng.randrange(256) for _ in range(9 * samples)])
        write_idx(f"{folder}/{split}-labels-idx1-ubyte", (samples,), [i % 3 for i in range(samples)])
    for line in ("baseline --dataset . --hidden 5,4 --epochs 2 --bias --out baseline.h5",
                 "capture baseline.h5 --dataset . --split train --out states.h5",
                 "train states.h5 --lambda-rel 1e-2 --out model.h5 --checkpoint journal --report train.json",
                 "train states.h5 --keep 0.5 --out keep.h5 --checkpoint stages --report keep.json",
                 "path states.h5 --test states.h5 --steps 3 --out path.h5",
                 "evaluate model.h5 states.h5 --attack fgsm,pgd --epsilon 0.01,0.1 --certify-epsilon 1e-3 "
                 "--report evaluate.json"):
        code, output, _ = run(program, line.split(), folder)
        if code not in (0, 3):
            sys.exit(f"{line}: exit code {code}\n{output}")


ODD_NUMBERS = [0, -1, 1, 2, 0.5, -0.0, 1e-320, 5e-324, 1e308, 1e12, 1e9, 2**31 - 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1, -2**63]
ODD_TEXTS = ["", "x', 1/0\nsystem('touch executed')\n#", "\x1b[2J", "A" * 5000, "`touch executed`", "\u202e", "../../x", "%s%n", "nan"]


def odd_value(rng):
    return rng.choice([None, True, [], {}, [[]], rng.choice(ODD_NUMBERS), rng.choice(ODD_NUMBERS), rng.choice(ODD_TEXTS),
                       [rng.choice(ODD_NUMBERS)] * 3])


def places(value, path=()):
    """Every way into a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, path + (key,))


def mutated_json(rng, document):
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        path = rng.choice(list(places(document)))
        if not path:
            continue
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        action = rng.randrange(4)
        if action == 0:
            del holder[path[-1]]
        elif action == 1 and isinstance(holder, list):
            holder.extend([holder[path[-1]]] * rng.choice([1, 50]))
        else:
            holder[path[-1]] = odd_value(rng)
    return document


def mutated_bytes(rng, data, most=8):
    data = bytearray(data)
    for _ in range(rng.randint(1, most)):
        if not data:
            break
        at = rng.randrange(len(data))
        action = rng.randrange(5)
        if action == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif action == 1:
            data[at] = rng.choice([0, 1, 0x7F, 0x80, 0xFF])
        elif action == 2:
            data[at:at + 8] = struct.pack("<Q", rng.choice([0, 1, 2**31, 2**32 - 1, 2**62, 2**63, 2**64 - 1]))
        elif action == 3:
            del data[at:at + rng.choice([1, 8, 100])]
        else:
            del data[rng.randrange(len(data) // 2, len(data)):]
    return bytes(data)


def fuzz_json(rng, folder, seeds):
    name = rng.choice(["train.json", "keep.json", "evaluate.json"])
    text = open(f"{seeds}/{name}", "rb").read()
    if rng.random() < 0.2:
        text = mutated_bytes(rng, text)
    elif rng.random() < 0.05:
        text = b'{"rows": 1, "solved": 1, "seconds": ' + rng.choice([b"[", b'{"a":', b"[{}, "]) * rng.choice([65, 1000, 200000])
    else:
        text = json.dumps(mutated_json(rng, json.loads(text))).encode()
    open(f"{folder}/input.json", "wb").write(text)
    return rng.choice([["plan", "input.json", "--ranks", "1,2,64"], ["report", "input.json", "--out", "page"],
                       ["report", "input.json", f"{seeds}/evaluate.json", f"{seeds}/model.h5", "--out", "page"]])


HDF5_COMMANDS = {
    "states.h5": [["info", "input.h5"], ["train", "input.h5", "--lambda-rel", "1e-2", "--out", "m.h5"],
                  ["train", "input.h5", "--keep", "0.5", "--out", "m.h5"], ["evaluate", "SEEDS/model.h5", "input.h5", "--attack", "fgsm"],
                  ["predict", "SEEDS/model.h5", "input.h5", "--out", "o.h5"], ["plan", "input.h5", "--ranks", "1,4"]],
    "model.h5": [["info", "input.h5"], ["report", "input.h5", "--out", "page"], ["evaluate", "input.h5", "SEEDS/states.h5"],
                 ["predict", "input.h5", "SEEDS/states.h5", "--out", "o.h5"], ["export", "input.h5", "--format", "mtx", "--out", "o"],
                 ["export", "input.h5", "--format", "onnx", "--out", "o.onnx"]],
    "path.h5": [["info", "input.h5"], ["report", "input.h5", "--out", "page"]],
    "baseline.h5": [["info", "input.h5"], ["capture", "input.h5", "--dataset", "SEEDS", "--split", "test", "--out", "s.h5"]],
}


def change_structure(rng, path):
    """One object of the file becomes something else, as h5py lets anybody make it."""
    import h5py
    import numpy
    shapes = [(), (0,), (1,), (3,), (60, 9), (9, 60), (2**40,), (1, 2**31), (2, 2, 2)]
    types = ["f4", "f8", "f2", "i1", "i8", "u8", ">i4", "S8", "b1", h5py.string_dtype(), "c16"]
    with h5py.File(path, "r+") as file:
        names = []
        file.visit(names.append)
        name = rng.choice(names)
        holder = rng.choice([file, file[name]])
        action = rng.randrange(9)
        if action <= 1:  # an attribute
            keys = list(file.attrs) + ["shape", "format", "format_version", "bias", "kappa", "provenance", "baseline_parameters"]
            key = rng.choice(keys)
            try:
                holder.attrs[key] = rng.choice([0, -1, 2**31, 2**62, float("nan"), float("inf"), 1e308, "", "x" * 60000, "\x1b[2J",
                                                "[" * 100000, numpy.zeros(3), numpy.array([2**31 - 2, 2**31 - 2]), numpy.array([], "i8"), True])
            except (TypeError, ValueError, OSError, RuntimeError):
                pass
            return
        del file[name]
        if action == 2:
            return
        if action == 3:
            file.create_group(name)
        elif action == 4:
            file[name] = h5py.SoftLink(rng.choice(["/nowhere", "/", "/" + name, "/" + rng.choice(names)]))
        elif action == 5:
            file[name] = h5py.ExternalLink(rng.choice(["/etc/passwd", "states.h5", "nowhere.h5", "../x", "/dev/zero"]), "/U")
        else:
            shape, kind = rng.choice(shapes), rng.choice(types)
            size = int(numpy.prod(shape, dtype=float))
            options = {"chunks": tuple(min(n, 64) or 1 for n in shape)} if shape and (size > 10**6 or rng.random() < 0.5) else {}
            if options and rng.random() < 0.5:
                options["compression"] = rng.choice(["gzip", "lzf"])
            data = file.create_dataset(name, shape, kind, **options)
            if 0 < size <= 10**6 and numpy.dtype(data.dtype).kind in "fiu":
                values = numpy.array([float(rng.choice([0, 1, -1, 0.5, 3, 255, 1e30])) for _ in range(min(size, 50))])
                with numpy.errstate(all="ignore"):
                    data[...] = numpy.resize(values, shape).astype(data.dtype)


def fuzz_hdf5(rng, folder, seeds):
    name = rng.choice(list(HDF5_COMMANDS))
    shutil.copy(f"{seeds}/{name}", f"{folder}/input.h5")
    if rng.random() < 0.5:
        for _ in range(rng.choice([1, 1, 2])):
            change_structure(rng, f"{folder}/input.h5")
    else:
        data = open(f"{folder}/input.h5", "rb").read()
        open(f"{folder}/input.h5", "wb").write(mutated_bytes(rng, data[:rng.choice([2000, 10**9])], 3) + data[len(data):])
    return [word.replace("SEEDS", seeds) for word in rng.choice(HDF5_COMMANDS[name])]


MASK = 2**64 - 1
P1, P2, P3, P4, P5 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def xxh64(data, seed=0):
    def left(x, r):
        return (x << r | x >> (64 - r)) & MASK

    def step(acc, lane):
        return left((acc + lane * P2) & MASK, 31) * P1 & MASK

    at, size = 0, len(data)
    if size >= 32:
        acc = [(seed + P1 + P2) & MASK, (seed + P2) & MASK, seed, (seed - P1) & MASK]
        while at + 32 <= size:
            acc = [step(a, lane) for a, lane in zip(acc, struct.unpack_from("<4Q", data, at))]
            at += 32
        value = sum(left(a, r) for a, r in zip(acc, (1, 7, 12, 18))) & MASK
        for a in acc:
            value = ((value ^ step(0, a)) * P1 + P4) & MASK
    else:
        value = (seed + P5) & MASK
    value = (value + size) & MASK
    while at + 8 <= size:
        value = (left(value ^ step(0, struct.unpack_from("<Q", data, at)[0]), 27) * P1 + P4) & MASK
        at += 8
    if at + 4 <= size:
        value = (left(value ^ (struct.unpack_from("<I", data, at)[0] * P1 & MASK), 23) * P2 + P3) & MASK
        at += 4
    for byte in data[at:]:
        value = left(value ^ (byte * P5 & MASK), 11) * P1 & MASK
    value = (value ^ value >> 33) * P2 & MASK
    value = (value ^ value >> 29) * P3 & MASK
    return value ^ value >> 32


def split_journal(data):
    start = data.index(b"\n") + 1
    at, payloads = start, []
    while at + 16 <= len(data):
        length = struct.unpack_from("<Q", data, at)[0]
        payloads.append(data[at + 16:at + 16 + length])
        at += 24 + length
    return data[:start], payloads


def joined_journal(first_line, payloads):
    """With right checksums, whatever the records hold."""
    data, check = first_line, 0
    for payload in payloads:
        head = struct.pack("<QQ", check, len(payload))
        check = xxh64(head + payload)
        data += struct.pack("<QQ", len(payload), xxh64(head)) + payload + struct.pack("<Q", check)
    return data


def fuzz_journal(rng, folder, seeds):
    name, flags = rng.choice([("journal", ["--lambda-rel", "1e-2"]), ("stages", ["--keep", "0.5"])])
    first_line, payloads = split_journal(open(f"{seeds}/{name}", "rb").read())
    assert joined_journal(first_line, payloads) == open(f"{seeds}/{name}", "rb").read()
    at = rng.choice([0] + list(range(len(payloads))) * 3)
    if at == 0 and rng.random() < 0.5:
        payloads[0] = json.dumps(mutated_json(rng, json.loads(payloads[0]))).encode()
    elif rng.random() < 0.1:
        payloads = payloads[:at] + payloads[at:at + 1] * 2 + payloads[at + 1:]
    else:
        payloads[at] = mutated_bytes(rng, payloads[at], 2)
    open(f"{folder}/journal", "wb").write(joined_journal(first_line, payloads))
    return ["train", f"{seeds}/states.h5", *flags, "--out", "m.h5", "--checkpoint", "journal", "--resume"]


def fuzz_idx(rng, folder, seeds):
    import gzip
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
        shutil.copy(f"{seeds}/{name}", folder)
    name = rng.choice(["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"])
    data = open(f"{folder}/{name}", "rb").read()
    head = 16 if "images" in name else 8
    data = mutated_bytes(rng, data[:head], 2) + data[head:] if rng.random() < 0.7 else mutated_bytes(rng, data, 3)
    if rng.random() < 0.4:
        data = gzip.compress(data)
        if rng.random() < 0.4:
            data = mutated_bytes(rng, data, 2)
    open(f"{folder}/{name}", "wb").write(data)
    return rng.choice([["baseline", "--dataset", ".", "--hidden", "3", "--epochs", "1", "--out", "b.h5"],
                       ["capture", f"{seeds}/baseline.h5", "--dataset", ".", "--split", "train", "--samples", "5", "--out", "s.h5"]])


def fuzz_arguments(rng, folder, seeds):
    flags = {
        "train": ["--objective", "--lambda", "--lambda-rel", "--keep", "--l1-ratio", "--mu", "--gamma", "--delta", "--weights",
                  "--kappa", "--tol", "--structure", "--refine", "--regime", "--memory", "--report", "--standardize"],
        "path": ["--lambda-rel-from", "--lambda-rel-to", "--steps", "--objective", "--refine", "--kappa", "--tol"],
        "evaluate": ["--fixed-point-tol", "--attack", "--epsilon", "--certify-epsilon", "--report"],
        "capture": ["--split", "--samples", "--kappa", "--precision", "--mean", "--std"],
        "plan": ["--ranks", "--ranks-per-node", "--rows", "--latency", "--bandwidth"],
        "info": [], "export": ["--format", "--iterations"], "predict": ["--fixed-point-tol"], "report": ["--out"],
    }
    files = {"train": ["states.h5"], "path": ["states.h5", "--test", f"{seeds}/states.h5"], "evaluate": ["model.h5", f"{seeds}/states.h5"],
             "capture": ["baseline.h5", "--dataset", seeds], "plan": ["train.json"], "info": ["model.h5"], "export": ["model.h5"],
             "predict": ["model.h5", f"{seeds}/states.h5"], "report": ["train.json"]}
    values = ["0", "-1", "1", "2", "0.5", "1e-3", "1e-308", "5e-324", "1e308", "inf", "nan", "1e-1000", "9223372036854775807", "1e19",
              "", "x", "0.1,0.2", ",", "1,1,1,1", "0,0,0,0", "l1", "elastic-net", "perspective", "min-norm", "full", "feedforward", "gram",
              "data", "auto", "train", "test", "fgsm,pgd", "mtx", "npz", "onnx", "/dev/null", ".", "\n", "\x1b[31m", "--", "1e-12"]
    command = rng.choice(list(flags))
    words = [command, f"{seeds}/{files[command][0]}", *files[command][1:]]
    if command in ("train", "capture", "predict", "path", "export"):
        words += ["--out", rng.choice(["o.h5", "o.h5", "o.h5", ".", "/dev/null", "", "no/o.h5"])]
    if command == "train" and rng.random() < 0.7:
        words += rng.choice([["--lambda-rel", "1e-2"], ["--keep", "0.5"], ["--objective", "min-norm"]])
    for _ in range(rng.randint(1, 3)):
        if not flags[command]:
            break
        flag = rng.choice(flags[command])
        words.append(flag)
        if flag != "--standardize":
            words.append(rng.choice(values))
    return words


FUZZERS = {"json": fuzz_json, "hdf5": fuzz_hdf5, "journal": fuzz_journal, "idx": fuzz_idx, "arguments": fuzz_arguments}


def fault_of(code, output, kib, folder):
    if code not in CODES:
        return f"exit code {code}"
    if found := FORBIDDEN.search(output):
        return f"says '{found.group()}'"
    if any(ord(c) < 32 and c not in "\n\t" for c in output):
        return "prints control characters"
    if kib > MOST_KIB:
        return f"takes {kib >> 10} MiB"
    if code and not output.strip():
        return f"exit code {code} without a message"
    if any(name == "executed" for _, _, names in os.walk(folder) for name in names):
        return "executes what a file says"
    return None


def main():
    program, kind, seconds = os.path.abspath(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    work = tempfile.mkdtemp(prefix=f"simplicit-fuzz-{kind}-")
    seeds = f"{work}/seeds"
    os.mkdir(seeds)
    make_seeds(program, seeds)
    tried, codes, failures, kinds_of_failure, end = 0, {}, 0, {}, time.time() + seconds
    while time.time() < end:
        folder = f"{work}/{tried}"
        os.mkdir(folder)
        arguments = FUZZERS[kind](rng, folder, seeds)
        code, output, kib = run(program, arguments, folder)
        tried += 1
        codes[code] = codes.get(code, 0) + 1
        fault = fault_of(code, output, kib, folder)
        if fault is None:
            shutil.rmtree(folder)
            continue
        failures += 1
        kinds_of_failure[fault] = kinds_of_failure.get(fault, 0) + 1
        if kinds_of_failure[fault] <= 5:
            print(f"{folder}: {fault}: simplicit {' '.join(map(repr, arguments))}\n{output[-1500:]}", flush=True)
    print(f"{kind}: {tried} inputs tried, {failures} failed; exit codes {codes}; kept in {work}")
    if not failures:
        shutil.rmtree(work)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
