from flask import Flask, render_template_string


def write(app: Flask, template: str, **values: object) -> str:
    with app.test_request_context():
        return render_template_string(template, **values)


def test_what_is_put_into_a_text_is_escaped(app: Flask) -> None:
    text = write(app, "{{ _('Hola, %(name)s: 100%%', name=name) }}", name="<b>")
    assert text == "Hola, &lt;b&gt;: 100%"


def test_a_marked_text_may_hold_tags_but_its_values_may_not(app: Flask) -> None:
    assert write(app, "{% trans %}<b>{{ name }}</b> 5%{% endtrans %}", name="<i>") == "<b>&lt;i&gt;</b> 5%"


def test_a_text_follows_its_number(app: Flask) -> None:
    template = "{{ ngettext('%(num)s persona', '%(num)s personas', count) }}"
    assert [write(app, template, count=count) for count in (1, 2)] == ["1 persona", "2 personas"]


def test_a_counted_text_escapes_its_values(app: Flask) -> None:
    template = "{{ ngettext('%(num)s de %(name)s', '%(num)s de %(name)s', 2, name=name) }}"
    assert write(app, template, name="<b>") == "2 de &lt;b&gt;"
