"""Other programs for disclosure control, each run in a process of its own on a table in a folder.

Nothing of them is part of the product or needed by it: they are measured where somebody has
installed them, by any Python (``python -m bench --peers PYTHON``) or by ``Rscript``. A module
here takes a folder as its last argument, reads the table there (``exchange.py``) and leaves
which cells it would publish. What is not installed ends with status 3 and says so.

    exchange.py             the files in the folder; imports nothing that is not in Python itself
    own.py                  the product, and the threshold alone
    tau_argus.py            pytauargus: tau-Argus, modular or optimal
    g_confid.py             gconfid: Statistics Canada's G-Confid
    gauss_suppression.R     GaussSuppression
"""
