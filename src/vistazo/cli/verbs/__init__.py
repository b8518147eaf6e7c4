"""One file per verb; the function its ``__all__`` names is the command.

A verb's file imports nothing heavy before it runs, so that ``--help`` is instant.
"""
