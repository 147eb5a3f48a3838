#!/bin/sh
# reference.sh TEPUI [NAME...] -- runs small experiments that use every activation, law, scale, architecture, loss, optimizer,
# schedule and engine; prints a SHA-256 of the numbers of each result. Without names: all.
# Those called blas-* go through LAPACK (all eigenvalues of nets wider than 1, singular values, orthogonal matrices):
# the same from every compiler, but their bits are those of the processor's BLAS kernel.
set -eu
tepui=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
shift
names="$*"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

one() { # name; the experiment on standard input
    case " $names " in "  " | *" $1 "*) ;; *) return 0 ;; esac
    { echo "seed: 15"; cat; } >"$1.yaml"
    "$tepui" run -q -t 2 -o "$1.h5" "$1.yaml" >"$1.out" 2>&1 || { cat "$1.out" >&2; exit 1; }
    "${PYTHON3:-/usr/bin/python3}" "$here/digest.py" "$1.h5"
}

norms="forward_norm, gradient_norm, output_gradient_norm, jacobian_vector_norm, output, activation_fraction, angle, angle_gap"
all="samples: 16
output: {raw: 16, allow_nan: true}"

one activations <<END
grid: {depth: [3, 9], width: 5, activation: [linear, relu, leaky_relu, tanh, erf, sigmoid, softplus, elu, selu, gelu, silu, sin, hard_tanh], init: xavier, bias: gaussian, sigma_b: 0.5}
data: {source: gaussian, points: 3, targets: gaussian}
observables: [$norms]
$all
END
one laws <<END
grid: {depth: 4, width: [7, 40], activation: relu, init: [he, gain(g=1.5)], law: [gaussian, uniform, rademacher, truncated_normal, laplace, student_t, sparse]}
data: {source: sphere, points: 2, targets: gaussian}
observables: [$norms]
$all
END
one scales <<END
grid: {depth: 4, width: 9, activation: [tanh, erf, sin, elu], init: critical}
data: {source: orthonormal, points: 4}
observables: [$norms]
$all
END
one medians <<END
grid: {depth: 4, width: [9, depth], activation: [linear, relu, leaky_relu], init: [median, lecun, gain(g=1.2)]}
data: {source: gaussian}
observables: [forward_norm, output]
$all
END
one architectures <<END
grid: {depth: 4, width: 12, activation: [relu, tanh], init: he, architecture: [plain, residual(power=0.5), pre_norm, post_norm, skip_init, fixup, "[dense, batch_norm, activation]", "[dense, layer_norm, activation]", "[dense, rms_norm, affine, activation]", "[weight_norm, activation, dropout(p=0.3)]"]}
data: {source: gaussian, points: 5, targets: gaussian}
observables: [forward_norm, gradient_norm, output_gradient_norm, output, angle]
$all
END
one losses <<END
grid: {depth: 3, width: 6, activation: [tanh, gelu], init: xavier}
data: {source: gaussian, points: 6, targets: one_hot, outputs: 3}
loss: cross_entropy
observables: [gradient_norm, output, forward_norm]
$all
END
one output-loss <<END
grid: {depth: 3, width: 6, activation: [tanh, gelu], init: xavier}
data: {source: gaussian, points: 6}
loss: output
observables: [gradient_norm, output, forward_norm]
$all
END
for schedule in constant warmup cosine step; do
    one "optimizers-$schedule" <<END
