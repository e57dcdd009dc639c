package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.schedule.JobContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the phases of a run share: the tenant, where to read, where to write, and how long this slice may last. */
final class SyncStep implements DirectoryChanges.Meter {

    /** Pages of one run: a directory of five million users and as many devices. */
    private static final int MOST_PAGES = 100_000;

    /** Numbers of queries that are none of groups; those have the numbers of their chunks. */
    static final int DEVICE_CHANGES = -1;

    static final int OWNERS_PASS = -2;
    static final int RECONCILE = -3;
    static final int MANAGED = -4;
    static final int ALONE = -5;

    private final SyncLimits limits;
    private final Connector connector;
    private final EnrollmentLedger.Book book;
    private final DeviceRegister register;
    private final DeviceRegister.Writing devices;
    private final DirectoryChanges.Reading directory;
    private final OptionalSources sources;
    private final JobContext context;
    private final Clock clock;
    private final Instant end;
    private int requests;
    private int pages;
    private long throttledMillis;
    private boolean isReleasing;

    SyncStep(
            SyncLimits limits,
            Connector connector,
            EnrollmentLedger ledger,
            DeviceRegister register,
            DirectoryChanges changes,
            OptionalSources sources,
            JobContext context,
            Clock clock) {
        this.limits = limits;
        this.connector = connector;
        this.book = ledger.open(connector.tenantId(), context.hasTakenOver());
        this.register = register;
        this.devices = register.open(connector.tenantId(), context.hasTakenOver());
        this.directory = changes.open(connector.tenantId(), this);
        this.sources = sources;
        this.context = context;
        this.clock = clock;
        this.end = clock.instant().plus(limits.slice());
    }

    SyncLimits limits() {
        return limits;
    }

    Connector connector() {
        return connector;
    }

    String tenantId() {
        return connector.tenantId();
    }

    EnrollmentLedger.Book book() {
        return book;
    }

    DeviceRegister.Writing devices() {
        return devices;
    }

    DirectoryChanges.Reading directory() {
        return directory;
    }

    Instant now() {
        return clock.instant();
    }

    /** Somebody who was held is held no longer. */
    void releasing() {
        isReleasing = true;
    }

    boolean isReleasing() {
        return isReleasing;
    }

    /**
     * Lets a query begin anew whose link Graph does not take: it is too old, Graph lost its place, or it was no good from
     * the beginning. Once a run, or a Graph that refuses whatever it is asked would be asked for ever.
     *
     * @param query its number
     * @param link null for one that has just begun
     * @return the state with that noted
     * @throws UpstreamException the failure itself when beginning anew is no way out
     */
    static EnrollmentState beginningAnew(
            EnrollmentState state, int query, @Nullable String link, UpstreamException failure) {
        boolean isOfLink = switch (failure.kind()) {
            case GONE, REFUSED, NOT_FOUND -> true;
            default -> false;
        };
        if (link == null || !isOfLink || state.tally().begunAnew().contains(query)) {
            throw failure;
        }
        return state.withTally(state.tally().beginningAnew(query));
    }

    /** Keeps the job's lease alive. */
    void checkpoint() {
        context.checkpoint();
    }

    /**
     * Whether the rest is for another message.
     *
     * @throws UpstreamException of kind REFUSED when it would go on in message after message, for the pages have no end
     */
    boolean isOver() {
        boolean isOver = !clock.instant().isBefore(end);
        if (isOver && book.state().tally().pages() + pages > MOST_PAGES) {
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH,
                    UpstreamException.Kind.REFUSED,
                    "The pages of the directory have no end after " + MOST_PAGES);
        }
        return isOver;
    }

    /** The state with what was asked of Graph since the last time. */
    EnrollmentState counted(EnrollmentState state) {
        EnrollmentState counted = state.withTally(state.tally().read(requests, pages, throttledMillis));
        requests = 0;
        pages = 0;
        throttledMillis = 0;
        return counted;
    }

    /** Ids of the devices that were in scope when this run began to look; they may change meanwhile. */
    void eachDeviceInScope(Consumer<String> deviceIds) {
        register.eachInScope(tenantId(), (userId, deviceId) -> deviceIds.accept(deviceId));
    }

    /** Whether the user is in a group that counts. */
    boolean isInScope(String userId) {
        UserBlock block = blockOf(userId);
        int index = indexOf(block, userId);
        return index >= 0 && !block.groups(index).isEmpty();
    }

    /** Whether the user left and an administrator is asked first: until then its devices stay. */
    boolean isHeld(String userId) {
        UserBlock block = blockOf(userId);
        int index = indexOf(block, userId);
        return index >= 0 && block.is(index, UserBlock.HELD);
    }

    /** Ids of all users in scope, 16 bytes each. */
    GuidSet usersInScope() {
        EnrollmentState state = book.state();
        GuidSet.Builder users = new GuidSet.Builder(state.users());
        for (int bucket = 0; bucket < 1 << state.bits(); bucket++) {
            UserBlock block = book.block(state.bits(), bucket);
            for (int i = 0; i < block.size(); i++) {
                if (!block.groups(i).isEmpty()) {
                    users.add(block.high(i), block.low(i));
                }
            }
        }
        return users.build();
    }

    /** Before a pass over all devices: changes from before it are in it, those during it are followed afterwards. */
    void followFromNow() {
        EnrollmentState state = book.state();
        if (state.devicesLink() == null) {
            book.note(state.withDevicesLink(directory.devicesFromNow().link()));
        }
    }

    /** Whether the tenant granted it, as far as is known. */
    boolean mayRead(OptionalSources.Source source) {
        return sources.isGranted(connector.tenantId(), source);
    }

    private UserBlock blockOf(String userId) {
        int bits = book.state().bits();
        return book.block(bits, Mentions.bucket(UUID.fromString(userId).getMostSignificantBits(), bits));
    }

    private static int indexOf(UserBlock block, String userId) {
        UUID id = UUID.fromString(userId);
        return block.indexOf(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    @Override
    public void request() {
        requests++;
    }

    @Override
    public void page() {
        pages++;
    }

    @Override
    public void throttled(Duration waited) {
        throttledMillis += waited.toMillis();
    }
}
