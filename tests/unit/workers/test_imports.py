"""What a server imports to have a worker inside: nothing that delays its first answer."""

import subprocess
import sys


def test_a_worker_inside_a_server_is_begun_without_taskiq() -> None:
    code = "import sys, cli.inside, workers.running; sys.exit('taskiq' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
