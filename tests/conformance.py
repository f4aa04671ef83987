"""Hold the services to their OpenAPI documents: `python -m tests.conformance --examples 100`."""

import click

from tests.matrix.office import SERVICES, opened
from tests.support.conforming import conformance
from tests.support.servers import make_folder, remove_folder, shared_postgres


@click.command()
@click.option("--service", "names", multiple=True, help="Of these services only.")
@click.option("--examples", default=100, help="Requests per operation.")
@click.option("--seed", default=1)
@click.option("--show", default=3, help="Disagreements shown of each family.")
def main(names: tuple[str, ...], examples: int, seed: int, show: int) -> None:
    """Print where document and behaviour disagree, by family."""
    wrong = 0
    make_folder()
    try:
        with opened(shared_postgres()) as office:
            for name in names or [each.name for each in SERVICES]:
                verdict = conformance(office, name, examples=examples, seed=seed)
                click.echo(f"{name}: {verdict.report(show)}")
                click.echo(f"never carried out: {', '.join(verdict.unreached()) or '-'}")
                wrong += len(verdict.families)
    finally:
        remove_folder()
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
