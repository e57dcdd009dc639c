package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.audit.AuditEntry;
import dev.mtdconnector.audit.AuditEntry.Difference;
import dev.mtdconnector.audit.AuditEntry.Outcome;
import dev.mtdconnector.audit.AuditStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the audit trail relies on of its table. */
abstract class AuditContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private static AuditEntry entry(int second, Outcome outcome, Map<String, Difference> changes) {
        return new AuditEntry(
                "%016x".formatted(second),
                AT.plusSeconds(second),
                "user:x",
                "key.create",
                Map.of("keyId", "| \\ / # ? é"),
                outcome,
                outcome == Outcome.FAILED ? "request.invalid" : null,
                "correlation",
                changes);
    }

    @Test
    void anEntryIsThereFromItsBeginningAndKeepsItsEnd() {
        AuditStore store = new AuditTable(tables());
        store.begin(tenant, entry(1, Outcome.UNKNOWN, Map.of()));
        assertThat(store.list(tenant, null, null, 10, null).entries())
                .containsExactly(entry(1, Outcome.UNKNOWN, Map.of()));
        AuditEntry ended =
                entry(1, Outcome.DONE, Map.of("a.b[c]", new Difference(null, "1"), "b", new Difference("x", null)));
        store.end(tenant, ended);
        store.begin(tenant, entry(2, Outcome.UNKNOWN, Map.of()));
        store.end(tenant, entry(2, Outcome.FAILED, Map.of()));
        store.begin(tenant, entry(3, Outcome.UNKNOWN, Map.of()));
        store.withdraw(tenant, entry(3, Outcome.UNKNOWN, Map.of()));
        assertThat(store.list(tenant, null, null, 10, null).entries())
                .containsExactly(entry(2, Outcome.FAILED, Map.of()), ended);
        assertThat(store.list(AuditStore.OPERATOR + tenant, null, null, 10, null)
                        .entries())
                .isEmpty();
    }

    @Test
    void changesThatAreTooLongForARowAreCutShort() {
        AuditStore store = new AuditTable(tables());
        Map<String, Difference> long1 = new TreeMap<>();
        for (int i = 100; i < 200; i++) {
            long1.put("path" + i, new Difference("\"".repeat(500), "\u0001".repeat(500)));
        }
        store.begin(tenant, entry(1, Outcome.UNKNOWN, Map.of()));
        store.end(tenant, entry(1, Outcome.DONE, long1));
        AuditEntry read = store.list(tenant, null, null, 10, null).entries().get(0);
        assertThat(read.changes()).isNotEmpty().containsEntry("path100", long1.get("path100"));
        assertThat(read.changes().size()).isLessThan(100);
    }

    @Test
    void boundsOfTimeAndPagesHoldEveryEntryOnce() {
        AuditStore store = new AuditTable(tables());
        for (int i = 0; i < 7; i++) {
            store.begin(tenant, entry(i, Outcome.UNKNOWN, Map.of()));
        }
        for (int limit : new int[] {1, 2, 7, 8}) {
            List<AuditEntry> found = new ArrayList<>();
            String cursor = null;
            do {
                AuditStore.Page page = store.list(tenant, AT.plusSeconds(1), AT.plusSeconds(5), limit, cursor);
                found.addAll(page.entries());
                cursor = page.next();
            } while (cursor != null);
            assertThat(found)
                    .extracting(AuditEntry::at)
                    .containsExactly(AT.plusSeconds(4), AT.plusSeconds(3), AT.plusSeconds(2), AT.plusSeconds(1));
        }
    }
}
