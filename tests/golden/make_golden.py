#!/usr/bin/env python3
"""Makes tests/golden/golden.safetensors: what PyTorch, an implementation that shares no line with ours, says.

    apt-get install python3-torch
    /usr/bin/python3 tests/golden/make_golden.py        # from the root of the repository

Everything is computed in float64 from inputs that a float32 holds exactly, then rounded once: an expected
value is off by half a unit in its last place, whatever the length of its sums. tests/layers/golden_test.cpp
compares every device.

Names are "case.what". The gradient of a value `v` is `gradient.v`; the cotangent of the output `y` is `dy`.
Parameters have the names that our layers list. Layouts are ours, converted here:

    image          N C H W                 -> N H W C
    convolution      out in kh kw            -> kh kw in out
    linear           out in                  -> in out
    recurrence       (gates hidden) in       -> in (gates hidden), gates in PyTorch's order: i f g o, r z n
    recurrent bias   b_ih + b_hh             -> one bias; GRU: b_ih in the input projection, b_hh in the cell
    rows of a map    features c * width + w  -> w * channels + c
"""
import json
import os
import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(450)
torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)

TENSORS = {}


def keep(name, value):
    value = value.detach() if isinstance(value, torch.Tensor) else torch.tensor(value)
    kind = np.float32 if value.is_floating_point() else np.int32
    assert name not in TENSORS, name
    TENSORS[name] = np.ascontiguousarray(value.numpy().astype(kind))


def draw(*shape, scale=1.0):
    """Normal numbers that a float32 holds exactly, wanting a gradient."""
    return (scale * torch.randn(*shape)).float().double().requires_grad_()


def same(value):
    return value


def nhwc(value):
    return value.permute(0, 2, 3, 1)


def hwio(value):
    return value.permute(2, 3, 1, 0)


def transposed(value):
    return value.t()


def check(case, y, inputs, y_layout=same):
    """Draws a cotangent for y, runs backward, and keeps y, dy and each tensor with its gradient."""
    dy = draw(*y.shape).detach()
    for _, value, _ in inputs:
        value.grad = None
    y.backward(dy)
    keep(case + '.y', y_layout(y))
    keep(case + '.dy', y_layout(dy))
    for name, value, layout in inputs:
        keep(case + '.' + name, layout(value))
        keep(case + '.gradient.' + name, layout(value.grad))


# ---- convolution and pooling -------------------------------------------------------------------------------
def convolution():
    for case, height, width, kernel, stride, pad in (('convolution', 7, 9, (5, 5), 1, 2),
                                                     ('convolution_stride', 8, 7, (3, 4), 2, 1)):
        x, w, b = draw(2, 3, height, width), draw(5, 3, *kernel, scale=0.2), draw(5)
        inputs = [('x', x, nhwc), ('weight', w, hwio), ('bias', b, same)]
        check(case, F.conv2d(x, w, b, stride, pad), inputs, nhwc)
    x, w, b = draw(2, 3, 7, 9), draw(5, 3, 5, 5, scale=0.2), draw(5)
    inputs = [('x', x, nhwc), ('weight', w, hwio), ('bias', b, same)]
    check('convolution_relu_pool', F.max_pool2d(F.relu(F.conv2d(x, w, b, 1, 2)), 2), inputs, nhwc)


def pooling():
    for case, pool, window, stride in (('max_pool', F.max_pool2d, (2, 2), (2, 2)),
                                       ('max_pool_overlap', F.max_pool2d, (3, 2), (2, 1)),
                                       ('average_pool', F.avg_pool2d, (2, 3), (2, 2))):
        x = draw(2, 3, 7, 9)
        check(case, pool(x, window, stride), [('x', x, nhwc)], nhwc)


