package dev.mtdconnector.bench;

import dev.mtdconnector.bench.BenchOptions.Storage;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.Connector.EnrollmentGroup;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.local.Azurite;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.AzureQueues;
import dev.mtdconnector.storage.AzureTables;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.StorageSettings;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.AzureQueueReader;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.QueueReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Many connectors due in the same minute, for two instances with the queue settings of host.json. In real time. Every request
 * to a directory takes as long as one to Graph; of a hundred tenants one is a
 * hundred times slower and one fails: they are to delay nobody, and are not counted themselves.
 */
final class ConnectorsPart {

    private static final String NAME = "connectors";
    private static final String GROUP = new UUID(1, 1).toString();
    private static final int USERS = 20;
    private static final Duration LATENCY = Duration.ofMillis(150);
    private static final Duration SLOW = Duration.ofSeconds(15);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final int ONE_IN = 100;

    private final BenchOptions options;
    private final Figures figures;
    private final Clock clock = Clock.systemUTC();
    private final Map<String, OneGroup> directories = new ConcurrentHashMap<>();
    private final Map<String, Instant> due = new ConcurrentHashMap<>();
    private final Map<String, List<Instant>> ends = new ConcurrentHashMap<>();

    ConnectorsPart(BenchOptions options, Figures figures) {
        this.options = options;
        this.figures = figures;
    }

    void run() {
        for (Storage storage : options.storage()) {
            directories.clear();
            ends.clear();
            if (storage == Storage.MEMORY) {
                MemoryQueues queues = new MemoryQueues(clock);
                MemoryTables tables = new MemoryTables();
                watch(storage, new Account(tables, queues, queues), new Account(tables, queues, queues));
                continue;
            }
            try (Azurite azurite = Azurite.startInMemory(Azurite.Ports.FREE)) {
                Storages.createTables(azurite.connectionString());
                watch(storage, account(azurite), account(azurite));
            }
        }
    }

    /** What an instance reaches storage by. */
    record Account(Tables tables, JobQueues sender, QueueReader reader) {}

    private static Account account(Azurite azurite) {
        StorageSettings settings = StorageSettings.of(azurite.connectionString());
        return new Account(
                new AzureTables(settings), new AzureQueues(settings), new AzureQueueReader(azurite.connectionString()));
    }

    private void watch(Storage storage, Account one, Account other) {
        Instant begin = create(one);
        try (Instance first = new Instance(one, this::open, this::ended, clock);
                Instance second = new Instance(other, this::open, this::ended, clock)) {
            first.start();
            second.start();
            while (clock.instant().isBefore(begin.plus(INTERVAL.multipliedBy(options.minutes())))) {
                // As the timer does: one instance, once a minute.
                Load.pause(Duration.between(
                        clock.instant(),
                        clock.instant().truncatedTo(ChronoUnit.MINUTES).plusSeconds(60)));
                first.tick();
            }
        }
        tell(storage, clock.instant());
    }

    /** All connectors, which are due one after the other within the minute that is answered. */
    private Instant create(Account account) {
        ConnectorTable connectors = new ConnectorTable(account.tables());
        JobTable jobs = new JobTable(account.tables());
        List<String> tenants = new ArrayList<>();
        for (int i = 0; i < options.connectors(); i++) {
            String tenant = UUID.nameUUIDFromBytes(("tenant" + i).getBytes(StandardCharsets.UTF_8))
                    .toString();
            tenants.add(tenant);
            OneGroup directory = new OneGroup(GROUP, USERS, USERS);
            boolean isSlow = i % ONE_IN == 1;
            boolean isBroken = i % ONE_IN == 2;
            directory.atRequest(() -> {
                Load.pause(isSlow ? SLOW : LATENCY);
                if (isBroken) {
                    throw new UpstreamException(
                            UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "Out of order");
                }
            });
            directories.put(tenant, directory);
            if (!isBroken && !isSlow) {
                ends.put(tenant, new ArrayList<>());
            }
            connectors.create(Connector.create(tenant, 10, clock.instant()));
            connectors.update(connectors
                    .find(tenant)
                    .orElseThrow()
                    .with(new Connector.Enrollment(List.of(new EnrollmentGroup(GROUP, GROUP)), 1, true, false, 20)));
        }
        Instant begin = clock.instant().truncatedTo(ChronoUnit.MINUTES).plusSeconds(60);
        for (int i = 0; i < tenants.size(); i++) {
            Instant at = begin.plusMillis(60_000L * i / tenants.size());
            due.put(tenants.get(i), at);
            new Schedule(jobs, account.sender(), Clock.fixed(at.minus(INTERVAL), ZoneOffset.UTC))
                    .every(tenants.get(i), JobKind.ENROLLMENT_SYNC, INTERVAL);
        }
        return begin;
    }

    private DirectoryChanges.Reading open(String tenantId, DirectoryChanges.Meter meter) {
        return Objects.requireNonNull(directories.get(tenantId)).open(tenantId, meter);
    }

    private void ended(String tenantId) {
        ends.computeIfPresent(tenantId, (tenant, all) -> {
            all.add(clock.instant());
            return all;
        });
    }

    private void tell(Storage storage, Instant end) {
        List<Double> late = new ArrayList<>();
        Map<Integer, Integer> runs = new TreeMap<>();
        ends.forEach((tenant, all) -> {
            // The first is due at a moment, each further one an interval after the one before it.
            Instant before = due.getOrDefault(tenant, end).minus(INTERVAL);
            for (Instant at : all) {
                late.add(lateness(before, at));
                before = at;
            }
            if (before.plus(INTERVAL).isBefore(end)) {
                late.add(lateness(before, end));
            }
            runs.merge(all.size(), 1, Integer::sum);
        });
        double[] sorted =
                late.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        String over = ", " + options.connectors() + " over " + storage;
        figures.note(NAME, "runs: connectors" + over, runs + ", load average " + Load.now());
        figures.note(
                NAME,
                "seconds after it was due that a sync was done: median, 90th, 99th of 100" + over,
                Figures.number(at(sorted, 0.5)) + ", " + Figures.number(at(sorted, 0.9)) + ", "
                        + Figures.number(at(sorted, 0.99)));
        figures.atMost(NAME, "seconds at most" + over, sorted[sorted.length - 1], (double) GRACE.toSeconds());
    }

    private static double at(double[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
    }

    private static double lateness(Instant before, Instant at) {
        return Math.max(0, Duration.between(before.plus(INTERVAL), at).toMillis() / 1e3);
    }
}