grid: {depth: 3, width: 6, activation: [relu, tanh], init: he}
data: {source: gaussian, points: 4, targets: gaussian}
dynamics: {optimizer: [gd, sgd, perturbed_gd, momentum, nesterov, adagrad, rmsprop, adam, amsgrad, adamw, radam, nadam, signsgd, clipped_gd, normalised_gd], rate: 0.01, batch: 2, steps: 60, schedule: $schedule}
observables: [escape_time, path_loss, path_gradient_norm, path_step_size]
samples: 4
output: {raw: 4, allow_nan: true}
END
done
one chains <<END
grid: {depth: [5, 40], width: 1, activation: [linear, relu, leaky_relu], init: lecun, law: [uniform, gaussian]}
data: {source: sphere, targets: one}
readout: none
dynamics: {optimizer: [gd, perturbed_gd, momentum, rmsprop, adam], rate: 0.05, steps: 300, escape: output(0.3)}
observables: [escape_time, path_loss, path_gradient_norm, path_step_size, gradient_norm]
$all
END
one chain-curvature <<END
grid: {depth: [4, 100], width: 1, activation: linear, init: lecun, law: [uniform, gaussian]}
data: {source: sphere, targets: one}
readout: none
observables: [escape_rate, hessian_extreme, hessian_norm, hessian_trace, hessian_spectrum, negative_fraction]
$all
END
one tilted <<END
grid: {depth: 30, width: [4, 16], activation: relu, init: he, tilt: [0.95, 1.95]}
data: {source: sphere}
readout: none
sampler: tilted
observables: [weighted_norm2, weighted_norm4]
$all
END
one reduced <<END
grid: {depth: 30, width: [4, 16, 3000, 5000], activation: [linear, relu], init: he}
data: {source: sphere}
readout: none
sampler: reduced
observables: [forward_norm]
$all
END
one generator <<END
grid: {depth: 3, width: 8, activation: tanh}
generator: mt19937
data: {source: gaussian, points: 2}
observables: [$norms]
$all
END
one precision <<END
grid: {depth: [4, 9], width: 6, init: [he, gain(g=1.3)], law: [truncated_normal(cut=1.5), gaussian]}
data: {source: gaussian, dimension: 5, targets: gaussian}
precision: {observable: gradient_norm, half_width: 0.2}
observables: [gradient_norm, forward_norm]
samples: 4000
END
one curvature <<END
grid: {depth: [2, 3], width: [3, 9, 24], activation: [relu, tanh], init: xavier, architecture: [plain, residual(power=0.5), "[dense, layer_norm, activation]"]}
data: {source: gaussian, points: 5, targets: gaussian}
observables: [hessian_norm, hessian_block_norm, hessian_trace, hessian_trace_ratio, hollowness, ntk_trace, fisher_trace, gradient_norm]
samples: 4
output: {raw: 4, allow_nan: true}
END
one blas-spectra <<END
grid: {depth: [2, 3], width: [3, 5], activation: [linear, relu, tanh], init: xavier, bias: gaussian, sigma_b: 0.3}
data: {source: gaussian, points: 3, targets: gaussian}
observables: [hessian_norm, hessian_block_norm, hessian_trace, hollowness, hessian_extreme, escape_rate, negative_fraction, hessian_rank, hessian_spectrum, gauss_newton_spectrum, residual_spectrum, gradient_alignment, ntk_trace, ntk_extreme, fisher_trace, fisher_extreme]
$all
END
one lanczos <<END
grid: {depth: 4, width: 24, activation: [relu, gelu], init: he}
data: {source: gaussian, points: 8, targets: gaussian}
observables: [hessian_density, hessian_extreme, escape_rate, gradient_alignment, hessian_norm]
samples: 3
output: {raw: 3, allow_nan: true}
END
one blas-jacobian <<END
grid: {depth: [2, 9], width: [4, 16], activation: [relu, tanh], init: he, law: [gaussian, orthogonal]}
data: {source: sphere, dimension: 8, points: 3}
observables: [jacobian_singular_value, jacobian_moment, jacobian_condition, effective_rank, lyapunov_exponent, lyapunov_covariance, representation_rank]
$all
END
one blas-composed <<END
grid: {depth: 3, width: 6, activation: [relu, tanh], init: he, architecture: [residual(power=0.5), "[dense, layer_norm, activation]"]}
data: {source: gaussian, points: 4, targets: gaussian}
observables: [hessian_norm, hessian_trace, hessian_spectrum, ntk_trace, jacobian_singular_value]
$all
END
one paths <<END
grid: {depth: 3, width: 4, activation: tanh, init: he}
data: {source: gaussian, points: 3, targets: gaussian}
dynamics: {optimizer: [gd, adam], rate: 0.02, steps: 40, escape: curvature(1.5)}
observables: [escape_time, path_lambda_min, path_lambda_max, path_metric_min, path_metric_max]
samples: 3
output: {raw: 3, allow_nan: true}
END
