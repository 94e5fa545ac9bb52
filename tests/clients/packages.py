"""What the real clients need from the machine: system packages and a Python with packages of its own.

Installs what is missing where that is permitted, and otherwise says what to install. Never asks for a password.
"""

import os
import shutil
import sys
from pathlib import Path

from harness import ROOT, attempt, run, say

QGIS_PACKAGES = ["python3-qgis", "qgis-providers", "gdal-bin", "python3-gdal"]
SYSTEM_PYTHON = "/usr/bin/python3"  # PyQGIS belongs to the interpreter of the system
CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


class Lack:
    """Why something is not here, and whether it could be."""

    def __init__(self, reason, installable):
        self.reason, self.installable = reason, installable


def has_qgis():
    """Whether the system's Python can load PyQGIS and GDAL, and GDAL's commands are there."""
    code = "import qgis.core; from osgeo import gdal, ogr, osr"
    probe = run([SYSTEM_PYTHON, "-c", code], "probe-qgis", 60, env={"QT_QPA_PLATFORM": "offscreen"})
    return probe.ok and all(shutil.which(name) for name in ("ogrinfo", "ogr2ogr"))


def has_chromium():
    """Whether a Chromium is on the path, or named by CHROMIUM."""
    named = os.environ.get("CHROMIUM")
    return bool(named and shutil.which(named)) or any(map(shutil.which, CHROMIUM_NAMES))


def privilege():
    """The words before a command that installs; None where this user may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and run(["sudo", "-n", "true"], "probe-sudo", 20).ok:
        return ["sudo", "-n"]
    return None


def known_to_apt(packages):
    """Whether every package has a version that could be installed."""
    if not shutil.which("apt-cache"):
        return False
    for name in packages:
        policy = run(["apt-cache", "policy", name], "probe-apt", 60, env={"LC_ALL": "C"})
        lines = [line.split(":", 1)[1].strip() for line in policy.text.splitlines() if "Candidate:" in line]
        if not lines or lines[0] == "(none)":
            return False
    return True


def apt_install(packages):
    """Installs packages, once more each time another program was at work in the same place."""
    before = privilege()
    by_hand = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        return Lack(f"there is no apt-get here to install {' '.join(packages)} with", False)
    if os.environ.get("CATCHMENT_NO_INSTALL"):
        return Lack(f"CATCHMENT_NO_INSTALL is set; by hand: {by_hand}", known_to_apt(packages))
    if before is None:
        return Lack(f"this user may not install packages; by hand: {by_hand}", known_to_apt(packages))
    say(f"   installing with apt-get: {' '.join(packages)}")
    env, wait = {"DEBIAN_FRONTEND": "noninteractive"}, ["-o", "DPkg::Lock::Timeout=300"]
    attempt([*before, "apt-get", *wait, "update"], "apt-update", limit=300, env=env)
    if not known_to_apt(packages):
        return Lack(f"this system has no package of the name, one or more of: {' '.join(packages)}", False)
    install = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *wait, "install", "-y", "-q"]
    for turn in (1, 2):
        outcome = run([*install, "--no-install-recommends", *packages], "apt-install", 900)
        if outcome.ok:
            return None
        say(f"   apt-get install failed (turn {turn}): {' '.join(outcome.text.strip().splitlines()[-1:])}")
        # An install that another one broke off in the middle is finished first.
        run([*before, "dpkg", "--configure", "-a"], "apt-repair", 300, env=env)
        run([*install, "--no-install-recommends", "-f"], "apt-repair", 600, env=env)
    return Lack(f"apt-get could not install {' '.join(packages)}", True)


def ensure(present, packages, what):
    """Makes sure that `present()` holds, installing packages if need be. None, or why not."""
    if present():
        return None
    say(f"   {what} is not here")
    lack = apt_install(packages)
    if lack:
        return lack
    return None if present() else Lack(f"{' '.join(packages)} installed, yet {what} does not start", True)


def ensure_qgis():
    """QGIS and GDAL, or why not."""
    return ensure(has_qgis, QGIS_PACKAGES, "PyQGIS with GDAL")


def ensure_chromium():
    """Chromium, or why not."""
    return ensure(has_chromium, ["chromium"], "Chromium")


def find_python312():
    """A Python 3.12 that starts: the system's, or one of pyenv's (whose bare `python3.12` need not)."""
    candidates = [sys.executable, "/usr/bin/python3.12", "/usr/local/bin/python3.12"]
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates += sorted(map(str, root.glob("versions/3.12*/bin/python")))
    for python in candidates:
        code = "import sys, venv; sys.exit(sys.version_info[:2] != (3, 12))"
        if os.access(python, os.X_OK) and run([python, "-c", code], "probe-python", 30).ok:
            return python
    return None


def ensure_venv312(package, module):
    """A virtual environment of Python 3.12 with one package in it, kept in .cache/venv312.

    Returns its interpreter and None, or None and why not."""
    folder = ROOT / ".cache" / "venv312"
    python = folder / "bin" / "python"
    if python.exists() and run([python, "-c", f"import {module}"], "probe-venv", 60).ok:
        return python, None
    base = find_python312()
    if not base:
        lack = apt_install(["python3.12", "python3.12-venv"])
        base = None if lack else find_python312()
        if not base:
            reason = lack.reason if lack else "it does not start"
            return None, Lack(f"needs Python 3.12: {reason}", bool(lack and lack.installable))
    say(f"   making .cache/venv312 with {package} from {base}")
    made = run([base, "-m", "venv", "--clear", folder], "venv", 300)
    if not made.ok:
        return None, Lack(f"could not make a virtual environment with {base} (is its venv module there?)", True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    if not attempt(pip, "pip", limit=900).ok:
        return None, Lack(f"pip could not install {package}; its output is in target/test-logs/pip.log", False)
    if not run([python, "-c", f"import {module}"], "probe-venv", 60).ok:
        return None, Lack(f"{package} installed, yet Python cannot import {module}", True)
    return python, None
