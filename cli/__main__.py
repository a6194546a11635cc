"""`python -m cli`: the `universe` command without its script."""

from cli import main

if __name__ == "__main__":
    main()
