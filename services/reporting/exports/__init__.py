"""What auditors take home: raw events with a manifest, an object log, sheets of findings."""
