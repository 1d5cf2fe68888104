"""What the accounts refuse."""

from outreach.errors import NotFoundError, OutreachError


class SignInError(OutreachError):
    """The address and password do not open anything; the sentence never says which of them is wrong."""


class TooManyAttemptsError(SignInError):
    """Too many wrong passwords; the sentence says how long to wait."""


class WeakPasswordError(OutreachError):
    """The password does not meet the rules."""


class SecondFactorError(SignInError):
    """The code of the second step is not the one that is due, or the step cannot be asked for."""


class AccountError(OutreachError):
    """An account cannot be made or changed as asked."""


class PermissionDeniedError(OutreachError):
    """The person's role does not allow what was asked."""


class UnknownAccountError(NotFoundError):
    """No account has this address."""
