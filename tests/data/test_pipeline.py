"""ImagePipeline: every operation against a list, two passes equal, nothing read before its time."""

import itertools
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vistazo.data.arrays import from_arrays
from vistazo.data.pipeline import ImagePipeline
from vistazo.errors import DataError, UsageError

N = 7
LABELS = ["a", "b", "a", "c", "b", "a", "c"]


def pictures(n=N):
    """Images whose every pixel is their number, shape (n, 8, 8, 1)."""
    return np.arange(n, dtype=np.uint8)[:, None, None, None] * np.ones((8, 8, 1), np.uint8)


class Stored:
    """Images that are made when they are asked for: which were, and which are still held."""

    def __init__(self, n=N):
        self.n, self.asked, self.made = n, [], []

    def __len__(self):
        return self.n

    def __getitem__(self, row):
        self.asked.append(row)
        image = np.full((8, 8), row, np.uint8)
        self.made.append(weakref.ref(image))
        return image

    @property
    def n_held(self):
        return sum(image() is not None for image in self.made)


def start():
    return ImagePipeline.from_numpy(pictures(), LABELS)


def seen(pipeline):
    """What comes out, as (number in the image, label, source)."""
    return [(int(item.image.flat[0]), item.label, item.source) for item in pipeline]


ROWS = seen(start())


def plus(n):
    return lambda image: image + np.uint8(n)


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.integers(0, 9)),
        st.tuples(st.just("map"), st.integers(0, 9)),
        st.tuples(st.just("filter"), st.integers(2, 4)),
        st.tuples(st.just("repeat"), st.integers(0, 3)),
        st.tuples(st.just("select"), st.lists(st.integers(0, 99), max_size=5)),
        st.tuples(st.just("concatenate"), st.integers(2, 4)),
        st.tuples(st.just("shuffle"), st.integers(0, 99)),
    ),
    max_size=5,
)


def applied(operations):
    """A pipeline of these operations, and what they make of a list."""
    pipeline, rows = start(), ROWS
    for name, n in operations:
        if name == "take":
            pipeline, rows = pipeline.take(n), rows[:n]
        elif name == "map":
            pipeline = pipeline.map(plus(n))
            rows = [(number + n, label, source) for number, label, source in rows]
        elif name == "filter":
            pipeline = pipeline.filter(lambda item, n=n: item.image.flat[0] % n)
            rows = [row for row in rows if row[0] % n]
        elif name == "repeat":
            pipeline, rows = pipeline.repeat(n), rows * n
        elif name == "select":
            positions = [p for p in n if p < len(rows)]
            pipeline, rows = pipeline.select(positions), [rows[p] for p in positions]
        elif name == "concatenate":
            few = start().filter(lambda item, n=n: item.image.flat[0] % n)
            pipeline, rows = pipeline.concatenate(few), rows + [r for r in ROWS if r[0] % n]
        else:
            order = [int(item.source) for item in numbered(len(rows)).shuffle(n)]
            pipeline, rows = pipeline.shuffle(n), [rows[position] for position in order]
    return pipeline, rows


def numbered(n):
    return ImagePipeline.from_numpy(np.zeros((n, 8, 8)), np.arange(n))


@given(OPERATIONS)
def test_operations_are_those_of_a_list(operations):
    """Any chain of operations gives what it makes of a list, each image with its own label."""
    pipeline, rows = applied(operations)
    assert len(pipeline) == len(rows)
    assert seen(pipeline) == rows


