"""Texts that mean harm, and what shows that one of them was more than text."""

HITS = "window.hit=1"
# No figure of a page is this one by chance.
EVALUATED = "9801547"

# Short enough for every field that takes words at all.
SHORT = f'"><img src=x onerror={HITS}>'
SCRIPT = f"<script>{HITS}</script>"
MANY = " ".join(
    (
        f"</title></textarea></script>{SCRIPT}<svg onload={HITS}>",
        f"' onfocus={HITS} autofocus x='\" onmouseover={HITS} autofocus \"`",
        f"javascript:{HITS}//https://example.org/ [texto](javascript:{HITS}) ![x](https://bad.example/x.png)",
        "{{1337*7331}} ${1337*7331} #{1337*7331} <%= 1337*7331 %> {% raw %} {{config}} %(nombre)s {0.__class__}",
        "'; DROP TABLE contacts; -- \\' OR 1=1 %_ \\",
        "\u202eabc\u202c \u200f\u2066 a\u0301\u0301 \ufeff 🏳️\u200d🌈",
    )
)
LONG = "ñ<&" + "a" * 4_997
CONTROLS = "=1337*7331+cmd|' /C calc'!A0\x00dos\r\nBcc: eva@example.org\x1b[31m\x07\u2028"
