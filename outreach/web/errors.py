"""Error pages: one sentence in the page's language, and a way back."""

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as BaseResponse

from outreach.db import db
from outreach.errors import NotFoundError, OutreachError
from outreach.translation import lazy_gettext as _

_SENTENCES = {
    400: _("La petición no se entendió o la página venció: cárguela de nuevo e inténtelo otra vez."),
    401: _("Para ver esto hay que entrar con una cuenta."),
    403: _("Su cuenta no tiene permiso para esto: pídalo a la administración."),
    404: _("Aquí no hay nada: la dirección está mal escrita o la página ya no existe."),
    405: _("Esta dirección no se abre directamente: llegue a ella desde su página."),
    413: _("Lo que se envió es demasiado grande: el límite es de 16 MB."),
    429: _("Hubo demasiadas peticiones desde su red: espere un cuarto de hora e inténtelo de nuevo."),
    500: _("Algo falló de nuestro lado y quedó anotado: inténtelo de nuevo en un momento."),
}


def install_error_pages(app: Flask) -> None:
    """Show refusals and failures as pages; a part of a page gets the sentence alone."""
    app.register_error_handler(HTTPException, _show_failure)
    app.register_error_handler(OutreachError, _show_refusal)


def _show_refusal(refusal: OutreachError) -> Response:
    return _answer(404 if isinstance(refusal, NotFoundError) else 400, str(refusal))


def _show_failure(failure: HTTPException) -> BaseResponse:
    if isinstance(failure.response, BaseResponse):
        return failure.response
    code = failure.code or InternalServerError.code
    if code < InternalServerError.code and code not in _SENTENCES:
        code = 400
    answer = _answer(code, str(_SENTENCES.get(code, _SENTENCES[500])))
    for name, value in failure.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers.setdefault(name, value)
    return answer


def _answer(code: int, sentence: str) -> Response:
    """Undo what the request began, and say `sentence`; after a failure of ours nothing is read from the database."""
    db.session.rollback()
    if "HX-Request" in request.headers:
        return Response(sentence, code, content_type="text/plain; charset=utf-8")
    own = {"current_user": None} if code >= InternalServerError.code else {}
    return make_response(render_template("web/error.html", code=code, sentence=sentence, **own), code)
