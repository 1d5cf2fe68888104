"""The pages, served by one process until it is told to stop."""

import signal
from types import FrameType

import waitress
from flask import Flask

_THREADS = 8


def serve(app: Flask, host: str, port: int) -> None:
    """Serve `app` until SIGTERM or an interrupt; requests in flight are answered first."""
    server = waitress.create_server(
        app,
        host=host,
        port=port,
        threads=_THREADS,
        ident=None,
        # The application itself believes as many proxies as it was told of; without any, their headers go no further.
        clear_untrusted_proxy_headers=not app.extensions["outreach"].proxies,
    )
    signal.signal(signal.SIGTERM, _leave)
    server.run()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
