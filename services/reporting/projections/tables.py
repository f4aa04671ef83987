"""The tables of the views, in a schema of their own so that a rebuild can stand beside the live."""

LIVE = "views"
NEXT = "views_next"
VERSION = 10
"""Raise it when the same events give other rows; then a rebuild may switch to another digest."""

IS_OPEN = "status IN ('open', 'assigned', 'explaining', 'confirmed')"
"""The condition of what is open, in these very words: then an index of it may be used."""

SUBJECT_LANES = 16
"""Digests of subjects are kept in as many rows, so that workers seldom wait for one another."""


def statements(schema: str) -> tuple[str, ...]:
    """Give what makes the tables in a schema, without the indexes."""
    return (
        f"CREATE SCHEMA {schema}",
        f"CREATE TABLE {schema}.about (version integer NOT NULL, rulebook text NOT NULL)",
        f"""
        CREATE TABLE {schema}.dossiers (
            key uuid PRIMARY KEY,
            hash bytea NOT NULL CHECK (length(hash) = 32), inputs integer NOT NULL
        )
        """,
        f"""
        CREATE TABLE {schema}.residences (
            key uuid NOT NULL,
            from_on date NOT NULL,
            until_on date,
            code text NOT NULL,
            valid_from date NOT NULL
        )
        """,
        figures(schema),
        f"""
        CREATE TABLE {schema}.findings (
            finding_id uuid NOT NULL,
            from_on date NOT NULL,
            until_on date,
            owner text NOT NULL,
            code text NOT NULL,
            kind text NOT NULL,
            severity smallint NOT NULL,
            status text NOT NULL,
            opened_on date NOT NULL,
            household_ids uuid[] NOT NULL,
            loan_id uuid,
            sponsor_id uuid,
            confirmed boolean NOT NULL,
            snoozed_until date,
            body bytea NOT NULL,
            PRIMARY KEY (finding_id, from_on)
        )
        """,
        f"""
        CREATE TABLE {schema}.contributions (
            kind text NOT NULL,
            subject text NOT NULL,
            key uuid NOT NULL,
            event_id uuid NOT NULL,
            body bytea NOT NULL,
            PRIMARY KEY (kind, subject, event_id)
        )
        """,
        f"""
        CREATE TABLE {schema}.subjects (
            kind text NOT NULL,
            subject text NOT NULL,
            level smallint NOT NULL,
            hash bytea,
            PRIMARY KEY (kind, subject)
        )
        """,
        *_of_years(schema),
        f"""
        CREATE TABLE {schema}.digests (
            lane integer PRIMARY KEY,
            value numeric(78, 0) NOT NULL
        )
        """,
    )


def figures(schema: str) -> str:
    """Give what makes the table of what households add to the figures, a row for every stay."""
    return f"""
        CREATE TABLE {schema}.figures (
            key uuid NOT NULL,
            from_on date NOT NULL,
            until_on date,
            code text,
            valid_from date,
            void_on date,
            aimed boolean NOT NULL,
            body bytea NOT NULL
        )
    """


def _of_years(schema: str) -> tuple[str, ...]:
    return (
        # years whose counts have changed since they were judged: only ever added to by workers
        f"CREATE TABLE {schema}.recounts (year integer NOT NULL)",
        f"""
        CREATE TABLE {schema}.counted (
            year integer PRIMARY KEY,
            as_of text NOT NULL,
            body bytea NOT NULL
        )
        """,
    )


def indexes(schema: str) -> tuple[str, ...]:
    """Give what makes the indexes that reading needs; a rebuild makes them once it has filled."""
    return (
        f"CREATE INDEX ON {schema}.residences (key)",
        f"CREATE INDEX ON {schema}.residences (code, valid_from)",
        *of_figures(schema),
        f"CREATE INDEX ON {schema}.findings (owner)",
        *in_order(schema),
        f"CREATE INDEX ON {schema}.findings USING gin (household_ids)",
        f"CREATE INDEX ON {schema}.contributions (key)",
    )


def in_order(schema: str) -> tuple[str, ...]:
    """Give what makes the indexes that hold findings in the order of the lists of them.

    A page is read from such an index until it is full: what nobody can work on any more is in the
    list of all, by age, and not in those of what is open, by gravity.
    """
    return (
        f"CREATE INDEX findings_by_age ON {schema}.findings (opened_on, finding_id)",
        f"""
        CREATE INDEX findings_open ON {schema}.findings
            (kind, severity DESC, opened_on, finding_id) WHERE {IS_OPEN}
        """,
    )


def of_figures(schema: str) -> tuple[str, ...]:
    """Give what makes the indexes of the figures."""
    return (
        f"CREATE INDEX ON {schema}.figures (key)",
        f"CREATE INDEX ON {schema}.figures (code, valid_from)",
    )
