"""Which version of the built-in catalogue this is: any change in it has it loaded again."""

import hashlib
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent / "catalog"
"""Not imported: reading all sources takes longer than a start needs."""


def catalog_version() -> str:
    """A digest of our data and repairs, and of the packages they build on."""
    packages = "pytickersymbols", "pitindex"
    digest = hashlib.sha256(" ".join(map(version, packages)).encode())
    for path in sorted([*FOLDER.glob("*.py"), *FOLDER.glob("data/*.csv")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
