package dev.mtdconnector.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.IntakeLogTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.tenant.Details;
import dev.mtdconnector.tenant.Standing;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** With 100,000 devices and 5,000 open threats, events touch only what they concern. */
class IntakeAtSizeTest {

    private static final int DEVICES = Integer.getInteger("size", 100_000);
    private static final int THREATS = 5_000;
    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final String ENTERPRISE = "703d284e-c7dd-4dd0-bd0d-12bfade8095c";
    private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");

    private final SettableClock clock = new SettableClock(AT.plusSeconds(600));
    private final Counting tables = new Counting();
    private final DeviceTable devices = new DeviceTable(tables, clock);
    private final IntakeTable store = new IntakeTable(tables);
    private final EventIntake intake = new EventIntake(
            store,
            store.parked(),
            new IntakeLogTable(tables),
            devices,
            new Schedule(new JobTable(tables), new MemoryQueues(clock), clock),
            clock);
    private final Tenant tenant = new Tenant(
            TENANT,
            new Details("Contoso", "group", null, null, "a@b.example", "en"),
            ENTERPRISE,
            Standing.ACTIVE,
            Map.of(),
            AT);

    /** Counts rows that are read and written, and transactions. */
    private static final class Counting implements Tables {
        private final MemoryTables tables = new MemoryTables();
        private int read;
        private int written;
        private int transactions;
        private int calls;

        @Override
        public Table table(String name) {
            Table table = tables.table(name);
            return new Table() {
                @Override
                public Optional<Row> get(String partition, String key) {
                    calls++;
                    read++;
                    return table.get(partition, key);
                }

                @Override
                public Page query(Range range, int limit, @Nullable String continuation) {
                    Page page = table.query(range, limit, continuation);
                    calls++;
                    read += page.rows().size();
                    return page;
                }

                @Override
                public List<@Nullable String> transact(List<Change> changes) {
                    calls++;
                    written += changes.size();
                    transactions++;
                    return table.transact(changes);
                }
            };
        }

        void reset() {
            read = 0;
            written = 0;
            transactions = 0;
            calls = 0;
        }

        @Override
        public String toString() {
            return calls + " calls, " + read + " rows read, " + written + " written in " + transactions
                    + " transactions";
        }
    }

    private static String id(String kind, int number) {
        return String.format("%s-0000-4000-8000-%012d", kind, number);
    }

    private static String tie(int device) {
        return """
               {"id": "d%d", "enterprise_guid": "%s", "created_time": "%s", "type": "DEVICE", "device": {"guid": "%s",
                "info": {"external_id": "%s"}, "status": {"activation_status": "ACTIVATED",
                "protection_status": "PROTECTED"}}}""".formatted(device, ENTERPRISE, AT, id("99999999", device), id("dddddddd", device));
    }

    private static String threat(int device, int threat, String status) {
        return """
               {"id": "t%d%s", "enterprise_guid": "%s", "created_time": "%s", "type": "THREAT", "threat": {"guid": "%s",
                "status": "%s", "severity": "HIGH", "type": "APPLICATION", "classifications": ["TROJAN"]},
                "actor": {"type": "DEVICE", "guid": "%s"}}""".formatted(
                        threat,
                        status,
                        ENTERPRISE,
                        AT.plusSeconds(status.equals("OPEN") ? 1 : 2),
                        id("aaaaaaaa", threat),
                        status,
                        id("99999999", device));
    }

    private EventIntake.Result feed(List<String> events) {
        tables.reset();
        return intake.accept(tenant, "[" + String.join(",", events) + "]");
    }

    @Test
    void aThousandEventsTouchTheirDevicesAlone() {
        List<Device> all = new ArrayList<>(DEVICES);
        for (int i = 0; i < DEVICES; i++) {
            all.add(Device.pending(new DirectoryFacts(
                    id("dddddddd", i), "object" + i, "Phone", Platform.IOS, "18", null, null, "user" + i, null)));
        }
        devices.open(TENANT, false).enroll(all.stream().map(Device::facts).toList(), true);
        for (int from = 0; from < THREATS; from += 500) {
            List<String> ties = IntStream.range(from, from + 500)
                    .mapToObj(IntakeAtSizeTest::tie)
                    .toList();
            assertThat(feed(ties).applied()).isEqualTo(500);
            List<String> opened = IntStream.range(from, from + 500)
                    .mapToObj(i -> threat(i, i, "OPEN"))
                    .toList();
            assertThat(feed(opened).applied()).isEqualTo(500);
        }

        List<String> resolved =
                IntStream.range(0, 1000).mapToObj(i -> threat(i, i, "RESOLVED")).toList();
        assertThat(feed(resolved).applied()).isEqualTo(1000);
        // A device, its threat, its mark, what is open of it, a line of its trace and the day of that; and the day's
        // counts.
        assertThat(tables.written).as(tables.toString()).isBetween(6 * 1000, 6 * 1000 + 10);
        assertThat(tables.transactions).as(tables.toString()).isBetween(1000, 1010);
        // Of some devices the length of the trace is looked at.
        assertThat(tables.read).as(tables.toString()).isLessThan(5 * 1000 + 100);

        assertThat(feed(resolved).unchanged()).isEqualTo(1000);
        assertThat(tables.written).as("what changes nothing: %s", tables).isLessThanOrEqualTo(2);
        assertThat(feed(IntStream.range(0, 1000)
                                .mapToObj(i -> threat(2000, 10_000 + i, "OPEN"))
                                .toList())
                        .applied())
                .isEqualTo(1000);
        assertThat(tables.transactions)
                .as("a thousand on one device: %s", tables)
                .isLessThanOrEqualTo(25);
        List<String> exposed = new ArrayList<>();
        devices.eachExposed(TENANT, (deviceId, exposure) -> exposed.add(deviceId));
        assertThat(exposed).hasSize(THREATS - 1000);
        assertThat(exposed.stream().collect(Collectors.toSet())).contains(id("dddddddd", 2000));
    }
}
