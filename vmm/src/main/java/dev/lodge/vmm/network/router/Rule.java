package dev.lodge.vmm.network.router;

/** One pair of the list: the first rule whose pattern matches decides. */
public record Rule(Pattern pattern, Action action) {}
