"""The explorer: its page in a browser, what its server refuses, and what it says outside designs.

Metrics are those of fabricated_run: peel at 1 um is -5 + 300 MPa times the depth ratio.
"""

import http.client
import json
import threading
import time

import numpy as np
import pytest
from fabricated_run import EVALUATOR, run_folder
from headless import Page
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from studies.explorer import session as sessions
from studies.explorer.extent import Extent
from studies.explorer.server import ExplorerServer
from studies.explorer.session import Session
from studies.plan import shapes

NASTY = "</script><script>window.bad = 1</script> <b>&amp;"
PEEL = "peel_max_ubm_pad_L1_mpa"
TEXT = f"""
[[part]]
name = "line"
title = {json.dumps(NASTY)}
[part.sampling]
n = 16
seed = 1
[part.sampling.ranges]
pad_etch.depth_ratio = [0.1, 0.9]
opening_ratio = [0.6, 0.8]

[[part]]
name = "few"
[part.factors]
opening_ratio = [0.6, 0.7, 0.8]
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shapes, "MOST_BUILT", 0)
        patched.setattr(shapes, "SAMPLE", 0)
        folder, _ = run_folder(tmp_path_factory.mktemp("explored") / "run", TEXT)
        session = Session(folder, evaluator=EVALUATOR)
        with ExplorerServer(session) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            threading.Thread(target=session.work, daemon=True).start()
            yield server
            server.shutdown()


def asked(server, path, body=None, method=None, **headers):
    """Status and text of a request; `path` may hold {token}."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    data = body if body is None or isinstance(body, str) else json.dumps(body)
    sent = {"Host": f"127.0.0.1:{server.server_port}"}
    if data is not None:
        sent |= {"Origin": f"http://{sent['Host']}", "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    path = path.replace("{token}", server.token)
    method = method or ("GET" if data is None else "POST")
    connection.request(method, path, data, {n: v for n, v in sent.items() if v is not None})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), dict(answer.getheaders())
    connection.close()
    return found


POINT = {"pad_etch.depth_ratio": 0.5, "opening_ratio": 0.7}
ASK = {"part": "line", "point": POINT, "metrics": [PEEL]}


def test_nobody_else_is_answered(server):
    status, text, headers = asked(server, "/{token}/")
    assert status == 200 and "window.bad" not in text
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert not any(name.lower().startswith("access-control") for name in headers)
    for path in ("/", "/wrong/", f"/{server.token[:-1]}/study", "/../{token}/study"):
        assert asked(server, path)[0] == 403, path
    port = server.server_port
    assert asked(server, "/{token}/study", Host=f"evil.example:{port}")[0] == 403
    assert asked(server, "/{token}/study", Origin="http://evil.example")[0] == 403
    for origin in ("http://evil.example", "null", None):
        assert asked(server, "/{token}/look", ASK, Origin=origin)[0] == 403, origin
    for path in (
        "files/../session.py",
        "files/%2e%2e/session.py",
        "files//etc/passwd",
        "plan.json",
    ):
        assert asked(server, "/{token}/" + path)[0] == 404, path
    assert asked(server, "/{token}/look", None, "OPTIONS")[0] == 501
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "body, status, sentence",
    [
        ("{", 400, "not valid JSON"),
        ("[" * 50_000, 400, "not valid JSON"),
        ("[]", 400, "must be a table"),
        (" " * 70_000, 413, "at most 65536 bytes"),
        ({**ASK, "part": "few"}, 400, "part must be one of line"),
        ({**ASK, "point": {"opening_ratio": 0.7}}, 400, "must give pad_etch.depth_ratio"),
        ({**ASK, "point": {**POINT, "opening_ratio": "x"}}, 400, "must be a finite number"),
        (json.dumps({**ASK, "point": {**POINT, "opening_ratio": float("nan")}}), 400, "JSON"),
        ({**ASK, "metrics": ["nope"]}, 400, "columns of the study's table"),
        ({**ASK, "slice": {"factor": "x", "metric": PEEL}}, 400, "slice.factor must be one of"),
        ({**ASK, "file": "x"}, 400, "has no key 'file'"),
    ],
    ids=[f"body-{k}" for k in range(11)],
)
def test_bad_bodies_are_answered_with_a_sentence(server, body, status, sentence):
    found, text, _ = asked(server, "/{token}/predict", body)
    assert found == status
    assert sentence in json.loads(text)["error"] and "\n" not in json.loads(text)["error"]


def test_outside_the_designs_nothing_is_said_unless_it_is_asked_for(server):
    def predicted(beyond=False, **more):
        body = {**ASK, "point": {**POINT, **more}, "beyond": beyond}
        body["slice"] = {"factor": "pad_etch.depth_ratio", "metric": PEEL}
        return json.loads(asked(server, "/{token}/predict", body)[1])

    inside = predicted()
    found = inside["metrics"][PEEL]
    assert inside["outside"] == []
    assert abs(found["mean"] - 145.0) < found["scatter"] + found["bar"] < 5.0
    row = inside["slice"]
    known = [k for k, ok in enumerate(row["inside"]) if ok]
    assert 30 < len(known) < len(row["at"])
    assert_allclose(
        [row["mean"][k] for k in known], [-5 + 300 * row["at"][k] for k in known], atol=3
    )
    assert all(row["mean"][k] is None for k, ok in enumerate(row["inside"]) if not ok)
    wide = predicted(opening_ratio=0.95)
    assert wide["metrics"][PEEL]["mean"] is None and "outside the designs" in wide["outside"][0]
    assert predicted(beyond=True, opening_ratio=0.95)["metrics"][PEEL]["mean"] is not None
    topology = predicted(beyond=True, **{"pad_etch.depth_ratio": 1.0})
    assert "no solved design of this topology" in topology["outside"][0]
    assert topology["metrics"][PEEL]["mean"] is None


