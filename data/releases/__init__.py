"""Life of an edition: states, evidence, snapshots, objections, errata, differences, rebuilding."""
