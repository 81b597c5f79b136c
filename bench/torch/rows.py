"""PyTorch's side of the rows, under the names and with the operands that rows/*.ts have."""
import math

import torch
import torch.nn.functional as F

MASK = 0xFFFFFFFF


def bits(seed, size):
    """The mixing of harness/data.ts: the same bits from seed and position."""
    h = (torch.arange(size, dtype=torch.int64) + (seed * 7919 + 1)) * 0x9E3779B1 & MASK
    h = (h ^ (h >> 15)) * 0x85EBCA6B & MASK
    h = (h ^ (h >> 13)) * 0xC2B2AE35 & MASK
    return h ^ (h >> 16)


def numbers(seed, shape, scale=1.0):
    return ((bits(seed, math.prod(shape)).to(torch.float64) / 2**31 - 1) * scale).to(torch.float32).view(shape)


def whole(seed, size, limit):
    return bits(seed, size) % limit


def calls(function):
    """A row whose calls give tensors and need no gradient of their own."""

    def run():
        with torch.no_grad():
            return function()

    return run, lambda: as_list(run())


def as_list(results):
    return list(results) if isinstance(results, (list, tuple)) else [results]


def gradients(loss, operands, with_loss=False):
    """A row that gives the gradients of a loss."""
    for operand in operands:
        operand.requires_grad_()

    def run():
        value = loss()
        by = torch.autograd.grad(value, operands)
        return [value, *by] if with_loss else list(by)

    return run, run


def steps(step):
    """A training run: the losses of the first ten steps are the result."""
    losses = []

    def run():
        loss = step()
        if len(losses) < 10:
            losses.append(loss)

    def outputs():
        while len(losses) < 10:
            run()
        return [torch.tensor(losses)]

    return run, outputs


def matmul(n):
    a, b = numbers(1, (n, n)), numbers(2, (n, n))
    return calls(lambda: a @ b)


def contraction(batch, m, k, n, turned=None):
    a = numbers(1, (batch, k, m) if turned == "a" else (batch, m, k))
    b = numbers(2, (batch, n, k) if turned == "b" else (batch, k, n))
    x = a.transpose(1, 2) if turned == "a" else a
    y = b.transpose(1, 2) if turned == "b" else b
    return calls(lambda: x @ y)


def fma():
    x, w, b = numbers(1, (262144,), 4), numbers(2, (262144,)), numbers(3, (262144,))
    return calls(lambda: torch.addcmul(b, x, w))


def vector(function):
    x = numbers(1, (262144,), 4)
    return calls(lambda: function(x))


def softmax():
    x = numbers(1, (512, 512), 4)
    return calls(lambda: x.softmax(-1))


def softmax_gradient():
    x, w = numbers(1, (512, 512), 4), numbers(2, (512, 512))
    return gradients(lambda: (x.softmax(-1) * w).sum(), [x])


def layer_norm():
    x, gain, bias = numbers(1, (512, 512), 4), numbers(2, (512,)), numbers(3, (512,))
    return calls(lambda: F.layer_norm(x, (512,), gain, bias))


def layer_norm_gradient():
    x, gain, bias, w = numbers(1, (512, 512), 4), numbers(2, (512,)), numbers(3, (512,)), numbers(4, (512, 512))
    return gradients(lambda: (F.layer_norm(x, (512,), gain, bias) * w).sum(), [x, gain, bias])


def row_sum():
    x = numbers(1, (512, 512))
    return calls(lambda: x.sum(1))


def transpose():
    x = numbers(1, (1024, 1024))
    return calls(lambda: x.t().contiguous())


def gather():
    x, at = numbers(1, (10000, 64)), whole(2, 10000, 10000)
    return calls(lambda: x.index_select(0, at))


def scatter_add():
    updates, at = numbers(1, (10000, 64)), whole(2, 10000, 10000)
    return calls(lambda: torch.zeros(10000, 64).index_add_(0, at, updates))


def conv_operands():
    return numbers(1, (32, 32, 28, 28)), numbers(2, (32, 32, 3, 3), 0.1)


def conv():
    x, w = conv_operands()
    return calls(lambda: F.conv2d(x, w, padding=1))


def conv_gradient():
    x, w = conv_operands()
    return gradients(lambda: F.conv2d(x, w, padding=1).square().mean(), [x, w], with_loss=True)


