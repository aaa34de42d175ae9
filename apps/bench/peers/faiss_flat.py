#!/usr/bin/env python3
"""FAISS's flat index on as many random embeddings as `triptych bench search` has:
`faiss_flat.py --only 'search_100000x896_q1_2t$' --seconds 1 [--file ROWS]`. With --file the rows are those of
that program (`bench search --file ROWS`), else random ones of the same kind. Medians of the wall-clock time
for each query; the rows are in memory."""
import argparse
import re
import resource
import time

parser = argparse.ArgumentParser()
parser.add_argument('--only', default='')
parser.add_argument('--seconds', type=float, default=1)
parser.add_argument('--rows', type=int, default=100000)
parser.add_argument('--dimensions', type=int, default=896)
parser.add_argument('--file')
asked = parser.parse_args()
name = f'search_{asked.rows}x{asked.dimensions}'
figures = [(queries, threads) for queries in (1, 32) for threads in (2, 1)
           if re.search(asked.only, f'{name}_q{queries}_{threads}t')]
if not figures:
    raise SystemExit

import faiss  # noqa: E402
import numpy as np  # noqa: E402

random = np.random.default_rng(1)


def unit(rows):
    values = random.uniform(-1, 1, (rows, asked.dimensions)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def pages(count):
    return (count + 4095) // 4096 * 4096


index = faiss.IndexFlatL2(asked.dimensions)
if asked.file:
    header = np.fromfile(asked.file, np.uint64, 3)
    assert (header[1], header[2]) == (asked.rows, asked.dimensions), 'another number of rows or dimensions'
    start = 4096 + pages(4 * asked.rows) + pages(8 * asked.rows)
    rows = np.memmap(asked.file, np.float32, 'r', start, (asked.rows, asked.dimensions))
    for first in range(0, asked.rows, 1 << 16):
        index.add(np.ascontiguousarray(rows[first:first + (1 << 16)]))
else:
    for first in range(0, asked.rows, 1 << 16):
        index.add(unit(min(1 << 16, asked.rows - first)))

for queries, threads in figures:
    faiss.omp_set_num_threads(threads)
    query = unit(queries)
    index.search(query, 10)
    samples, start = [], time.perf_counter()
    while len(samples) < 3 or time.perf_counter() - start < asked.seconds:
        before = time.perf_counter()
        index.search(query, 10)
        samples.append(time.perf_counter() - before)
    print(f'faiss_{name}_q{queries}_{threads}t {1e3 * sorted(samples)[len(samples) // 2] / queries:.4g} ms')
print(f'faiss_{name}_memory_peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.4g} MiB')
