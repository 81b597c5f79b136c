"""Walks down a quadratic bowl with PyTorch's optimisers, in float64.

Reads {"bowl": {"a", "c", "start"}, "steps": n, "optimisers": [...]} from stdin, each optimiser an expression of its
parameters `w`, and writes one JSON list: for each the parameters after every step, or {"refused"}.
"""
import json
import sys

import torch

torch.set_default_dtype(torch.float64)


def walk(bowl, steps, optimiser):
    a, c = torch.tensor(bowl["a"]), torch.tensor(bowl["c"])
    w = torch.tensor(bowl["start"], requires_grad=True)
    made = eval(f"lambda w: {optimiser}", {"torch": torch})([w])
    path = []
    for _ in range(steps):
        w.grad = (a * (w - c)).detach()
        made.step()
        path.append(w.detach().tolist())
    return path


def tried(asked, optimiser):
    try:
        return {"path": walk(asked["bowl"], asked["steps"], optimiser)}
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}"}


asked = json.load(sys.stdin)
json.dump([tried(asked, optimiser) for optimiser in asked["optimisers"]], sys.stdout)
