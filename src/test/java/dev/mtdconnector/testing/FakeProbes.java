package dev.mtdconnector.testing;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.health.AnswerTimes.Answered;
import dev.mtdconnector.health.Probes;
import dev.mtdconnector.tenant.Registration;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Services that answer within 40 ms and know the time, until they are told otherwise. */
public final class FakeProbes implements Probes {

    private final Clock clock;
    private final Map<Registration, UpstreamException> refused = new EnumMap<>(Registration.class);
    private Duration skew = Duration.ZERO;
    private @Nullable UpstreamException mailFailure;
    private @Nullable UpstreamException graphFailure;

    public FakeProbes(Clock clock) {
        this.clock = clock;
    }

    /** How far the services' clocks are before ours. */
    public synchronized void skew(Duration other) {
        skew = other;
    }

    public synchronized void refuse(Registration registration, UpstreamException.Kind kind) {
        refused.put(registration, new UpstreamException(UpstreamException.Service.LOGIN, kind, "refused"));
    }

    public synchronized void failMail(UpstreamException.Kind kind) {
        mailFailure = new UpstreamException(UpstreamException.Service.MAIL, kind, "no mail");
    }

    public synchronized void failGraph() {
        graphFailure =
                new UpstreamException(UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "no Graph");
    }

    @Override
    public synchronized Optional<Answered> lastOfGraph() {
        return Optional.of(answered());
    }

    @Override
    public synchronized Answered graph() {
        if (graphFailure != null) {
            throw graphFailure;
        }
        return answered();
    }

    @Override
    public synchronized Answered login() {
        return answered();
    }

    private Answered answered() {
        return new Answered(
                clock.instant(), Duration.ofMillis(40), clock.instant().plus(skew));
    }

    @Override
    public synchronized void token(String tenantId, Registration registration) {
        UpstreamException failure = refused.get(registration);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public synchronized boolean mail() {
        if (mailFailure != null) {
            throw mailFailure;
        }
        return true;
    }
}
