package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.UnsupportedDevices.Unsupported;
import dev.mtdconnector.enrollment.DeviceRegister;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a sync writes of several devices: in common transactions, and right where somebody else writes in between. */
class EnrolledDevicesTest {

    private static final String TENANT = "tenant";

    private final MemoryTables memory = new MemoryTables();
    private final SettableClock clock = new SettableClock(SettableClock.MORNING);

    private static List<DirectoryFacts> devices(int count, String version) {
        return IntStream.range(0, count)
                .mapToObj(i -> new DirectoryFacts(
                        new UUID(1, i).toString(),
                        new UUID(2, i).toString(),
                        "Phone " + i,
                        Platform.IOS,
                        version,
                        "iPhone 15",
                        true,
                        new UUID(3, i).toString(),
                        null,
                        null,
                        null,
                        null))
                .toList();
    }

    private static List<String> ids(List<DirectoryFacts> devices) {
        return devices.stream().map(DirectoryFacts::deviceId).toList();
    }

    private DeviceRegister.Writing writing(Tables tables) {
        return new DeviceTable(tables, clock).open(TENANT, false);
    }

    @Test
    void changesOfManyDevicesTakeAsFewTransactionsAsTheyFitInto() {
        writing(memory).enroll(devices(60, "18.5"), true);
        long before = memory.writes("devices");
        assertThat(writing(memory).enroll(devices(60, "18.6"), false).changed()).isEqualTo(60);
        assertThat(memory.writes("devices") - before).as("a row each").isEqualTo(1);
        assertThat(writing(memory).enroll(devices(60, "18.6"), false).unchanged())
                .isEqualTo(60);
        assertThat(memory.writes("devices") - before).isEqualTo(1);
        assertThat(writing(memory).leave(ids(devices(60, "18.6")), false)).isEqualTo(60);
        assertThat(memory.writes("devices") - before)
                .as("three rows each when they leave")
                .isEqualTo(3);
        assertThat(writing(memory).inScope()).isZero();
    }

    @Test
    void aDeviceThatSomebodyElseChangesMeanwhileHoldsUpNoOther() {
        writing(memory).enroll(devices(5, "18.5"), true);
        DeviceRegister.Writing overtaken = writing(changing(new UUID(1, 2).toString()));
        assertThat(overtaken.enroll(devices(5, "18.6"), false).changed()).isEqualTo(5);
        for (DirectoryFacts facts : devices(5, "18.6")) {
            assertThat(writing(memory).find(facts.deviceId()))
                    .hasValueSatisfying(device -> assertThat(device.facts()).isEqualTo(facts));
        }
        DeviceRegister.Writing again = writing(changing(new UUID(1, 4).toString()));
        assertThat(again.leave(ids(devices(5, "18.6")), false)).isEqualTo(5);
        assertThat(again.inScope()).isZero();
        assertThat(writing(memory).inScope()).isZero();
    }

    @Test
    void devicesThatWereThereAlreadyAreCountedAsTheyAre() {
        writing(memory).enroll(devices(2, "18.5"), true);
        DeviceRegister.Enrolled enrolled = writing(memory).enroll(devices(4, "18.5"), true);
        assertThat(enrolled.unchanged()).isEqualTo(2);
        assertThat(enrolled.arrived()).hasSize(2);
        assertThat(writing(memory).inScope()).isEqualTo(4);
    }

    @Test
    void moreThanATransactionOfUnsupportedDevicesIsStored() {
        UnsupportedTable unsupported = new UnsupportedTable(memory);
        unsupported.replace(
                TENANT,
                IntStream.range(0, 250)
                        .mapToObj(i -> new Unsupported("d" + i, "o", null, null, null, "user", null, "platform"))
                        .toList());
        assertThat(unsupported.list(TENANT, 1_000)).hasSize(250);
        assertThat(memory.writes("unsupported")).isEqualTo(3);
    }

    /** The device's row gets another ETag once, just before it is written for the first time. */
    private Tables changing(String deviceId) {
        return name -> new Table() {
            private final Table table = memory.table(name);
            private boolean isOver;

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
                for (Change change : changes) {
                    if (!isOver && change.row().key().equals(DeviceRows.key(deviceId))) {
                        isOver = true;
                        Row row = table.get(
                                        change.row().partition(), change.row().key())
                                .orElseThrow();
                        table.transact(List.of(new Change.Upsert(
                                Row.of(row.partition(), row.key(), row.properties()), Change.Mode.REPLACE)));
                    }
                }
                return table.transact(changes);
            }
        };
    }
}
