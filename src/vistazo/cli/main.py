"""The entry point: language, verb, and what every error looks like."""

import os
import sys
import traceback
from typing import NoReturn

from vistazo.cli import stopping

# whatever else a command needs is imported inside the block that knows what Ctrl-C means


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and exit with its code.

    0 done, 1 our bug, 2 usage, 3 data, 4 done but some inputs failed, 5 environment,
    130 or 143 stopped after a clean save.
    """
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # an ASCII terminal gets escapes instead of an error
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # Threads that wait for each other must not keep a shared machine busy, but sleeping at once
    # costs more than most waits last; both are read when OpenMP is first loaded.
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    with stopping.heard():
        sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(words: list[str]) -> int:
    debug = "--debug" in words
    try:
        return _command(words)
    except KeyboardInterrupt as stop:
        stopping.tell(stop, words)
        return stopping.exit_code()
    except BrokenPipeError:
        _forget_what_is_buffered()
        return 0
    except Exception as error:
        if debug:
            traceback.print_exc()
        from vistazo.cli import usage

        sentence = usage.as_sentence(error)
        try:
            usage.show(sentence)
            if usage.asks_json(words):
                print(usage.as_json(sentence), flush=True)
        except BrokenPipeError:
            _forget_what_is_buffered()
        return sentence.exit_code


def _forget_what_is_buffered() -> None:
    # the reader has left, and nothing must complain at exit
    for stream in (sys.stdout, sys.stderr):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _open_closed_streams() -> None:
    """Let what is written to a stream that the shell closed go nowhere.

    In their order, so that no file that is opened later gets the number of one of them.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def _command(arguments: list[str]) -> int:
    from vistazo.cli import application
    from vistazo.cli.console import configure
    from vistazo.cli.everywhere import common_options
    from vistazo.i18n import set_language
    from vistazo.workflows.requirements import check_requirements

    set_language()
    words, common = common_options(arguments)
    set_language(common.language)
    configure(quiet=common.quiet)
    if "_VISTAZO_COMPLETE" in os.environ:
        application.complete()
    if words and words[0] not in application.ALWAYS and "--help" not in words:
        check_requirements()
    code = application.run(words)
    sys.stdout.flush()
    return code
