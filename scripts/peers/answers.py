"""Runs cases of test/functions in PyTorch, in float64: values, a gradient and its change in a direction.

Reads {"cases": [...]} from stdin and writes one JSON list: for each case {"values", "gradient", "second"} or {"refused"}.
"""
import json
import sys

import torch

torch.set_default_dtype(torch.float64)
KINDS = {"f32": torch.float64, "f64": torch.float64, "i32": torch.int64, "u32": torch.int64, "bool": torch.bool}


def leaves(x):
    if isinstance(x, torch.Tensor):
        return [x]
    if isinstance(x, (tuple, list)):
        return [leaf for part in x for leaf in leaves(part)]
    return [torch.as_tensor(x)]


def flat(x):
    # The sum has storage, which a zero that PyTorch knows to be one has not.
    return [float(v) for v in (x.detach() + torch.zeros(x.shape)).reshape(-1).tolist()]


def run(case):
    arguments = [
        torch.tensor(a["data"], dtype=torch.float64).to(KINDS[a["dtype"]]).reshape(a["shape"]) for a in case["args"]
    ]
    active = [a for a in arguments if a.is_floating_point()]
    names = dict(zip("abcdefgh", arguments))
    function = eval(f"lambda {', '.join(names)}: ({case['torch']})", {"torch": torch, "F": torch.nn.functional})
    for a in active:
        a.requires_grad_(case["orders"] > 0)
    results = leaves(function(*arguments))
    out = {"values": [flat(r) for r in results]}
    if case["orders"] < 1:
        return out
    weights = [torch.tensor(w, dtype=torch.float64) if w else None for w in case["weights"]]
    loss = sum(
        (r.reshape(-1) * w).sum() for r, w in zip(results, weights) if w is not None and r.is_floating_point()
    )

    def changes(y, create):
        found = torch.autograd.grad(y, active, create_graph=create, allow_unused=True)
        return [torch.zeros_like(a) if g is None else g for g, a in zip(found, active)]

    gradient = changes(loss, case["orders"] > 1)
    out["gradient"] = [flat(g) for g in gradient]
    if case["orders"] < 2:
        return out
    directions = [torch.tensor(d, dtype=torch.float64) for d in case["directions"]]
    along = sum((g.reshape(-1) * d).sum() for g, d in zip(gradient, directions))
    second = changes(along, False) if along.requires_grad else [torch.zeros_like(a) for a in active]
    out["second"] = [flat(s) for s in second]
    return out


def tried(case):
    try:
        return run(case)
    except Exception as error:  # what PyTorch cannot do is said, case by case
        return {"refused": f"{type(error).__name__}: {error}".split("\n")[0]}


print(json.dumps([tried(case) for case in json.load(sys.stdin)["cases"]]))
