package dev.mtdconnector.operator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that is stored of a tenant, whatever it is and whichever feature keeps it. */
public interface TenantData {

    /**
     * Some of it, in a fixed order.
     *
     * @param after where the page before ended; null for the first
     * @param limit at most so many rows; fewer when they are large
     */
    Page read(String tenantId, @Nullable Place after, int limit);

    /**
     * Deletes some of it: all but the tenant's own record and the job that deletes. A row that somebody writes meanwhile
     * is left for the next call.
     *
     * @param most about how many rows at most
     * @param beforeWrite called between reading rows and deleting them; when it throws they are not deleted
     * @return how many rows were found; when it is 0 nothing was left
     */
    int delete(String tenantId, int most, Runnable beforeWrite);

    /** Where a row stands. */
    record Place(String table, String partition, String key) {}

    /** A row; values are text, numbers, booleans, instants, UUIDs or bytes. */
    record Item(Place place, Map<String, Object> columns) {
        public Item {
            columns = Map.copyOf(columns);
        }
    }

    /**
     * @param next where to go on; null on the last page
     */
    record Page(List<Item> items, @Nullable Place next) {
        public Page {
            items = List.copyOf(items);
        }
    }
}
