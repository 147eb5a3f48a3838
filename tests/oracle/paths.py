"""Trajectories of optimizers, every rule written down from its source; see `tepui list optimizer`."""
import math

import numpy as np

SIGNED = ("signsgd", "adagrad", "rmsprop", "adam", "amsgrad", "adamw", "radam", "nadam")


class Rule:
    def __init__(self, name, p, rate):
        self.name, self.p, self.rate = name, p, rate
        self.m = self.v = self.w = 0.0
        self.product = 1.0

    def step(self, theta, g, t):
        """The next theta, and the diagonal by which the rule divides. t = 1, 2, ..."""
        name, p, rate = self.name, self.p, self.rate
        one, size = np.ones_like(g), math.sqrt(float(g @ g))
        if name in ("gd", "sgd", "perturbed_gd"):
            return theta - rate * g, one
        if name in ("momentum", "nesterov"):
            self.m = p["mu"] * self.m + g
            return theta - rate * (self.m if name == "momentum" else g + p["mu"] * self.m), one
        if name == "clipped_gd":
            d = max(1.0, size / p["threshold"])
            return theta - rate * g / d, d * one
        if name == "normalised_gd":
            return theta - (rate * g / size if size > 0 else 0 * g), size * one
        if name == "signsgd":
            return theta - rate * np.sign(g), np.abs(g)
        if name in ("adagrad", "rmsprop"):
            self.v = self.v + g * g if name == "adagrad" else p["alpha"] * self.v + (1 - p["alpha"]) * g * g
            d = np.sqrt(self.v) + p["epsilon"]
            return theta - rate * self.over(g, d), d
        return self.adam(theta, g, t)

    @staticmethod
    def over(x, d):
        return np.where(d > 0, x / np.where(d > 0, d, 1), 0)

    def adam(self, theta, g, t):
        name, p, rate = self.name, self.p, self.rate
        b1, b2, eps = p["beta1"], p["beta2"], p["epsilon"]
        self.m = b1 * self.m + (1 - b1) * g
        self.v = b2 * self.v + (1 - b2) * g * g
        left1, left2 = 1 - b1 ** t, 1 - b2 ** t
        if name == "radam":
            infinite = 2 / (1 - b2) - 1
            rho = infinite - 2 * t * b2 ** t / left2
            if not rho > 5:
                return theta - rate * self.m / left1, np.ones_like(g)
            c = math.sqrt(left2 * (rho - 4) * (rho - 2) * infinite / ((infinite - 4) * (infinite - 2) * rho))
            d = (np.sqrt(self.v) + eps) / c
            return theta - rate / left1 * self.over(self.m, d), d
        self.w = np.maximum(self.w, self.v)
        d = np.sqrt((self.w if name == "amsgrad" else self.v) / left2) + eps
        if name == "nadam":
            mu = b1 * (1 - 0.5 * 0.96 ** (t * p["momentum_decay"]))
            after = b1 * (1 - 0.5 * 0.96 ** ((t + 1) * p["momentum_decay"]))
            self.product *= mu
            mean = (1 - mu) * g / (1 - self.product) + after * self.m / (1 - self.product * after)
            return theta - rate * self.over(mean, d), d
        if name == "adamw":
            theta = (1 - rate * p["weight_decay"]) * theta
        return theta - rate / left1 * self.over(self.m, d), d


def record_steps(last):
    out, decade = [], 1
    while decade < last or not out:
        out += [k * decade for k in ((0, 1, 2, 5) if decade == 1 else (1, 2, 5)) if k * decade < last]
        decade *= 10
    return out + [last]


