"""A network that nobody here wrote, in pieces that run one after the other."""

from collections.abc import Iterator

from torch import Tensor, fx, nn


def pieces(network: nn.Module) -> list[nn.Module]:
    """Return a network in pieces, the first one on images; they share its parameters.

    What runs is recorded with symbols in the place of numbers, blocks as they are and nothing
    within them. A piece begins with a convolution, a linear layer or a block, wherever what came
    before is a single tensor; scales, activations and pools belong to the piece before them.

    Parameters
    ----------
    network : torch.nn.Module
        Of one tensor, in evaluation mode. What it decides by its mode is decided.

    Returns
    -------
    list of torch.nn.Module
        The network itself alone where its way depends on what it is given.

    References
    ----------
    Reed et al., "torch.fx: practical program capture and transformation for deep learning in
    Python", 2022.
    """
    whole = _OfImagesAlone(network)
    try:
        graph = _Recorder().trace(whole)
    except Exception:  # whatever the code of a network does with a symbol that is no number
        return [network]
    return [fx.GraphModule(whole, part) for part in _parts(whole, graph)]


class _OfImagesAlone(nn.Module):
    """A network whose other arguments keep their defaults."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        result: Tensor = self.network(images)
        return result


class _Recorder(fx.Tracer):
    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        if module_qualified_name == "network":
            return False
        return not isinstance(m, nn.Sequential) or not len(m)


def _parts(network: nn.Module, graph: fx.Graph) -> Iterator[fx.Graph]:
    """Yield the graph of each piece: one tensor in, one tensor out."""
    given, *steps, result = graph.nodes
    part, known = fx.Graph(), {}
    known[given] = part.placeholder("given")
    begun = False
    for position, step in enumerate(steps):
        if begun and _has_weights(network, step):
            alive = _alive([given, *steps[:position]], {*steps[position:], result})
            if len(alive) == 1:
                part.output(known[alive[0]])
                yield part
                part = fx.Graph()
                known = {alive[0]: part.placeholder("given")}
        begun = begun or _has_weights(network, step)
        for constant in step.all_input_nodes:
            if constant not in known:  # a tensor of the network's own, read where it is used
                known[constant] = part.node_copy(constant)
        if step.op != "get_attr":
            known[step] = part.node_copy(step, known.__getitem__)
    part.output(fx.node.map_arg(result.args[0], known.__getitem__))
    yield part


def _alive(done: list[fx.Node], later: set[fx.Node]) -> list[fx.Node]:
    """Return what of the steps done is still needed, the network's own tensors left out."""
    return [step for step in done if step.op != "get_attr" and not later.isdisjoint(step.users)]


def _has_weights(network: nn.Module, step: fx.Node) -> bool:
    if step.op != "call_module":
        return False
    return any(p.ndim > 1 for p in network.get_submodule(str(step.target)).parameters())
