package dev.mtdconnector.enrollment;

import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an enrollment sync reads of a tenant's directory: changes since the last time, and who owns which device. Every
 * call may throw {@link dev.mtdconnector.common.UpstreamException}; one that does may have handed over a part of its page,
 * which is harmless, for a page may also come twice.
 */
@FunctionalInterface
public interface DirectoryChanges {

    /** Begins to read; everything that is asked is counted in the meter. */
    Reading open(String tenantId, Meter meter);

    /** Counts what a run costs. */
    interface Meter {

        /** Counts nothing. */
        Meter NONE = new Meter() {
            @Override
            public void request() {
                // Not counted.
            }

            @Override
            public void page() {
                // Not counted.
            }

            @Override
            public void throttled(Duration waited) {
                // Not counted.
            }
        };

        /** A request was sent; those within a batch are one. */
        void request();

        /** A page arrived. */
        void page();

        /** Graph made us wait, or we waited of our own so as not to be refused. */
        void throttled(Duration waited);
    }

    /**
     * Where a query stands: the link for its next page, or, when everything was read, for what changes from now on.
     *
     * @param link null only at the end of a query that has no changes to follow
     */
    record Position(@Nullable String link, boolean isComplete) {}

    /** One tenant's directory during one run. Not for several threads. */
    interface Reading extends IntuneReading {

        /**
         * Ids of the groups within these groups, at every depth, as far as an index knows that may be behind: some may be
         * missing, and some may be within them no longer. Not more than a page for each.
         */
        void groupsWithin(Collection<String> groupIds, Consumer<String> consumer);

        /**
         * The first page of a query for these groups and their direct members, of whatever they are now.
         *
         * @param groupIds at most 50
         */
        Position groups(Collection<String> groupIds, GroupSink sink);

        /**
         * The next page of such a query.
         *
         * @throws dev.mtdconnector.common.UpstreamException of kind GONE when the link is too old: begin anew
         */
        Position groups(String link, GroupSink sink);

        /** The place from which changes of devices are followed: now. */
        Position devicesFromNow();

        /**
         * A page of devices that were created, changed or deleted. Whose they are is not said.
         *
         * @throws dev.mtdconnector.common.UpstreamException of kind GONE when the link is too old: begin anew
         */
        Position devices(String link, DeviceSink sink);

        /** How many devices of every kind the directory has. */
        int deviceCount();

        /** How many users the directory has. */
        int userCount();

        /**
         * A page of all devices of the directory, without their owners: {@code userId} is empty.
         *
         * @param link null for the first
         * @throws dev.mtdconnector.common.UpstreamException of kind GONE when the link is too old: begin anew
         */
        Position devicesAlone(@Nullable String link, Consumer<OwnedDevice> consumer);

        /**
         * A page of all devices of the directory with their registered owners: one word for each owner, and one whose
         * {@code userId} is empty for a device without any.
         *
         * @param link null for the first
         * @throws dev.mtdconnector.common.UpstreamException of kind GONE when the link is too old: begin anew
         */
        Position allDevices(@Nullable String link, Consumer<OwnedDevice> consumer);

        /** The devices of these users, for each user who still exists. */
        void devicesOf(List<String> userIds, Consumer<OwnedDevice> consumer);

        /** The user principal names of these users, as (id, name), for each user who still exists. */
        void namesOf(List<String> userIds, BiConsumer<String, String> consumer);

        /**
         * These devices with their registered owners: one word for each owner. A device that no longer exists, or has no
         * owner, is left out.
         *
         * @param objectIds of directory objects
         */
        void ownersOf(List<String> objectIds, Consumer<OwnedDevice> consumer);

        /** Those of these devices, by Entra device id, that the directory does not have. */
        Set<String> deletedOf(List<String> deviceIds);
    }

    /** Takes what a page says of groups. Ids of users come as two numbers, for there are many. */
    interface GroupSink {

        /** The group exists. */
        void group(String groupId, @Nullable String displayName);

        /** The group was deleted. */
        void groupGone(String groupId);

        /** The user is, or is no longer, a direct member. */
        void user(String groupId, long high, long low, boolean isRemoved);

        /** The other group is, or is no longer, a direct member. */
        void child(String groupId, String childId, boolean isRemoved);
    }

    /** Takes what a page says of devices. */
    interface DeviceSink {

        /** The device is new or something of it changed; its owner is not known here: {@code userId} is empty. */
        void device(OwnedDevice device);

        /** The device was deleted. Only the id of the directory object is known of it. */
        void deviceGone(String objectId);
    }
}
