package dev.mtdconnector.local.risk;

import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The vendor alone on a free port, for tests: the Mobile Risk API and its control API, and nothing else of the world. */
public final class RiskBench implements AutoCloseable {

    /** Short, so that a test need not wait. */
    public static final Duration HEARTBEAT = Duration.ofMillis(100);

    private final RiskService service;
    private final LocalServer server;

    private RiskBench(RiskService service, Clock clock) {
        this.service = service;
        try {
            this.server = LocalServer.http(0, new Traffic());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        service.register(server);
        new RiskControl(service, clock).register(server);
        server.start();
    }

    /** A vendor that forgets everything when it is closed and sends a heartbeat every tenth of a real second. */
    public static RiskBench start(Clock clock) {
        return start(clock, null, Set.of());
    }

    /** As {@link #start(Clock)} with a journal, or without some rules. */
    static RiskBench start(Clock clock, @Nullable Journal journal, Set<RiskRule> off) {
        return new RiskBench(new RiskService(clock, journal, HEARTBEAT, off), clock);
    }

    /** {@code http://localhost:port/mobile-risk}: what a client takes for the vendor's address. */
    public URI address() {
        return URI.create(server.address() + RiskService.BASE);
    }

    /** {@code http://localhost:port}: the control API is at {@code /control/risk}. */
    public URI root() {
        return server.address();
    }

    public RiskService service() {
        return service;
    }

    /** Contoso's feed. */
    public RiskFeed feed() {
        return service.feed();
    }

    public RiskFaults faults() {
        return service.faults();
    }

    /** Counts of requests, and faults of any answer. */
    public Traffic traffic() {
        return server.traffic();
    }

    @Override
    public void close() {
        server.close();
    }
}
