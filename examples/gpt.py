import torch
from torch import nn
from twin import fill, start, train

sequences, width, heads = start["sequences"].long(), 48, 4


class Block(nn.Module):
    def __init__(self, name):
        super().__init__()
        self.norm1 = fill(nn.LayerNorm(width), name + ".0.0")
        self.query_key_value = fill(nn.Linear(width, 3 * width), name + ".0.1.query_key_value")
        self.output = fill(nn.Linear(width, width), name + ".0.1.output")
        self.norm2 = fill(nn.LayerNorm(width), name + ".1.0")
        self.up = fill(nn.Linear(width, 4 * width), name + ".1.1")
        self.down = fill(nn.Linear(4 * width, width), name + ".1.3")

    def forward(self, x):
        batch, steps, _ = x.shape
        q, k, v = self.query_key_value(self.norm1(x)).view(batch, steps, 3, heads, -1).permute(2, 0, 3, 1, 4)
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.output(y.transpose(1, 2).reshape(x.shape))
        return x + self.down(nn.functional.gelu(self.up(self.norm2(x))))


digits, places = fill(nn.Embedding(10, width), "digits"), fill(nn.Embedding(11, width), "places")
body = nn.Sequential(Block("body.0"), Block("body.1"), fill(nn.LayerNorm(width), "body.2"))
guess = fill(nn.Linear(width, 10), "guess")
net = nn.ModuleList([digits, places, body, guess])


def loss_of(step):
    read, follow = sequences[step, :, :-1], sequences[step, :, 6:]
    logits = guess(body(digits(read) + places(torch.arange(11))))[:, 5:]
    return nn.functional.cross_entropy(logits.flatten(0, 1), follow.flatten())


train(net.parameters(), 0.001, loss_of)
