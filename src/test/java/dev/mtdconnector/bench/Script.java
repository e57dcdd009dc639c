package dev.mtdconnector.bench;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a sync of ours asked of Graph and wrote, in that order: for {@link BareLoop} to do again. */
final class Script {

    private static final String DEVICE =
            "id,deviceId,displayName,operatingSystem,operatingSystemVersion,model,isManaged";
    private static final String MANAGED =
            "id,azureADDeviceId,userId,userPrincipalName,operatingSystem,managedDeviceOwnerType,deviceEnrollmentType";
    private static final int USERS_A_BATCH = 20;

    private final List<Step> steps = new ArrayList<>();

    /** A request or a transaction. */
    interface Step {}

    /** A page. The address is whole, or a path below the version. */
    record Get(String address) implements Step {}

    /** Reads in one request. */
    record Batch(List<String> paths) implements Step {}

    void add(Step step) {
        steps.add(step);
    }

    List<Step> steps() {
        return steps;
    }

    /** Writes down what is asked. */
    DirectoryChanges of(DirectoryChanges changes) {
        return (tenantId, meter) -> new Writing(changes.open(tenantId, meter));
    }

    private final class Writing implements DirectoryChanges.Reading {

        private final DirectoryChanges.Reading reading;

        private Writing(DirectoryChanges.Reading reading) {
            this.reading = reading;
        }

        @Override
        public void groupsWithin(Collection<String> groupIds, Consumer<String> consumer) {
            groupIds.forEach(id -> add(new Get(
                    "/groups/" + id + "/transitiveMembers/microsoft.graph.group?$select=id&$top=999&$count=true")));
            reading.groupsWithin(groupIds, consumer);
        }

        @Override
        public DirectoryChanges.Position groups(Collection<String> groupIds, DirectoryChanges.GroupSink sink) {
            String filter =
                    groupIds.stream().map(id -> "id%20eq%20%27" + id + "%27").collect(Collectors.joining("%20or%20"));
            add(new Get("/groups/delta?$select=displayName,members&$filter=" + filter));
            return reading.groups(groupIds, sink);
        }

        @Override
        public DirectoryChanges.Position groups(String link, DirectoryChanges.GroupSink sink) {
            add(new Get(link));
            return reading.groups(link, sink);
        }

        @Override
        public DirectoryChanges.Position devicesFromNow() {
            add(new Get("/devices/delta?$select=" + DEVICE + "&$deltatoken=latest"));
            return reading.devicesFromNow();
        }

        @Override
        public DirectoryChanges.Position devices(String link, DirectoryChanges.DeviceSink sink) {
            add(new Get(link));
            return reading.devices(link, sink);
        }

        @Override
        public int deviceCount() {
            add(new Get("/devices/$count"));
            return reading.deviceCount();
        }

        @Override
        public DirectoryChanges.Position allDevices(@Nullable String link, Consumer<OwnedDevice> consumer) {
            add(new Get(
                    link != null
                            ? link
                            : "/devices?$select=" + DEVICE
                                    + "&$expand=registeredOwners($select=id,userPrincipalName)&$top=100"));
            return reading.allDevices(link, consumer);
        }

        @Override
        public void devicesOf(List<String> userIds, Consumer<OwnedDevice> consumer) {
            batches(userIds, "/users/", "?$select=id,userPrincipalName&$expand=ownedDevices($select=" + DEVICE + ")");
            reading.devicesOf(userIds, consumer);
        }

        @Override
        public void namesOf(List<String> userIds, BiConsumer<String, String> consumer) {
            batches(userIds, "/users/", "?$select=id,userPrincipalName");
            reading.namesOf(userIds, consumer);
        }

        @Override
        public void ownersOf(List<String> objectIds, Consumer<OwnedDevice> consumer) {
            batches(
                    objectIds,
                    "/devices/",
                    "?$select=" + DEVICE + "&$expand=registeredOwners($select=id,userPrincipalName)");
            reading.ownersOf(objectIds, consumer);
        }

        @Override
        public Set<String> deletedOf(List<String> deviceIds) {
            batches(deviceIds, "/devices(deviceId='", "')?$select=id");
            return reading.deletedOf(deviceIds);
        }

        @Override
        public int userCount() {
            add(new Get("/users/$count"));
            return reading.userCount();
        }

        @Override
        public DirectoryChanges.Position devicesAlone(@Nullable String link, Consumer<OwnedDevice> consumer) {
            add(new Get(link != null ? link : "/devices?$select=" + DEVICE + "&$top=999"));
            return reading.devicesAlone(link, consumer);
        }

        @Override
        public int managedCount() {
            add(new Get("/deviceManagement/managedDeviceOverview"));
            return reading.managedCount();
        }

        @Override
        public DirectoryChanges.Position managedDevices(@Nullable String link, Consumer<ManagedDevice> consumer) {
            add(new Get(link != null ? link : "/deviceManagement/managedDevices?$select=" + MANAGED + "&$top=1000"));
            return reading.managedDevices(link, consumer);
        }

        @Override
        public void managedOf(List<String> deviceIds, Consumer<ManagedDevice> consumer) {
            batches(
                    deviceIds,
                    "/deviceManagement/managedDevices?$filter=azureADDeviceId%20eq%20%27",
                    "%27&$select=" + MANAGED);
            reading.managedOf(deviceIds, consumer);
        }

        @Override
        public DirectoryChanges.Position appRegistrations(@Nullable String link, Consumer<AppRegistration> consumer) {
            add(new Get(link != null ? link : "/deviceAppManagement/managedAppRegistrations"));
            return reading.appRegistrations(link, consumer);
        }

        private void batches(List<String> ids, String before, String after) {
            for (int from = 0; from < ids.size(); from += USERS_A_BATCH) {
                add(new Batch(ids.subList(from, Math.min(ids.size(), from + USERS_A_BATCH)).stream()
                        .map(id -> before + id + after)
                        .toList()));
            }
        }
    }
}
