"""Why a plan is as it is, or is not."""
