"""`python -m tests.replay_image`: what the Dockerfile does, in an empty folder, without an engine.

Its own RUN lines are run, on a copy of what .dockerignore lets in; then the service starts as a
user who is not root, and the image's own health check must find it well.
"""

import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WHEELS, VENV, PORT = "/wheels", "/opt/universe", "8000"
SECONDS = 90.0


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order, their lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(word, rest) for word, _, rest in (line.strip().partition(" ") for line in lines)]


def copy_context(to: Path) -> None:
    """What the engine would be sent."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in (line[1:] for line in lines if line.startswith("!")):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, to / name)


def build(folder: Path) -> None:
    """Run the RUN lines of the first stage."""
    source = folder / "src"
    source.mkdir()
    copy_context(source)
    first = instructions()[: [word for word, _ in instructions()].index("FROM", 1)]
    for command in (rest for word, rest in first if word == "RUN"):
        here = command.replace(WHEELS, f"{folder}{WHEELS}").replace(VENV, f"{folder}{VENV}")
        here = re.sub(r"^python ", f"{interpreter()} ", here)
        sys.stderr.write(f"RUN {' '.join(command.split())}\n")
        subprocess.run(["sh", "-ec", here], cwd=source, check=True)
    shutil.rmtree(source)


def interpreter() -> str:
    """Our Python, or the machine's where ours lies in a home that others may not enter."""
    folders = Path(sys.base_prefix).resolve().parents
    is_open = all(folder.stat().st_mode & 0o001 for folder in folders)
    return sys.executable if is_open else "/usr/bin/python3"


def anybody() -> tuple[int, int]:
    """Whom to run as: somebody who is not root."""
    if os.geteuid():
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def check(folder: Path) -> None:
    """Start the service as the image does, and ask its health check."""
    home, (user, group) = folder / "home", anybody()
    home.mkdir(mode=0o700)
    os.chown(home, user, group)
    environment = {
        "PATH": f"{folder}{VENV}/bin:{os.environ['PATH']}",
        "UNIVERSE_DATA_DIR": str(home / "data"),
        "UNIVERSE_PROVIDERS": "",
    }
    subprocess.run(
        ["universe", "--help"],
        env=environment,
        cwd=home,
        check=True,
        stdout=subprocess.DEVNULL,
        user=user,
        group=group,
    )
    port = free_port()
    server = subprocess.Popen(
        ["universe", "serve", "--port", port],
        env=environment,
        cwd=home,
        user=user,
        group=group,
    )
    try:
        until_healthy(server, environment, port)
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=30)
    if code:
        raise SystemExit(f"The server left with {code}.")


def until_healthy(server: "subprocess.Popen[bytes]", env: Mapping[str, str], port: str) -> None:
    [told] = [rest for word, rest in instructions() if word == "HEALTHCHECK"]
    command: list[str] = json.loads(told.partition("CMD ")[2].replace(f":{PORT}/", f":{port}/"))
    until = time.monotonic() + SECONDS
    while server.poll() is None and time.monotonic() < until:
        if subprocess.run(command, env=env, check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.5)
    raise SystemExit("The server did not become healthy.")


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def main() -> None:
    """Build and check; a sentence and exit code 1 where that fails."""
    with tempfile.TemporaryDirectory(prefix="image-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        build(Path(folder))
        check(Path(folder))
    sys.stderr.write("The image's steps work, and the service in it is healthy.\n")


if __name__ == "__main__":
    main()
