"""Samples saved by `tepui replay --save`, computed again in PyTorch: net_torch.py FOLDER, after net.py has filled it.

The nets of net.py. From the saved numbers alone, the net of tests/layer/torch_check.py gives output, loss and, by
autograd, the gradient of the loss with respect to the matrices and to what layers train besides.
"""
import os
import sys

import h5py
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "layer"))
import torch_check  # noqa: E402

# Relative to the norm of what is compared: sums of at most 1e3 terms of order 1, each rounded to 1e-16.
TOLERANCE = 1e-11


def tensor(dataset):
    return torch.from_numpy(dataset[()]).double()


def in_order(group):
    """1, 2, ..., the read-out."""
    return [tensor(group[name]) for name in sorted(group, key=lambda name: (name == "output", name.zfill(9)))]


def given(f, net):
    architecture, activation, depth, width, _, points, sigma_b, readout, loss = net
    composed = "[dense, activation]" if architecture == "plain" else architecture
    return {"architecture": composed, "activation": activation, "depth": depth, "width": [width] * depth,
            "points": points, "sigma_b": sigma_b, "readout": readout, "loss": loss, "init": "he", "gain": 1,
            "outputs": f["output"].shape[1], "x": tensor(f["inputs"]).flatten(),
            "weights": [w.flatten() for w in in_order(f["weights"])], "biases": in_order(f.get("biases", {})),
            "masks": in_order(f.get("masks", {}))}


class Saved(torch_check.Net):
    """Its parameters are matrices (from the file) and those of layers, in the order in which layers have them."""

    def __init__(self, numbers):
        self.matrices = set()
        super().__init__(numbers)

    def matrix(self, *arguments, **options):
        w, b = super().matrix(*arguments, **options)
        self.matrices.add(w)
        return w, b


def loss_of(net, f, output, v):
    if net.g["loss"] == "output":
        return (output @ v).mean()
    return (output - tensor(f["targets"])).square().sum() / 2 / len(output)


def computed(net, f):
    """What the file has, as {name: tensor}."""
    p = [t.clone().requires_grad_() for t in net.parameters]
    output = net.output(*p)
    loss = loss_of(net, f, output, tensor(f["directions/output"]))
    gradient = torch.autograd.grad(loss, p, allow_unused=True)
    gradient = [torch.zeros_like(a) if g is None else g for g, a in zip(gradient, p)]
    split = {True: [], False: []}
    for start, g in zip(net.parameters, gradient):
        split[start in net.matrices].append((start, g))
    flat = [torch.cat([t.detach().flatten() for t in ts] or [torch.zeros(0)]) for ts in
            ([g for _, g in split[True]], [s for s, _ in split[False]], [g for _, g in split[False]])]
    return dict(zip(("output", "loss", "gradient", "own", "gradient of own"),
                    [output.detach().flatten(), loss.detach().reshape(1)] + flat))


def stored(f):
    unit = 2.0 ** int(f["gradient/exponent"][0])
    flat = lambda ts: torch.cat([t.flatten() for t in ts] or [torch.zeros(0)])  # noqa: E731
    return {"output": tensor(f["output"]).flatten(), "loss": tensor(f["loss"]),
            "gradient": unit * flat(in_order(f["gradient/weights"])), "own": flat(in_order(f.get("own", {}))),
            "gradient of own": unit * flat(in_order(f.get("gradient/own", {})))}


def compare(net, path):
    """Numbers compared, and how many of the five differ."""
    with h5py.File(path, "r") as f:
        want, got = computed(Saved(given(f, net)), f), stored(f)
    wrong = 0
    for name, x in want.items():
        # a gradient of 0 by cancellation (weight_norm along its rows) is 0 beside the others
        scale = max(float(x.norm()), 1e-3 * float(want["output"].norm()))
        if x.shape != got[name].shape or not float((x - got[name]).norm()) <= TOLERANCE * scale:
            wrong += 1
            print("%s: %s is %s, expected %s" % (net, name, got[name].tolist(), x.tolist()), file=sys.stderr)
    return sum(x.numel() for x in want.values()), wrong


def main(folder):
    sys.argv[1:] = ["", folder]  # net.py reads them
    import net as saved
    counts = [compare(net, os.path.join(folder, "net%d.h5" % k)) for k, net in enumerate(saved.NETS)]
    numbers, wrong = map(sum, zip(*counts))
    print("%d nets, %d numbers compared with PyTorch %s, %d wrong" % (len(counts), numbers, torch.__version__, wrong))
    return wrong or numbers < 700


if __name__ == "__main__":
    torch_check.prepare()
    sys.exit(bool(main(sys.argv[1])))
