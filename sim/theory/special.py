"""Digamma, trigamma, tetragamma and c4 for one number.

Why not scipy's: they would be the only reason to import it on the way to the first picture. The tests hold these
against scipy.

ψ(1) is minus Euler's constant, ψ′(1) is π²/6, and c4(2) is √(2/π):

>>> round(digamma(1.0), 4), round(trigamma(1.0) * 6 / math.pi**2, 9), round(c4(2) ** 2 * math.pi, 9)
(-0.5772, 1.0, 2.0)
"""

from __future__ import annotations

import math

FAR = 12.0
"""Where the asymptotic series are exact to the last digits."""


def digamma(x: float) -> float:
    """ψ(x) for x > 0, by ψ(x) = ψ(x + 1) − 1/x and the asymptotic series."""
    near = 0.0
    while x < FAR:
        near -= 1 / x
        x += 1
    y = 1 / (x * x)
    return near + math.log(x) - 0.5 / x - y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * 691 / 32760)))))


def trigamma(x: float) -> float:
    """ψ′(x) for x > 0, by ψ′(x) = ψ′(x + 1) + 1/x² and the asymptotic series."""
    near = 0.0
    while x < FAR:
        near += 1 / (x * x)
        x += 1
    y = 1 / (x * x)
    return near + 1 / x + y / 2 + y / x * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - y * (5 / 66 - y * 691 / 2730)))))


def tetragamma(x: float) -> float:
    """ψ″(x) for x > 0, likewise."""
    near = 0.0
    while x < FAR:
        near -= 2 / x**3
        x += 1
    y = 1 / (x * x)
    return near - y * (1 + 1 / x + y / 2 - y**2 * (1 / 6 - y * (1 / 6 - y * (3 / 10 - y * (5 / 6 - y * (691 / 210 - y * 35 / 2))))))


def c4(n: int) -> float:
    """E[s]/σ for the standard deviation s of n normal rows (divisor n − 1): √(2/(n − 1)) Γ(n/2)/Γ((n − 1)/2)."""
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))
