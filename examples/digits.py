from torch import nn
from twin import fill, start, train

images, target = start["x"].permute(0, 3, 1, 2), start["target"].long()
convolution1 = fill(nn.Conv2d(1, 16, 3, padding=1), "0")
convolution2 = fill(nn.Conv2d(16, 32, 3, padding=1), "3")
output = fill(nn.Linear(3 * 3 * 32, 10), "7")
net = nn.ModuleList([convolution1, convolution2, output])


def loss_of(step):
    first = step * 50 % (len(images) - 500)
    y = nn.functional.max_pool2d(convolution1(images[first:first + 50]).relu(), 2)
    y = nn.functional.max_pool2d(convolution2(y).relu(), 2)
    logits = output(y.permute(0, 2, 3, 1).flatten(1))  # the C++ side has its channels last
    return nn.functional.cross_entropy(logits, target[first:first + 50])


train(net.parameters(), 0.01, loss_of)
