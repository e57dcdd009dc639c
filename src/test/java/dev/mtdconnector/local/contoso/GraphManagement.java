package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.contoso.GraphCall.Item;
import dev.mtdconnector.local.http.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The part of Graph that Intune answers: {@code /deviceManagement/...}. */
final class GraphManagement {

    private static final int PAGE = 1000;
    private static final Pattern COMPARISON =
            Pattern.compile("(azureADDeviceId|userId|userPrincipalName)\\s+eq\\s+'([^']*)'", Pattern.CASE_INSENSITIVE);

    private final Contoso contoso;
    private final IntuneView intune;

    GraphManagement(Contoso contoso, IntuneView intune) {
        this.contoso = contoso;
        this.intune = intune;
    }

    Optional<Answer> answer(GraphPath path, GraphCall call) {
        if (path.is(1, "mobileThreatDefenseConnectors") && path.size() == 2) {
            call.query().allow(Set.of("$select", "$top", "$skiptoken"));
            call.require(GraphAccess.CONNECTORS);
            IntuneView.Connector connector = intune.connector();
            String id = connector.id();
            List<Item> connectors = id == null
                    ? List.of()
                    : List.of(new Item(
                            "mobileThreatDefenseConnector",
                            id,
                            () -> GraphEntities.connector(connector, contoso.intune())));
            return Optional.of(call.page(
                    "mobileThreatDefenseConnector",
                    "deviceManagement/mobileThreatDefenseConnectors",
                    connectors,
                    PAGE));
        }
        if (path.is(1, "managedDevices") && path.size() == 2) {
            call.query().allow(Set.of("$select", "$filter", "$top", "$count", "$skiptoken"));
            call.require(GraphAccess.MANAGED_DEVICES);
            return Optional.of(
                    call.page("managedDevice", "deviceManagement/managedDevices", managedDevices(call), PAGE));
        }
        if (path.is(1, "managedDevices") && path.size() == 3) {
            call.require(GraphAccess.MANAGED_DEVICES);
            Item found = all().filter(item -> item.id().equalsIgnoreCase(path.get(2)))
                    .findFirst()
                    .orElseThrow(() -> new GraphError(404, "ResourceNotFound", "Resource not found."));
            return Optional.of(call.entity(
                    "managedDevice",
                    "deviceManagement/managedDevices",
                    found.node().get()));
        }
        return Optional.empty();
    }

    /**
     * Intune's filters are not what they seem, and callers must check what they get: of several ids joined by "or" only the
     * first is found, and an empty value finds every device.
     */
    private List<Item> managedDevices(GraphCall call) {
        String filter = call.query().options().get("$filter");
        if (filter == null) {
            return all().toList();
        }
        Matcher matcher = COMPARISON.matcher(filter);
        String rest = COMPARISON
                .matcher(filter)
                .replaceAll("")
                .replaceAll("(?i)\\bor\\b", "")
                .trim();
        if (!rest.isEmpty()) {
            throw GraphError.badRequest("Invalid filter clause: '" + filter + "' is not supported.");
        }
        List<Item> found = new ArrayList<>();
        while (matcher.find()) {
            String property = matcher.group(1).toLowerCase(Locale.ROOT);
            String value = matcher.group(2);
            if (value.isEmpty() && call.on(Rule.MANAGED_EMPTY_ALL)) {
                return all().toList();
            }
            contoso.devices().stream()
                    .filter(Device::managed)
                    .filter(device -> matches(device, property, value))
                    .flatMap(device -> item(device).stream())
                    .forEach(found::add);
            if (call.on(Rule.MANAGED_FIRST_ONLY)) {
                break;
            }
        }
        return found;
    }

    private boolean matches(Device device, String property, String value) {
        return switch (property) {
            case "azureaddeviceid" -> device.deviceId().equalsIgnoreCase(value);
            case "userid" -> value.equalsIgnoreCase(device.owner());
            default ->
                contoso.owner(device)
                        .filter(owner -> owner.userPrincipalName().equalsIgnoreCase(value))
                        .isPresent();
        };
    }

    private Stream<Item> all() {
        return contoso.devices().stream().filter(Device::managed).flatMap(device -> item(device).stream());
    }

    private Optional<Item> item(Device device) {
        String id = contoso.idFor("managedDevice/" + device.deviceId());
        return contoso.owner(device)
                .map(owner -> new Item(
                        "managedDevice",
                        id,
                        () -> GraphEntities.managedDevice(id, device, owner, intune.device(device.deviceId()))));
    }
}
