"""``python -m kiwoom_mockserver``."""

from kiwoom_mockserver.commands.main import main

main()
