"""The customers of a world; a path names one by app key, or by the number of an account."""

from __future__ import annotations

from kiwoom_mockserver.admin.customers import CustomerAdmin
from kiwoom_mockserver.control.messages import CustomerInfo, DepositRequest, SetHolding
from kiwoom_mockserver.server.admin_api.operation import WORLD, NothingThereError, Operation, OperationCall


def list_customers(call: OperationCall) -> list[CustomerInfo]:
    """List customers with keys, cash and holdings."""
    return call.look(lambda: [_told(customer) for customer in call.kiwoom.customers])


def show_customer(call: OperationCall) -> CustomerInfo:
    """Show a customer."""
    return call.look(lambda: _told(_customer(call)))


def deposit(call: OperationCall, asked: DepositRequest) -> CustomerInfo:
    """Pay in, or draw out with a minus."""
    _customer(call).deposit(asked.amount, gold=asked.gold)
    return show_customer(call)


def set_holding(call: OperationCall, asked: SetHolding) -> CustomerInfo:
    """Hold so much of an instrument from here on."""
    _customer(call).set_holding(asked.code, asked.quantity, asked.price)
    return show_customer(call)


def revoke_token(call: OperationCall) -> CustomerInfo:
    """Let the living token die now."""
    _customer(call).revoke_token()
    return show_customer(call)


def _customer(call: OperationCall) -> CustomerAdmin:
    wanted = call.path["customer"]
    for customer in call.kiwoom.customers:
        if wanted and wanted in (customer.appkey, customer.account, customer.gold_account):
            return customer
    raise NothingThereError(f"there is no customer {wanted!r}")


def _told(customer: CustomerAdmin) -> CustomerInfo:
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
    Operation("POST", _ONE + "/hold", set_holding),
    Operation("POST", _ONE + "/end-token", revoke_token),
)
