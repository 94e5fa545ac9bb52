"""Study folders made from the templates and the shared data, and a `catchment serve` that is always ended."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

from harness import LOGS, ROOT, environment, kill_group

BINARY = ROOT / "target" / "release" / "catchment"
LIFE = 1800  # seconds after which a server ends by itself, should this program die without a word


def study_folder(name, shared, into):
    """A folder with the template `name` and links to the data files of the same name in the shared data."""
    into.mkdir(parents=True)
    shutil.copyfile(ROOT / "data" / "studies" / name / "study.toml", into / "study.toml")
    for path in sorted((shared / "data" / name).iterdir()):
        (into / path.name).symlink_to(path.resolve())
    return into


def free_port():
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, accept="application/json", limit=30):
    """The status and body of a GET; an error status is an answer, not an exception."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=limit) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Server:
    """`catchment serve STUDY`, as a context: ready inside it, ended after it."""

    def __init__(self, study, name):
        self.study, self.log, self.process = study, LOGS / f"serve-{name}.log", None
        self.base = ""

    def __enter__(self):
        LOGS.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        command = [str(BINARY), "serve", str(self.study), "--port", str(port)]
        if shutil.which("timeout"):
            command = ["timeout", str(LIFE), *command]
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )
        try:
            self.wait_until_ready()
        except BaseException:
            kill_group(self.process)
            raise
        return self

    def __exit__(self, *_):
        kill_group(self.process)

    def wait_until_ready(self, limit=90):
        """Returns once /health answers; raises RuntimeError with the server's own words if it does not."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with status {self.process.returncode}:\n{self.words()}")
            try:
                if fetch(f"{self.base}/health", limit=5)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise RuntimeError(f"the server did not answer /health within {limit} s:\n{self.words()}")

    def words(self):
        return self.log.read_text("utf-8", "replace")[-4000:]

    def collections(self):
        """The ids of all collections, in the server's order."""
        status, body = fetch(f"{self.base}/collections")
        if status != 200:
            raise RuntimeError(f"/collections answered {status}")
        return [collection["id"] for collection in json.loads(body)["collections"]]
