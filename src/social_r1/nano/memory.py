"""Keep freed memory in the process: half the time of a training step on CPU.

By default glibc gives every large block back to the kernel and gets it again, zeroed page by page,
a moment later; a step of a small model frees and takes gigabytes (docs/log.md, "Memory").
"""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
_MEBIBYTE = 1 << 20


def keep_freed_memory() -> bool:
    """Ask the C library to keep freed blocks for reuse, for the rest of this process.

    Returns:
        Whether it does; False where the C library is not glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(
        mallopt(_MMAP_MAX, 0)
        and mallopt(_TRIM_THRESHOLD, 2**31 - 1)
        and mallopt(_TOP_PAD, 64 * _MEBIBYTE)
    )
