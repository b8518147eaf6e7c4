"""Methods and parameters by the names people give them."""

import pytest

from vistazo.errors import UsageError
from vistazo.workflows.naming import (
    FLOORS,
    chosen_methods,
    floors_among,
    method_from_name,
    methods_from_names,
    seconds_from_text,
    set_parameter,
)


def test_a_variant_has_a_default_and_a_canonical_name():
    """``cnn`` is ``cnn:fashion-cnn``; both give the same method."""
    assert method_from_name("cnn")[0] == method_from_name("cnn:fashion-cnn")[0] == "cnn:fashion-cnn"
    assert method_from_name("hog-svm")[0] == "hog-svm"


@pytest.mark.parametrize("name", ["cnn:fashion-cn", "hog-svm:x", "cn", ""])
def test_unknown_names_are_refused(name):
    """A name or variant that does not exist is answered with what does."""
    with pytest.raises(UsageError, match="E-NAME"):
        method_from_name(name)


def test_floors_come_first_unless_left_out():
    """The floors are always in the table; ``floors=False`` leaves them out."""
    assert tuple(methods_from_names(["hog-svm"])) == (*FLOORS, "hog-svm")
    assert tuple(methods_from_names(["hog-svm"], floors=False)) == ("hog-svm",)


@pytest.mark.parametrize(
    ("assignment", "method", "parameter", "value"),
    [
        ("hog-svm.C=1e-3", "hog-svm", "C", 0.001),
        ("hog-svm.gamma=scale", "hog-svm", "gamma", "scale"),
        ("hog-svm.gamma=0.5", "hog-svm", "gamma", 0.5),
        ("hog-svm.cell=7", "hog-svm", "cell", 7),
        ("hog-svm.calibration=temperature", "hog-svm", "calibration", "temperature"),
        ("hog-svm.calibration=none", "hog-svm", "calibration", None),
        ("cnn.recipe.epochs=5", "cnn:fashion-cnn", "recipe__epochs", 5),
        ("cnn:fashion-cnn.recipe.epochs=6", "cnn:fashion-cnn", "recipe__epochs", 6),
        ("recipe.patience=null", "cnn:fashion-cnn", "recipe__patience", None),
        ("kernel=poly", "hog-svm", "kernel", "poly"),
    ],
)
def test_values_are_read_as_the_type_declared(assignment, method, parameter, value):
    """A text becomes what the parameter's annotation says, and nothing is evaluated."""
    methods = methods_from_names(["hog-svm", "cnn"])
    set_parameter(methods, assignment)
    found = methods[method].get_params(deep=True)[parameter]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("assignment", "code"),
    [
        ("hog-svm.C", "E-SET"),
        ("=5", "E-SET"),
        ("hog-svm.C=__import__('os').system('x')", "E-VALUE"),
        ("hog-svm.kernel=cubic", "E-VALUE"),
        ("hog-svm.cell=eight", "E-VALUE"),
        ("hog-svm.Cc=1", "E-NAME"),
        ("cnn.recipe.epoch=1", "E-NAME"),
        ("random_state=1", "E-SET"),
        ("colour=1", "E-NAME"),
    ],
)
def test_wrong_settings_are_refused(assignment, code):
    """A malformed, unknown, ambiguous or ill-typed setting is named; nothing is changed."""
    methods = methods_from_names(["hog-svm", "cnn"])
    before = {name: method.get_params(deep=True) for name, method in methods.items()}
    with pytest.raises(UsageError, match=code):
        set_parameter(methods, assignment)
    after = {name: method.get_params(deep=True) for name, method in methods.items()}
    assert repr(before) == repr(after)


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ("majority.recipe.epochs=3", r"'majority\.recipe\.epochs': of majority there are none\."),
        ("majority.recipe.epochs=3", r"METHOD\.recipe\.epochs=VALUE"),
        ("cnn.recipe.epoch=3", r"'cnn\.recipe\.epoch'\. Did you mean 'cnn\.recipe\.epochs'"),
        ("epoch=3", r"'epoch'\. Did you mean 'cnn\.recipe\.epochs'"),
        # the same beginning makes no name near
        ("hog-svm.recipe.epochs=3", r"The parameters of hog-svm: .*gamma.*kernel"),
    ],
)
def test_an_unknown_parameter_names_those_that_there_are(assignment, told):
    """The nearest ones where any is near, otherwise all of the method, or that it has none."""
    methods = methods_from_names(["majority", "hog-svm", "cnn"], floors=False)
    with pytest.raises(UsageError, match=rf"{told}.*E-NAME"):
        set_parameter(methods, assignment)


def test_a_control_is_a_floor_only_beside_its_method():
    """Alone it is what a person wants to know of: the network that was rebuilt, not loaded."""
    probe, twin = "linear-probe:net", "linear-probe:random-net"
    assert floors_among([probe, twin, "majority"]) == {twin, "majority"}
    assert floors_among([twin, "majority"]) == {"majority"}
    assert floors_among(["mine", "mine:random", "other:random"]) == {"mine:random"}


def test_common_options_reach_those_that_know_them():
    """``--epochs`` and ``--time-limit`` set the recipe; a setting given by name wins."""
    chosen = chosen_methods(
        ["hog-svm", "cnn"], epochs=3, time_limit="2m", settings=["cnn.recipe.epochs=4"]
    )
    recipe = chosen["cnn:fashion-cnn"].recipe
    assert (recipe.epochs, recipe.time_limit) == (4, 120.0)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), ("1.5h", 5400)]
)
def test_durations(text, seconds):
    """Seconds, minutes and hours."""
    assert seconds_from_text(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "-5m", "nan", "inf", "5d"])
def test_no_duration(text):
    """Anything else is refused."""
    with pytest.raises(UsageError, match="E-VALUE"):
        seconds_from_text(text)


@pytest.mark.parametrize(
    "setting",
    ["hog-svm.C=-1", "hog-svm.cell=0", "hog-svm.gamma=0", "hog-svm-tuned.inner_folds=1",
     "color-histogram.bins=1", "metadata.n_trees=0", "cnn.recipe.epochs=0"],
)  # fmt: skip
def test_values_out_of_range_are_refused_before_anything_is_read(setting):
    """Each limited parameter is checked where the methods are chosen."""
    with pytest.raises(UsageError, match="E-VALUE"):
        chosen_methods(["hog-svm", "hog-svm-tuned", "cnn"], settings=[setting])


def test_a_label_lets_two_forms_of_one_method_meet():
    """``LABEL=NAME`` is compared under its label, and settings reach it alone."""
    methods = chosen_methods(
        ["cnn", "turned=cnn:fashion-cnn"],
        floors=False,
        settings=["turned.recipe.augmentation=rotation=20,shift_x=0.1"],
    )
    assert list(methods) == ["cnn:fashion-cnn", "turned"]
    assert methods["turned"].recipe.augmentation == "rotation=20,shift_x=0.1"
    assert methods["cnn:fashion-cnn"].recipe.augmentation == "none"


@pytest.mark.parametrize("label", ["majority", "a.b", "", "x:y"])
def test_a_label_that_would_confuse_is_refused(label):
    """A label is no method's name and can stand before a dot."""
    with pytest.raises(UsageError, match="E-LABEL"):
        method_from_name(f"{label}=cnn")
