"""A fake Kiwoom broker: stateful simulator, standalone server and pytest fixture."""
