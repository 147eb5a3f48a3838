#!/usr/bin/env python3
"""Optimizers and schedules by torch.optim, in float64: nothing here knows the C code.

    test_optimizer_torch --write | torch_check.py             compares theta after every step, coordinate by coordinate,
                                                              and every factor; exit status 1 where one differs
    test_optimizer_torch --write | torch_check.py reference   the same, and prints torch_reference.h

Numbers of eight trajectories are interleaved. Each trajectory is a parameter group of its own, with its own rate. What
torch.optim lacks (signs, lengths, pushes) is written out here.
"""
import inspect
import re
import sys

LANES = 8
RECORDS = (1, 2, 10, 200)

# 200 steps of a dozen roundings, each 1e-16 of the step or of the largest theta so far. A 1 - beta2^t of the first
# steps, 1e-3, is itself known to 1e-13. Of radam's rho, 2/(1 - beta2) - 1 - 2 t beta2^t/(1 - beta2^t) = 6 in its first
# rectified step, there are only 2000 (1e-16/6e-3) = 4e-11.
TOLERANCE = 1e-12
TOLERANCE_RADAM = 1e-10


def read(lines):
    """{"rate": [...], "start": [...], "g": [[...]], "noise": [[...]]}, [(rule, [[theta]])], [(schedule, [factor])]"""
    given, rules, schedules = {"g": [], "noise": []}, [], []
    for line in lines:
        key, _, rest = line.strip().partition(" ")
        if key == "rule":
            rules.append((rest, []))
        elif key == "schedule":
            schedules.append((rest, []))
        else:
            x = [float(w) for w in rest.split()]
            if key == "theta":
                rules[-1][1].append(x)
            elif key == "factor":
                schedules[-1][1].extend(x)
            elif key in ("rate", "start"):
                given[key] = x
            else:
                given[key].append(x)
    return given, rules, schedules


def parse(text, names):
    """name, {parameter: value} of "name(1, b=2)" """
    name, args = re.match(r"([a-z_]+)(?:\((.*)\))?$", text).groups()
    values = {}
    for i, word in enumerate(w for w in (args or "").split(",") if w.strip()):
        key, _, value = word.rpartition("=")
        values[key.strip() or names[name][i]] = float(value)
    return name, values


def correct_nadam():
    """Before 2.0 the product up to mu(t + 1) has mu(t) twice (repaired in pull request 92699)."""
    import torch.optim.nadam as module
    source = inspect.getsource(module._single_tensor_nadam)
    slip = "mu_product * mu * mu_next"
    if slip in source:
        exec(source.replace(slip, "mu_product * mu_next"), module.__dict__)


def adam_keys(p):
    return {"betas": (p.get("beta1", .9), p.get("beta2", .999)), "eps": p.get("epsilon", 1e-8)}


def plain(groups):
    return torch.optim.SGD(groups)


def sign(groups, p, t, noise):
    for g in groups:
        g["params"][0].grad = torch.sign(g["params"][0].grad)


def normalise(groups, p, t, noise):
    for g in groups:
        g["params"][0].grad /= torch.linalg.norm(g["params"][0].grad)


def clip(groups, p, t, noise):
    """clip_grad_norm_ divides by norm + 1e-6; that is taken back."""
    for g in groups:
        x = g["params"][0]
        norm = float(torch.nn.utils.clip_grad_norm_([x], p.get("threshold", 1.)))
        if norm > p.get("threshold", 1.):
            x.grad *= (norm + 1e-6) / norm


def push(groups, p, t, noise):
    for g, xi in zip(groups, noise):
        x = g["params"][0]
        last = g.setdefault("last_push", 0)
        if float(torch.linalg.norm(x.grad)) <= p["threshold"] and (last == 0 or t - last >= p["interval"]):
            g["last_push"] = t
            with torch.no_grad():
                x += p["radius"] * xi


