from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from splitlint.scanning.crews import crew

PARENT = """
import os, time
from splitlint.scanning.crews import crew
executor = crew("processes", 2).hire()
done = [executor.submit(os.getpid) for _ in range(8)]
print(all(future.result() != os.getpid() for future in done), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_a_parent_that_is_killed(how: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"True\n"
    parent.send_signal(how)
    try:
        # The end of the output is reached when the last worker that holds it has ended.
        assert parent.communicate(timeout=10)[0] == b""
    finally:
        if parent.returncode is None:
            os.killpg(parent.pid, signal.SIGKILL)


def test_workers_work_on_while_the_parent_is_there() -> None:
    with crew("processes", 2).hire() as executor:
        assert list(executor.map(abs, range(-20, 0))) == list(range(20, 0, -1))
