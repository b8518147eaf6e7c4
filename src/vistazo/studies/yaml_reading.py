"""YAML as plain text values with their lines: nothing is guessed, built or repeated."""

from pathlib import Path
from typing import Any

import yaml

from vistazo.errors import UsageError
from vistazo.i18n import N_

MAX_BYTES = 1_000_000
_PLAIN_TAGS = {
    "tag:yaml.org,2002:str",
    "tag:yaml.org,2002:map",
    "tag:yaml.org,2002:seq",
}


class Lines(dict[str, Any]):
    """A mapping that remembers the line of each key, from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


def read_yaml(path: Path) -> Any:
    """Read a YAML file into mappings with lines, lists and texts.

    Every scalar stays text: what it means is decided by whoever knows the type wanted, so
    that ``no`` or ``0123`` is never taken for something else.

    Raises
    ------
    UsageError
        ``E-CONFIG-FILE`` not readable or too large, ``E-CONFIG-YAML`` no YAML,
        ``E-CONFIG-TWICE`` a key stands twice, ``E-CONFIG-TAG`` a tag asks for an object,
        ``E-CONFIG-ALIAS`` an alias repeats a part.
    """
    try:
        content = path.read_bytes()[: MAX_BYTES + 1]
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _problem(
            "E-CONFIG-FILE", N_("{path} cannot be read: {reason}."), path, error
        ) from None
    if len(content) > MAX_BYTES:
        raise UsageError(
            "E-CONFIG-FILE",
            N_("{path} is larger than {limit} bytes, which no settings need."),
            N_("Give the file of a study."),
            path=path,
            limit=MAX_BYTES,
        )
    try:
        return _parse(path, text)
    except yaml.YAMLError as error:
        raise _problem("E-CONFIG-YAML", N_("{path} is not YAML: {reason}."), path, error) from None


def _parse(path: Path, text: str) -> Any:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        # an alias makes a small file stand for a huge one, and studies need none
        if isinstance(event, yaml.AliasEvent):
            raise _at(
                path, event.start_mark, "E-CONFIG-ALIAS", N_("an alias (*{found})"), event.anchor
            )
    node = yaml.compose(text, Loader=yaml.BaseLoader)
    return None if node is None else _value(path, node)


def _value(path: Path, node: yaml.Node) -> Any:
    if node.tag not in _PLAIN_TAGS:
        raise _at(path, node.start_mark, "E-CONFIG-TAG", N_("the tag {found}"), node.tag)
    if isinstance(node, yaml.SequenceNode):
        return [_value(path, item) for item in node.value]
    if not isinstance(node, yaml.MappingNode):
        return node.value
    result = Lines()
    for key_node, value_node in node.value:
        key, line = str(_value(path, key_node)), key_node.start_mark.line + 1
        if key in result:
            raise UsageError(
                "E-CONFIG-TWICE",
                N_("{path}: '{key}' stands in line {first} and again in line {second}."),
                N_("Keep one of them."),
                path=path,
                key=key,
                first=result.lines[key],
                second=line,
            )
        result[key] = _value(path, value_node)
        result.lines[key] = line
    return result


def _at(path: Path, mark: Any, code: str, what: str, found: object) -> UsageError:
    from vistazo.i18n import _

    return UsageError(
        code,
        N_("{path}, line {line}: {what} is not accepted in a study; nothing was run."),
        N_("Write the value out."),
        path=path,
        line=mark.line + 1,
        what=_(what, found=found),
    )


def _problem(code: str, message: str, path: Path, error: Exception) -> UsageError:
    reason = str(error).replace("\n", " ").strip()
    return UsageError(
        code, message, N_("Correct the file and run again."), path=path, reason=reason
    )