RULES = {  # name: (optimizer of groups and parameters, what is done to gradients before)
    "gd": (lambda g, p: plain(g), None),
    "sgd": (lambda g, p: plain(g), None),
    "perturbed_gd": (lambda g, p: plain(g), push),
    "momentum": (lambda g, p: torch.optim.SGD(g, momentum=p.get("mu", .9)), None),
    "nesterov": (lambda g, p: torch.optim.SGD(g, momentum=p.get("mu", .9), nesterov=True), None),
    "adagrad": (lambda g, p: torch.optim.Adagrad(g, eps=p.get("epsilon", 1e-10)), None),
    "rmsprop": (lambda g, p: torch.optim.RMSprop(g, alpha=p.get("alpha", .99), eps=p.get("epsilon", 1e-8)), None),
    "adam": (lambda g, p: torch.optim.Adam(g, **adam_keys(p)), None),
    "amsgrad": (lambda g, p: torch.optim.Adam(g, amsgrad=True, **adam_keys(p)), None),
    "adamw": (lambda g, p: torch.optim.AdamW(g, weight_decay=p.get("weight_decay", .01), **adam_keys(p)), None),
    "radam": (lambda g, p: torch.optim.RAdam(g, **adam_keys(p)), None),
    "nadam": (lambda g, p: torch.optim.NAdam(g, momentum_decay=p.get("momentum_decay", .004), **adam_keys(p)), None),
    "signsgd": (lambda g, p: plain(g), sign),
    "clipped_gd": (lambda g, p: plain(g), clip),
    "normalised_gd": (lambda g, p: plain(g), normalise),
}
SCHEDULES = {
    "constant": lambda o, p, n: torch.optim.lr_scheduler.ConstantLR(o, factor=1),
    "warmup": lambda o, p, n: torch.optim.lr_scheduler.LinearLR(o, start_factor=1 / p["steps"],
                                                               total_iters=int(p["steps"]) - 1),
    "cosine": lambda o, p, n: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=n, eta_min=p.get("final", 0)),
    "step": lambda o, p, n: torch.optim.lr_scheduler.StepLR(o, step_size=int(p["every"]), gamma=p.get("factor", .1)),
}
FIRST = {"warmup": ["steps"], "cosine": ["final"], "step": ["every", "factor"]}


def lanes(x):
    return torch.tensor(x).reshape(-1, LANES).T.clone()


def trajectory(text, given):
    """theta after every step, interleaved like what is compared with it"""
    name, p = parse(text, {})
    make, before = RULES[name]
    groups = [{"params": [x.requires_grad_()], "lr": rate} for x, rate in zip(lanes(given["start"]), given["rate"])]
    optimizer, out = make(groups, p), []
    for t, (g, noise) in enumerate(zip(given["g"], given["noise"]), 1):
        for group, grad in zip(optimizer.param_groups, lanes(g)):
            group["params"][0].grad = grad.clone()
        if before:
            before(optimizer.param_groups, p, t, lanes(noise))
        optimizer.step()
        theta = [group["params"][0].detach() for group in optimizer.param_groups]
        out.append(torch.stack(theta).T.reshape(-1).tolist())
    return torch.tensor(out)


def factors(text, n):
    name, p = parse(text, FIRST)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    schedule, out = SCHEDULES[name](optimizer, p, n), []
    for _ in range(n):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return torch.tensor(out)


def compare(text, got, want, tolerance):
    """largest difference over the largest value so far"""
    error = float(((got - want).abs() / want.abs().cummax(0).values.clamp(min=1e-300)).max())
    if not error <= tolerance:
        print("%s: off by %.3g" % (text, error), file=sys.stderr)
    return error


def print_reference(rows):
    print("/* torch_reference.h -- printed by torch_check.py reference with PyTorch %s; not edited by hand.\n"
          "   nadam as in 2.0. */\n/* clang-format off */" % torch.__version__)
    print("#ifndef TEPUI_TEST_OPTIMIZER_REFERENCE_H\n#define TEPUI_TEST_OPTIMIZER_REFERENCE_H\n")
    print("/* theta after steps %s of every rule */" % ", ".join(map(str, RECORDS)))
    print("static const double torch_reference[][%d][N] = {" % len(RECORDS))
    for text, theta in rows:
        print("    {   /* %s */" % text)
        for t in RECORDS:
            print("        {%s}," % ", ".join("%.16g" % x for x in theta[t - 1].tolist()))
        print("    },")
    print("};\n#endif")


def main(reference):
    given, rules, schedules = read(sys.stdin)
    worst, wrong, rows = 0, 0, []
    correct_nadam()
    for text, theta in rules:
        tolerance = TOLERANCE_RADAM if text.startswith("radam") else TOLERANCE
        rows.append((text, trajectory(text, given)))
        error = compare(text, torch.tensor(theta), rows[-1][1], tolerance)
        worst, wrong = max(worst, error / tolerance), wrong + (not error <= tolerance)
    for text, factor in schedules:
        error = compare(text, torch.tensor(factor), factors(text, len(factor)), TOLERANCE)
        worst, wrong = max(worst, error / TOLERANCE), wrong + (not error <= TOLERANCE)
    print("%d rules, %d schedules, %d wrong; worst: %.2g of the tolerance" % (len(rules), len(schedules), wrong, worst),
          file=sys.stderr)
    if reference:
        print_reference(rows)
    return wrong != 0 or not rules or not schedules


if __name__ == "__main__":
    import torch
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    sys.exit(main(sys.argv[1:] == ["reference"]))
