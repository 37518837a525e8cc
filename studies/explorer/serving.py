"""The page served until Ctrl-C, with designs solved by this thread and answers given by others."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress

from studies.explorer.server import ExplorerServer
from studies.explorer.session import Session


def serve(
    session: Session, port: int, opens_browser: bool, say: Callable[[str], None]
) -> None:  # fmt: skip
    """Serve a session's page until Ctrl-C.

    Parameters
    ----------
    port
        Of the loopback interface; 0 is any that is free.
    opens_browser
        Whether to open the page in the user's browser.
    say
        Told the address, and that it is over.

    Raises
    ------
    InputError
        When the port cannot be had.
    """
    with ExplorerServer(session, port) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            say(f"explore: {server.address}")
            say("only this machine is answered, and only at this address; Ctrl-C ends it")
            if opens_browser:
                with suppress(webbrowser.Error):
                    webbrowser.open(server.address)
            session.work()
        except KeyboardInterrupt:
            say("explore: ended; designs that were solved are stored in the study")
        finally:
            server.shutdown()
            serving.join()
