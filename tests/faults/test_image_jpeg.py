"""JPEG as it comes from damaged disks, presses and phones: cases I-09 to I-21 and I-38."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFile

from tests.data.pictures import encode, plant, png, ramp
from tests.faults._odd_images import (
    DISPLAY_P3,
    SRGB,
    case,
    colour_profile,
    far,
    in_time,
    noted,
    refused,
    to_srgb,
    ycck,
)
from vistazo.data.decoding import SALVAGED, decode
from vistazo.data.decoding.limits import Limits
from vistazo.data.decoding.opening import open_image
from vistazo.data.policy import DecodePolicy
from vistazo.data.reading import read_images
from vistazo.errors import DataError

NOISE = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)


@case("I-09", "I-10", "I-11")
def test_cut_off(case):
    """The first 20 bytes, half a file, and all but the last two bytes are E-IMG-TRUNC."""
    content = encode(NOISE, "JPEG")
    kept = {"I-09": 20, "I-10": len(content) // 2, "I-11": len(content) - 2}[case]
    refused(content[:kept], "E-IMG-TRUNC", "JPEG", "cut off")
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@case("I-11")
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_salvage_takes_what_there_is(case, kind):
    """With salvage the first rows of half a file are those of the whole, and it is marked."""
    content = encode(NOISE, kind)
    whole = decode(content).pixels
    part = decode(content[: len(content) // 2], salvage=True)
    assert part.notes == (SALVAGED,)
    assert np.array_equal(part.pixels[:12], whole[:12])
    assert far(part.pixels[-8:], whole[-8:]) > 20
    assert decode(content, salvage=True).notes == ()
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@case("I-11")
def test_salvage_finds_the_last_two_bytes(case):
    """A JPEG that lacks only its end is salvaged whole."""
    content = encode(NOISE, "JPEG", progressive=True)
    assert np.array_equal(decode(content[:-2], salvage=True).pixels, decode(content).pixels)


@case("I-11")
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_salvage_invents_no_picture(case, kind):
    """A file cut before its first pixel, and other damaged formats, stay refused."""
    content = encode(NOISE, kind)
    for kept in (20, content.index(b"\xff\xda" if kind == "JPEG" else b"IDAT") + 12):
        refused(content[:kept], "E-IMG-TRUNC", salvage=True)
    refused(encode(NOISE, "TIFF")[:4000], "E-IMG-TRUNC", salvage=True)
    refused(b"no picture", "E-IMG-FORMAT", salvage=True)


@case("I-11")
def test_salvaged_files_are_listed(case, tmp_path):
    """A data set names the files that were salvaged; without salvage they are left out."""
    cut = encode(NOISE, "JPEG")[:-900]
    whole = {f"{c}/{i}.jpg": encode(NOISE, "JPEG") for c in "ab" for i in range(2)}
    folder = plant(tmp_path, {**whole, "a/x.jpg": cut, "b/y.jpg": cut})
    strict, lenient = read_images(folder), read_images(folder, salvage=True)
    assert [bad.path for bad in strict.bad_files] == ["a/x.jpg", "b/y.jpg"]
    assert (len(strict), len(lenient)) == (4, 6)
    assert lenient.bad_files == ()
    assert noted(lenient.notes, "cut-off", "a/x.jpg, b/y.jpg")


@case("I-12")
def test_trailing_bytes(case):
    """What follows the picture changes no pixel, and is noted; nothing else is."""
    for kind in ("JPEG", "PNG", "GIF", "WEBP"):
        content = encode(ramp(), kind)
        longer = decode(content + b"\xff\x00x" * 341)
        assert noted(longer.notes, "follow the end"), kind
        assert np.array_equal(longer.pixels, decode(content).pixels)
        assert decode(content).notes == (), kind
    # an end within the bytes of a thumbnail is not the end of the picture
    exif = b"Exif\0\0" + encode(ramp(), "JPEG")
    assert not noted(decode(encode(ramp(), "JPEG", exif=exif)).notes, "follow the end")


@case("I-13")
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_one_wrong_byte(case):
    """100 files with one wrong byte each are all refused or decoded: some of them either way."""
    original = encode(ramp(), "JPEG")

    def outcome(seed):
        generator = np.random.default_rng(seed)
        content = bytearray(original)
        content[generator.integers(len(content))] ^= int(generator.integers(1, 256))
        try:
            return decode(bytes(content)).pixels.dtype.name
        except DataError as error:
            return error.code[:6]

    outcomes = in_time(lambda: [outcome(seed) for seed in range(100)])
    counts = {kind: outcomes.count(kind) for kind in set(outcomes)}
    print(counts)
    assert counts.keys() == {"uint8", "E-IMG-"}


@case("I-14")
def test_progressive_cut_in_its_second_scan(case):
    """A progressive JPEG cut in its second scan, where all is there but coarse, is refused."""
    content = encode(NOISE, "JPEG", progressive=True)
    scans = [at for at in range(len(content)) if content[at : at + 2] == b"\xff\xda"]
    assert len(scans) > 2
    refused(content[: (scans[1] + scans[2]) // 2], "E-IMG-TRUNC")


@case("I-15")
def test_cmyk(case):
    """CMYK without black becomes the colours it was made from."""
    decoded = decode(encode(Image.fromarray(ramp()).convert("CMYK"), "JPEG", quality=95))
    assert far(decoded.pixels, ramp()) < 6


@case("I-16")
@pytest.mark.parametrize("black", [0, 128])
def test_ycck_is_not_inverted(case, black):
    """Adobe's inverted four channels become light times what the black ink lets through."""
    expected = ramp() * ((255 - black) / 255)
    assert far(decode(ycck(ramp(), black)).pixels, expected) < 4


