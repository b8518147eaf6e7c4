"""What each step computes, against a slow and obvious second version or another library."""

import numpy as np
import pytest
import skimage.feature
import skimage.filters
import skimage.transform

from tests.preprocessing._steps import noise, picture, step
from vistazo.data.policy import BORDER, DecodePolicy
from vistazo.data.policy import fit as fitted

SIDES = [(24, 24), (17, 30), (31, 8)]
sides = pytest.mark.parametrize("sides", SIDES)


@pytest.mark.parametrize("how", ["pad", "crop", "stretch"])
@sides
def test_resize_is_what_reading_does(how, sides):
    """``resize`` gives what a file read in that size is."""
    pixels = noise((*sides, 3))
    resized = step(f"resize=20x12:fit={how}").apply(pixels)
    assert np.array_equal(resized, fitted(pixels, (20, 12), how))


@sides
def test_grayscale_is_the_luma(sides):
    """Gray is the weighted mean of ITU-R BT.601, as in reading."""
    pixels = noise((*sides, 3))
    gray = step("grayscale").apply(pixels)
    assert np.array_equal(gray, DecodePolicy(channels=1).apply(pixels))
    assert np.abs(gray[..., 0] - pixels @ [0.299, 0.587, 0.114]).max() <= 0.51


@pytest.mark.parametrize("size", [(6, 9), (40, 3), (40, 40), None])
@sides
def test_crop_and_pad_place_every_pixel(size, sides):
    """A crop is the middle of its image; an image is the middle of its padding."""
    pixels = noise((*sides, 3))
    text = "" if size is None else f"={size[0]}x{size[1]}"
    h, w = sides
    height, width = size or (min(sides), min(sides))
    cropped = step("crop" + text).apply(pixels)
    assert cropped.shape == (min(h, height), min(w, width), 3)
    top, left = (h - cropped.shape[0]) // 2, (w - cropped.shape[1]) // 2
    for i in range(cropped.shape[0]):
        for j in range(cropped.shape[1]):
            assert np.array_equal(cropped[i, j], pixels[top + i, left + j])
    height, width = size or (max(sides), max(sides))
    padded = step("pad" + text).apply(pixels)
    assert padded.shape == (max(h, height), max(w, width), 3)
    top, left = (padded.shape[0] - h) // 2, (padded.shape[1] - w) // 2
    for i in range(padded.shape[0]):
        for j in range(padded.shape[1]):
            inside = 0 <= i - top < h and 0 <= j - left < w
            expected = pixels[i - top, j - left] if inside else [BORDER] * 3
            assert np.array_equal(padded[i, j], expected)


@pytest.mark.parametrize(("x", "y"), [(0.25, 0.0), (-0.3, 0.4), (1, -1), (0, 0)])
@sides
def test_translate_moves_every_pixel(x, y, sides):
    """A pixel goes x of the width to the right and y of the height down; the rest is gray."""
    pixels = noise((*sides, 1))
    shifted = step(f"translate:x={x}:y={y}:fill=9").apply(pixels)
    h, w = sides
    down, right = round(y * h), round(x * w)
    for i in range(h):
        for j in range(w):
            inside = 0 <= i - down < h and 0 <= j - right < w
            assert shifted[i, j, 0] == (pixels[i - down, j - right, 0] if inside else 9)


@pytest.mark.parametrize("channels", [1, 3])
def test_rotate_turns_counter_clockwise(channels):
    """Quarter turns are exact; others are those of scikit-image but for the resampling."""
    pixels = noise((21, 21, channels))
    for turns in range(-4, 5):
        assert np.array_equal(step(f"rotate={90 * turns}").apply(pixels), np.rot90(pixels, turns))
    smooth = picture(64, channels)
    turned = step("rotate=30").apply(smooth)
    reference = skimage.transform.rotate(smooth, 30, order=3, preserve_range=True)
    middle = slice(20, 44), slice(20, 44)
    assert np.abs(turned[middle] - reference[middle]).max() <= 2
    assert np.array_equal(turned[0, 0], [BORDER] * channels)


@pytest.mark.parametrize("levels", [2, 40, 256])
@sides
def test_equalise_is_opencvs(levels, sides):
    """Every tone becomes what OpenCV's loop over the histogram gives it."""
    plane = noise(sides, levels=levels)
    counts = [int((plane == tone).sum()) for tone in range(256)]
    darkest = next(tone for tone in range(256) if counts[tone])
    scale, total, tones = 255 / (plane.size - counts[darkest]), 0, [0] * 256
    for tone in range(darkest + 1, 256):
        total += counts[tone]
        tones[tone] = round(total * scale)
    expected = np.vectorize(tones.__getitem__)(plane)
    assert np.array_equal(step("equalise").apply(plane[..., None])[..., 0], expected)


@pytest.mark.parametrize("tone", [0, 100, 255])
def test_an_image_of_one_tone_has_nothing_to_equalise(tone):
    """One tone stays one tone; equalising leaves it, and local equalising nearly."""
    pixels = np.full((128, 128, 3), tone, np.uint8)
    assert np.array_equal(step("equalise").apply(pixels), pixels)
    local = step("clahe").apply(pixels)
    assert np.ptp(local) == 0
    assert abs(int(local[0, 0, 0]) - tone) <= 3


