/* compositions.h -- printed by torch_check.py compositions; not edited by hand. */
/* clang-format off */
#ifndef TEPUI_TEST_COMPOSITIONS_H
#define TEPUI_TEST_COMPOSITIONS_H

static const char *const compositions[] = {
    "grid: {depth: 3, width: [[3, 4, 4]], activation: gelu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"residual(2, 0.5, 0.5)\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 4, width: [[4, 4, 4, 4]], activation: gelu, init: he, gain: 1, sigma_b: 0.2, architecture: \"residual(branch=1, alpha=0.7, pre=0)\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 12, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 4, 4]], activation: gelu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"pre_norm(2)\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 4, width: [[3, 4, 4, 4]], activation: relu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"post_norm\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 9, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 4, 4]], activation: gelu, init: he, gain: 1.2, sigma_b: 0, architecture: \"skip_init\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 4, width: [[4, 4, 4, 4]], activation: gelu, init: he, gain: 1, sigma_b: 0, architecture: \"fixup(3)\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[3, 4, 4]], activation: relu, init: he, gain: 1, sigma_b: 0, architecture: \"fixup\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 4, width: [[2, 2, 3, 3]], activation: relu, init: he, gain: 1, sigma_b: 0.2, architecture: \"cnn(2, 1)\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 3]], activation: gelu, init: he, gain: 1, sigma_b: 0, architecture: \"cnn(3, 0, 0)\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 4, width: [[2, 2, 3, 3]], activation: gelu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"resnet\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 3]], activation: relu, init: lecun, gain: 1, sigma_b: 0, architecture: \"resnet(2, 0)\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 9, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 4, width: [[4, 4, 4, 4]], activation: tanh, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[dense; residual[dense, activation] *; layer_norm, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 12, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 3]], activation: relu, init: he, gain: 1, sigma_b: 0, architecture: \"[conv2d, activation, max_pool(2, 1); conv2d(2, 2, 1, 1), max_pool, tanh *; flatten, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 4, width: [[2, 2, 3, 3]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[conv2d(kernel=2, stride=2), batch_norm, affine, activation; flatten, reshape(1, 2, 4), conv1d(kernel=2), max_pool(2), activation; flatten, dense *]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 4, 4]], activation: gelu, init: lecun, gain: 1, sigma_b: 0, architecture: \"[weight_norm, tanh; residual(0.5, 0.5)[dense, residual[activation, dense]], affine *]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 12, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[2]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[conv1d(channels=0, kernel=3, stride=3, padding=0), flatten]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 2]], activation: relu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[dropout(p=0.1), dense(gain=1.5); leaky_relu(0.2), activation, dense; batch_norm(epsilon=0.01), dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 3, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[3, 2, 3]], activation: gelu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[dense(6), reshape(2, 3, 1); global_average_pool, erf, softplus, leaky_relu(0.2), dense(gain=1.5); dense(gain=1.5), elu]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[6, 6, 6]], activation: gelu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[dense, rms_norm; gelu, rms_norm(epsilon=0.01), dense; dropout(0.3), tanh, reshape(2, 3, 1), layer_norm, flatten, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 2, 3]], activation: gelu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[conv1d(channels=0, kernel=4, stride=2, padding=2), sigmoid, silu; conv1d(channels=2, kernel=3, stride=2, padding=0), softplus; tanh, leaky_relu(0.2), flatten, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 12, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[3, 2, 6]], activation: gelu, init: he, gain: 1, sigma_b: 0, architecture: \"[dropout(0.3), conv1d(channels=3, kernel=2, stride=3, padding=2); conv1d(channels=0, kernel=1, stride=2, padding=2), batch_norm(0.1); tanh, linear, flatten, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[4]], activation: relu, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[hard_tanh, affine, conv2d(channels=3, kernel=3, stride=2, padding=2), selu, affine]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 9, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: tanh, init: he, gain: 1, sigma_b: 0.2, architecture: \"[layer_norm(epsilon=0.01), rms_norm(0.1), dense(gain=1.5), dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 4, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[4, 3]], activation: relu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[residual(alpha=0.8, power=0.5)[batch_norm(epsilon=0.01), relu, weight_norm(4), weight_norm(4)], sin, batch_norm(epsilon=0.01); rms_norm(0.1), dense(gain=1.5), dense(6)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 4, 4]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[activation, conv1d(channels=2, kernel=4, stride=2, padding=2); layer_norm(epsilon=0.01), conv1d(channels=2, kernel=1, stride=2, padding=2); rms_norm(0.1), conv1d(channels=3, kernel=1, stride=1, padding=2), affine]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: tanh, init: lecun, gain: 1, sigma_b: 0, architecture: \"[conv1d(channels=3, kernel=2, stride=1, padding=1), max_pool(3, 2), global_average_pool]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 12, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[3, 3]], activation: tanh, init: he, gain: 1, sigma_b: 0.2, architecture: \"[rms_norm(0.1), conv2d(channels=0, kernel=2, stride=1, padding=1); conv2d(channels=2, kernel=4, stride=1, padding=1), max_pool(2, 2)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[4, 2]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[conv2d(channels=3, kernel=3, stride=3, padding=0), conv2d(channels=3, kernel=1, stride=2, padding=2), flatten, sin, linear; dense(4), conv1d(channels=0, kernel=3, stride=2, padding=0), erf, affine]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[3, 2, 2]], activation: tanh, init: lecun, gain: 1, sigma_b: 0, architecture: \"[affine, activation, activation, dense; activation, dense(4); affine, leaky_relu(0.2), residual(alpha=0, learned=1)[elu, dense(width=4, gain=0.7), affine]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[2, 4]], activation: relu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[dropout(0.3), silu, dense; dense(6), gelu, reshape(2, 3, 1), activation]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[3, 2, 3]], activation: tanh, init: he, gain: 1.2, sigma_b: 0, architecture: \"[batch_norm, layer_norm(0.1), dense; residual(alpha=0.8, power=0.5)[weight_norm(3)], affine; selu, residual(alpha=0.5)[weight_norm(3), selu]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 6, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 6, 3]], activation: relu, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[linear, reshape(2, 3, 1), flatten, dense; dense, residual[dense(width=6, gain=0.7)], layer_norm(0.1); softplus, affine, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 6, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 6, 6]], activation: relu, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[conv1d(channels=2, kernel=4, stride=3, padding=2), rms_norm(0.1); global_average_pool, dense(gain=1.5); linear, linear, conv1d(channels=3, kernel=1, stride=1, padding=0)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 4, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 6]], activation: tanh, init: he, gain: 1, sigma_b: 0.2, architecture: \"[sin, residual(alpha=0.5)[dense(width=4, gain=0.7), sin, affine]; conv2d(channels=2, kernel=1, stride=1, padding=2), activation, sin; affine, global_average_pool, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[6]], activation: relu, init: lecun, gain: 1, sigma_b: 0, architecture: \"[residual(alpha=0.5)[batch_norm(0.1), gelu, weight_norm(25)], batch_norm(epsilon=0.01), residual(alpha=0, learned=1)[dense(25), sin]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 25, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[2, 6]], activation: relu, init: lecun, gain: 1, sigma_b: 0, architecture: \"[reshape(2, 3, 1), global_average_pool, dense; batch_norm(epsilon=0.01), weight_norm]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 6, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[dense, selu, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 4]], activation: relu, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[conv2d(channels=0, kernel=2, stride=2, padding=2), flatten, dense(gain=1.5), dense(3), dropout(0.3); erf, affine, dense; activation, weight_norm]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 4, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 6, 6]], activation: tanh, init: he, gain: 1, sigma_b: 0.2, architecture: \"[dense(gain=1.5), dense; residual(alpha=-0.7, learned=1)[weight_norm(2), erf, affine], relu, layer_norm(epsilon=0.01); layer_norm(0.1), erf, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 9, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 2]], activation: gelu, init: he, gain: 1, sigma_b: 0, architecture: \"[reshape(2, 3, 1), conv2d(channels=2, kernel=2, stride=1, padding=0); elu, global_average_pool, dense(4), leaky_relu(0.2); conv2d(channels=3, kernel=1, stride=1, padding=1), dropout(p=0.1)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 6, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[4]], activation: gelu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[conv1d(channels=2, kernel=1, stride=2, padding=0), sigmoid, conv1d(channels=2, kernel=2, stride=3, padding=2), flatten, conv1d(channels=0, kernel=3, stride=3, padding=2)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[4, 6]], activation: tanh, init: he, gain: 1.2, sigma_b: 0, architecture: \"[batch_norm(epsilon=0.01), conv1d(channels=3, kernel=3, stride=1, padding=2), max_pool(3, 2); batch_norm, silu, flatten, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 12, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: relu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[dropout(p=0.1), layer_norm, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 6, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[2, 3]], activation: relu, init: lecun, gain: 1, sigma_b: 0, architecture: \"[residual(alpha=0.5)[layer_norm(0.1), dense(4), silu], affine, dropout(0.3); selu, selu, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 4, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[3, 2, 4]], activation: gelu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[sigmoid, softplus, dense; hard_tanh, dense(3); dense(3), activation, softplus]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 3]], activation: relu, init: he, gain: 1, sigma_b: 0.2, architecture: \"[conv2d(channels=2, kernel=2, stride=2, padding=2), affine, flatten, sigmoid; erf, affine, dense(6); batch_norm(0.1), dense(gain=1.5)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 4, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 2, 4]], activation: gelu, init: he, gain: 1, sigma_b: 0.2, architecture: \"[conv1d(channels=0, kernel=1, stride=3, padding=1), relu; batch_norm, leaky_relu(0.2), flatten, dense; dense, weight_norm]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 3]], activation: relu, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[weight_norm, weight_norm, dense(3); rms_norm, dense; gelu, residual(alpha=0.5)[leaky_relu(0.2), dense(3), affine]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 25, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: tanh, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[conv1d(channels=2, kernel=2, stride=1, padding=1), conv1d(channels=3, kernel=3, stride=3, padding=0), global_average_pool]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[6, 2]], activation: relu, init: he, gain: 1, sigma_b: 0, architecture: \"[dense(gain=1.5), rms_norm, batch_norm(0.1); reshape(2, 3, 1), global_average_pool, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 25, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[2]], activation: tanh, init: he, gain: 1, sigma_b: 0.2, architecture: \"[conv1d(channels=0, kernel=2, stride=1, padding=0), softplus, conv1d(channels=3, kernel=3, stride=1, padding=2), max_pool(3, 2)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: tanh, init: he, gain: 1, sigma_b: 0, architecture: \"[residual(alpha=-0.7, learned=1)[dense(width=3, gain=0.7), softplus, weight_norm(3)], activation, residual(alpha=0, learned=1)[weight_norm(3), hard_tanh], activation]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 3, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[4, 4]], activation: gelu, init: he, gain: 1, sigma_b: 0.2, architecture: \"[batch_norm(epsilon=0.01), activation, dense; conv2d(channels=0, kernel=1, stride=3, padding=0), sigmoid, sigmoid]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[4]], activation: relu, init: he, gain: 1.2, sigma_b: 0, architecture: \"[conv2d(channels=0, kernel=1, stride=1, padding=2), batch_norm(epsilon=0.01)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 2, 4]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[linear, softplus, dense; dense(3), affine; silu, affine, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 12, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[3, 6, 4]], activation: tanh, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[conv1d(channels=2, kernel=3, stride=1, padding=1), flatten; dense(6), leaky_relu(0.2); rms_norm, reshape(2, 3, 1), conv2d(channels=3, kernel=2, stride=3, padding=2)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[6, 2]], activation: tanh, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[conv2d(channels=2, kernel=3, stride=1, padding=2), softplus, global_average_pool; residual[dense(2)], dense(3)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 9, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[6]], activation: relu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[residual(alpha=0.8, power=0.5)[dense(width=6, gain=0.7), activation, dense(width=6, gain=0.7)], layer_norm]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 6, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[2, 2]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[dense(3), dense, weight_norm; sigmoid, dense(6)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 3, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 3, 2]], activation: gelu, init: he, gain: 1, sigma_b: 0, architecture: \"[dense, dense(4), batch_norm(epsilon=0.01); rms_norm, residual(alpha=0.8, power=0.5)[dense(width=4, gain=0.7), affine]; conv1d(channels=0, kernel=3, stride=2, padding=1), erf]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[4, 3]], activation: tanh, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[activation, affine, dense(4); dense, dense(4)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[4]], activation: relu, init: he, gain: 1, sigma_b: 0.2, architecture: \"[layer_norm(epsilon=0.01), residual(alpha=0.5)[layer_norm(0.1), dense(width=25, gain=0.7), activation]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 25, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[2, 6]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[layer_norm(epsilon=0.01), conv1d(channels=3, kernel=2, stride=1, padding=2), dropout(p=0.1); max_pool(2, 2), silu, global_average_pool, softplus, softplus, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[6, 6, 3]], activation: tanh, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[conv2d(channels=2, kernel=2, stride=1, padding=2), activation; dropout(p=0.1), activation, global_average_pool, dense, reshape(2, 3, 1); conv2d(channels=3, kernel=2, stride=3, padding=0), dropout(0.3)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 4, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: gelu, init: he, gain: 1.2, sigma_b: 0, architecture: \"[batch_norm(epsilon=0.01), residual(alpha=-0.7, learned=1)[weight_norm(9), selu]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 4, 2]], activation: relu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[weight_norm, weight_norm; residual(alpha=-0.7, learned=1)[tanh, dense(width=2, gain=0.7)], residual[dense(2), gelu, affine], linear; dense(6), sigmoid]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[6, 2, 6]], activation: tanh, init: he, gain: 1, sigma_b: 0, architecture: \"[relu, batch_norm, dense; reshape(2, 3, 1), conv2d(channels=3, kernel=2, stride=2, padding=1); linear, affine, flatten, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[4, 3]], activation: gelu, init: he, gain: 1.2, sigma_b: 0, architecture: \"[reshape(2, 3, 2), sigmoid, flatten, dense; affine, tanh, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 12, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[2]], activation: relu, init: he, gain: 1, sigma_b: 0.2, architecture: \"[batch_norm(0.1), residual(alpha=0, learned=1)[dense(16)], residual(alpha=-0.7, learned=1)[weight_norm(16)]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[4, 3]], activation: tanh, init: lecun, gain: 1, sigma_b: 0, architecture: \"[reshape(2, 3, 1), rms_norm(0.1), flatten, dense; activation, dense(4)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 6, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[6, 2, 4]], activation: gelu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[conv2d(channels=0, kernel=2, stride=1, padding=1), selu; affine, hard_tanh, conv2d(channels=3, kernel=1, stride=1, padding=1), batch_norm(epsilon=0.01), dropout(0.3); global_average_pool, linear, dense(6)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[4]], activation: relu, init: he, gain: 1, sigma_b: 0, architecture: \"[elu, conv1d(channels=3, kernel=1, stride=1, padding=0)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 4, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[4]], activation: gelu, init: he, gain: 1, sigma_b: 0.2, architecture: \"[activation, residual(alpha=0, learned=1)[erf, residual(alpha=0, learned=1)[layer_norm(epsilon=0.01), dense(width=4, gain=0.7)], weight_norm(4)], softplus, leaky_relu(0.2)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[4]], activation: tanh, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[silu, conv1d(channels=2, kernel=1, stride=2, padding=0), global_average_pool, dense(6)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[2, 2]], activation: relu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[linear, leaky_relu(0.2), affine, leaky_relu(0.2), affine, dense; dense, elu]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: gelu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[dense, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 6, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[3, 3]], activation: relu, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[batch_norm, rms_norm(0.1), dense; dense(3), rms_norm(epsilon=0.01)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 6, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[6, 3]], activation: relu, init: he, gain: 1.2, sigma_b: 0, architecture: \"[dense(6), softplus; conv1d(channels=3, kernel=3, stride=3, padding=0), global_average_pool]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 25, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: relu, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[residual(alpha=0.5)[rms_norm, dense(12)], reshape(2, 3, 2)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 12, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[2]], activation: gelu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[residual(alpha=0.5)[dense(width=12, gain=0.7), relu], reshape(2, 3, 2)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 12, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[2]], activation: tanh, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[softplus, affine, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[batch_norm, conv1d(channels=2, kernel=3, stride=3, padding=2)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[3, 3, 4]], activation: gelu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[silu, conv2d(channels=3, kernel=3, stride=1, padding=2), global_average_pool; dense, dense(6), relu; reshape(2, 3, 1), tanh, flatten, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 4, 3]], activation: relu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[weight_norm, conv2d(channels=2, kernel=2, stride=1, padding=2); softplus, softplus, layer_norm(0.1), sigmoid, flatten, dense; rms_norm(epsilon=0.01), dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 25, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: tanh, init: he, gain: 1.2, sigma_b: 0, architecture: \"[conv2d(channels=0, kernel=4, stride=3, padding=1), residual(alpha=-0.7, learned=1)[conv2d(channels=3, kernel=1, padding=0), gelu, affine, conv2d(channels=3, kernel=2, padding=1)]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[4, 3]], activation: tanh, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[dropout(0.3), weight_norm, conv1d(channels=3, kernel=2, stride=3, padding=2); gelu, residual(alpha=-0.7, learned=1)[conv1d(channels=3, kernel=3, padding=0), sigmoid, affine]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 3, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 2, 3]], activation: relu, init: lecun, gain: 1, sigma_b: 0, architecture: \"[dense, rms_norm(epsilon=0.01); batch_norm(epsilon=0.01), relu, conv2d(channels=0, kernel=1, stride=1, padding=2), global_average_pool; affine, dense(4)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 4, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[6, 3]], activation: tanh, init: lecun, gain: 1, sigma_b: 0, architecture: \"[dense(3), sigmoid; erf, dense(3), dense(4), dense(gain=1.5)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 4, 2]], activation: relu, init: he, gain: 1.2, sigma_b: 0.2, architecture: \"[residual(alpha=0.5)[softplus, weight_norm(16)], batch_norm; dense(gain=1.5), affine; affine, layer_norm(epsilon=0.01), conv1d(channels=3, kernel=1, stride=1, padding=1), global_average_pool]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 16, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[6, 2, 4]], activation: tanh, init: lecun, gain: 1, sigma_b: 0, architecture: \"[conv1d(channels=0, kernel=1, stride=2, padding=1), softplus; silu, layer_norm(epsilon=0.01), affine, flatten, dense; residual(alpha=0, learned=1)[dense(2)], dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 12, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[2, 3]], activation: gelu, init: he, gain: 1, sigma_b: 0, architecture: \"[leaky_relu(0.2), dropout(p=0.1), dense; erf, weight_norm]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 3, dimension: 6, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[2, 2, 2]], activation: tanh, init: lecun, gain: 1, sigma_b: 0, architecture: \"[residual(alpha=0.5)[silu, dense(16)], dense, dense(3); affine, leaky_relu(0.2), rms_norm(0.1), dense; dense, dropout(0.3)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 16, outputs: 2}\n"
    "readout: none\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 3, width: [[4, 4, 6]], activation: gelu, init: he, gain: 1.2, sigma_b: 0, architecture: \"[affine, affine, dense; conv1d(channels=3, kernel=3, stride=2, padding=0), linear; conv1d(channels=3, kernel=2, stride=3, padding=1), global_average_pool]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 9, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[6]], activation: gelu, init: lecun, gain: 1.2, sigma_b: 0.2, architecture: \"[residual[hard_tanh, dense(3), weight_norm(3)], leaky_relu(0.2), layer_norm(0.1), weight_norm]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 3, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[3, 6]], activation: tanh, init: he, gain: 1, sigma_b: 0.2, architecture: \"[affine, reshape(2, 3, 2), flatten, dense; dense(4), batch_norm(epsilon=0.01), conv2d(channels=0, kernel=2, stride=3, padding=1), global_average_pool]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 12, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[3]], activation: gelu, init: he, gain: 1.2, sigma_b: 0, architecture: \"[dense(3), dense(4)]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 3, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[2]], activation: tanh, init: lecun, gain: 1.2, sigma_b: 0, architecture: \"[linear, dense(gain=1.5), silu, residual(alpha=0, learned=1)[dense(width=2, gain=0.7), silu, affine]]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 4, dimension: 3, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[4]], activation: relu, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[affine, affine, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 2, dimension: 4, outputs: 2}\n"
    "readout: none\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 2, width: [[3, 3]], activation: tanh, init: he, gain: 1.2, sigma_b: 0, architecture: \"[weight_norm, residual[selu, weight_norm(3)], dense(6), relu; softplus, weight_norm]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 9, outputs: 2}\n"
    "readout: dense\n"
    "loss: mse\n"
    "observables: [forward_norm]\n",
    "grid: {depth: 1, width: [[6]], activation: tanh, init: lecun, gain: 1, sigma_b: 0.2, architecture: \"[activation, rms_norm(0.1), reshape(2, 3, 2), flatten, dense]\"}\n"
    "data: {source: gaussian, targets: gaussian, points: 1, dimension: 12, outputs: 2}\n"
    "readout: dense\n"
    "loss: cross_entropy\n"
    "observables: [forward_norm]\n",
};
#endif
