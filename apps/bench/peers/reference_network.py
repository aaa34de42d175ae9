"""The reference network of apps/bench/subjects.cpp for other frameworks: its sizes, and the rule by which its
figures are timed (the same as in apps/bench/stopwatch.h). Nothing here needs a package.

A crop of 210 x 95; three blocks of convolution 5x5, relu and max-pooling 2x2; each of the 26 rows of the map,
64 x 11 values, is a time step; a linear projection to 128, an Elman recurrence of 128, the maximum over the
rows, length 1.
"""
import argparse
import re
import statistics
import time

HEIGHT, WIDTH = 210, 95
CHANNELS = (3, 16, 32, 64)
KERNEL, HIDDEN = 5, 128
PATCH = CHANNELS[-1] * (WIDTH // 8)  # of a row of the map, 64 * 11
ROWS = HEIGHT // 8
BATCH = 96
LEAST_SHARE = 0.975  # of the cores, for a sample of several threads to count
NETWORK = 'the reference network'


def options(peer):
    parser = argparse.ArgumentParser(
        description=f'figures of {NETWORK} with {peer}: "name value unit" a line')
    parser.add_argument('--only', default='', help='regular expression: the figures whose name it finds')
    parser.add_argument('--seconds', type=float, default=1, help='time for each figure')
    parser.add_argument('--embed-once', metavar='FILE',
                        help='what cold_start times: one embedding, then the end')
    return parser.parse_args()


def wanted(asked, *figures):
    """Those of the figures, written as train_step_b96, that are asked for, as (name, threads)."""
    names = [(f'{figure}_{threads}t', threads) for figure in figures for threads in (2, 1)]
    return [(name, threads) for name, threads in names if re.search(asked.only, name)]


def seconds_of(function, threads, seconds):
    """Median of one call: CPU time of one thread, wall time of the samples in which several threads had their
    cores. Returns it, or None where no sample counts, and how many do."""
    for _ in range(2):  # the second time torch.jit compiles what it saw in the first
        function()
    valid, start, spent, patience = [], time.perf_counter(), 0.0, 4 * seconds
    while spent < seconds or (len(valid) < 3 and (threads == 1 or spent < patience)):
        wall, cpu = time.perf_counter(), time.process_time()
        function()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if threads == 1:
            valid.append(cpu)
        elif cpu >= LEAST_SHARE * threads * wall:
            valid.append(wall)
        spent = time.perf_counter() - start
    return (statistics.median(valid) if valid else None), len(valid)


def report(peer, name, threads, function, seconds):
    median, valid = seconds_of(function, threads, seconds)
    if median is not None:
        print(f'{peer}_{name} {1e3 * median:.4g} ms', flush=True)
    if threads > 1:
        print(f'{peer}_{name}_valid {valid} samples', flush=True)


def report_start(peer, command, seconds):
    """Wall time from the start of a fresh process to its end, in which it embeds one image."""
    import subprocess
    samples, start = [], time.perf_counter()
    while len(samples) < 3 or time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        samples.append(time.perf_counter() - begin)
    print(f'{peer}_cold_start {1e3 * statistics.median(samples):.4g} ms', flush=True)


def report_memory(peer, asked):
    import resource
    if re.search(asked.only, 'peak_memory'):
        print(f'{peer}_peak_memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.4g} MiB')