@given(OPERATIONS)
def test_two_passes_are_equal(operations):
    """Going through a pipeline again, or through one half read, gives the same items."""
    pipeline, rows = applied(operations)
    half = list(itertools.islice(pipeline, len(rows) // 2))
    assert seen(pipeline) == seen(pipeline)
    assert seen(half) == rows[: len(rows) // 2]


@given(OPERATIONS, st.integers(1, 9))
def test_batches_put_together_are_the_items(operations, size):
    """All batches one after another are the items; only the last is shorter, and may be left."""
    pipeline, rows = applied(operations)
    batches = list(pipeline.batch(size))
    assert len(pipeline.batch(size)) == len(batches)
    numbers = [int(image.flat[0]) for batch in batches for image in batch.images]
    labels = [label for batch in batches for label in batch.labels.tolist()]
    sources = [source for batch in batches for source in batch.sources]
    assert list(zip(numbers, labels, sources, strict=True)) == rows
    assert all(len(batch) == size for batch in batches[:-1])
    whole = pipeline.batch(size, drop_last=True)
    assert [len(batch) for batch in whole] == [size] * (len(rows) // size) == [size] * len(whole)


@given(st.integers(0, 99), st.integers(0, 99))
def test_two_maps_are_one(first, second):
    """Mapping twice is mapping once with both functions."""
    twice = start().map(plus(first)).map(plus(second))
    once = start().map(lambda image: plus(second)(plus(first)(image)))
    assert seen(twice) == seen(once)


@given(st.integers(0, 99), st.integers(0, 9))
def test_shuffling_is_a_permutation_of_its_own(seed, epoch):
    """A shuffle loses nothing, is the same for one seed and epoch, and take keeps its start."""
    shuffled = start().shuffle(seed, epoch=epoch)
    assert sorted(seen(shuffled)) == ROWS
    assert seen(start().shuffle(seed, epoch=epoch)) == seen(shuffled)
    assert seen(shuffled.take(3)) == seen(shuffled)[:3]


def test_every_order_is_equally_likely():
    """Over many seeds each image is equally often first, and epochs differ as seeds do."""
    for orders in (
        [seen(start().shuffle(seed))[0][0] for seed in range(1400)],
        [seen(start().shuffle(0, epoch=epoch))[0][0] for epoch in range(1400)],
    ):
        counts = np.bincount(orders, minlength=N)
        # chi-squared with 6 degrees of freedom: above 22.5 in 1 of 1,000
        assert ((counts - 200) ** 2 / 200).sum() < 22.5


def test_chance_in_a_predicate_does_not_part_two_passes():
    """Where the predicate answers by chance, what it first answered holds."""
    chance = np.random.default_rng(0)
    kept = start().repeat(20).filter(lambda item: chance.random() < 0.5)
    first = seen(kept)
    assert 40 < len(first) < 100
    assert seen(kept) == first
    assert len(kept) == len(first)


def test_images_and_labels_of_a_shuffled_pipeline_match():
    """Images taken in one pass and labels in another still belong together."""
    shuffled = start().shuffle(1)
    images = np.array([item.image for item in shuffled])
    labels = [item.label for item in shuffled]
    assert [LABELS[image.flat[0]] for image in images] == labels
    together = shuffled.to_numpy()
    assert np.array_equal(together[0], images)
    assert together[1].tolist() == labels


def test_nothing_is_read_before_it_is_asked_for():
    """Putting operations together reads no image; taking two reads as many as it needs."""
    images = Stored()
    pipeline = ImagePipeline.from_numpy(images, LABELS)
    first = pipeline.map(plus(1)).filter(lambda item: item.label == "a").repeat(2)
    first = first.concatenate(pipeline.shuffle(0)).take(2)
    pairs, batches = pipeline.zip(pipeline.shuffle(1)), pipeline.batch(3)
    assert (len(pairs), len(batches), len(pipeline.shuffle(0).take(3))) == (7, 3, 3)
    assert images.asked == []
    assert seen(first) == [(1, "a", "0"), (3, "a", "2")]
    assert images.asked == [0, 1, 2]
    next(iter(pipeline.select([5, 3])))
    assert images.asked == [0, 1, 2, 5]
    next(iter(batches))
    assert images.asked == [0, 1, 2, 5, 0, 1, 2]


def test_no_image_is_kept():
    """However many images go through, no more are held than one, or one batch."""
    images = Stored(200)
    pipeline = ImagePipeline.from_numpy(images, np.arange(200)).shuffle(3)
    pipeline = pipeline.filter(lambda item: item.image[0, 0] % 2).repeat(2)
    for _item in pipeline:
        assert images.n_held <= 2
    for _batch in pipeline.batch(8):
        assert images.n_held <= 8 + 1
    assert len(images.made) > 400


def test_endless_pipelines():
    """A pipeline without end can be taken from; to ask for all of it is refused, not begun."""
    endless = start().map(plus(1)).repeat()
    assert seen(endless.take(16)) == seen(start().map(plus(1)).repeat(3))[:16]
    assert len(endless.take(16)) == 16
    assert [item.label for item in itertools.islice(start().concatenate(endless), 6, 9)] == [*"cab"]
    for ask in (
        endless.to_numpy,
        endless.to_dataset,
        start().concatenate(endless).to_numpy,
        lambda: len(endless),
        lambda: list(endless.batch(2)),
        lambda: next(iter(endless.shuffle())),
        lambda: next(iter(endless.zip(start()))),
    ):
        with pytest.raises(UsageError) as caught:
            ask()
        assert caught.value.code == "E-PIPE-ENDLESS"


def test_zip_keeps_items_whole():
    """Side by side, each item keeps its own label; other lengths are refused with both numbers."""
    pairs = start().zip(start().map(plus(100)).shuffle(4))
    assert len(pairs) == N
    for _pass in range(2):
        for first, second in pairs:
            assert LABELS[first.image.flat[0]] == first.label
            assert LABELS[second.image.flat[0] - 100] == second.label
    longer = start().zip(start().repeat(2))
    with pytest.raises(UsageError, match=r"7 and of 14 .*take\(7\)") as caught:
        next(iter(longer))
    assert caught.value.code == "E-PIPE-LENGTH"


def test_functions_cannot_reach_the_source():
    """A function that writes into its image is refused, and the images stay as they are."""
    images = pictures()

    def spoil(image):
        image += 1
        return image

    with pytest.raises(ValueError, match="read-only"):
        seen(ImagePipeline.from_numpy(images, LABELS).map(spoil))
    assert np.array_equal(images, pictures())


def test_an_index_error_of_a_function_is_not_the_end():
    """A function that fails, by whatever error, ends the pass with it and not in silence."""
    with pytest.raises(IndexError):
        seen(start().map(lambda image: image[99]))
    with pytest.raises(StopIteration):
        start().filter(lambda item: next(iter(()))).node.read(0)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda p: p.map(lambda image: (image, "a")), "E-PIPE-IMAGE", "not tuple"),
        (lambda p: p.map(lambda image: None), "E-PIPE-IMAGE", "not NoneType"),
        (lambda p: p.map(lambda image: image.mean()), "E-PIPE-IMAGE", "not float64 ()"),
        (lambda p: p.map(np.ravel), "E-PIPE-IMAGE", "not ndarray (64,)"),
        (lambda p: p.map_pairs(lambda image, label: image), "E-PIPE-PAIR", "ndarray (8, 8, 1)"),
        (lambda p: p.select([3, 7]), "E-PIPE-SELECT", "position 7: there are 7"),
        (lambda p: p.select([-1]), "E-PIPE-SELECT", "int64 (1,)"),
        (lambda p: p.select(np.arange(7) > 3), "E-PIPE-SELECT", "bool (7,)"),
        (lambda p: p.select([0.5]), "E-PIPE-SELECT", "float64 (1,)"),
        (lambda p: p.take(-1), "E-VALUE", "-1"),
        (lambda p: p.repeat(-1), "E-VALUE", "-1"),
        (lambda p: p.batch(0), "E-VALUE", "0"),
        (lambda p: p.batch(1.5), "E-VALUE", "1.5"),
        (lambda p: p.take([99]), "E-VALUE", "[99]"),
        (lambda p: p.repeat(2.0), "E-VALUE", "2.0"),
        (
            lambda p: p.filter(np.arange(7) > 3),
            "E-PIPE-FUNCTION",
            "filter takes a function",
        ),
        (lambda p: p.map("gray"), "E-PIPE-FUNCTION", "map takes a function, not str"),
        (lambda p: p.map_pairs(None), "E-PIPE-FUNCTION", "map_pairs takes a function"),
    ],
)
def test_what_is_no_operation_is_refused(change, code, words):
    """A function that returns something else, and numbers out of range, are refused as seen."""
    with pytest.raises(UsageError) as caught:
        list(change(start()))
    assert caught.value.code == code
    assert words in caught.value.what


def test_wrong_sources_are_refused():
    """Labels and groups are one for each image, and none is missing; images have two sides."""
    for images, labels, groups, code in (
        (pictures(), LABELS[1:], None, "E-DATA-LENGTH"),
        (pictures(), LABELS, [1], "E-DATA-LENGTH"),
        (pictures(), [*LABELS[1:], None], None, "E-LABEL-MISSING"),
        (np.zeros((7, 64)), LABELS, None, "E-ARRAY-SHAPE"),
    ):
        with pytest.raises(DataError) as caught:
            ImagePipeline.from_numpy(images, labels, groups=groups)
        assert caught.value.code == code


def test_pairs_are_mapped_under_another_name():
    """map_pairs may change a label, together with its image; a label that is none is refused."""
    upside = start().map_pairs(lambda image, label: (image + np.uint8(10), ord(label)))
    assert seen(upside)[:2] == [(10, "97", "0"), (11, "98", "1")]
    assert upside.to_dataset().classes == ("97", "98", "99")
    with pytest.raises(DataError, match="E-LABEL-MISSING"):
        list(start().map_pairs(lambda image, label: (image, None)))


def test_images_of_different_shapes():
    """Images of different shapes go through one at a time, and are refused as one array."""
    odd = start().map(lambda image: image[: 5 + image.flat[0] // 6])
    assert [item.image.shape[0] for item in odd] == [5] * 6 + [6]
    assert [len(batch) for batch in odd.batch(2)] == [2, 2, 2, 1]
    for ask in (odd.to_numpy, odd.to_dataset, lambda: list(odd.batch(7))):
        with pytest.raises(DataError, match="number 6 has") as caught:
            ask()
        assert caught.value.code == "E-ARRAY-SHAPE"


@given(
    st.lists(st.sampled_from("abc"), min_size=3, max_size=12).filter(lambda kept: len({*kept}) > 1),
    st.booleans(),
    st.booleans(),
)
def test_a_data_set_comes_back_as_it_was(labels, grouped, parted):
    """From a data set and back is the same data set: labels, classes, groups, parts and facts."""
    n = len(labels)
    data = from_arrays(
        pictures(n),
        labels,
        classes=sorted(set(labels), reverse=True),
        groups=np.arange(n) // 2 if grouped else None,
        split=["train"] * (n - 1) + ["train" if labels.count(labels[-1]) == 1 else "test"]
        if parted
        else None,
    )
    again = ImagePipeline.from_dataset(data).to_dataset(data.name)
    assert again.fingerprint == data.fingerprint
    assert (again.classes, again.sources, again.policy) == (data.classes, data.sources, data.policy)
    assert again.notes == ()


def test_copies_become_a_group():
    """What is repeated or put behind itself changed is one group for each image it came from."""
    data = start().to_dataset()
    pipeline = ImagePipeline.from_dataset(data)
    mirrored = ImagePipeline.from_dataset(data).map(lambda image: image[:, ::-1])
    assert data.images.groups is None
    for copies in (pipeline.repeat(2), pipeline.concatenate(mirrored)):
        assert copies.to_dataset().images.groups.tolist() == [*range(N)] * 2
    other = ImagePipeline.from_numpy(pictures(), LABELS, groups=[*"xxyyzzz"])
    joined = other.concatenate(pipeline).concatenate(other).to_dataset().images.groups.tolist()
    assert joined[:N] == joined[2 * N :] == [0, 0, 1, 1, 2, 2, 2]
    assert joined[N : 2 * N] == [*range(3, 3 + N)]


def test_parts_are_not_guessed():
    """Items of a part among items of none are refused; the test part stays the test part."""
    data = from_arrays(pictures(), LABELS, split=["train"] * 5 + ["test"] * 2)
    pipeline = ImagePipeline.from_dataset(data)
    assert pipeline.shuffle(2).to_dataset().split.tolist().count("test") == 2
    with pytest.raises(DataError, match="7 of 14 items") as caught:
        pipeline.concatenate(start()).to_dataset()
    assert caught.value.code == "E-PIPE-PARTS"


def test_data_sets_of_pipelines():
    """Floats are stored by the rule of arrays, changed images are noted, and faults are told."""
    halved = start().map(lambda image: image / 255)
    data = halved.to_dataset("halves")
    assert np.array_equal(data.images.pixels, pictures())
    assert data.name == "halves"
    assert data.policy.size == (8, 8)
    assert any("functions" in note for note in data.notes)
    assert start().take(3).to_dataset().notes == ()
    for few, code in ((0, "E-DATA-EMPTY"), (1, "E-DATA-ONECLASS")):
        with pytest.raises(DataError) as caught:
            start().take(few).to_dataset()
        assert caught.value.code == code
    alike = ImagePipeline.from_numpy(pictures(2), ["cat", "Cat"])
    with pytest.raises(DataError, match="E-DATA-SAMECLASS"):
        alike.to_dataset()
