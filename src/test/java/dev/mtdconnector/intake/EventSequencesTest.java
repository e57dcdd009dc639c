package dev.mtdconnector.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.IntakeLogTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.tenant.Details;
import dev.mtdconnector.tenant.Standing;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.threat.Exposure;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random events of several devices, in any order, repeated, in requests that are cut off at a random call and sent again, or
 * that come in the middle of others; guids that move, devices that are enrolled late, handed over and deactivated. What the
 * product holds in the end is compared with a model that knows nothing of order.
 */
class EventSequencesTest {

    private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final String ENTERPRISE = "703d284e-c7dd-4dd0-bd0d-12bfade8095c";
    private static final int ENROLLED = 3;
    private static final String LATE = id("dddddddd", ENROLLED);
    private static final List<String> CLASSIFICATIONS =
            List.of("TROJAN", "SPAM", "ADWARE", "PORT_SCAN", "NOT_YET_KNOWN");

    static List<Long> seeds() {
        long first = Long.getLong("seed", System.nanoTime());
        List<Long> seeds = new ArrayList<>();
        for (int i = 0; i < Integer.getInteger("rounds", 150); i++) {
            seeds.add(first + i);
        }
        return seeds;
    }

    private static String id(String kind, int number) {
        return String.format("%s-0000-4000-8000-%012d", kind, number);
    }

    /** An event as the model has it. */
    private record Sent(
            String id,
            Instant at,
            String guid,
            @Nullable String device,
            @Nullable String threat,
            String status,
            String classification) {

        static final Comparator<Sent> ORDER = Comparator.comparing(Sent::at).thenComparing(Sent::id);

        String json() {
            String what = threat == null
                    ? """
                      "type": "DEVICE", "device": {"guid": "%s", "info": {%s}, "status":
                        {"activation_status": "%s", "protection_status": "PROTECTED"}}""".formatted(guid, device == null ? "" : "\"external_id\": \"" + device + "\"", status)
                    : """
                      "type": "THREAT", "threat": {"guid": "%s", "status": "%s", "severity": "MEDIUM",
                        "type": "APPLICATION", "classifications": ["%s"]}""".formatted(threat, status, classification);
            return """
                   {"id": "%s", "enterprise_guid": "%s", "created_time": "%s", "change_type": "UPDATED", %s,
                    "actor": {"guid": "%s", "type": "DEVICE"}}""".formatted(id, ENTERPRISE, at, what, guid);
        }
    }

    private final Faults faults = new Faults();
    private final MemoryTables tables = new MemoryTables();
    private final SettableClock clock = new SettableClock(START.plusSeconds(600));
    private final MemoryQueues queues = new MemoryQueues(clock);
    private final DeviceTable devices = new DeviceTable(tables, clock);
    private final Tenant tenant = new Tenant(
            TENANT,
            new Details("Contoso", "group", null, null, "a@b.example", "en"),
            ENTERPRISE,
            Standing.ACTIVE,
            Map.of(),
            START);

    /** A process over tables that may fail. */
    private EventIntake intake() {
        Tables faulty = faults.around(tables);
        IntakeTable store = new IntakeTable(faulty);
        return new EventIntake(
                store,
                store.parked(),
                new IntakeLogTable(faulty),
                new DeviceTable(faulty, clock),
                new Schedule(new JobTable(faulty), faults.around(queues), clock),
                clock);
    }

