"""Read an object log with pm4py and say in JSON what it understood; run by pm4py's own Python."""

import json
import sys

import pm4py  # type: ignore[import-not-found] # in a Python of its own only

log = pm4py.read_ocel2_json(sys.argv[1])
relations = log.relations
print(  # noqa: T201 (the answer)
    json.dumps(
        {
            "events": dict(zip(log.events["ocel:eid"], log.events["ocel:activity"], strict=True)),
            "objects": dict(zip(log.objects["ocel:oid"], log.objects["ocel:type"], strict=True)),
            "relations": sorted(
                map(list, zip(relations["ocel:eid"], relations["ocel:oid"], strict=True))
            ),
            "positions": dict(
                zip(log.events["ocel:eid"], map(int, log.events["position"]), strict=True)
            ),
            "flattened": len(pm4py.ocel_flattening(log, "household")),
        }
    )
)
