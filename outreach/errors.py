"""The one family of refusals: each carries a sentence for the person who asked."""


class OutreachError(Exception):
    """Something was refused; `str()` is one sentence that says what, where and what to do."""


class ConfigurationError(OutreachError):
    """The environment holds settings that cannot work; the sentence lists all of them."""


class NotFoundError(OutreachError):
    """What was asked for does not exist."""
