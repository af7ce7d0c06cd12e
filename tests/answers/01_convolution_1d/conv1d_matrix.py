"""Answers to ``conv1d_matrix`` as students write them."""

import torch


def rows_of(w, length, stride):
    if stride < 1:
        raise ValueError(f"stride {stride} is below 1")
    if len(w) > length:
        raise ValueError(f"{len(w)} weights for {length} numbers")
    return (length - len(w)) // stride + 1


def right_row_by_row(w, length, stride=1):
    A = torch.zeros(rows_of(w, length, stride), length, dtype=w.dtype, device=w.device)
    for row in range(A.shape[0]):
        A[row, row * stride : row * stride + len(w)] = w
    return A


def right_entry_by_entry(w, length, stride=1):
    n = rows_of(w, length, stride)
    table = []
    for i in range(n):
        line = []
        for j in range(length):
            k = j - i * stride
            line.append(w[k] if 0 <= k < len(w) else w.new_tensor(0.0))
        table.append(torch.stack(line))
    return torch.stack(table)


def right_cat(w, length, stride=1):
    n = rows_of(w, length, stride)
    return torch.stack(
        [torch.cat([w.new_zeros(i * stride), w, w.new_zeros(length - i * stride - len(w))]) for i in range(n)]
    )


def right_sum_of_diagonals(w, length, stride=1):
    rows_of(w, length, stride)
    n = length - len(w) + 1
    A = w.new_zeros(n, length)
    for k in range(len(w)):
        A = A + w[k] * torch.eye(length, dtype=w.dtype, device=w.device)[k : k + n]
    return A[::stride]


def right_gather(w, length, stride=1):
    n = rows_of(w, length, stride)
    k = torch.arange(length, device=w.device)[None] - stride * torch.arange(n, device=w.device)[:, None]
    inside = (k >= 0) & (k < len(w))
    return torch.where(inside, w[k.clamp(0, len(w) - 1)], torch.zeros((), dtype=w.dtype, device=w.device))


def right_probing(w, length, stride=1, show=True):
    n = rows_of(w, length, stride)
    columns = []
    for j in range(length):
        unit = w.new_zeros(length)
        unit[j] = 1
        columns.append(torch.stack([unit[t * stride : t * stride + len(w)] @ w for t in range(n)]))
    A = torch.stack(columns, dim=1)
    if show:
        print(A)
    return A


def right_scatter(w, length, stride=1):
    n = rows_of(w, length, stride)
    at = torch.arange(n)[:, None] * stride + torch.arange(len(w))[None]
    A = w.new_zeros((n, length))
    return A.scatter(1, at.to(w.device), w.expand(n, -1))


def band(w, n, length, stride=1):
    """Shared by the wrong ones: rows cut off where they do not fit."""
    rows = []
    for i in range(n):
        k = torch.arange(length) - i * stride
        rows.append(torch.where((k >= 0) & (k < len(w)), w[k.clamp(0, len(w) - 1)], w.new_zeros(1)))
    return torch.stack(rows)


def wrong_transposed(w, length, stride=1):
    """the matrix is transposed"""
    n = rows_of(w, length, stride)
    A = w.new_zeros(length, n)
    for t in range(n):
        A[t * stride : t * stride + len(w), t] = w
    return A


def wrong_flipped(w, length, stride=1):
    """the weights are reversed in every row"""
    n = rows_of(w, length, stride)
    A = w.new_zeros(n, length)
    for t in range(n):
        for k in range(len(w)):
            A[t, t * stride + k] = w[len(w) - 1 - k]
    return A


def wrong_no_stride(w, length, stride=1):
    """the stride is ignored"""
    rows_of(w, length, stride)
    return band(w, length - len(w) + 1, length)


def wrong_rows_only(w, length, stride=1):
    """the number of rows knows the stride, the shift does not"""
    n = rows_of(w, length, stride)
    A = w.new_zeros(n, length)
    for t in range(n):
        A[t, t : t + len(w)] = w
    return A


def wrong_same_place(w, length, stride=1):
    """every row holds the weights in the same place"""
    n = rows_of(w, length, stride)
    A = w.new_zeros(n, length)
    A[:, : len(w)] = w
    return A


def wrong_one_late(w, length, stride=1):
    """the weights start one column late"""
    n = rows_of(w, length, stride)
    return torch.stack([torch.roll(torch.cat([w, w.new_zeros(length - len(w))]), i * stride + 1) for i in range(n)])


def wrong_last_row(w, length, stride=1):
    """the last row is missing"""
    return band(w, rows_of(w, length, stride), length, stride)[:-1]


def wrong_square(w, length, stride=1):
    """windows that hang over the end have rows, too"""
    rows_of(w, length, stride)
    return band(w, (length - 1) // stride + 1, length, stride)


def wrong_circulant(w, length, stride=1):
    """the last rows wrap around to the first columns"""
    rows_of(w, length, stride)
    first = torch.cat([w, w.new_zeros(length - len(w))])
    return torch.stack([first.roll(t) for t in range(0, length, stride)])


def wrong_centred(w, length, stride=1):
    """the windows are centred, and cut at both ends"""
    rows_of(w, length, stride)
    A = w.new_zeros(length, length)
    for t in range(length):
        for k in range(len(w)):
            j = t + k - len(w) // 2
            if 0 <= j < length:
                A[t, j] = w[k]
    return A[::stride]


def wrong_ones(w, length, stride=1):
    """the matrix says where the window is, but holds ones"""
    n = rows_of(w, length, stride)
    A = w.new_zeros(n, length)
    for t in range(n):
        A[t, t * stride : t * stride + len(w)] = 1
    return A


def wrong_rows_pile_up(w, length, stride=1):
    """rows keep what earlier rows wrote"""
    n = rows_of(w, length, stride)
    row, rows = w.new_zeros(length), []
    for t in range(n):
        row = row.clone()
        row[t * stride : t * stride + len(w)] += w
        rows.append(row)
    return torch.stack(rows)


def wrong_detached(w, length, stride=1):
    """the result is detached"""
    n = rows_of(w, length, stride)
    A = torch.zeros(n, length, dtype=w.dtype)
    for t in range(n):
        A[t, t * stride : t * stride + len(w)] = torch.tensor(w.tolist(), dtype=w.dtype)
    return A


def wrong_float32(w, length, stride=1):
    """precision is lost on the way"""
    n = rows_of(w, length, stride)
    A = torch.zeros(n, length)
    for t in range(n):
        A[t, t * stride : t * stride + len(w)] = w
    return A


def wrong_no_error(w, length, stride=1):
    """impossible arguments are accepted"""
    stride = max(stride, 1)
    return band(w, max((length - len(w)) // stride + 1, 1), length, stride)


def wrong_library(w, length, stride=1):
    """a forbidden call: a library convolution (conv1d)"""
    units = torch.eye(length, dtype=w.dtype)
    return torch.conv1d(units[:, None], w[None, None], stride=stride)[:, 0].T


def wrong_list(w, length, stride=1):
    n = rows_of(w, length, stride)
    return [[0.0] * (t * stride) + w.tolist() + [0.0] * (length - t * stride - len(w)) for t in range(n)]


def wrong_stays_zero(w, length, stride=1):
    """the result stays zero"""
    n = rows_of(w, length, stride)
    A = w.new_zeros(n, length)
    for t in range(n):
        row = A[t].clone()
        row[t * stride : t * stride + len(w)] = w
    return A
