"""`azukari-bank` and `python -m bank_api`."""

import gc


def main() -> None:
    gc.disable()  # nearly nothing that comes with the libraries is garbage, and to look takes a third of the start
    from bank_api.cli import main as run

    gc.enable()
    run()


if __name__ == "__main__":
    main()
