"""What campaigns refuse; every refusal is one sentence that says what, where and what to do."""

from outreach.errors import OutreachError


class CampaignError(OutreachError):
    """Something about a campaign was refused."""


class NotEditableError(CampaignError):
    """The campaign is being sent, or is over: its content stays as it is."""


class StaleEditError(CampaignError):
    """Somebody else saved the campaign after this person opened it."""


class ForbiddenMoveError(CampaignError):
    """A campaign cannot go from the state it is in to the one that was asked for."""


class ContentError(CampaignError):
    """A text, block, audience or setting of a campaign cannot be taken as given."""


class ChecksFailedError(CampaignError):
    """The campaign's checks found errors that must be mended first."""


class ApprovalError(CampaignError):
    """This person may not approve this campaign, or nobody has."""


class ScheduleError(CampaignError):
    """A campaign cannot leave at the time that was asked for."""


class AmbiguousTimeError(ScheduleError):
    """The clocks show that time twice: somebody has to say which of the two is meant."""


class RestrictedPeriodError(ScheduleError):
    """A restricted period keeps the campaign from leaving."""


class CampaignFileError(CampaignError):
    """A campaign file says something that Outreach does not understand."""
