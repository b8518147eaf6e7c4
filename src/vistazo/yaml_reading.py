"""YAML as plain text values with their lines: nothing is guessed, built or repeated."""

from pathlib import Path
from typing import Any

import yaml

from vistazo.errors import UsageError
from vistazo.i18n import N_, _
from vistazo.reasons import reason_of

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
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


class Items(list[Any]):
    """A list that remembers the line of each item, from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def read_yaml(path: Path) -> Any:
    """Read a YAML file into mappings and lists with lines, and texts; None from an empty one.

    Every scalar stays text: what it means is decided by whoever knows the type wanted, so
    that ``no`` or ``0123`` is never taken for something else.

    Raises
    ------
    UsageError
        ``E-CONFIG-FILE`` not readable or too large, ``E-CONFIG-YAML`` no YAML,
        ``E-CONFIG-TWICE`` a key stands twice, ``E-CONFIG-TAG`` a tag asks for an object,
        ``E-CONFIG-ALIAS`` an alias repeats a part, ``E-CONFIG-DEEP`` more than
        :data:`MAX_DEPTH` levels.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _problem(
            "E-CONFIG-FILE", N_("{path} cannot be read: {reason}."), path, error
        ) from None
    if len(content) > MAX_BYTES:
        raise UsageError(
            "E-CONFIG-FILE",
            N_("{path} is larger than {limit} bytes, which no settings need."),
            N_("Give a file that you wrote, or one that Vistazo did."),
            path=path,
            limit=MAX_BYTES,
        )
    try:
        return _parse(path, text)
    except yaml.YAMLError as error:
        raise _problem("E-CONFIG-YAML", N_("{path} is not YAML: {reason}."), path, error) from None


def _parse(path: Path, text: str) -> Any:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        # an alias makes a small file stand for a huge one, and no settings need one
        if isinstance(event, yaml.AliasEvent):
            alias = _("the alias *{name}", name=event.anchor)
            raise _at(path, event.start_mark, "E-CONFIG-ALIAS", alias)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            nested = _("a nesting of more than {n} levels", n=MAX_DEPTH)
            raise _at(path, event.start_mark, "E-CONFIG-DEEP", nested)
    node = yaml.compose(text, Loader=yaml.BaseLoader)
    return None if node is None else _value(path, node)


def _value(path: Path, node: yaml.Node) -> Any:
    if node.tag not in _PLAIN_TAGS:
        raise _at(path, node.start_mark, "E-CONFIG-TAG", _("the tag {tag}", tag=node.tag))
    if isinstance(node, yaml.SequenceNode):
        items = Items()
        for item in node.value:
            items.append(_value(path, item))
            items.lines.append(item.start_mark.line + 1)
        return items
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


def _at(path: Path, mark: Any, code: str, what: str) -> UsageError:
    return UsageError(
        code,
        N_("{path}, line {line}: {what} is not accepted; nothing was run."),
        N_("Write the value out."),
        path=path,
        line=mark.line + 1,
        what=what,
    )


def _problem(code: str, message: str, path: Path, error: Exception) -> UsageError:
    return UsageError(
        code, message, N_("Correct the file and run again."), path=path, reason=reason_of(error)
    )
