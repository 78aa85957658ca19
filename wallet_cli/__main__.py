"""`azukari` and `python -m wallet_cli`."""

from wallet_cli.cli import app


def main() -> None:
    app(prog_name="azukari")


if __name__ == "__main__":
    main()
