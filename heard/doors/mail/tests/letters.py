"""Mails as real programs shape them, byte by byte. ``Known`` is what they may speak of."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

CRLF = b"\r\n"
ANA, STRANGER = "ana@home.example", "eve@else.example"


@dataclass(frozen=True, slots=True)
class Known:
    """Ana's case and what we wrote to her; another case of Guy's; pictures."""

    reference: str
    message_id: str
    signed: str
    other_reference: str
    jpeg: bytes
    heic: bytes
    sent: bytes  # a mail of ours, as it left


def mail(body: str | bytes, **head: str) -> bytes:
    """Header fields (``Message_ID="…"``) and a body, with the line ends of the wire."""
    fields = {"From": f"Ana Ruiz <{ANA}>", "To": "case@city.example", "Subject": "Bache",
              "Date": "Wed, 04 Mar 2026 10:00:00 -0700", "MIME_Version": "1.0",
              "Content_Type": 'text/plain; charset="utf-8"',
              "Content_Transfer_Encoding": "8bit"} | head  # fmt: skip
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value]
    content = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode()
    return "\r\n".join(lines).encode() + CRLF + CRLF + content


def parts(kind: str, *inner: bytes, **head: str) -> bytes:
    """A multipart mail of finished parts."""
    body = b"".join(b"--=_b\r\n" + part + CRLF for part in inner) + b"--=_b--\r\n"
    return mail(body, Content_Type=f'{kind}; boundary="=_b"', Content_Transfer_Encoding="", **head)


def part(content: str | bytes, kind: str, name: str = "", coded: bool = False) -> bytes:
    """One part."""
    raw = content.encode() if isinstance(content, str) else content
    head = f"Content-Type: {kind}" + (f'; name="{name}"' if name else "")
    if name:
        head += f'\r\nContent-Disposition: attachment; filename="{name}"'
    if coded:
        head += "\r\nContent-Transfer-Encoding: base64"
        raw = base64.encodebytes(raw).replace(b"\n", CRLF)
    return head.encode() + CRLF + CRLF + raw.replace(b"\r\n", b"\n").replace(b"\n", CRLF)


def reply(k: Known, text: str, number: int, **head: str) -> bytes:
    """An answer to what we wrote, as most programs thread it."""
    return mail(
        text, **{
            "Subject": f"Re: We have your request: Bache ({k.reference})", "To": k.signed,
            "In_Reply_To": k.message_id, "References": k.message_id,
            "Message_ID": f"<reply-{number}@home.example>",
        } | head,
    )  # fmt: skip


OUTLOOK_HTML = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<style>p.MsoNormal{margin:0}</style></head><body lang=EN-US><div class=WordSection1>
<p class=MsoNormal>It is still there, and&nbsp;deeper.<o:p></o:p></p>
<script>alert("no")</script>
<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal>
<b>From:</b> Testville &lt;case@city.example&gt;<br><b>Sent:</b> Tuesday, March 3, 2026 10:02 AM<br>
<b>To:</b> Ana Ruiz<br><b>Subject:</b> We have your request</p></div>
<p class=MsoNormal>Hello Ana Ruiz, thank you for telling us.</p></div></body></html>"""
GMAIL_HTML = """<div dir="ltr">Yes, that is right.</div><br><div class="gmail_quote
gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Mar 3, 2026 at 10:02 AM Testville
&lt;<a href="mailto:case@city.example">case@city.example</a>&gt; wrote:<br></div><blockquote
class="gmail_quote">Is it right?<br></blockquote></div>"""
DELIVERY = """Reporting-MTA: dns; mx.home.example

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} <{to}>: Recipient address rejected: User unknown
"""


def bounce(k: Known, *, to: str = ANA, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A report as Postfix writes it (RFC 3464)."""
    return parts(
        "multipart/report; report-type=delivery-status",
        part("This is the mail system at mx.home.example. I could not deliver it.", "text/plain"),
        part(DELIVERY.format(to=to, action=action, status=status), "message/delivery-status"),
        part(f"Message-ID: {k.message_id}\nSubject: We have your request\nTo: {to}\n",
             "text/rfc822-headers"),
        From="MAILER-DAEMON@mx.home.example (Mail Delivery System)", Auto_Submitted="auto-replied",
        Subject="Undelivered Mail Returned to Sender", Message_ID=f"<dsn-{action}-{to}>",
    )  # fmt: skip


def spanish_8bit(k: Known) -> bytes:
    """Latin-1 bytes in the head and the body, as old programs send them."""
    head = (
        b"From: Jos\xe9 Pe\xf1a <jose@casa.example>\r\nTo: case@city.example\r\n"
        b"Subject: Farola rota en la calle Le\xf3n\r\nMessage-ID: <8bit@casa.example>\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n"
    )
    return head + CRLF + "La farola está rota. ¿Pueden arreglarla, por favor?".encode("latin-1")


def broken_mime(k: Known) -> bytes:
    """A boundary that never comes, a charset that is none, base64 that is cut."""
    return (
        b'From: "Ana Ruiz" <ana@home.example>\r\nTo: ' + k.signed.encode() + b"\r\n"
        b"Subject: =?utf-9?Q?roto=\r\nMessage-ID: <broken@home.example>\r\n"
        b'Content-Type: multipart/mixed; boundary="never"\r\n\r\n'
        b"--neverr\r\nContent-Type: text/plain; charset=x-unknown-9\r\n\r\n"
        b"--never\r\nContent-Type: text/plain; charset=klingon\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nU2lndWUgYWjDrSBlbCBob3lvLg==\r\n"
    )


def exchange_away(k: Known) -> bytes:
    return reply(
        k, "I am out of the office until Monday.", 80, Auto_Submitted="auto-generated",
        X_Auto_Response_Suppress="All", Subject="Automatic reply: We have your request",
    )  # fmt: skip


Build = Callable[[Known], bytes]
