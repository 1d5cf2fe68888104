"""What standings and measures are called on pages, and the tone of each."""

from outreach.reports.goals.rules import Measure, Standing
from outreach.translation import lazy_gettext as _l

STANDING_LABELS = {
    Standing.REACHED: _l("Cumplida"),
    Standing.ON_THE_WAY: _l("En camino"),
    Standing.LATE: _l("Atrasada"),
    Standing.MISSED: _l("Incumplida"),
}
STANDING_TONES = {
    Standing.REACHED: "good",
    Standing.ON_THE_WAY: "working",
    Standing.LATE: "warning",
    Standing.MISSED: "bad",
}
MEASURE_LABELS = {Measure.TOTAL: _l("en todo el periodo"), Measure.MONTHLY: _l("en cada mes")}