    private static Device device(int number) {
        String deviceId = id("dddddddd", number);
        return Device.pending(new DirectoryFacts(
                deviceId, "object" + number, "Phone", Platform.ANDROID, "14", null, null, "user" + number, null));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theDevicesHoldWhatTheEventsSay(long seed) {
        Random random = new Random(seed);
        List<Device> enrolled = new ArrayList<>();
        for (int i = 0; i < ENROLLED; i++) {
            enrolled.add(device(i));
        }
        devices.open(TENANT, false).enroll(enrolled.stream().map(Device::facts).toList(), true);
        if (random.nextBoolean()) {
            tables.withRaggedPages();
        }
        List<Sent> events = events(random);
        List<List<Sent>> requests = requests(events, random);
        Set<Integer> sent = new HashSet<>();
        int enrolledBefore = random.nextInt(requests.size() + 1);
        for (int i = 0; i <= requests.size(); i++) {
            if (i == enrolledBefore) {
                devices.open(TENANT, false).enroll(List.of(device(ENROLLED).facts()), true);
                untilItSucceeds(random, this::enrollTheLateOne, () -> {});
            }
            if (i < requests.size() && !sent.contains(i)) {
                List<Sent> request = requests.get(i);
                int next = Math.min(i + 1, requests.size() - 1);
                untilItSucceeds(random, () -> send(request), () -> {
                    send(requests.get(next));
                    sent.add(next);
                });
                meddle(random);
            }
        }
        check(events);
    }

    private void enrollTheLateOne() {
        if (intake().release(TENANT, LATE)) {
            new Schedule(new JobTable(tables), queues, clock).runNow(TENANT, JobKind.PUBLISH);
        }
    }

    private void send(List<Sent> request) {
        intake().accept(tenant, "[" + request.stream().map(Sent::json).collect(Collectors.joining(",")) + "]");
    }

    /** As a sender does: the same again when there was no answer. Sometimes another request comes in between. */
    private void untilItSucceeds(Random random, Runnable work, Runnable other) {
        int what = random.nextInt(3);
        if (what == 0) {
            faults.pauseAt(1 + random.nextInt(12), other);
        }
        boolean isDone = false;
        while (!isDone) {
            if (what == 1 && random.nextInt(4) > 0) {
                faults.dieAt(1 + random.nextInt(25), random.nextBoolean());
            }
            try {
                work.run();
                isDone = true;
            } catch (Faults.Death death) {
                assertThat(death).isNotNull();
            }
            faults.never();
        }
    }

    /** What others do to devices says nothing of their threats. */
    private void meddle(Random random) {
        String deviceId = id("dddddddd", random.nextInt(ENROLLED));
        switch (random.nextInt(12)) {
            case 0 -> devices.change(TENANT, deviceId, Device::deactivated);
            case 1 -> devices.change(TENANT, deviceId, device -> device.activated(clock.instant()));
            case 2 -> devices.change(TENANT, deviceId, EventSequencesTest::handedOver);
            default -> {}
        }
    }

    private static Device handedOver(Device device) {
        DirectoryFacts facts = device.facts();
        return device.handedOver(new DirectoryFacts(
                facts.deviceId(),
                facts.objectId(),
                facts.displayName(),
                facts.platform(),
                facts.osVersion(),
                facts.model(),
                facts.managed(),
                facts.userId() + "x",
                null));
    }

    private static List<Sent> events(Random random) {
        List<Sent> events = new ArrayList<>();
        for (int guid = 0; guid < 5; guid++) {
            int home = random.nextInt(ENROLLED + 1);
            boolean isTied = guid > 0 || random.nextBoolean();
            int count = 3 + random.nextInt(12);
            for (int i = 0; i < count; i++) {
                boolean isDevice = i == 0 || random.nextInt(5) == 0;
                int device = random.nextInt(4) == 0 ? random.nextInt(ENROLLED + 1) : home;
                events.add(new Sent(
                        "e" + guid + "-" + random.nextInt(1000) + "-" + i,
                        START.plusSeconds(random.nextInt(30)),
                        id("99999999", guid),
                        isDevice && isTied && random.nextInt(6) > 0 ? id("dddddddd", device) : null,
                        isDevice ? null : id("aaaaaa0" + guid, random.nextInt(3)),
                        isDevice
                                ? (random.nextInt(5) == 0 ? "DEACTIVATED" : "ACTIVATED")
                                : List.of("OPEN", "OPEN", "RESOLVED", "IGNORED").get(random.nextInt(4)),
                        CLASSIFICATIONS.get(random.nextInt(CLASSIFICATIONS.size()))));
            }
        }
        return events;
    }

    private static List<List<Sent>> requests(List<Sent> events, Random random) {
        List<Sent> all = new ArrayList<>(events);
        for (Sent event : events) {
            if (random.nextInt(4) == 0) {
                all.add(event);
            }
        }
        if (random.nextInt(4) > 0) {
            Collections.shuffle(all, random);
        }
        List<List<Sent>> requests = new ArrayList<>();
        for (int from = 0; from < all.size(); ) {
            int to = Math.min(all.size(), from + 1 + random.nextInt(random.nextBoolean() ? 2 : 15));
            requests.add(all.subList(from, to));
            from = to;
        }
        return requests;
    }

    /** The latest event on each thing, and the device that the latest event on each guid names. */
    private void check(List<Sent> events) {
        Map<String, Sent> ties = new HashMap<>();
        Map<String, Sent> threats = new TreeMap<>();
        for (Sent event : events) {
            if (event.device() != null) {
                ties.merge(event.guid(), event, EventSequencesTest::later);
            }
            if (event.threat() != null) {
                threats.merge(event.threat(), event, EventSequencesTest::later);
            }
        }
        Map<String, Set<String>> open = new TreeMap<>();
        Map<String, RiskLevel> levels = new TreeMap<>();
        threats.values().stream()
                .filter(event -> event.status().equals("OPEN") && ties.containsKey(event.guid()))
                .forEach(event -> {
                    String device = Objects.requireNonNull(
                            Objects.requireNonNull(ties.get(event.guid())).device());
                    open.computeIfAbsent(device, missing -> new TreeSet<>()).add(event.threat());
                    levels.merge(device, level(event.classification()), RiskLevel::higher);
                });
        Map<String, Set<String>> held = new TreeMap<>();
        Map<String, RiskLevel> heldLevels = new TreeMap<>();
        Map<String, Exposure> exposures = new HashMap<>();
        devices.eachExposed(TENANT, exposures::put);
        for (Device device : devices.list(TENANT, 100, null).devices()) {
            Set<String> guids =
                    device.openThreats().stream().map(Threat::guid).collect(Collectors.toCollection(TreeSet::new));
            if (!guids.isEmpty()) {
                held.put(device.deviceId(), guids);
                heldLevels.put(device.deviceId(), device.level(Policy.DEFAULT));
                assertThat(devices.isOutstanding(TENANT, device.deviceId())).isTrue();
            }
            assertThat(exposures.getOrDefault(device.deviceId(), Exposure.NONE))
                    .isEqualTo(Exposure.of(device.threats().values()));
        }
        assertThat(held).isEqualTo(open);
        assertThat(heldLevels).isEqualTo(levels);
        Set<String> waiting = new HashSet<>();
        events.stream().filter(event -> !ties.containsKey(event.guid())).forEach(event -> waiting.add(event.id()));
        ParkedEvents.Overview overview = new IntakeTable(tables).parked().overview(TENANT, 100, null);
        assertThat(overview.byReason())
                .containsEntry(ParkedEvents.Reason.GUID_UNKNOWN, (long) waiting.size())
                .containsEntry(ParkedEvents.Reason.DEVICE_NOT_ENROLLED, 0L);
        if (!held.isEmpty()) {
            Job job = new JobTable(tables).find(TENANT, JobKind.PUBLISH).orElseThrow();
            assertThat(job.dueAt()).isBefore(Job.NEVER);
        }
    }

    private static RiskLevel level(String classification) {
        return switch (classification) {
            case "TROJAN" -> RiskLevel.HIGH;
            case "SPAM", "NOT_YET_KNOWN" -> RiskLevel.MEDIUM;
            case "ADWARE" -> RiskLevel.LOW;
            default -> RiskLevel.NONE;
        };
    }

    private static Sent later(Sent a, Sent b) {
        return Sent.ORDER.compare(a, b) >= 0 ? a : b;
    }
}
