"""A network of this program, rebuilt in PyTorch from model.safetensors (its page: reid/export/README.md).

    rebuild.py MODEL.safetensors EMBEDDINGS.npy EMBEDDINGS.csv

Compares with what `triptych embed` wrote. For the defaults of the options: grid, one Elman recurrence, max.
"""
import csv
import json
import struct
import sys

import numpy
import torch
from PIL import Image
from torch.nn.functional import avg_pool2d, batch_norm, conv2d, max_pool2d, normalize

data = open(sys.argv[1], 'rb').read()
length, = struct.unpack('<Q', data[:8])
header = json.loads(data[8:8 + length])
meta = header.pop('__metadata__')
kinds = {'F32': numpy.float32, 'I32': numpy.int32}


def tensor(t):
    first, end = (8 + length + offset for offset in t['data_offsets'])
    values = numpy.frombuffer(data[first:end], kinds[t['dtype']]).reshape(t['shape'])
    return torch.from_numpy(values.astype(float))  # in double: what differs is the program's rounding


w = {name: tensor(t) for name, t in header.items()}
o = json.loads(meta['options'])
colours = numpy.array(meta['normalisation'].split(), numpy.float64).reshape(-1, 2, 3)  # overall, then cameras


def embed(pixels, camera):  # bytes [n, height, width, 3]; the camera's number from 1, or None
    mean, deviation = torch.from_numpy(colours[camera if camera and camera < len(colours) else 0])
    x = ((torch.from_numpy(pixels) / 255 - mean) / deviation).permute(0, 3, 1, 2)
    (H, W), (h, v) = x.shape[2:], (o['crop-height'], o['crop-width'])
    x = x[:, :, (H - h) // 2:(H - h) // 2 + h, (W - v) // 2:(W - v) // 2 + v]
    views = [x, x.flip(3)] if o['test-mirror'] else [x]
    e = normalize(sum(network(x) for x in views), dim=1)
    if 'centres' in w:
        e = e - (w['centres'][camera - 1] if camera else w['centres'].mean(0))
    if 'whitening' in w:
        e = torch.einsum('sij,nsj->nsi', w['whitening'], e.reshape(len(e), o['strips'], -1)).flatten(1)
    return normalize(e, dim=1)


def network(x):
    for i in range(1, len(o['channels']) + 1):
        b = f'tier1.block{i}.'
        x = conv2d(x, w[b + 'convolution.weight'].permute(3, 2, 0, 1), padding=o['kernel'] // 2)
        x = batch_norm(x, w[b + 'norm.running_mean'], w[b + 'norm.running_variance'], w[b + 'norm.gamma'],
                       w[b + 'norm.beta'])
        x = max_pool2d(x.relu(), 2)
    cells = avg_pool2d(x, (o['patch-height'], 3), (o['patch-height'], 2)).permute(2, 0, 3, 1)
    p = cells @ w['tier2.projection.weight'] + w['tier2.projection.bias']  # [rows, n, columns, D]
    r, state, rows = 'tier2.recurrent.forward.', torch.zeros_like(p[0]), []
    for step in p @ w[r + 'input.weight']:
        state = torch.tanh(step + state @ w[r + 'recurrent.weight'] + w[r + 'recurrent.bias'])
        rows.append(state)
    p = torch.stack(rows, 1)                                               # [n, rows, columns, D]
    gate = (p @ w['tier3.gate.weight'] + w['tier3.gate.bias']).squeeze(-1)
    keep = gate >= 0 if meta['selection'] == 'gate' else torch.ones_like(gate, dtype=bool)
    n, R, S, strips = len(p), p.shape[1], o['strips'], []
    ranges = [(s * R // S, ((s + 1) * R + S - 1) // S) for s in range(S)]  # neighbours may share a row
    for first, end in ranges:  # a strip without a patch gets its best
        empty = ~keep[:, first:end].flatten(1).any(1)
        best = torch.zeros(n, (end - first) * p.shape[2], dtype=bool)
        best[torch.arange(n), gate[:, first:end].flatten(1).argmax(1)] = empty
        keep[:, first:end] |= best.reshape(n, end - first, -1)
    for first, end in ranges:
        part = torch.where(keep[:, first:end, :, None], p[:, first:end], torch.tensor(-torch.inf))
        strips.append(part.flatten(1, 2).amax(1))
    return normalize(torch.cat(strips, 1), dim=1)


expected, worst = numpy.load(sys.argv[2]), 0
with torch.no_grad():
    for row, line in enumerate(csv.DictReader(open(sys.argv[3], newline=''))):
        pixels = numpy.array(Image.open(line['file']).convert('RGB'))[None]
        worst = max(worst, abs(embed(pixels, int(line['camera']))[0].numpy() - expected[row]).max())
print(f'largest difference {worst:.2e}')
sys.exit(int(worst > (1e-5 if 'whitening' in w else 1e-6)))  # whitening magnifies small directions
