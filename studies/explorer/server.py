"""The server: loopback alone, and nothing without the token of its address.

    http://127.0.0.1:PORT/TOKEN/               the page
    http://127.0.0.1:PORT/TOKEN/files/NAME     its styles and programs
    http://127.0.0.1:PORT/TOKEN/study, state   GET: the study, what is being solved
    http://127.0.0.1:PORT/TOKEN/look, predict, solve    POST, JSON

Other sites cannot read the token. A name of theirs that points to this machine is refused by the
``Host`` it brings (DNS rebinding), a request that their pages make by its ``Origin``; no answer
allows another origin anything, and the page may ask nobody else.
"""

from __future__ import annotations

import hmac
import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import urlsplit

from fem_bump.errors import InputError
from studies.explorer.asks import MOST_BYTES, ask_of, table_of
from studies.explorer.page import files, page
from studies.explorer.session import Busy, Session
from studies.records.strict_json import to_json

LOOPBACK = "127.0.0.1"
JSON = "application/json"
SILENT_S = 30.0  # after which a connection that says nothing is dropped
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class ExplorerServer(ThreadingHTTPServer):
    """Serves one session.

    Parameters
    ----------
    port
        Of the loopback interface; 0 is any that is free.

    Raises
    ------
    InputError
        When the port cannot be had.
    """

    daemon_threads = True

    def __init__(self, session: Session, port: int = 0) -> None:
        self.session, self.token, self.files = session, secrets.token_urlsafe(32), files()
        try:
            super().__init__((LOOPBACK, port), Handler)
        except OSError as error:
            raise InputError(f"--port = {port} cannot be had: {error.strerror}") from None
        self.hosts = {f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost")}

    def server_bind(self) -> None:
        """Bind, without asking a name server what the loopback is called."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    @property
    def address(self) -> str:
        """What a browser opens."""
        return f"http://{LOOPBACK}:{self.server_port}/{self.token}/"


class Refused(Exception):
    """A request that is not answered."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: ExplorerServer
    timeout = SILENT_S
    server_version, sys_version = "fem-bump", ""

    def do_GET(self) -> None:
        """The page, a file of it, the study, or what is being solved."""
        self._answered(self._got)

    def do_POST(self) -> None:
        """Something that is asked of the session."""
        self._answered(self._posted)

    def _answered(self, answer: Any) -> None:
        try:
            answer(self._place())
        except Refused as error:
            self._send_json({"error": str(error)}, error.status)
        except Busy as error:
            self._send_json({"error": str(error)}, HTTPStatus.CONFLICT)
        except InputError as error:
            self._send_json({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        except (ConnectionError, TimeoutError):  # whoever asked has gone
            self.close_connection = True

    def _place(self) -> str:
        """What is asked for, behind the token.

        Raises
        ------
        Refused
            Where host, origin or token are not this server's.
        """
        host, origins = self.headers.get_all("Host", []), self.headers.get_all("Origin", [])
        if len(host) != 1 or host[0] not in self.server.hosts:
            raise Refused(HTTPStatus.FORBIDDEN, "this is not the host's name")
        if any(origin != f"http://{host[0]}" for origin in origins) or (
            self.command == "POST" and not origins
        ):
            raise Refused(HTTPStatus.FORBIDDEN, "no other origin is answered")
        _, _, rest = urlsplit(self.path).path.partition("/")
        token, slash, place = rest.partition("/")
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self.server.token.encode()):
            raise Refused(
                HTTPStatus.FORBIDDEN, "this needs the whole address that fem-bump explore printed"
            )
        if not slash:
            raise Refused(HTTPStatus.NOT_FOUND, "the address ends in /")
        return place

    def _got(self, place: str) -> None:
        session = self.server.session
        kind, _, name = place.partition("/")
        if place == "":
            nonce = secrets.token_urlsafe(16)
            policy = {"Content-Security-Policy": POLICY.format(nonce=nonce)}
            body = page(session, self.server.files, nonce)
            self._send(body, "text/html; charset=utf-8", more=policy)
        elif kind == "files" and name in self.server.files:
            found = self.server.files[name]
            self._send(found.content, found.kind)
        elif place == "study":
            self._send_json(session.study())
        elif place == "state":
            self._send_json(session.state())
        else:
            raise Refused(HTTPStatus.NOT_FOUND, "there is nothing of that name")

    def _posted(self, place: str) -> None:
        session = self.server.session
        if place not in ("look", "predict", "solve"):
            raise Refused(HTTPStatus.NOT_FOUND, "there is nothing of that name")
        ask = ask_of(session, table_of(self._body()))
        if place == "look":
            self._send_json(session.look(ask.part, ask.point, ask.metrics))
        elif place == "predict":
            self._send_json(
                session.predict(ask.part, ask.point, ask.metrics, ask.slice_of, ask.beyond)
            )
        else:
            self._send_json(session.ask(ask.part, ask.point, ask.metrics), HTTPStatus.ACCEPTED)

    def _body(self) -> bytes:
        if self.headers.get_content_type() != JSON:
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"a request must be {JSON}")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "a request must say its length")
        if len(length) > 9 or int(length) > MOST_BYTES:
            raise Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"a request must have at most {MOST_BYTES} bytes",
            )
        return self.rfile.read(int(length))

    def _send_json(self, said: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(to_json(said, indent=None).encode("utf-8", "replace"), JSON, status)

    def _send(
        self,
        body: bytes,
        kind: str,
        status: HTTPStatus = HTTPStatus.OK,
        more: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        said = {"Content-Type": kind, "Content-Length": str(len(body)), **HEADERS, **(more or {})}
        for name, value in said.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: lines of a log would hold the token."""
