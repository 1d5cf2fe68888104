"""The clock: APScheduler wakes the jobs that look into the database, and knows nothing itself (T-20)."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from outreach import clock
from outreach.accounts.audit import acting_from
from outreach.accounts.jobs import forget_old
from outreach.audiences.steps import advance_all
from outreach.campaigns.series import jobs
from outreach.campaigns.tidying import remove_unused_files
from outreach.config import Config, current_config
from outreach.db import db
from outreach.dispatch.arming import check_armed
from outreach.dispatch.errors import NotArmedError, SendingError
from outreach.dispatch.jobs import look, send, settle_dead
from outreach.dispatch.waking import being_woken
from outreach.dispatch.workers import WorkerIdentity, working
from outreach.translation import speaking

_LOG = logging.getLogger(__name__)
# A run that lasts longer than its interval, as every campaign does, is no news.
logging.getLogger("apscheduler").setLevel(logging.ERROR)
_LOOK_SECONDS = 1
_SEND_SECONDS = 0.5
_PREPARE_SECONDS = 60
_TIDY_HOURS = 24
_SHORTEST_BACKOFF = 15.0
_LONGEST_BACKOFF = 600.0


@contextmanager
def scheduling(app: Flask, *, looks: bool = True) -> Iterator[None]:
    """Keep the clock running for the length of the block; at its end what is in flight is finished, the rest waits.

    `looks` is False in a process that only sends and leaves starting campaigns to another; it still settles what the
    dead workers of its own host held, whose journals nobody else can read.
    """
    with app.app_context():
        config = current_config()
        database = db.engine
        with working(database, config.data_dir, clock.now()) as worker:
            stop = threading.Event()
            scheduler = BackgroundScheduler(
                timezone="UTC",
                executors={"default": ThreadPoolExecutor(3)},
                job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            )
            sending = _SendingJob(app, config, worker, stop)
            send_soon = sending.schedule(scheduler)
            look_once = look if looks else settle_dead
            scheduler.add_job(_look, "interval", (app, look_once, send_soon), seconds=_LOOK_SECONDS)
            if looks:
                scheduler.add_job(_prepare, "interval", (app,), seconds=_PREPARE_SECONDS)
                scheduler.add_job(_tidy, "interval", (app,), hours=_TIDY_HOURS, next_run_time=clock.now())
            scheduler.add_job(_bring_people_in, "interval", (app, stop), seconds=_LOOK_SECONDS)
            scheduler.start()
            try:
                with being_woken(database, send_soon, stop):
                    yield
            finally:
                scheduler.shutdown(wait=True)


def _look(app: Flask, look_once: Callable[[Config], int], send_soon: Callable[[], None]) -> None:
    with app.app_context(), speaking(current_config().language):
        try:
            if look_once(current_config()):
                send_soon()
        except NotArmedError:
            _LOG.debug("Not armed: the sending job says so")
        except Exception:  # noqa: BLE001 - the clock goes on, whatever one look met
            _LOG.exception("Looking for what is due failed; it is tried again")


def _prepare(app: Flask) -> None:
    with app.app_context(), speaking(current_config().language):
        try:
            prepare(current_config())
        except NotArmedError:
            _LOG.debug("Not armed: the sending job says so")
        except Exception:  # noqa: BLE001 - the clock goes on, whatever one look at the series met
            _LOG.exception("Opening editions failed; it is tried again")


def prepare(config: Config) -> int:
    """Open the editions of series whose day has come and remind their people; return how many opened.

    Raises NotArmedError, before anything is touched, for a database that may be a copy or an old state.
    """
    check_armed(config, clock.now())
    return jobs.prepare(config)


def _tidy(app: Flask) -> None:
    with app.app_context(), acting_from("scheduler"):
        try:
            forget_old(clock.now())
        except Exception:  # noqa: BLE001 - the clock goes on, whatever one run met
            _LOG.exception("Deleting old traces of signing in failed; it is tried again tomorrow")
        try:
            remove_unused_files()
        except Exception:  # noqa: BLE001 - the clock goes on, whatever one run met
            _LOG.exception("Removing unused files failed; it is tried again tomorrow")


def _bring_people_in(app: Flask, stop: threading.Event) -> None:
    """Go on with the files of people whose page did not finish them."""
    with app.app_context(), speaking(current_config().language):
        try:
            advance_all(stop.is_set)
        except Exception:  # noqa: BLE001 - the clock goes on, whatever one file met
            _LOG.exception("Bringing people in failed; it is tried again")


class _SendingJob:
    """Sends what is due, and waits longer each time the mail server fails."""

    def __init__(self, app: Flask, config: Config, worker: WorkerIdentity, stop: threading.Event) -> None:
        self._app = app
        self._config = config
        self._worker = worker
        self._stop = stop
        self._backoff = 0.0
        self._not_before = 0.0
        self._is_running = False

    def schedule(self, scheduler: BackgroundScheduler) -> Callable[[], None]:
        """Run again and again, and return how to run at once, where it does not run already."""
        job = scheduler.add_job(self.run, "interval", seconds=_SEND_SECONDS)

        def run_soon() -> None:
            if not self._is_running:
                job.modify(next_run_time=clock.now())

        return run_soon

    def run(self) -> None:
        if self._stop.is_set() or time.monotonic() < self._not_before:
            return
        self._is_running = True
        try:
            self._send()
        finally:
            self._is_running = False

    def _send(self) -> None:
        with self._app.app_context(), speaking(self._config.language):
            try:
                send(self._config, self._worker, self._stop)
            except (SendingError, NotArmedError) as problem:
                _LOG.warning("%s", problem)
                self._wait()
            except Exception:  # noqa: BLE001 - the clock goes on, whatever one run met
                _LOG.exception("Sending failed; it is tried again")
                self._wait()
            else:
                self._backoff = 0.0

    def _wait(self) -> None:
        self._backoff = min(max(self._backoff * 2, _SHORTEST_BACKOFF), _LONGEST_BACKOFF)
        self._not_before = time.monotonic() + self._backoff
