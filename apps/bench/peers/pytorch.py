#!/usr/bin/env python3
"""PyTorch on the reference network and on the evaluation of Market-1501's size:
`pytorch.py --only 'train_step.*_1t$'`.

    pytorch                 as one writes it
    pytorch_channels_last   images and filters in the order that its convolutions like best
    pytorch_jit             inference: traced, frozen, optimised

With MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=17179869184 it keeps the memory that it frees, which saves the
page faults of every step; apps/bench/compare.sh measures both and calls the latter
pytorch_channels_last_keep, pytorch_jit_keep.
"""
import os
import sys

from reference_network import (BATCH, CHANNELS, HEIGHT, HIDDEN, KERNEL, PATCH, WIDTH, options, report,
                               report_memory,
                               report_start, wanted)

asked = options('PyTorch')
suffix = '_keep' if os.environ.get('MALLOC_MMAP_MAX_') == '0' else ''
training = wanted(asked, f'train_step_b{BATCH}')
inference = [(name, threads, batch) for batch in (1, 32, 96)
             for name, threads in wanted(asked, f'infer_b{batch}')]
evaluation = wanted(asked, 'evaluate_market')
start = 'cold_start' in asked.only
if not (training or inference or evaluation or start or asked.embed_once):
    sys.exit()

import torch  # noqa: E402  slow, so not before something is asked for
from torch import nn  # noqa: E402


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(CHANNELS[i], CHANNELS[i + 1], KERNEL, padding=KERNEL // 2) for i in range(3))
        self.projection = nn.Linear(PATCH, HIDDEN)
        self.recurrence = nn.RNN(HIDDEN, HIDDEN, nonlinearity='tanh')

    def forward(self, x):
        for convolution in self.convolutions:
            x = nn.functional.max_pool2d(torch.relu(convolution(x)), 2)
        # [n, channels, height, width] -> [height, n, channels * width]
        rows = x.permute(2, 0, 1, 3).flatten(2)
        steps, _ = self.recurrence(self.projection(rows))
        return nn.functional.normalize(steps.amax(0), dim=1)


def loss_of(embedding):
    anchor, positive, negative = embedding[0::3], embedding[1::3], embedding[2::3]
    near, far = (anchor - positive).pow(2).sum(1), (anchor - negative).pow(2).sum(1)
    return ((near - far + 0.5).clamp(min=0) + 0.1 * (near - 0.3).clamp(min=0)).mean()


def network_and_images(batch, channels_last):
    torch.manual_seed(1)
    order = torch.channels_last if channels_last else torch.contiguous_format
    images = torch.rand(batch, 3, HEIGHT, WIDTH).contiguous(memory_format=order)
    return Network().to(memory_format=order), images


def training_step(channels_last):
    network, images = network_and_images(BATCH, channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of(network(images)).backward()
        optimizer.step()
    return step


def embedding_of(batch, channels_last, jit):
    network, images = network_and_images(batch, channels_last)
    network.eval()
    if jit:
        with torch.no_grad():
            network = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network, images)))

    def run():
        with torch.inference_mode():
            network(images)
    return run


def market():
    """Distances, sorting, CMC and mAP as everybody writes them; the sizes of apps/bench/evaluation.cpp."""
    queries, gallery, size, people, cameras = 3368, 19732, 512, 750, 6
    generator = torch.Generator().manual_seed(1)
    q, g = (torch.randn(n, size, generator=generator) for n in (queries, gallery))
    qp, gp = (torch.randint(people, (n,), generator=generator) for n in (queries, gallery))
    qc, gc = (torch.randint(cameras, (n,), generator=generator) for n in (queries, gallery))

    def run():
        squares = q.pow(2).sum(1, keepdim=True) + g.pow(2).sum(1)[None]
        order = torch.addmm(squares, q, g.t(), alpha=-2).argsort(1)
        first, precision = torch.zeros(queries), torch.zeros(queries)
        for i in range(queries):
            same = gp[order[i]] == qp[i]
            hits = torch.nonzero(same[~(same & (gc[order[i]] == qc[i]))])[:, 0].float()
            if len(hits):
                first[i] = hits[0]
                precision[i] = ((torch.arange(len(hits)) + 1) / (hits + 1)).mean()
        return first, precision
    return run


if asked.embed_once:
    embedding_of(1, False, False)()
    sys.exit()
for name, threads in training:
    torch.set_num_threads(threads)
    if not suffix:
        report('pytorch', name, threads, training_step(False), asked.seconds)
    report('pytorch_channels_last' + suffix, name, threads, training_step(True), asked.seconds)
for name, threads, batch in inference:
    torch.set_num_threads(threads)
    report('pytorch_jit' + suffix, name, threads, embedding_of(batch, False, True), asked.seconds)
for name, threads in evaluation:
    torch.set_num_threads(threads)
    report('pytorch', name, threads, market(), asked.seconds)
if start and not suffix:
    report_start('pytorch', [sys.executable, __file__, '--embed-once', 'x'], asked.seconds)
report_memory('pytorch' + suffix, asked)
