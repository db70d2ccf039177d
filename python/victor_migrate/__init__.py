"""The program `victor-migrate` as a Python package; `python -m victor_migrate` starts it."""