@pytest.mark.parametrize("name", ["equalise", "clahe"])
def test_hues_stay(name):
    """Changing the contrast of a colour image leaves its chroma."""
    pixels = np.stack(
        [picture()[..., 0] // 2 + 60, picture()[..., 0] // 3 + 80, picture()[..., 0] // 4 + 90], -1
    )
    changed = step(name).apply(pixels)
    assert not np.array_equal(changed, pixels)

    def chroma(image):
        red, green, blue = np.moveaxis(image.astype(float), -1, 0)
        luma = 0.299 * red + 0.587 * green + 0.114 * blue
        return np.stack([0.713 * (red - luma), 0.564 * (blue - luma)])

    unclipped = (changed.min(-1) > 0) & (changed.max(-1) < 255)
    assert unclipped.mean() > 0.5
    assert np.abs(chroma(changed) - chroma(pixels))[:, unclipped].max() <= 3


def slow_tones(tile, clip):
    """What each tone becomes in a tile, as OpenCV's source has it."""
    counts = [int((tile == tone).sum()) for tone in range(256)]
    limit = max(int(clip * tile.size / 256), 1)
    clipped = sum(max(count - limit, 0) for count in counts)
    batch, residual = divmod(clipped, 256)
    counts = [min(count, limit) + batch for count in counts]
    for tone in range(0, 256, max(256 // max(residual, 1), 1))[:residual]:
        counts[tone] += 1
    sums = [sum(counts[: tone + 1]) for tone in range(256)]
    return [min(round(total * 255 / tile.size), 255) for total in sums]


def slow_clahe(plane, clip, tiles):
    """CLAHE as OpenCV's source has it, pixel by pixel."""
    h, w = plane.shape
    padded = np.pad(plane, ((0, -h % tiles), (0, -w % tiles)), mode="reflect")
    tile_h, tile_w = padded.shape[0] // tiles, padded.shape[1] // tiles
    tables = {}
    for y, x in np.ndindex(tiles, tiles):
        tile = padded[y * tile_h : (y + 1) * tile_h, x * tile_w : (x + 1) * tile_w]
        tables[y, x] = slow_tones(tile, clip)
    out = np.empty((h, w))
    for i, j in np.ndindex(h, w):
        y, x = i / tile_h - 0.5, j / tile_w - 0.5
        y1, x1 = int(np.floor(y)), int(np.floor(x))
        ya, xa = y - y1, x - x1
        y2, x2 = min(y1 + 1, tiles - 1), min(x1 + 1, tiles - 1)
        y1, x1 = max(y1, 0), max(x1, 0)
        tone = plane[i, j]
        above = tables[y1, x1][tone] * (1 - xa) + tables[y1, x2][tone] * xa
        under = tables[y2, x1][tone] * (1 - xa) + tables[y2, x2][tone] * xa
        out[i, j] = above * (1 - ya) + under * ya
    return out


@pytest.mark.parametrize(("clip", "tiles"), [(2, 8), (1, 1), (40, 4), (256, 3), (3.5, 5)])
@sides
def test_clahe_is_opencvs(clip, tiles, sides):
    """Limit, remainder and interpolation give what OpenCV's loops give."""
    plane = noise(sides, seed=4, levels=90)
    found = step(f"clahe={clip}:tiles={tiles}").apply(plane[..., None])[..., 0]
    # where both lie halfway between two tones, either may be taken
    assert np.abs(found - slow_clahe(plane, clip, tiles)).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5])
@sides
def test_gaussian_is_scikit_images(sigma, sides):
    """Every channel alone is blurred as scikit-image does with the same border."""
    pixels = noise((*sides, 3))
    expected = skimage.filters.gaussian(
        pixels.astype(float), sigma, mode="mirror", channel_axis=2, truncate=4
    )
    assert np.abs(step(f"gaussian={sigma}").apply(pixels) - expected).max() <= 0.51


@pytest.mark.parametrize("size", [3, 5])
def test_median_is_the_middle_of_the_sorted(size):
    """Each value is the middle one of the sorted values around it."""
    pixels = noise((9, 12, 3))
    half = size // 2
    padded = np.pad(pixels, ((half, half), (half, half), (0, 0)), mode="edge")
    found = step(f"median={size}").apply(pixels)
    for i, j, c in np.ndindex(pixels.shape):
        around = sorted(padded[i : i + size, j : j + size, c].ravel().tolist())
        assert found[i, j, c] == around[len(around) // 2]


@pytest.mark.parametrize(
    ("low", "high", "sigma"), [(100, 200, 1), (20, 60, 2), (0, 0, 0), (50, 50, 0.5)]
)
@sides
def test_canny_is_scikit_images(low, high, sigma, sides):
    """Edges are where scikit-image finds them, on noise and on few tones, which tie often."""
    for levels in (256, 3):
        plane = noise(sides, seed=5, levels=levels) * (255 // (levels - 1))
        expected = skimage.feature.canny(plane, sigma, low, high, mode="mirror")
        found = step(f"canny={low}:high={high}:sigma={sigma}").apply(plane[..., None])[..., 0]
        assert set(np.unique(found)) <= {0, 255}
        assert np.array_equal(found > 0, expected)
