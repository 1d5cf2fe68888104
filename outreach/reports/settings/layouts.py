"""Pages of the layouts: the list, one with a live sample, a new one."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.db import db
from outreach.errors import OutreachError
from outreach.reports.layouts import read_layout
from outreach.reports.models import LayoutPreset
from outreach.reports.queries import get_preset, list_layouts, read_phrases
from outreach.reports.service import LayoutNames, discard_layout, keep_layout, make_slug
from outreach.reports.settings.blueprint import blueprint
from outreach.reports.settings.forms import LayoutForm, list_values
from outreach.reports.settings.samples import LayoutSample, show_layout
from outreach.translation import current_language
from outreach.translation import gettext as _


@blueprint.get("/informes/formatos")
@requires()
def list_presets() -> str:
    """List the layouts, each with a sample of its table."""
    language = current_language()
    phrases = read_phrases(language)
    entries = [
        (preset, show_layout(read_layout(preset.options, language), language, phrases)) for preset in list_layouts()
    ]
    return render_template("report_settings/layouts.html", entries=entries, language=language)


@blueprint.get("/informes/formatos/nuevo")
@requires(Permission.CONFIGURE)
def new_layout() -> str:
    """Ask for a new layout, beginning from the basic one or the one of `desde`."""
    begun = get_preset(request.args.get("desde") or "basico")
    return _render(LayoutForm(data=list_values(begun.options)), None)


@blueprint.post("/informes/formatos/nuevo")
@requires(Permission.CONFIGURE)
def add_layout() -> Response | tuple[str, int]:
    """Keep a new layout."""
    return _keep(None)


@blueprint.get("/informes/formatos/<preset>")
@requires(Permission.CONFIGURE)
def show_preset(preset: str) -> str:
    """Show a layout with all its options."""
    found = get_preset(preset)
    values = {**list_values(found.options), "name_es": found.name_es, "name_en": found.name_en, "slug": found.slug}
    return _render(LayoutForm(data=values), found)


@blueprint.post("/informes/formatos/<preset>")
@requires(Permission.CONFIGURE)
def edit_layout(preset: str) -> Response | tuple[str, int]:
    """Keep the layout as it is now written."""
    return _keep(get_preset(preset))


@blueprint.post("/informes/formatos/<preset>/quitar")
@requires(Permission.CONFIGURE)
def remove_layout(preset: str) -> Response:
    """Remove a layout from the lists."""
    try:
        discard_layout(get_preset(preset), get_current_user())
    except OutreachError as refusal:
        flash(str(refusal), "danger")
    else:
        db.session.commit()
        flash(_("El formato de tabla se quitó."), "success")
    return redirect(url_for("report_settings.list_presets"), 303)


@blueprint.get("/informes/muestra-de-formato")
@requires(Permission.CONFIGURE)
def sample_layout() -> str | FlaskResponse:
    """Show what the options of the address print; nothing is kept."""
    form = LayoutForm(request.args, meta={"csrf": False})
    return render_template("report_settings/_layout_sample.html", **_show(form))


def _keep(preset: LayoutPreset | None) -> Response | tuple[str, int]:
    form = LayoutForm()
    if not form.validate_on_submit():
        return _render(form, preset), 422
    slug = preset.slug if preset else (form.slug.data or "").strip() or make_slug(form.name_es.data)
    if preset is None and any(known.slug == slug for known in list_layouts()):
        form.slug.errors = [_("Ya hay un formato de tabla con esa clave: escriba otra.")]
        return _render(form, preset), 422
    names = LayoutNames(form.name_es.data.strip(), (form.name_en.data or "").strip())
    try:
        keep_layout(slug, names, form.read_options(), get_current_user())
    except OutreachError as refusal:
        form.form_errors.append(str(refusal))
        return _render(form, preset), 422
    db.session.commit()
    flash(_("El formato de tabla se guardó."), "success")
    return redirect(url_for("report_settings.list_presets"), 303)


def _render(form: LayoutForm, preset: LayoutPreset | None) -> str:
    return render_template("report_settings/layout.html", form=form, preset=preset, **_show(form))


def _show(form: LayoutForm) -> dict[str, LayoutSample | str | None]:
    """Return the sample, or the sentence that says why there is none."""
    language = current_language()
    try:
        layout = read_layout(form.read_options(), language)
    except OutreachError as refusal:
        return {"sample": None, "refusal": str(refusal)}
    return {"sample": show_layout(layout, language, read_phrases(language)), "refusal": None}
