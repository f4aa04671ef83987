"""Who answers for which household and when, and which households are no more."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE sponsor_turns (assignment_id uuid NOT NULL, household_id uuid NOT NULL,"
        " sponsor_id uuid NOT NULL, since date NOT NULL, until date NOT NULL)"
    )
    op.execute("CREATE INDEX turns_of_assignment ON sponsor_turns (assignment_id)")
    # what was recorded before this was refused stays as it is: it is not among the turns
    op.execute(
        "INSERT INTO sponsor_turns SELECT assignment_id, household_id, sponsor_id, starts_on, until"
        " FROM (SELECT *, least(ends_on, ended_on, '9999-12-31') AS until,"
        " lag(assignment_id) OVER (PARTITION BY household_id, sponsor_id ORDER BY starts_on)"
        " AS before FROM assignments) own WHERE before IS NULL AND starts_on < until"
    )
    op.execute(
        "ALTER TABLE sponsor_turns ADD CONSTRAINT one_turn_at_a_time EXCLUDE USING gist"
        # a range of one number stands for the pair: GiST compares numbers only in ranges
        " (int8range(uuid_hash_extended(household_id, uuid_hash_extended(sponsor_id, 0)),"
        " uuid_hash_extended(household_id, uuid_hash_extended(sponsor_id, 0)), '[]') WITH &&,"
        " daterange(since, until) WITH &&)"
    )
    op.execute(
        "CREATE TABLE known_closures (household_id uuid PRIMARY KEY, closed_on date NOT NULL)"
    )
