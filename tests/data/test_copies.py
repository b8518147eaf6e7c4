"""Copies: what is one is found, what only looks alike is not, and nothing depends on n squared."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.data.altered import KINDS, brighter, jpeg, turned
from vistazo.data.arrays import from_arrays
from vistazo.data.copies import connected, find_copies, neighbors
from vistazo.data.copies.circular_harmonics import align, coefficients, invariants
from vistazo.data.copies.neighbors import nearest
from vistazo.data.copies.pixel_agreement import agreement
from vistazo.data.reading import read_images
from vistazo.randomness import generator


@pytest.fixture(scope="module")
def garments():
    """The 10,000 bundled images."""
    return read_images("fashion-mnist-10k").images.pixels


def photos(n_images, side=48, channels=3, seed=0):
    """Smooth random pictures, each of its own."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (n_images, 9, 9, 3), np.uint8)
    large = [
        np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC))
        for image in small
    ]
    return np.stack(large)[..., :channels]


def linked(copies, a, b):
    return copies.groups[a] == copies.groups[b]


@given(st.lists(st.integers(0, 12), max_size=40), st.integers(0, 99))
def test_equal_images_are_found_exactly(values, seed):
    """Groups of equal pixels are those that comparing all with all finds."""
    kinds = np.random.default_rng(seed).integers(0, 256, (13, 5, 5, 1), np.uint8)
    pixels = kinds[values] if values else np.empty((0, 5, 5, 1), np.uint8)
    copies = find_copies(pixels, near=False)
    for a in range(len(values)):
        for b in range(len(values)):
            assert linked(copies, a, b) == np.array_equal(pixels[a], pixels[b])
    firsts = {value: values.index(value) for value in values}
    expected = sorted([firsts[v], row] for row, v in enumerate(values) if firsts[v] != row)
    assert copies.pairs.tolist() == expected
    assert copies.exact.all()
    assert (copies.similarity == 1).all()
    repeated = [value for value in firsts if values.count(value) > 1]
    assert copies.n_groups == len(repeated)
    assert copies.n_images == sum(values.count(value) for value in repeated)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=20))
def test_connected_rows_share_a_number(pairs):
    """Groups are what following pairs reaches, numbered by their first rows."""
    reached = [{row} for row in range(20)]
    for a, b in pairs:
        union = reached[a] | reached[b]
        for row in union:
            reached[row] = union
    groups = connected(np.array(pairs, np.int64).reshape(-1, 2), 20)
    firsts = sorted({min(together) for together in reached})
    assert groups.tolist() == [firsts.index(min(together)) for together in reached]


@pytest.mark.parametrize("kind", KINDS)
def test_altered_copies_are_found(garments, kind):
    """At least 9 of 10 copies are linked to their originals, among garments that look alike."""
    originals = garments[:2000]
    copied = np.stack([KINDS[kind](image) for image in originals[:100]])
    copies = find_copies(np.concatenate([originals, copied]))
    found = [linked(copies, row, 2000 + row) for row in range(100)]
    assert np.mean(found) >= 0.9
    # and nobody else: no link that is not there without the copies
    assert copies.n_images <= find_copies(originals).n_images + 2 * sum(found)


@pytest.mark.parametrize("kind", KINDS)
def test_altered_copies_of_pictures_in_colour_are_found(kind):
    """Among pictures that have nothing in common every copy is found, and nothing else."""
    originals = photos(60)
    copied = np.stack([KINDS[kind](image) for image in originals[:12]])
    copies = find_copies(np.concatenate([originals, copied]))
    assert copies.pairs.tolist() == [[row, 60 + row] for row in range(12)]
    assert not copies.exact.any()
    assert (copies.similarity > 0.9).all()


def test_look_alikes_are_no_copies(garments):
    """Of the 10,000 bundled garments at most 20 are taken for copies."""
    assert find_copies(garments).n_images <= 20


def test_a_scene_seen_by_a_fixed_camera_is_no_copy():
    """Pictures of one place that differ in noise only are not one picture."""
    rng = np.random.default_rng(0)
    noisy = photos(1)[0] + rng.normal(0, 8, (120, 48, 48, 3))
    assert find_copies(np.clip(noisy, 0, 255).astype(np.uint8)).n_groups == 0


def test_colour_tells_drawings_apart():
    """The same drawing in another colour is no copy, although its luma is the same picture."""
    gray = photos(40, channels=1)[..., 0]
    red, blue = np.zeros((2, 40, 48, 48, 3), np.uint8)
    red[..., 0], blue[..., 2] = gray, gray
    assert find_copies(np.concatenate([red, blue])).n_groups == 0


@pytest.mark.parametrize("n_images", [0, 1, 2, 6, 7])
def test_few_or_plain_images(n_images):
    """Any number of images can be asked; plain ones are copies only where they are equal."""
    assert find_copies(photos(n_images) if n_images else photos(1)[:0]).n_groups == 0
    levels = np.arange(n_images, dtype=np.uint8)[:, None, None, None]
    assert find_copies(np.tile(levels, (1, 12, 12, 3))).n_groups == 0
    assert find_copies(np.zeros((n_images, 12, 12, 3), np.uint8)).n_groups == (n_images > 1)


