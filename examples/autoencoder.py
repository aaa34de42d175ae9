from torch import nn
from twin import fill, start, train

letters = start["x"]
net = nn.Sequential(fill(nn.Linear(35, 64), "encoder.0"), nn.GELU(), fill(nn.Linear(64, 6), "encoder.2"),
                    fill(nn.Linear(6, 64), "decoder.0"), nn.GELU(), fill(nn.Linear(64, 35), "decoder.2"))
train(net.parameters(), 0.005,
      lambda step: nn.functional.binary_cross_entropy_with_logits(net(letters), letters))
