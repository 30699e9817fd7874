"""Freed memory is kept where the C library is glibc."""

from __future__ import annotations

import platform

from social_r1.nano.memory import keep_freed_memory


def test_it_says_whether_the_c_library_listens() -> None:
    assert keep_freed_memory() is (platform.libc_ver()[0] == "glibc")
    assert keep_freed_memory() is keep_freed_memory()
