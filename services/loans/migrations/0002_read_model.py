"""What this service answers lists and its own questions from."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = (
    """
    CREATE TABLE loans (
        loan_id uuid PRIMARY KEY,
        household_id uuid NOT NULL,
        member_id uuid NOT NULL,
        group_id uuid,
        programme text NOT NULL,
        applied_on date NOT NULL,
        commune text,
        version bigint NOT NULL,
        check_due_on date,
        standings jsonb NOT NULL,
        ledger jsonb NOT NULL,
        body jsonb NOT NULL
    )
    """,
    "CREATE INDEX loans_household ON loans (household_id)",
    "CREATE INDEX loans_group ON loans (group_id) WHERE group_id IS NOT NULL",
    "CREATE INDEX loans_order ON loans (applied_on, loan_id)",
    """
    CREATE TABLE loan_payees (
        disbursement_id uuid NOT NULL,
        ref text NOT NULL,
        loan_id uuid NOT NULL,
        household_id uuid NOT NULL,
        disbursed_on date NOT NULL,
        reversed_on date,
        PRIMARY KEY (disbursement_id, ref)
    )
    """,
    "CREATE INDEX loan_payees_ref ON loan_payees (ref)",
    "CREATE INDEX loan_payees_loan ON loan_payees (loan_id)",
    """
    CREATE TABLE credit_groups (
        group_id uuid PRIMARY KEY,
        commune text NOT NULL,
        union_code text NOT NULL,
        formed_on date NOT NULL,
        version bigint NOT NULL,
        body jsonb NOT NULL
    )
    """,
    "CREATE INDEX credit_groups_order ON credit_groups (formed_on, group_id)",
    # what the consumer keeps of others: where households live, and confirmed misuse
    "CREATE TABLE household_places (household_id uuid PRIMARY KEY, commune text NOT NULL)",
    """
    CREATE TABLE confirmed_misuse (
        finding_id uuid PRIMARY KEY,
        key uuid NOT NULL,
        loan_id uuid NOT NULL
    )
    """,
    "CREATE INDEX confirmed_misuse_key ON confirmed_misuse (key)",
    "CREATE INDEX confirmed_misuse_loan ON confirmed_misuse (loan_id)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
