"""Ledger, a small invoicing product: the example application that Handrail's guides run in.

It knows nothing of Handrail but the script tag that any product would paste, the calls in
`static/guidance.js`, and a signed identity token where a secret is set. Without the settings it
runs as if Handrail did not exist.

    LEDGER_HANDRAIL_SERVER   where the widget comes from, for example http://127.0.0.1:8000
    LEDGER_HANDRAIL_ENV      the environment's public key
    LEDGER_HANDRAIL_SECRET   an environment secret: visitors are then identified by signed tokens
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, jsonify, make_response, redirect, render_template, request, url_for

from ledger import people, words
from ledger.store import STATUSES, VAT_RATES, Book, Mistake, Shelf

YEAR_S = 365 * 24 * 3600


def create_app(settings: Mapping[str, str] | None = None) -> Flask:
    """Build the application; `settings` are the environment variables, unless others are given."""
    settings = os.environ if settings is None else settings
    app = Flask(__name__)
    app.config.update(
        HANDRAIL_SERVER=settings.get("LEDGER_HANDRAIL_SERVER", "").rstrip("/"),
        HANDRAIL_ENV=settings.get("LEDGER_HANDRAIL_ENV", ""),
        HANDRAIL_SECRET=settings.get("LEDGER_HANDRAIL_SECRET", ""),
        SHELF=Shelf(),
    )
    app.before_request(_meet_browser)
    app.after_request(lambda response: _guard(app, response))
    app.context_processor(_page_values)
    app.register_error_handler(404, lambda _: (render_template("missing.html"), 404))
    for rule, view, methods in ROUTES:
        app.add_url_rule(rule, view.__name__, view, methods=methods)
    return app


def _meet_browser() -> None:
    browser = request.cookies.get("ledger", "")
    g.browser = browser if browser.isalnum() and len(browser) == 32 else secrets.token_hex(16)
    persona = request.args.get("persona") or request.cookies.get("ledger_persona", "")
    g.persona = people.PERSONAS.get(persona, people.PERSONAS[people.DEFAULT])
    language = (
        request.args.get("lang")
        or request.cookies.get("ledger_lang")
        or request.accept_languages.best_match(words.LANGUAGES)
    )
    g.language = language if language in words.LANGUAGES else "en"
    theme = request.args.get("theme") or request.cookies.get("ledger_theme", "")
    g.theme = theme if theme in ("light", "dark") else "system"


def _guard(app: Flask, response: Response) -> Response:
    server = app.config["HANDRAIL_SERVER"]
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(server)) if server else ""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self' {origin}; connect-src 'self' {origin}; style-src 'self'; "
        f"img-src 'self' {origin}; media-src 'self' {origin}; frame-ancestors 'self'; base-uri 'none'; "
        "form-action 'self'; object-src 'none'; require-trusted-types-for 'script'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    for name, value in (
        ("ledger", g.browser),
        ("ledger_persona", g.persona.key),
        ("ledger_lang", g.language),
        ("ledger_theme", g.theme),
    ):
        if request.cookies.get(name) != value:
            response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", httponly=name == "ledger")
    return response


def _page_values() -> dict[str, object]:
    def say(key: str, **values: object) -> str:
        return words.say(g.language, key, **values)

    from flask import current_app

    return {
        "say": say,
        "money": money,
        "day": day,
        "persona": g.persona,
        "personas": people.PERSONAS.values(),
        "languages": words.LANGUAGES,
        "language": g.language,
        "theme": g.theme,
        "handrail_server": current_app.config["HANDRAIL_SERVER"],
        "handrail_env": current_app.config["HANDRAIL_ENV"],
        "visitor": json.dumps(_visitor(bool(current_app.config["HANDRAIL_SECRET"]))),
    }


def _visitor(signed: bool) -> dict[str, object]:
    persona = g.persona
    return {
        "id": persona.id,
        "traits": persona.traits,
        "account": persona.account,
        "account_traits": persona.account_traits,
        "signed": signed,
    }


def money(amount: Decimal) -> str:
    """Write an amount in euros, as both languages of Ledger do."""
    return f"€{amount:,.2f}"


def day(when: date) -> str:
    """Write a date short, in the visitor's language."""
    return f"{when.year}. {when.month}. {when.day}." if g.language == "ko" else f"{when.day} {when:%b %Y}"


def book() -> Book:
    """Return the visitor's own book."""
    from flask import current_app

    return current_app.config["SHELF"].book(g.browser, datetime.now(UTC).date())


def home() -> str:
    weeks = book().weekly()
    top = max((total for _, total in weeks), default=Decimal(1)) or Decimal(1)
    bars = [(start, total, round(float(total / top) * 100)) for start, total in weeks]
    return render_template(
        "home.html", book=book(), bars=bars, invoices=book().list()[:5], total=sum(t for _, t in weeks)
    )


def invoices() -> str:
    status = request.args.get("status", "")
    found = book().list(status if status in STATUSES else "", request.args.get("q", ""))
    return render_template("invoices.html", invoices=found, status=status, statuses=STATUSES)


