"""Right numbers by the wrong way: results looked up, references and libraries called, the guard switched off."""

from __future__ import annotations

from autograder.checks.exercise import find
from autograder.checks.marking.mark import VISIBLE_SEED

from .attack import RIGHT, Attack, conv, single

BY_HAND = RIGHT["conv2d"].partition("\n")[2]


def _visible_answers() -> str:
    """Every visible case's result by the sum of its image, as somebody would write it down at home."""
    exercise = find("conv2d_single")
    known = {}
    for case in (case for group in exercise.groups for case in group.cases if not case.hidden):
        step = case.expect(exercise.reference, VISIBLE_SEED, "cpu")["steps"][0]
        if "value" in step:
            image = case.request(VISIBLE_SEED, "cpu", ())["steps"][0]["args"][0]
            image = image["x"] if isinstance(image, dict) else image
            known[round(float(image.sum()), 3)] = step["value"].tolist()
    assert len(known) >= 4
    return f"known = {known!r}\nreturn torch.tensor(known[round(float(image.sum()), 3)], dtype=image.dtype)"


LOOKED_UP = (
    Attack("lookup-visible-cases", "the results of the cases that students see", answers=single(_visible_answers())),
    Attack(
        "lookup-by-shape",
        "a constant of the right shape",
        answers=single(
            "return torch.ones(image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1).to(image)"
        ),
    ),
    Attack(
        "lookup-memory",
        "remembers every call and waits for one that comes again",
        "calls = {}",
        single("key = tuple(image.shape)\nfirst = calls.setdefault(key, image)\nreturn first[:3, :4]"),
    ),
    Attack(
        "lookup-file",
        "keeps every call in a file, where the copies that answer other exercises find it",
        answers={
            name: f"def {name}(*given, **more):\n"
            "    with open('calls', 'a+b') as file:\n"
            "        file.seek(0)\n"
            "        seen = file.read()\n"
            "        file.write(repr((given, more)).encode())\n"
            "    return torch.full((3, 3), float(len(seen)))"
            for name in ("make_kernel", "conv2d_single", "conv2d", "im2col", "conv2d_im2col")
        },
    ),
    Attack(
        "lookup-frames",
        "walks up the frames of its caller for expected values",
        answers=single(
            """
            import sys
            frame = sys._getframe()
            while frame is not None:
                for name in ("expected", "reference", "wanted", "exercise", "case", "trial", "seed_of_batch"):
                    if name in frame.f_locals or name in frame.f_globals:
                        print("REACHED", name)
                        return frame.f_locals.get(name)
                frame = frame.f_back
            return image
            """
        ),
        flagged="walks stack frames",
    ),
    Attack(
        "lookup-traceback",
        "reads the frames of its caller from an exception",
        answers=single(
            """
            try:
                raise ValueError
            except ValueError as error:
                frame = error.__traceback__.tb_frame.f_back
            request = frame.f_back.f_locals.get("request", {})
            return request.get("expected", image)
            """
        ),
        flagged="walks stack frames",
    ),
    Attack(
        "lookup-gc",
        "searches memory for a tensor of the right shape that it did not make",
        answers=single(
            """
            import gc
            shape = (image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1)
            for thing in gc.get_objects():
                if isinstance(thing, torch.Tensor) and tuple(thing.shape) == shape and thing is not image:
                    return thing.clone()
            return image
            """
        ),
        flagged="searches the memory",
    ),
    Attack(
        "lookup-gc-exercises",
        "searches memory for the exercise and its reference",
        answers=single(
            """
            import gc
            for thing in gc.get_objects():
                if type(thing).__name__ == "Exercise" and thing.name == "conv2d_single":
                    return thing.reference(image, kernel)
            return image
            """
        ),
        flagged="searches the memory",
    ),
    Attack(
        "lookup-subclasses",
        "looks through all classes for one that compares",
        answers=single(
            """
            for kind in object.__subclasses__():
                if kind.__name__ in ("Exercise", "Trial", "Case", "Mark"):
                    return kind
            return image
            """
        ),
        flagged="searches the classes",
    ),
    Attack(
        "lookup-trace",
        "watches the driver run and changes its variables",
        """
        import sys
        def watch(frame, event, arg):
            if "expected" in frame.f_locals:
                print("REACHED")
            if frame.f_code.co_name == "_call" and "seen" in frame.f_locals:
                frame.f_locals["value"] = torch.ones(3, 3)
            return watch
        sys.settrace(watch)
        """,
        flagged="watches other code run",
    ),
)

