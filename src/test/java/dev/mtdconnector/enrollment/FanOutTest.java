package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.JobGate;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.schedule.JobRunner;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.Suspension;
import dev.mtdconnector.schedule.Tick;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.EnrollmentTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.storage.UnsupportedTable;
import dev.mtdconnector.testing.FakeDirectory;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.VirtualTime;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A thousand connectors that are due in the same minute, two instances of the app, and tenants whose directory hangs, fails,
 * throttles or goes on and on. The queue trigger is modelled by its settings in {@code host.json}: an instance takes
 * {@code batchSize} messages, and more when no more than {@code newBatchThreshold} are left. Storage takes 10 ms a call,
 * Graph 300 ms.
 */
class FanOutTest {

    private static final int CONNECTORS = 1_000;
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final Duration STORAGE = Duration.ofMillis(10);
    private static final Duration GRAPH = Duration.ofMillis(300);
    private static final String QUEUE = JobKind.ENROLLMENT_SYNC.queue();

    /** Ten tenants each, of whom every run holds a worker for so long. */
    private enum Trouble {
        /** As long as one request may take in all. */
        HANGS,
        /** Tried again for as long as one call is. */
        FAILS,
        THROTTLED,
        /** Page after page, for the whole slice. */
        ENDLESS,
        NONE;

        static Trouble of(int number) {
            return number < 40 ? values()[number % 4] : NONE;
        }
    }

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final VirtualTime time = new VirtualTime(clock);
    private final MemoryTables memory = new MemoryTables();
    private final MemoryQueues queues = new MemoryQueues(clock);
    private final FakeDirectory directory = new FakeDirectory();
    private final Map<String, List<Instant>> ends = new TreeMap<>();
    private final Map<String, Integer> slices = new TreeMap<>();
    private boolean isTroubled;

    private final Tables tables = name -> {
        Table table = memory.table(name);
        return new Table() {
            @Override
            public Optional<Row> get(String partition, String key) {
                time.sleep(STORAGE);
                return table.get(partition, key);
            }

            @Override
            public Page query(Range range, int limit, @Nullable String continuation) {
                time.sleep(STORAGE);
                return table.query(range, limit, continuation);
            }

            @Override
            public List<@Nullable String> transact(List<Change> changes) {
                time.sleep(STORAGE);
                return table.transact(changes);
            }
        };
    };

    private final JobQueues slowQueues = (queue, message, delay) -> {
        time.sleep(STORAGE);
        queues.send(queue, message, delay);
    };

    private static final JobGate OPEN = new JobGate() {
        @Override
        public Optional<ErrorCode> closed(String tenantId, JobKind kind) {
            return Optional.empty();
        }

        @Override
        public Outcome failed(String tenantId, JobKind kind, UpstreamException failure) {
            return Outcome.failed(failure);
        }
    };

