"""Files of public sets, got from a real server on this machine that plays GitHub and the hub."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from social_r1.errors import ConfigError, InputError, SocialR1Error
from social_r1.evaluation import fetch as fetching
from social_r1.evaluation.benchmarks import BENCHMARKS, benchmark, load_benchmark
from social_r1.evaluation.catalogue import catalogue, entry
from social_r1.evaluation.fetch import PROVENANCE, by_hand, fetch, remote_of, terms
from social_r1.evaluation.hosts import Bases

from .test_simpletom import rows_of

HITOM = "3f569b7ab1d0ee2702ab43ebdc724679d5fc5231"
HEAD = "a" * 40
NEWER = "b" * 40


class Server(ThreadingHTTPServer):
    """Serves ``files`` by path; counts what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.cut = 0
        """Bytes that are promised and not sent."""

    @property
    def bases(self) -> Bases:
        address = f"http://127.0.0.1:{self.server_port}"
        return Bases(f"{address}/raw", f"{address}/api-github", f"{address}/hub")

    def on_github(self, name: str, commit: str, path: str, content: bytes) -> None:
        self.files[f"/raw/{name}/{commit}/{path}"] = content
        self.files[f"/api-github/repos/{name}/commits/HEAD"] = commit.encode()

    def on_hub(self, name: str, commit: str, files: dict[str, bytes]) -> None:
        told = {"id": name, "sha": commit, "siblings": [{"rfilename": path} for path in files]}
        for end in ("", f"/revision/{commit}"):
            self.files[f"/hub/api/datasets/{name}{end}"] = json.dumps(told).encode()
        for path, content in files.items():
            self.files[f"/hub/datasets/{name}/resolve/{commit}/{path}"] = content


class Handler(BaseHTTPRequestHandler):
    """GET and HEAD; the headers that the hub's own library wants."""

    server: Server

    def do_GET(self) -> None:
        self.answer(body=True)

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append(path)
        content = self.server.files.get(path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) + self.server.cut))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        if "/resolve/" in path:
            self.send_header("X-Repo-Commit", path.split("/resolve/")[1].split("/")[0])
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as one:
        threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True).start()
        yield one
        one.shutdown()


@pytest.fixture
def hitom(server: Server, hitom_folder: Path) -> bytes:
    """The Hi-ToM file of ours stands at the pinned commit; returns its bytes."""
    content = (hitom_folder / "Hi-ToM_data.json").read_bytes()
    (hitom_folder / "Hi-ToM_data.json").unlink()
    server.on_github("SCAI-JHU/AutoToM", HITOM, "benchmarks/data/Hi-ToM_data.json", content)
    return content


