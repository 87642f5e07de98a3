"""Ledger's data: one small book of invoices per browser, in memory.

Every browser gets its own freshly seeded book, so that what one visitor of the demo creates
never fills another's table and a test always meets the same page. Knows nothing of Flask.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

STATUSES = ("draft", "sent", "overdue", "paid")
VAT_RATES = (Decimal("0"), Decimal("0.10"), Decimal("0.21"))
MAX_BOOKS = 2000


class Mistake(ValueError):
    """A form cannot be taken; `fields` maps a field's name to the message key that says why."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass
class Customer:
    id: int
    name: str
    email: str
    city: str


@dataclass
class Line:
    text: str
    amount: Decimal


@dataclass
class Invoice:
    id: int
    customer: Customer
    issued: date
    due: date
    lines: list[Line]
    vat: Decimal
    status: str = "draft"
    note: str = ""

    @property
    def number(self) -> str:
        return f"INV-{1000 + self.id}"

    @property
    def net(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return (self.net * self.vat).quantize(Decimal("0.01"))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


CUSTOMERS = (
    ("Northwind Traders", "billing@northwind.example", "Rotterdam"),
    ("Hanbit Studio", "pay@hanbit.example", "Seoul"),
    ("Fjord & Sons", "office@fjord.example", "Bergen"),
    ("Casa Lumière", "compta@lumiere.example", "Lyon"),
    ("Bluebird Logistics", "ap@bluebird.example", "Bristol"),
    ("Mori Ceramics", "hello@mori.example", "Kyoto"),
)
WORK = (
    "Design retainer",
    "Website hosting",
    "Photography",
    "Consulting day",
    "Print run",
    "Support plan",
    "Translation",
)


@dataclass
class Book:
    """The invoices and customers of one browser."""

    today: date
    customers: dict[int, Customer] = field(default_factory=dict)
    invoices: dict[int, Invoice] = field(default_factory=dict)
    company: str = "Paper Boat Studio"

    @classmethod
    def seeded(cls, today: date) -> Book:
        book = cls(today)
        for name, email, city in CUSTOMERS:
            book.add_customer(name, email, city)
        for n in range(24):
            issued = today - timedelta(days=3 * n + 2)
            lines = [
                Line(WORK[(n + k) % len(WORK)], Decimal(180 + 95 * ((n * 7 + k * 3) % 11))) for k in range(1 + n % 3)
            ]
            late = "overdue" if n % 5 == 0 else "paid"
            status = "draft" if n == 1 else late if issued + timedelta(days=14) < today else "sent" if n % 4 else "paid"
            book._put(book.customers[1 + n % len(CUSTOMERS)], issued, lines, VAT_RATES[n % 3], status)
        return book

    def add_customer(self, name: str, email: str, city: str) -> Customer:
        """Add a customer; raises Mistake where a field cannot be taken."""
        wrong = {}
        if not name.strip():
            wrong["name"] = "needs_name"
        if "@" not in email:
            wrong["email"] = "needs_email"
        if wrong:
            raise Mistake(wrong)
        customer = Customer(len(self.customers) + 1, name.strip()[:80], email.strip()[:120], city.strip()[:60])
        self.customers[customer.id] = customer
        return customer

    def draft(self, customer_id: str, lines: list[tuple[str, str]], vat: str, due_days: str, note: str) -> Invoice:
        """Write a new draft from a form's strings; raises Mistake naming every field that cannot be taken."""
        wrong: dict[str, str] = {}
        customer = self.customers.get(int(customer_id)) if customer_id.isdigit() else None
        if customer is None:
            wrong["customer"] = "needs_customer"
        kept = [Line(text.strip()[:120] or "—", amount) for text, raw in lines if (amount := _money(raw)) is not None]
        if not kept:
            wrong["amount"] = "needs_amount"
        rate = _money(vat)
        if rate not in VAT_RATES:
            wrong["vat"] = "needs_vat"
        if wrong or customer is None or rate is None:
            raise Mistake(wrong)
        invoice = self._put(customer, self.today, kept, rate, "draft")
        invoice.due = self.today + timedelta(days=int(due_days) if due_days in ("7", "14", "30") else 14)
        invoice.note = note[:500]
        return invoice

    def send(self, invoice_id: int) -> Invoice:
        """Mark a draft as sent; a sent one stays as it is."""
        invoice = self.invoices[invoice_id]
        if invoice.status == "draft":
            invoice.status = "sent"
        return invoice

    def pay(self, invoice_id: int) -> Invoice:
        """Mark a sent or overdue invoice as paid."""
        invoice = self.invoices[invoice_id]
        if invoice.status in ("sent", "overdue"):
            invoice.status = "paid"
        return invoice

    def list(self, status: str = "", query: str = "") -> list[Invoice]:
        """Return invoices, newest first, of one status and matching a number or customer."""
        wanted = query.casefold().strip()
        found = [
            invoice
            for invoice in self.invoices.values()
            if status in ("", invoice.status) and wanted in f"{invoice.number} {invoice.customer.name}".casefold()
        ]
        return sorted(found, key=lambda invoice: (invoice.issued, invoice.id), reverse=True)

    def owed(self, *statuses: str) -> Decimal:
        return sum((invoice.total for invoice in self.invoices.values() if invoice.status in statuses), Decimal(0))

    def weekly(self, weeks: int = 10) -> list[tuple[date, Decimal]]:
        """Return what was invoiced in each of the last weeks, oldest first."""
        starts = [self.today - timedelta(days=7 * n + 6) for n in reversed(range(weeks))]
        return [
            (start, sum((i.total for i in self.invoices.values() if 0 <= (i.issued - start).days < 7), Decimal(0)))
            for start in starts
        ]

    def _put(self, customer: Customer, issued: date, lines: list[Line], vat: Decimal, status: str) -> Invoice:
        invoice = Invoice(len(self.invoices) + 1, customer, issued, issued + timedelta(days=14), lines, vat, status)
        self.invoices[invoice.id] = invoice
        return invoice


class Shelf:
    """The books of all browsers, the longest unused dropped first."""

    def __init__(self) -> None:
        self._books: OrderedDict[str, Book] = OrderedDict()
        self._lock = threading.Lock()

    def book(self, browser: str, today: date) -> Book:
        with self._lock:
            if browser not in self._books:
                self._books[browser] = Book.seeded(today)
            self._books.move_to_end(browser)
            while len(self._books) > MAX_BOOKS:
                self._books.popitem(last=False)
            return self._books[browser]

    def forget(self, browser: str) -> None:
        with self._lock:
            self._books.pop(browser, None)


def _money(raw: str) -> Decimal | None:
    try:
        amount = Decimal(raw.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10_000_000 else None
