"""A backbone, images without labels and a pretext task: a backbone that has learned."""

from vistazo.pretraining.pretrain import Pretrained, pretrain

__all__ = ["Pretrained", "pretrain"]
