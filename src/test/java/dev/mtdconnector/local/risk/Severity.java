package dev.mtdconnector.local.risk;

/** How the vendor rates a threat, least first; ADVISORY is not in the description of events and comes in live data. */
public enum Severity {
    NONE,
    ADVISORY,
    LOW,
    MEDIUM,
    HIGH
}
