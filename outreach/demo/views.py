"""The mailbox as a page: each mail as its reader sees it, as text, and as it came over the wire."""

from pathlib import Path

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from outreach.accounts.access import public
from outreach.config import current_config
from outreach.demo.mailbox import Mail, find_mail, list_mails
from outreach.web.security import preview_response

blueprint = Blueprint("mailbox", __name__, template_folder="templates", url_prefix="/buzon")

_FORMS = ("html", "texto", "fuente")
_REASON = "invented people's mail, shown by the demonstration only, on this machine"


@blueprint.get("")
@public(_REASON)
def index() -> str:
    """List what has arrived."""
    return render_template("demo/index.html", mails=list_mails(_folder()))


@blueprint.get("/<int:number>")
@public(_REASON)
def show(number: int) -> str:
    """Show one mail: `forma` is html, texto or fuente."""
    form = request.args.get("forma", _FORMS[0])
    return render_template("demo/show.html", mail=_get_mail(number), form=form if form in _FORMS else _FORMS[0])


@blueprint.get("/<int:number>/html")
@public(_REASON)
def html(number: int) -> Response:
    """Give the mail's HTML alone, for the frame that shuts it in."""
    return preview_response(_get_mail(number).html)


def _get_mail(number: int) -> Mail:
    return find_mail(_folder(), number) or abort(404)


def _folder() -> Path:
    return current_config().data_dir / "mailbox"
