"""Answers to ``fits_exactly`` as students write them."""


def refuse(k, s, p, d):
    if k < 1 or s < 1 or d < 1 or p < 0:
        raise ValueError(f"k={k} s={s} p={p} d={d}")


def right_remainder(n, k, s=1, p=0, d=1):
    refuse(k, s, p, d)
    room = n + 2 * p - (d * (k - 1) + 1)
    return room >= 0 and room % s == 0


def right_two_steps(n, k, s=1, p=0, d=1):
    refuse(k, s, p, d)
    span = d * (k - 1) + 1
    if span > n + 2 * p:
        return False
    if (n + 2 * p - span) % s != 0:
        return False
    return True


def right_slide(n, k, s=1, p=0, d=1):
    refuse(k, s, p, d)
    end = d * (k - 1) + 1
    while end < n + 2 * p:
        end += s
    return end == n + 2 * p


def right_membership(n, k, s=1, p=0, d=1):
    refuse(k, s, p, d)
    return n + 2 * p in range(d * (k - 1) + 1, n + 2 * p + 1, s)


def right_floor_is_ceil(n, k, s=1, p=0, d=1, loud=True):
    refuse(k, s, p, d)
    room = n + 2 * p - d * (k - 1) - 1
    if loud:
        print(room)
    return bool(room >= 0 and room // s == -(-room // s))


def right_round_trip(n, k, s=1, p=0, d=1):
    refuse(k, s, p, d)
    steps = (n + 2 * p - d * (k - 1) - 1) // s
    return steps >= 0 and steps * s + d * (k - 1) + 1 - 2 * p == n


def wrong_negated(n, k, s=1, p=0, d=1):
    """the answer is the wrong way round"""
    refuse(k, s, p, d)
    room = n + 2 * p - d * (k - 1) - 1
    return room < 0 or room % s != 0


def wrong_fits_at_all(n, k, s=1, p=0, d=1):
    """only asks whether the kernel fits at all"""
    refuse(k, s, p, d)
    return d * (k - 1) < n + 2 * p


def wrong_input_divided(n, k, s=1, p=0, d=1):
    """asks whether the stride divides the input"""
    refuse(k, s, p, d)
    return d * (k - 1) + 1 <= n + 2 * p and (n + 2 * p) % s == 0


def wrong_off_by_one(n, k, s=1, p=0, d=1):
    """asks whether the stride divides the number of starts"""
    refuse(k, s, p, d)
    starts = n + 2 * p - d * (k - 1)
    return starts > 0 and not starts % s


def wrong_kernel_divides(n, k, s=1, p=0, d=1):
    """asks whether the kernel divides the input"""
    refuse(k, s, p, d)
    return (n + 2 * p) % k == 0


def wrong_negative_room(n, k, s=1, p=0, d=1):
    """a kernel larger than the input passes when the stride divides what is missing"""
    refuse(k, s, p, d)
    return (n - k + 2 * p - (d - 1) * (k - 1)) % s == 0


def wrong_raises(n, k, s=1, p=0, d=1):
    """a kernel that does not fit raises an error"""
    refuse(k, s, p, d)
    room = n + 2 * p - d * (k - 1) - 1
    if room < 0:
        raise ValueError(f"{k} does not fit into {n}")
    return room % s == 0


def wrong_no_padding(n, k, s=1, p=0, d=1):
    """the padding is ignored"""
    refuse(k, s, p, d)
    room = n - d * (k - 1) - 1
    return room >= 0 and room % s == 0


def wrong_padding_once(n, k, s=1, p=0, d=1):
    """the padding is counted once"""
    refuse(k, s, p, d)
    room = n + p - d * (k - 1) - 1
    return room >= 0 and room % s == 0


def wrong_no_dilation(n, k, s=1, p=0, d=1):
    """the dilation is ignored"""
    refuse(k, s, p, d)
    return n - k + 2 * p >= 0 and (n - k + 2 * p) % s == 0


def wrong_d_times_k(n, k, s=1, p=0, d=1):
    """a dilated window is taken to span D·K"""
    refuse(k, s, p, d)
    room = n + 2 * p - d * k
    return room >= 0 and room % s == 0


def wrong_returns_the_rest(n, k, s=1, p=0, d=1):
    refuse(k, s, p, d)
    return (n + 2 * p - d * (k - 1) - 1) % s


def wrong_zero_or_one(n, k, s=1, p=0, d=1):
    refuse(k, s, p, d)
    room = n + 2 * p - d * (k - 1) - 1
    return int(room >= 0 and room % s == 0)


def wrong_divides_by_zero(n, k, s=1, p=0, d=1):
    room = n + 2 * p - d * (k - 1) - 1
    return room >= 0 and room % s == 0


def wrong_always_true(n, k, s=1, p=0, d=1):
    """only asks whether the kernel fits at all"""
    refuse(k, s, p, d)
    return True


def wrong_nothing(n, k, s=1, p=0, d=1):
    """nothing is returned"""
    refuse(k, s, p, d)
    print((n + 2 * p - d * (k - 1) - 1) % s == 0)


def wrong_negative_padding(n, k, s=1, p=0, d=1):
    """impossible arguments are accepted"""
    refuse(k, s, max(p, 0), d)
    rest = n + 2 * p - d * (k - 1) - 1
    return rest >= 0 and rest % s == 0
