"""``python -m kiwoom_mockserver``."""

from kiwoom_mockserver.cli import main

main()