def new_invoice() -> str | Response:
    if request.method == "GET":
        return render_template("new_invoice.html", book=book(), rates=VAT_RATES, wrong={}, form={})
    form = request.form
    try:
        lines = list(zip(form.getlist("text"), form.getlist("amount"), strict=False))
        made = book().draft(
            form.get("customer", ""), lines, form.get("vat", ""), form.get("due_days", ""), form.get("note", "")
        )
    except Mistake as mistake:
        return make_response(
            render_template("new_invoice.html", book=book(), rates=VAT_RATES, wrong=mistake.fields, form=form), 422
        )
    return redirect(url_for("invoice", invoice_id=made.id, did="was_saved"))


def invoice(invoice_id: int) -> str:
    did = request.args.get("did")
    return render_template(
        "invoice.html", invoice=_invoice(invoice_id), did=did if did in ("was_saved", "was_sent", "was_paid") else None
    )


def invoice_document(invoice_id: int) -> str:
    return render_template("document.html", invoice=_invoice(invoice_id), book=book())


def send_invoice(invoice_id: int) -> Response:
    _invoice(invoice_id)
    book().send(invoice_id)
    return redirect(url_for("invoice", invoice_id=invoice_id, did="was_sent"))


def pay_invoice(invoice_id: int) -> Response:
    _invoice(invoice_id)
    book().pay(invoice_id)
    return redirect(url_for("invoice", invoice_id=invoice_id, did="was_paid"))


def _invoice(invoice_id: int):
    return book().invoices.get(invoice_id) or abort(404)


def customers(rest: str = "") -> str:
    return render_template("customers.html", words=json.dumps(words.table(g.language), ensure_ascii=False))


def customers_api() -> Response | tuple[Response, int]:
    if request.method == "POST":
        sent = request.get_json(silent=True)
        sent = sent if isinstance(sent, dict) else {}
        try:
            made = book().add_customer(str(sent.get("name", "")), str(sent.get("email", "")), str(sent.get("city", "")))
        except Mistake as mistake:
            return jsonify(wrong={name: words.say(g.language, key) for name, key in mistake.fields.items()}), 422
        return jsonify(id=made.id), 201
    return jsonify(
        [
            {
                "id": c.id,
                "name": c.name,
                "email": c.email,
                "city": c.city,
                "invoices": [
                    {
                        "id": i.id,
                        "number": i.number,
                        "total": money(i.total),
                        "status": i.status,
                        "said": words.say(g.language, i.status),
                    }
                    for i in book().list()
                    if i.customer.id == c.id
                ],
            }
            for c in book().customers.values()
        ]
    )


def settings() -> str | Response:
    if request.method == "POST":
        book().company = request.form.get("company", "").strip()[:80] or book().company
        return redirect(url_for("settings", did="saved"))
    return render_template("settings.html", book=book(), did=request.args.get("did") == "saved")


def choose() -> Response:
    """Change language, appearance or persona; the cookies are written by `_guard` from what was asked for."""
    known = {"lang": words.LANGUAGES, "theme": ("system", "light", "dark"), "persona": people.PERSONAS}
    for name, values in known.items():
        if request.form.get(name) in values:
            setattr(g, "language" if name == "lang" else name, request.form[name])
    if isinstance(g.persona, str):
        g.persona = people.PERSONAS[g.persona]
    back = request.form.get("back", "/")
    return redirect(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")


def fresh() -> Response:
    from flask import current_app

    current_app.config["SHELF"].forget(g.browser)
    return redirect(url_for("home", fresh=1))


def identity_token() -> Response:
    """Sign the identity of the persona, as a real product's server does for the user who is signed in."""
    import jwt
    from flask import current_app

    secret = current_app.config["HANDRAIL_SECRET"]
    if not secret or g.persona.id is None:
        abort(404)
    token = jwt.encode({"sub": g.persona.id, "exp": int(time.time()) + 600}, secret, algorithm="HS256")
    return make_response(token, {"Content-Type": "text/plain", "Cache-Control": "no-store"})


ROUTES = (
    ("/", home, ["GET"]),
    ("/invoices", invoices, ["GET"]),
    ("/invoices/new", new_invoice, ["GET", "POST"]),
    ("/invoice/<int:invoice_id>", invoice, ["GET"]),
    ("/invoice/<int:invoice_id>/document", invoice_document, ["GET"]),
    ("/invoice/<int:invoice_id>/send", send_invoice, ["POST"]),
    ("/invoice/<int:invoice_id>/pay", pay_invoice, ["POST"]),
    ("/customers", customers, ["GET"]),
    ("/customers/<path:rest>", customers, ["GET"]),
    ("/api/customers", customers_api, ["GET", "POST"]),
    ("/api/identity-token", identity_token, ["GET"]),
    ("/settings", settings, ["GET", "POST"]),
    ("/choose", choose, ["POST"]),
    ("/fresh", fresh, ["POST"]),
)
