"""Market scripts: what a world starts with, written in YAML."""