    private final DirectoryChanges graph = (tenantId, meter) -> {
        DirectoryChanges.Reading reading = directory.open(tenantId, meter);
        return (DirectoryChanges.Reading) Proxy.newProxyInstance(
                FanOutTest.class.getClassLoader(),
                new Class<?>[] {DirectoryChanges.Reading.class},
                (proxy, method, arguments) -> {
                    time.sleep(GRAPH);
                    Trouble trouble = isTroubled ? Trouble.of(number(tenantId)) : Trouble.NONE;
                    if (trouble == Trouble.ENDLESS && method.getName().equals("groups")) {
                        time.sleep(Duration.ofSeconds(5));
                        meter.page();
                        return new DirectoryChanges.Position("https://graph.example/" + clock.instant(), false);
                    }
                    suffer(trouble);
                    try {
                        return method.invoke(reading, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    };

    private void suffer(Trouble trouble) {
        switch (trouble) {
            case HANGS -> fail(Duration.ofSeconds(60), Kind.UNAVAILABLE, null);
            case FAILS -> fail(Duration.ofSeconds(30), Kind.UNAVAILABLE, null);
            case THROTTLED -> fail(Duration.ZERO, Kind.THROTTLED, Duration.ofSeconds(90));
            default -> {
                // Nothing is wrong.
            }
        }
    }

    private void fail(Duration after, Kind kind, @Nullable Duration retryAfter) {
        time.sleep(after);
        throw new UpstreamException(UpstreamException.Service.GRAPH, kind, "as planned", retryAfter, null);
    }

    private static String tenant(int number) {
        return String.format("00000000-0000-4000-8000-%012d", number);
    }

    private static int number(String tenantId) {
        return Integer.parseInt(tenantId.substring(24));
    }

    private JobRunner runner() {
        JobTable jobs = new JobTable(tables);
        Schedule schedule = new Schedule(jobs, slowQueues, clock);
        ErrorRecords errors = new ErrorRecords(new ErrorTable(tables), clock);
        EnrollmentSyncJob job = new EnrollmentSyncJob(
                new ConnectorTable(tables),
                new EnrollmentTable(tables),
                new DeviceTable(tables, clock),
                graph,
                OptionalSources.NONE,
                new SupportRules(15, 10),
                new UnsupportedTable(tables),
                new Latecomers() {
                    @Override
                    public boolean areAny(String tenantId) {
                        return false;
                    }

                    @Override
                    public boolean release(String tenantId, String deviceId) {
                        return false;
                    }
                },
                schedule,
                errors,
                new HeldNotice(
                        new TenantTable(tables),
                        new MailOutbox(new MailTable(tables), schedule, clock),
                        "https://connector.example"),
                clock);
        return new JobRunner(
                jobs,
                slowQueues,
                Map.of(JobKind.ENROLLMENT_SYNC, (tenantId, context) -> {
                    Outcome outcome = job.run(tenantId, context);
                    if (outcome instanceof Outcome.Finished) {
                        ends.computeIfAbsent(tenantId, id -> new ArrayList<>()).add(clock.instant());
                    } else if (outcome instanceof Outcome.Again) {
                        slices.merge(tenantId, 1, Integer::sum);
                    }
                    return outcome;
                }),
                OPEN,
                errors,
                Suspension.NONE,
                clock);
    }

    /** An instance of the app, as its host takes messages. */
    private final class Instance implements Runnable {

        private final JobRunner runner = runner();
        private final int batchSize;
        private final int threshold;
        private int running;

        private Instance(JsonNode settings) {
            batchSize = settings.path("batchSize").asInt();
            threshold = settings.path("newBatchThreshold").asInt();
        }

        @Override
        public void run() {
            while (true) {
                int taken = 0;
                while (running <= threshold + taken && taken < batchSize) {
                    Optional<QueueReader.Received> message = queues.receive(QUEUE, Duration.ofMinutes(10));
                    if (message.isEmpty()) {
                        break;
                    }
                    taken++;
                    running++;
                    time.at(clock.instant(), () -> process(message.get()));
                }
                // An empty queue is looked at again within maxPollingInterval; a full instance when there is room.
                time.sleep(taken == 0 && running <= threshold ? Duration.ofSeconds(2) : Duration.ofMillis(50));
            }
        }

        private void process(QueueReader.Received message) {
            runner.run(JobKind.ENROLLMENT_SYNC, message.text());
            queues.delete(message);
            running--;
        }
    }

    private static JsonNode hostSettings() throws IOException {
        return new ObjectMapper()
                .readTree(Path.of("host.json").toFile())
                .path("extensions")
                .path("queues");
    }

    private void enroll() {
        ConnectorTable connectors = new ConnectorTable(memory);
        Schedule schedule = new Schedule(new JobTable(memory), queues, clock);
        directory
                .withGroup(id("group", 0), "All", id("user", 0))
                .withDevice(id("device", 0), id("user", 0), "iOS", "18");
        for (int i = 0; i < CONNECTORS; i++) {
            Connector connector = Connector.create(tenant(i), 10, clock.instant());
            connectors.create(connector);
            connectors.update(connectors
                    .find(tenant(i))
                    .orElseThrow()
                    .with(new Connector.Enrollment(
                            List.of(new Connector.EnrollmentGroup(id("group", 0), "All")), 5, true, false, 20)));
            // Due within the same minute, one after the other.
            clock.set(SettableClock.MORNING.plusMillis(i * 55_000L / CONNECTORS));
            schedule.every(tenant(i), JobKind.ENROLLMENT_SYNC, INTERVAL);
        }
    }

    @Test
    void noConnectorIsLaterThanItsIntervalAndAMinuteWhateverOthersDo() throws IOException {
        enroll();
        Instant start = SettableClock.MORNING.plusSeconds(60);
        clock.set(start);
        for (int i = 0; i < 2; i++) {
            time.at(start.plusMillis(700L * i), new Instance(hostSettings()));
        }
        Tick tick = new Tick(new JobTable(tables), slowQueues, clock);
        for (int minute = 0; minute < 20; minute++) {
            time.at(start.plus(Duration.ofMinutes(minute)), tick::run);
        }
        // The first sync of everybody.
        time.runUntil(start.plus(Duration.ofMinutes(8)));
        isTroubled = true;
        Instant end = start.plus(Duration.ofMinutes(20));
        time.runUntil(end);

        Duration most = INTERVAL.plusSeconds(60);
        for (int i = 0; i < CONNECTORS; i++) {
            if (Trouble.of(i) != Trouble.NONE) {
                continue;
            }
            Instant before = SettableClock.MORNING.plusSeconds(55);
            List<Instant> polls = new ArrayList<>(ends.getOrDefault(tenant(i), List.of()));
            polls.add(end);
            for (Instant poll : polls) {
                assertThat(Duration.between(before, poll))
                        .as("connector %d at %s", i, poll)
                        .isLessThanOrEqualTo(most);
                before = poll;
            }
        }
        assertThat(slices.get(tenant(3)))
                .as("a long sync makes room now and then")
                .isGreaterThan(3);
        assertThat(ends.get(tenant(0))).as("this one hangs").hasSizeLessThan(4);
    }
}