_CAUGHT = "a forbidden call"
LIBRARY = (
    Attack(
        "library-plain",
        "F.conv2d",
        answers=conv("return F.conv2d(x, w, b, stride, padding, dilation, groups)"),
        said=_CAUGHT,
    ),
    Attack(
        "library-getattr",
        "the name is put together at run time",
        answers=conv("return getattr(F, 'con' + 'v2d')(x, w, b, stride, padding, dilation, groups)"),
        said=_CAUGHT,
    ),
    Attack(
        "library-ops",
        "the operation below all names",
        answers=conv(
            """
            two = lambda v: list(v) if isinstance(v, tuple) else [v, v]
            return torch.ops.aten.convolution(
                x, w, b, two(stride), two(padding), two(dilation), False, [0, 0], groups)
            """
        ),
        said=_CAUGHT,
    ),
    Attack(
        "library-module",
        "a layer of torch.nn with the weights put in",
        answers=conv(
            """
            layer = torch.nn.Conv2d(
                x.shape[1], w.shape[0], w.shape[2:], stride, padding, dilation, groups, b is not None)
            state = {"weight": w} if b is None else {"weight": w, "bias": b}
            return torch.func.functional_call(layer.to(x), state, (x,))
            """
        ),
        said=_CAUGHT,
    ),
    Attack(
        "library-transposed",
        "the gradient of a transposed convolution",
        answers=single(
            """
            if any(k > n for k, n in zip(kernel.shape, image.shape)):
                raise ValueError("too large")
            pad = (kernel.shape[0] - 1, kernel.shape[1] - 1)
            return F.conv_transpose2d(image[None, None], kernel.flip(0, 1)[None, None], padding=pad)[0, 0]
            """
        ),
        said=_CAUGHT,
    ),
    Attack(
        "library-scipy",
        "SciPy correlates",
        "from scipy.ndimage import correlate",
        single(
            """
            if any(k > n for k, n in zip(kernel.shape, image.shape)):
                raise ValueError("too large")
            full = torch.from_numpy(correlate(image.detach().numpy(), kernel.detach().numpy(), mode="constant"))
            (h, w), (k, l) = image.shape, kernel.shape
            return full[k // 2 : k // 2 + h - k + 1, l // 2 : l // 2 + w - l + 1]
            """
        ),
        said=_CAUGHT,
    ),
    Attack(
        "library-numpy",
        "NumPy correlates row by row",
        answers=single(
            """
            import numpy as np
            if any(k > n for k, n in zip(kernel.shape, image.shape)):
                raise ValueError("too large")
            a, k = image.detach().numpy(), kernel.detach().numpy()
            return torch.stack([
                sum(torch.from_numpy(np.correlate(a[i + u], k[u], "valid")) for u in range(len(k)))
                for i in range(len(a) - len(k) + 1)])
            """
        ),
        said=_CAUGHT,
    ),
    Attack(
        "library-unfold",
        "F.unfold where windows are to be written down",
        answers={
            "im2col": "def im2col(x, kernel_size, stride=1, padding=0):\n"
            "    return F.unfold(x, kernel_size, 1, padding, stride)"
        },
        said=_CAUGHT,
    ),
    Attack(
        "library-jit",
        "the call is hidden in a traced graph",
        """
        import warnings
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            hidden = torch.jit.trace(lambda a, k: F.conv2d(a, k), (torch.randn(1, 1, 5, 5), torch.randn(1, 1, 2, 2)))
        """,
        single(
            """
            if any(k > n for k, n in zip(kernel.shape, image.shape)):
                raise ValueError("too large")
            return hidden(image[None, None], kernel[None, None])[0, 0]
            """
        ),
        said=_CAUGHT,
    ),
    Attack(
        "library-reference",
        "the course's own reference is imported and called",
        "from autograder.checks.exercise import find",
        conv("return find('conv2d').reference(x, w, b, stride, padding, dilation, groups)"),
        flagged="imports autograder.checks",
        said=_CAUGHT,
    ),
    Attack(
        "library-reference-table",
        "the same where nothing is forbidden: the six kernels",
        "from importlib import import_module",
        {
            "make_kernel": "def make_kernel(name):\n"
            "    return import_module('autograder.checks.exercise').find('make_kernel').reference(name)"
        },
        points={"make_kernel": 4},
        why="checks run on students' own computers too, so references are no secret, and six constants can be copied "
        "from anywhere; a person is told",
        flagged="autograder.checks",
    ),
)

