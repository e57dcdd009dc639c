package dev.mtdconnector.intune;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.intune.Outbox.Message;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.threat.Policies;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells Intune what changed: finishes the messages that are on their way, then makes new ones of what is outstanding.
 *
 * <p>One message is on its way at a time, so of one device too, and a state is told once: what equals what was told last
 * is dropped. A message is stored before it is sent; a crash anywhere ends in the same message sent again. What Intune
 * cannot take is tried again in smaller messages and at longer intervals, behind what never failed. Before Intune was
 * first told of the tenant it takes no messages: everything waits.
 */
public final class PublishJob implements TenantJob {

    /** Rows of one transaction that this may fill: the service takes 100, of which two are the message's end. */
    static final int ROWS = 98;

    /** Devices a message: device, mark, line of the trace and place among those kept back; with message and books. */
    static final int BATCH = 24;

    private static final int BATCHES_A_RUN = 50;

    private final ConnectorStore connectors;
    private final Outbox outbox;
    private final Delivery delivery;
    private final Publishers publishers;
    private final Policies policies;
    private final Function<String, Set<String>> takenGroups;
    private final BreakerNotice notice;
    private final Clock clock;

    /**
     * @param takenGroups the groups of a tenant that decide about access to the connector or about enrollment
     */
    public PublishJob(
            ConnectorStore connectors,
            Outbox outbox,
            Delivery delivery,
            Publishers publishers,
            Policies policies,
            Function<String, Set<String>> takenGroups,
            BreakerNotice notice,
            Clock clock) {
        this.connectors = connectors;
        this.outbox = outbox;
        this.delivery = delivery;
        this.publishers = publishers;
        this.policies = policies;
        this.takenGroups = takenGroups;
        this.notice = notice;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Connector> connector = connectors.find(tenantId);
        if (connector.isEmpty()) {
            return Outcome.obsolete();
        }
        return run(connector.get(), () -> connectors.find(tenantId).equals(connector), context);
    }

    /** The same with other settings than those that are stored. */
    Outcome run(Connector connector, JobContext context) {
        return run(connector, () -> true, context);
    }

    /**
     * @param isCurrent whether these are the settings still
     */
    private Outcome run(Connector connector, BooleanSupplier isCurrent, JobContext context) {
        String tenantId = connector.tenantId();
        Publishing publishing = connector.publishing();
        PublishTarget target = publishing.target();
        if (publishing.mode() == Publishing.Mode.PUBLISH
                && target.way() == PublishTarget.Way.RISK_GROUP
                && takenGroups.apply(tenantId).contains(target.place())) {
            return Outcome.failed(
                    ErrorCode.RISK_GROUP_TAKEN,
                    "The risk group " + target.place() + " decides about access or enrollment now");
        }
        Beats beats = connectors.beats(tenantId);
        if (!connector.mayPublish(beats)) {
            return Outcome.finished();
        }
        Books books = delivery.former().returned(tenantId, target, outbox.books(tenantId));
        if (publishing.mode() == Publishing.Mode.PUBLISH) {
            books = resync(tenantId, books, beats, Verdict.textOf(target), context);
        }
        int allowance =
                Breaker.allowance(publishing.breakerPercent(), Math.max(outbox.inScope(tenantId), books.told()));
        boolean isCareful = isCareful(tenantId, allowance, books);
        for (int batch = 0; batch < BATCHES_A_RUN; batch++) {
            for (Message message : outbox.messages(tenantId)) {
                context.checkpoint();
                boolean isFormer = !message.target().equals(target);
                Optional<Outcome> notYet = isFormer
                        ? delivery.advanceFormer(tenantId, message, context)
                        : delivery.advance(tenantId, message, context);
                if (notYet.isPresent()) {
                    return notYet.get();
                }
            }
            context.checkpoint();
            books = outbox.books(tenantId);
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            Outbox.Look look = outbox.outstanding(tenantId, books, BATCH, now);
            if (look.devices().isEmpty()) {
                if (isDecided(tenantId, connector, books, allowance, now)) {
                    return outcome(tenantId, look, books, now);
                }
                continue;
            }
            // Settings and policy are read after the marks: what marked a device for new ones was stored after them.
            if (!isCurrent.getAsBoolean()) {
                return Outcome.again(Duration.ZERO);
            }
            Telling telling = new Telling(tenantId, connector, policies.of(tenantId), books, allowance, isCareful, now);
            look.devices().forEach(telling::add);
            // When a device changed meanwhile, the next round looks again.
            try {
                telling.write(outbox, publishers, books);
            } catch (UpstreamException e) {
                delivery.former().unreachable(tenantId, telling.former().orElseThrow(() -> e), e);
            }
        }
        return Outcome.again(Duration.ZERO);
    }

    /** Intune asks for all states anew by a time; for each time all that was told is marked once. */
    private Books resync(String tenantId, Books read, Beats beats, @Nullable String target, JobContext context) {
        Books books = read;
        Instant asked = beats.resyncRequestedAt();
        if (asked != null && !asked.equals(books.resync().requestedAt())) {
            outbox.save(tenantId, books.with(new Books.Resync(asked, "")));
            books = outbox.books(tenantId);
        }
        while (books.resync().after() != null) {
            context.checkpoint();
            Optional<Books> further = outbox.resync(tenantId, books, target);
            books = further.isPresent() ? further.get() : outbox.books(tenantId);
        }
        return books;
    }

    /** Whether more devices may have worsened than may: so many are outstanding. */
    private boolean isCareful(String tenantId, int allowance, Books books) {
        if (allowance == Integer.MAX_VALUE) {
            return false;
        }
        Instant now = clock.instant();
        int left = allowance - books.breaker().worsened(now);
        return left <= 0 || outbox.marked(tenantId, now, left + 1) > left;
    }

    /**
     * When all that was outstanding was looked at: whether what is held meanwhile is asked about, or told.
     *
     * @return false when there is more to do now
     */
    private boolean isDecided(String tenantId, Connector connector, Books books, int allowance, Instant now) {
        Books next = books;
        for (int set : books.approved()) {
            next = next.without(set);
        }
        if (books.held() > 0 && outbox.heldSets(tenantId).contains(books.set())) {
            if (books.breaker().worsened(now) > allowance) {
                notice.ask(tenantId, connector, books);
                next = next.asking();
            } else {
                next = next.passing();
            }
        }
        if (next.equals(books)) {
            return true;
        }
        return outbox.save(tenantId, next) && next.approved().isEmpty();
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        return a == null || (b != null && b.isBefore(a)) ? b : a;
    }

    private Outcome outcome(String tenantId, Outbox.Look look, Books books, Instant now) {
        if (books.asked() > 0 && books.held() == 0) {
            notice.over(tenantId);
        }
        Instant next =
                earlier(look.next(), delivery.former().settle(tenantId, books).orElse(null));
        if (look.areFailed()) {
            return Outcome.failed(ErrorCode.INTUNE_REFUSED, "Devices that Intune refused wait to be tried again");
        }
        return next == null || next.isAfter(now.plus(ConnectorSettings.PUBLISH_INTERVAL))
                ? Outcome.finished()
                : Outcome.finishedUntil(next);
    }
}
