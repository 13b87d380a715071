"""Links: an experiment as the readable parameters of an address, and back.

`to_link` leaves defaults out, so that a link says only what is special: `v=1 source=normal family=gaussian n=20`, with
the knobs of a variant under its role (`family.ddof=1`). `from_link` is strict. `nearest` is for visitors: it reads what mail and chat
made of a link as it was meant, passes over what is nobody's setting, and mends the rest one setting at a time.
May import `experiment` and the ground that all stand on.
"""

from sim.links.mending import nearest
from sim.links.names import Mend, settled
from sim.links.strict import from_link, to_link
from sim.links.travel_marks import as_meant, plain_number

__all__ = ["Mend", "as_meant", "from_link", "nearest", "plain_number", "settled", "to_link"]
