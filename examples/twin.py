"""What the PyTorch twins share: they start from the weights and data that the C++ example wrote, and print
the same lines.

    python3 NAME.py STEPS FILE
"""
import json
import struct
import sys
import time

import torch

TYPES = {"F32": torch.float32, "F64": torch.float64, "I32": torch.int32, "U8": torch.uint8}


def load(path):
    """The tensors of a safetensors file by name."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    return {
        name: torch.frombuffer(data, dtype=TYPES[at["dtype"]], offset=at["data_offsets"][0],
                               count=torch.Size(at["shape"]).numel()).reshape(at["shape"]).clone()
        for name, at in header.items() if name != "__metadata__"
    }


steps = int(sys.argv[1])
start = load(sys.argv[2])
if any(tensor.dtype == torch.float64 for tensor in start.values()):  # of a build with Real = double
    torch.set_default_dtype(torch.float64)


def fill(layer, name):
    """A linear layer, convolution, norm or embedding from the tensors NAME.weight, ... of the C++ side."""
    weight = start[name + (".gamma" if isinstance(layer, torch.nn.LayerNorm) else ".weight")]
    if isinstance(layer, torch.nn.Linear):
        weight = weight.T
    elif isinstance(layer, torch.nn.Conv2d):
        weight = weight.permute(3, 2, 0, 1)  # [kh, kw, in, out] -> [out, in, kh, kw]
    with torch.no_grad():
        layer.weight.copy_(weight)
        if getattr(layer, "bias", None) is not None:
            layer.bias.copy_(start[name + (".beta" if isinstance(layer, torch.nn.LayerNorm) else ".bias")])
    return layer


def train(parameters, rate, loss_of):
    """Adam over loss_of(step), with the lines of examples/example.h."""
    optimizer = torch.optim.Adam(parameters, lr=rate)
    began = time.perf_counter()
    for step in range(steps):
        loss = loss_of(step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % max(steps // 10, 1) == 0 or step + 1 == steps:
            print(f"step {step} loss {loss.item():.6f}")
    print(f"trained in {time.perf_counter() - began:.3f} s")
