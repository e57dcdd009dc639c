package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.contoso.GraphCall.Item;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of Graph that Intune answers: {@code /deviceManagement/...} and {@code /deviceAppManagement/...}. */
final class GraphManagement {

    private static final int PAGE = 1000;
    private static final List<String> APPS = List.of("com.microsoft.office.outlook", "com.microsoft.teams");
    private static final Pattern COMPARISON =
            Pattern.compile("(azureADDeviceId|userId|userPrincipalName)\\s+eq\\s+'([^']*)'", Pattern.CASE_INSENSITIVE);

    private final Contoso contoso;
    private final IntuneView intune;
    private final DetectedApps detected;

    GraphManagement(Contoso contoso, IntuneView intune) {
        this.contoso = contoso;
        this.intune = intune;
        this.detected = new DetectedApps(contoso, device -> call -> item(device, call));
    }

    Optional<Answer> answer(GraphPath path, GraphCall call) {
        if (path.is(0, "deviceAppManagement")) {
            return path.is(1, "managedAppRegistrations") && path.size() == 2
                    ? Optional.of(registrations(call))
                    : Optional.empty();
        }
        if (path.is(1, "mobileThreatDefenseConnectors") && path.size() == 2) {
            return Optional.of(connectors(call));
        }
        if (path.is(1, "detectedApps")) {
            return detected.answer(path, call);
        }
        if (path.is(1, "managedDeviceOverview") && path.size() == 2) {
            call.query().allow(Set.of());
            call.require(GraphAccess.MANAGED_DEVICES);
            return Optional.of(overview(call));
        }
        boolean count = path.is(2, "$count");
        if (path.is(1, "managedDevices") && (path.size() == 2 || (path.size() == 3 && count))) {
            call.query().allow(Set.of("$select", "$filter", "$top", "$count", "$skiptoken"));
            call.require(GraphAccess.MANAGED_DEVICES);
            Source devices = managedDevices(call);
            return Optional.of(
                    count
                            ? Answer.text(200, Integer.toString(devices.count()))
                            : call.page("managedDevice", "deviceManagement/managedDevices", devices, PAGE));
        }
        if (path.is(1, "managedDevices") && path.size() == 3) {
            call.require(GraphAccess.MANAGED_DEVICES);
            Item found = contoso.devices().stream()
                    .filter(device -> device.managed() && id(device).equalsIgnoreCase(path.get(2)))
                    .findFirst()
                    .map(device -> item(device, call))
                    .orElseThrow(() -> new GraphError(404, "ResourceNotFound", "Resource not found."));
            return Optional.of(call.entity("deviceManagement/managedDevices", found));
        }
        return Optional.empty();
    }

    /** Its type is not in the metadata that is kept here: names are those of Microsoft's page. */
    private Answer overview(GraphCall call) {
        int managed = managed(call, device -> true).count();
        return Answer.json(
                200,
                Json.object()
                        .put(
                                "@odata.context",
                                call.context("deviceManagement/managedDeviceOverview/$entity", List.of()))
                        .put("id", contoso.idFor("managedDeviceOverview"))
                        .put("enrolledDeviceCount", managed)
                        .put("mdmEnrolledCount", managed)
                        .put("dualEnrolledDeviceCount", 0));
    }

    private Answer connectors(GraphCall call) {
        call.query().allow(Set.of("$select", "$top", "$skiptoken"));
        call.require(GraphAccess.CONNECTORS);
        IntuneView.Connector connector = intune.connector();
        String id = connector.id();
        List<Item> connectors = id == null
                ? List.of()
                : List.of(new Item(
                        "mobileThreatDefenseConnector",
                        id,
                        whole -> GraphEntities.connector(connector, contoso.intune())));
        return call.page(
                "mobileThreatDefenseConnector",
                "deviceManagement/mobileThreatDefenseConnectors",
                Source.of(connectors),
                PAGE);
    }

    /**
     * Intune's filters are not what they seem, and callers must check what they get: of several ids joined by "or" only the
     * first is found, and an empty value finds every device.
     */
    private Source managedDevices(GraphCall call) {
        String filter = call.query().options().get("$filter");
        if (filter == null) {
            return managed(call, device -> true);
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
                return managed(call, device -> true);
            }
            if (property.equals("azureaddeviceid")) {
                contoso.deviceByDeviceId(value)
                        .filter(Device::managed)
                        .map(device -> item(device, call))
                        .ifPresent(found::add);
            } else {
                found.addAll(managed(call, device -> enrolledBy(device, value, call))
                        .page(0, null, Integer.MAX_VALUE)
                        .items());
            }
            if (call.on(Rule.MANAGED_FIRST_ONLY)) {
                break;
            }
        }
        return Source.of(found);
    }

    private boolean enrolledBy(Device device, String idOrName, GraphCall call) {
        User user = user(device, call.on(Rule.MANAGED_ENROLLER));
        return user != null
                && (user.id().equalsIgnoreCase(idOrName)
                        || user.userPrincipalName().equalsIgnoreCase(idOrName));
    }

    private Source managed(GraphCall call, Predicate<Device> filter) {
        return Source.of(
                (from, most) -> contoso.devices(from, most, device -> device.managed() && filter.test(device)),
                device -> item(device, call));
    }

    /** Who enrolled the device, which need not be its registered owner; null when nobody known did. */
    private @Nullable User user(Device device, boolean enroller) {
        String id = enroller ? device.enroller() : device.owner();
        return id == null ? null : contoso.user(id).orElse(null);
    }

    private String id(Device device) {
        return contoso.intuneId(device);
    }

    private Item item(Device device, GraphCall call) {
        String id = id(device);
        return new Item(
                "managedDevice",
                id,
                whole -> GraphEntities.managedDevice(
                        id,
                        device,
                        user(device, call.on(Rule.MANAGED_ENROLLER)),
                        intune.device(device.deviceId()),
                        whole));
    }

    /** Two apps on each phone that only app protection reaches, once somebody owns it. */
    private Answer registrations(GraphCall call) {
        call.query().allow(Set.of("$select", "$top", "$count", "$skiptoken"));
        call.require(GraphAccess.MANAGED_APPS);
        List<Item> registrations = new ArrayList<>();
        for (Device device : contoso.devices(
                        0,
                        Integer.MAX_VALUE,
                        one -> !one.managed() && !one.operatingSystem().equals("Windows"))
                .items()) {
            contoso.owner(device).ifPresent(owner -> {
                for (String app : APPS) {
                    registrations.add(registration(device, owner, app));
                }
            });
        }
        return call.page(
                "managedAppRegistration",
                "deviceAppManagement/managedAppRegistrations",
                Source.of(registrations),
                PAGE);
    }

    private Item registration(Device device, User owner, String app) {
        String id = contoso.idFor("appRegistration/" + app + "/" + device.deviceId());
        String tag = contoso.idFor("deviceTag/" + device.deviceId());
        return new Item(
                "managedAppRegistration",
                id,
                whole -> GraphEntities.managedAppRegistration(id, device, owner, tag, app));
    }
}
