"""What stands under one heading of a document."""

from dataclasses import dataclass

from outreach.reports.charts import Chart
from outreach.reports.sentences import Sentence
from outreach.reports.tables import Table


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what it holds; `key` says what it is, as `audience` or `matrix`."""

    key: str
    heading: str
    sentence: Sentence | None = None
    tables: tuple[Table, ...] = ()
    chart: Chart | None = None
    notes: tuple[str, ...] = ()
