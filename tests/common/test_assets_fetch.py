"""Third-party assets: only what the lock names enters, only what the whitelist names leaves the tarball."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from common import assets
from common.assets import AssetError, Package, fetch_assets, locked_packages, npm_pack

BOOTSTRAP = {
    "package/dist/css/bootstrap.min.css": b"a{}",
    "package/dist/css/bootstrap.min.css.map": b"{}",
    "package/LICENSE": b"MIT",
}
ICONS = {"package/icons/bell.svg": b"<svg/>", "package/LICENSE": b"MIT"}


def tarball(files: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return buffer.getvalue()


class Registry:
    """A project folder with a lock, and a fetcher that serves the tarballs made for it."""

    def __init__(self, base: Path, **packages: bytes) -> None:
        self.base = base
        self.fetched: list[str] = []
        self.tarballs = {name.replace("_", "-"): content for name, content in packages.items()}
        lock = {
            f"node_modules/{name}": {
                "version": "1.0.0",
                "integrity": "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode(),
            }
            for name, content in self.tarballs.items()
        }
        (base / "package.json").write_text(
            json.dumps({"dependencies": dict.fromkeys(self.tarballs, "1.0.0")})
        )
        (base / "package-lock.json").write_text(json.dumps({"packages": lock}))

    def fetch(self, package: Package, folder: Path) -> None:
        self.fetched.append(package.name)
        (folder / package.tarball).write_bytes(self.tarballs[package.name])


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(
        tmp_path,
        bootstrap=tarball({**BOOTSTRAP, "package/dist/js/bootstrap.js": b"alert(1)"}),
        bootstrap_icons=tarball(
            {**ICONS, "package/icons/deep/down.svg": b"<svg/>", "package/font/x.woff": b"x"}
        ),
    )


def below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_only_whitelisted_files_leave_the_tarball(registry: Registry) -> None:
    assert fetch_assets(registry.base, fetch=registry.fetch) == 5
    var = registry.base / "var"
    assert below(var / "assets") == {
        "vendor/bootstrap.min.css",
        "vendor/bootstrap.min.css.map",
        "vendor/bootstrap.LICENSE.txt",
    }
    assert below(var / "icons") == {"bell.svg", "LICENSE.txt"}


def test_a_second_run_fetches_and_writes_nothing(registry: Registry) -> None:
    fetch_assets(registry.base, fetch=registry.fetch)
    assert fetch_assets(registry.base, fetch=registry.fetch) == 0
    assert registry.fetched == ["bootstrap", "bootstrap-icons"]


def test_a_filled_cache_needs_no_network(registry: Registry, tmp_path: Path) -> None:
    fetch_assets(registry.base, fetch=registry.fetch)
    (registry.base / "var" / "assets.stamp").unlink()
    registry.fetched.clear()
    assert fetch_assets(registry.base, fetch=registry.fetch) == 5
    assert registry.fetched == []


def test_a_tampered_download_is_refused_and_does_not_enter_the_cache(registry: Registry) -> None:
    registry.tarballs["bootstrap"] = tarball(
        {**BOOTSTRAP, "package/dist/css/bootstrap.min.css": b"a{evil:1}"}
    )
    with pytest.raises(AssetError, match="does not match the sha512"):
        fetch_assets(registry.base, fetch=registry.fetch)
    assert below(registry.base / "var") == set()


def test_a_tampered_cache_is_refused_and_what_was_there_before_stays(registry: Registry) -> None:
    fetch_assets(registry.base, fetch=registry.fetch)
    var = registry.base / "var"
    before = below(var / "assets")
    (var / "assets.stamp").unlink()
    cached = var / "npm-cache" / "bootstrap-1.0.0.tgz"
    cached.write_bytes(cached.read_bytes() + b" ")
    with pytest.raises(AssetError, match="does not match the sha512"):
        fetch_assets(registry.base, fetch=registry.fetch)
    assert below(var / "assets") == before


@pytest.mark.parametrize(
    "name", ["package/../../evil.svg", "/evil.svg", "package/icons/../../../evil.svg", "evil.svg"]
)
def test_a_member_outside_its_package_refuses_the_whole_tarball(tmp_path: Path, name: str) -> None:
    (base := tmp_path / "project").mkdir()
    registry = Registry(
        base, bootstrap=tarball(BOOTSTRAP), bootstrap_icons=tarball({**ICONS, name: b"<svg/>"})
    )
    with pytest.raises(AssetError, match="outside its package"):
        fetch_assets(base, fetch=registry.fetch)
    assert not (base / "var" / "icons").exists()
    assert not list(tmp_path.rglob("evil.svg"))


def test_a_link_in_the_place_of_a_whitelisted_file_is_refused(tmp_path: Path) -> None:
    evil = tarball(ICONS, links={"package/icons/passwd.svg": "/etc/passwd"})
    registry = Registry(tmp_path, bootstrap=tarball(BOOTSTRAP), bootstrap_icons=evil)
    with pytest.raises(AssetError, match="no plain file"):
        fetch_assets(tmp_path, fetch=registry.fetch)


def test_a_whitelisted_file_that_is_missing_is_said(tmp_path: Path) -> None:
    registry = Registry(tmp_path, bootstrap=tarball({"package/LICENSE": b""}), bootstrap_icons=tarball(ICONS))
    with pytest.raises(AssetError, match=r"no dist/css/bootstrap\.min\.css"):
        fetch_assets(tmp_path, fetch=registry.fetch)


def test_a_truncated_tarball_is_one_line(tmp_path: Path) -> None:
    registry = Registry(tmp_path, bootstrap=tarball(BOOTSTRAP)[:60], bootstrap_icons=tarball(ICONS))
    with pytest.raises(AssetError, match="cannot be unpacked"):
        fetch_assets(tmp_path, fetch=registry.fetch)


def test_a_package_that_is_not_locked_is_said(registry: Registry) -> None:
    (registry.base / "package.json").write_text(json.dumps({"dependencies": {"bootstrap": "2.0.0"}}))
    with pytest.raises(AssetError, match=r"bootstrap 2\.0\.0 is not locked"):
        fetch_assets(registry.base, fetch=registry.fetch)


def test_a_failing_npm_is_one_line_that_names_the_way_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "npm_commands", lambda: [["false"]])
    with pytest.raises(AssetError) as refused:
        npm_pack(Package("bootstrap", "9.9.9", "sha512-x"), tmp_path)
    assert "bootstrap-9.9.9.tgz into var/npm-cache" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_projects_own_lock_is_whole_and_names_no_host() -> None:
    packages = locked_packages(assets.BASE_DIR)
    assert {package.name for package in packages} == set(assets.WHITELIST)
    assert "http" not in (assets.BASE_DIR / "package-lock.json").read_text("utf-8")
