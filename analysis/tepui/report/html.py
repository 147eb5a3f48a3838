"""Pieces of HTML. Text is escaped unless it is of type Html."""

import html


class Html(str):
    """Text that is HTML already."""


def escape(text):
    return text if isinstance(text, Html) else Html(html.escape(str(text), quote=True))


def join(*parts):
    return Html("".join(escape(p) for p in parts))


def code_words(text):
    """`words` between such quotes as code."""
    parts = str(text).split("`")
    return join(*(element("code", p) if i % 2 and i + 1 < len(parts) else p for i, p in enumerate(parts)))


def element(name, content=None, /, **attributes):
    """class_, aria_label, ... are attributes class, aria-label; True: one without a value; None: left out."""
    words = [name]
    for key, value in attributes.items():
        if value is not None and value is not False:
            key = key.rstrip("_").replace("_", "-")
            words.append(key if value is True else f'{key}="{escape(value)}"')
    start = "<" + " ".join(words) + ">"
    return Html(start if content is None else f"{start}{escape(content)}</{name}>")


def scroll(content, label):
    """What may be wider than the page: scrolls by itself, by keyboard, too."""
    return element("div", content, class_="scroll", tabindex="0", role="region", aria_label=label)


def table(caption, head, body, text_columns=(), row_heads=1):
    """The first `row_heads` cells of a row are its heading."""
    columns = "".join(element("th", h, scope="col", class_="text" if i in text_columns else None) for i, h in enumerate(head))
    rows = []
    for row in body:
        cells = [element("th", c, scope="row") if i < row_heads else element("td", c, class_="text" if i in text_columns else None)
                 for i, c in enumerate(row)]
        rows.append(element("tr", join(*cells)))
    return element("table", join(element("caption", caption), element("thead", element("tr", Html(columns))),
                                 element("tbody", Html("\n".join(rows)))))


def copyable(*texts):
    """Blocks of text, each (text, id, name, file or None), with buttons that copy them and, with a file, save them."""
    buttons, blocks = [], []
    for text, key, name, file in texts:
        buttons.append(element("button", f"Copy {name}", type="button", class_="copy", data_of=key))
        if file:
            buttons.append(element("button", f"Save {name}", type="button", class_="save", data_of=key, data_name=file))
        blocks.append(element("details", join(element("summary", f"Show {name}"), element("pre", text, id=key, tabindex="0", aria_label=name))))
    return join(element("div", join(*buttons), class_="buttons"), *blocks)
