package dev.mtdconnector.simulated;

import static dev.mtdconnector.simulated.ContosoBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.intune.BreakerNotice;
import dev.mtdconnector.intune.Delivery;
import dev.mtdconnector.intune.Outbox;
import dev.mtdconnector.intune.PublishJob;
import dev.mtdconnector.intune.TargetPublishers;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.storage.PublishingTable;
import dev.mtdconnector.storage.StorageException;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A phone is infected, healed and deactivated, and the process ends, or a call fails, at each outgoing call in turn. With
 * the real job over tables in memory and the simulator over HTTP, Microsoft ends with the last state, and whatever it
 * showed in between was never older than what it had shown before.
 */
class PublisherCrashTest {

    private static final String GROUP = "44444444-0000-4000-8000-000000000001";
    private static final int ATTRIBUTE = 7;

    private ContosoBench bench;

    /** A publisher, and what Microsoft shows of the phone in turn. */
    private enum Case {
        PARTNER(PublishTarget.PARTNER, List.of("deactivated", "highSeverity", "secured", "deactivated")),
        ATTRIBUTE(PublishTarget.attribute(PublisherCrashTest.ATTRIBUTE), List.of("", "mtd:high", "mtd:secured", "")),
        GROUP(PublishTarget.group(PublisherCrashTest.GROUP), List.of("out", "in", "out"));

        @SuppressWarnings("ImmutableEnumChecker") // a record of an enum and a text
        private final PublishTarget target;

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<String> inTurn;

        Case(PublishTarget target, List<String> inTurn) {
            this.target = target;
            this.inTurn = inTurn;
        }
    }