def schedule(name, p, t, steps):
    if name == "warmup":
        return min(1.0, (t + 1) / p["steps"])
    if name == "cosine":
        return p["final"] + (1 - p["final"]) * (1 + math.cos(math.pi * t / steps)) / 2
    if name == "step":
        return p["factor"] ** (t // p["every"])
    return 1.0


def look(net, kind, theta, curved):
    """Loss, gradient, Hessian or None with the size of its terms, outputs at theta, size of the gradient's terms: norm and
    entries."""
    from expect import gradient_terms, hessian, loss_of
    f = net.forward(theta, order=2 if curved else 1, inputs=False)[net.L + 1]
    value, d, _ = loss_of(kind, f.v, net.y, net.v)
    g = np.einsum("po,pos->s", d, f.g[:, :, :net.P]) / net.n
    H, curvature = None, 0.0
    if curved:
        (H, _, _), curvature = hessian(net, f, kind)
    sizes = np.einsum("po,pos->s", np.abs(d), f.k[:, :, :net.P]) / net.n
    return float(value.mean()), g, H, curvature, f.v, gradient_terms(net, kind, f, d), sizes


def ends(H):
    w = np.linalg.eigvalsh(H)
    return max(-w[0], 0.0), max(w[-1], 0.0), max(abs(w[0]), abs(w[-1]), 1e-300)


def net_held_out(net):
    """The net on the rows held out, or None, or why not."""
    from expect import Skip
    if net.e["held_out"] is None:
        return None
    if net.s["masks"]:
        return Skip("dropout masks of rows held out")
    x, _ = net.e["held_out"]
    return type(net)(net.e, dict(net.s, points=len(x), x=x.ravel(), y=[]))


def accuracy(held, theta):
    """The share whose class has the largest output, and its scale, for `out'."""
    from expect import Skip
    if held is None or isinstance(held, Skip):
        return held
    with np.errstate(all="ignore"):
        f = held.forward(theta, order=1, inputs=False)[held.L + 1].v
    best = np.sort(f, axis=1)
    if not (best[:, -1] - best[:, -2] > 1e-9 * np.abs(f).max()).all():
        return Skip("two largest outputs that are equal to rounding")
    return float((f.argmax(axis=1) == held.e["held_out"][1]).mean()), 1.0


def follow(net, kind):
    from expect import Skip, loss_of
    o = net.e["dynamics"]
    names = ("path_loss", "path_gradient_norm", "path_step_size", "path_lambda_min", "path_lambda_max", "path_metric_min",
             "path_metric_max", "path_accuracy")
    rule = Rule(o["name"], o["params"], o["rate"])
    steps, record = o["steps"], record_steps(o["steps"])
    out = {n: [] for n in names}
    held = net_held_out(net)
    theta, f0, ln_growth = net.theta0.copy(), None, None
    zero = loss_of(kind, np.zeros((net.n, net.q)), net.y, net.v)[0].mean()
    escape = divergence = math.inf
    doubt = None
    for t in range(steps + 1):
        curved = t in record
        with np.errstate(all="ignore"):
            loss, g, H, curvature, f, terms, sizes = look(net, kind, theta, curved)
        if t == 0:
            first_loss, first_size = abs(loss), math.sqrt(float(g @ g))
            f0, reference = f, max(abs(loss), abs(zero) if zero != 0 else 1.0)
        if net.kink:
            doubt = Skip("a unit at a kink along a trajectory")
        size = math.sqrt(float(g @ g))
        tiny = (np.abs(g) < 1e-9 * np.maximum(sizes, size)) & (sizes != 0)
        if o["name"] in SIGNED + ("normalised_gd",) and (tiny.any() or size < 1e-12):
            doubt = Skip("a gradient that is 0 to rounding along a trajectory")
        if o["name"] == "perturbed_gd" and size <= o["params"]["threshold"] + 1e-12 * terms:
            doubt = Skip("noise of perturbed_gd")
        if doubt:
            break
        if not (math.isfinite(loss) and math.isfinite(size)) or loss > o["divergence"] * reference:
            if escape == math.inf: # what comes after an escape is no divergence
                divergence = t
            break
        margin = reached(o["escape"], loss, zero, math.sqrt(((f - f0) ** 2).sum() / net.n))
        if escape == math.inf:
            if abs(margin) < 1e-7:
                doubt = Skip("an escape that is on the edge")
                break
            if margin > 0:
                escape = t
        rule.rate = o["rate"] * schedule(o["schedule"], o["schedule_params"], t, steps)
        after, d = rule.step(theta, g, t + 1)
        if curved:
            length = math.sqrt(float((after - theta) @ (after - theta)))
            low, high, spread = ends(H)
            spread += 0.01 * curvature  # the scales below are multiplied by 1e3
            root = np.where(d > 0, 1 / np.sqrt(np.where(d > 0, d, 1)), 0)
            mlow, mhigh, mspread = ends(root[:, None] * H * root[None, :])
            mspread += 0.01 * curvature * float(root.max()) ** 2
            ratio = (length / size if size > 0 else (0.0 if length == 0 else math.inf))
            for n, x, s in zip(names, (loss, size, ratio, low, high, mlow, mhigh),
                               (abs(loss) + first_loss + 1e-16 * terms ** 2, terms + first_size, ratio * max(1.0, terms / max(size, 1e-300)), spread, spread, mspread, mspread)):
                out[n].append((x, 1e3 * max(s, 1e-300)))
            out["path_accuracy"].append(accuracy(held, theta))
            if size == 0 and t == 0 and o["name"] != "adamw":
                for n in names:
                    out[n] += [out[n][0]] * (len(record) - 1)
                break
        theta = after
    if doubt:
        r = {n: [doubt] * len(record) for n in names}
        r["escape_time"] = [doubt] * 2
        return r
    for n in names:
        out[n] += [(math.inf, 1.0)] * (len(record) - len(out[n]))
    out["escape_time"] = [(float(divergence), 1.0), (float(escape), 1.0)]
    return out


def reached(escape, loss, plateau, distance):
    """Above 0: it has escaped; relative."""
    kind, value = escape
    if kind == "loss":
        return (value * plateau - loss) / max(abs(plateau), 1e-300)
    return distance - value


AT = [-1, -0.5, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2, 0.5, 1]


def lines(net, kind):
    """The loss at theta + t |theta| d: d random, minus the gradient, eigenvector of the smallest eigenvalue with g.d <= 0."""
    from expect import GAP, Skip
    start = net.theta0.copy()
    length = math.sqrt(float(start @ start))
    loss, g, H, curvature, _, terms, _ = look(net, kind, start, True)
    size = math.sqrt(float(g @ g))
    values, vectors = np.linalg.eigh(H)
    spread = max(abs(values[0]), abs(values[-1]), 1e-300)
    lowest = H @ vectors[:, 0]  # parallel; exactly 0 where H has rows of 0, where eigh may leave rounding
    lowest = lowest / (math.sqrt(float(lowest @ lowest)) or 1.0)
    along = float(lowest @ g)
    eigen = -lowest if along > 0 else lowest
    doubt = None
    if spread <= 1e-300 or values[0] > 1e-9 * spread and values[0] > 1e-12 * curvature:
        eigen = 0 * g
    elif values[0] > -1e-9 * spread or values[0] > -1e-12 * curvature:
        doubt = Skip("a smallest eigenvalue near 0")
    elif len(values) > 1 and values[1] - values[0] < 1e-3 * spread:
        doubt = Skip("two smallest eigenvalues")
    elif abs(along) < 1e-6 * size or abs(along) < 1e-9 * terms:
        doubt = Skip("an eigenvector across the gradient")
    out = []
    flat = size < 1e-9 * terms
    for k, d in enumerate((np.array(net.s["ray"]), -g / size if size > 0 else g, eigen)):
        for t in AT:
            why = doubt if k == 2 else Skip("a gradient that is 0 to rounding") if k == 1 and flat and size > 0 else None
            with np.errstate(all="ignore"):
                here, slope, _, _, _, size_of_terms, _ = look(net, kind, start + t * length * d, False)
            if net.kink:
                why = Skip("a unit at a kink on a line")
            scale = abs(here) + abs(loss) + length * math.sqrt(float(slope @ slope)) + 1e-16 * size_of_terms ** 2
            out.append(why or ((abs(here), scale * (1e3 if k == 2 else 1.0)) if math.isfinite(here) else (math.inf, 1.0)))
    net.kink = False
    return {"plateau": out}
