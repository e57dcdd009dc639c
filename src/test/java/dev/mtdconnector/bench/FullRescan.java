package dev.mtdconnector.bench;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.microsoft.graph.core.authentication.AzureIdentityAuthenticationProvider;
import com.microsoft.graph.core.tasks.PageIterator;
import com.microsoft.graph.models.Device;
import com.microsoft.graph.models.DeviceCollectionResponse;
import com.microsoft.graph.models.DirectoryObject;
import com.microsoft.graph.models.DirectoryObjectCollectionResponse;
import com.microsoft.graph.models.Group;
import com.microsoft.graph.models.User;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.Tables;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What people write first: at each poll all members of the groups, all devices with their owners, by the SDK's PageIterator,
 * and an upsert for each device of a member. It asks for as large pages as there are, and for no more than it needs.
 */
final class FullRescan {

    private static final int LARGEST_PAGE = 999;
    private static final Set<String> MOBILE = Set.of("ios", "iphone", "ipad", "android");

    private final GraphServiceClient graph;
    private final Table devices;
    private final Set<String> users = new HashSet<>();
    private final Set<String> groups = new HashSet<>();

    FullRescan(URI address, String token, Tables tables) {
        TokenCredential credential = context -> Mono.just(new AccessToken(token, OffsetDateTime.MAX));
        graph = new GraphServiceClient(new AzureIdentityAuthenticationProvider(
                credential, new String[] {"localhost"}, "https://graph.microsoft.com/.default"));
        graph.getRequestAdapter().setBaseUrl(address + "/v1.0");
        devices = tables.table("rescan");
    }

    void run(String groupId) {
        try {
            readMembers(groupId);
            readDevices();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void readMembers(String groupId) throws ReflectiveOperationException {
        if (!groups.add(groupId)) {
            return;
        }
        Set<String> nested = new HashSet<>();
        DirectoryObjectCollectionResponse first = Objects.requireNonNull(
                graph.groups().byGroupId(groupId).members().get(request -> {
                    Objects.requireNonNull(request.queryParameters).select = new String[] {"id"};
                    request.queryParameters.top = LARGEST_PAGE;
                }));
        new PageIterator.Builder<DirectoryObject, DirectoryObjectCollectionResponse>()
                .client(graph)
                .collectionPage(first)
                .collectionPageFactory(DirectoryObjectCollectionResponse::createFromDiscriminatorValue)
                .processPageItemCallback(member -> {
                    if (member instanceof User) {
                        users.add(member.getId());
                    } else if (member instanceof Group) {
                        nested.add(Objects.requireNonNull(member.getId()));
                    }
                    return true;
                })
                .build()
                .iterate();
        for (String one : nested) {
            readMembers(one);
        }
    }

    private void readDevices() throws ReflectiveOperationException {
        DeviceCollectionResponse first = Objects.requireNonNull(graph.devices().get(request -> {
            Objects.requireNonNull(request.queryParameters).select = new String[] {
                "id", "deviceId", "displayName", "operatingSystem", "operatingSystemVersion", "model", "isManaged"
            };
            request.queryParameters.expand = new String[] {"registeredOwners($select=id,userPrincipalName)"};
            request.queryParameters.top = LARGEST_PAGE;
        }));
        new PageIterator.Builder<Device, DeviceCollectionResponse>()
                .client(graph)
                .collectionPage(first)
                .collectionPageFactory(DeviceCollectionResponse::createFromDiscriminatorValue)
                .processPageItemCallback(device -> {
                    save(device);
                    return true;
                })
                .build()
                .iterate();
    }

    private void save(Device device) {
        String system = String.valueOf(device.getOperatingSystem()).toLowerCase(Locale.ROOT);
        List<DirectoryObject> owners = device.getRegisteredOwners();
        if (owners == null || !MOBILE.contains(system)) {
            return;
        }
        for (DirectoryObject owner : owners) {
            if (owner instanceof User user && users.contains(user.getId())) {
                devices.transact(List.of(new Change.Upsert(row(device, user), Change.Mode.REPLACE)));
                return;
            }
        }
    }

    private static Row row(Device device, User owner) {
        Map<String, Object> columns = new HashMap<>();
        put(columns, "objectId", device.getId());
        put(columns, "displayName", device.getDisplayName());
        put(columns, "operatingSystem", device.getOperatingSystem());
        put(columns, "osVersion", device.getOperatingSystemVersion());
        put(columns, "model", device.getModel());
        put(columns, "managed", device.getIsManaged());
        put(columns, "userId", owner.getId());
        put(columns, "userPrincipalName", owner.getUserPrincipalName());
        return Row.of("tenant", Objects.requireNonNull(device.getDeviceId()), columns);
    }

    private static void put(Map<String, Object> columns, String name, @Nullable Object value) {
        if (value != null) {
            columns.put(name, value);
        }
    }
}