@case("I-17")
def test_gray_among_colour(case, tmp_path):
    """A gray JPEG among colour ones gets three equal channels, which is said once."""
    gray = encode(ramp()[..., 1], "JPEG")
    files = {"a/1.jpg": encode(ramp(), "JPEG"), "a/2.jpg": gray, "b/1.jpg": gray}
    data = read_images(plant(tmp_path, files))
    assert data.images.shape[-1] == 3
    assert all(np.ptp(pixels, axis=-1).max() == 0 for pixels in data.images.pixels[1:])
    assert [note for note in data.notes if "gray" in note] == [
        "2 gray images got three equal channels, because others have colour."
    ]


@case("I-18")
def test_eight_orientations(case):
    """Eight files of one scene, held in eight ways, give one picture."""
    scene = ramp(16, 32)
    stored = {
        1: scene,
        2: scene[:, ::-1],
        3: scene[::-1, ::-1],
        4: scene[::-1],
        5: scene.swapaxes(0, 1),
        6: np.rot90(scene, 1),
        7: scene[::-1, ::-1].swapaxes(0, 1),
        8: np.rot90(scene, -1),
    }
    for mark, pixels in stored.items():
        exif = Image.Exif()
        exif[0x0112] = mark
        content = encode(np.ascontiguousarray(pixels), "JPEG", exif=exif, quality=100)
        assert far(decode(content).pixels, scene) < 2, mark


@case("I-19")
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("block", [b"XX*\0" + b"\xff" * 40, b"", b"II*\0\x08\0\0\0\xff\xff"])
def test_corrupt_exif(case, block):
    """A broken EXIF block costs a note, not the picture."""
    decoded = decode(encode(ramp(), "JPEG", exif=b"Exif\0\0" + block))
    assert np.array_equal(decoded.pixels, decode(encode(ramp(), "JPEG")).pixels)
    assert noted(decoded.notes, "orientation")


@case("I-20")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_wide_gamut_becomes_srgb(case, kind):
    """Colours under a wide profile are those that the closed form of sRGB gives; it is noted."""
    picture = ramp()
    lossless = {"PNG": {}, "TIFF": {}, "WEBP": {"lossless": True}}
    options = lossless.get(kind, {"quality": 100, "subsampling": "4:4:4"})
    profile = colour_profile(DISPLAY_P3, 2.2)
    decoded = decode(encode(picture, kind, icc_profile=profile, **options))
    expected = to_srgb(picture, DISPLAY_P3, 2.2)
    assert far(decoded.pixels, expected) < 2
    assert far(decoded.pixels, picture) > 4
    assert noted(decoded.notes, "sRGB")


