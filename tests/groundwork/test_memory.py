"""Freed memory is there for the next array: no page of that is asked of the system."""

import os
import subprocess
import sys

import pytest

GLIBC = "CS_GNU_LIBC_VERSION" in getattr(os, "confstr_names", {})
# of its own, for it is the process that remembers
PROGRAM = """
import resource
from groundwork.memory import keep_freed_memory

def pages():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    bytearray(b"x") * 64_000_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

print(keep_freed_memory(), pages(), pages())
"""


def ran(**environment):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **environment}, text=True, capture_output=True, check=True,
    )  # fmt: skip
    kept, first, again = done.stdout.split()
    return kept == "True", int(first), int(again)


@pytest.mark.skipif(not GLIBC, reason="another C library")
def test_a_second_array_takes_the_pages_of_the_first():
    kept, first, again = ran()
    assert kept and first > 1000 and again < 100


@pytest.mark.skipif(not GLIBC, reason="another C library")
def test_what_the_user_has_set_stays():
    kept, first, again = ran(MALLOC_TRIM_THRESHOLD_="131072")
    assert not kept and first > 1000 and again > 1000
