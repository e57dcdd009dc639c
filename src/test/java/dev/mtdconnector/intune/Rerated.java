package dev.mtdconnector.intune;

import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.PolicyTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A tenant with many devices, whose policy is changed: what the tests of re-rating share. */
final class Rerated {

    final TestApp app = new TestApp().ready();
    final DeviceTable devices = new DeviceTable(app.tables, app.clock);
    final PolicyTable policies = new PolicyTable(app.tables);

    /** Nothing is held back: these tests are of what is told, not of what is asked for first. */
    Rerated() {
        ConnectorTable connectors = new ConnectorTable(app.tables);
        Connector connector = connectors.find(TENANT).orElseThrow();
        Publishing publishing = connector.publishing();
        assertThat(connectors.update(connector.with(new Publishing(publishing.target(), publishing.mode(), 0, 100))))
                .isTrue();
    }

    static String id(int number) {
        return String.format(Locale.ROOT, "00000000-0000-4000-8000-%012d", number);
    }

    /** Pending devices of these numbers, both included. */
    void enroll(int first, int last) {
        var writing = devices.open(TENANT, false);
        for (int from = first; from <= last; from += 1000) {
            writing.enroll(
                    IntStream.rangeClosed(from, Math.min(last, from + 999))
                            .mapToObj(number -> new DirectoryFacts(
                                    id(number),
                                    "object-" + number,
                                    null,
                                    Platform.ANDROID,
                                    "14",
                                    null,
                                    null,
                                    "user-" + number,
                                    null))
                            .toList(),
                    true);
        }
    }

    /** The device is active, has these threats, and Intune knows; its mark is still there. */
    void infect(int number, String... classifications) {
        devices.change(TENANT, id(number), device -> {
            Device active = device.activated(START).healthy(START);
            for (String classification : classifications) {
                active = active.with(new Threat(
                        "t-" + classification,
                        Threat.Status.OPEN,
                        new Threat.Finding(List.of(classification), RiskLevel.LOW, "APPLICATION"),
                        START,
                        START,
                        "e",
                        null,
                        null));
            }
            RiskLevel level = active.level(Policy.DEFAULT);
            ThreatState state = level == RiskLevel.NONE ? ThreatState.SECURED : ThreatState.valueOf(level.name());
            return active.withTold(new Told(state, "earlier", START.minusSeconds(1), START));
        });
    }

    /** Devices of these numbers with the threat, all told. */
    void infected(int first, int last, String... classifications) {
        enroll(first, last);
        for (int number = first; number <= last; number++) {
            infect(number, classifications);
        }
        settled();
    }

    /** Nothing is left to be told. */
    void settled() {
        Outbox outbox = devices.outbox();
        for (Outbox.Look look = look(); !look.devices().isEmpty(); look = look()) {
            Books books = outbox.books(TENANT);
            List<Outbox.Step> steps = look.devices().stream()
                    .map(one -> new Outbox.Step(one, one.device().told(), null))
                    .toList();
            assertThat(outbox.settle(TENANT, books, books, null, steps)).isPresent();
        }
        assertThat(marked()).isZero();
    }

    private Outbox.Look look() {
        Outbox outbox = devices.outbox();
        return outbox.outstanding(TENANT, outbox.books(TENANT), PublishJob.BATCH, app.clock.instant());
    }

    Schedule schedule() {
        return new Schedule(new JobTable(app.tables), app.queues, app.clock);
    }

    /** As whoever changes devices does. */
    void publish() {
        schedule().runNow(TENANT, JobKind.PUBLISH);
    }

    /** Changes a level by the API, from the version that there is. */
    void change(String classification, String level) {
        app.put(
                        "/api/v1/policy",
                        "{\"expectedVersion\": %d, \"levels\": {\"%s\": \"%s\"}}"
                                .formatted(policies.of(TENANT).version(), classification, level))
                .expect(200);
    }

    /** One run of the job, by itself, over these tables. */
    Outcome rerate(Tables tables, JobContext context) {
        DeviceTable table = new DeviceTable(tables, app.clock);
        return new RerateJob(
                        new ConnectorTable(tables),
                        table,
                        table.outbox(),
                        new PolicyTable(tables),
                        schedule(),
                        app.clock)
                .run(TENANT, context);
    }

    /** What Intune took of a device, in order. */
    List<String> history(int number) {
        return app.intune.history(id(number));
    }

    /** How many states were sent in all. */
    long statesSent() {
        return app.intune.contents().stream().flatMap(String::lines).count();
    }

    long marked() {
        return IntStream.rangeClosed(1, 5000)
                .filter(number -> devices.isOutstanding(TENANT, id(number)))
                .count();
    }
}
