"""The commands of ``kiwoom-mockserver``."""