@case("I-20")
def test_profiles_that_change_nothing(case):
    """Profiles of sRGB by any name, damaged ones and gray ones convert nothing; opacity is kept."""
    plain = decode(encode(ramp())).pixels
    for primaries, gamma, words in [(SRGB, 2.2, None), (SRGB, 1.2, "sRGB")]:
        decoded = decode(encode(ramp(), icc_profile=colour_profile(primaries, gamma)))
        assert np.array_equal(decoded.pixels, plain) == (words is None)
        assert noted(decoded.notes, words or "profile") == (words is not None)
    for profile, words in [
        (b"no profile", "damaged"),
        (colour_profile(DISPLAY_P3, 2.2)[:200], "damaged"),
        (colour_profile(DISPLAY_P3, 2.2, b"GRAY"), "not one of RGB"),
    ]:
        decoded = decode(encode(ramp(), icc_profile=profile))
        assert np.array_equal(decoded.pixels, plain)
        assert noted(decoded.notes, words)
    veiled = np.dstack([ramp(), np.full((24, 32), 128, np.uint8)])
    decoded = decode(encode(veiled, icc_profile=colour_profile(DISPLAY_P3, 2.2)))
    expected = (to_srgb(ramp(), DISPLAY_P3, 2.2) * 128 + 255 * 127) / 255
    assert far(decoded.pixels, expected) < 2


@case("I-21")
def test_mpo(case):
    """Of a phone's file of several pictures the first is taken, which is noted."""
    second = Image.new("RGB", (32, 24), "black")
    content = encode(Image.fromarray(ramp()), "MPO", save_all=True, append_images=[second])
    decoded = decode(content)
    assert far(decoded.pixels, ramp()) < 8
    assert noted(decoded.notes, "first picture")
    assert not noted(decoded.notes, "follow the end")


@case("I-38")
def test_big_honest_photo(case):
    """A photo of 100 million pixels is refused, and the flag to allow it is named."""
    photo = png(10_000, 10_000)
    refused(photo, "E-IMG-BIG", "10000 × 10000", "50,000,000", "--max-pixels")
    _image, header = open_image(io.BytesIO(photo), Limits(max_pixels=100_000_000))
    assert header.width == 10_000


@case("I-38")
def test_big_photos_are_reduced_while_they_are_read(case, tmp_path):
    """A JPEG of up to 4 times the limit is read, where a fraction of it suffices."""
    limit = Limits(max_pixels=10_000)
    photo = encode(ramp(150, 200), "JPEG", quality=95)
    refused(photo, "E-IMG-BIG", limits=limit)
    image, header = open_image(io.BytesIO(photo), limit, enough=32)
    assert (header.width, header.height) == (200, 150)
    assert image.width * image.height <= 10_000
    policy = DecodePolicy((16, 16), "stretch", max_pixels=10_000)
    all_of_it = DecodePolicy((16, 16), "stretch").apply(ramp(150, 200))
    assert far(policy.read(photo), all_of_it) < 3
    folder = plant(tmp_path, {"a/1.jpg": photo, "b/1.jpg": photo})
    data = read_images(folder, size=16, fit="stretch", max_pixels=10_000)
    assert np.array_equal(data.images.pixels, [policy.read(photo)] * 2)
    assert data.images.facts[0, :2].tolist() == [200, 150]


@case("I-38")
def test_what_must_be_held_whole_is_not_reduced(case):
    """Progressive JPEG, one in several scans, other formats, and beyond 4 times, stay refused."""
    limit, big = Limits(max_pixels=10_000), ramp(150, 200)
    for content in (
        encode(big, "JPEG", progressive=True),
        in_several_scans(encode(big, "JPEG")),
        encode(big, "PNG"),
        encode(ramp(300, 200), "JPEG"),
    ):
        with pytest.raises(DataError, match="E-IMG-BIG"):
            decode(content, limit, enough=16)


def in_several_scans(content):
    """Change the header of the first scan, as a JPEG has it whose colours come one by one."""
    at = content.index(b"\xff\xda")
    return content[:at] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + content[at + 14 :]