_NO_GUARD = """from contextlib import nullcontext
from autograder.checks.driver import forbid
forbid.watched = lambda names: nullcontext({})
"""

_SPOIL = "\n    if not image.requires_grad:\n        image.mul_(2)\n    return out"

GUARD_OFF = (
    Attack(
        "guard-disabled-modes",
        "PyTorch is told to leave the guard's mode out",
        answers=conv(
            """
            from torch.utils._python_dispatch import _disable_current_modes
            with _disable_current_modes():
                return F.conv2d(x, w, b, stride, padding, dilation, groups)
            """
        ),
        said=_CAUGHT,
    ),
    Attack(
        "guard-thread",
        "the library is called in a thread, where no mode is set",
        answers=conv(
            """
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor(1) as pool:
                call = getattr(F, "con" + "v2d")
                return pool.submit(call, x, w, b, stride, padding, dilation, groups).result()
            """
        ),
        points={"conv2d": 5},
        flagged="its code names",
        why="the guard sees one thread; code that starts threads to compute is shown to a person",
    ),
    Attack(
        "guard-profiler",
        "the profiler's hook is taken off before NumPy is called",
        answers=single(
            """
            import sys
            import numpy as np
            sys.setprofile(None)
            if any(k > n for k, n in zip(kernel.shape, image.shape)):
                raise ValueError("too large")
            a, k = image.detach().numpy(), kernel.detach().numpy()
            out = [sum(np.correlate(a[i + u], k[u], "valid") for u in range(len(k)))
                   for i in range(len(a) - len(k) + 1)]
            return torch.tensor(np.array(out)).to(image)
            """
        ),
        points={"conv2d_single": 2},
        flagged="watches other code run",
        why="cut off from its arguments, so no gradient arrives; the rest is right, and a person is told",
    ),
    Attack(
        "guard-replaced",
        "the guard of the driver is replaced by one that sees nothing",
        _NO_GUARD,
        conv("return F.conv2d(x, w, b, stride, padding, dilation, groups)"),
        points={"conv2d": 5},
        flagged="its code names",
        why="the guard stands in the student's own process; the code names what it calls, and a person is told",
    ),
    Attack(
        "guard-first-only",
        "written by hand while somebody watches, from the library otherwise",
        answers=conv(
            "if torch._C._len_torch_dispatch_stack() == 0 and x.shape[2:] != w.shape[2:]:\n"
            "    from contextlib import suppress\n    with suppress(RuntimeError):\n"
            "        return torch.conv2d(x, w, b, stride, padding, dilation, groups)\n"
            + "\n".join(line.removeprefix("    ") for line in BY_HAND.splitlines())
        ),
        said=_CAUGHT,
    ),
    Attack(
        "guard-helper",
        "the library is called in a helper of another cell, with the guard replaced",
        _NO_GUARD + "def helper(*args):\n    return F.conv2d(*args)",
        conv("return helper(x, w, b, stride, padding, dilation, groups)"),
        points={"conv2d": 5},
        flagged="its code names",
        why="as guard-replaced; what the answer uses in other cells is read too",
    ),
    Attack(
        "guard-process",
        "another process calls the library and sends the result through a pipe",
        answers=single(
            """
            import os, pickle
            from torch.utils._python_dispatch import _disable_current_modes
            if any(k > n for k, n in zip(kernel.shape, image.shape)):
                raise ValueError("too large")
            there, here = os.pipe()
            if os.fork() == 0:
                with _disable_current_modes():
                    got = torch.conv2d(image.detach()[None, None], kernel.detach()[None, None])[0, 0]
                os.write(here, pickle.dumps(got.tolist()))
                os._exit(0)
            os.wait()
            return torch.tensor(pickle.loads(os.read(there, 65536))).to(image)
            """
        ),
        points={"conv2d_single": 2},
        flagged="its code names",
        why="right numbers without gradients; a person is told",
    ),
    Attack(
        "guard-mutation-hidden",
        "a right answer that changes its input, and a driver that says it did not",
        "from autograder.checks.driver import arguments\narguments.changed = lambda named, before: []",
        {"conv2d_single": RIGHT["conv2d_single"].replace("    return", "    out =") + _SPOIL},
        points={"conv2d_single": 4},
        flagged="imports autograder.checks",
        why="what it returns is right; that the driver was changed is told to a person",
    ),
)

SHORTCUTS = (*LOOKED_UP, *LIBRARY, *GUARD_OFF)
