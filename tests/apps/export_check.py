"""Compares an exported model with the program's own embeddings, at batch sizes 1 and 32.

    export_check.py MODEL.onnx EMBEDDINGS.npy EMBEDDINGS.csv

The images of the list must have the network's image size, so that nobody has to resize as the program does.
Prints the largest difference of any number of an embedding.
"""
import csv
import sys

import numpy
import onnxruntime
from PIL import Image

onnx, array, table = sys.argv[1:]
session = onnxruntime.InferenceSession(onnx, providers=['CPUExecutionProvider'])
inputs = {i.name: i for i in session.get_inputs()}
expected = numpy.load(array)
rows = list(csv.DictReader(open(table, newline='')))
images = numpy.stack([numpy.asarray(Image.open(row['file']).convert('RGB')) for row in rows])
cameras = numpy.array([int(row['camera']) for row in rows], dtype=numpy.int64)
assert list(images.shape[1:]) == inputs['images'].shape[1:], (images.shape, inputs['images'].shape)
for batch in (1, 32):
    worst = 0
    for first in range(0, len(images), batch):
        part = slice(first, first + batch)
        feed = {'images': images[part]}
        if 'cameras' in inputs:
            feed['cameras'] = cameras[part]
        embedding, = session.run(['embedding'], feed)
        worst = max(worst, float(numpy.abs(embedding - expected[part]).max()))
    print(f'batch {batch}: largest difference {worst:.2e}')
    assert worst < 1e-5, worst
