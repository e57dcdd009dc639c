package dev.mtdconnector.storage;

import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import dev.mtdconnector.testing.MemoryTables;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorTableTest {

    private final ErrorTable table = new ErrorTable(new MemoryTables());

    private String stored(String message) {
        String version = table.find(TENANT, "publish", "intune.refused")
                .map(ErrorRecord::version)
                .orElse(null);
        table.replace(
                TENANT,
                new ErrorRecord(
                        "publish", "intune.refused", START, START, 1, null, message, "", false, List.of(), version));
        return table.list(TENANT, 10).get(0).message();
    }

    @Test
    void aMessageCutInTheMiddleOfAnEmojiIsStored() {
        assertThat(stored("it failed \ud83d…")).isEqualTo("it failed ?…");
        assertThat(stored("x".repeat(999) + "\ud83d\ude00")).isEqualTo("x".repeat(999) + "?");
        assertThat(stored("\ud83d\ude00")).isEqualTo("\ud83d\ude00");
    }
}