@pytest.fixture
def hub(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server as the hub's library sees it: on this machine, so the tests' ban is lifted."""
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return server


def simpletom_files(server: Server, commit: str = HEAD, entity: str = "paint_tin_sev1") -> None:
    files = {
        f"{kind}/test.jsonl": (json.dumps(row) + "\n").encode()
        for kind, row in rows_of(entity).items()
    }
    server.on_hub("allenai/SimpleToM", commit, files)


def test_a_set_of_github_is_got_at_its_commit_read_and_recorded(
    server: Server, hitom: bytes, tmp_path: Path
) -> None:
    said: list[str] = []
    out = tmp_path / "data"
    told = fetch("hitom", out, bases=server.bases, report=said.append)
    assert (told.revision, told.new, told.kept, told.items) == (
        HITOM, ("Hi-ToM_data.json",), (), 5,
    )  # fmt: skip
    assert (out / "hitom" / "Hi-ToM_data.json").read_bytes() == hitom
    assert len(load_benchmark("hitom", out)) == 5
    record = json.loads((out / "hitom" / PROVENANCE).read_text())["hitom"]
    assert record["revision"] == HITOM
    assert record["pinned_by"] == "our record"
    assert record["files"] == {"Hi-ToM_data.json": hashlib.sha256(hitom).hexdigest()}
    assert record["licence"] == "Apache-2.0"
    assert said[0].startswith("hitom: He et al.")
    assert "5 items, where our record of the whole release says 600" in said[1]
    # Nothing of the work is left beside the folder.
    assert [path.name for path in out.iterdir()] == ["hitom"]


def test_the_licence_is_told_before_anything_is_asked_for(server: Server, tmp_path: Path) -> None:
    asked_when_told: list[int] = []
    with pytest.raises(SocialR1Error):
        fetch("tombench", tmp_path, bases=server.bases,
              report=lambda text: asked_when_told.append(len(server.asked)))  # fmt: skip
    assert asked_when_told == [0]
    assert "for evaluation only, not for training" in terms(benchmark("tombench"))
    assert "only" not in terms(benchmark("bigtom"))


def test_the_same_files_are_left_alone_and_changed_ones_never_overwritten(
    server: Server, hitom: bytes, tmp_path: Path
) -> None:
    out = tmp_path / "data"
    fetch("hitom", out, bases=server.bases, report=len)
    record = (out / "hitom" / PROVENANCE).read_bytes()
    again = fetch("hitom", out, bases=server.bases, report=len)
    assert (again.new, again.kept) == ((), ("Hi-ToM_data.json",))
    assert (out / "hitom" / PROVENANCE).read_bytes() == record
    mine = out / "hitom" / "Hi-ToM_data.json"
    mine.write_bytes(hitom + b"\n")
    with pytest.raises(InputError, match=r"Hi-ToM_data\.json differs .* move it away"):
        fetch("hitom", out, bases=server.bases, report=len)
    assert mine.read_bytes() == hitom + b"\n"


def test_a_host_that_changes_the_bytes_of_a_commit_is_found_out(
    server: Server, hitom: bytes, tmp_path: Path
) -> None:
    fetch("hitom", tmp_path, bases=server.bases, report=len)
    server.on_github("SCAI-JHU/AutoToM", HITOM, "benchmarks/data/Hi-ToM_data.json", hitom + b" ")
    with pytest.raises(InputError, match=f"at {HITOM} has SHA-256 .* records"):
        fetch("hitom", tmp_path, bases=server.bases, report=len)


def test_what_the_loader_cannot_read_is_not_kept(server: Server, tmp_path: Path) -> None:
    server.on_github("SCAI-JHU/AutoToM", HITOM, "benchmarks/data/Hi-ToM_data.json", b"<html>no")
    with pytest.raises(InputError, match="cannot be read, nothing was kept"):
        fetch("hitom", tmp_path / "data", bases=server.bases, report=len)
    assert list((tmp_path / "data").iterdir()) == []


def test_two_sets_of_one_folder_have_a_record_each(
    server: Server, hitom: bytes, tmp_path: Path
) -> None:
    fetch("hitom", tmp_path, bases=server.bases, report=len)
    old = remote_of(benchmark("hitom_2023"))
    assert old is not None
    server.on_github(old.name, old.revision, "Hi-ToM_data.json", hitom)
    fetch("hitom_2023", tmp_path, bases=server.bases, report=len)
    assert set(json.loads((tmp_path / "hitom" / PROVENANCE).read_text())) == {"hitom", "hitom_2023"}


def test_an_unpinned_hub_set_is_held_to_the_commit_of_its_first_fetch(
    hub: Server, tmp_path: Path
) -> None:
    simpletom_files(hub)
    told = fetch("simpletom", tmp_path, bases=hub.bases, report=len)
    assert (told.revision, len(told.new), told.items) == (HEAD, 3, 3)
    record = json.loads((tmp_path / "simpletom" / PROVENANCE).read_text())["simpletom"]
    assert (record["host"], record["revision"], record["pinned_by"]) == (
        "hub", HEAD, "the first fetch",
    )  # fmt: skip
    # The data set has moved on; here the first commit stays.
    simpletom_files(hub, NEWER, "other_tin_sev2")
    again = fetch("simpletom", tmp_path, bases=hub.bases, report=len)
    assert (again.revision, again.new) == (HEAD, ())
    elsewhere = fetch("simpletom", tmp_path / "new", bases=hub.bases, report=len)
    assert elsewhere.revision == NEWER


def test_an_unpinned_github_set_asks_for_the_newest_commit(server: Server, tmp_path: Path) -> None:
    (path, file), = benchmark("tombench_hard").source.remote  # fmt: skip
    server.on_github("jincenziwu/SocialR1", HEAD, path, b"no such table")
    with pytest.raises(InputError, match="cannot be read"):
        fetch("tombench_hard", tmp_path, bases=server.bases, report=len)
    assert server.asked == [
        "/api-github/repos/jincenziwu/SocialR1/commits/HEAD",
        f"/raw/jincenziwu/SocialR1/{HEAD}/{path}",
    ]
    assert not (tmp_path / "tombench_hard" / file).exists()


def test_a_set_in_parquet_alone_is_said_to_be_so(hub: Server, tmp_path: Path) -> None:
    hub.on_hub("allenai/SimpleToM", HEAD, {"mental-state-qa/test-00000.parquet": b"PAR1"})
    with pytest.raises(SocialR1Error, match=r"only parquet .*load_dataset"):
        fetch("simpletom", tmp_path, bases=hub.bases, report=len)


def closed(server: Server) -> Bases:
    """Addresses at which nobody listens."""
    port = server.server_port
    server.shutdown()
    server.server_close()
    return Bases(*(f"http://127.0.0.1:{port}/{end}" for end in ("raw", "api", "hub")))


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("hitom", f"https://github.com/SCAI-JHU/AutoToM/tree/{HITOM}"),
        ("tombench_hard", "https://github.com/jincenziwu/SocialR1"),
        ("simpletom", "https://huggingface.co/datasets/allenai/SimpleToM"),
    ],
)
def test_a_host_that_cannot_be_reached_says_how_to_get_the_files_by_hand(
    server: Server, tmp_path: Path, name: str, page: str
) -> None:
    if name == "simpletom":
        pytest.importorskip("huggingface_hub")
    found = benchmark(name)
    with pytest.raises(SocialR1Error) as error:
        fetch(name, tmp_path, bases=closed(server), report=len)
    text = str(error.value)
    path, file = found.source.remote[0]
    assert f"get by hand from {page}: {path} as DIR/{found.place}/{file}" in text
    assert "mirror" in text
    assert error.value.exit_status == 1


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda server: server.files.clear(), "answers 404"),
        (lambda server: setattr(server, "cut", 7), r"broke off after \d+ of \d+ bytes"),
    ],
)
def test_a_missing_or_broken_file_leaves_nothing(
    server: Server, hitom: bytes, tmp_path: Path, spoil: Callable[[Server], None], words: str
) -> None:
    spoil(server)
    with pytest.raises(SocialR1Error, match=words):
        fetch("hitom", tmp_path / "data", bases=server.bases, report=len)
    assert list((tmp_path / "data").iterdir()) == []


def test_sets_that_cannot_be_fetched_say_where_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tomi cannot be fetched; repair: get .*ToMi.* lay it"):
        fetch("tomi", tmp_path, report=len)
    with pytest.raises(InputError, match="control is generated"):
        fetch("control", tmp_path, report=len)
    with pytest.raises(InputError, match="no benchmark 'nosuch'"):
        fetch("nosuch", tmp_path, report=len)


def test_addresses_come_from_the_call_then_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SOCIAL_R1_GITHUB_URL", "SOCIAL_R1_GITHUB_API_URL", "HF_ENDPOINT"):
        monkeypatch.delenv(variable, raising=False)
    assert Bases.here() == Bases()
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    assert Bases.here(github=None).hub == "https://mirror.example"
    assert Bases.here(hub="http://other.example").hub == "http://other.example"
    with pytest.raises(ConfigError, match=r"address 'file:///etc'; repair: .*https"):
        Bases.here(github="file:///etc")


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_remote_file_has_a_plain_place_below_the_folder(name: str) -> None:
    found = benchmark(name)
    remote = remote_of(found)
    assert (remote is None) == (not found.source.remote)
    for path, file in found.source.remote:
        for part in (path, file):
            assert not part.startswith("/")
            assert ".." not in part.split("/")
    assert by_hand(found, remote)
    # What the set needs is what a fetch brings.
    if remote is not None:
        assert {*found.files} <= {file for _, file in found.source.remote}


def test_the_list_tells_what_is_here_and_where_the_rest_is(
    hitom_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {one.name: one for one in catalogue(hitom_folder.parent)}
    assert list(found) == list(BENCHMARKS)
    hitom = found["hitom"]
    assert (hitom.here, hitom.total, hitom.folder, hitom.get) == (5, 600, "hitom", "--fetch hitom")
    assert hitom.origin == "SCAI-JHU/AutoToM @ 3f569b7"
    assert hitom.protocols == ("social-r1", "native")
    assert found["control"].here == 288
    assert found["control"].get == "nothing to get"
    assert found["tomi"].here is None
    assert "repair" in found["tomi"].problem
    assert "ToMi" in found["tomi"].get
    assert entry("control", None).here == 288


def test_a_broken_record_is_named(server: Server, hitom: bytes, tmp_path: Path) -> None:
    (tmp_path / "hitom" / PROVENANCE).write_text("[1]")
    with pytest.raises(InputError, match=r"PROVENANCE\.json holds no object; repair"):
        fetch("hitom", tmp_path, bases=server.bases, report=len)
    assert fetching.PROVENANCE == PROVENANCE
