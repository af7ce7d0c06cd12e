"""Remembers what a misconception replied: a class's answers are held against the same mistakes on the same numbers.

Guarantees: a reply is found again only for the same implementation, case, seed and device; the oldest are forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from autograder.checks.wire import Plain

REPLIES = 600
_replies: OrderedDict[Hashable, Plain] = OrderedDict()


def remembered(key: Hashable, make: Callable[[], Plain]) -> Plain:
    """The reply under ``key``, made once.

    Args:
        key: holds everything that the reply depends on.
        make: called when there is none yet.

    Returns:
        The reply; it must not be changed.
    """
    if key not in _replies:
        _replies[key] = make()
        if len(_replies) > REPLIES:
            _replies.popitem(last=False)
    _replies.move_to_end(key)
    return _replies[key]
