"""The command line: one file per verb, errors as sentences, results on stdout."""

import sys

# an old Python must be able to read this file and those before it
if sys.version_info < (3, 11):  # noqa: UP036 - a checkout may be run without being installed
    sys.stderr.write(
        "Error: Vistazo needs Python 3.11 or newer; this is %d.%d. [E-VERSION]\n"  # noqa: UP031
        % sys.version_info[:2]
    )
    sys.exit(5)
