package dev.mtdconnector.schedule;

import java.time.Duration;
import java.util.Optional;

/** The kinds of work that is done for a tenant, each with the queue that carries it. */
public enum JobKind {
    ENROLLMENT_SYNC("enrollment-sync"),
    HEARTBEAT("heartbeat"),
    /** Notices that no beat was acknowledged for too long, and that Intune shows something else than it should. */
    CONNECTION_CHECK("connection-check"),
    /** Looks for devices whose state to tell differs from what was told, after a setting changed. */
    REASSESS("reassess"),
    /** The same among the devices with open threats, after the policy changed. */
    RERATE("rerate"),
    PUBLISH("publish"),
    /** Compares what Intune shows with what it was told. */
    READ_BACK("read-back"),
    MAIL("mail"),
    /** Tells administrators of new threats, and sends them summaries. */
    NOTICE("notice"),
    /** Tells people of error records that began, last or ended. */
    ERROR_REPORT("error-report"),
    /** What is left to do for a tenant that has left: deprovision, wait, delete. */
    OFFBOARD("offboard"),
    /** Reads again what the tenant granted. */
    CONSENT("consent"),
    /** Warns of keys that expire. */
    KEY_EXPIRY("key-expiry"),
    /** Finds devices that were not heard of for too long, and lines of traces that are too old. */
    SWEEP("sweep"),
    /** Matches Intune's inventory of iOS apps with the deny list. */
    APP_SYNC("app-sync"),
    /** Carries out the allow list. */
    SILENCE("silence"),
    /** Reads the threat feed that a tenant has connected. */
    RISK_FEED("risk-feed");

    /** How soon a failed job is tried again at first; doubled at each further failure, up to its interval. */
    public static final Duration FIRST_RETRY = Duration.ofSeconds(30);

    private final String queue;

    JobKind(String queue) {
        this.queue = queue;
    }

    /** The queue's name, and the job's name in records and answers. */
    public String queue() {
        return queue;
    }

    public static Optional<JobKind> ofQueue(String queue) {
        for (JobKind kind : values()) {
            if (kind.queue.equals(queue)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