def test_the_same_images_have_the_same_copies(garments):
    """Nothing is left to chance, and the pixels are not changed."""
    pixels = np.concatenate([garments[:300], [brighter(image) for image in garments[:30]]])
    before = pixels.copy()
    first, second = find_copies(pixels), find_copies(pixels)
    assert np.array_equal(first.pairs, second.pairs)
    assert np.array_equal(first.similarity, second.similarity)
    assert np.array_equal(pixels, before)


def test_quarter_turns_and_mirrors_change_no_invariant():
    """Invariants of an image in its eight positions are the same numbers."""
    pixels = photos(5, side=32)
    expected = invariants(coefficients(pixels))
    for turns in range(4):
        moved = np.rot90(pixels, turns, (1, 2))
        for position in (moved, moved[:, :, ::-1]):
            assert np.allclose(invariants(coefficients(position)), expected, atol=1e-4)


@pytest.mark.parametrize("degrees", [-170, -90, -35, -6, 0, 3, 14, 90, 127])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_turn_is_recovered(degrees, mirrored):
    """The turn found undoes the one made, to half a degree, and then the pixels agree."""
    pixels = photos(6, side=64)
    moved = pixels[:, :, ::-1] if mirrored else pixels
    moved = np.stack([turned(image, degrees) for image in moved])
    similarity, found, flipped = align(coefficients(pixels), coefficients(moved))
    assert (similarity > 0.95).all()
    assert (flipped == mirrored).all()
    # a mirrored picture turned one way is the mirror of one turned the other way
    expected = degrees if mirrored else -degrees
    assert (np.abs((found - expected + 180) % 360 - 180) < 0.5).all()
    for a, b, turn in zip(pixels, moved, found, strict=True):
        assert agreement(a, b, turn, mirrored) > 0.97


@pytest.mark.parametrize("n", [1, 2, 5, 40, 127])
def test_among_few_vectors_the_nearest_are_exact(n):
    """Up to the size of a leaf, neighbours are those of comparing all with all."""
    vectors = generator(1, "few").normal(size=(n, 6)).astype(np.float32)
    rows, distances = nearest(vectors, 3)
    apart = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    np.fill_diagonal(apart, np.inf)
    for row in range(n):
        expected = np.argsort(apart[row])[: min(3, n - 1)]
        assert rows[row].tolist() == [*expected.tolist(), *[-1] * (3 - len(expected))]
        known = np.isfinite(distances[row])
        assert np.allclose(distances[row][known], apart[row, expected], atol=1e-3)


def test_among_many_vectors_close_ones_are_found():
    """A vector beside another is proposed for it, and distances are those of the vectors."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(5000, 32)).astype(np.float32)
    close = vectors[:500] + rng.normal(0, 0.1, (500, 32)).astype(np.float32)
    together = np.concatenate([vectors, close])
    rows, distances = nearest(together, 4)
    assert np.mean([5000 + row in rows[row] for row in range(500)]) > 0.98
    exact = np.linalg.norm(together[:, None] - together[rows], axis=2)
    assert np.allclose(distances, exact, atol=1e-2)
    for row in range(len(rows)):
        assert row not in rows[row]
        assert len(set(rows[row].tolist())) == 4


def test_no_leaf_is_large_even_of_equal_vectors():
    """Cost is bounded whatever the vectors: no leaf holds more than twice 64."""
    rng = np.random.default_rng(0)
    for n in (64, 100, 1000, 4097):
        levels = max(0, int(np.log2(n / 64)))
        for vectors in (rng.normal(size=(n, 4)), np.ones((n, 4))):
            leaves = neighbors._tree(vectors.astype(np.float32), levels, rng)
            assert leaves.shape[1] <= 2 * 64
            assert set(leaves.ravel().tolist()) == set(range(n))


def test_test_images_that_are_copies_of_training_images():
    """Each leaked test row comes with a training row that it is a copy of."""
    originals = photos(30)
    pixels = np.concatenate([originals, originals[:3], [jpeg(originals[4], 80)], originals[:1]])
    copies = find_copies(pixels)
    train, test = np.arange(20), np.arange(20, 35)
    assert copies.leaked(test, train).tolist() == [[30, 0], [31, 1], [32, 2], [33, 4], [34, 0]]
    assert copies.leaked(test, train, exact=True).tolist() == [[30, 0], [31, 1], [32, 2], [34, 0]]
    # 30 and 34 equal each other through row 0, which is in neither part
    assert copies.leaked(np.array([30]), np.array([5, 34])).tolist() == [[30, 34]]
    assert len(copies.leaked(np.array([20]), train)) == 0


def test_copies_are_looked_for_once(monkeypatch):
    """A data set finds its copies when first asked, and keeps them with other groups."""
    calls = []
    import vistazo.data.copies

    monkeypatch.setattr(
        vistazo.data.copies, "find_copies", lambda pixels: calls.append(1) or "found"
    )
    data = from_arrays(photos(4), list("abab"))
    assert not calls
    assert data.copies == data.copies == "found"
    assert data.regrouped(np.arange(4)).copies == "found"
    assert len(calls) == 1
    assert replace(data, name="other").copies == "found"
    assert len(calls) == 2
