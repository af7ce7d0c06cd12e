"""Answers to ``same_padding`` as students write them."""


def refuse(k, d):
    if k < 1 or d < 1:
        raise ValueError(f"k={k} d={d}")
    if d * (k - 1) % 2 == 1:
        raise ValueError(f"{d * (k - 1)} is odd")


def right_half(k, d=1):
    refuse(k, d)
    return d * (k - 1) // 2


def right_search(k, d=1):
    if k < 1 or d < 1:
        raise ValueError(f"k={k} d={d}")
    for p in range(d * k):
        if 100 + 2 * p - d * (k - 1) == 100:
            return p
    raise ValueError(f"no padding keeps the size for k={k}, d={d}")


def right_divmod(k, d=1, quiet=False):
    if min(k, d) < 1:
        raise ValueError((k, d))
    p, odd = divmod((k - 1) * d, 2)
    if not quiet:
        print(p, odd)
    if odd:
        raise ValueError(f"{k - 1} * {d} has no half")
    return p


def right_from_the_output_size(k, d=1):
    refuse(k, d)
    n = 10 * k * d
    shrunk = n - (n - d * (k - 1))
    return int(shrunk / 2)


def right_by_cases(k, d=1):
    if k <= 0 or d <= 0:
        raise ValueError(f"sizes must be positive: {k}, {d}")
    if k % 2 == 1:
        return (k - 1) // 2 * d
    if d % 2 == 0:
        return (k - 1) * (d // 2)
    raise ValueError(f"even kernel {k}, odd dilation {d}")


def wrong_no_dilation(k, d=1):
    """the dilation is ignored"""
    refuse(k, d)
    return (k - 1) // 2


def wrong_total(k, d=1):
    """the padding of both sides together"""
    refuse(k, d)
    return d * (k - 1)


def wrong_half_kernel(k, d=1):
    """half the kernel, also when it is even"""
    if k < 1 or d < 1:
        raise ValueError(f"k={k} d={d}")
    return k // 2 * d


def wrong_rounds_down(k, d=1):
    """an odd number is halved and rounded down"""
    if k < 1 or d < 1:
        raise ValueError(f"k={k} d={d}")
    return d * (k - 1) // 2


def wrong_rounds_up(k, d=1):
    """an odd number is halved and rounded up"""
    if k < 1 or d < 1:
        raise ValueError(f"k={k} d={d}")
    return -(-d * (k - 1) // 2)


def wrong_half_of_dk(k, d=1):
    """half of D·K"""
    refuse(k, d)
    return d * k // 2


def wrong_even_refused(k, d=1):
    """every even kernel is refused"""
    if k < 1 or d < 1 or k % 2 == 0:
        raise ValueError(f"k={k} d={d}")
    return d * (k - 1) // 2


def wrong_added(k, d=1):
    """the dilation is added instead of multiplied"""
    refuse(k, d)
    return (k - 1) // 2 + (d - 1)


def wrong_float(k, d=1):
    """a float instead of an int"""
    refuse(k, d)
    return d * (k - 1) / 2


def wrong_one_more(k, d=1):
    """one too many"""
    refuse(k, d)
    return d * (k - 1) // 2 + 1


def wrong_none_for_odd(k, d=1):
    """impossible arguments are accepted"""
    if k >= 1 and d >= 1 and d * (k - 1) % 2 == 0:
        return d * (k - 1) // 2


def wrong_pair(k, d=1):
    refuse(k, d)
    return d * (k - 1) // 2, d * (k - 1) // 2


def wrong_assertion(k, d=1):
    assert d * (k - 1) % 2 == 0, "odd"
    return d * (k - 1) // 2


def wrong_same_word(k, d=1):
    refuse(k, d)
    return "same"


def wrong_nothing(k, d=1):
    """nothing is returned"""
    refuse(k, d)
    print(d * (k - 1) // 2)
