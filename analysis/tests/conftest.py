"""Small results made by the program that was built: $TEPUI says where it is."""

import os
import subprocess

import pytest

EXPERIMENTS = {
    # aliases (depth 4, width 4 is depth 4, width depth), padding (depths differ), dead samples, raw samples, law N2
    "nets": """
title: Nets
seed: 3
grid: {depth: [2, 4], width: [2, 4, depth], activation: relu, init: [he, xavier], law: gaussian}
data: {source: sphere, dimension: 3}
observables: [forward_norm, gradient_norm, activation_fraction]
loss: output
samples: 400
output: {raw: 100}
""",
    "chain": """
title: Chains
seed: 4
grid: {depth: [2, 4, 8], width: 1, activation: linear, init: lecun, law: gaussian}
data: {source: sphere}
readout: none
observables: [forward_norm, hessian_block_norm]
samples: 1000
output: {raw: 1000}
""",
    "spectrum": """
title: Spectra
seed: 5
grid: {depth: [2, 4], width: 3, activation: relu, init: he}
data: {source: gaussian, points: 2}
loss: mse
observables: [hessian_spectrum, gauss_newton_spectrum, residual_spectrum, jacobian_singular_value, plateau]
samples: 40
output: {raw: 40}
""",
    "linear": """
title: Linear nets
seed: 7
grid: {depth: [1, 3], width: 24, activation: [linear, relu], init: lecun}
data: {source: sphere}
readout: none
loss: output
observables: jacobian_singular_value
samples: 100
""",
    "escape": """
title: Escape
seed: 6
grid: {depth: [2, 8, 16], width: 1, activation: linear, init: lecun, law: uniform}
data: {source: sphere, targets: one}
readout: none
dynamics: {optimizer: [gd, adam], rate: [0.01, 0.1], steps: 2000, record: 100}
observables: [escape_time, escape_rate, path_loss, path_gradient_norm]
samples: 40
output: {raw: 40}
""",
}


def program():
    return os.environ.get("TEPUI", "tepui")


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """name -> path of a complete result."""
    folder = tmp_path_factory.mktemp("results")
    made = {}
    for name, text in EXPERIMENTS.items():
        (folder / f"{name}.yaml").write_text(text)
        made[name] = str(folder / f"{name}.h5")
        subprocess.run([program(), "run", str(folder / f"{name}.yaml"), "-o", made[name], "--quiet", "--threads", "1"],
                       check=True)
    return made