# ---- recurrence --------------------------------------------------------------------------------------------
def recurrent_names(net, gru):
    """PyTorch's parameters under our names; the second bias of Elman and LSTM must be 0."""
    result = []
    for suffix, direction in (('', 'forward'), ('_reverse', 'backward')):
        part = {name: getattr(net, name + '_l0' + suffix)
                for name in ('weight_ih', 'weight_hh', 'bias_ih', 'bias_hh')}
        result += [(direction + '.input.weight', part['weight_ih'], transposed),
                   (direction + '.recurrent.weight', part['weight_hh'], transposed),
                   (direction + '.recurrent.bias', part['bias_hh' if gru else 'bias_ih'], same)]
        if gru:
            result.append((direction + '.input.bias', part['bias_ih'], same))
        if not net.bidirectional:
            break
    return result


def round_parameters(net, gru=True):
    with torch.no_grad():
        for name, value in net.named_parameters():
            value.copy_(value.float().double())
            if 'bias_hh' in name and not gru:
                value.zero_()


def recurrence():
    for case, kind in (('elman', nn.RNN), ('gru', nn.GRU), ('lstm', nn.LSTM)):
        net = kind(4, 6, bidirectional=True)
        round_parameters(net, case == 'gru')
        x = draw(5, 3, 4)
        check(case, net(x)[0], [('x', x, same)] + recurrent_names(net, case == 'gru'))

    # o_t = W_i f_t + W_s tanh(o_{t-1}) + b, the first step without W_s (McLaughlin et al. 2016)
    x, wi, ws, b = draw(5, 3, 4), draw(4, 6, scale=0.4), draw(6, 6, scale=0.4), draw(6)
    outputs = [x[0] @ wi + b]
    for t in range(1, 5):
        outputs.append(x[t] @ wi + torch.tanh(outputs[-1]) @ ws + b)
    check('elman_linear', torch.stack(outputs), [('x', x, same), ('forward.input.weight', wi, same),
                                                 ('forward.recurrent.weight', ws, same),
                                                 ('forward.recurrent.bias', b, same)])


# ---- normalisation -----------------------------------------------------------------------------------------
def normalisation():
    for case in ('batch_norm', 'batch_norm_relu_pool'):
        net = nn.BatchNorm2d(4)
        with torch.no_grad():
            net.weight.copy_(draw(4)), net.bias.copy_(draw(4))

        def apply(x):
            return F.max_pool2d(F.relu(net(x)), 2) if 'pool' in case else net(x)
        inputs = [('gamma', net.weight, same), ('beta', net.bias, same)]
        for part in ('train', 'infer'):
            net.train(part == 'train')
            x = (3 + 2 * draw(3, 4, 5, 7)).detach().float().double().requires_grad_()
            check(case + '.' + part, apply(x), [('x', x, nhwc)] + inputs, nhwc)
            keep(case + '.' + part + '.running_mean', net.running_mean)
            keep(case + '.' + part + '.running_variance', net.running_var)
    x = draw(4, 6)
    check('l2_normalise', F.normalize(x, dim=1), [('x', x, same)])


def activation():
    x = torch.linspace(-6, 6, 41).float().double().requires_grad_()
    check('gelu', F.gelu(x), [('x', x, same)])


# ---- losses ------------------------------------------------------------------------------------------------
def squared_distances(e):
    return (e[:, None] - e[None, :]).pow(2).sum(2)


