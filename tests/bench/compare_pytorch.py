#!/usr/bin/python3
"""Times PyTorch, eager and frozen for inference, beside Factorscope, in turn.

    tests/bench/compare_pytorch.py build/release/tests/bench_server [--rounds N] [--threads N] [--workload NAME]... [--backward]

Needs Debian's python3-torch. Both compute the same branch on an input of the same size, with PyTorch's default weights,
bias and ReLU, batch 1, plain NCHW. Either rests while the other runs: bench_server waits for a line, and PyTorch's
threads, which stay awake for some milliseconds after their work, are given the time to fall asleep.
With --backward the gradients of input and parameters are timed, the forward pass before them is not.
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


def backward_milliseconds(model, example):
    model.zero_grad(set_to_none=True)
    example.grad = None
    output = model(example)
    cotangent = output.detach().clone()
    start = time.perf_counter()
    output.backward(cotangent)
    return 1e3 * (time.perf_counter() - start)


def torch_turn(model, example, run=milliseconds):
    rest()
    first = run(model, example)
    times = [first] if first >= LONG_MS else []
    while not times or sum(times) < TURN_MS:
        times.append(run(model, example))
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


def contenders(ours, workload, kind, threads, algorithm, is_backward):
    channels, out, size = WORKLOADS[workload]
    torch.manual_seed(0)
    model = branch(kind, channels, out)
    example = torch.randn(1, channels, size, size, requires_grad=is_backward)
    if is_backward:
        question = f"{workload} {kind} backward {algorithm} {threads}"
        return {
            "ours": lambda: ours.turn(question),
            "eager": lambda: torch_turn(model, example, backward_milliseconds),
        }
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
    parser.add_argument("--backward", action="store_true", help="time the backward pass")
    parser.add_argument("--workload", action="append", choices=WORKLOADS)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    ours = Ours(arguments.server)
    print(f"PyTorch {torch.__version__}, {arguments.threads} threads, medians of {arguments.rounds} rounds, ms")
    peers = ["eager"] if arguments.backward else ["eager", "frozen"]
    columns = ["ours", *peers, *(f"x {peer}" for peer in peers)]
    print(f"{'':24}" + "".join(f"{column:>10}" for column in columns))
    with torch.set_grad_enabled(arguments.backward):
        for workload in arguments.workload or ["article", "inception3a", "image"]:
            entries = {}
            for kind in BRANCHES:
                made = contenders(ours, workload, kind, arguments.threads, arguments.algorithm, arguments.backward)
                for name, run in made.items():
                    entries[kind, name] = run
            medians = measured(entries, arguments.rounds)
            for kind in BRANCHES:
                mine = medians[kind, "ours"]
                theirs = [medians[kind, peer] for peer in peers]
                line = f"{workload + ' ' + kind:24}" + "".join(f"{ms:10.3f}" for ms in [mine, *theirs])
                print(line + "".join(f"{ms / mine:10.2f}" for ms in theirs), flush=True)



if __name__ == "__main__":
    main()