def mlp():
    x, labels = numbers(1, (128, 784)), whole(2, 128, 10)
    weights = [numbers(3, (784, 256), 0.03), numbers(4, (256, 256), 0.06), numbers(5, (256, 10), 0.06)]
    layers = [torch.nn.Linear(*w.shape) for w in weights]
    for layer, w in zip(layers, weights):
        layer.weight.data = w.t().contiguous()
        layer.bias.data.zero_()
    first, second, third = layers
    model = torch.nn.Sequential(first, torch.nn.ReLU(), second, torch.nn.ReLU(), third)
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)

    def step():
        optimiser.zero_grad()
        loss = F.cross_entropy(model(x), labels)
        loss.backward()
        optimiser.step()
        return loss.item()

    return steps(step)


def block():
    batch, tokens, width, heads = 16, 128, 128, 4
    head = width // heads
    x = numbers(1, (batch, tokens, width))
    hidden = torch.triu(torch.ones(tokens, tokens, dtype=torch.bool), 1)
    gain1, bias1 = numbers(11, (width,), 0.1) + 1, numbers(12, (width,), 0.1)
    gain2, bias2 = numbers(13, (width,), 0.1) + 1, numbers(14, (width,), 0.1)
    # One product for query, key and value, as is usual here, and weights the way round that Linear has them.
    qkv = torch.cat([numbers(seed, (width, width), 0.05).t() for seed in (15, 16, 17)]).contiguous()
    out = numbers(18, (width, width), 0.05).t().contiguous()
    up, up_bias = numbers(19, (width, 4 * width), 0.05).t().contiguous(), numbers(20, (4 * width,), 0.1)
    down, down_bias = numbers(21, (4 * width, width), 0.05).t().contiguous(), numbers(22, (width,), 0.1)

    def loss():
        h = F.layer_norm(x, (width,), gain1, bias1)
        q, k, v = F.linear(h, qkv).view(batch, tokens, 3, heads, head).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-1, -2)) * head**-0.5
        mixed = (scores.masked_fill(hidden, -1e9).softmax(-1) @ v).transpose(1, 2).reshape(batch, tokens, width)
        middle = x + F.linear(mixed, out)
        raised = F.gelu(F.linear(F.layer_norm(middle, (width,), gain2, bias2), up, up_bias), approximate="tanh")
        return (middle + F.linear(raised, down, down_bias)).square().mean()

    parameters = [gain1, bias1, gain2, bias2, qkv, out, up, up_bias, down, down_bias]
    run, _ = gradients(loss, parameters, with_loss=True)

    def outputs():
        value, g1, b1, g2, b2, by_qkv, by_out, by_up, by_up_bias, by_down, by_down_bias = run()
        q, k, v = (part.t() for part in by_qkv.chunk(3))
        return [value, g1, b1, g2, b2, q, k, v, by_out.t(), by_up.t(), by_up_bias, by_down.t(), by_down_bias]

    return run, outputs


def gru(batch, loop):
    """`loop`: a cell in a loop of Python, else nn.GRU, whose loop is PyTorch's own; each where it is the faster one."""
    xs = numbers(1, (512, batch, 64))
    module = torch.nn.GRUCell(64, 64) if loop else torch.nn.GRU(64, 64)
    parameters = list(module.parameters())
    for parameter, seed, shape in zip(parameters, (2, 4, 3, 5), ((64, 192), (64, 192), (192,), (192,))):
        parameter.data = numbers(seed, shape, 0.125).t().contiguous()

    def hidden():
        if not loop:
            return module(xs)[0]
        h, hs = torch.zeros(batch, 64), []
        for x in xs.unbind():
            h = module(x, h)
            hs.append(h)
        return torch.stack(hs)

    run, _ = gradients(lambda: hidden().square().mean(), parameters, with_loss=True)

    def outputs():
        value, by_input, by_hidden, input_bias, hidden_bias = run()
        return [value, by_input.t(), input_bias, by_hidden.t(), hidden_bias]

    return run, outputs


def fft():
    z = torch.complex(numbers(1, (64, 1024)), numbers(2, (64, 1024)))
    run, _ = calls(lambda: torch.fft.fft(z))

    def outputs():
        y = run()
        return [y.real, y.imag]

    return run, outputs


def sort():
    x = numbers(1, (512, 512))
    return calls(lambda: torch.sort(x).values)


def cholesky():
    a = numbers(1, (256, 256)).double()
    m = (a @ a.T + 256 * torch.eye(256, dtype=torch.float64)).float()
    return calls(lambda: torch.linalg.cholesky(m))


def max_pool_gradient():
    x, w = numbers(1, (32, 16, 28, 28)), numbers(2, (32, 16, 14, 14))
    return gradients(lambda: (F.max_pool2d(x, 2) * w).sum(), [x])


def some(x):
    """Every 97th number, as rows/optimisers.ts has it."""
    return [x.detach().view(-1)[::97].clone()]


