package dev.mtdconnector.bench;

import com.azure.data.tables.TableServiceClientBuilder;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.local.Azurite;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.AzureTables;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.IntakeLogTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.StorageSettings;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.tenant.Details;
import dev.mtdconnector.tenant.Standing;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.SettableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Threat events through intake over Azurite, on two threads, beside bare upserts of the very rows that they wrote, in
 * transactions of the same sizes.
 */
final class EventsBench {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final String ENTERPRISE = "703d284e-c7dd-4dd0-bd0d-12bfade8095c";
    private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");
    private static final int THREADS = 2;
    private static final String NAME = "events";

    /** Events a request. */
    private static final int REQUEST = 100;

    private EventsBench() {}

    static void measure(BenchOptions options, Figures figures) {
        int events = options.events();
        List<Double> ratios = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        // The first run warms, and is not counted.
        for (int run = 0; run <= options.runs(); run++) {
            List<Written> written = Collections.synchronizedList(new ArrayList<>());
            double ours = ours(events, written);
            double bare = bare(written);
            if (run > 0) {
                ratios.add(ours / bare);
                rates.add(events / ours);
                figures.note(
                        NAME,
                        "run " + run + ": events a second, with bare upserts, ratio, transactions, rows, load",
                        String.join(
                                ", ",
                                Figures.number(events / ours),
                                Figures.number(events / bare),
                                Figures.number(ours / bare),
                                Figures.number(written.size()),
                                Figures.number(written.stream()
                                        .mapToInt(one -> one.changes().size())
                                        .sum()),
                                Load.now()));
            }
        }
        Collections.sort(ratios);
        Collections.sort(rates);
        figures.note(NAME, "events a second, median", Figures.number(rates.get(rates.size() / 2)));
        figures.note(NAME, "time / bare upserts, median", Figures.number(ratios.get(ratios.size() / 2)));
    }

    private record Written(String table, List<Change> changes) {}

    private static double ours(int events, List<Written> written) {
        try (Azurite azurite = Azurite.startInMemory(Azurite.Ports.FREE)) {
            Tables tables = tables(azurite);
            SettableClock clock = new SettableClock(AT.plusSeconds(600));
            List<Device> devices = IntStream.range(0, events)
                    .mapToObj(i -> Device.pending(new DirectoryFacts(
                            id("dddddddd", i), "object" + i, "Phone", Platform.IOS, "18", null, null, "u" + i, null)))
                    .toList();
            new DeviceTable(tables, clock)
                    .open(TENANT, false)
                    .enroll(devices.stream().map(Device::facts).toList(), true);
            run(requests(events, EventsBench::tie), intake(tables, clock));
            return run(requests(events, EventsBench::threat), intake(writingDown(tables, written), clock));
        }
    }

    private static double run(List<String> bodies, EventIntake intake) {
        Tenant tenant = new Tenant(
                TENANT,
                new Details("Contoso", "group", null, null, "a@b.example", "en"),
                ENTERPRISE,
                Standing.ACTIVE,
                Map.of(),
                AT);
        return seconds(bodies.stream()
                .<Runnable>map(body -> () -> intake.accept(tenant, body))
                .toList());
    }

    private static double bare(List<Written> written) {
        try (Azurite azurite = Azurite.startInMemory(Azurite.Ports.FREE)) {
            Tables tables = tables(azurite);
            return seconds(written.stream()
                    .<Runnable>map(one -> () -> tables.table(one.table()).transact(one.changes()))
                    .toList());
        }
    }

    /** Each thread takes every second. */
    private static double seconds(List<Runnable> work) {
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < THREADS; number++) {
            int mine = number;
            Thread thread = new Thread(() -> {
                for (int i = mine; i < work.size(); i += THREADS) {
                    work.get(i).run();
                }
            });
            thread.start();
            threads.add(thread);
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static EventIntake intake(Tables tables, SettableClock clock) {
        IntakeTable store = new IntakeTable(tables);
        return new EventIntake(
                store,
                store.parked(),
                new IntakeLogTable(tables),
                new DeviceTable(tables, clock),
                new Schedule(new JobTable(tables), new MemoryQueues(clock), clock),
                clock);
    }

    private static Tables tables(Azurite azurite) {
        var service = new TableServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient();
        List.of("devices", "intake", "intakelog", "jobs", "due").forEach(service::createTableIfNotExists);
        return new AzureTables(StorageSettings.of(azurite.connectionString()));
    }

    /** What was written, as upserts: without conditions, and deletions as rows of their keys. */
    private static Tables writingDown(Tables tables, List<Written> written) {
        return name -> {
            Table table = tables.table(name);
            return new Table() {
                @Override
                public Optional<Row> get(String partition, String key) {
                    return table.get(partition, key);
                }

                @Override
                public Page query(Range range, int limit, @Nullable String continuation) {
                    return table.query(range, limit, continuation);
                }

                @Override
                public List<@Nullable String> transact(List<Change> changes) {
                    written.add(new Written(
                            name,
                            changes.stream()
                                    .<Change>map(change -> new Upsert(
                                            Row.of(
                                                    change.row().partition(),
                                                    change.row().key(),
                                                    change.row().properties()),
                                            Mode.REPLACE))
                                    .toList()));
                    return table.transact(changes);
                }
            };
        };
    }

    private interface EventOf {
        String of(int number);
    }

    private static List<String> requests(int events, EventOf eventOf) {
        List<String> bodies = new ArrayList<>();
        for (int from = 0; from < events; from += REQUEST) {
            bodies.add(IntStream.range(from, Math.min(events, from + REQUEST))
                    .mapToObj(eventOf::of)
                    .collect(Collectors.joining(",", "[", "]")));
        }
        return bodies;
    }

    private static String id(String kind, int number) {
        return String.format("%s-0000-4000-8000-%012d", kind, number);
    }

    private static String tie(int number) {
        return """
               {"id": "d%d", "enterprise_guid": "%s", "created_time": "%s", "type": "DEVICE", "device": {"guid": "%s",
                "info": {"external_id": "%s"}, "status": {"activation_status": "ACTIVATED",
                "protection_status": "PROTECTED"}}}""".formatted(number, ENTERPRISE, AT, id("99999999", number), id("dddddddd", number));
    }

    private static String threat(int number) {
        return """
               {"id": "t%d", "enterprise_guid": "%s", "created_time": "%s", "type": "THREAT", "threat": {"guid": "%s",
                "status": "OPEN", "severity": "HIGH", "type": "APPLICATION", "classifications": ["TROJAN"]},
                "actor": {"type": "DEVICE", "guid": "%s"}}""".formatted(number, ENTERPRISE, AT.plusSeconds(1), id("aaaaaaaa", number), id("99999999", number));
    }
}
