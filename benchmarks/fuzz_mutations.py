"""Ways to damage a file, each with the places that it damages."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from typing import NamedTuple


class Mutant(NamedTuple):
    """Damaged bytes, and where they differ: in ``member``, where one member of a container was damaged inside.

    A spot is the first byte and the end of what is not the undamaged file's, in the damaged bytes; both are
    the same where bytes are missing. ``mixed``: part of it is another file's.
    """

    data: bytes
    what: str
    spots: tuple[tuple[int, int], ...]
    mixed: bool = False
    member: str | None = None


Mutation = Callable[[bytes, bytes, random.Random], Mutant]


def flip_bits(data: bytes, _other: bytes, rng: random.Random) -> Mutant:
    """One to six bits turned."""
    return _changed(data, rng, rng.randint(1, 6), lambda old: old ^ (1 << rng.randrange(8)))


def change_bytes(data: bytes, _other: bytes, rng: random.Random) -> Mutant:
    """One to twenty bytes replaced by any others."""
    return _changed(data, rng, rng.randint(1, 20), lambda _old: rng.randrange(256))


def _changed(data: bytes, rng: random.Random, count: int, change: Callable[[int], int]) -> Mutant:
    damaged = bytearray(data)
    places = []
    for _ in range(count):
        places.append(rng.randrange(len(damaged)))
        damaged[places[-1]] = change(damaged[places[-1]])
    return Mutant(bytes(damaged), f"{count} bytes changed", tuple((place, place + 1) for place in sorted(places)))


def truncate(data: bytes, _other: bytes, rng: random.Random) -> Mutant:
    """The end is missing: half of the time only a little of it."""
    length = rng.randrange(len(data)) if rng.random() < 0.5 else max(0, len(data) - rng.randint(1, 3000))
    return Mutant(data[:length], f"cut at {length}", ((length, length),))


def drop_range(data: bytes, _other: bytes, rng: random.Random) -> Mutant:
    """Some bytes are missing inside; the text before and behind may join to one figure."""
    start = rng.randrange(len(data))
    length = int(rng.expovariate(1 / 200)) + 1
    return Mutant(data[:start] + data[start + length :], f"{length} bytes dropped at {start}", ((start, start),))


def double_range(data: bytes, _other: bytes, rng: random.Random) -> Mutant:
    """Some bytes stand twice."""
    start = rng.randrange(len(data))
    length = int(rng.expovariate(1 / 300)) + 1
    part = data[start : start + length]
    end = start + len(part)
    return Mutant(data[:end] + part + data[end:], f"{length} bytes doubled at {start}", ((end, end + len(part)),))


def insert_noise(data: bytes, _other: bytes, rng: random.Random) -> Mutant:
    """Random bytes in between."""
    place = rng.randrange(len(data))
    noise = rng.randbytes(rng.randint(1, 400))
    spots = ((place, place + len(noise)),)
    return Mutant(data[:place] + noise + data[place:], f"{len(noise)} bytes of noise at {place}", spots)


def zero_range(data: bytes, _other: bytes, rng: random.Random) -> Mutant:
    """A block of zeros, as a broken download leaves it."""
    start = rng.randrange(len(data))
    length = min(rng.choice((1, 16, 512, 4096)), len(data) - start)
    spots = ((start, start + length),)
    return Mutant(data[:start] + bytes(length) + data[start + length :], f"{length} zeros at {start}", spots)


def splice(data: bytes, other: bytes, rng: random.Random) -> Mutant:
    """The beginning of one file and the end of another."""
    place = rng.randrange(len(data))
    return Mutant(
        data[:place] + other[rng.randrange(len(other)) :], f"spliced at {place}", ((place, place),), mixed=True
    )


def member_of(data: bytes, name: str) -> bytes:
    """The content of one member of a ZIP container."""
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return container.read(name)


def repacked_with(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The ZIP container after ``change`` to its members."""
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        parts = {name: container.read(name) for name in container.namelist()}
    change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return buffer.getvalue()


def damage_member(data: bytes, other: bytes, rng: random.Random) -> Mutant:
    """One member is damaged inside and packed again, so that its checksum is right."""
    inner: list[Mutant] = []

    def change(parts: dict[str, bytes]) -> None:
        name = rng.choice([name for name, content in parts.items() if content])
        inner.append(rng.choice(PLAIN)(parts[name], other, rng)._replace(member=name))
        parts[name] = inner[0].data

    repacked = repacked_with(data, change)
    return inner[0]._replace(data=repacked, what=f"{inner[0].member}: {inner[0].what}")


def swap_members(data: bytes, other: bytes, rng: random.Random) -> Mutant:
    """One member comes from another file, or two change places, or one is missing."""

    def change(parts: dict[str, bytes]) -> None:
        one, two = rng.choice(list(parts)), rng.choice(list(parts))
        kind = rng.randrange(3)
        if kind == 0 and zipfile.is_zipfile(io.BytesIO(other)):
            with zipfile.ZipFile(io.BytesIO(other)) as container:
                parts[one] = container.read(one) if one in container.namelist() else b""
        elif kind == 1:
            parts[one], parts[two] = parts[two], parts[one]
        else:
            del parts[one]

    return Mutant(repacked_with(data, change), "members swapped", (), mixed=True)


PLAIN: tuple[Mutation, ...] = (
    flip_bits, change_bytes, truncate, drop_range, double_range, insert_noise, zero_range, splice,
)  # fmt: skip
PACKED: tuple[Mutation, ...] = (*PLAIN[:2], truncate, splice, damage_member, damage_member, damage_member, swap_members)


def mutate(data: bytes, other: bytes, rng: random.Random, *, packed: bool) -> Mutant:
    """One random damage."""
    return rng.choice(PACKED if packed else PLAIN)(data, other, rng)
