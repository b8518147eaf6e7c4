"""A convolutional network trained from scratch."""

import copy
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.data.images import Images
from vistazo.errors import SetupError
from vistazo.i18n import N_
from vistazo.methods import ImageClassifier, InnerPredictions, State
from vistazo.methods._fitting import begin_fit, begin_predict
from vistazo.methods._inner_split import inner_split
from vistazo.training.batches import in_order, resident, to_network
from vistazo.training.history import History
from vistazo.training.loop import train
from vistazo.training.objective import Supervised
from vistazo.training.recipe import TrainingRecipe

__all__ = ["CNNClassifier"]


class CNNClassifier(ImageClassifier):
    """Trains a network on the images, watched by a part of them set aside.

    Parameters
    ----------
    architecture : str or torch.nn.Module, default="fashion-cnn"
        A name of ``vistazo list architectures``, or a module of yours that takes float
        images (n, channels, height, width) in [0, 1] and returns logits; each ``fit``
        trains a fresh copy of it.
    recipe : TrainingRecipe or None, default=None
        None: the default recipe.
    device : {"auto", "cpu", "cuda", "cuda:N", "mps"}, default="auto"
    random_state : int or None, default=None
        Seeds the weights, the split, the order and dropout.

    Attributes
    ----------
    network_ : torch.nn.Module
    history_ : dict of list
        One entry per epoch of each column of :class:`~vistazo.training.history.History`.
    best_epoch_ : int
        The epoch whose weights were kept.
    n_parameters_ : int
        Numbers in the network.
    """

    def __init__(
        self,
        *,
        architecture: str | nn.Module = "fashion-cnn",
        recipe: TrainingRecipe | None = None,
        device: str = "auto",
        random_state: int | None = None,
    ) -> None:
        self.architecture = architecture
        self.recipe = recipe
        self.device = device
        self.random_state = random_state

    @classmethod
    def from_variant(cls, variant: str | None) -> Self:
        """Return the method with an architecture by its name."""
        return cls(architecture=variant or cls.variants()[0], recipe=TrainingRecipe())

    @classmethod
    def variants(cls) -> list[str]:
        """Return the names of architectures."""
        return catalog.names("architectures")

    def check(self) -> None:
        """Raise ``E-VALUE``, ``E-NAME`` or ``E-DEVICE`` for what cannot be used here."""
        (self.recipe or TrainingRecipe()).check()
        if isinstance(self.architecture, str) and self.architecture not in self.variants():
            raise catalog.unknown("architectures", self.architecture, self.variants())
        find_device(self.device)

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Train the network; the best epoch on the part set aside is kept."""
        images, codes = begin_fit(self, X, y)
        recipe = self.recipe or TrainingRecipe()
        seed = self.random_state
        seed = int(np.random.default_rng().integers(2**31) if seed is None else seed)
        rows, watched = inner_split(images, codes, recipe.validation_fraction, seed)
        device = find_device(self.device)
        pixels, targets = resident(images.pixels, device), torch.from_numpy(codes).to(device)
        # dropout and initial weights draw from torch's own generator: lend it, then give it back
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.network_ = self._build().to(device)
            objective = Supervised(
                pixels[torch.from_numpy(rows)],
                targets[torch.from_numpy(rows)],
                pixels[torch.from_numpy(watched)],
                targets[torch.from_numpy(watched)],
            )
            history = train(self.network_, objective, recipe, torch.Generator().manual_seed(seed))
        self._after_training(images, watched, history)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return softmax probabilities, shape (n_images, n_classes)."""
        images = begin_predict(self, X)
        self.network_.eval()
        device = next(self.network_.parameters()).device
        parts: list[Tensor] = []
        with torch.inference_mode():
            for part in in_order(len(images), 512):
                logits = self.network_(to_network(resident(images.pixels[part], device)))
                parts.append(logits.double().softmax(1).cpu())
        probabilities: NDArray[np.float64] = torch.cat(parts).numpy()
        return probabilities

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each image."""
        codes = self.predict_proba(X).argmax(axis=1)
        labels: NDArray[Any] = self.classes_[codes]
        return labels

    def get_state(self) -> State:
        """Return the network's weights and the history."""
        weights = {name: t.cpu().numpy() for name, t in self.network_.state_dict().items()}
        return State(arrays=weights, facts={"history": self.history_, "best": self.best_epoch_})

    def set_state(self, state: State) -> Self:
        """Take over weights and history."""
        # on the meta device nothing is drawn or allocated: the weights given are taken over
        with torch.device("meta"):
            network = self._build()
        kinds = {name: tensor.dtype for name, tensor in network.state_dict().items()}
        weights = {
            name: torch.from_numpy(array).to(kinds.get(name))
            for name, array in state.arrays.items()
        }
        network.load_state_dict(weights, strict=True, assign=True)
        self.network_ = _channels_last(network.to(find_device(self.device)))
        self.history_, self.best_epoch_ = state.facts["history"], state.facts["best"]
        self.n_parameters_ = count_parameters(self.network_)
        return self

    def _build(self) -> nn.Module:
        if isinstance(self.architecture, nn.Module):
            return _channels_last(copy.deepcopy(self.architecture))
        backbone: Backbone = catalog.load("architectures", self.architecture)(self.image_shape_)
        head = nn.Linear(backbone.feature_dim, len(self.classes_))
        nn.init.xavier_uniform_(head.weight)
        nn.init.zeros_(head.bias)
        return _channels_last(nn.Sequential(backbone, head))

    def _after_training(self, images: Images, watched: NDArray[np.int64], history: History) -> None:
        self.history_ = history.columns
        self.best_epoch_ = history.best_epoch
        self.n_parameters_ = count_parameters(self.network_)
        self.inner_predictions_ = InnerPredictions(
            watched, self.predict(images[watched]), held_out=True
        )


def _channels_last(network: nn.Module) -> nn.Module:
    # torch's types do not know that a module takes a memory format
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def count_parameters(network: nn.Module) -> int:
    """Return how many numbers a network holds that training can change."""
    return sum(parameter.numel() for parameter in network.parameters())


def find_device(name: str) -> torch.device:
    """Return the device of that name; ``auto`` takes a GPU where there is one.

    Raises
    ------
    SetupError
        ``E-DEVICE`` where a device asked for by name is not there, with those that are.
    """
    usable = []
    if torch.backends.mps.is_available():
        usable.append("mps")
    if torch.cuda.is_available():
        usable += [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    usable.append("cpu")
    if name == "auto":
        return torch.device(usable[0])
    if name not in usable and not (name == "cuda" and "cuda:0" in usable):
        raise SetupError(
            "E-DEVICE",
            N_("This machine has no usable device '{name}'. It has: {usable}."),
            N_("Use one of these, or --device auto."),
            name=name,
            usable=", ".join(usable),
        )
    return torch.device(name)
