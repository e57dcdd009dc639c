package dev.mtdconnector.intune;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.IntunePublisher.DeviceReport;
import dev.mtdconnector.intune.IntunePublisher.UploadStatus;
import dev.mtdconnector.intune.Outbox.Entry;
import dev.mtdconnector.intune.Outbox.Message;
import dev.mtdconnector.intune.Outbox.Outstanding;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.threat.Policies;
import dev.mtdconnector.threat.Policy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Intune what changed: finishes the messages that are on their way, then makes new ones of what is outstanding.
 *
 * <p>One message is on its way at a time, so of one device too, and a state is told once: what equals what was told last
 * is dropped. A message is stored before it is sent; a crash anywhere ends in the same message sent again. What Intune
 * cannot take is tried again in smaller messages and at longer intervals, behind what never failed. Before Intune was
 * first told of the tenant it takes no messages: everything waits.
 */
public final class PublishJob implements TenantJob {

    /** Devices a message: with device, mark and message, a transaction of at most 100 rows. */
    static final int BATCH = 40;

    private static final Logger LOG = LoggerFactory.getLogger(PublishJob.class);
    private static final Duration STATUS_DELAY = Duration.ofSeconds(2);
    private static final int BATCHES_A_RUN = 50;

    private final ConnectorStore connectors;
    private final Outbox outbox;
    private final Publishers publishers;
    private final Policies policies;
    private final Clock clock;

    public PublishJob(ConnectorStore connectors, Outbox outbox, Publishers publishers, Policies policies, Clock clock) {
        this.connectors = connectors;
        this.outbox = outbox;
        this.publishers = publishers;
        this.policies = policies;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Connector> connector = connectors.find(tenantId);
        if (connector.isEmpty()) {
            return Outcome.obsolete();
        }
        if (!connector.get().mayPublish(connectors.beats(tenantId))) {
            return Outcome.finished();
        }
        IntunePublisher publisher = publishers.of(connector.get().publishing().target());
        for (int batch = 0; batch < BATCHES_A_RUN; batch++) {
            for (Message message : outbox.messages(tenantId)) {
                context.checkpoint();
                Optional<Outcome> notYet = advance(tenantId, publisher, message, context);
                if (notYet.isPresent()) {
                    return notYet.get();
                }
            }
            context.checkpoint();
            Outbox.Look look = outbox.outstanding(tenantId, BATCH, clock.instant());
            if (look.devices().isEmpty()) {
                return look.areOthersHeldBack()
                        ? Outcome.failed(ErrorCode.INTUNE_REFUSED, "Devices that Intune refused wait to be tried again")
                        : Outcome.finished();
            }
            // Read after the marks: what marked a device for a new policy was stored after that policy.
            Policy policy = policies.of(tenantId);
            prepare(tenantId, connector.get(), policy, publisher, look.devices());
        }
        return Outcome.again(Duration.ZERO);
    }

    /** Brings one message a step on; a result means that the run ends here. */
    private Optional<Outcome> advance(String tenantId, IntunePublisher publisher, Message message, JobContext context) {
        if (!message.isSent()) {
            try {
                publisher.upload(tenantId, message.id(), message.createdAt(), message.content(), context::checkpoint);
            } catch (UpstreamException e) {
                if (e.kind() == UpstreamException.Kind.REFUSED) {
                    // The same again would be refused again. What Intune has against it may concern all, so it ends
                    // here.
                    outbox.failed(tenantId, message, clock.instant());
                }
                throw e;
            }
            outbox.sent(tenantId, message);
        }
        UploadStatus status = publisher.status(tenantId, message.id());
        return switch (status.progress()) {
            case COMPLETED -> {
                outbox.completed(tenantId, message, clock.instant());
                yield Optional.empty();
            }
            case IN_PROGRESS -> Optional.of(Outcome.again(STATUS_DELAY));
            case FAILED -> {
                LOG.warn("Intune failed message {} of {}: {}", message.id(), tenantId, status.detail());
                outbox.failed(tenantId, message, clock.instant());
                yield Optional.empty();
            }
            case UNKNOWN -> {
                // Handed over and lost there: the same message goes out again.
                publisher.upload(tenantId, message.id(), message.createdAt(), message.content(), context::checkpoint);
                yield Optional.of(Outcome.failed(
                        ErrorCode.INTUNE_UNAVAILABLE,
                        "Intune had lost message " + message.id() + "; it was sent again"));
            }
        };
    }

    private void prepare(
            String tenantId,
            Connector connector,
            Policy policy,
            IntunePublisher publisher,
            List<Outstanding> outstanding) {
        // Intune's times have milliseconds, so ours are compared in them.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Entry> entries = new ArrayList<>();
        for (Outstanding one : outstanding) {
            Device.Told told = one.device().told();
            Optional<ThreatState> state = StateToTell.of(one.device(), policy, connector);
            boolean isTold = state.isEmpty() || state.get() == told.state();
            if (isTold && isToBeForgotten(one.device())) {
                outbox.forget(tenantId, one);
            } else if (isTold) {
                outbox.drop(tenantId, one);
            } else {
                entries.add(new Entry(one, state.get(), after(told.orderedAt(), now)));
            }
        }
        if (entries.isEmpty()) {
            return;
        }
        List<DeviceReport> reports = entries.stream()
                .map(entry -> new DeviceReport(
                        entry.outstanding().device().deviceId(),
                        entry.outstanding().device().facts().userId(),
                        entry.state(),
                        entry.orderedAt()))
                .toList();
        Message message = new Message(
                UUID.randomUUID(),
                reports.stream().map(DeviceReport::deviceId).toList(),
                publisher.content(tenantId, reports),
                now,
                false,
                outstanding.get(0).failures());
        // When a device changed meanwhile nothing was stored, and the next round looks again.
        outbox.prepare(tenantId, message, entries);
    }

    /** It was deleted with its departure, and Intune knows by now, or never knew of it. */
    private static boolean isToBeForgotten(Device device) {
        Device.Departure departure = device.departure();
        boolean isOnItsWay = device.told().state() != null && device.told().confirmedAt() == null;
        return departure != null && departure.isDeleted() && !isOnItsWay;
    }

    /** Intune keeps the state with the latest time, so a clock that went back must not make a newer state look old. */
    private static Instant after(@Nullable Instant last, Instant now) {
        return last == null || now.isAfter(last) ? now : last.plusMillis(1);
    }
}
