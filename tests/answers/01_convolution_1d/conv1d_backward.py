"""Answers to ``conv1d_backward`` as students write them."""

import torch
import torch.nn.functional as F


def refuse(dy, x, w, stride, padding):
    N, C, L = x.shape
    O, depth, K = w.shape
    if depth != C or stride < 1 or padding < 0 or K > L + 2 * padding:
        raise ValueError(f"x {tuple(x.shape)}, w {tuple(w.shape)}, stride {stride}, padding {padding}")
    if tuple(dy.shape) != (N, O, (L + 2 * padding - K) // stride + 1):
        raise ValueError(f"dy has shape {tuple(dy.shape)}")


def right_window_by_window(dy, x, w, stride=1, padding=0):
    refuse(dy, x, w, stride, padding)
    K, L = w.shape[2], x.shape[2]
    xp = F.pad(x, (padding, padding))
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(w)
    for t in range(dy.shape[2]):
        here = slice(t * stride, t * stride + K)
        dxp[:, :, here] += torch.einsum("no,ock->nck", dy[:, :, t], w)
        dw += torch.einsum("no,nck->ock", dy[:, :, t], xp[:, :, here])
    return dxp[:, :, padding : padding + L], dw, dy.sum(dim=(0, 2))


def right_all_loops(dy, x, w, stride=1, padding=0):
    refuse(dy, x, w, stride, padding)
    N, O, T = dy.shape
    C, K = w.shape[1:]
    dx, dw = torch.zeros_like(x), torch.zeros_like(w)
    db = torch.zeros(O, dtype=w.dtype, device=w.device)
    for o in range(O):
        for t in range(T):
            db[o] += dy[:, o, t].sum()
            for k in range(K):
                i = t * stride + k - padding
                if i < 0 or i >= x.shape[2]:
                    continue
                for c in range(C):
                    dx[:, c, i] += dy[:, o, t] * w[o, c, k]
                    dw[o, c, k] += (dy[:, o, t] * x[:, c, i]).sum()
    return dx, dw, db


def right_tap_by_tap(dy, x, w, stride=1, padding=0):
    refuse(dy, x, w, stride, padding)
    T, K, L = dy.shape[2], w.shape[2], x.shape[2]
    xp = F.pad(x, (padding, padding))
    dxp = torch.zeros_like(xp)
    dws = []
    for k in range(K):
        cells = slice(k, k + (T - 1) * stride + 1, stride)
        dxp[:, :, cells] += torch.einsum("not,oc->nct", dy, w[:, :, k])
        dws.append(torch.einsum("not,nct->oc", dy, xp[:, :, cells]))
    return [dxp[:, :, padding : padding + L], torch.stack(dws, dim=2), dy.sum((0, 2))]


def right_matrix(dy, x, w, stride=1, padding=0):
    refuse(dy, x, w, stride, padding)
    N, O, T = dy.shape
    K, L = w.shape[2], x.shape[2]
    wide = L + 2 * padding
    A = w.new_zeros(O, T, w.shape[1], wide)  # y = A x
    for t in range(T):
        A[:, t, :, t * stride : t * stride + K] = w
    dx = torch.einsum("otci,not->nci", A, dy)[:, :, padding : wide - padding]
    windows = F.pad(x, (padding, padding)).unfold(2, K, stride)
    dw = torch.einsum("nctk,not->ock", windows, dy)
    return dx, dw, dy.sum(dim=2).sum(dim=0)


def right_full_convolution(dy, x, w, stride=1, padding=0):
    refuse(dy, x, w, stride, padding)
    N, O, T = dy.shape
    K, L = w.shape[2], x.shape[2]
    spread = dy.new_zeros(N, O, (T - 1) * stride + 1)
    spread[:, :, ::stride] = dy
    rest = L + 2 * padding - K + 1 - spread.shape[2]
    full = F.pad(spread, (K - 1, K - 1 + rest)).unfold(2, K, 1)
    dx = torch.einsum("noik,ock->nci", full, w.flip(2))
    dx = dx[:, :, padding : padding + L]
    windows = F.pad(x, (padding, padding)).unfold(2, K, stride)
    return dx, torch.tensordot(dy, windows, dims=([0, 2], [0, 2])), torch.einsum("not->o", dy)


def right_index_add(dy, x, w, stride=1, padding=0, verbose=True):
    refuse(dy, x, w, stride, padding)
    T, K, L = dy.shape[2], w.shape[2], x.shape[2]
    at = (torch.arange(T)[:, None] * stride + torch.arange(K)).flatten().to(x.device)
    xp = F.pad(x, (padding, padding))
    shares = torch.einsum("not,ock->nctk", dy, w).flatten(2)
    dx = torch.zeros_like(xp).index_add(2, at, shares)
    dw = torch.einsum("not,nctk->ock", dy, xp[:, :, at].unflatten(2, (T, K)))
    if verbose:
        print(dx.shape, dw.shape)
    return dx.narrow(2, padding, L), dw, dy.sum(dim=(0, 2))


def parts(dy, x, w, stride, padding):
    """Shared by the wrong ones: the gradient for the padded input, the windows, dw and db."""
    refuse(dy, x, w, stride, padding)
    xp = F.pad(x, (padding, padding))
    dxp = torch.zeros_like(xp)
    for t in range(dy.shape[2]):
        dxp[:, :, t * stride : t * stride + w.shape[2]] += torch.einsum("no,ock->nck", dy[:, :, t], w)
    windows = xp.unfold(2, w.shape[2], stride)
    return dxp, windows, torch.einsum("not,nctk->ock", dy, windows), dy.sum((0, 2))


def wrong_order(dy, x, w, stride=1, padding=0):
    """dw comes before dx"""
    dxp, _, dw, db = parts(dy, x, w, stride, padding)
    return dw, dxp[:, :, padding : padding + x.shape[2]], db


def wrong_way_round(dy, x, w, stride=1, padding=0):
    """the kernel runs the wrong way in dx"""
    _, _, dw, db = parts(dy, x, w, stride, padding)
    dxp, *_ = parts(dy, x, w.flip(2), stride, padding)
    return dxp[:, :, padding : padding + x.shape[2]], dw, db


def wrong_dw_mirrored(dy, x, w, stride=1, padding=0):
    """dw is mirrored"""
    dxp, _, dw, db = parts(dy, x, w, stride, padding)
    return dxp[:, :, padding : padding + x.shape[2]], dw.flip(2), db


def wrong_overwrites(dy, x, w, stride=1, padding=0):
    """overlapping windows overwrite each other in dx"""
    _, _, dw, db = parts(dy, x, w, stride, padding)
    dxp = torch.zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * padding, dtype=x.dtype)
    for t in range(dy.shape[2]):
        dxp[:, :, t * stride : t * stride + w.shape[2]] = torch.einsum("no,ock->nck", dy[:, :, t], w)
    return dxp[:, :, padding : padding + x.shape[2]], dw, db