    @BeforeEach
    void start() {
        bench = new ContosoBench();
        bench.consent();
        bench.partner.provision(TENANT);
        bench.partner.heartbeat(TENANT, bench.clock.instant());
        bench.change("{\"type\":\"groupCreated\",\"displayName\":\"At risk\",\"id\":\"" + GROUP + "\"}");
        bench.change("{\"type\":\"memberAdded\",\"group\":\"" + GROUP + "\",\"member\":\"" + WellKnown.OSCAR + "\"}");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private String shown(Case publisher) {
        return switch (publisher) {
            case PARTNER ->
                bench.intune
                        .device(TENANT, WellKnown.LENAS_IPHONE)
                        .map(SimulatedIntune.DeviceStatus::threatState)
                        .map(state -> state.wireName().replace("unknown", "deactivated"))
                        .orElse("deactivated");
            case ATTRIBUTE ->
                bench.contoso
                        .attributes(bench.contoso
                                .deviceByDeviceId(WellKnown.LENAS_IPHONE)
                                .orElseThrow())
                        .getOrDefault(ATTRIBUTE, "");
            case GROUP -> bench.contoso.members(GROUP).contains(WellKnown.LENA) ? "in" : "out";
        };
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void whereverTheProcessEndsMicrosoftEndsRightAndNeverGoesBack(Case publisher) {
        KillPlan undisturbed = new KillPlan(Integer.MAX_VALUE, KillPlan.Kind.FAILS);
        assertThat(problem(publisher, undisturbed, false)).isEmpty();
        int calls = undisturbed.calls().size();
        assertThat(undisturbed.calls())
                .anyMatch(call -> call.startsWith("transact"))
                .anyMatch(call -> call.contains(publisher == Case.PARTNER ? "PUT /intune" : "$batch"));

        List<String> problems = new ArrayList<>();
        int killed = 0;
        for (KillPlan.Kind kind : KillPlan.Kind.values()) {
            for (int call = 0; call < calls; call++) {
                for (boolean isLate : new boolean[] {false, true}) {
                    KillPlan plan = new KillPlan(call, kind);
                    String where = kind + " at " + call + (isLate ? ", late, " : ", ")
                            + undisturbed.calls().get(call);
                    problem(publisher, plan, isLate).ifPresent(what -> problems.add(where + ": " + what));
                    killed += plan.hasStruck() ? 1 : 0;
                }
            }
        }
        assertThat(problems).as("of %d runs", killed).isEmpty();
        assertThat(killed).isGreaterThan(calls * 5);
    }

    private String shownEverywhere() {
        return shown(Case.PARTNER) + "/" + shown(Case.ATTRIBUTE) + "/" + shown(Case.GROUP);
    }

    /** A device is told at the next place after it was taken back at the one before, and nothing is left behind. */
    @Test
    void whereverTheProcessEndsAChangeOfTheTargetLeavesNothingBehind() {
        KillPlan undisturbed = new KillPlan(Integer.MAX_VALUE, KillPlan.Kind.FAILS);
        assertThat(problemOfSwitching(undisturbed)).isEmpty();
        int calls = undisturbed.calls().size();
        assertThat(undisturbed.calls()).anyMatch(call -> call.contains("PUT /intune"));
        List<String> problems = new ArrayList<>();
        int killed = 0;
        for (int call = 0; call < calls; call++) {
            String name = undisturbed.calls().get(call);
            for (KillPlan.Kind kind : endsOf(name)) {
                KillPlan plan = new KillPlan(call, kind);
                String where = kind + " at " + call + ", " + name;
                problemOfSwitching(plan).ifPresent(what -> problems.add(where + ": " + what));
                killed += plan.hasStruck() ? 1 : 0;
            }
        }
        assertThat(problems).as("of %d runs", killed).isEmpty();
        assertThat(killed).isGreaterThan(calls);
    }

    /** A read that ends the process changes nothing either way; a table that fails is like a process that ends. */
    private static List<KillPlan.Kind> endsOf(String call) {
        if (call.startsWith("get ") || call.startsWith("query ")) {
            return List.of(KillPlan.Kind.BEFORE);
        }
        return call.startsWith("transact ")
                ? List.of(KillPlan.Kind.BEFORE, KillPlan.Kind.AFTER)
                : List.of(KillPlan.Kind.values());
    }

    private Optional<String> problemOfSwitching(KillPlan plan) {
        Tables tables = new MemoryTables();
        DeviceTable devices = start(tables, Case.PARTNER);
        ConnectorTable connectors = new ConnectorTable(tables);
        Instant now = bench.clock.instant();
        List<String> seen = Collections.synchronizedList(new ArrayList<>(List.of(shownEverywhere())));
        bench.traffic.observe((method, path) -> {
            seen.add(shownEverywhere());
            return path.startsWith("/control") ? null : plan.onRequest(method, path);
        });
        PublishJob job = job(plan.over(tables));
        change(devices, device -> device.activated(now).healthy(now).with(threat(now, Threat.Status.OPEN)));
        run(job, plan, false);
        for (Case next : List.of(Case.ATTRIBUTE, Case.GROUP)) {
            Connector connector = connectors.find(TENANT).orElseThrow();
            connectors.update(connector.with(connector.publishing().with(next.target)));
            devices.outbox().mark(TENANT, List.of(WellKnown.LENAS_IPHONE, WellKnown.OSCARS_ANDROID));
            run(job, plan, false);
        }
        change(devices, device -> device.with(threat(now.plusSeconds(1), Threat.Status.RESOLVED)));
        run(job, plan, false);
        bench.traffic.observe((method, path) -> null);
        seen.add(shownEverywhere());
        String nowhere = "deactivated//out";
        List<String> inTurn = List.of(
                nowhere, "highSeverity//out", nowhere, "deactivated/mtd:high/out", nowhere, "deactivated//in", nowhere);
        if (!shownEverywhere().equals(nowhere)
                || !List.copyOf(bench.contoso.members(GROUP)).equals(List.of(WellKnown.OSCAR))) {
            return Optional.of("ends with " + shownEverywhere() + " after " + distinct(seen));
        }
        return isInTurn(distinct(seen), inTurn) ? Optional.empty() : Optional.of("goes " + distinct(seen));
    }

    /** What somebody else put there is there in the end. */
    @Test
    void whomSomebodyElsePutInIsStillInAfterAllThat() {
        KillPlan undisturbed = new KillPlan(Integer.MAX_VALUE, KillPlan.Kind.FAILS);
        problem(Case.GROUP, undisturbed, false);
        for (int call = 0; call < undisturbed.calls().size(); call++) {
            problem(Case.GROUP, new KillPlan(call, KillPlan.Kind.AFTER), false);
            assertThat(bench.contoso.members(GROUP)).containsExactly(WellKnown.OSCAR);
        }
    }

    /**
     * One life of two phones, the second one's user in the group by somebody else.
     *
     * @param isLate the phone's state goes on before the process is back
     */
    private Optional<String> problem(Case publisher, KillPlan plan, boolean isLate) {
        Tables tables = new MemoryTables();
        DeviceTable devices = start(tables, publisher);
        Instant now = bench.clock.instant();

        List<String> seen = Collections.synchronizedList(new ArrayList<>(List.of(shown(publisher))));
        bench.traffic.observe((method, path) -> {
            seen.add(shown(publisher));
            return path.startsWith("/control") ? null : plan.onRequest(method, path);
        });
        PublishJob job = job(plan.over(tables));
        List<UnaryOperator<Device>> life = List.of(
                device -> device.activated(now).healthy(now).with(threat(now, Threat.Status.OPEN)),
                device -> device.with(threat(now.plusSeconds(1), Threat.Status.RESOLVED)),
                Device::deactivated);
        boolean hasEnded = false;
        for (int step = 0; step < life.size(); step++) {
            change(devices, life.get(step));
            boolean mayWait = isLate && !hasEnded && step + 1 < life.size();
            hasEnded |= run(job, plan, mayWait);
        }
        bench.traffic.observe((method, path) -> null);
        seen.add(shown(publisher));
        String last = publisher.inTurn.get(publisher.inTurn.size() - 1);
        if (!shown(publisher).equals(last)) {
            return Optional.of("ends with " + shown(publisher) + " after " + distinct(seen));
        }
        return isInTurn(distinct(seen), publisher.inTurn) ? Optional.empty() : Optional.of("goes " + distinct(seen));
    }

    /** Two phones that were told nothing. */
    private DeviceTable start(Tables tables, Case publisher) {
        ConnectorTable connectors = new ConnectorTable(tables);
        Instant now = bench.clock.instant();
        connectors.create(Connector.create(TENANT, 10, now)
                .with(new Publishing(publisher.target, Publishing.Mode.PUBLISH, 0, 100)));
        connectors.saveBeats(TENANT, new Beats(now, now, null));
        DeviceTable devices = new DeviceTable(tables, bench.clock);
        devices.open(TENANT, false)
                .enroll(
                        List.of(
                                phone(WellKnown.LENAS_IPHONE, WellKnown.LENA),
                                phone(WellKnown.OSCARS_ANDROID, WellKnown.OSCAR)),
                        true);
        return devices;
    }

    private void change(DeviceStore devices, UnaryOperator<Device> change) {
        bench.clock.advance(Duration.ofSeconds(5));
        devices.change(TENANT, WellKnown.LENAS_IPHONE, change);
        devices.change(TENANT, WellKnown.OSCARS_ANDROID, change);
    }

    private static Device.DirectoryFacts phone(String deviceId, String user) {
        return new Device.DirectoryFacts(
                deviceId, "object-" + deviceId, "Phone", Platform.IOS, "18.6", "iPhone", true, user, null);
    }

    private static Threat threat(Instant at, Threat.Status status) {
        return new Threat(
                "t",
                status,
                new Threat.Finding(List.of("TROJAN"), RiskLevel.HIGH, "APPLICATION"),
                at,
                at,
                "e" + at.toEpochMilli(),
                null,
                null);
    }

    private PublishJob job(Tables tables) {
        ConnectorTable connectors = new ConnectorTable(tables);
        PublishingTable publishing = new PublishingTable(tables);
        TargetPublishers publishers = new TargetPublishers(
                bench.partner,
                bench.partner,
                new TargetPublishers.Directory(bench.attributes, bench.members, publishing, publishing),
                EnumSet.allOf(Registration.class),
                connectors,
                bench.clock);
        Outbox outbox = new DeviceTable(tables, bench.clock).outbox();
        ErrorRecords errors = new ErrorRecords(new ErrorTable(tables), bench.clock);
        MailOutbox mails = new MailOutbox(
                new MailTable(tables),
                new Schedule(new JobTable(tables), new MemoryQueues(bench.clock), bench.clock),
                bench.clock);
        return new PublishJob(
                connectors,
                outbox,
                new Delivery(outbox, publishers, (tenantId, deviceIds) -> Set.of(), errors, bench.clock),
                publishers,
                tenantId -> Policy.DEFAULT,
                tenantId -> Set.of(),
                new BreakerNotice(errors, mails, tenantId -> "en", "https://connector.example"),
                bench.clock);
    }

    /**
     * Runs until nothing is left to do.
     *
     * @param mayWait whether the end of the process ends this, too
     * @return true when the process ended
     */
    private boolean run(PublishJob job, KillPlan plan, boolean mayWait) {
        boolean hasEnded = false;
        for (int i = 0; i < 30; i++) {
            try {
                if (job.run(TENANT, () -> {}) instanceof Outcome.Finished finished && finished.nextAt() == null) {
                    return hasEnded;
                }
            } catch (KillPlan.Killed e) {
                plan.restart();
                hasEnded = true;
                if (mayWait) {
                    return true;
                }
            } catch (UpstreamException | StorageException e) {
                if (plan.restart()) {
                    hasEnded = true;
                    if (mayWait) {
                        return true;
                    }
                }
            }
            bench.clock.advance(Duration.ofMinutes(3));
        }
        throw new AssertionError("It comes to no end");
    }

    private static List<String> distinct(List<String> seen) {
        List<String> distinct = new ArrayList<>();
        for (String one : List.copyOf(seen)) {
            if (distinct.isEmpty() || !distinct.get(distinct.size() - 1).equals(one)) {
                distinct.add(one);
            }
        }
        return distinct;
    }

    /** Whether each comes after the one before, where some may be left out. */
    private static boolean isInTurn(List<String> seen, List<String> inTurn) {
        int place = 0;
        for (String one : seen) {
            int next = inTurn.subList(place, inTurn.size()).indexOf(one);
            if (next < 0) {
                return false;
            }
            place += next;
        }
        return true;
    }
}
