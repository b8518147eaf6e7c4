"""What the doctor says of the images that are kept."""

from tests.data.pictures import plant, ramp
from vistazo.data.reading import read_images
from vistazo.workflows.doctor import examine


def test_the_cache_is_told_with_its_size(tmp_path, monkeypatch):
    """Its folder and megabytes are named, also before anything is in it; or that it is off."""
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path / "cache"))
    empty = dict(examine())["cache"]
    assert empty.startswith(str(tmp_path / "cache"))
    assert "(0 MB" in empty
    pictures = {f"{label}/{row}.png": ramp() for label in "ab" for row in range(4)}
    plant(tmp_path / "data", pictures)
    read_images(tmp_path / "data", size=512)
    assert "(6 MB" in dict(examine())["cache"]
    monkeypatch.setenv("VISTAZO_CACHE", "off")
    assert dict(examine())["cache"] == "off"


def test_the_features_are_told_with_their_size(tmp_path, monkeypatch):
    """What networks made of images is told beside the images, or that nothing is kept."""
    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path))
    assert dict(examine())["features"] == f"{tmp_path / 'features'} (0 MB of features of images)"
    (tmp_path / "features" / "one").mkdir(parents=True)
    (tmp_path / "features" / "one" / "a.npz").write_bytes(bytes(3 * 2**20))
    assert "(3 MB" in dict(examine())["features"]
    monkeypatch.setenv("VISTAZO_CACHE", "off")
    assert dict(examine())["features"] == "off"
