#!/usr/bin/python3
"""Records the cases of this folder with PyTorch. Run by hand, with Debian's python3-torch and
python3-numpy; the folders it writes are checked in. See README.md."""

import json
import pathlib
import shutil
import struct

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent


def conv(out_channels, kernel, padding, **options):
    return {"op": "conv2d", "out_channels": out_channels, "kernel": kernel, "padding": padding,
            **options}


def residual(shortcut, *layers):
    return {"op": "residual", "shortcut": shortcut, "layers": list(layers)}


RELU = {"op": "relu"}
NORM = {"op": "batch_norm", "eps": 1e-5}


def leaky(slope):
    return {"op": "leaky_relu", "slope": slope}


# name: (shape of the input, layers, further options of the case)
CASES = {
    "stride_2": ((1, 3, 13, 12),
                 [conv(4, [3, 3], [1, 1], stride=[2, 2]), RELU,
                  conv(5, [3, 3], [1, 1], stride=[2, 2]), RELU], {}),
    "stride_mixed": ((1, 3, 14, 11), [conv(5, [3, 3], [1, 1], stride=[2, 1]), RELU], {}),
    "dilation_2": ((1, 3, 12, 13), [conv(5, [3, 3], [2, 2], dilation=[2, 2]), RELU], {}),
    "dilation_mixed": ((1, 2, 11, 15),
                       [conv(4, [3, 3], [1, 2], dilation=[1, 3]), RELU,
                        conv(3, [2, 3], [0, 1], dilation=[3, 1], stride=[1, 2]), RELU], {}),
    "leaky_relu": ((1, 3, 10, 12),
                   [conv(4, [3, 3], [1, 1]), leaky(0.1), conv(4, [3, 3], [1, 1]), leaky(1.5)], {}),
    "batch_of_3": ((3, 3, 9, 7),
                   [conv(4, [3, 3], [1, 1]), RELU, conv(5, [3, 3], [1, 1]), RELU], {}),
    "groups_uneven": ((1, 6, 9, 10),
                      [conv(10, [3, 3], [1, 1], groups=2), RELU,
                       conv(4, [3, 3], [1, 1], groups=2, bias=False), RELU], {}),
    "tall_kernel": ((1, 3, 9, 8), [conv(4, [5, 1], [1, 2]), RELU], {}),
    "pointwise_stride_2": ((2, 4, 9, 8), [conv(5, [1, 1], [0, 0], stride=[2, 2]), RELU], {}),
    "wide_padding": ((1, 2, 5, 6),
                     [conv(3, [3, 3], [4, 5]), RELU, conv(2, [1, 1], [2, 0])], {}),
    "field_example": ((1, 2, 13, 14),
                      [conv(3, [3, 3], [1, 1], stride=[3, 3]), RELU, conv(2, [2, 2], [0, 0])], {}),
    "batch_norm_train_2": ((2, 3, 7, 8),
                           [conv(4, [3, 3], [1, 1], bias=False), NORM, RELU,
                            conv(5, [3, 3], [1, 1], bias=False), NORM, RELU], {"mode": "train"}),
    "residual_nested": ((1, 4, 8, 9),
                        [residual("conv1x1", conv(6, [3, 3], [1, 1], bias=False), NORM, leaky(0.1),
                                  residual("identity", conv(6, [3, 3], [1, 1]), NORM, leaky(0.2)),
                                  conv(5, [3, 3], [1, 1])), leaky(0.1)], {}),
    "residual_train": ((2, 3, 7, 6),
                       [residual("conv1x1", conv(4, [3, 3], [1, 1], bias=False), NORM, RELU,
                                 conv(5, [3, 3], [1, 1], bias=False), NORM), RELU],
                       {"mode": "train"}),
    "tracked_batches": ((1, 3, 6, 7),
                        [conv(4, [3, 3], [1, 1], bias=False), NORM, RELU],
                        {"keep_tracked_batches": True}),
    # A body that begins with what works in place, where the shortcut still needs the input.
    "residual_preactivation": ((1, 3, 7, 6),
                               [conv(4, [3, 3], [1, 1]),
                                residual("identity", RELU, conv(4, [3, 3], [1, 1])),
                                residual("identity", NORM, leaky(0.1), conv(4, [1, 1], [0, 0])),
                                RELU], {}),
}


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def module_of(layer, channels):
    """The module of one layer and the channels that come out of it."""
    op = layer["op"]
    if op == "conv2d":
        out = layer["out_channels"]
        return nn.Conv2d(channels, out, layer["kernel"], padding=layer["padding"],
                         stride=layer.get("stride", [1, 1]), dilation=layer.get("dilation", [1, 1]),
                         groups=layer.get("groups", 1), bias=layer.get("bias", True)), out
    if op == "relu":
        return nn.ReLU(), channels
    if op == "leaky_relu":
        return nn.LeakyReLU(layer["slope"]), channels
    if op == "batch_norm":
        return nn.BatchNorm2d(channels, eps=layer["eps"]), channels
    body, out = sequence_of(layer["layers"], channels)
    one_by_one = layer["shortcut"] == "conv1x1"
    return Residual(body, nn.Conv2d(channels, out, 1) if one_by_one else nn.Identity()), out


