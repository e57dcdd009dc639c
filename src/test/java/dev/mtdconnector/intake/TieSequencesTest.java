package dev.mtdconnector.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.intake.ParkedEvents.Reason;
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
import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random events with Entra device ids and ids in Intune, in any order, while enrollment learns the latter and administrators
 * tie guids and take it back; each cut off at a random call and done again. Where each guid's threats are in the end is
 * compared with a model that looks at all that was said at once.
 */
class TieSequencesTest {

    private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final String ENTERPRISE = "703d284e-c7dd-4dd0-bd0d-12bfade8095c";
    private static final int DEVICES = 3;
    private static final int GUIDS = 4;

    static List<Long> seeds() {
        long first = Long.getLong("seed", System.nanoTime());
        List<Long> seeds = new ArrayList<>();
        for (int i = 0; i < Integer.getInteger("rounds", 200); i++) {
            seeds.add(first + i);
        }
        return seeds;
    }

    private static String id(String kind, int number) {
        return String.format("%s-0000-4000-8000-%012d", kind, number);
    }

    private static String device(int number) {
        return id("dddddddd", number);
    }

    private static String intune(int number) {
        return id("11111111", number);
    }

    private static String guid(int number) {
        return id("99999999", number);
    }

    private record Sent(
            String id,
            Instant at,
            String guid,
            @Nullable String entra,
            @Nullable String mdm,
            @Nullable String threat,
            String status) {

        static final Comparator<Sent> ORDER = Comparator.comparing(Sent::at).thenComparing(Sent::id);

        String json() {
            String info = (entra == null ? "" : "\"external_id\": \"" + entra + "\",")
                    + (mdm == null ? "" : "\"customer_device_id\": \"" + mdm + "\",")
                    + "\"email\": \"a@b.example\"";
            String what = threat == null ? """
                      "type": "DEVICE", "device": {"guid": "%s", "info": {%s}, "status":
                        {"activation_status": "ACTIVATED", "protection_status": "PROTECTED"}}""".formatted(guid, info) : """
                      "type": "THREAT", "threat": {"guid": "%s", "status": "%s", "severity": "ADVISORY",
                        "type": "APPLICATION", "classifications": ["TROJAN"]}""".formatted(threat, status);
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

    /** What the model knows besides events: which device has which id in Intune, and what administrators said. */
    private final Map<String, String> managed = new HashMap<>();

    /** Ids in Intune of devices, enrolled or not. */
    private final Map<String, String> before = new HashMap<>();

    private final Map<String, Said> administrators = new HashMap<>();
    private final List<Sent> heard = new ArrayList<>();

    private record Said(String device, @Nullable String entraThen) {}

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

    private static DirectoryFacts facts(int number, @Nullable String intuneId) {
        return new DirectoryFacts(
                device(number),
                "object" + number,
                "Phone",
                Platform.ANDROID,
                "14",
                null,
                true,
                "user" + number,
                null,
                null,
                null,
                intuneId);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsKnownByAGuidIsWhereAllThatIsSaidOfItPuts(long seed) {
        Random random = new Random(seed);
        int late = random.nextInt(DEVICES);
        for (int i = 0; i < DEVICES; i++) {
            if (i != late) {
                devices.open(TENANT, false).enroll(List.of(facts(i, null)), true);
            }
        }
        List<Sent> events = events(random);
        Collections.shuffle(events, random);
        List<Runnable> doings = new ArrayList<>();
        events.forEach(event -> doings.add(() -> send(event, random)));
        boolean isLateForGood = random.nextInt(3) == 0;
        if (!isLateForGood) {
            doings.add(random.nextInt(doings.size() + 1), () -> enroll(late, before.get(device(late)), random));
        }
        for (int i = 0; i < DEVICES; i++) {
            int number = i;
            int id = random.nextInt(4) == 0 ? i : i + 10 * random.nextInt(2);
            if (random.nextInt(3) > 0) {
                doings.add(random.nextInt(doings.size() + 1), () -> learn(number, intune(id), random));
            }
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            String guid = guid(random.nextInt(GUIDS));
            String to = device(random.nextInt(DEVICES));
            boolean isTaking = random.nextInt(3) == 0;
            doings.add(random.nextInt(doings.size() + 1), () -> administer(guid, isTaking ? null : to, random));
        }
        doings.forEach(Runnable::run);
        check("seed " + seed);
    }

    private void send(Sent event, Random random) {
        untilItSucceeds(random, () -> intake().accept(tenant, event.json()));
        heard.add(event);
    }

    private void enroll(int number, @Nullable String intuneId, Random random) {
        if (intuneId != null) {
            managed.put(device(number), intuneId);
        }
        devices.open(TENANT, false).enroll(List.of(facts(number, intuneId)), true);
        untilItSucceeds(random, () -> intake().release(TENANT, device(number)));
    }

    /** Before the device is enrolled, Intune's word of it is only remembered. */
    private void learn(int number, String intuneId, Random random) {
        before.put(device(number), intuneId);
        if (devices.find(TENANT, device(number)).isPresent()) {
            enroll(number, intuneId, random);
        }
    }

    private void administer(String guid, @Nullable String deviceId, Random random) {
        if (deviceId != null && devices.find(TENANT, deviceId).isEmpty()) {
            return;
        }
        untilItSucceeds(random, () -> {
            if (deviceId == null) {
                intake().untie(TENANT, guid, "user:1");
            } else {
                intake().tie(TENANT, guid, deviceId, "user:1");
            }
        });
        if (deviceId == null) {
            administrators.remove(guid);
        } else {
            administrators.put(guid, new Said(deviceId, entra(guid)));
        }
    }

    private void untilItSucceeds(Random random, Runnable work) {
        boolean isDone = false;
        while (!isDone) {
            if (random.nextInt(3) == 0) {
                faults.dieAt(1 + random.nextInt(30), random.nextBoolean());
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

    private static List<Sent> events(Random random) {
        List<Sent> events = new ArrayList<>();
        for (int guid = 0; guid < GUIDS; guid++) {
            boolean saysEntra = random.nextInt(3) > 0;
            boolean saysMdm = random.nextInt(3) > 0;
            int home = random.nextInt(DEVICES);
            for (int i = 0; i < 3 + random.nextInt(6); i++) {
                boolean isDevice = random.nextInt(2) == 0;
                int named = random.nextInt(4) == 0 ? random.nextInt(DEVICES) : home;
                events.add(new Sent(
                        "e" + guid + "-" + i,
                        START.plusSeconds(random.nextInt(20)),
                        guid(guid),
                        isDevice && saysEntra && random.nextBoolean() ? device(named) : null,
                        isDevice && saysMdm && random.nextBoolean()
                                ? intune(random.nextInt(3) == 0 ? random.nextInt(DEVICES) : named)
                                : null,
                        isDevice ? null : id("aaaaaa0" + guid, random.nextInt(3)),
                        random.nextInt(3) == 0 ? "RESOLVED" : "OPEN"));
            }
        }
        return events;
    }

    private Optional<Sent> latest(String guid, Predicate<Sent> which) {
        return heard.stream()
                .filter(event -> event.guid().equals(guid) && which.test(event))
                .max(Sent.ORDER);
    }

    private @Nullable String entra(String guid) {
        return latest(guid, event -> event.entra() != null).map(Sent::entra).orElse(null);
    }

    /** Of other guids there may be nothing left to wait: what their device is, another guid says since. */
    private boolean hasThreats(String guid) {
        return latest(guid, event -> event.threat() != null).isPresent();
    }

    /** The device that the guid means, or why nobody can say. */
    private Object meaning(String guid) {
        String entra = entra(guid);
        Said said = administrators.get(guid);
        if (said != null && Objects.equals(said.entraThen(), entra)) {
            return said.device();
        }
        String mdm = latest(guid, event -> event.mdm() != null).map(Sent::mdm).orElse(null);
        Set<String> byIntune = managed.entrySet().stream()
                .filter(entry -> entry.getValue().equals(mdm))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        if (entra != null) {
            return byIntune.isEmpty() || byIntune.contains(entra) ? entra : Reason.IDS_CONFLICT;
        }
        if (mdm == null) {
            return Reason.GUID_UNKNOWN;
        }
        return byIntune.isEmpty() ? Reason.MDM_ID_UNKNOWN : byIntune.iterator().next();
    }

    private void check(String what) {
        Map<String, Set<String>> expected = new TreeMap<>();
        Map<String, Reason> waiting = new TreeMap<>();
        for (int i = 0; i < GUIDS; i++) {
            String guid = guid(i);
            Object meaning = meaning(guid);
            if (meaning instanceof Reason reason) {
                if (hasThreats(guid)) {
                    waiting.put(guid, reason);
                }
                continue;
            }
            if (devices.find(TENANT, (String) meaning).isEmpty()) {
                if (hasThreats(guid)) {
                    waiting.put(guid, Reason.DEVICE_NOT_ENROLLED);
                }
                continue;
            }
            for (int threat = 0; threat < 3; threat++) {
                String name = id("aaaaaa0" + i, threat);
                latest(guid, event -> name.equals(event.threat()))
                        .filter(event -> event.status().equals("OPEN"))
                        .ifPresent(event -> expected.computeIfAbsent((String) meaning, device -> new TreeSet<>())
                                .add(name));
            }
        }
        Map<String, Set<String>> held = new TreeMap<>();
        for (Device device : devices.list(TENANT, 100, null).devices()) {
            device.openThreats()
                    .forEach(threat -> held.computeIfAbsent(device.deviceId(), missing -> new TreeSet<>())
                            .add(threat.guid()));
            if (!device.openThreats().isEmpty()) {
                assertThat(device.openThreats())
                        .as(what)
                        .extracting(Threat::isRated)
                        .containsOnly(true);
                assertThat(devices.isOutstanding(TENANT, device.deviceId()))
                        .as(what)
                        .isTrue();
            }
        }
        assertThat(held).as(what).isEqualTo(expected);
        Map<String, Reason> shown = new TreeMap<>();
        Map<Reason, Long> counted = new TreeMap<>();
        ParkedEvents.Overview overview = new IntakeTable(tables).parked().overview(TENANT, 100, null);
        overview.guids().forEach(one -> {
            if (hasThreats(one.vendorGuid())) {
                shown.put(one.vendorGuid(), one.reason());
            }
            counted.merge(one.reason(), one.count(), Long::sum);
        });
        assertThat(shown).as(what).isEqualTo(waiting);
        overview.byReason()
                .forEach((reason, count) ->
                        assertThat(counted.getOrDefault(reason, 0L)).as(what).isEqualTo(count));
    }
}
