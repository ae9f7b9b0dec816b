#!/usr/bin/python3
"""Times PyTorch, eager and frozen for inference, beside Factorscope, in turn.

    tests/bench/compare_pytorch.py build/release/tests/bench_server [--rounds N] [--threads N] [--workload NAME]...

Needs Debian's python3-torch. Both compute the same branch on an input of the same size, with PyTorch's default weights,
bias and ReLU, batch 1, plain NCHW. Either rests while the other runs: bench_server waits for a line, and PyTorch's
threads, which stay awake for some milliseconds after their work, are given the time to fall asleep.
"""

import argparse
import os
import statistics
import subprocess
import time

import torch

WORKLOADS = {
    "article": (64, 64, 224),
    "inception3a": (16, 32, 28),
    "image": (3, 16, 512),
    "large": (3, 16, 4096),
}
BRANCHES = ("original", "decomposed")
# A turn is as one of `factorscope bench`: the first run does not count unless it is long.
TURN_MS = 3.0
LONG_MS = 100.0


def branch(kind, channels, out):
    def convolution(inputs, size):
        return torch.nn.Conv2d(inputs, out, size, padding=size // 2), torch.nn.ReLU(inplace=True)

    layers = convolution(channels, 5) if kind == "original" else convolution(channels, 3) + convolution(out, 3)
    return torch.nn.Sequential(*layers).eval()


def frozen(model, example):
    traced = torch.jit.freeze(torch.jit.trace(model, example))
    return torch.jit.optimize_for_inference(traced)


def rest():
    """Until no thread of this process works, but not for ever."""
    for _ in range(200):
        worked, start = time.process_time(), time.perf_counter()
        time.sleep(0.001)
        if time.process_time() - worked < 0.1 * (time.perf_counter() - start):
            return


def milliseconds(model, example):
    start = time.perf_counter()
    model(example)
    return 1e3 * (time.perf_counter() - start)


def torch_turn(model, example):
    rest()
    first = milliseconds(model, example)
    times = [first] if first >= LONG_MS else []
    while not times or sum(times) < TURN_MS:
        times.append(milliseconds(model, example))
    rest()
    return statistics.median(times)


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def turn(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        try:
            return float(answer)
        except ValueError:
            raise SystemExit(f"{question}: {answer or 'the server has ended'}") from None


def contenders(ours, workload, kind, threads, algorithm):
    channels, out, size = WORKLOADS[workload]
    torch.manual_seed(0)
    model = branch(kind, channels, out)
    example = torch.randn(1, channels, size, size)
    fast = frozen(model, example)
    question = f"{workload} {kind} {algorithm} {threads}"
    return {
        "ours": lambda: ours.turn(question),
        "eager": lambda: torch_turn(model, example),
        "frozen": lambda: torch_turn(fast, example),
    }


def measured(all_contenders, rounds):
    """Medians of each, round after round."""
    times = {key: [] for key in all_contenders}
    for number in range(-2, rounds):  # two rounds to warm up: freezing goes on in the first runs
        for key, run in all_contenders.items():
            value = run()
            if number >= 0:
                times[key].append(value)
    return {key: statistics.median(values) for key, values in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("server", help="the built tests/bench_server")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--algorithm", default="auto", help="ours, as on the command line")
    parser.add_argument("--workload", action="append", choices=WORKLOADS)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    ours = Ours(arguments.server)
    print(f"PyTorch {torch.__version__}, {arguments.threads} threads, medians of {arguments.rounds} rounds, ms")
    print(f"{'':24}{'ours':>10}{'eager':>10}{'frozen':>10}{'x eager':>10}{'x frozen':>10}")
    with torch.no_grad():
        for workload in arguments.workload or ["article", "inception3a", "image"]:
            entries = {}
            for kind in BRANCHES:
                for name, run in contenders(ours, workload, kind, arguments.threads, arguments.algorithm).items():
                    entries[kind, name] = run
            medians = measured(entries, arguments.rounds)
            for kind in BRANCHES:
                mine, eager, fast = (medians[kind, name] for name in ("ours", "eager", "frozen"))
                print(f"{workload + ' ' + kind:24}{mine:10.3f}{eager:10.3f}{fast:10.3f}{eager / mine:10.2f}{fast / mine:10.2f}",
                      flush=True)


if __name__ == "__main__":
    main()
