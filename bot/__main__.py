"""`python -m bot`, the same as the command `klyngebot`."""

from bot.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
