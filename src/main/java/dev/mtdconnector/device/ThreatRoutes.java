package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.Exposure;
import dev.mtdconnector.threat.Policies;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open threats of all devices. Costs what devices with open threats there are, and of these reads one page. */
public final class ThreatRoutes {

    /** Devices with open threats that are looked at for one page. */
    private static final int SCANNED = 1000;

    private static final List<String> LEVELS = List.of("none", "low", "medium", "high");

    private final DeviceStore devices;
    private final Policies policies;

    public ThreatRoutes(DeviceStore devices, Policies policies) {
        this.devices = devices;
        this.policies = policies;
    }

    public List<Route> routes() {
        return List.of(new Route("GET", "/api/v1/threats", Access.DEVICES_READ, null, this::list));
    }

    /** A page ends with the threats of a device, so it may hold some more than was asked for, or fewer. */
    private HttpAnswer list(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        Policy policy = policies.of(tenantId);
        DeviceView view = new DeviceView(policy);
        int limit = DeviceRoutes.limit(request);
        Filter filter = Filter.of(request, policy);
        List<Map<String, Object>> threats = new ArrayList<>();
        DeviceStore.ExposedPage exposed = devices.exposed(tenantId, SCANNED, cursor(request));
        @Nullable String next = null;
        for (DeviceStore.Exposed one : exposed.devices()) {
            if (threats.size() >= limit) {
                break;
            }
            next = one.deviceId();
            if (filter.mayHave(one.exposure())) {
                devices.find(tenantId, one.deviceId())
                        .ifPresent(device -> device.openThreats().stream()
                                .filter(filter::isMeant)
                                .map(threat -> threat(view, device, threat))
                                .forEach(threats::add));
            }
        }
        int last = exposed.devices().size() - 1;
        boolean isLast = exposed.next() == null
                && (last < 0 || exposed.devices().get(last).deviceId().equals(next));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("threats", threats);
        answer.put("next", isLast ? null : next);
        return HttpAnswer.json(200, answer);
    }

    private static Map<String, Object> threat(DeviceView view, Device device, Threat threat) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("deviceId", device.deviceId());
        shown.put("displayName", device.facts().displayName());
        shown.put("userPrincipalName", device.facts().userPrincipalName());
        shown.put("deviceState", view.state(device));
        shown.putAll(view.threat(threat));
        return shown;
    }

    /** What is asked for; null for any. */
    private record Filter(
            Policy policy,
            @Nullable RiskLevel level,
            @Nullable String classification) {

        static Filter of(HttpRequest request, Policy policy) {
            String level = request.query().get("level");
            String classification = request.query().get("classification");
            if (level != null && !LEVELS.contains(level)) {
                throw AppException.invalid("level", "must be one of " + String.join(", ", LEVELS));
            }
            if (classification != null && !classification.matches("[A-Za-z0-9_]{1,100}")) {
                throw AppException.invalid("classification", "must be the name of a classification");
            }
            RiskLevel wanted = level == null ? null : RiskLevel.valueOf(level.toUpperCase(Locale.ROOT));
            return new Filter(policy, wanted, classification);
        }

        /** False when no threat of the device can be meant. */
        boolean mayHave(Exposure exposure) {
            return (level == null || policy.levelOf(exposure).compareTo(level) >= 0)
                    && (classification == null
                            || Classification.ofName(classification)
                                    .map(exposure.classifications()::contains)
                                    .orElse(true));
        }

        boolean isMeant(Threat threat) {
            return (level == null || policy.levelOf(threat) == level)
                    && (classification == null || threat.classifications().contains(classification));
        }
    }

    private static @Nullable String cursor(HttpRequest request) {
        String cursor = request.query().get("cursor");
        if (cursor != null && !Fields.isGuid(cursor)) {
            throw AppException.invalid("cursor", "must be the next of the page before");
        }
        return cursor == null ? null : cursor.toLowerCase(Locale.ROOT);
    }
}
