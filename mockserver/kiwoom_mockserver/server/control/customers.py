"""The customers of a world; a path names one by app key, or by the number of an account."""

from __future__ import annotations

from kiwoom_mockserver.control.messages import CustomerInfo, Payment, Position
from kiwoom_mockserver.server.control.operation import WORLD, Call, NothingThereError, Operation
from kiwoom_mockserver.server.steering.customers import Customer


def list_customers(call: Call) -> list[CustomerInfo]:
    """List customers with keys, cash and holdings."""
    return call.look(lambda: [_told(customer) for customer in call.kiwoom.customers])


def show_customer(call: Call) -> CustomerInfo:
    """Show a customer."""
    return call.look(lambda: _told(_customer(call)))


def deposit(call: Call, asked: Payment) -> CustomerInfo:
    """Pay in, or draw out with a minus."""
    _customer(call).deposit(asked.amount, gold=asked.gold)
    return show_customer(call)


def hold(call: Call, asked: Position) -> CustomerInfo:
    """Hold so much of an instrument from here on."""
    _customer(call).hold(asked.code, asked.quantity, asked.price)
    return show_customer(call)


def end_token(call: Call) -> CustomerInfo:
    """Let the living token die now."""
    _customer(call).end_token()
    return show_customer(call)


def _customer(call: Call) -> Customer:
    wanted = call.path["customer"]
    for customer in call.kiwoom.customers:
        if wanted and wanted in (customer.appkey, customer.account, customer.gold_account):
            return customer
    raise NothingThereError(f"there is no customer {wanted!r}")


def _told(customer: Customer) -> CustomerInfo:
    return CustomerInfo(
        customer.appkey,
        customer.secretkey,
        customer.account,
        customer.gold_account,
        customer.cash,
        customer.orderable,
        customer.gold_cash if customer.gold_account else 0,
        customer.holdings,
    )


_ONE = WORLD + "/customers/{customer}"

OPERATIONS = (
    Operation("GET", WORLD + "/customers", list_customers),
    Operation("GET", _ONE, show_customer),
    Operation("POST", _ONE + "/deposit", deposit),
    Operation("POST", _ONE + "/hold", hold),
    Operation("POST", _ONE + "/end-token", end_token),
)
