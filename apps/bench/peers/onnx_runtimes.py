#!/usr/bin/env python3
"""onnxruntime and OpenVINO on the reference network, as a model file with random weights that is written
first: `onnx_runtimes.py onnxruntime --only 'infer_b1_1t$'`."""
import os
import sys
import tempfile

from reference_network import (CHANNELS, HEIGHT, HIDDEN, KERNEL, PATCH, ROWS, WIDTH, options, report,
                               report_start,
                               wanted)

engine = sys.argv.pop(1) if len(sys.argv) > 1 else ''
if engine not in ('onnxruntime', 'openvino'):
    sys.exit('onnx_runtimes.py: say onnxruntime or openvino first')
asked = options(engine)
figures = [(name, threads, batch) for batch in (1, 32, 96)
           for name, threads in wanted(asked, f'infer_b{batch}')]
start = 'cold_start' in asked.only
if not (figures or start or asked.embed_once):
    sys.exit()

import numpy as np  # noqa: E402


def write_model(file, batch):
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    random = np.random.default_rng(1)
    weights, nodes = [], []

    def weight(name, *shape):
        fan_in = np.prod(shape[1:]) if len(shape) > 1 else 1
        weights.append(numpy_helper.from_array(
            (random.standard_normal(shape) / np.sqrt(fan_in)).astype(np.float32), name))
        return name

    def integers(name, *values):
        weights.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def node(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, output if isinstance(output, list) else [output],
                                      **attributes))
        return output

    x = 'images'
    for i in range(3):
        pad = KERNEL // 2
        w = weight(f'w{i}', CHANNELS[i + 1], CHANNELS[i], KERNEL, KERNEL)
        x = node('Conv', [x, w, weight(f'b{i}', CHANNELS[i + 1])], f'conv{i}', pads=[pad] * 4)
        x = node('MaxPool', [node('Relu', [x], f'relu{i}')], f'pool{i}', kernel_shape=[2, 2], strides=[2, 2])
    x = node('Transpose', [x], 'by_rows', perm=[2, 0, 1, 3])
    x = node('Reshape', [x, integers('shape', ROWS, batch, PATCH)], 'rows')
    x = node('MatMul', [x, weight('projection', PATCH, HIDDEN)], 'projected')
    x = node('Add', [x, weight('projection_bias', HIDDEN)], 'patches')
    inputs = [x, weight('input', 1, HIDDEN, HIDDEN), weight('recurrent', 1, HIDDEN, HIDDEN),
              weight('recurrent_bias', 1, 2 * HIDDEN)]
    node('RNN', inputs, ['steps'], hidden_size=HIDDEN)  # [rows, 1, batch, hidden]
    x = node('ReduceMax', ['steps'], 'pooled', axes=[0, 1], keepdims=0)
    node('LpNormalization', [x], 'embedding', axis=1, p=2)
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, 'reference',
                              [tensor('images', TensorProto.FLOAT, [batch, 3, HEIGHT, WIDTH])],
                              [tensor('embedding', TensorProto.FLOAT, [batch, HIDDEN])], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=8), file)


def embedding_of(file, batch, threads):
    images = np.random.default_rng(1).random((batch, 3, HEIGHT, WIDTH), np.float32)
    if engine == 'onnxruntime':
        import onnxruntime
        how = onnxruntime.SessionOptions()
        how.intra_op_num_threads, how.inter_op_num_threads = threads, 1
        session = onnxruntime.InferenceSession(file, how, providers=['CPUExecutionProvider'])
        return lambda: session.run(None, {'images': images})
    import openvino
    model = openvino.Core().compile_model(file, 'CPU', {
        'INFERENCE_NUM_THREADS': threads, 'PERFORMANCE_HINT': 'LATENCY', 'INFERENCE_PRECISION_HINT': 'f32'})
    request = model.create_infer_request()
    return lambda: request.infer([images])


if asked.embed_once:
    embedding_of(asked.embed_once, 1, os.cpu_count())()
    sys.exit()
with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, 'reference.onnx')
    for name, threads, batch in figures:
        write_model(file, batch)
        report(engine, name, threads, embedding_of(file, batch, threads), asked.seconds)
    if start:
        write_model(file, 1)
        report_start(engine, [sys.executable, __file__, engine, '--embed-once', file], asked.seconds)