def test_an_extent_is_an_ellipsoid_around_the_designs():
    rng = np.random.default_rng(1)
    x = rng.uniform(size=(40, 2)) @ np.array([[1.0, 0.9], [0.0, 0.1]])  # along a diagonal
    extent = Extent.of(x)
    assert extent.inside(x).all()
    assert_allclose(extent.leverages(x).sum(), 3.0)  # as many as the regression has coefficients
    corner = np.array([[x[:, 0].max(), x[:, 1].min()]])
    assert not extent.beyond(corner).any() and not extent.inside(corner)[0]
    flat = Extent.of(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]))
    assert flat.inside(np.array([[1.5, 1.5], [1.5, 1.0]])).tolist() == [True, False]


def test_a_run_without_designs_enough_is_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    folder, _ = run_folder(
        tmp_path / "run", TEXT, lambda case: "pending" if case.number > 4 else None
    )
    with pytest.raises(InputError, match=r"no part of .* line: it has at most 4 solved designs"):
        Session(folder)


def test_a_run_that_is_held_by_another_is_a_sentence(server, monkeypatch):
    def held(*args, **more):
        raise InputError("the output folder is in use by another run")

    monkeypatch.setattr(sessions, "solve_further", held)
    found = solved(server)
    assert (found["status"], found["reason"]) == (
        "refused",
        "the output folder is in use by another run",
    )


def solved(server):
    """What became of a point that was asked for."""
    status, text, _ = asked(server, "/{token}/solve", ASK)
    assert status == 202, text
    while not (job := json.loads(asked(server, "/{token}/state")[1])["job"])["over"]:
        time.sleep(0.05)
    return job


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_predicts_refuses_and_solves(server, tmp_path):
    page = Page(server.address, tmp_path)
    try:
        text = "document.querySelector('{}')?.textContent"
        row = f"document.querySelector('[data-metric={PEEL}] .{{}}')?.textContent"
        page.until("document.documentElement.classList.contains('living')")
        page.until(f"/±/.test({row.format('predicted')})")
        page.until("document.querySelectorAll('#drawing svg.section').length === 2")
        page.until("document.querySelector('.slice-plot .mean') !== null")
        # names are shown and not run
        assert page.run("window.bad === undefined")
        page.until("document.querySelectorAll('#near tbody tr').length === 6")
        assert page.run("document.querySelectorAll('main b, main i:not(:empty)').length") == 0
        # a slider by its keys moves the prediction
        before = page.run(row.format("predicted"))
        page.run("document.querySelector('[data-path=\"pad_etch.depth_ratio\"]').focus()")
        page.key("ArrowRight", "ArrowRight", "ArrowRight")
        page.until(
            f"/±/.test({row.format('predicted')}) && {row.format('predicted')} !== '{before}'"
        )
        # outside the designs nothing is said, and marked where it is asked for
        box = "document.querySelector('input[type=number]')"
        page.run(f"{box}.value = '0.95'; {box}.dispatchEvent(new Event('input'))")
        page.until(f"/^Not predicted: recess ratio 0.95/.test({text.format('.verdict')})")
        page.until(f"{row.format('predicted')} === '–'")
        page.run("document.querySelector('.beyond input').click()")
        page.until("document.querySelector('.extrapolated .predicted') !== null")
        page.run("document.querySelector('.beyond input').click()")
        # what is solved stands beside the prediction, in the study, and is learned
        page.run(f"{box}.value = '0.43'; {box}.dispatchEvent(new Event('input'))")
        page.until(f"/±/.test({row.format('predicted')})")
        page.run("document.querySelector('button.main').click()")
        page.until(f"/^Solved after/.test({text.format('.said')})")
        page.until(f"{row.format('solved')} === '124.0 ± 0.5'")
        page.until("document.querySelector('#explored .before') !== null")
        assert "explored-line" in (server.session.folder / "study.toml").read_text()
        assert server.session.now.number == 2
        page.media(scheme="dark")
        assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(21, 25, 29)"
        page.call(
            "Emulation.setDeviceMetricsOverride",
            width=400, height=800, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        page.until("document.documentElement.scrollWidth <= 400")
        # on paper without what cannot be moved there, and with the colours of its key
        page.media("print")
        shown = "getComputedStyle(document.querySelector('{}')).{}"
        assert page.run(shown.format(".factor input[type=range]", "display")) == "none"
        assert page.run(shown.format(".swatches i", "printColorAdjust")) == "exact"
        # numbers of the cross-section are metrics like others, where they differ
        columns = [each["column"] for each in server.session.study()["metrics"]]
        assert "recess_depth_um" in columns and "mark_gap_um" not in columns
        asked_for = [url for url in page.requests if not url.startswith("data:")]
        assert all(url.startswith(server.address) for url in asked_for) and page.said == []
    finally:
        page.close()
