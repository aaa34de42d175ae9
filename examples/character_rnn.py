import torch
from torch import nn
from twin import fill, start, train

windows = start["windows"].long()
characters, guess = fill(nn.Embedding(28, 16), "characters"), fill(nn.Linear(64, 28), "guess")
memory = nn.LSTM(16, 64)
with torch.no_grad():  # the C++ side has one bias for each gate, PyTorch two that are added
    memory.weight_ih_l0.copy_(start["memory.forward.input.weight"].T)
    memory.weight_hh_l0.copy_(start["memory.forward.recurrent.weight"].T)
    memory.bias_ih_l0.copy_(start["memory.forward.recurrent.bias"])
    memory.bias_hh_l0.zero_().requires_grad_(False)
net = nn.ModuleList([characters, memory, guess])


def loss_of(step):
    logits = guess(memory(characters(windows[step, :-1]))[0])
    return nn.functional.cross_entropy(logits.flatten(0, 1), windows[step, 1:].flatten())


train([p for p in net.parameters() if p.requires_grad], 0.01, loss_of)
