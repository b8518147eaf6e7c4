"""Vistazo: which way of classifying your images can be trusted, by how much and why."""

from __future__ import annotations  # an old Python must get as far as being told so

import importlib
from typing import TYPE_CHECKING, Any

_HOMES = {
    "Augmentation": "transforms.augmentation",
    "CNNClassifier": "methods.cnn",
    "ColorHistogramClassifier": "methods.color_histogram",
    "Comparison": "evaluation.comparison",
    "FineTunedClassifier": "methods.fine_tuned",
    "HOGSVMClassifier": "methods.hog_svm",
    "ImageDataset": "data.dataset",
    "ImagePipeline": "data.pipeline",
    "LinearProbeClassifier": "methods.linear_probe",
    "MajorityClassifier": "methods.majority",
    "MetadataClassifier": "methods.metadata",
    "NearestMeanClassifier": "methods.nearest_mean",
    "Protocol": "evaluation.protocol",
    "Recipe": "preprocessing.recipe",
    "SelfSupervisedClassifier": "methods.self_supervised",
    "TrainingRecipe": "training.recipe",
    "TunedHOGSVMClassifier": "methods.hog_svm_tuned",
    "UnlabelledImages": "data.unlabelled_images",
    "augmentation_sheet": "figures",
    "check": "workflows.check",
    "compare": "workflows.compare",
    "compare_trainings": "figures",
    "Diagnosis": "workflows.diagnosis",
    "describe_architecture": "workflows.architecture_summary",
    "diagnose": "workflows.diagnose",
    "download_weights": "pretrained._timm_hub",
    "draw_augmentations": "transforms.gallery",
    "explore": "workflows.explore",
    "from_arrays": "data.arrays",
    "from_frame": "data.arrays",
    "learning_rate_range": "figures",
    "load": "persistence",
    "load_backbone": "pretraining.backbone_folder",
    "prepare": "workflows.prepare",
    "read_images": "data.reading",
    "read_recipe": "preprocessing.recipe.file",
    "read_unlabelled": "data.unlabelled",
    "recipe_from_text": "preprocessing.recipe",
    "run_comparison": "workflows.comparison_run",
    "run_pretraining": "workflows.pretraining_run",
    "save": "persistence",
    "train_validation_gap": "figures",
    "training_curves": "figures",
    "write_report": "workflows.reporting",
}

__all__ = sorted(_HOMES)

if TYPE_CHECKING:
    from vistazo.data.arrays import from_arrays as from_arrays
    from vistazo.data.arrays import from_frame as from_frame
    from vistazo.data.dataset import ImageDataset as ImageDataset
    from vistazo.data.pipeline import ImagePipeline as ImagePipeline
    from vistazo.data.reading import read_images as read_images
    from vistazo.data.unlabelled import read_unlabelled as read_unlabelled
    from vistazo.data.unlabelled_images import UnlabelledImages as UnlabelledImages
    from vistazo.evaluation.comparison import Comparison as Comparison
    from vistazo.evaluation.protocol import Protocol as Protocol
    from vistazo.figures import augmentation_sheet as augmentation_sheet
    from vistazo.figures import compare_trainings as compare_trainings
    from vistazo.figures import learning_rate_range as learning_rate_range
    from vistazo.figures import train_validation_gap as train_validation_gap
    from vistazo.figures import training_curves as training_curves
    from vistazo.methods.cnn import CNNClassifier as CNNClassifier
    from vistazo.methods.color_histogram import ColorHistogramClassifier as ColorHistogramClassifier
    from vistazo.methods.fine_tuned import FineTunedClassifier as FineTunedClassifier
    from vistazo.methods.hog_svm import HOGSVMClassifier as HOGSVMClassifier
    from vistazo.methods.hog_svm_tuned import TunedHOGSVMClassifier as TunedHOGSVMClassifier
    from vistazo.methods.linear_probe import LinearProbeClassifier as LinearProbeClassifier
    from vistazo.methods.majority import MajorityClassifier as MajorityClassifier
    from vistazo.methods.metadata import MetadataClassifier as MetadataClassifier
    from vistazo.methods.nearest_mean import NearestMeanClassifier as NearestMeanClassifier
    from vistazo.methods.self_supervised import SelfSupervisedClassifier as SelfSupervisedClassifier
    from vistazo.persistence import load as load
    from vistazo.persistence import save as save
    from vistazo.preprocessing.recipe import Recipe as Recipe
    from vistazo.preprocessing.recipe import recipe_from_text as recipe_from_text
    from vistazo.preprocessing.recipe.file import read_recipe as read_recipe
    from vistazo.pretrained._timm_hub import download_weights as download_weights
    from vistazo.pretraining.backbone_folder import load_backbone as load_backbone
    from vistazo.training.recipe import TrainingRecipe as TrainingRecipe
    from vistazo.transforms.augmentation import Augmentation as Augmentation
    from vistazo.transforms.gallery import draw_augmentations as draw_augmentations
    from vistazo.workflows.architecture_summary import (
        describe_architecture as describe_architecture,
    )
    from vistazo.workflows.check import check as check
    from vistazo.workflows.compare import compare as compare
    from vistazo.workflows.comparison_run import run_comparison as run_comparison
    from vistazo.workflows.diagnose import diagnose as diagnose
    from vistazo.workflows.diagnosis import Diagnosis as Diagnosis
    from vistazo.workflows.explore import explore as explore
    from vistazo.workflows.prepare import prepare as prepare
    from vistazo.workflows.pretraining_run import run_pretraining as run_pretraining
    from vistazo.workflows.reporting import write_report as write_report


def __getattr__(name: str) -> Any:
    # importing the package must not import torch: each name is fetched when it is used
    if name not in _HOMES:
        raise AttributeError(f"module 'vistazo' has no attribute '{name}'")
    return getattr(importlib.import_module(f"vistazo.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
