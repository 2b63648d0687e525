"""The errors a person meets: each carries its exit code and says what to do next."""


class RelatedJobsError(Exception):
    """Something went wrong on our side (exit code 1)."""

    exit_code = 1


class UsageError(RelatedJobsError):
    """The call or the settings can't be understood (exit code 2)."""

    exit_code = 2


class HeldError(UsageError):
    """Another run holds HOME (exit code 2); it goes away by itself."""


class InputError(RelatedJobsError):
    """A feed can't be read at all (exit code 3)."""

    exit_code = 3


class AuditError(RelatedJobsError):
    """A critical expectation failed, nothing was published (exit code 4)."""

    exit_code = 4


class ContractError(RelatedJobsError):
    """A table does not keep the contract that sql/schema declares for it (exit code 1)."""
