package dev.mtdconnector.enrollment;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.device.UnsupportedDevices.Unsupported;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.EnrollmentTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.storage.UnsupportedTable;
import dev.mtdconnector.testing.FakeDirectory;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The enrollment sync by itself over tables in memory, with limits so small that everything happens. */
final class SyncBench {

    static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";

    /** Few words a row, few users a block, few blocks a page: a small directory is a large one. */
    static final SyncLimits SMALL = new SyncLimits(Duration.ofMinutes(3), 7, 3, 2);

    /** The same, where Intune is the cheapest source of owners from the first user on. */
    static final SyncLimits HINTED =
            new SyncLimits(Duration.ofMinutes(3), 7, 3, 2, 0, new SourcePlan.Sizes(1, 1, 999, 1_000));

    final SettableClock clock = new SettableClock(SettableClock.MORNING);
    final MemoryTables memory = new MemoryTables();
    final Faults faults = new Faults();
    final FakeDirectory directory = new FakeDirectory();
    final Tables tables = faults.around(memory);
    private final SyncLimits limits;
    private Duration answerTime = Duration.ZERO;
    private final Schedule schedule = new Schedule(new JobTable(memory), new MemoryQueues(clock), clock);

    SyncBench() {
        this(SMALL);
    }

    SyncBench(SyncLimits limits) {
        this.limits = limits;
    }

    void connector(boolean isNested, int safetyCapPercent, String... groups) {
        ConnectorTable connectors = new ConnectorTable(memory);
        List<Connector.EnrollmentGroup> pinned = new ArrayList<>();
        for (String group : groups) {
            pinned.add(new Connector.EnrollmentGroup(group, group));
        }
        Connector now = connectors.find(TENANT).orElseGet(() -> {
            connectors.create(Connector.create(TENANT, 10, clock.instant()));
            return connectors.find(TENANT).orElseThrow();
        });
        connectors.update(now.with(new Connector.Enrollment(pinned, 5, isNested, false, safetyCapPercent)));
    }

    EnrollmentSyncJob job() {
        return new EnrollmentSyncJob(
                new ConnectorTable(memory),
                new EnrollmentTable(tables),
                new DeviceTable(tables, clock),
                faults.around(slowed()),
                directory.management(),
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
                new ErrorRecords(new ErrorTable(memory), clock),
                new HeldNotice(
                        new TenantTable(memory),
                        new MailOutbox(new MailTable(memory), schedule, clock),
                        "https://connector.example"),
                clock,
                limits);
    }

    /** From now on every answer of the directory takes so long. */
    void slow(Duration time) {
        answerTime = time;
    }

    private DirectoryChanges slowed() {
        return (tenantId, meter) -> directory.open(tenantId, new DirectoryChanges.Meter() {
            @Override
            public void request() {
                clock.advance(answerTime);
                meter.request();
            }

            @Override
            public void page() {
                meter.page();
            }

            @Override
            public void throttled(Duration waited) {
                meter.throttled(waited);
            }
        });
    }

    /** One run, to its end. */
    Outcome sync() {
        return sync(false);
    }

    /** So many runs: what is read some pages at a time is read then. */
    void sync(int times) {
        for (int i = 0; i < times; i++) {
            sync();
        }
    }

    Outcome sync(boolean hasTakenOver) {
        Outcome outcome = job().run(TENANT, context(hasTakenOver));
        while (outcome instanceof Outcome.Again) {
            outcome = job().run(TENANT, context(false));
        }
        return outcome;
    }

    static JobContext context(boolean hasTakenOver) {
        return new JobContext() {
            @Override
            public void checkpoint() {
                // Nobody takes over by the clock here.
            }

            @Override
            public boolean hasTakenOver() {
                return hasTakenOver;
            }
        };
    }

    /** Devices in scope and their users. */
    Map<String, String> devices() {
        Map<String, String> found = new TreeMap<>();
        @Nullable String cursor = null;
        do {
            DeviceStore.Page page = new DeviceTable(memory, clock).list(TENANT, 100, cursor);
            page.devices().stream()
                    .filter(Device::isInScope)
                    .forEach(device -> found.put(
                            device.deviceId(),
                            device.facts().userId() + " " + device.facts().osVersion()));
            cursor = page.next();
        } while (cursor != null);
        return found;
    }

    /** Devices out of scope, and what took their place. */
    Map<String, String> outOfScope() {
        Map<String, String> found = new TreeMap<>();
        for (Device device :
                new DeviceTable(memory, clock).list(TENANT, 1_000, null).devices()) {
            Device.Departure departure = device.departure();
            if (departure != null) {
                found.put(device.deviceId(), "superseded by " + departure.supersededBy());
            }
        }
        return found;
    }

    /** Devices that are listed apart, and their users. */
    Map<String, String> leftOut() {
        Map<String, String> found = new TreeMap<>();
        for (Unsupported device : new UnsupportedTable(memory).list(TENANT, 10_000)) {
            found.put(device.deviceId(), device.userId());
        }
        return found;
    }

    /** An answer that empties a group is doubted, and somebody is asked: it is so. */
    void approveWhatIsHeld() {
        EnrollmentLedger ledger = new EnrollmentTable(memory);
        for (int tries = 0; !ledger.held(TENANT, null, 1).isEmpty(); tries++) {
            if (tries == 10) {
                throw new AssertionError("What is held stays held: " + ledger.held(TENANT, null, 100));
            }
            ledger.read(TENANT)
                    .ifPresent(now -> ledger.approve(TENANT, now.state().holdSet()));
            sync();
        }
    }

    /** All that must be the same however a state was reached: rows by key, without what tells of times and places. */
    List<String> state() {
        List<String> lines = new ArrayList<>();
        lines.add("devices " + devices());
        lines.add("left out " + leftOut());
        lines.add("out of scope " + outOfScope());
        for (Device device :
                new DeviceTable(memory, clock).list(TENANT, 1_000, null).devices()) {
            lines.add(device.deviceId() + " " + device.facts());
        }
        for (Row row : memory.dump().getOrDefault("devices", List.of())) {
            if (row.key().startsWith("w|")
                    || row.key().startsWith("a|")
                    || row.key().startsWith("x|")
                    || row.key().equals("c")) {
                lines.add(row.key() + " " + row.properties());
            }
        }
        EnrollmentLedger.Book book = new EnrollmentTable(memory).open(TENANT, false);
        EnrollmentState state = book.state();
        lines.add("users " + state.users() + " " + state.phase() + " " + state.dirty() + " staged " + state.staged());
        for (int bucket = 0; bucket < 1 << state.bits(); bucket++) {
            UserBlock block = book.block(state.bits(), bucket);
            for (int i = 0; i < block.size(); i++) {
                lines.add(Guid.text(block.high(i), block.low(i)) + " "
                        + block.groups(i).isEmpty() + " " + block.flags(i));
            }
        }
        book.graph().groups().forEach(group -> lines.add(group.id() + " " + group.children() + group.isGone()));
        return lines;
    }

    static String id(String kind, int number) {
        return UUID.nameUUIDFromBytes((kind + number).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }
}
