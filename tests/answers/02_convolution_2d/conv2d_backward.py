import torch
import torch.nn.functional as F


def _two(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def right_loops(dy, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    N, C, H, W = x.shape
    O, _, kh, kw = w.shape
    xp = F.pad(x, (pw, pw, ph, ph))
    dxp = torch.zeros_like(xp)
    dw = torch.zeros_like(w)
    db = torch.zeros(O, dtype=x.dtype, device=x.device)
    for n in range(N):
        for o in range(O):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    g = dy[n, o, i, j]
                    rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
                    dxp[n, :, rows, cols] += g * w[o]
                    dw[o] += g * xp[n, :, rows, cols]
                    db[o] += g
    return dxp[:, :, ph : ph + H, pw : pw + W], dw, db


def right_window_loop(dy, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    kh, kw = w.shape[2:]
    xp = F.pad(x, (pw, pw, ph, ph))
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(w)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            at = (slice(None), slice(None), slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw))
            dxp[at] += torch.einsum("no,ocuv->ncuv", dy[:, :, i, j], w)
            dw += torch.einsum("no,ncuv->ocuv", dy[:, :, i, j], xp[at])
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dy.sum(dim=(0, 2, 3))


def right_kernel_loop(dy, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    ho, wo = dy.shape[2:]
    xp = F.pad(x, (pw, pw, ph, ph))
    dxp, dw = xp.new_zeros(xp.shape), w.new_zeros(w.shape)
    for u in range(w.shape[2]):
        for v in range(w.shape[3]):
            rows, cols = slice(u, u + sh * (ho - 1) + 1, sh), slice(v, v + sw * (wo - 1) + 1, sw)
            dw[:, :, u, v] = torch.einsum("noij,ncij->oc", dy, xp[:, :, rows, cols])
            dxp[:, :, rows, cols] += torch.einsum("noij,oc->ncij", dy, w[:, :, u, v])
    bottom, right = dxp.shape[2] - ph, dxp.shape[3] - pw
    return [dxp[:, :, ph:bottom, pw:right], dw, dy.sum((0, 2, 3))]


def right_fold(dy, x, w, stride=1, padding=0):
    columns = F.unfold(x, w.shape[2:], stride=stride, padding=padding)
    flat = dy.flatten(2)
    dw = torch.einsum("nol,nkl->ok", flat, columns).reshape(w.shape)
    dcolumns = w.flatten(1).T @ flat
    dx = F.fold(dcolumns, x.shape[2:], w.shape[2:], stride=stride, padding=padding)
    return dx, dw, flat.sum((0, 2))


def right_dilated_full_correlation(dy, x, w, stride=1, padding=0, verbose=True):
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    kh, kw = w.shape[2:]
    N, C, H, W = x.shape
    wide = dy.new_zeros(N, dy.shape[1], H + 2 * ph - kh + 1, W + 2 * pw - kw + 1)
    wide[:, :, ::sh, ::sw][:, :, : dy.shape[2], : dy.shape[3]] = dy
    framed = F.pad(wide, (kw - 1, kw - 1, kh - 1, kh - 1))
    back = framed.unfold(2, kh, 1).unfold(3, kw, 1)
    dxp = torch.einsum("noijuv,ocuv->ncij", back, w.flip(2, 3))
    xp = F.pad(x, (pw, pw, ph, ph))
    seen = xp.unfold(2, wide.shape[2], 1).unfold(3, wide.shape[3], 1)
    dw = torch.einsum("ncuvij,noij->ocuv", seen, wide)
    if verbose:
        print(dxp.shape, dw.shape)
    return dxp[:, :, ph : ph + H, pw : pw + W], dw, wide.sum((0, 2, 3))


def right_matrix(dy, x, w, stride=1, padding=0):
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    N, C, H, W = x.shape
    O, _, kh, kw = w.shape
    hp, wp = H + 2 * ph, W + 2 * pw
    ho, wo = dy.shape[2:]
    pick = torch.zeros(ho * wo, kh * kw, hp * wp, dtype=x.dtype, device=x.device)
    for i in range(ho):
        for j in range(wo):
            for u in range(kh):
                for v in range(kw):
                    pick[i * wo + j, u * kw + v, (i * sh + u) * wp + j * sw + v] = 1
    xp = F.pad(x, (pw, pw, ph, ph)).flatten(2)
    dw = torch.einsum("nol,lkp,ncp->ock", dy.flatten(2), pick, xp).reshape(w.shape)
    dxp = torch.einsum("nol,lkp,ock->ncp", dy.flatten(2), pick, w.flatten(2)).reshape(N, C, hp, wp)
    return dxp[:, :, ph : hp - ph, pw : wp - pw], dw, dy.flatten(2).sum(-1).sum(0)


def wrong_overwritten(dy, x, w, stride=1, padding=0):
    """overlapping windows overwrite each other in dx"""
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    kh, kw = w.shape[2:]
    xp = F.pad(x, (pw, pw, ph, ph))
    dxp = torch.zeros_like(xp)
    for n in range(x.shape[0]):
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                patch = (dy[n, :, i, j][:, None, None, None] * w).sum(0)
                dxp[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw] = patch
    _, dw, db = right_window_loop(dy, x, w, stride, padding)
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, db


def wrong_dx_flipped(dy, x, w, stride=1, padding=0):
    """the kernel is flipped in dx"""
    dx = right_fold(dy, x, torch.flip(w, (2, 3)), stride, padding)[0]
    return (dx, *right_fold(dy, x, w, stride, padding)[1:])


def wrong_forgot_the_flip(dy, x, w, stride=1, padding=0):
    """the kernel is flipped in dx"""
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    kh, kw = w.shape[2:]
    N, C, H, W = x.shape
    wide = dy.new_zeros(N, dy.shape[1], H + 2 * ph - kh + 1, W + 2 * pw - kw + 1)
    wide[:, :, ::sh, ::sw][:, :, : dy.shape[2], : dy.shape[3]] = dy
    framed = F.pad(wide, (kw - 1, kw - 1, kh - 1, kh - 1))
    dxp = torch.einsum("noijuv,ocuv->ncij", framed.unfold(2, kh, 1).unfold(3, kw, 1), w)
    _, dw, db = right_kernel_loop(dy, x, w, stride, padding)
    return dxp[:, :, ph : ph + H, pw : pw + W], dw, db


def wrong_dw_flipped(dy, x, w, stride=1, padding=0):
    """dw is flipped"""
    dx, dw, db = right_window_loop(dy, x, w, stride, padding)
    return dx, dw.flip(-1).flip(-2), db


def wrong_border_left_on(dy, x, w, stride=1, padding=0):
    """dx still has its border of padding"""
    ph, pw = _two(padding)
    return right_window_loop(dy, F.pad(x, (pw, pw, ph, ph)), w, stride, 0)


def wrong_empty_slice(dy, x, w, stride=1, padding=0):
    """the slice padding:-padding is empty for padding 0"""
    ph, pw = _two(padding)
    dxp, dw, db = right_kernel_loop(dy, F.pad(x, (pw, pw, ph, ph)), w, stride, 0)
    return dxp[..., ph:-ph, pw:-pw], dw, db


def wrong_crop_swapped(dy, x, w, stride=1, padding=0):
    ph, pw = _two(padding)
    dxp, dw, db = right_window_loop(dy, F.pad(x, (pw, pw, ph, ph)), w, stride, 0)
    return dxp[:, :, pw : dxp.shape[2] - pw, ph : dxp.shape[3] - ph], dw, db


def wrong_crop_at_the_end(dy, x, w, stride=1, padding=0):
    """the padding is cut off at the end only"""
    ph, pw = _two(padding)
    dxp, dw, db = right_window_loop(dy, F.pad(x, (pw, pw, ph, ph)), w, stride, 0)
    return dxp[:, :, : x.shape[2], : x.shape[3]], dw, db


def wrong_last_filter(dy, x, w, stride=1, padding=0):
    """only the last filter reaches dx"""
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    kh, kw = w.shape[2:]
    for o in range(w.shape[0]):
        dxp = torch.zeros_like(F.pad(x, (pw, pw, ph, ph)))
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                dxp[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += dy[:, o, i, j].view(-1, 1, 1, 1) * w[o]
    _, dw, db = right_fold(dy, x, w, stride, padding)
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, db


def wrong_last_window_in_dw(dy, x, w, stride=1, padding=0):
    """only the last window reaches dw"""
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    kh, kw = w.shape[2:]
    xp = F.pad(x, (pw, pw, ph, ph))
    dx, dw, db = right_fold(dy, x, w, stride, padding)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            dw = torch.einsum("no,ncuv->ocuv", dy[:, :, i, j], xp[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw])
    return dx, dw, db


def wrong_last_image_in_dw(dy, x, w, stride=1, padding=0):
    """only the last image reaches dw"""
    dx, _, db = right_fold(dy, x, w, stride, padding)
    for n in range(len(x)):
        dw = right_fold(dy[n : n + 1], x[n : n + 1], w, stride, padding)[1]
    return dx, dw, db


def wrong_averaged(dy, x, w, stride=1, padding=0):
    """dw and db are averaged over the batch"""
    dx, dw, db = right_kernel_loop(dy, x, w, stride, padding)
    return dx, dw.div(x.shape[0]), db.div(x.shape[0])


def wrong_db_mean(dy, x, w, stride=1, padding=0):
    """db is a mean"""
    dx, dw, _ = right_fold(dy, x, w, stride, padding)
    return dx, dw, dy.mean(dim=[0, 2, 3])


def wrong_db_per_image(dy, x, w, stride=1, padding=0):
    """db is not summed over the batch"""
    dx, dw, _ = right_fold(dy, x, w, stride, padding)
    return dx, dw, dy.flatten(2).sum(2)


def wrong_db_batch_only(dy, x, w, stride=1, padding=0):
    """db is summed over the batch only"""
    dx, dw, _ = right_fold(dy, x, w, stride, padding)
    return dx, dw, dy.sum(0)


def wrong_order(dy, x, w, stride=1, padding=0):
    """dx and dw change places"""
    dx, dw, db = right_fold(dy, x, w, stride, padding)
    return dw, dx, db


def wrong_stride_ignored(dy, x, w, stride=1, padding=0):
    """the stride is ignored on the way back"""
    ph, pw = _two(padding)
    kh, kw = w.shape[2:]
    xp = F.pad(x, (pw, pw, ph, ph))
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(w)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            dxp[:, :, i : i + kh, j : j + kw] += torch.einsum("no,ocuv->ncuv", dy[:, :, i, j], w)
            dw += torch.einsum("no,ncuv->ocuv", dy[:, :, i, j], xp[:, :, i : i + kh, j : j + kw])
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dy.sum((0, 2, 3))


def wrong_autograd(dy, x, w, stride=1, padding=0):
    """a forbidden call: autograd (torch.autograd.graph._engine_run_backward)"""
    x, w = x.detach().requires_grad_(), w.detach().requires_grad_()
    b = w.new_zeros(len(w)).requires_grad_()
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    windows = F.pad(x, (pw, pw, ph, ph)).unfold(2, w.shape[2], sh).unfold(3, w.shape[3], sw)
    y = torch.einsum("ncijuv,ocuv->noij", windows, w) + b[:, None, None]
    y.backward(dy)
    return x.grad, w.grad, b.grad


def wrong_library(dy, x, w, stride=1, padding=0):
    """a forbidden call: a library convolution (convolution_backward)"""
    dx = torch.nn.grad.conv2d_input(x.shape, w, dy, stride, padding)
    dw = torch.nn.grad.conv2d_weight(x, w.shape, dy, stride, padding)
    return dx, dw, dy.sum((0, 2, 3))


def wrong_transposed_convolution(dy, x, w, stride=1, padding=0):
    """a forbidden call: a library convolution (conv_transpose2d)"""
    (sh, sw), (ph, pw) = _two(stride), _two(padding)
    over = [(x.shape[2 + a] + 2 * p - w.shape[2 + a]) % s for a, (s, p) in enumerate(((sh, ph), (sw, pw)))]
    dx = F.conv_transpose2d(dy, w, None, stride, padding, over)
    return (dx, *right_window_loop(dy, x, w, stride, padding)[1:])


def wrong_changes_x(dy, x, w, stride=1, padding=0):
    """the input is changed"""
    out = right_window_loop(dy, x, w, stride, padding)
    x.copy_(out[0])
    return out


def wrong_only_two(dy, x, w, stride=1, padding=0):
    return right_window_loop(dy, x, w, stride, padding)[:2]
