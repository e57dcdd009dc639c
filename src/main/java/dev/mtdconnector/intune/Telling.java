package dev.mtdconnector.intune;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.intune.IntunePublisher.DeviceReport;
import dev.mtdconnector.intune.Outbox.Message;
import dev.mtdconnector.intune.Outbox.Outstanding;
import dev.mtdconnector.intune.Outbox.Step;
import dev.mtdconnector.threat.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of some outstanding devices: those that are told go in one message, the others are noted. Gathers first and
 * writes then, so what it counts is what it writes.
 */
final class Telling {

    /** Rows of a device that is not in the message: device, mark, line, and from one place of those kept back to another. */
    private static final int ROWS_OF_A_STEP = 5;

    private final String tenantId;
    private final Connector connector;
    private final Policy policy;
    private final int allowance;
    private final boolean isCareful;
    private final Instant now;
    private final Lines lines;
    private final List<Step> steps = new ArrayList<>();
    private final List<Outstanding> forgotten = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private Books books;

    /**
     * @param allowance how many devices may worsen within an hour
     * @param isCareful whether so many devices are outstanding that more may be worse than may worsen: then all that are
     *     worse are held until all were looked at
     */
    Telling(
            String tenantId,
            Connector connector,
            Policy policy,
            Books books,
            int allowance,
            boolean isCareful,
            Instant now) {
        this.tenantId = tenantId;
        this.connector = connector;
        this.policy = policy;
        this.books = books;
        this.allowance = allowance;
        this.isCareful = isCareful;
        this.now = now;
        this.lines = new Lines(policy, now);
    }

    /** One device of the message to be; {@code kept} is what is kept back of it while a state that is known goes again. */
    private record Entry(
            Outstanding outstanding,
            Verdict verdict,
            @Nullable Told kept) {}

    void add(Outstanding one) {
        Device device = one.device();
        Told told = device.told();
        Verdict verdict = Verdict.of(device, one.isAgain(), policy, connector, books.elsewhere(), now);
        PublishTarget place = verdict.target();
        boolean isToBeTold = verdict.kind() == Verdict.Kind.TELL || verdict.kind() == Verdict.Kind.WITHDRAW;
        if (isToBeTold && isFormer(place) && books.elsewhere().isClosed(place.text(), now)) {
            note(one, told.stranded(), told.isStranded() ? null : lines.stranded(place));
            return;
        }
        switch (verdict.kind()) {
            case NOTHING -> nothing(one);
            case OBSERVE -> note(one, told.observing(state(verdict)), lines.observed(device, state(verdict)));
            case WAIT -> keepBack(one, verdict, waiting(told, verdict));
            case TELL -> {
                if (verdict.isWorse()) {
                    tellWorse(one, verdict);
                } else {
                    entries.add(new Entry(one, verdict, null));
                }
            }
            default -> entries.add(new Entry(one, verdict, null));
        }
    }

    private void nothing(Outstanding one) {
        Told told = one.device().told();
        PublishTarget place = Verdict.targetOf(told);
        Device.Departure departure = one.device().departure();
        if (departure != null && departure.isDeleted() && !told.isOnItsWay()) {
            forgotten.add(one);
        } else if (told.isStanding() && isFormer(place) && books.elsewhere().isForgotten(place.text())) {
            note(one, told.forgotten(now), Lines.forgotten(place, now));
        } else if (told.isKeptBack()) {
            note(one, told.quiet(), lines.settled());
        } else {
            note(one, told, null);
        }
    }

    private boolean isFormer(PublishTarget target) {
        return !target.equals(connector.publishing().target());
    }

    /** A former target to which the message would go; empty when it goes to the present one, or there is none. */
    Optional<PublishTarget> former() {
        return entries.stream()
                .findFirst()
                .map(entry -> entry.verdict().target())
                .filter(this::isFormer);
    }

    private static Told waiting(Told told, Verdict verdict) {
        Instant since = verdict.since();
        Instant until = verdict.until();
        if (since == null || until == null) {
            throw new IllegalStateException("A wait has a beginning and an end");
        }
        boolean isSame = until.equals(told.notBefore()) && told.failures() == 0 && told.held() == null;
        return isSame ? told : told.waiting(since, until);
    }

    private void tellWorse(Outstanding one, Verdict verdict) {
        Told told = one.device().told();
        Told.Held held = told.held();
        boolean isApproved = held != null
                && books.isApproved(held)
                && state(verdict).weight() <= held.state().weight();
        // What failed was let through, and counted, before.
        boolean isTriedAgain = told.state() == null && told.failures() > 0 && !told.isGivenUp();
        if (isApproved || isTriedAgain) {
            entries.add(new Entry(one, verdict, null));
            return;
        }
        if (held != null && !books.isApproved(held)) {
            boolean isSame = held.state() == state(verdict);
            keepBack(one, verdict, isSame ? told : told.held(new Told.Held(held.set(), state(verdict))));
            return;
        }
        boolean isTooMuch = books.breaker().worsened(now) >= allowance;
        books = books.with(books.breaker().worsening(1, now));
        if (isCareful || isTooMuch) {
            keepBack(one, verdict, told.held(new Told.Held(books.set(), state(verdict))));
        } else {
            entries.add(new Entry(one, verdict, null));
        }
    }

