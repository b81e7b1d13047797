"""Runs the benchmarks and prints what they measured against their goals. Exits with 1 if one could not run."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import (
    control_calls,
    exchange_alone,
    fan_out,
    many_sessions,
    order_after_many,
    orders_over_http,
    toolkit,
    trading_day,
)
from benchmarks.figure import CannotRunError, Figure

BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "control_calls": control_calls.run,
    "exchange_alone": exchange_alone.run,
    "fan_out": fan_out.run,
    "many_sessions": many_sessions.run,
    "order_after_many": order_after_many.run,
    "orders_over_http": orders_over_http.run,
    "toolkit": toolkit.run,
    "trading_day": trading_day.run,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    status = 0
    for name in names or BENCHMARKS:
        print(name, flush=True)
        try:
            for figure in BENCHMARKS[name]():
                print(f"  {figure}")
        except CannotRunError as error:
            print(f"  skipped: {error}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
