"""The npm packages that check us, in a cache folder of the user."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import anyio
from platformdirs import user_cache_path

PACKAGES = (
    "node@22",
    "@modelcontextprotocol/conformance@0.2.0-alpha.12",
    "@modelcontextprotocol/inspector@2.12.0",
    "@anthropic-ai/mcpb@2.1.2",
)
BUNDLER = "@anthropic-ai/mcpb/dist/cli/cli.js"
SUITE = "@modelcontextprotocol/conformance/dist/index.js"
INSPECTOR = "@modelcontextprotocol/inspector/clients/launcher/build/index.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Installed packages, and a home for what they write."""

    folder: Path
    home: Path

    def script(self, path: str) -> list[str]:
        modules = self.folder / "node_modules"
        return [str(modules / ".bin" / "node"), str(modules / path)]

    @property
    def environment(self) -> Mapping[str, str]:
        kept = {name: v for name, v in os.environ.items() if not name.startswith("UNIVERSE_")}
        found = f"{self.folder / 'node_modules' / '.bin'}{os.pathsep}{kept.get('PATH', '')}"
        catalog = str(self.home / "mcp.json")
        return kept | {"PATH": found, "HOME": str(self.home), "MCP_CATALOG_PATH": catalog}

    async def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return await anyio.run_process(
            [*self.script(script), *arguments], check=False, env=self.environment, cwd=self.home
        )


def installed(home: Path) -> Tools:
    """The packages, fetched the first time.

    Raises:
        SystemExit: npm is missing, or could not fetch them.
    """
    folder = user_cache_path("universe-conformance")
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text() != "\n".join(PACKAGES):
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("This needs npm: install Node.js, any version that brings npm.")
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), *PACKAGES]
        subprocess.run(command, check=True)
        stamp.write_text("\n".join(PACKAGES))
    return Tools(folder=folder, home=home)
