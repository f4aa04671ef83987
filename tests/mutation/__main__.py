"""Plants slips in the pure core and tells which of them no unit test sees."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from time import monotonic

import click

from tests.mutation.run import EQUAL, KILLED, SURVIVED, VERDICTS, Told, every_slip, sample_of, tell

LEAST = 90
"""Per cent of a sample, the equal ones apart, that the unit tests must see."""


@click.command(help=__doc__)
@click.option("--seed", default=1, show_default=True, help="of the sample")
@click.option("--sample", default=200, show_default=True, help="how many slips; 0 for all")
@click.option("--only", default="", help="modules whose name begins so: services.loans")
@click.option("--jobs", default=2, show_default=True, help="processes at once")
def main(seed: int, sample: int, only: str, jobs: int) -> None:
    """Plant them; exit code 1 if fewer are seen than must be."""
    slips = every_slip(only)
    drawn = sample_of(slips, seed, sample) if sample else slips
    click.echo(f"{len(drawn)} slips of {len(slips)}, seed {seed}", err=True)
    began, told = monotonic(), []
    for each in tell(drawn, jobs=jobs):
        told.append(each)
        if not each.before:
            counted = Counter(one.verdict for one in told)
            click.echo(
                f"{len(told)}/{len(drawn)} {monotonic() - began:.0f} s,"
                f" {counted[SURVIVED]} survived; {each.verdict}: {each.slip.path}:{each.slip.line}",
                err=True,
            )
    _table(told)
    slowest = max((each.seconds for each in told), default=0.0)
    click.echo(f"{monotonic() - began:.0f} s; the slowest slip {slowest:.1f} s of processor time")
    for each in sorted(told, key=lambda one: (one.slip.path, one.slip.number)):
        if each.verdict not in {KILLED, EQUAL}:
            slip = each.slip
            click.echo(f"\n{each.verdict}: {slip.path}:{slip.line} {slip.where}\n  {slip.text}")
            click.echo(f"  {slip.says}")
    sys.exit(_share(told) < LEAST)


def _table(told: Iterable[Told]) -> None:
    by_module: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        by_module[each.slip.module].append(each)
    click.echo("".join(f"{name:>10}" for name in (*VERDICTS, "killed %")) + "  module")
    for module, own in [*sorted(by_module.items()), ("in all", list(told))]:
        counted = Counter(each.verdict for each in own)
        cells = [f"{counted[name]:>10}" for name in VERDICTS]
        click.echo("".join(cells) + f"{_share(own):>10.1f}  {module}")


def _share(told: Iterable[Told]) -> float:
    """Return how many of a hundred were killed; whoever goes in a circle is not counted as seen."""
    counted = Counter(each.verdict for each in told)
    tried = counted.total() - counted[EQUAL]
    return 100 * counted[KILLED] / tried if tried else 100.0


if __name__ == "__main__":
    main()
