"""A contender in Python: answers the coordinator's requests, one after the other (see harness/protocol.ts)."""
import base64
import gc
import json
import os
import sys
import time

import torch

import rows

# With more, its pool and OpenBLAS's fight for the cores. OMP_NUM_THREADS and OPENBLAS_NUM_THREADS come from outside.
torch.set_num_threads(1)

current = None


def blas():
    """The library that does the products: without OpenBLAS they are ten times slower, and say nothing."""
    torch.ones(8, 8) @ torch.ones(8, 8)
    with open("/proc/self/maps") as maps:
        names = {os.path.basename(line.split()[-1]) for line in maps if "blas" in line.lower() or "mkl" in line.lower()}
    return ", ".join(sorted(names)) or "its own"


def settings():
    pools = ", ".join(f"{name}={os.environ.get(name)}" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"))
    return f"PyTorch {torch.__version__}, torch.set_num_threads({torch.get_num_threads()}), {pools}, BLAS: {blas()}"


def timed(run, calls):
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - start) * 1000


def packed(tensor):
    values = tensor.detach().to(torch.float32).contiguous()
    return base64.b64encode(bytes(values.view(-1).numpy())).decode()


def prepare(name):
    global current
    run, outputs = rows.rows[name]()
    first = timed(run, 1)
    results = [packed(t) for t in outputs()]
    warm, calls = 0.0, 0
    while calls < 3 or warm < 200:
        warm += timed(run, 1)
        calls += 1
    current = (run, warm / calls)
    return {"first": first, "outputs": results}


def turn(milliseconds):
    run, each = current
    gc.collect()
    # Caches hold another contender's operands now, and threads are asleep.
    run()
    batch = max(1, -(-0.05 // each))
    samples, start = [], time.perf_counter()
    while not samples or (time.perf_counter() - start) * 1000 < milliseconds:
        samples.append(timed(run, int(batch)) / batch)
    return {"samples": samples}


def answer(request):
    global current
    what = request["do"]
    if what == "hello":
        return {"about": settings()}
    if what == "prepare":
        return prepare(request["row"])
    if what == "turn":
        return turn(request["milliseconds"])
    if what == "release":
        current = None
        gc.collect()
        return {}
    raise ValueError(f"there is no request {what}")


with os.fdopen(3, "w") as replies:
    for line in sys.stdin:
        try:
            reply = {"ok": True, **answer(json.loads(line))}
        except Exception as error:
            reply = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
