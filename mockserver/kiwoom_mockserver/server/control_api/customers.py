"""The operations on the customers of a world; a path names a customer by app key or by an account number."""

from __future__ import annotations

from kiwoom_mockserver.admin.customers import CustomerAdmin
from kiwoom_mockserver.control.messages import CustomerInfo, DepositRequest, HoldingRequest
from kiwoom_mockserver.server.control_api.operation import WORLD, NothingThereError, Operation, OperationCall


def list_customers(call: OperationCall) -> list[CustomerInfo]:
    """List the customers with keys, cash and holdings."""
    return call.read(lambda: [_customer_info(customer) for customer in call.world.customers])


def show_customer(call: OperationCall) -> CustomerInfo:
    """Show a customer's keys, cash and holdings."""
    return call.read(lambda: _customer_info(_customer(call)))


def deposit(call: OperationCall, request: DepositRequest) -> CustomerInfo:
    """Deposit cash, or withdraw it with a negative amount."""
    _customer(call).deposit(request.amount, gold=request.gold)
    return show_customer(call)


def set_holding(call: OperationCall, request: HoldingRequest) -> CustomerInfo:
    """Set the quantity that the customer holds of an instrument."""
    _customer(call).set_holding(request.code, request.quantity, request.price)
    return show_customer(call)


def revoke_token(call: OperationCall) -> CustomerInfo:
    """Revoke the customer's current token."""
    _customer(call).revoke_token()
    return show_customer(call)


def _customer(call: OperationCall) -> CustomerAdmin:
    key_or_account = call.path["customer"]
    for customer in call.world.customers:
        # A customer without an account for gold has a blank number there, which must not match a blank name.
        if key_or_account and key_or_account in (customer.appkey, customer.account, customer.gold_account):
            return customer
    raise NothingThereError(f"there is no customer {key_or_account!r}")


def _customer_info(customer: CustomerAdmin) -> CustomerInfo:
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


_CUSTOMER = WORLD + "/customers/{customer}"

OPERATIONS = (
    Operation("GET", WORLD + "/customers", list_customers),
    Operation("GET", _CUSTOMER, show_customer),
    Operation("POST", _CUSTOMER + "/deposit", deposit),
    Operation("POST", _CUSTOMER + "/holding", set_holding),
    Operation("POST", _CUSTOMER + "/revoke-token", revoke_token),
)
