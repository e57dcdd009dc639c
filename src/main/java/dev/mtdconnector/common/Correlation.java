package dev.mtdconnector.common;

import java.util.Objects;
import java.util.UUID;
import org.slf4j.MDC;

/** The id that ties together what the log, an answer and an error record say of one request or one run of a job. */
public final class Correlation {

    /** What the log calls it. */
    public static final String NAME = "correlationId";

    private Correlation() {}

    /** The id of what this thread is doing; empty when nothing was begun. */
    public static String current() {
        return Objects.requireNonNullElse(MDC.get(NAME), "");
    }

    /** Begins something; closing the answer ends it, and what this thread did before goes on under its own id. */
    public static Scope begin() {
        String before = MDC.get(NAME);
        MDC.put(NAME, UUID.randomUUID().toString().replace("-", ""));
        return () -> {
            if (before == null) {
                MDC.remove(NAME);
            } else {
                MDC.put(NAME, before);
            }
        };
    }

    /** What was begun. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