def wrong_empty_slice(dy, x, w, stride=1, padding=0):
    """with padding 0 the slice P:-P is empty"""
    dxp, _, dw, db = parts(dy, x, w, stride, padding)
    return dxp[:, :, padding:-padding], dw, db


def wrong_padding_left_in(dy, x, w, stride=1, padding=0):
    """dx still holds the padding"""
    dxp, _, dw, db = parts(dy, x, w, stride, padding)
    return dxp, dw, db


def wrong_end_cut(dy, x, w, stride=1, padding=0):
    """the padding is cut off the wrong end of dx"""
    dxp, _, dw, db = parts(dy, x, w, stride, padding)
    return dxp[:, :, : x.shape[2]], dw, db


def wrong_stride_ignored(dy, x, w, stride=1, padding=0):
    """the stride is ignored"""
    refuse(dy, x, w, stride, padding)
    K, L = w.shape[2], x.shape[2]
    xp = F.pad(x, (padding, padding))
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(w)
    for t in range(dy.shape[2]):
        dxp[:, :, t : t + K] += torch.einsum("no,ock->nck", dy[:, :, t], w)
        dw += torch.einsum("no,nck->ock", dy[:, :, t], xp[:, :, t : t + K])
    return dxp[:, :, padding : padding + L], dw, dy.sum((0, 2))


def wrong_remainder(dy, x, w, stride=1, padding=0):
    """inputs that no window reads are missing in dx"""
    dxp, _, dw, db = parts(dy, x, w, stride, padding)
    read = (dy.shape[2] - 1) * stride + w.shape[2]
    return dxp[:, :, :read][:, :, padding : padding + x.shape[2]], dw, db


def wrong_dw_last_window(dy, x, w, stride=1, padding=0):
    """dw holds the last window only"""
    dxp, windows, _, db = parts(dy, x, w, stride, padding)
    for t in range(dy.shape[2]):
        dw = torch.einsum("no,nck->ock", dy[:, :, t], windows[:, :, t])
    return dxp[:, :, padding : padding + x.shape[2]], dw, db


def wrong_dw_last_sample(dy, x, w, stride=1, padding=0):
    """dw holds the last sample only"""
    dxp, windows, _, db = parts(dy, x, w, stride, padding)
    for n in range(len(x)):
        dw = torch.einsum("ot,ctk->ock", dy[n], windows[n])
    return dxp[:, :, padding : padding + x.shape[2]], dw, db


