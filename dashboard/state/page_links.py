"""Where this page is found: its address, links into it, whom they lead where, and links as QR codes."""

from __future__ import annotations

from io import BytesIO
from ipaddress import ip_address
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from dashboard.theme import PRINT

LOCAL: Final = "This address means this computer to whoever opens it: a phone finds the page by this computer's address in your network."


def address() -> str:
    """Where the visitor's browser finds this page, without parameters; only the web's own kinds of address."""
    url = st.context.url or ""
    if not url.startswith(("http://", "https://")):
        return ""
    return url if urlsplit(url).path else f"{url}/"


def is_local(where: str) -> bool:
    """Whether a link leads every machine to itself."""
    host = urlsplit(where).hostname or ""
    try:
        number = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return number.is_loopback or number.is_unspecified


def link(parameters: dict[str, str], base: str, **more: str) -> str:
    """The link that opens these parameters; readable, as the address bar shows it."""
    return f"{base}?{urlencode({**parameters, **more}, safe=',', quote_via=quote)}"


def qr_code(text: str, *, sized: bool = True) -> bytes | None:
    """The text as a QR code in SVG, dark on white in any theme; None when it is too long for one.

    Args:
        text: what it says.
        sized: whether it has a size of its own; else it is as large as the place that it is put in.
    """
    import segno  # wanted by few visitors

    picture, look = BytesIO(), {"scale": 8, "border": 4, "dark": PRINT["ink"], "light": PRINT["paper"]}
    try:
        segno.make(text, error="m", micro=False).save(picture, kind="svg", xmldecl=False, omitsize=not sized, **look)
    except segno.DataOverflowError:
        return None
    return picture.getvalue()