    /** Where the state that is known is asked for again, it goes out while the other waits. */
    private void keepBack(Outstanding one, Verdict verdict, Told kept) {
        Device device = one.device();
        if (one.isAgain() && kept.known() != null && kept.isAt(Verdict.textOf(verdict.target()))) {
            Verdict again = new Verdict(Verdict.Kind.TELL_AGAIN, kept.known(), verdict.target(), false, null, null);
            entries.add(new Entry(one, again, kept));
            return;
        }
        Told.Held held = kept.held();
        if (kept.equals(device.told())) {
            note(one, kept, null);
        } else if (held != null) {
            note(one, kept, lines.held(device, state(verdict), held.set()));
        } else {
            note(
                    one,
                    kept,
                    lines.waiting(
                            device,
                            state(verdict),
                            Optional.ofNullable(kept.notBefore()).orElse(now)));
        }
    }

    private void note(Outstanding one, Told told, @Nullable TraceEntry trace) {
        steps.add(new Step(one, told, trace));
    }

    private static ThreatState state(Verdict verdict) {
        ThreatState state = verdict.state();
        if (state == null) {
            throw new IllegalStateException("Nothing to tell by " + verdict.kind());
        }
        return state;
    }

    /**
     * Writes it all.
     *
     * @return the books as they are then; empty when something changed since it was read, and the rest is to be looked at
     *     anew
     */
    Optional<Books> write(Outbox outbox, Publishers publishers, Books read) {
        forgotten.forEach(one -> outbox.forget(tenantId, one));
        Books before = forgotten.isEmpty() ? read : outbox.books(tenantId);
        // What worsened is counted in the first transaction: too much is counted rather than too little.
        Books next = before.with(books.breaker());
        int most = (PublishJob.ROWS - 1) / ROWS_OF_A_STEP;
        for (int from = 0; from < steps.size(); from += most) {
            List<Step> some = steps.subList(from, Math.min(steps.size(), from + most));
            Optional<Books> written = outbox.settle(tenantId, before, next, null, some);
            if (written.isEmpty()) {
                return Optional.empty();
            }
            before = written.get();
            next = before;
        }
        return entries.isEmpty() ? Optional.of(before) : send(outbox, publishers, before, next);
    }

    private Optional<Books> send(Outbox outbox, Publishers publishers, Books before, Books next) {
        Verdict first = entries.get(0).verdict();
        boolean isWithdrawal = first.kind() == Verdict.Kind.WITHDRAW;
        List<Entry> together = new ArrayList<>();
        int rows = 2;
        for (Entry entry : entries) {
            boolean isAlike = entry.verdict().target().equals(first.target())
                    && (entry.verdict().kind() == Verdict.Kind.WITHDRAW) == isWithdrawal;
            rows += entry.kept() == null ? ROWS_OF_A_STEP - 1 : ROWS_OF_A_STEP;
            if (rows > PublishJob.ROWS) {
                break;
            }
            if (isAlike) {
                together.add(entry);
            }
        }
        PublishTarget target = first.target();
        UUID id = UUID.randomUUID();
        List<DeviceReport> reports = together.stream().map(this::report).toList();
        Message message = new Message(
                id,
                reports.stream().map(DeviceReport::deviceId).toList(),
                publishers.of(target).content(tenantId, reports),
                now,
                target,
                isWithdrawal,
                false,
                together.get(0).outstanding().failures());
        List<Step> tellings = new ArrayList<>();
        for (int i = 0; i < together.size(); i++) {
            Entry entry = together.get(i);
            Instant orderedAt = reports.get(i).lastUpdateTime();
            tellings.add(new Step(
                    entry.outstanding(),
                    told(entry, message, orderedAt),
                    lines.published(entry.outstanding().device(), entry.verdict(), message)));
        }
        return outbox.settle(tenantId, before, next, message, tellings);
    }

    private static Told told(Entry entry, Message message, Instant orderedAt) {
        Told kept = entry.kept();
        String id = message.id().toString();
        return kept != null
                ? kept.inMessageAgain(id, orderedAt)
                : entry.outstanding()
                        .device()
                        .told()
                        .inMessage(
                                state(entry.verdict()),
                                id,
                                orderedAt,
                                Verdict.textOf(message.target()),
                                message.failures());
    }

    private DeviceReport report(Entry entry) {
        Device device = entry.outstanding().device();
        return new DeviceReport(
                device.deviceId(),
                device.facts().userId(),
                state(entry.verdict()),
                after(device.told().orderedAt(), now));
    }

    /** The state with the latest time is kept, so a clock that went back must not make a newer state look old. */
    private static Instant after(@Nullable Instant last, Instant now) {
        return last == null || now.isAfter(last) ? now : last.plusMillis(1);
    }
}