def losses():
    triplets = torch.tensor([[0, 1, 2], [0, 1, 5], [1, 0, 3], [2, 3, 1], [2, 3, 0], [4, 5, 0], [5, 4, 3]])
    margin, ceiling, beta = 0.3, 0.3, 0.1
    for case in ('triplet', 'triplet_soft'):
        e = draw(6, 5, scale=0.3)
        with torch.no_grad():  # rows 2k and 2k + 1 show one person: near, far and in between
            for row, distance in ((0, 0.2), (2, 0.8), (4, 0.4)):
                e[row + 1] = (e[row] + distance * F.normalize(draw(5), dim=0)).float().double()
        d = squared_distances(e)
        positive, negative = d[triplets[:, 0], triplets[:, 1]], d[triplets[:, 0], triplets[:, 2]]
        gap = positive - negative
        hinge = F.softplus(gap) if case == 'triplet_soft' else (gap + margin).clamp(min=0)
        y = hinge + beta * (positive - ceiling).clamp(min=0)
        assert 0 < int((gap + margin > 0).sum()) < len(y), 'triplets within the margin and beyond it'
        assert 0 < int((positive > ceiling).sum()) < len(y), 'positives over the ceiling and under it'
        keep(case + '.triplets', triplets)
        check(case, y, [('embeddings', e, same)])

    # Cross-camera softmax: cosine / 0.1, cross-entropy from camera A to B and from B to A, their mean.
    a, b = draw(5, 8), draw(5, 8)
    logits = F.normalize(a, dim=1) @ F.normalize(b, dim=1).t() / 0.1
    owner = torch.arange(5)
    y = (F.cross_entropy(logits, owner) + F.cross_entropy(logits.t(), owner)) / 2
    check('cross_camera', y.reshape(1), [('a', a, same), ('b', b, same)])

    logits, target = draw(4, 7, scale=3), torch.tensor([6, 0, 3, 3])
    with torch.no_grad():
        logits[1] *= 40  # exp() of these overflows a float: the maximum must be taken out first
        logits.copy_(logits.float().double())
    keep('cross_entropy.target', target)
    check('cross_entropy', F.cross_entropy(logits, target, reduction='none'), [('logits', logits, same)])

    logit = torch.tensor([-90.0, -3.5, -0.25, 0.0, 0.5, 4.0, 95.0]).requires_grad_()
    target = torch.tensor([1.0, 0.0, 1.0, 0.25, 0.0, 1.0, 0.0])
    keep('binary_cross_entropy.target', target)
    check('binary_cross_entropy', F.binary_cross_entropy_with_logits(logit, target, reduction='none'),
          [('logit', logit, same)])


# ---- optimizers: `weight` decays, `bias` does not ----------------------------------------------------------
def optimizers():
    steps = 4
    kinds = {'adam': lambda groups: torch.optim.Adam(groups, lr=0.05),
             'adamw': lambda groups: torch.optim.AdamW(groups, lr=0.05),
             'sgd': lambda groups: torch.optim.SGD(groups, lr=0.05, momentum=0.9),
             'sgd_nesterov': lambda groups: torch.optim.SGD(groups, lr=0.05, momentum=0.9, nesterov=True)}
    for case, make in kinds.items():
        weight, bias = draw(3, 2), draw(4)
        keep(case + '.weight', weight), keep(case + '.bias', bias)
        optimizer = make([{'params': [weight], 'weight_decay': 0.1}, {'params': [bias], 'weight_decay': 0.0}])
        for step in range(1, steps + 1):
            weight.grad, bias.grad = draw(3, 2).detach(), draw(4).detach()
            keep('%s.step%d.gradient.weight' % (case, step), weight.grad)
            keep('%s.step%d.gradient.bias' % (case, step), bias.grad)
            optimizer.step()
            keep('%s.step%d.weight' % (case, step), weight)
            keep('%s.step%d.bias' % (case, step), bias)


# ---- one whole training step of the network of rows --------------------------------------------------------
CHANNELS, HEIGHT, WIDTH, HIDDEN = (3, 4, 6, 8), 26, 19, 8
MARGIN, BETA, CEILING = 0.5, 0.1, 0.05


