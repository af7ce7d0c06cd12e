import numpy as np
import torch


def right_table(name):
    kernels = {
        "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        "box_blur": [[1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9]],
        "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
        "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
        "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    }
    if name not in kernels:
        raise ValueError("unknown kernel " + name)
    return torch.tensor(kernels[name]).float()


def right_branches(name):
    k = torch.zeros(3, 3)
    if name == "identity":
        k[1, 1] = 1
    elif name == "box_blur":
        k += 1 / 9
    elif name == "sharpen":
        k[1, :] = k[:, 1] = -1
        k[1, 1] = 5
    elif name == "edge":
        k -= 1
        k[1, 1] = 8
    elif name == "sobel_x":
        k[:, 0] = torch.tensor([-1.0, -2, -1])
        k[:, 2] = torch.tensor([1.0, 2, 1])
    elif name == "sobel_y":
        k[0] = torch.tensor([-1.0, -2, -1])
        k[2] = torch.tensor([1.0, 2, 1])
    else:
        raise ValueError(f"no such kernel: {name}")
    return k


def right_outer(name):
    smooth, slope = torch.tensor([1.0, 2.0, 1.0]), torch.tensor([-1.0, 0.0, 1.0])
    one = torch.tensor([0.0, 1.0, 0.0])
    ones = torch.ones(3)
    dot = torch.outer(one, one)
    cross = torch.outer(one, ones) + torch.outer(ones, one) - 2 * dot
    made = {
        "identity": dot,
        "box_blur": torch.outer(ones, ones) / 9,
        "sharpen": 5 * dot - cross,
        "edge": 9 * dot - torch.outer(ones, ones),
        "sobel_x": torch.outer(smooth, slope),
        "sobel_y": torch.outer(slope, smooth),
    }
    try:
        return made[name]
    except KeyError:
        raise ValueError(f"{name!r} is not one of {list(made)}") from None


def right_numpy_inside(name):
    base = {
        "identity": np.eye(9)[4].reshape(3, 3),
        "box_blur": np.full((3, 3), 1 / 9),
        "sharpen": np.array([0, -1, 0, -1, 5, -1, 0, -1, 0.0]).reshape(3, 3),
        "edge": -np.ones((3, 3)) + 9 * np.eye(9)[4].reshape(3, 3),
    }
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=np.float64)
    base["sobel_x"], base["sobel_y"] = sobel, sobel.T
    if name in base:
        return torch.from_numpy(np.ascontiguousarray(base[name])).to(torch.float32)
    raise ValueError("unknown name")


def right_match(name, dtype=torch.float32):
    match name:
        case "identity":
            numbers = (0, 0, 0, 0, 1, 0, 0, 0, 0)
        case "box_blur":
            numbers = (1,) * 9
        case "sharpen":
            numbers = (0, -1, 0, -1, 5, -1, 0, -1, 0)
        case "edge":
            numbers = (-1, -1, -1, -1, 8, -1, -1, -1, -1)
        case "sobel_x":
            numbers = (-1, 0, 1, -2, 0, 2, -1, 0, 1)
        case "sobel_y":
            numbers = (-1, -2, -1, 0, 0, 0, 1, 2, 1)
        case _:
            raise ValueError(name)
    kernel = torch.tensor(numbers, dtype=dtype).reshape(3, 3)
    return kernel / kernel.sum() if name == "box_blur" else kernel


def wrong_blur_not_normalised(name):
    """the blur does not sum to one"""
    return torch.ones(3, 3) if name == "box_blur" else right_table(name)


def wrong_blur_of_neighbours(name):
    """the blur leaves out the pixel itself"""
    if name == "box_blur":
        k = torch.ones(3, 3) / 8
        k[1, 1] = 0
        return k
    return right_branches(name)


def wrong_eye(name):
    """the identity is the unit matrix"""
    return torch.eye(3) if name == "identity" else right_outer(name)


def wrong_sobel_swapped(name):
    """sobel_x and sobel_y are swapped"""
    if name == "sobel_x":
        return torch.tensor([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]])
    if name == "sobel_y":
        return torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return right_table(name)


def wrong_sobel_as_convolution(name):
    """Sobel has the opposite sign"""
    k = right_table(name)
    return k.flip(0, 1) if "sobel" in name else k


def wrong_prewitt(name):
    """Sobel's middle row counts once"""
    if name == "sobel_x":
        return torch.tensor([[-1.0, 0, 1]] * 3)
    if name == "sobel_y":
        return torch.tensor([[-1.0, 0, 1]] * 3).T
    return right_table(name)


def wrong_sharpen_four(name):
    """sharpen sums to zero"""
    k = right_table(name)
    if name == "sharpen":
        k[1, 1] = 4
    return k


def wrong_sharpen_nine(name):
    """sharpen uses all eight neighbours"""
    if name == "sharpen":
        return torch.tensor([[-1.0, -1, -1], [-1, 9, -1], [-1, -1, -1]])
    return right_branches(name)


def wrong_edge_sign(name):
    """edge has the opposite sign"""
    k = right_table(name)
    return -k if name == "edge" else k


def wrong_edge_laplace(name):
    """edge uses four neighbours only"""
    if name == "edge":
        return torch.tensor([[0, -1, 0], [-1, 4, -1], [0, -1, 0]], dtype=torch.float32)
    return right_outer(name)


def wrong_edge_nine(name):
    """edge does not sum to zero"""
    k = right_outer(name)
    if name == "edge":
        k[1, 1] += 1
    return k


def wrong_integers(name):
    """the dtype of the input is lost"""
    kernels = {
        "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        "box_blur": [[1 / 9] * 3] * 3,
        "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
        "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
        "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    }
    if name not in kernels:
        raise ValueError(name)
    return torch.tensor(kernels[name])


def wrong_key_error(name):
    return {n: right_table(n) for n in ("identity", "box_blur", "sharpen", "edge", "sobel_x", "sobel_y")}[name]


def wrong_unknown_is_identity(name):
    """impossible arguments are accepted"""
    try:
        return right_table(name)
    except ValueError:
        return right_table("identity")


def wrong_lists(name):
    return right_table(name).tolist()


def wrong_four_dimensions(name):
    return right_table(name)[None, None]


def wrong_any_case(name):
    """impossible arguments are accepted"""
    return right_table(name.lower())
