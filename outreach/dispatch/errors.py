"""What dispatch refuses."""

from outreach.errors import NotFoundError, OutreachError


class UnknownDeliveryError(NotFoundError):
    """There is no such delivery."""


class ResolutionError(OutreachError):
    """A delivery cannot be resolved: it is not uncertain, or no reason was given."""


class MailError(OutreachError):
    """The mail of a delivery cannot be shown."""


class SendingError(OutreachError):
    """Sending stopped before everything due was sent; what was not sent waits."""


class LogLineError(OutreachError):
    """A line of the log cannot be entered, corrected or withdrawn as asked."""


class ReleaseError(OutreachError):
    """The recipients of a campaign could not be written down whole: nothing of it was released."""


class NotArmedError(OutreachError):
    """The database may have been copied or put back: nothing is sent until a person arms it."""


class ProofError(OutreachError):
    """A test mail cannot be sent as asked."""
