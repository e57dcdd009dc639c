package dev.mtdconnector.local.intune;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Where Intune writes each of its facts before it acts on it, so that a restart can replay them. */
@FunctionalInterface
public interface IntuneJournal {

    /** Keeps a fact; order is kept. */
    void append(String kind, ObjectNode fact);
}
