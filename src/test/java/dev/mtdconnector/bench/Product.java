package dev.mtdconnector.bench;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.Connector.EnrollmentGroup;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.enrollment.EnrollmentSyncJob;
import dev.mtdconnector.enrollment.HeldNotice;
import dev.mtdconnector.enrollment.OptionalSources;
import dev.mtdconnector.enrollment.SupportRules;
import dev.mtdconnector.graph.AccessTokens;
import dev.mtdconnector.graph.GraphChanges;
import dev.mtdconnector.graph.GraphClient;
import dev.mtdconnector.graph.GraphSettings;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.EnrollmentTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.storage.UnsupportedTable;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Random;

/** The enrollment sync as it is wired in a deployment. */
final class Product {

    static final String TENANT = WellKnown.TENANT;

    private final EnrollmentSyncJob job;
    private Runnable atCheckpoint = () -> {};

    /**
     * @param tables where what enrollment knows is kept; the rest is in memory
     */
    Product(Tables tables, DirectoryChanges changes, Clock clock) {
        this(tables, changes, clock, List.of(WellKnown.ENROLLMENT_GROUP));
    }

    Product(Tables tables, DirectoryChanges changes, Clock clock, List<String> pinned) {
        this(tables, changes, clock, pinned, OptionalSources.NONE);
    }

    /**
     * @param sources what of Intune may be read
     */
    Product(Tables tables, DirectoryChanges changes, Clock clock, List<String> pinned, OptionalSources sources) {
        MemoryTables memory = new MemoryTables();
        ConnectorTable connectors = new ConnectorTable(memory);
        connectors.create(Connector.create(TENANT, 10, clock.instant()));
        Connector connector = connectors.find(TENANT).orElseThrow();
        List<EnrollmentGroup> groups =
                pinned.stream().map(id -> new EnrollmentGroup(id, id)).toList();
        connectors.update(connector.with(
                new Connector.Enrollment(groups, Connector.DEFAULT_POLL, true, false, Connector.DEFAULT_SAFETY_CAP)));
        job = job(tables, memory, new MemoryQueues(clock), changes, sources, clock);
    }

    /**
     * @param tables of enrollment and devices
     * @param others connectors, jobs and errors
     */
    static EnrollmentSyncJob job(
            Tables tables,
            Tables others,
            JobQueues queues,
            DirectoryChanges changes,
            OptionalSources sources,
            Clock clock) {
        Schedule schedule = new Schedule(new JobTable(others), queues, clock);
        return new EnrollmentSyncJob(
                new ConnectorTable(others),
                new EnrollmentTable(tables),
                new DeviceTable(tables, clock),
                changes,
                sources,
                new SupportRules(15, 10),
                new UnsupportedTable(tables),
                new NoLatecomers(),
                schedule,
                new ErrorRecords(new ErrorTable(others), clock),
                new HeldNotice(
                        new TenantTable(others),
                        new MailOutbox(new MailTable(others), schedule, clock),
                        "https://connector.example"),
                clock);
    }

    /** Graph through the SDK, as in a deployment, but for a token that is there already. */
    static DirectoryChanges graph(URI address, String token, Clock clock) {
        AccessTokens tokens = new AccessTokens() {
            @Override
            public String token(Key key) {
                return token;
            }

            @Override
            public void drop(Key key, String refused) {
                throw new IllegalStateException("The token is refused");
            }
        };
        GraphSettings settings = new GraphSettings(address, "https://graph.microsoft.com/.default");
        GraphClient client = new GraphClient(settings, tokens, clock, Load::pause, new Random(1));
        return new GraphChanges(client, settings, clock);
    }

    /** Has something done whenever a run gives a sign of life, which is after each page and each write. */
    Product atCheckpoint(Runnable act) {
        atCheckpoint = act;
        return this;
    }

    /** One sync, to its end. */
    void sync() {
        JobContext context = () -> atCheckpoint.run();
        Outcome outcome;
        do {
            outcome = job.run(TENANT, context);
        } while (outcome instanceof Outcome.Again);
        if (!(outcome instanceof Outcome.Finished)) {
            throw new IllegalStateException("The sync ended with " + outcome);
        }
    }

    /** Nobody sent an event yet. */
    private static final class NoLatecomers implements Latecomers {
        @Override
        public boolean areAny(String tenantId) {
            return false;
        }

        @Override
        public boolean release(String tenantId, String deviceId) {
            return false;
        }
    }
}
