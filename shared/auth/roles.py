"""The roles a token may carry; what each may do stands at the routes."""

from enum import StrEnum


class Role(StrEnum):
    """One kind of work; a person may have several, an auditor only that one."""

    COMMUNE_OFFICER = "commune_officer"
    DISTRICT_OFFICER = "district_officer"
    BANK_TELLER = "bank_teller"
    BANK_CONTROLLER = "bank_controller"
    UNION_INSPECTOR = "union_inspector"
    SPONSOR = "sponsor"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    PRIVACY_OFFICER = "privacy_officer"
    OPERATOR = "operator"


OFFICERS = frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER})
BANK = frozenset({Role.BANK_TELLER, Role.BANK_CONTROLLER})
RAW_READERS = frozenset({Role.AUDITOR, Role.INSPECTOR})