def wrong_batch_mean(dy, x, w, stride=1, padding=0):
    """dw and db are averaged over the batch"""
    dxp, windows, _, _ = parts(dy, x, w, stride, padding)
    dw = torch.einsum("not,nctk->nock", dy, windows).mean(0)
    return dxp[:, :, padding : padding + x.shape[2]], dw, dy.sum(2).mean(0)


def wrong_dw_mean(dy, x, w, stride=1, padding=0):
    """dw is averaged over the batch"""
    dxp, _, dw, db = parts(dy, x, w, stride, padding)
    return dxp[:, :, padding : padding + x.shape[2]], dw / x.shape[0], db


def wrong_last_filter(dy, x, w, stride=1, padding=0):
    """dx holds the last filter only"""
    _, _, dw, db = parts(dy, x, w, stride, padding)
    for o in range(w.shape[0]):
        dxp = torch.zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * padding, dtype=x.dtype)
        for t in range(dy.shape[2]):
            dxp[:, :, t * stride : t * stride + w.shape[2]] += dy[:, o, t, None, None] * w[o]
    return dxp[:, :, padding : padding + x.shape[2]], dw, db


def wrong_db_mean(dy, x, w, stride=1, padding=0):
    """db is a mean"""
    dxp, _, dw, _ = parts(dy, x, w, stride, padding)
    return dxp[:, :, padding : padding + x.shape[2]], dw, dy.mean((0, 2))


def wrong_db_batch(dy, x, w, stride=1, padding=0):
    """db is summed over the batch only"""
    dxp, _, dw, _ = parts(dy, x, w, stride, padding)
    return dxp[:, :, padding : padding + x.shape[2]], dw, dy.sum(0)


def wrong_db_scalar(dy, x, w, stride=1, padding=0):
    """db is a single number"""
    dxp, _, dw, _ = parts(dy, x, w, stride, padding)
    return dxp[:, :, padding : padding + x.shape[2]], dw, dy.sum()


def wrong_channels_swapped(dy, x, w, stride=1, padding=0):
    """dw has its channels swapped"""
    dxp, windows, _, db = parts(dy, x, w, stride, padding)
    return dxp[:, :, padding : padding + x.shape[2]], torch.einsum("not,nctk->cok", dy, windows), db


def wrong_two_results(dy, x, w, stride=1, padding=0):
    dxp, _, dw, _ = parts(dy, x, w, stride, padding)
    return dxp[:, :, padding : padding + x.shape[2]], dw


def wrong_no_db(dy, x, w, stride=1, padding=0):
    dxp, _, dw, _ = parts(dy, x, w, stride, padding)
    return dxp[:, :, padding : padding + x.shape[2]], dw, None


def wrong_autograd(dy, x, w, stride=1, padding=0):
    """a forbidden call: autograd (torch.autograd.graph._engine_run_backward)"""
    refuse(dy, x, w, stride, padding)
    x, w = x.clone().requires_grad_(), w.clone().requires_grad_()
    b = torch.zeros(len(w), dtype=w.dtype, requires_grad=True)
    y = torch.einsum("nctk,ock->not", F.pad(x, (padding, padding)).unfold(2, w.shape[2], stride), w) + b[:, None]
    return torch.autograd.grad(y, (x, w, b), dy)


def wrong_library(dy, x, w, stride=1, padding=0):
    """a forbidden call: a library convolution (convolution_backward)"""
    refuse(dy, x, w, stride, padding)
    dx = torch.nn.grad.conv1d_input(x.shape, w, dy, stride, padding)
    return dx, torch.nn.grad.conv1d_weight(x, w.shape, dy, stride, padding), dy.sum((0, 2))


def wrong_no_errors(dy, x, w, stride=1, padding=0):
    """impossible arguments are accepted"""
    xp = F.pad(x, (padding, padding))
    T = min(dy.shape[2], max((xp.shape[2] - w.shape[2]) // stride + 1, 0))
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(w)
    for t in range(T):
        dxp[:, :, t * stride : t * stride + w.shape[2]] += torch.einsum("no,ock->nck", dy[:, :, t], w)
        dw += torch.einsum("no,nck->ock", dy[:, :, t], xp[:, :, t * stride : t * stride + w.shape[2]])
    return dxp[:, :, padding : padding + x.shape[2]], dw, dy.sum((0, 2))


def wrong_accumulates_into_dy(dy, x, w, stride=1, padding=0):
    """the input is changed"""
    dxp, _, dw, db = parts(dy, x, w, stride, padding)
    dy *= 0
    return dxp[:, :, padding : padding + x.shape[2]], dw, db
