"""What the programs of this folder share: where things are, an environment with the peers, and how figures are told."""

import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "clients"))
from packages import find_python312  # noqa: E402

SHARED = Path(os.environ.get("CATCHMENT_SHARED") or ROOT.parent / "shared")
PORTO, CENTRE = SHARED / "data" / "porto" / "roads.osm.pbf", "-8.61,41.15"
CACHE = ROOT / ".cache" / "peers"
GRAPHHOPPER = "com.graphhopper:graphhopper-web:11.0"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
PACKAGES = ["osrm-bindings", "pyvalhalla", "pandana", "scipy", "igraph", "numpy"]


def in_venv():
    """Starts the program again in a virtual environment (.cache/venv312-peers) that has all peers."""
    folder = ROOT / ".cache" / "venv312-peers"
    python = folder / "bin" / "python"
    if Path(sys.executable).parent == python.parent:
        sys.exit(f"{folder} lacks a package; remove it and try again")
    if not python.exists():
        base = find_python312()
        if not base:
            sys.exit("needs Python 3.12, which is not here")
        subprocess.run([base, "-m", "venv", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
    os.execv(python, [str(python), *sys.argv])


def built(package, example):
    """One of our example programs, built first."""
    cargo = os.environ.get("CARGO") or "cargo"
    subprocess.run([cargo, "build", "--quiet", "--release", "--locked", "-p", package, "--example", example], cwd=ROOT, check=True)
    return ROOT / "target" / "release" / "examples" / example


def osrm_prepared(profile):
    """OSRM's files of Porto, made once with a profile: `like`, whose rules are ours, or `car`, its own."""
    import osrm
    package, folder = Path(osrm.__file__).parent, CACHE / f"osrm-{profile}"
    rules = {"like": ROOT / "tests" / "clients" / "like.lua", "car": package / "share" / "profiles" / "car.lua"}[profile]
    if not (folder / "roads.osrm.hsgr").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "roads.osm.pbf").unlink(missing_ok=True)
        (folder / "roads.osm.pbf").symlink_to(PORTO)
        for tool, *words in (["extract", "-p", rules, folder / "roads.osm.pbf"], ["contract", folder / "roads.osrm"]):
            subprocess.run([package / "bin" / f"osrm-{tool}", *words], check=True, capture_output=True)
    return folder / "roads.osrm"


def graphhopper_words(profile):
    """What starts GraphHopper over Porto, `plain` or with `turns`, its program fetched and its graph prepared if need be; the file
    of places and the rounds have to follow. Its jar comes by Maven as this machine is set up. None where Java or Maven is not here."""
    if not (shutil.which("java") and shutil.which("mvn")):
        return None
    jar = CACHE / f"{GRAPHHOPPER.split(':')[1]}-{GRAPHHOPPER.split(':')[2]}.jar"
    if not jar.exists():
        subprocess.run(["mvn", "-B", "-q", COPY, f"-Dartifact={GRAPHHOPPER}", f"-DoutputDirectory={CACHE}"], check=True)
    program = Path(__file__).parent / "Journeys.java"
    return ["java", "-XX:+UseSerialGC", "-Xmx3g", "-cp", jar, program, PORTO, CACHE / f"graphhopper-{profile}", profile]


def fast_paths():
    """The program that searches through the crate fast_paths, built first."""
    cargo, package, target = os.environ.get("CARGO") or "cargo", Path(__file__).parent / "fast_paths", ROOT / "target" / "peers"
    words = [cargo, "build", "--quiet", "--release", "--locked", "--manifest-path", package / "Cargo.toml", "--target-dir", target]
    subprocess.run(words, cwd=ROOT, check=True)
    return target / "release" / "fast-paths-times"


def spread(values, digits=2):
    """The median of some figures, and their range."""
    median, least, most = statistics.median(values), min(values), max(values)
    return f"{median:.{digits}f} ({least:.{digits}f}-{most:.{digits}f})"
