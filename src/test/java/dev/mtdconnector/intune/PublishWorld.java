package dev.mtdconnector.intune;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.storage.StoredDevices;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Publishing over tables in memory and places that remember what they were told; every call outside can be the last. */
final class PublishWorld {

    static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    static final Instant START = Instant.parse("2026-11-21T09:00:00Z");

    final SettableClock clock = new SettableClock(START);
    final Faults faults = new Faults();
    final MemoryTables memory = new MemoryTables();
    final Tables tables = faults.around(memory);
    final Map<PublishTarget, FakePlace> places = new HashMap<>();
    final DeviceTable devices = new DeviceTable(tables, clock);
    final ConnectorTable connectors = new ConnectorTable(tables);
    final ErrorTable errorTable = new ErrorTable(tables);
    final MailTable mails = new MailTable(tables);
    final Outbox outbox = devices.outbox();
    final Delivery delivery;
    final Set<String> taken = new HashSet<>();
    /** Devices that the directory has no more. */
    final Set<String> deleted = new HashSet<>();

    final PublishJob job;
    final ReassessJob reassess;
    /** Done once, when the publisher has looked at devices and has written nothing of them. */
    Runnable afterLook = () -> {};

    PublishWorld() {
        Schedule schedule = new Schedule(new JobTable(memory), new MemoryQueues(clock), clock);
        ErrorRecords errors = new ErrorRecords(errorTable, clock);
        MailOutbox mailOutbox = new MailOutbox(mails, schedule, clock);
        Publishers publishers = target -> new FaultyPlace(faults, place(target));
        delivery = new Delivery(outbox, publishers, (tenant, ids) -> deleted(ids), errors, clock);
        BreakerNotice notice = new BreakerNotice(errors, mailOutbox, tenant -> "en", "https://connector.example");
        job = new PublishJob(
                connectors, outbox, delivery, publishers, tenant -> policyAfterLook(), tenant -> taken, notice, clock);
        reassess = new ReassessJob(connectors, devices, outbox, tenant -> Policy.DEFAULT, schedule, clock);
        connectors.create(Connector.create(TENANT, 10, START).withErrorEmail("it@contoso.example"));
        connectors.saveBeats(TENANT, new Beats(START, START, null));
    }

    private Set<String> deleted(List<String> deviceIds) {
        return faults.around(() -> {
            Set<String> found = new HashSet<>(deviceIds);
            found.retainAll(deleted);
            return found;
        });
    }

    private Policy policyAfterLook() {
        Runnable now = afterLook;
        afterLook = () -> {};
        now.run();
        return Policy.DEFAULT;
    }

    FakePlace place(PublishTarget target) {
        return places.computeIfAbsent(target, missing -> new FakePlace());
    }

    FakePlace partner() {
        return place(PublishTarget.PARTNER);
    }

    static String id(int number) {
        return String.format("00000000-0000-4000-8000-%012d", number);
    }

    static Device secured(int number) {
        return Device.pending(new Device.DirectoryFacts(
                        id(number),
                        "object " + number,
                        "Phone " + number,
                        Platform.ANDROID,
                        null,
                        "x",
                        null,
                        "user",
                        null))
                .activated(START)
                .healthy(START);
    }

    /** Devices that are told what they are. */
    PublishWorld withDevices(int count) {
        for (int i = 0; i < count; i++) {
            StoredDevices.add(memory, TENANT, List.of(secured(i)));
            outbox.mark(TENANT, id(i));
        }
        settle();
        return this;
    }

    /** The device has one threat of this classification, or none if null. */
    void infect(int number, String classification) {
        Instant now = clock.instant();
        devices.change(TENANT, id(number), device -> device.with(threat(now, classification, Threat.Status.OPEN)));
    }

    void heal(int number) {
        Instant now = clock.instant();
        devices.change(TENANT, id(number), device -> device.with(threat(now, "TROJAN", Threat.Status.RESOLVED)));
    }

    private static int events;

    private static Threat threat(Instant at, String classification, Threat.Status status) {
        return new Threat(
                id(1),
                status,
                new Threat.Finding(List.of(classification), RiskLevel.NONE, "APPLICATION"),
                at,
                at,
                String.format("%09d", events++),
                null,
                null);
    }

    /** Changes the connector's publishing and looks who is concerned. */
    void publishing(UnaryOperator<Publishing> change) {
        Connector connector = connectors.find(TENANT).orElseThrow();
        connectors.update(connector.with(change.apply(connector.publishing())));
        reassess();
    }

    void publishing(Publishing.Mode mode, int grace, int breaker) {
        publishing(before -> new Publishing(before.target(), mode, grace, breaker));
    }

    void reassess() {
        reassess.run(TENANT, () -> {});
    }

    Outcome run() {
        return run(() -> {});
    }

    Outcome run(JobContext context) {
        return job.run(TENANT, context);
    }

    /** Runs until there is nothing to do now. */
    Outcome settle() {
        Outcome outcome = run();
        for (int i = 0; i < 10_000 && outcome instanceof Outcome.Again again; i++) {
            clock.advance(again.delay());
            outcome = run();
        }
        return outcome;
    }

    /** Lets time go by in steps of half a minute. */
    void pass(Duration time) {
        Instant until = clock.instant().plus(time);
        while (clock.instant().isBefore(until)) {
            clock.advance(Duration.ofSeconds(30));
            settle();
        }
    }

    Device device(int number) {
        return devices.find(TENANT, id(number)).orElseThrow();
    }

    Books books() {
        return outbox.books(TENANT);
    }

    List<TraceEntry.Kind> trace(int number) {
        return devices.trace(TENANT, id(number), 1000).stream()
                .map(TraceEntry::kind)
                .toList();
    }

    /** Every call may be the process's last. */
    private record FaultyPlace(Faults faults, FakePlace place) implements IntunePublisher {

        @Override
        public String content(String tenantId, List<DeviceReport> reports) {
            return place.content(tenantId, reports);
        }

        @Override
        public void upload(String tenantId, UUID messageId, Instant uploadTime, String content, Runnable checkpoint)
                throws UpstreamException {
            faults.around(() -> place.upload(tenantId, messageId, uploadTime, content, checkpoint));
        }

        @Override
        public UploadStatus status(String tenantId, UUID messageId) {
            return faults.around(() -> place.status(tenantId, messageId));
        }
    }
}
