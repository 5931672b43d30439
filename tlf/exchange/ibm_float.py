"""SAS transport numbers: IBM System/360 hexadecimal floating point, eight bytes, to and from IEEE doubles.

A number is a sign bit, seven bits of a power of 16 (excess 64) and a fraction of 56 bits below 1
(SAS Institute, TS-140, "Numeric data fields"). A double has 53 bits, so that every double in range is
held exactly. Missing is a full stop, or a letter or underscore for the special missing values, and
seven zero bytes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

IBM_MISSING: Final = b".\0\0\0\0\0\0\0"
LARGEST: Final = 16.0**63
"""Numbers of this magnitude or more cannot be held."""
SMALLEST: Final = 16.0**-65
"""Numbers below this magnitude, other than zero, cannot be held."""

_SPECIAL: Final = np.frombuffer(b"_.ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)


def holds(values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Say for each number whether the transport format can hold it (NaN as missing, zero, or in range)."""
    size = np.abs(values)
    within: npt.NDArray[np.bool_] = np.isnan(size) | (size == 0) | ((size >= SMALLEST) & (size < LARGEST))
    return within


def ibm_from_float(values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Return numbers as the eight bytes that SAS transport stores; NaN is missing, ``-0.0`` is zero.

    1. Split each number into a fraction in [0.5, 1) and a power of 2.
    2. Raise the power to the next multiple of 4, which is the power of 16, and shift the fraction to match.
    3. Put sign, power + 64 and fraction together, most significant byte first.

    Args:
        values: numbers, each of which ``holds`` says can be held; shape (n,).

    Returns:
        Bytes, shape (n, 8).

    Raises:
        ValueError: a number is infinite or out of range (the caller names dataset, variable and row first).

    Example:
        >>> ibm_from_float(np.array([1.0, -118.625])).tobytes().hex(" ", 8)
        '4110000000000000 c276a00000000000'
    """
    if not holds(values).all():
        raise ValueError("a number is infinite or out of the range of SAS transport files")
    missing = np.isnan(values)
    fraction, power = np.frexp(np.where(missing, 0.0, np.abs(values)))
    shift = (-power) % 4
    bits = np.ldexp(fraction, 53).astype(np.uint64) << (3 - shift).astype(np.uint64)
    head = ((power + shift) // 4 + 64).astype(np.uint64) | np.where(values < 0, np.uint64(0x80), np.uint64(0))
    words = np.where(bits == 0, np.uint64(0), (head << np.uint64(56)) | bits)
    words[missing] = int.from_bytes(IBM_MISSING, "big")
    return words.astype(">u8").view(np.uint8).reshape(-1, 8)


def float_from_ibm(stored: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return stored numbers as doubles; missing and special missing values are NaN.

    A fraction of more than 53 bits is cut, not rounded, as SAS and ReadStat do.

    Args:
        stored: bytes, shape (n, w) with w from 2 to 8; shorter numbers lack their last bytes.

    Returns:
        Numbers, shape (n,).

    Example:
        >>> float_from_ibm(np.frombuffer(bytes.fromhex("c276a00000000000"), np.uint8).reshape(1, 8)).tolist()
        [-118.625]
    """
    wide = np.zeros((len(stored), 8), dtype=np.uint8)
    wide[:, : stored.shape[1]] = stored
    words = wide.view(">u8")[:, 0].astype(np.uint64)
    bits = words & np.uint64(0x00FFFFFFFFFFFFFF)
    spare = np.zeros(len(words), dtype=np.uint64)
    for top in (53, 54, 55):
        spare += bits >> np.uint64(top) != 0
    kept = (bits >> spare) << spare
    power = 4 * ((wide[:, 0] & 0x7F).astype(np.int64) - 64) - 56
    size = np.ldexp(kept.astype(np.float64), power)
    values = np.where(wide[:, 0] >= 0x80, -size, size)
    values[is_missing(wide)] = np.nan
    return values


def is_missing(stored: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Say which stored numbers are missing (``.``) or special missing values (``._``, ``.A`` to ``.Z``)."""
    missing: npt.NDArray[np.bool_] = np.isin(stored[:, 0], _SPECIAL)
    for place in range(1, stored.shape[1]):
        missing &= stored[:, place] == 0
    return missing
