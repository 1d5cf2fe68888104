"""How large a mail shows a picture."""

from dataclasses import dataclass

from outreach.campaigns.composition import HostedFile


@dataclass(frozen=True, slots=True)
class Shown:
    """The measures a mail gives a picture, in pixels; `height` is 0 where it is not known."""

    width: int
    height: int


def fit(hosted: HostedFile | None, most: int) -> Shown:
    """Return the measures of a picture inside a column of `most` pixels, never larger than it is itself."""
    if hosted is None:
        return Shown(most, 0)
    width = min(hosted.width, most)
    return Shown(width, max(1, round(hosted.height * width / hosted.width)))
