"""Several views of each image, such as its mirror image, of which each step sees one."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from vistazo.training.recipe import TrainingRecipe
from vistazo.training.supervised import Supervised


class SeveralViews(Supervised):
    """Cross-entropy where an image is drawn in one of its views each time that it is used.

    Parameters
    ----------
    views : sequence of Tensor, each of shape (n_images, ...)
        Of uint8: pixels. Of another type: what the first layers of a network gave, for one that
        begins after them; the recipe changes or mixes no images then.
    targets : Tensor of int64, shape (n_images,)
    validation_view : Tensor, shape (n_images, ...)
    validation_targets : Tensor of int64, shape (n_images,)
    recipe : TrainingRecipe
    n_classes : int
    """

    def __init__(
        self,
        views: Sequence[Tensor],
        targets: Tensor,
        validation_view: Tensor,
        validation_targets: Tensor,
        recipe: TrainingRecipe,
        n_classes: int,
    ) -> None:
        super().__init__(views[0], targets, validation_view, validation_targets, recipe, n_classes)
        self.views = views

    def chosen(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """Return images of a batch, each in one of its views."""
        drawn = torch.randint(len(self.views), (len(rows),), generator=generator).to(self.device)
        images = self.images[rows]
        for number, view in enumerate(self.views[1:], start=1):
            images[drawn == number] = view[rows[drawn == number]]
        return images

    def tensors(self) -> Iterable[Tensor]:
        """Return all views and the targets of both parts."""
        return (*self.views[1:], *super().tensors())
