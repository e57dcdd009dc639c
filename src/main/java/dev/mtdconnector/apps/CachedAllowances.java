package dev.mtdconnector.apps;

import dev.mtdconnector.threat.AllowanceSource;
import dev.mtdconnector.threat.Allowances;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The allow lists, each read at most so often however many threats come in. Safe for use by many threads; holds a bounded number
 * of tenants' lists.
 */
public final class CachedAllowances implements AllowanceSource {

    /** For how long a list is not read again. */
    static final Duration KEPT = Duration.ofSeconds(30);

    private static final int MOST_TENANTS = 500;

    private final AppListStore lists;
    private final Clock clock;
    private final Map<String, Read> read = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Read> eldest) {
            return size() > MOST_TENANTS;
        }
    };

    public CachedAllowances(AppListStore lists, Clock clock) {
        this.lists = lists;
        this.clock = clock;
    }

    private record Read(Allowances allowances, Instant at) {}

    @Override
    public Allowances of(String tenantId) {
        Instant now = clock.instant();
        synchronized (read) {
            Read known = read.get(tenantId);
            if (known != null && now.isBefore(known.at().plus(KEPT)) && !now.isBefore(known.at())) {
                return known.allowances();
            }
        }
        return fresh(tenantId);
    }

    /** The list as it is now; others in this process get the same from now on. */
    public Allowances fresh(String tenantId) {
        Instant now = clock.instant();
        Allowances allowances = new Allowances(lists.allowed(tenantId));
        synchronized (read) {
            read.put(tenantId, new Read(allowances, now));
        }
        return allowances;
    }
}