class RowsNetwork(nn.Module):
    """Three times (conv 5x5, relu, max-pool); rows are the steps of an Elman recurrence; max; length 1."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(CHANNELS[i], CHANNELS[i + 1], 5, padding=2)
                                          for i in range(3))
        self.projection = nn.Linear(CHANNELS[3] * (WIDTH // 8), HIDDEN)
        self.recurrent = nn.RNN(HIDDEN, HIDDEN)

    def forward(self, x):
        for convolution_ in self.convolutions:
            x = F.max_pool2d(F.relu(convolution_(x)), 2)
        x = x.permute(2, 0, 1, 3).flatten(2)  # N C H W -> H N (C W)
        return F.normalize(self.recurrent(self.projection(x))[0].amax(0), dim=1)

    def parameters_by_our_names(self):
        result = []
        for i, layer in enumerate(self.convolutions):
            result += [('convolution%d.weight' % (i + 1), layer.weight, hwio),
                       ('convolution%d.bias' % (i + 1), layer.bias, same)]

        def rows(w):  # [out, (C W)] -> [(W C), out]
            return w.reshape(-1, CHANNELS[3], WIDTH // 8).permute(2, 1, 0).reshape(-1, HIDDEN)
        result += [('projection.weight', self.projection.weight, rows),
                   ('projection.bias', self.projection.bias, same)]
        return result + [('recurrent.' + name, value, layout)
                         for name, value, layout in recurrent_names(self.recurrent, gru=False)]


def training_step():
    net = RowsNetwork()
    round_parameters(net, gru=False)
    with torch.no_grad():
        for weight in [*(layer.weight for layer in net.convolutions), net.projection.weight,
                       net.recurrent.weight_ih_l0]:
            weight.mul_(2)  # exact; spreads the embeddings over the sphere
    # Noise on large patches of colour: images that differ from one another as a whole.
    x = F.interpolate(torch.randn(6, 3, 3, 2), (HEIGHT, WIDTH)) + 0.5 * torch.randn(6, 3, HEIGHT, WIDTH)
    x = x.float().double()
    # Adam divides by |g|: where g is almost 0 the step's sign would be rounding. A large epsilon keeps it
    # smooth.
    optimizer = torch.optim.Adam([value for _, value, _ in net.parameters_by_our_names()], lr=0.01, eps=1e-3)
    parameters = net.parameters_by_our_names()
    for name, value, layout in parameters:
        keep('step.' + name, layout(value))
    e = net(x)
    a, p, n = e[0::3], e[1::3], e[2::3]
    positive, negative = (a - p).pow(2).sum(1), (a - n).pow(2).sum(1)
    assert positive[0] < CEILING < positive[1], 'one positive under the ceiling and one over it'
    loss = ((positive - negative + MARGIN).clamp(min=0) + BETA * (positive - CEILING).clamp(min=0)).mean()
    loss.backward()
    optimizer.step()
    keep('step.x', nhwc(x)), keep('step.embeddings', e), keep('step.loss', loss.reshape(1))
    for name, value, layout in parameters:
        keep('step.gradient.' + name, layout(value.grad))
        keep('step.after.' + name, layout(value))


def save(path, metadata):
    """The safetensors format: 8 bytes of header length, a JSON header padded to 8 bytes, the raw numbers."""
    header, offset = {'__metadata__': metadata}, 0
    for name in sorted(TENSORS):
        value = TENSORS[name]
        header[name] = {'dtype': 'F32' if value.dtype == np.float32 else 'I32', 'shape': list(value.shape),
                        'data_offsets': [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(path + '.tmp', 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        for name in sorted(TENSORS):
            file.write(TENSORS[name].tobytes())
    os.replace(path + '.tmp', path)
    print('%s: %d tensors, %d bytes' % (path, len(TENSORS), os.path.getsize(path)))


if __name__ == '__main__':
    for make in (convolution, pooling, recurrence, normalisation, activation, losses, optimizers,
                 training_step):
        make()
    save(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'golden.safetensors'),
         {'made_by': 'tests/golden/make_golden.py', 'command': '/usr/bin/python3 tests/golden/make_golden.py',
          'torch': torch.__version__, 'numpy': np.__version__,
          'precision': 'computed in float64, stored in float32'})
