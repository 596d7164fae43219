#!/usr/bin/env python3
"""Trains ResNet-20 for 32 x 32 x 3 images on FashionMNIST, and exports it to ONNX.

    python3 train_fashion_resnet20.py [--dataset DIR] [--epochs N] [--last SHARE] [--out fashion_resnet20.onnx]
    python3 train_fashion_resnet20.py --images FOLDER

The second form trains nothing: it writes the images in CIFAR-10's binary form, which `simplicit capture` reads.
A 28 x 28 image is padded with two rows and columns of zeros on every side and repeated to three channels, as pixel / 255;
the network normalises nothing. It is the CIFAR network of He et al. (arXiv 1512.03385, 18 convolutions in three stages of
16, 32 and 64 channels, 188,416 ReLUs) with 1 x 1 convolutions as shortcuts where the shape changes. The export
folds the batch norms. All epochs but the last see images of half the size, which takes a quarter of the time; the
last sees a SHARE of the images as they are. Needs PyTorch (Debian: python3-torch); a minute and a half of one core an
epoch, five for the last in full. The ONNX file is written after every epoch. The file here is that of 3 epochs, SHARE
0.25: 83.45 % on the test images.
"""
import argparse
import pathlib
import random

import numpy as np
import torch
from torch import nn

from train_fashion_resnet import read_idx


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
    blocks = [Block(16, 16, 1) for _ in range(3)]
    blocks += [Block(16, 32, 2)] + [Block(32, 32, 1) for _ in range(2)]
    blocks += [Block(32, 64, 2)] + [Block(64, 64, 1) for _ in range(2)]
    return nn.Sequential(
        convolution(3, 16, 3, 1), nn.ReLU(),  # 16 x 32 x 32
        *blocks,
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )


def load(folder, prefix):
    def find(name):
        plain = folder / name
        return plain if plain.exists() else plain.with_name(name + ".gz")

    images = read_idx(find(f"{prefix}-images-idx3-ubyte"))
    labels = read_idx(find(f"{prefix}-labels-idx1-ubyte"))
    return nn.functional.pad(images, (2, 2, 2, 2)), labels


def as_input(images):
    """Bytes (samples, 32, 32) as the network's input (samples, 3, 32, 32)."""
    return (images[:, None].float() / 255).expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        answers = torch.cat([model(as_input(part)).argmax(1) for part in images.split(500)])
    return (answers == labels.long()).float().mean().item()


def export(model, out):
    torch.onnx.export(model.eval(), torch.zeros(1, 3, 32, 32), out, opset_version=11,
                      input_names=["image"], output_names=["logits"])


def train(model, data, test, options):
    images, labels = data
    batch = 128
    steps = [len(images) // batch] * (options.epochs - 1) + [int(options.last * len(images)) // batch]
    small = nn.functional.avg_pool2d(images[:, None].float(), 2)[:, 0].round().to(torch.uint8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.2, total_steps=sum(steps))
    for epoch in range(options.epochs):
        model.train()
        shown = images if epoch + 1 == options.epochs else small
        for picked in torch.randperm(len(images))[: steps[epoch] * batch].split(batch):
            mirrored = torch.where(torch.rand(batch, 1, 1) < 0.5, shown[picked].flip(2), shown[picked])
            loss = nn.functional.cross_entropy(model(as_input(mirrored)), labels[picked].long())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        export(model, options.out)
        print(f"epoch {epoch + 1}: loss of the last batch {loss.item():.3f}", flush=True)
    print(f"test accuracy {accuracy(model, *test):.2%}")


def write_images(folder, images, labels, name):
    """Records of a label and 3,072 pixels (all of red, green, blue), 10,000 a file: name.format(1), name.format(2), ..."""
    records = np.concatenate([labels.numpy()[:, None], np.repeat(images.numpy().reshape(len(images), 1, -1), 3, axis=1)
                              .reshape(len(images), -1)], axis=1).astype(np.uint8)
    for part in range(0, len(records), 10000):
        records[part:part + 10000].tofile(folder / name.format(part // 10000 + 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", type=pathlib.Path, default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--last", type=float, default=0.25)
    parser.add_argument("--out", default="fashion_resnet20.onnx")
    parser.add_argument("--images", type=pathlib.Path)
    options = parser.parse_args()
    data, test = load(options.dataset, "train"), load(options.dataset, "t10k")
    if options.images:
        options.images.mkdir(parents=True, exist_ok=True)
        write_images(options.images, *data, "data_batch_{}.bin")
        write_images(options.images, *test, "test_batch.bin")
        return
    random.seed(1)
    torch.manual_seed(1)
    torch.set_num_threads(1)
    train(network().to(memory_format=torch.channels_last), data, test, options)


if __name__ == "__main__":
    main()
