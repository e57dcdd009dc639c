package dev.mtdconnector.enrollment;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Where an enrollment sync writes devices. */
public interface DeviceRegister {

    /**
     * Begins to write.
     *
     * @param hasTakenOver true when somebody else may still be writing for this tenant: from now on each of its writes
     *     fails with {@link dev.mtdconnector.schedule.JobContext.LeaseLostException}
     */
    Writing open(String tenantId, boolean hasTakenOver);

    /** Every device in scope with its user, as (user, device), in the order of users' ids. Reads small rows only. */
    void eachInScope(String tenantId, BiConsumer<String, String> consumer);

    /**
     * The device, which is in scope, is this user's from now on, as a new user's would be. No run is disturbed by it.
     *
     * @return the device as it is after that; empty when it is not in scope any more
     */
    Optional<Device> handOver(String tenantId, DirectoryFacts facts);

    /** One tenant's devices during one run. Not for several threads. Every write may be repeated. */
    interface Writing {

        Optional<Device> find(String deviceId);

        /** The device of this directory object, also when it is out of scope. */
        Optional<String> deviceIdOf(String objectId);

        /** The devices that are in scope for this user. */
        List<String> devicesOf(String userId);

        /**
         * Brings these devices into scope, with these facts. What is there and does not differ is not written.
         *
         * @param areNew true when most of them are expected not to be there: they are written without being looked for
         */
        Enrolled enroll(Collection<DirectoryFacts> facts, boolean areNew);

        /** The device is this user's from now on, as a new user's would be. */
        void handOver(DirectoryFacts facts);

        /**
         * Takes these devices out of scope; those that are not in scope are left as they are.
         *
         * @param isDeleted true when nothing of them is to be kept once Intune was told
         * @return how many left
         */
        int leave(Collection<String> deviceIds, boolean isDeleted);

        /**
         * Takes a device out of scope because another record of the same device took its place; its history stays.
         *
         * @return false when it is not in scope
         */
        boolean supersede(String deviceId, String by);

        /** Brings a device back that is out of scope, as another user's where that is so; one in scope is left as it is. */
        void comeBack(DirectoryFacts facts);

        /**
         * Has a device in scope found by its id in Intune, also where it was enrolled before devices were found by that. Nothing is
         * written when it is found already, and when that is not its id.
         */
        void findBy(String intuneId, String deviceId);

        /** Stores these registrations of apps; those that do not differ are not written. */
        void keepApps(List<AppRegistration> apps);

        /** Forgets the registrations of apps of which this is true. Looks through all of them. */
        void forgetApps(Predicate<AppRegistration> isGone);

        /** How many devices are in scope. */
        int inScope();
    }

    /**
     * @param contested ids of the devices that are known as somebody else's, in scope or not: they were left as they are
     * @param superseded ids of the devices whose place another record took: they were left as they are
     * @param arrived ids of the devices that were not known, or out of scope
     * @param changed devices of which something else differed
     */
    record Enrolled(List<String> arrived, List<String> contested, List<String> superseded, int changed, int unchanged) {
        public Enrolled {
            contested = List.copyOf(contested);
            superseded = List.copyOf(superseded);
            arrived = List.copyOf(arrived);
        }
    }
}
