"""Training, prediction and whatever serves a model read a file by one and the same function."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.data.pictures import encode, plant, ramp, tiff
from tests.faults._odd_images import DISPLAY_P3, bmp, colour_profile, tiff_of_bands, ycck
from tests.persistence._models import edit_manifest
from vistazo import persistence
from vistazo.data.policy import DecodePolicy
from vistazo.data.reading import read_images
from vistazo.errors import DataError
from vistazo.methods.majority import MajorityClassifier
from vistazo.persistence.model import Model
from vistazo.workflows.predict import predict


def zoo():
    """One file of each kind that takes a rule to be read, and some that are refused."""
    picture = ramp(60, 90)
    on_its_side = Image.Exif()
    on_its_side[0x0112] = 6
    veiled = np.dstack([picture, picture[..., 0]])
    deep = (picture[..., 0].astype(np.uint16) * 257)[:32, :32]
    gray = Image.fromarray(picture[..., 0])
    frames = {"save_all": True, "append_images": [Image.new("RGB", (90, 60))]}
    profile = colour_profile(DISPLAY_P3, 2.2)
    return {
        "photo.jpg": encode(ramp(500, 300), "JPEG"),
        "turned.jpg": encode(picture, "JPEG", exif=on_its_side),
        "broken-exif.jpg": encode(picture, "JPEG", exif=b"Exif\0\0XX*\0\xff\xff"),
        "wide.jpg": encode(picture, "JPEG", icc_profile=profile),
        "cmyk.jpg": encode(Image.fromarray(picture).convert("CMYK"), "JPEG"),
        "ycck.jpg": ycck(picture, 60),
        "gray.jpg": encode(gray, "JPEG"),
        "progressive.jpg": encode(picture, "JPEG", progressive=True) + b"tail",
        "phone.jpg": encode(Image.fromarray(picture), "MPO", **frames),
        "named.jpg": encode(picture),
        "veil.png": encode(veiled),
        "palette.png": encode(Image.fromarray(picture).quantize(16)),
        "bit.png": encode(gray.convert("1")),
        "deep.png": encode(deep),
        "frames.gif": encode(Image.fromarray(picture), "GIF", **frames),
        "frames.webp": encode(Image.fromarray(picture), "WEBP", **frames),
        "photo.avif": encode(picture, "AVIF"),
        "float.tif": encode((deep / 65_535).astype(np.float32), "TIFF"),
        "twelve.tif": tiff(16, 16, 12, bytes(range(128)) * 3),
        "bands.tif": tiff_of_bands(veiled, extra=2),
        "down.bmp": bmp(32, -24, ramp().tobytes()),
        "cut.jpg": encode(picture, "JPEG")[:-300],
        "empty.png": b"",
        "strip.png": encode(ramp(9, 1000)),
    }


@pytest.fixture
def asked(monkeypatch):
    """Return the pixels that models are asked about, in order."""
    pixels = []
    predict_images = Model.predict

    def listening(self, images):
        pixels.extend(images.pixels)
        return predict_images(self, images)

    monkeypatch.setattr(Model, "predict", listening)
    return pixels


@pytest.mark.parametrize("options", [{"size": 48}, {"size": 32, "fit": "crop", "channels": 1}, {}])
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_prediction_sees_the_pixels_of_training(options, asked, tmp_path):
    """Every kind of file has the same pixels in a data set and in a prediction, or one code."""
    files = {f"{'ab'[i % 2]}/{name}": content for i, (name, content) in enumerate(zoo().items())}
    folder = plant(tmp_path, files)
    data = read_images(folder, **options)
    assert len(data.bad_files) == 3
    model = persistence.save(MajorityClassifier().fit(data.images, data.labels), tmp_path / "model")
    loaded = persistence.load(model)
    answers = predict(loaded, [folder / source for source in data.sources])
    assert {answer.status for answer in answers} == {"ok"}
    assert np.array_equal(asked, data.images.pixels)
    for source, pixels in zip(data.sources, data.images.pixels, strict=True):
        assert np.array_equal(loaded.read((folder / source).read_bytes()).pixels[0], pixels)
    refusals = predict(loaded, [folder / bad.path for bad in data.bad_files])
    assert [one.status for one in refusals] == [bad.code for bad in data.bad_files]


def test_limits_of_training_are_limits_of_the_model(tmp_path):
    """What was read for training is read in prediction; what was cut off is still refused."""
    files = {"a/photo.png": encode(ramp()), "b/strip.png": encode(ramp(9, 1000))}
    cut = encode(ramp(60, 90), "JPEG")[:-300]
    folder = plant(tmp_path, files | {"b/small.png": encode(ramp(5, 5)), "b/cut.jpg": cut})
    data = read_images(folder, size=16, max_aspect=200, min_side=4, salvage=True)
    assert not data.bad_files
    fitted = MajorityClassifier().fit(data.images, data.labels)
    for known, codes in ((data, ["ok", "ok"]), (None, ["E-IMG-ASPECT", "E-IMG-SMALL"])):
        model = persistence.save(fitted, tmp_path / "model", data=known, replace=True)
        asked = [folder / "b" / name for name in ("strip.png", "small.png", "cut.jpg")]
        answers = predict(persistence.load(model), asked)
        assert [answer.status for answer in answers] == [*codes, "E-IMG-TRUNC"]


def test_settings_of_before_are_complete():
    """What was saved before there were salvage and a limit on aspect reads files as it did."""
    before = {"size": [32, 48], "fit": "crop", "channels": 1, "max_pixels": 1000, "min_side": 2}
    policy = DecodePolicy((32, 48), "crop", 1, 1000, 2)
    assert DecodePolicy.from_dict(before) == policy
    assert json.loads(json.dumps(policy.to_dict())) == before
    assert DecodePolicy.from_dict({}) == DecodePolicy()


@pytest.mark.parametrize("added", [{"salvage": True}, {"max_aspect": 7}])
def test_settings_of_now_are_kept(added):
    """Settings that are not the default are written, and come back."""
    policy = DecodePolicy((8, 8), **added)
    assert policy.to_dict().items() >= added.items()
    assert DecodePolicy.from_dict(json.loads(json.dumps(policy.to_dict()))) == policy


def test_models_of_before_and_of_now_are_loaded(tmp_path):
    """A manifest with the five settings of before loads, and one with a new setting obeys it."""
    pixels = np.zeros((4, 60, 90, 3), np.uint8)
    folder = persistence.save(MajorityClassifier().fit(pixels, list("abab")), tmp_path / "model")
    stored = json.loads((folder / "manifest.json").read_text())["preprocessing"]
    assert stored.keys() == {"size", "fit", "channels", "max_pixels", "min_side"}
    assert persistence.load(folder).policy == DecodePolicy((60, 90), channels=3)
    cut = encode(ramp(60, 90), "JPEG")[:-300]
    with pytest.raises(DataError, match="E-IMG-TRUNC"):
        persistence.load(folder).read(cut)
    edit_manifest(folder, preprocessing={**stored, "salvage": True})
    assert persistence.load(folder).read(cut).shape == (1, 60, 90, 3)
    for wrong in ({"salvage": "x"}, {"max_aspect": "7"}, {"other": 1}):
        edit_manifest(folder, preprocessing={**stored, **wrong})
        with pytest.raises(DataError, match="E-MODEL-MANIFEST"):
            persistence.load(folder)
