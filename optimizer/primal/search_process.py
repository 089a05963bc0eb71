"""The search over cores as a process of its own, beside a solver: what `run` does in a guest.

It imports no solver library: small programs are solved by the HiGHS that scipy brings.
"""

from __future__ import annotations

import time

from infraplan.optimizer.backends.channel import Channel, Job
from infraplan.optimizer.backends.checking import clean_values
from infraplan.optimizer.primal.core import CoreProgram
from infraplan.optimizer.primal.search import Search, first_effort


def run(job: Job, channel: Channel) -> None:
    """Search the program in the job's folder from its start; send every better plan."""
    program = CoreProgram.load(job.folder)
    search = Search(program, job.start(), job.seed)
    limit = job.remaining_s
    end = None if limit is None else time.perf_counter() + limit

    def is_over() -> bool:
        return channel.stop_asked or (end is not None and time.perf_counter() >= end)

    for better in search.forever(first_effort(program), is_over):
        if better and search.best is not None:
            channel.incumbent(search.best)
        if (offered := channel.offered()) is not None:
            plan = clean_values(program.mip, offered)
            if plan is not None:
                search.offer(plan)
    channel.send("done", termination="interrupted" if is_over() else "gap_reached", version="")