def sequence_of(layers, channels):
    modules = []
    for layer in layers:
        module, channels = module_of(layer, channels)
        modules.append(module)
    return nn.Sequential(*modules), channels


def shake_norms(branch):
    """Gives BatchNorm something to do: its own start is the identity."""
    for module in branch.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0.0, 0.3)
            module.running_mean.normal_(0.0, 0.2)
            module.running_var.uniform_(0.3, 1.5)


def write_safetensors(path, tensors):
    header, blocks, end = {}, [], 0
    for name, tensor in tensors.items():
        array = tensor.detach().numpy()
        dtype = {"float32": "F32", "int64": "I64"}[array.dtype.name]
        block = array.tobytes()
        header[name] = {"dtype": dtype, "shape": list(array.shape),
                        "data_offsets": [end, end + len(block)]}
        blocks.append(block)
        end += len(block)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blocks))


def write_npy(path, tensor):
    np.save(path, tensor.detach().numpy().astype(np.float32))


def record(name, seed, shape, layers, options):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "activations").mkdir(parents=True)
    torch.manual_seed(seed)
    holder = nn.Module()
    holder.branch, _ = sequence_of(layers, shape[1])
    shake_norms(holder.branch)
    mode = options.get("mode", "eval")
    holder.train(mode == "train")
    spec = {"format": "factorscope-branch/1", "name": name, "in_channels": shape[1], "mode": mode,
            "layers": layers}
    (folder / "spec.json").write_text(json.dumps(spec, indent=1) + "\n")
    write_safetensors(folder / "weights.safetensors", {
        key: tensor for key, tensor in holder.state_dict().items()
        if options.get("keep_tracked_batches") or not key.endswith("num_batches_tracked")})
    about = {"seed": seed, "torch": torch.__version__,
             "parameters": sum(p.numel() for p in holder.parameters())}
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n")
    run(folder, holder.double(), torch.randn(shape))


def run(folder, holder, first):
    """Forward and backward in double precision, of the float32 weights and input."""
    write_npy(folder / "input.npy", first)
    first = first.double().requires_grad_()
    x = first
    for index, module in enumerate(holder.branch):
        x = module(x)
        write_npy(folder / "activations" / f"{index}.npy", x)
    cotangent = torch.randn(x.shape)
    x.backward(cotangent.double())
    write_npy(folder / "output.npy", x)
    write_npy(folder / "cotangent.npy", cotangent)
    write_npy(folder / "grad_input.npy", first.grad)
    write_safetensors(folder / "grads.safetensors",
                      {name: p.grad.float() for name, p in holder.named_parameters()})


def record_normals():
    """torch.randn of lengths about its group of 16."""
    folder = HERE / "normals"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for count in (16, 17, 31, 32):
        torch.manual_seed(7)
        write_npy(folder / f"randn_{count}.npy", torch.randn(count))


if __name__ == "__main__":
    for number, (case, (input_shape, case_layers, more)) in enumerate(CASES.items()):
        record(case, 100 + number, input_shape, case_layers, more)
    record_normals()