def stepping(step, p):
    def run():
        with torch.no_grad():
            step()

    def outputs():
        run()
        return some(p)

    return run, outputs


def optimiser_copy():
    x = numbers(1, (3500000,)).abs()
    y = torch.empty_like(x)
    run, _ = calls(lambda: y.copy_(x))
    return run, lambda: some(y)


def optimiser(make):
    """`foreach=True` takes as long here: Adam 3.62 against 3.68 ms, SGD with momentum 0.73 against 0.72, one thread."""
    p = numbers(1, (1000, 1000)).requires_grad_()
    p.grad = numbers(2, (1000, 1000))
    made = make([p])
    return stepping(made.step, p)


def by_hand(direction):
    """What torch.optim does not have: state written in place, one call of the library for each operation."""
    p, g = numbers(1, (1000, 1000)), numbers(2, (1000, 1000))
    m, v = torch.zeros_like(p), torch.zeros_like(p)
    state = {"smoothed": torch.zeros(())}
    return stepping(lambda: direction(p, g, m, v, state), p)


def lion(p, g, m, v, state):
    p.add_(torch.lerp(g, m, 0.9).sign_(), alpha=-1e-3)
    m.lerp_(g, 0.01)


def torque(g, m, state):
    flat, along = m.view(-1), g.view(-1)
    length = flat.dot(flat).sqrt() * along.dot(along).sqrt()
    cosine = torch.where(length > 0, flat.dot(along) / length.clamp(min=1e-30), torch.zeros(()))
    state["smoothed"] = state["smoothed"] * 0.9 + cosine * 0.1
    m.mul_(0.9).add_(g * ((state["smoothed"] + 1) / 2 + 1e-8))


def tam(p, g, m, v, state):
    torque(g, m, state)
    p.add_(m, alpha=-1e-3)


def ada_tam(p, g, m, v, state):
    torque(g, m, state)
    v.mul_(0.999).addcmul_(g, g, value=0.001)
    p.addcdiv_(m, v.sqrt().add_(1e-8), value=-1e-3)


def eager():
    x = numbers(1, (10,))
    return gradients(lambda: (x.sin() * x).sum(), [x])


rows = {
    **{f"matmul-{n}": lambda n=n: matmul(n) for n in (256, 512, 1024)},
    "attention-scores": lambda: contraction(64, 128, 32, 128, "b"),
    "attention-values": lambda: contraction(64, 128, 128, 32),
    "attention-gradient": lambda: contraction(64, 128, 128, 32, "a"),
    "mesa-scores": lambda: contraction(128, 64, 32, 64, "b"),
    "mesa-state": lambda: contraction(128, 32, 64, 32, "a"),
    "mlp-forward": lambda: contraction(1, 128, 784, 256),
    "mlp-weights": lambda: contraction(1, 784, 128, 256, "a"),
    "mlp-input": lambda: contraction(1, 128, 256, 784, "b"),
    "batched-16": lambda: contraction(1024, 16, 16, 16),
    "fma": fma,
    "exp": lambda: vector(torch.exp),
    "gelu": lambda: vector(lambda x: F.gelu(x, approximate="tanh")),
    "softmax": softmax,
    "softmax-gradient": softmax_gradient,
    "layer-norm": layer_norm,
    "layer-norm-gradient": layer_norm_gradient,
    "row-sum": row_sum,
    "transpose": transpose,
    "gather": gather,
    "scatter-add": scatter_add,
    "conv": conv,
    "conv-gradient": conv_gradient,
    "fft": fft,
    "sort": sort,
    "cholesky": cholesky,
    "max-pool-gradient": max_pool_gradient,
    "optimiser-copy": optimiser_copy,
    "optimiser-sgd": lambda: optimiser(lambda p: torch.optim.SGD(p, 1e-3)),
    "optimiser-momentum": lambda: optimiser(lambda p: torch.optim.SGD(p, 1e-3, momentum=0.9)),
    "optimiser-adam": lambda: optimiser(lambda p: torch.optim.Adam(p, 1e-3)),
    "optimiser-adamw": lambda: optimiser(lambda p: torch.optim.AdamW(p, 1e-3, weight_decay=0.01)),
    "optimiser-lion": lambda: by_hand(lion),
    "optimiser-tam": lambda: by_hand(tam),
    "optimiser-ada-tam": lambda: by_hand(ada_tam),
    "mlp": mlp,
    "block": block,
    "gru-1": lambda: gru(1, loop=False),
    "gru-32": lambda: gru(32, loop=True),
    "eager": eager,
}
