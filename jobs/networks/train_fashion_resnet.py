#!/usr/bin/env python3
"""Trains the small residual network that jobs/demo_conv.sh starts from, and exports it to ONNX.

    python3 train_fashion_resnet.py [--dataset DIR] [--epochs N] [--out fashion_resnet.onnx]

28 x 28 images, normalised with MEAN and STD, pass a strided convolution and two residual blocks with batch
norms (4,704 ReLUs), an average pool and a linear head. Needs PyTorch (Debian: python3-torch); one core, minutes.
"""
import argparse
import gzip
import pathlib
import random

import numpy as np
import torch
from torch import nn

MEAN, STD = 0.286, 0.353  # of the pixels / 255 of FashionMNIST's training images


def convolution(channels_in, channels_out, size, stride):
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(channels_out),
    )


class Block(nn.Module):
    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.first = convolution(channels_in, channels_out, 3, stride)
        self.second = convolution(channels_out, channels_out, 3, 1)
        same = stride == 1 and channels_in == channels_out
        self.shortcut = nn.Identity() if same else convolution(channels_in, channels_out, 1, stride)

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))) + self.shortcut(x))


def network():
    return nn.Sequential(
        convolution(1, 8, 5, 2), nn.ReLU(),  # 8 x 14 x 14
        Block(8, 16, 2),  # 16 x 7 x 7, twice
        Block(16, 16, 1),  # the same
        nn.AvgPool2d(3, 2),  # 16 x 3 x 3
        nn.Flatten(), nn.Linear(144, 10),
    )


def read_idx(path):
    with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as file:
        data = file.read()
    axes = data[3]
    shape = np.frombuffer(data, ">i4", axes, 4)
    return torch.from_numpy(np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape).copy())


def load(folder, prefix):
    def find(name):
        plain = folder / name
        return plain if plain.exists() else plain.with_name(name + ".gz")

    images = read_idx(find(f"{prefix}-images-idx3-ubyte"))
    labels = read_idx(find(f"{prefix}-labels-idx1-ubyte"))
    return (images[:, None].float() / 255 - MEAN) / STD, labels.long()


def augmented(images):
    """Half of the images mirrored, all moved by up to 2 pixels together."""
    images = torch.where(torch.rand(len(images), 1, 1, 1) < 0.5, images.flip(3), images)
    padded = nn.functional.pad(images, (2, 2, 2, 2), value=-MEAN / STD)
    down, right = random.randrange(5), random.randrange(5)
    return padded[:, :, down : down + 28, right : right + 28]


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        answers = torch.cat([model(part).argmax(1) for part in images.split(1000)])
    return (answers == labels).float().mean().item()


def train(model, images, labels, epochs):
    batch = 128
    steps = epochs * (len(images) // batch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=steps)
    for epoch in range(epochs):
        model.train()
        for picked in torch.randperm(len(images))[: len(images) // batch * batch].split(batch):
            loss = nn.functional.cross_entropy(model(augmented(images[picked])), labels[picked])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch + 1}: loss of the last batch {loss.item():.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=pathlib.Path, default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--epochs", type=int, default=45)
    parser.add_argument("--out", default="fashion_resnet.onnx")
    options = parser.parse_args()
    random.seed(1)
    torch.manual_seed(1)
    torch.set_num_threads(1)

    model = network()
    train(model, *load(options.dataset, "train"), options.epochs)
    print(f"test accuracy {accuracy(model, *load(options.dataset, 't10k')):.2%}")
    torch.onnx.export(model.eval(), torch.zeros(1, 1, 28, 28), options.out, opset_version=11,
                      input_names=["image"], output_names=["logits"])


if __name__ == "__main__":
    main()
